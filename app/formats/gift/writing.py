"""A quiz as a GIFT file for Moodle, and what that file cannot carry."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from app.domain.quiz import Quiz
from app.errors import N_, Problem
from app.formats.base import Export, MediaOf, loss
from app.formats.gift.grammar import GAP, escaped
from app.questions.base import AcceptedText, Choice, Feedback, Question
from app.questions.cloze.question import Cloze
from app.questions.essay.question import Essay
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.ordering.question import Ordering
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import VERDICTS, TrueFalse
from app.text.compare import Compare
from app.text.markup import images_in
from app.text.passage import Passage

__all__ = ["write"]

HUNDRED = Decimal(100)


def write(quiz: Quiz, _media_of: MediaOf) -> Export:
    """The quiz in GIFT: its texts as descriptions, then its questions."""
    losses = list(_of_the_whole(quiz))
    parts = [f"// {' '.join(quiz.title.split())}\n", *map(_passage, quiz.passages)]
    for item in quiz.items:
        writer = _Writer(item.number, item.question)
        parts.append(writer.written())
        losses += writer.losses
    text = "\n".join(part for part in parts if part)
    return Export(data=text.encode(), suffix=".gift.txt", type="text/plain", losses=losses)


def _of_the_whole(quiz: Quiz) -> Iterable[Problem]:
    yield loss(
        "header",
        N_("Le niveau, la présentation du quiz et les compétences n’entrent pas dans un GIFT."),
    )
    if quiz.passages:
        yield loss(
            "passages",
            N_("Les textes deviennent des descriptions, sans lien avec leurs questions."),
            N_("Dans Moodle, placez-les en tête du test, sur la même page que les questions."),
        )
    if quiz.glossary:
        yield loss("glossary", N_("Le lexique n’est pas repris."))
    if any(item.question.evidence.quotes for item in quiz.items):
        yield loss("evidence", N_("Les phrases qui prouvent les réponses ne sont pas reprises."))


def _passage(passage: Passage) -> str:
    lines = [
        " ".join(sentence.text for sentence in paragraph.sentences)
        for paragraph in passage.paragraphs
    ]
    return f"::{escaped(passage.title)}::{_plain(chr(10).join(lines))}\n"


def _plain(text: str) -> str:
    """A plain text; Moodle must not take its signs for HTML, nor its brackets for a format."""
    return f"[plain]{escaped(text)}"


def _percent(share: float) -> str:
    figures = f"{(Decimal(repr(share)) * HUNDRED).quantize(Decimal('0.00001')):f}"
    return figures.rstrip("0").rstrip(".") if "." in figures else figures


def _figures(value: float) -> str:
    return f"{Decimal(repr(value)):f}"


class _Writer:
    """Writes one question, and notes what is lost of it."""

    def __init__(self, number: int, question: Question) -> None:
        self.number = number
        self.question = question
        self.losses: list[Problem] = []

    def lose(self, code: str, text: str, hint: str = "") -> None:
        """Something of the question that GIFT has no place for."""
        self.losses.append(loss(code, text, hint, number=self.number))

    def written(self) -> str:
        """The question; nothing if GIFT has no such type."""
        writers: dict[type[Question], Callable[[Any], str | None]] = {
            SingleChoice: self.single_choice,
            MultipleResponse: self.multiple_response,
            TrueFalse: self.true_false,
            ShortAnswer: self.short_answer,
            Numeric: self.numeric,
            Cloze: self.cloze,
            Matching: self.matching,
            Ordering: self.ordering,
            Essay: self.essay,
        }
        write_type = writers.get(type(self.question))
        text = write_type(self.question) if write_type else None
        if text is None:
            self.losses = []
            self.lose(
                "question",
                N_("La question %(number)s n’a pas d’équivalent en GIFT : elle n’y est pas."),
                N_("Le format Moodle XML en reprend davantage."),
            )
            return ""
        self._common()
        return f"::Question {self.number}::{text}\n"

    def _common(self) -> None:
        question = self.question
        if question.points != 1:
            self.lose("points", N_("Question %(number)s : ses points ne sont pas repris."))
        if question.hints:
            self.lose("hints", N_("Question %(number)s : ses indices ne sont pas repris."))
        if question.images():
            self.lose(
                "images",
                N_("Question %(number)s : ses images ne sont pas reprises."),
                N_("Le format Moodle XML les reprend."),
            )

    # Its parts.

    def prompt(self) -> str:
        """The question's text, with its marked words if they are all that it shows."""
        return self._marked(self.question.prompt, self.question.prompt_html)

    def _marked(self, text: str, html: str) -> str:
        if html and not images_in(html):
            return f"[html]{escaped(html)}"
        return _plain(text)

    def _comment(self, text: str) -> str:
        return f"#{_plain(text)}" if text.strip() else ""

    def _answers(self, lines: Iterable[str], general: str = "", opening: str = "") -> str:
        last = [f"####{_plain(general)}"] if general.strip() else []
        return (
            "".join(f"{line}\n" for line in [f"{{{opening}", *(f"\t{one}" for one in lines)])
            + "".join(f"\t{line}\n" for line in last)
            + "}"
        )

    def _general(self, feedback: Feedback) -> str:
        """The general comment, which GIFT shows whatever the answer."""
        if feedback.right.strip() == feedback.wrong.strip():
            return feedback.right
        self.lose(
            "feedback",
            N_("Question %(number)s : son commentaire selon la réponse n’est pas repris."),
        )
        return ""

    def _order(self, shuffle: bool) -> None:  # noqa: FBT001 (a field of the question)
        if not shuffle:
            self.lose("order", N_("Question %(number)s : Moodle pourra mélanger ses choix."))

    # The types.

    def single_choice(self, question: SingleChoice) -> str:
        """One key; another choice that earns all is one too."""
        self._order(question.shuffle)
        lines = [
            self._choice(
                "=" if choice.key or choice.weight == 1 else self._weight(choice.weight or 0),
                choice,
            )
            for choice in question.choices
        ]
        return self.prompt() + self._answers(lines, self._general(question.feedback))

    def multiple_response(self, question: MultipleResponse) -> str:
        """Each choice with its share of the points."""
        self._order(question.shuffle)
        weights: list[float] = question.outline()["weights"]
        lines = [
            self._choice(self._weight(weight), choice)
            for weight, choice in zip(weights, question.choices, strict=True)
        ]
        return self.prompt() + self._answers(lines, self._general(question.feedback))

    def _weight(self, weight: float) -> str:
        return f"~%{_percent(weight)}%" if weight else "~"

    def _choice(self, sign: str, choice: Choice) -> str:
        return f"{sign}{self._marked(choice.text, choice.html)}{self._comment(choice.feedback)}"

    def true_false(self, question: TrueFalse) -> str:
        """Two verdicts; with a third one it becomes a single choice."""
        if question.justify:
            self.lose(
                "justification",
                N_("Question %(number)s : la phrase qui justifie n’est plus demandée."),
            )
        told = question.feedback
        if len(question.verdicts) > 2:  # noqa: PLR2004 (true and false)
            self.lose(
                "unknown",
                N_(
                    "Question %(number)s : avec « le texte ne le dit pas », elle devient un choix unique."
                ),
            )
            lines = [
                f"{'=' if verdict == question.answer else '~'}{_plain(VERDICTS[verdict])}"
                f"{self._comment(getattr(told, verdict))}"
                for verdict in question.verdicts
            ]
            return self.prompt() + self._answers(lines)
        right, wrong = (
            (told.true, told.false) if question.answer == "true" else (told.false, told.true)
        )
        comments = f"#{_plain(wrong) if wrong.strip() else ''}{self._comment(right)}"
        value = "TRUE" if question.answer == "true" else "FALSE"
        return f"{self.prompt()}{{{value}{comments if wrong.strip() or right.strip() else ''}}}"

    def short_answer(self, question: ShortAnswer) -> str:
        """Accepted texts; the joker carries the comment on any other."""
        self._compare(question.compare)
        lines = list(self._typed(question.answers, question.feedback))
        return self.prompt() + self._answers(lines)

    def _compare(self, options: Compare) -> None:
        if options != Compare():
            self.lose(
                "compare",
                N_(
                    "Question %(number)s : ses règles sur les accents et les majuscules ne sont pas reprises."
                ),
            )

    def _typed(self, accepted: Iterable[AcceptedText], feedback: Feedback) -> Iterable[str]:
        for text in accepted:
            comment = text.feedback or (feedback.right if text.fraction == 1 else "")
            yield f"=%{_percent(text.fraction)}%{self._accepted(text.text)}{self._comment(comment)}"
        if feedback.wrong.strip():
            yield f"=%0%*{self._comment(feedback.wrong)}"

    def _accepted(self, text: str) -> str:
        """A text to type: a star in it is not Moodle's joker, an arrow would make pairs of it."""
        if "->" in text:
            self.lose("arrow", N_("Question %(number)s : « -> » y devient « → »."))
        return escaped(" ".join(text.replace("->", "→").split())).replace("*", "\\*")

    def numeric(self, question: Numeric) -> str:
        """Numbers with their tolerance."""
        if question.unit:
            self.lose("unit", N_("Question %(number)s : son unité n’est pas reprise."))
        if any(known.words for known in question.answers):
            self.lose("words", N_("Question %(number)s : le nombre ne s’écrira qu’en chiffres."))
        lines = [
            f"=%{_percent(known.fraction)}%{_figures(known.value)}:{_figures(known.tolerance)}"
            + self._comment(
                known.feedback or (question.feedback.right if known.fraction == 1 else "")
            )
            for known in question.answers
        ]
        if question.feedback.wrong.strip():
            lines.append(f"~{self._comment(question.feedback.wrong)}")
        return self.prompt() + self._answers(lines, opening="#")

    def cloze(self, question: Cloze) -> str | None:
        """A text with one gap, typed or chosen, is a sentence with a missing word."""
        pieces = list(question.pieces())
        gap = question.gaps[question.marks[0]]
        if len(question.marks) != 1 or gap.kind == "bank":
            return None
        self.lose("cloze", N_("Question %(number)s : le trou devient une phrase à compléter."))
        self._compare(question.compare)
        if gap.kind == "typed":
            answers = self._answers(self._typed(gap.typed, question.feedback))
        else:
            lines = [self._choice("=" if one.key else "~", one) for one in gap.list]
            answers = self._answers(lines, self._general(question.feedback))
        place = next(n for n, (kind, _) in enumerate(pieces) if kind == "gap")
        before, after = (
            "".join(text for _, text in some) for some in (pieces[:place], pieces[place + 1 :])
        )
        asked = _plain(f"{question.prompt}\n{before}")
        if after.strip():
            return f"{asked}{answers}{escaped(after)}"
        return f"{asked}{escaped(GAP)}{answers}"

    def matching(self, question: Matching) -> str:
        """Pairs, and right sides without a left one."""
        self._order(question.shuffle)
        if any(pair.feedback for pair in question.pairs):
            self.lose(
                "pair-feedback",
                N_("Question %(number)s : les commentaires des associations ne sont pas repris."),
            )
        if any("->" in pair.left for pair in question.pairs):
            self.lose("arrow", N_("Question %(number)s : « -> » y devient « → »."))
        lines = [
            *(
                f"={_plain(pair.left.replace('->', '→'))} -> {escaped(pair.right)}"
                for pair in question.pairs
            ),
            *(f"= -> {escaped(text)}" for text in question.distractors),
        ]
        return self.prompt() + self._answers(lines, self._general(question.feedback))

    def ordering(self, question: Ordering) -> str:
        """Steps, one a line, for the plugin that reads them in Moodle."""
        steps = [self._step(" ".join(step.split())) for step in question.sequence]
        opening = f">{len(steps)} ALL VERTICAL"
        return self.prompt() + self._answers(steps, self._general(question.feedback), opening)

    def _step(self, step: str) -> str:
        """A step has its own line, where two slashes would make it a comment."""
        return _plain(step) if step.startswith(("//", "[")) else escaped(step)

    def essay(self, question: Essay) -> str:
        """A text to write."""
        if question.rubric:
            self.lose("rubric", N_("Question %(number)s : son barème n’est pas repris."))
        if question.words != type(question.words)():
            self.lose("length", N_("Question %(number)s : le nombre de mots n’est pas repris."))
        return f"{self.prompt()}{{}}"
