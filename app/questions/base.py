"""What every question type shares: the question, its choices, an answer, a grade.

An *answer* is plain JSON, the same in the page, on the wire and in the database:
a string (one choice, a typed text), a list of ids (several choices), or a mapping from a
part to its value (a gap to its word). ``None`` is blank.

A *grade* is a fraction of the points, exact, between 0 and 1; ``None`` when a person must mark.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2s
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from app.errors import N_, MalformedAnswer, Message, Path, Problem
from app.text.compare import Compare, Comparison, compare, credit, normalise
from app.text.compare import Verdict as Match
from app.text.content import Content, Line, Prose, Slug, or_written
from app.text.markup import SafeHtml, images_in
from app.text.passage import Reading

__all__ = [
    "UNKNOWN",
    "AcceptedText",
    "Answer",
    "Choice",
    "Choices",
    "Evidence",
    "Feedback",
    "Given",
    "Grade",
    "Mode",
    "Question",
    "Shown",
    "Skill",
    "Typed",
    "Verdict",
    "accepting",
    "graded",
    "ident",
    "read_list",
    "read_map",
    "read_text",
    "score_typed",
    "typed_marking",
]

Answer = str | list[str] | dict[str, str]
Mode = Literal["exam", "training"]
Skill = Literal[
    "global",
    "détail",
    "inférence",
    "point de vue",
    "vocabulaire",
    "grammaire",
    "concept",
    "argumentation",
]
Shown = Mapping[str, Sequence[str]]
"""The order in which an attempt shows the choices: part of the question → ids."""

TEXT_LIMIT = 500
_ANY_NUMBER = Annotated[float, Field(ge=0, le=1)]


class Verdict(StrEnum):
    """What the learner is told first."""

    RIGHT = "right"
    PARTIAL = "partial"
    WRONG = "wrong"
    BLANK = "blank"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The judgement of one answer.

    ``notes`` are ours, to translate; ``feedback`` is the author's. ``parts`` judges each gap,
    pair or choice. ``category`` names the answer for statistics: the choice, or the verdict
    of a typed text.
    """

    fraction: Fraction | None
    verdict: Verdict
    notes: tuple[Message, ...] = ()
    feedback: tuple[str, ...] = ()
    parts: Mapping[str, Verdict] = field(default_factory=dict)
    category: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A kind of answer as statistics show it.

    ``words`` are the author's as they stand, or a message of ours. A ``lure`` is a wrong option
    that the author wrote. ``id`` is the same in all categories that gave this very thing.
    """

    id: str
    words: str | Message
    right: bool = False
    lure: bool = False


def graded(
    fraction: Fraction,
    *,
    category: str,
    notes: Sequence[Message] = (),
    feedback: Sequence[str] = (),
    parts: Mapping[str, Verdict] | None = None,
) -> Grade:
    """A grade whose verdict follows from its fraction."""
    if fraction >= 1:
        verdict = Verdict.RIGHT
    elif fraction > 0:
        verdict = Verdict.PARTIAL
    else:
        verdict = Verdict.WRONG
    return Grade(
        fraction=fraction,
        verdict=verdict,
        notes=tuple(notes),
        feedback=tuple(text for text in feedback if text),
        parts=parts or {},
        category=category,
    )


UNKNOWN = "other"
"""The id of a kind of answer that the question has no words for."""
_UNANSWERED = {"blank": N_("Sans réponse"), "pending": N_("En attente de correction")}
BLANK = Grade(fraction=Fraction(0), verdict=Verdict.BLANK, category="blank")


def ident(text: str) -> str:
    """A short id made from a text: it stays when choices move, and betrays no order."""
    return blake2s(text.encode(), digest_size=4).hexdigest()


def _identified(value: Any) -> Any:
    """Give a choice written as a bare string, or without an id, its id."""
    if isinstance(value, str):
        value = {"text": value}
    if isinstance(value, dict) and not value.get("id") and isinstance(value.get("text"), str):
        value = {**value, "id": ident(" ".join(value["text"].split()))}
    return value


class Choice(Content, json_schema_extra=or_written({"type": "string", "minLength": 1})):
    """One option: a key if right, a distractor if not.

    ``html`` is the text with its marked words or its image, where that says more.
    """

    id: SkipJsonSchema[str] = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,40}$")
    text: Line
    html: SafeHtml = ""
    key: bool = False
    feedback: str = ""
    weight: float | None = Field(default=None, ge=-1, le=1)

    @model_validator(mode="before")
    @classmethod
    def _with_id(cls, value: Any) -> Any:
        return _identified(value)


def _told_apart(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """An author may write a text twice; its second choice needs an id of its own."""
    seen: Counter[str] = Counter()
    apart = []
    for choice in choices:
        seen[choice.id] += 1
        again = seen[choice.id] > 1 and choice.id == ident(" ".join(choice.text.split()))
        apart.append(
            choice.model_copy(update={"id": ident(f"{choice.id} {seen[choice.id]}")})
            if again
            else choice
        )
    return tuple(apart)


Choices = Annotated[tuple[Choice, ...], AfterValidator(_told_apart)]
"""A list of choices, each with an id that no other has unless the author gave it."""


class AcceptedText(Content, json_schema_extra=or_written({"type": "string", "minLength": 1})):
    """A text that earns a fraction when it is typed; 0 for a mistake worth its own feedback."""

    text: Line
    fraction: _ANY_NUMBER = 1.0
    feedback: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Feedback(Content):
    """What is said of a whole answer, for types without choices."""

    right: str = ""
    wrong: str = ""


class Evidence(Content):
    """The sentences that prove the answer, quoted as they stand.

    ``need`` tells whether each quote is needed, or any one is enough. ``sentences`` is filled
    in when the question is placed in its text.
    """

    quotes: tuple[Line, ...] = ()
    need: Literal["all", "any"] = "all"
    sentences: tuple[str, ...] = ()


class _AnyOf(Content):
    any: tuple[Line, ...]


class _AllOf(Content):
    all: tuple[Line, ...]


def _read_evidence(value: Any) -> Any:
    if isinstance(value, str):
        return {"quotes": [value]}
    if isinstance(value, list | tuple):
        return {"quotes": value}
    if (
        isinstance(value, dict)
        and len(value) == 1
        and (need := next(iter(value))) in ("any", "all")
    ):
        return {"quotes": value[need], "need": need}
    return value


QuotedEvidence = Annotated[
    Evidence,
    BeforeValidator(
        _read_evidence, json_schema_input_type=Line | tuple[Line, ...] | _AnyOf | _AllOf
    ),
]


class Question(Content):
    """Authored content of one question. Rooms add what their type needs.

    A room says how an answer is read (``read``), judged (``grade``), told in words (``told``),
    which answer is right (``key``) and what is wrong with the question itself (``problems``).
    ``prompt_html`` is the prompt with its marked words and images, where that says more.
    """

    title: ClassVar[str]
    """What the type is called (to translate)."""
    rule: ClassVar[str]
    """How it is marked, in one line for the learner (to translate)."""
    hint: ClassVar[str] = ""
    """How to answer, in one line for the learner (to translate)."""

    marked_by_person: ClassVar[bool] = False

    id: Slug
    type: str
    skill: Skill
    subskill: str = ""
    points: float = Field(default=1, gt=0, le=100)
    prompt: Prose
    prompt_html: SafeHtml = ""
    evidence: QuotedEvidence = Evidence()
    hints: tuple[Line, ...] = Field(default=(), max_length=3)
    feedback: Feedback = Feedback()

    def instruction(self) -> Message:
        """How to answer, in one line for the learner."""
        return Message(self.hint)

    def marking(self, mode: Mode) -> Message:
        """How it is marked, in one line for the learner."""
        return Message(self.rule)

    def read(self, raw: object, reading: Reading) -> Answer | None:
        """The answer in its canonical form, None if blank.

        Raises MalformedAnswer for a wrong shape or an unknown id.
        """
        raise NotImplementedError

    def grade(self, answer: Answer | None, reading: Reading, mode: Mode = "exam") -> Grade:
        """Judge a canonical answer."""
        return BLANK if answer is None else self._grade(answer, reading, mode)

    def _grade(self, answer: Any, reading: Reading, mode: Mode) -> Grade:
        raise NotImplementedError

    def key(self, reading: Reading) -> Answer | None:
        """A fully right answer; None where there is none to give (an essay)."""
        raise NotImplementedError

    def told(self, answer: Answer | None, reading: Reading) -> tuple[str, ...]:
        """An answer in the author's words, one line for each of its parts."""
        return () if answer is None else self._told(answer, reading)

    def _told(self, answer: Any, reading: Reading) -> tuple[str, ...]:
        raise NotImplementedError

    def typed(self, answer: Answer | None) -> dict[str, str]:
        """What was typed, by part of the question: what a teacher may accept afterwards."""
        return {}

    def typed_parts(self) -> tuple[str, ...]:
        """The parts in which something is typed; one without a name where the question is one."""
        return ()

    def accepting(self, part: str, text: str, fraction: float) -> Self:
        """The question as if its author had accepted this text too, for that part of it."""
        raise NotImplementedError

    def tempting(self, answer: Answer | None) -> tuple[Choice, ...]:
        """The distractors that were not chosen and whose feedback says why they tempt."""
        return ()

    def shown(self, rng: random.Random) -> Shown:
        """In which order an attempt shows the choices, decided once."""
        return {}

    def laid_out(self, answer: Answer | None, shown: Shown) -> Shown:
        """The orders of the page, where the answer changes them too (a list being sorted)."""
        return shown

    def options(self) -> int | None:
        """How many options a guesser has; None where one cannot count them."""
        return None

    def given(self, category: str, reading: Reading) -> tuple[Given, ...]:
        """What a category of answers says in words: one thing, or several chosen together."""
        if category in _UNANSWERED:
            return (Given(category, Message(_UNANSWERED[category])),)
        return self._given(category, reading) or (Given(UNKNOWN, Message(N_("Autre réponse"))),)

    def _given(self, category: str, reading: Reading) -> tuple[Given, ...]:
        return ()

    def remark(self, answer: Answer | None) -> Message | None:
        """What to look at again before submitting, if anything."""
        return None if answer is not None else Message(N_("Sans réponse."))

    def images(self) -> tuple[str, ...]:
        """The images that it shows, as ``media:…``."""
        return images_in(self.prompt_html) + tuple(
            image for choice in self.authored_choices() for image in images_in(choice.html)
        )

    def authored_choices(self) -> tuple[Choice, ...]:
        """The choices as the author wrote them, for types that have one list of them."""
        return ()

    def key_texts(self) -> tuple[str, ...]:
        """The texts of the right answers, as far as they are chosen or typed."""
        return tuple(choice.text for choice in self.authored_choices() if choice.key)

    def typed_keys(self) -> tuple[str, ...]:
        """The texts that a learner has to find without seeing them."""
        return ()

    def shown_texts(self) -> tuple[str, ...]:
        """All that every learner reads of the question before answering."""
        return (self.prompt, *(choice.text for choice in self.authored_choices()))

    def comments(self) -> Iterator[tuple[Path, str]]:
        """Each place for feedback, with what is written there."""
        choices = self.authored_choices()
        if choices:
            for n, choice in enumerate(choices):
                yield ("choices", n), choice.feedback
        else:
            yield ("feedback", "right"), self.feedback.right
            yield ("feedback", "wrong"), self.feedback.wrong

    def outline(self) -> dict[str, Any]:
        """The type's own part of what `inspect` prints: the choices and what is correct."""
        raise NotImplementedError

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the question itself; paths start inside it."""
        return iter(())

    def placed(self, reading: Reading) -> tuple[Self, list[Problem]]:
        """The question with its evidence found in the text, and the quotes that are not there."""
        found: dict[str, None] = {}
        problems = []
        for n, quote in enumerate(self.evidence.quotes):
            sentences = reading.locate(quote)
            if not sentences:
                problems.append(not_in_text(quote, ("evidence", n)))
            found.update(dict.fromkeys(sentences))
        order = reading.sentence_ids
        evidence = self.evidence.model_copy(
            update={"sentences": tuple(sorted(found, key=order.index))}
        )
        return self.model_copy(update={"evidence": evidence}), problems


def not_in_text(quote: str, path: Path) -> Problem:
    """The problem of a quote that the passages do not contain."""
    return Problem(
        code="quote-not-in-text",
        message=Message(N_("« %(quote)s » n’est dans aucun texte du quiz."), {"quote": quote}),
        hint=Message(N_("Recopiez la phrase telle qu’elle est écrite, dans un seul paragraphe.")),
        path=path,
    )


def no_key(path: Path = ("choices",)) -> Problem:
    """The problem of a question whose right answer is not marked."""
    return Problem(
        code="no-key",
        message=Message(N_("Aucune bonne réponse n’est marquée.")),
        hint=Message(N_("Marquez la bonne réponse (« key: true »).")),
        path=path,
    )


def second_key(path: Path) -> Problem:
    """The problem of a second right answer where only one can be given."""
    return Problem(
        code="two-keys",
        message=Message(N_("Un choix unique ne peut avoir qu’une bonne réponse.")),
        hint=Message(N_("Gardez une seule bonne réponse, ou prenez le type « choix multiples ».")),
        path=path,
    )


def repeated(texts: Sequence[str], path: Path) -> Iterator[Problem]:
    """A problem for each text that stands twice in a list of options."""
    seen: set[str] = set()
    for n, text in enumerate(texts):
        folded = " ".join(text.casefold().split())
        if folded in seen:
            yield Problem(
                code="repeated-option",
                message=Message(N_("L’option « %(text)s » est écrite deux fois."), {"text": text}),
                hint=Message(N_("Supprimez ou changez l’une des deux.")),
                path=(*path, n),
            )
        seen.add(folded)


def _look(choice: Choice) -> tuple[str, str]:
    """What a learner sees of a choice: « CO₂ » is not « CO² », though their texts are alike."""
    return " ".join(choice.text.split()), choice.html


def repeated_choices(choices: Sequence[Choice], path: Path) -> Iterator[Problem]:
    """A problem for each choice that cannot be told from an earlier one.

    It is only a weakness where the two are worth the same, or differ by a capital or a mark.
    """
    problems = list(repeated([choice.text for choice in choices], path))
    if not problems:
        yield from repeated([choice.id for choice in choices], path)
    right, wrong = (
        {_look(choice) for choice in choices if choice.key is key} for key in (True, False)
    )
    for problem in problems:
        look = _look(choices[cast("int", problem.path[-1])])
        unfair = look in right and look in wrong
        yield problem if unfair else replace(problem, severity="warning")


def shuffled(ids: Sequence[str], rng: random.Random) -> list[str]:
    """The ids in a random order."""
    order = list(ids)
    rng.shuffle(order)
    return order


# Reading answers: three shapes serve the ten types.


def read_text(raw: object, limit: int = TEXT_LIMIT) -> str | None:
    """A typed text, stripped, or None if nothing is in it."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise MalformedAnswer(N_("La réponse doit être un texte."))
    text = raw.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limit:
        raise MalformedAnswer(
            N_("La réponse est trop longue : %(limit)s caractères au plus."), limit=limit
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedAnswer(N_("La réponse contient un caractère illisible.")) from None
    return text or None


def read_one(raw: object, allowed: Collection[str]) -> str | None:
    """One id among those allowed, or None."""
    text = read_text(raw)
    if text is not None and text not in allowed:
        raise MalformedAnswer(N_("Cette réponse n’est pas parmi les choix proposés."))
    return text


def read_list(raw: object, allowed: Sequence[str]) -> list[str] | None:
    """Ids among those allowed, each once, in the order of ``allowed``; None if there is none."""
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise MalformedAnswer(N_("La réponse doit être une liste de choix."))
    if len(raw) > len(allowed):
        raise MalformedAnswer(N_("La réponse contient plus de choix que la question."))
    chosen = {read_one(value, allowed) for value in raw} - {None}
    return [value for value in allowed if value in chosen] or None


def read_parts(raw: object, parts: Collection[str]) -> dict[str, object]:
    """A mapping whose keys are parts of the question; values are left to the room."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise MalformedAnswer(N_("La réponse doit associer chaque partie à sa valeur."))
    if not raw.keys() <= set(parts):
        raise MalformedAnswer(N_("La réponse désigne une partie que la question n’a pas."))
    return raw


def read_map(raw: object, allowed: Mapping[str, Collection[str]]) -> dict[str, str] | None:
    """One id for each part, blanks left out; None if all are blank."""
    given = read_parts(raw, allowed)
    read = {part: read_one(given.get(part), allowed[part]) for part in allowed}
    return {part: value for part, value in read.items() if value is not None} or None


# Typed French, shared by short answers and gaps.


def accepting(
    accepted: Sequence[AcceptedText], text: str, fraction: float
) -> tuple[AcceptedText, ...]:
    """The accepted texts with one more, in place of any that is written like it."""
    same = normalise(text)
    kept = tuple(one for one in accepted if normalise(one.text) != same)
    return (*kept, AcceptedText(text=text, fraction=fraction))


_DOMAINS: dict[str, Literal["vocabulary", "grammar"]] = {
    "vocabulaire": "vocabulary",
    "grammaire": "grammar",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed text, judged: its credit, what to say, and its category for statistics."""

    fraction: Fraction
    note: Message | None
    feedback: str
    category: str


def score_typed(
    typed: str, accepted: Sequence[AcceptedText], options: Compare, skill: Skill
) -> Typed:
    """Judge a typed text against those accepted: one written by the author decides alone.

    Else the best paid wins. A foreseen mistake (fraction 0) is recognised only as it is
    written, so that a slip in a right answer is never taken for it.
    """
    best: tuple[tuple[bool, Fraction], Comparison, AcceptedText] | None = None
    for text in accepted:
        seen = compare(typed, [text.text], options)
        as_written = seen.verdict is Match.EXACT
        if not as_written and (text.fraction == 0 or seen.verdict is Match.WRONG):
            continue
        worth = exact(text.fraction) * credit(
            seen.verdict, options, domain=_DOMAINS.get(skill, "comprehension")
        )
        if best is None or (as_written, worth) > best[0]:
            best = ((as_written, worth), seen, text)
    if best is None:
        return Typed(Fraction(0), None, "", "wrong")
    (_, worth), seen, text = best
    category = f"{seen.verdict}:{ident(text.text)}"
    return Typed(worth, _note(seen, worth), text.feedback, category)


_AS_TYPED = {
    Match.ACCENT: N_("« %(text)s », à un accent près"),
    Match.TYPO: N_("« %(text)s », avec une faute de frappe"),
    Match.OTHER_WORD: N_("un mot voisin de « %(text)s »"),
}


def given_typed(
    category: str, accepted: Sequence[AcceptedText], options: Compare, skill: Skill
) -> tuple[Given, ...]:
    """What a category of ``score_typed`` says in words; nothing if it names none of the texts."""
    match, _, digest = category.partition(":")
    text = next((one for one in accepted if ident(one.text) == digest), None)
    if text is None or match not in set(Match):
        return ()
    seen = Match(match)
    worth = text.fraction * credit(seen, options, domain=_DOMAINS.get(skill, "comprehension"))
    words = Message(_AS_TYPED[seen], {"text": text.text}) if seen in _AS_TYPED else text.text
    return (Given(category, words, right=worth == 1, lure=seen is Match.EXACT and not worth),)


def given_parts(category: str, words: str) -> tuple[Given, ...]:
    """What « 2/3 » says: how many parts of the answer were right, ``words`` naming them."""
    right, slash, parts = category.partition("/")
    if not slash:
        return ()
    message = Message(words, {"right": right, "all": parts})
    return (Given(category, message, right=right == parts),)


def typed_marking(skill: Skill, options: Compare) -> Message:
    """How a typed text is marked, in one line for the learner."""
    worth = {
        slip: credit(slip, options, domain=_DOMAINS.get(skill, "comprehension"))
        for slip in (Match.ACCENT, Match.TYPO)
    }
    if worth[Match.TYPO] == 1:
        return Message(
            N_("Une faute de frappe ou d’accent ne coûte rien ; un autre mot vaut zéro.")
        )
    if worth[Match.TYPO] > 0:
        return Message(
            N_("Une faute de frappe coûte la moitié des points ; un autre mot vaut zéro.")
        )
    return Message(N_("L’orthographe compte, accents compris."))


def exact(fraction: float) -> Fraction:
    """The decimal as written; but 0.333 and 0.33333 are thirds, as their authors meant."""
    written = Fraction(str(fraction))
    simple = written.limit_denominator(12)
    return simple if abs(simple - written) < Fraction(1, 2000) else written


def _note(seen: Comparison, worth: Fraction) -> Message | None:
    word = {"word": seen.expected_word or seen.accepted or ""}
    if seen.verdict is Match.ACCENT:
        if worth > 0:
            return Message(N_("Juste, mais attention à l’accent : %(word)s."), word)
        return Message(N_("L’accent compte ici : %(word)s."), word)
    if seen.verdict is Match.TYPO:
        return Message(N_("Presque : une faute de frappe dans « %(word)s »."), word)
    if seen.verdict is Match.OTHER_WORD:
        return Message(N_("C’est un autre mot."))
    return None
