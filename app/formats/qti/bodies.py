"""Our question types → the body, key and scoring of a QTI item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.quiz import Item as Placed
from app.errors import N_, Problem
from app.formats.base import loss
from app.formats.qti.dialects import Child, Dialect, text_lines
from app.formats.qti.names import in_sentence
from app.formats.xml import Element
from app.questions.base import Question, ident
from app.questions.cloze.question import Cloze, Gap
from app.questions.essay.question import Essay
from app.questions.hot_text.question import HotText
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.ordering.question import Ordering
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse
from app.text.passage import Reading

__all__ = ["Page", "body_of"]

RESPONSE = "RESPONSE"


@dataclass
class Page:
    """An item being written: what it says, and what it could not say."""

    dialect: Dialect
    placed: Placed
    reading: Reading
    images: Mapping[str, str]
    body: list[Child] = field(default_factory=list)
    declarations: list[Element] = field(default_factory=list)
    rules: list[Element] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    """What is said after the answer, by identifier; choices carry theirs themselves."""
    of_choices: str = ""
    """How many identifiers the feedback of choices may need: "single" or "multiple"."""
    losses: list[Problem] = field(default_factory=list)

    @property
    def points(self) -> float:
        """What the question is worth."""
        return self.placed.question.points

    def lose(self, code: str, text: str, hint: str = "") -> None:
        """Report what this format does not carry, with the question's number."""
        self.losses.append(loss(code, text, hint, number=self.placed.number))

    def marked(self, text: str, html: str) -> list[Child]:
        """A text with its marked words."""
        if not html:
            return text_lines(self.dialect, text)
        if "<u>" in html or "<s>" in html:
            self.lose("marks", N_("Question %(number)s : le soulignement devient de l’italique."))
        return self.dialect.html(html, dict(self.images))

    def prompt(self) -> list[Child]:
        """What is asked."""
        question = self.placed.question
        return self.marked(question.prompt, question.prompt_html)

    def declare(
        self,
        base: str,
        correct: list[str],
        *,
        name: str = RESPONSE,
        several: str = "single",
        worth: Mapping[str, float] | None = None,
        sensitive: bool | None = None,
    ) -> None:
        """Declare a response: its right values, and what each value earns if that differs."""
        q = self.dialect.q
        values = [q("value", value) for value in correct]
        mapping = None
        if worth:
            case = {} if sensitive is None else {"caseSensitive": sensitive}
            entries = [
                q("mapEntry", mapKey=key, mappedValue=value, **case) for key, value in worth.items()
            ]
            mapping = q("mapping", entries, defaultValue=0.0, lowerBound=0.0)
        self.declarations.append(
            q(
                "responseDeclaration",
                q("correctResponse", values) if values else None,
                mapping,
                identifier=name,
                cardinality=several,
                baseType=base,
            )
        )

    def score(self, value: Element) -> None:
        """Give the score."""
        self.rules.append(self.dialect.q("setOutcomeValue", value, identifier="SCORE"))

    def score_mapping(self, *names: str) -> None:
        """Score by the mappings of these responses."""
        maps = [self.dialect.q("mapResponse", identifier=name) for name in names]
        self.score(maps[0] if len(maps) == 1 else self.dialect.q("sum", maps))

    def score_if(self, *tests: Element) -> None:
        """All the points if one of the tests holds."""
        q = self.dialect.q
        given = q("setOutcomeValue", q("variable", identifier="MAXSCORE"), identifier="SCORE")
        test = tests[0] if len(tests) == 1 else q("or", tests)
        self.rules.append(q("responseCondition", q("responseIf", test, given)))

    def is_correct(self, name: str = RESPONSE) -> Element:
        """The test of the one right value."""
        q = self.dialect.q
        return q("match", q("variable", identifier=name), q("correct", identifier=name))

    def say(self, right: str, wrong: str) -> None:
        """Say one thing of a right answer, another of a wrong one."""
        if right:
            self.feedback["correct"] = right
        if wrong:
            self.feedback["incorrect"] = wrong


def body_of(page: Page) -> None:
    """Write a question's body, key and scoring on its page."""
    question = page.placed.question
    _WRITE[question.type](page, question)
    if question.evidence.quotes:
        page.lose(
            "evidence", N_("Question %(number)s : la phrase qui prouve la réponse n’y sera pas.")
        )
    if question.hints:
        page.lose("hints", N_("Question %(number)s : les indices n’y seront pas."))


# Choices.


def _write_choices(
    page: Page, options: list[dict[str, Any]], *, several: bool, shuffle: bool
) -> None:
    q = page.dialect.q
    made = []
    for option in options:
        told = option["feedback"]
        said = (
            q(
                "feedbackInline",
                f" {told}",
                outcomeIdentifier="FEEDBACK",
                identifier=option["id"],
                showHide="show",
            )
            if told
            else None
        )
        made.append(q("simpleChoice", option["content"], said, identifier=option["id"]))
    if any(option["feedback"] for option in options):
        page.of_choices = "multiple" if several else "single"
    page.body.append(
        q(
            "choiceInteraction",
            q("prompt", page.prompt()),
            made,
            responseIdentifier=RESPONSE,
            shuffle=shuffle,
            maxChoices=0 if several else 1,
        )
    )


def _options(page: Page, question: SingleChoice | MultipleResponse) -> list[dict[str, Any]]:
    return [
        {
            "id": f"C{n}",
            "content": page.marked(choice.text, choice.html),
            "feedback": choice.feedback,
        }
        for n, choice in enumerate(question.choices, 1)
    ]


def _single_choice(page: Page, question: SingleChoice) -> None:
    ids = [f"C{n}" for n in range(1, len(question.choices) + 1)]
    weights = {
        one: (1.0 if choice.key else choice.weight or 0.0) * page.points
        for one, choice in zip(ids, question.choices, strict=True)
    }
    keys = [one for one, choice in zip(ids, question.choices, strict=True) if choice.key]
    weighted = any(choice.weight and not choice.key for choice in question.choices)
    page.declare("identifier", keys, worth=weights if weighted else None)
    if weighted:
        page.score_mapping(RESPONSE)
    else:
        page.score_if(page.is_correct())
    _write_choices(page, _options(page, question), several=False, shuffle=question.shuffle)
    _lose_general_feedback(page, question)


def _multiple_response(page: Page, question: MultipleResponse) -> None:
    ids = [f"C{n}" for n in range(1, len(question.choices) + 1)]
    weights = question.outline()["weights"]
    worth = {one: weight * page.points for one, weight in zip(ids, weights, strict=True)}
    keys = [one for one, weight in zip(ids, weights, strict=True) if weight > 0]
    page.declare("identifier", keys, several="multiple", worth=worth)
    page.score_mapping(RESPONSE)
    _write_choices(page, _options(page, question), several=True, shuffle=question.shuffle)
    _lose_general_feedback(page, question)


def _lose_general_feedback(page: Page, question: Question) -> None:
    if question.feedback.right or question.feedback.wrong:
        page.lose(
            "general-feedback",
            N_("Question %(number)s : son commentaire général n’y sera pas."),
            N_("Donnez un commentaire à chaque choix."),
        )


def _true_false(page: Page, question: TrueFalse) -> None:
    options = [
        {
            "id": verdict,
            "content": question.names[verdict],
            "feedback": getattr(question.feedback, verdict),
        }
        for verdict in question.verdicts
    ]
    page.declare("identifier", [question.answer])
    page.score_if(page.is_correct())
    _write_choices(page, options, several=False, shuffle=False)
    page.lose("true-false", N_("Question %(number)s : un vrai ou faux devient un choix unique."))
    if question.justify:
        page.lose("justify", N_("Question %(number)s : la phrase à montrer ne sera pas demandée."))


# Typed texts.


def _short_answer(page: Page, question: ShortAnswer) -> None:
    worth = {one.text: one.fraction * page.points for one in question.answers}
    first = next(one.text for one in question.answers if one.fraction == 1)
    page.declare("string", [first], worth=worth, sensitive=question.compare.case == "strict")
    page.score_mapping(RESPONSE)
    _write_entry(page)
    _say_of_texts(page, question)
    _lose_tolerance(page)


def _say_of_texts(page: Page, question: ShortAnswer) -> None:
    """What is said of each text, then of the others."""
    q = page.dialect.q
    told = [one for one in question.answers if one.feedback]
    for n, one in enumerate(told, 1):
        page.feedback[f"answer{n}"] = one.feedback
        value = q("baseValue", one.text, baseType="string")
        test = q("match", q("variable", identifier=RESPONSE), value)
        said = q("baseValue", f"answer{n}", baseType="identifier")
        given = q("setOutcomeValue", said, identifier="FEEDBACK")
        page.rules.append(q("responseCondition", q("responseIf", test, given)))
    if told and (question.feedback.right or question.feedback.wrong):
        _lose_general_feedback(page, question)
    else:
        page.say(question.feedback.right, question.feedback.wrong)


def _lose_tolerance(page: Page) -> None:
    page.lose(
        "typed",
        N_("Question %(number)s : ailleurs, une faute de frappe ou d’accent compte faux."),
        N_("Ajoutez les graphies que vous acceptez."),
    )


def _write_entry(page: Page, after: str = "") -> None:
    q, h = page.dialect.q, page.dialect.h
    entry = q("textEntryInteraction", responseIdentifier=RESPONSE, expectedLength=30)
    page.body.append(h("div", h("p", page.prompt()), h("p", entry, f" {after}" if after else None)))


def _numeric(page: Page, question: Numeric) -> None:
    q = page.dialect.q
    values = {_number(one.value): one for one in question.answers}
    first = next(one for one in question.answers if one.fraction == 1)
    worth = {value: one.fraction * page.points for value, one in values.items()}
    far = first.tolerance
    page.declare("float", [_number(first.value)], worth=worth if len(worth) > 1 else None)
    if len(worth) > 1:
        page.score_mapping(RESPONSE)
        if any(one.tolerance for one in question.answers):
            page.lose("tolerance", N_("Question %(number)s : les tolérances n’y seront pas."))
    else:
        ends = {"tolerance": f"{_number(far)} {_number(far)}"} if far else {}
        mode = "absolute" if far else "exact"
        correct = q("correct", identifier=RESPONSE)
        variable = q("variable", identifier=RESPONSE)
        page.score_if(q("equal", variable, correct, toleranceMode=mode, **ends))
    _write_entry(page, question.unit)
    page.say(question.feedback.right, question.feedback.wrong)
    if any(one.words for one in question.answers):
        page.lose("words", N_("Question %(number)s : le nombre devra être en chiffres."))
    if any(one.feedback for one in question.answers):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des valeurs n’y seront pas.")
        )


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


# Gaps.


def _cloze(page: Page, question: Cloze) -> None:
    if {gap.kind for gap in question.gaps.values()} == {"bank"}:
        _bank(page, question)
    else:
        _gaps(page, question)
    page.say(question.feedback.right, question.feedback.wrong)


def _body(page: Page, question: Cloze, gap: Callable[[str], Element]) -> Element:
    """The body as one paragraph, so that it stays in one piece."""
    content: list[Child] = []
    for kind, piece in question.pieces():
        content += text_lines(page.dialect, piece) if kind == "text" else [gap(piece)]
    return page.dialect.h("p", content)


def _bank(page: Page, question: Cloze) -> None:
    q = page.dialect.q
    share = page.points / len(question.marks)
    words = {text: f"W{n}" for n, text in enumerate(question.bank_words().values(), 1)}
    names = {name: f"G{n}" for n, name in enumerate(question.marks, 1)}
    pairs = [f"{words[question.gaps[name].bank]} {names[name]}" for name in names]
    most = len(names)
    page.declare("directedPair", pairs, several="multiple", worth=dict.fromkeys(pairs, share))
    page.score_mapping(RESPONSE)
    page.body.append(
        q(
            "gapMatchInteraction",
            q("prompt", page.prompt()),
            [q("gapText", text, identifier=one, matchMax=most) for text, one in words.items()],
            _body(page, question, lambda name: q("gap", identifier=names[name])),
            responseIdentifier=RESPONSE,
            shuffle=True,
        )
    )


def _gaps(page: Page, question: Cloze) -> None:
    share = page.points / len(question.marks)
    names = {name: f"{RESPONSE}_{n}" for n, name in enumerate(question.marks, 1)}
    sensitive = question.compare.case == "strict"
    for name, response in names.items():
        gap = question.gaps[name]
        if gap.kind == "typed":
            worth = {one.text: one.fraction * share for one in gap.typed}
            page.declare("string", [gap.expected], name=response, worth=worth, sensitive=sensitive)
        else:
            key = next(
                n for n, (text, _) in enumerate(_offered(question, gap), 1) if text == gap.expected
            )
            worth = {f"C{key}": share}
            page.declare("identifier", [f"C{key}"], name=response, worth=worth)
    page.score_mapping(*names.values())
    body = _body(page, question, lambda name: _gap(page, question, name, names[name]))
    page.body.append(page.dialect.h("div", page.dialect.h("p", page.prompt()), body))
    gaps = question.gaps.values()
    if _stands_alone(question):
        page.lose("gap-alone", N_("Question %(number)s : le trou devient une réponse courte."))
    if any(gap.kind == "bank" for gap in gaps):
        page.lose("bank", N_("Question %(number)s : les étiquettes deviennent des listes."))
    if any(told for gap in gaps for _, told in _offered(question, gap)) or any(
        one.feedback for gap in gaps for one in gap.typed
    ):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des trous n’y seront pas.")
        )
    if any(gap.kind == "typed" for gap in gaps):
        _lose_tolerance(page)


def _stands_alone(question: Cloze) -> bool:
    """Whether the only gap comes after its text, as the answer to a question does."""
    if [gap.kind for gap in question.gaps.values()] != ["typed"]:
        return False
    sides = {"ahead": "", "after": ""}
    side = "ahead"
    for kind, piece in question.pieces():
        if kind == "gap":
            side = "after"
        else:
            sides[side] += piece
    return not in_sentence(question.prompt, sides["ahead"], sides["after"])


def _offered(question: Cloze, gap: Gap) -> list[tuple[str, str]]:
    """The words to choose from in a gap, with what is said of each."""
    if gap.kind == "bank":
        return [(text, "") for text in question.bank_words().values()]
    return [(choice.text, choice.feedback) for choice in gap.list]


def _gap(page: Page, question: Cloze, name: str, response: str) -> Element:
    q = page.dialect.q
    gap = question.gaps[name]
    if gap.kind == "typed":
        return q("textEntryInteraction", responseIdentifier=response, expectedLength=15)
    choices = [
        q("inlineChoice", text, identifier=f"C{n}")
        for n, (text, _) in enumerate(_offered(question, gap), 1)
    ]
    return q("inlineChoiceInteraction", choices, responseIdentifier=response, shuffle=True)


# Pairs, orders, places in a text, essays.


def _matching(page: Page, question: Matching) -> None:
    q = page.dialect.q
    rights = {text: f"R{n}" for n, text in enumerate(question.rights().values(), 1)}
    pairs = [f"L{n} {rights[pair.right]}" for n, pair in enumerate(question.pairs, 1)]
    share = page.points / len(pairs)
    page.declare("directedPair", pairs, several="multiple", worth=dict.fromkeys(pairs, share))
    page.score_mapping(RESPONSE)
    sides = (
        [(f"L{n}", pair.left, 1) for n, pair in enumerate(question.pairs, 1)],
        [(one, text, len(pairs)) for text, one in rights.items()],
    )
    page.body.append(
        q(
            "matchInteraction",
            q("prompt", page.prompt()),
            [
                q(
                    "simpleMatchSet",
                    [
                        q("simpleAssociableChoice", text, identifier=one, matchMax=most)
                        for one, text, most in side
                    ],
                )
                for side in sides
            ],
            responseIdentifier=RESPONSE,
            shuffle=question.shuffle,
            maxAssociations=len(pairs),
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)
    if any(pair.feedback for pair in question.pairs):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des lignes n’y seront pas.")
        )


def _ordering(page: Page, question: Ordering) -> None:
    q = page.dialect.q
    ids = {text: f"S{n}" for n, text in enumerate(sorted(question.sequence, key=ident), 1)}
    page.declare("identifier", [ids[text] for text in question.sequence], several="ordered")
    page.score_if(page.is_correct())
    page.body.append(
        q(
            "orderInteraction",
            q("prompt", page.prompt()),
            [q("simpleChoice", text, identifier=one) for text, one in ids.items()],
            responseIdentifier=RESPONSE,
            shuffle=True,
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)
    page.lose("all-or-nothing", N_("Question %(number)s : un ordre presque juste n’y vaudra rien."))


def _hot_text(page: Page, question: HotText) -> None:
    q, h = page.dialect.q, page.dialect.h
    select = question.select
    ids = {place: f"H{n}" for n, place in enumerate(question.choosable(page.reading), 1)}
    keys = [ids[key] for key in select.key_ids if key in ids]
    share = page.points / len(keys)
    worth = {one: share if one in keys else -share for one in ids.values()}
    page.declare("identifier", keys, several="multiple", worth=worth)
    page.score_mapping(RESPONSE)
    paragraphs: list[Child] = [
        h("p", *(_hot(page, question, sentence.id, ids) for sentence in paragraph.sentences))
        for paragraph in page.reading.paragraphs()
        if any(sentence.id in select.sentences for sentence in paragraph.sentences)
    ]
    page.body.append(
        q(
            "hottextInteraction",
            q("prompt", page.prompt()),
            paragraphs,
            responseIdentifier=RESPONSE,
            maxChoices=len(keys),
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)


def _hot(page: Page, question: HotText, sentence: str, ids: Mapping[str, str]) -> list[Child]:
    """A sentence as one place to choose, or with its words as places; or as it stands."""
    q = page.dialect.q
    text = page.reading.sentence(sentence).text
    if sentence not in question.select.sentences:
        return [text, " "]
    if question.select.unit == "sentence":
        return [q("hottext", text, identifier=ids[sentence]), " "]
    content: list[Child] = []
    done = 0
    for word in page.reading.words(sentence):
        hot = q("hottext", word.text, identifier=ids[word.id])
        content += [text[done : word.start], hot]
        done = word.end
    return [*content, text[done:], " "]


def _essay(page: Page, question: Essay) -> None:
    q, h = page.dialect.q, page.dialect.h
    page.declare("string", [])
    if question.rubric:
        lines = [h("li", f"{one.criterion} ({one.points:g})") for one in question.rubric]
        page.body.append(q("rubricBlock", page.dialect.content(h("ul", lines)), view="scorer"))
        page.lose("rubric", N_("Question %(number)s : le barème devient une note au correcteur."))
    page.body.append(
        q(
            "extendedTextInteraction",
            q("prompt", page.prompt()),
            responseIdentifier=RESPONSE,
            expectedLength=question.words.most * 6,
        )
    )
    page.lose("words", N_("Question %(number)s : le nombre de mots demandé n’y sera pas."))
    _lose_general_feedback(page, question)


_WRITE: dict[str, Callable[[Page, Any], None]] = {
    "cloze": _cloze,
    "essay": _essay,
    "hot_text": _hot_text,
    "matching": _matching,
    "multiple_response": _multiple_response,
    "numeric": _numeric,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "single_choice": _single_choice,
    "true_false": _true_false,
}
