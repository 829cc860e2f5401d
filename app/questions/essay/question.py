"""A text to write: words are counted, a rubric is shown, a person marks."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field

from app.errors import N_, Message, Path, Problem
from app.questions import base
from app.text.content import Content, Line
from app.text.passage import Reading
from app.text.sentences import count_words

__all__ = ["Criterion", "Essay", "Words", "rubric_of"]

LONGEST = 20_000


class Words(Content):
    """How long the text should be, in words."""

    least: int = Field(default=1, ge=1, le=2_000)
    most: int = Field(default=500, ge=1, le=2_000)


class Criterion(Content):
    """One line of the rubric."""

    criterion: Line
    points: float = Field(gt=0, le=100)


class Essay(base.Question):
    """The learner writes; nothing is marked until somebody has read it."""

    title: ClassVar[str] = N_("Rédaction")
    rule: ClassVar[str] = N_("Corrigé par une personne, selon le barème affiché.")
    hint: ClassVar[str] = N_("Rédigez votre réponse.")

    marked_by_person: ClassVar[bool] = True

    type: Literal["essay"] = "essay"
    words: Words = Words()
    rubric: tuple[Criterion, ...] = ()

    def instruction(self) -> Message:
        """How long it should be."""
        return Message(
            N_("De %(least)s à %(most)s mots."),
            {"least": self.words.least, "most": self.words.most},
        )

    def read(self, raw: object, reading: Reading) -> str | None:
        """The text as written."""
        return base.read_text(raw, limit=LONGEST)

    def _grade(self, answer: str, reading: Reading, mode: base.Mode) -> base.Grade:
        remark = self.remark(answer)
        return base.Grade(
            fraction=None,
            verdict=base.Verdict.PENDING,
            notes=(remark,) if remark else (),
            category="pending",
        )

    def key(self, reading: Reading) -> None:
        """Nobody can write it beforehand."""
        return

    def _told(self, answer: str, reading: Reading) -> tuple[str, ...]:
        return (answer,)

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        return (base.Given(category, Message(N_("Corrigée"))),) if category == "marked" else ()

    def remark(self, answer: base.Answer | None) -> Message | None:
        """A text that is too short or too long."""
        if isinstance(answer, str):
            count = count_words(answer)
            if not self.words.least <= count <= self.words.most:
                return Message(
                    N_("Longueur en mots : %(count)s. Il en faut de %(least)s à %(most)s."),
                    {"count": count, "least": self.words.least, "most": self.words.most},
                )
        return super().remark(answer)

    def comments(self) -> Iterator[tuple[Path, str]]:
        """A person writes them."""
        return iter(())

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "correct": None,
            "words": self.words.model_dump(),
            "rubric": [line.model_dump() for line in self.rubric],
        }

    def problems(self) -> Iterator[Problem]:
        """The limits make sense, and the rubric adds up to the points."""
        if self.words.least > self.words.most:
            yield Problem(
                code="words-range",
                message=Message(N_("Le minimum de mots dépasse le maximum.")),
                hint=Message(N_("Échangez « least » et « most ».")),
                path=("words",),
            )
        total = sum((Fraction(str(line.points)) for line in self.rubric), Fraction(0))
        if self.rubric and total != Fraction(str(self.points)):
            yield Problem(
                code="rubric-total",
                message=Message(
                    N_("Le barème fait %(total)s points, la question %(points)s."),
                    {"total": f"{float(total):g}", "points": f"{self.points:g}"},
                ),
                hint=Message(N_("Accordez « rubric » et « points ».")),
                path=("rubric",),
            )


def rubric_of(question: base.Question) -> tuple[Criterion, ...]:
    """What a text is marked by, line by line; nothing for other types."""
    return question.rubric if isinstance(question, Essay) else ()
