"""A number, in figures or in words, with a tolerance.

Figures are read as French writes them: a decimal comma (or point), spaces between thousands,
any minus sign, and the unit after the number if the question has one.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from app.errors import N_, Message, Path, Problem
from app.questions import base
from app.text.compare import Verdict as Match
from app.text.compare import compare, normalise
from app.text.content import Content, Line
from app.text.passage import Reading

__all__ = ["AcceptedNumber", "Numeric", "read_number"]

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def read_number(text: str, unit: str = "") -> Decimal | None:
    """The number that a French reader would see in the text, or None."""
    compact = re.sub(r"\s", "", normalise(text)).replace("−", "-").replace("–", "-")
    suffix = re.sub(r"\s", "", normalise(unit))
    if suffix and compact.endswith(suffix):
        compact = compact.removesuffix(suffix)
    if not _NUMBER.fullmatch(compact):
        return None
    try:
        return Decimal(compact.replace(",", "."))
    except InvalidOperation:
        return None


class AcceptedNumber(Content):
    """A value and how far from it one may be; the same number in words, if it may be written."""

    value: float
    tolerance: float = Field(default=0, ge=0)
    fraction: float = Field(default=1, ge=0, le=1)
    words: tuple[Line, ...] = ()
    feedback: str = ""

    def accepts(self, number: Decimal) -> bool:
        """Whether the number is within the tolerance, reckoned in decimals, not in binary."""
        return abs(number - Decimal(repr(self.value))) <= Decimal(repr(self.tolerance))


class Numeric(base.Question):
    """The learner types a number."""

    title: ClassVar[str] = N_("Nombre")
    rule: ClassVar[str] = N_("Le bon nombre donne tous les points, en chiffres ou en lettres.")
    hint: ClassVar[str] = N_("Écrivez un nombre, en chiffres ou en lettres.")

    type: Literal["numeric"] = "numeric"
    answers: tuple[AcceptedNumber, ...] = Field(min_length=1, max_length=20)
    unit: str = ""

    def read(self, raw: object, reading: Reading) -> str | None:
        """The number as typed: a text that is not a number is wrong, not malformed."""
        return base.read_text(raw, limit=60)

    def _grade(self, answer: str, reading: Reading, mode: base.Mode) -> base.Grade:
        number = read_number(answer, self.unit)
        matches = [(n, known) for n, known in enumerate(self.answers) if _is(known, number, answer)]
        if not matches:
            notes = [] if number is not None else [Message(N_("Ce n’est pas un nombre."))]
            category = "wrong" if number is None else f"={number.normalize():f}"[:40]
            return base.graded(
                Fraction(0), category=category, notes=notes, feedback=[self.feedback.wrong]
            )
        rank, best = max(matches, key=lambda match: match[1].fraction)
        told = best.feedback or (self.feedback.right if best.fraction == 1 else self.feedback.wrong)
        return base.graded(base.exact(best.fraction), category=f"answer{rank}", feedback=[told])

    def key(self, reading: Reading) -> str:
        """The first value that earns all, in figures."""
        return _figures(next(known.value for known in self.answers if known.fraction == 1))

    def _told(self, answer: str, reading: Reading) -> tuple[str, ...]:
        return (f"{answer} {self.unit}".strip() if read_number(answer) is not None else answer,)

    def typed(self, answer: base.Answer | None) -> dict[str, str]:
        """The number as typed."""
        return {"": answer} if isinstance(answer, str) else {}

    def typed_parts(self) -> tuple[str, ...]:
        """The question is one."""
        return ("",)

    def accepting(self, part: str, text: str, fraction: float) -> Self:
        """One more value; a text that is no number is taken for the right one, in words."""
        number = read_number(text, self.unit)
        if number is None:
            right = next(known for known in self.answers if known.fraction == 1)
            more = right.model_copy(update={"fraction": fraction, "words": (text,), "feedback": ""})
        else:
            more = AcceptedNumber(value=float(number), fraction=fraction)
        return self.model_copy(update={"answers": (*self.answers, more)})

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        if category == "wrong":
            return (base.Given(category, Message(N_("Ce n’est pas un nombre"))),)
        if category.startswith("="):
            figures = category[1:].replace(".", ",")
            return (base.Given(category, f"{figures} {self.unit}".strip()),)
        known = {f"answer{rank}": answer for rank, answer in enumerate(self.answers)}.get(category)
        if known is None:
            return ()
        earlier = self.answers[: self.answers.index(known)]
        if known.words and any(one.value == known.value for one in earlier):
            # Accepted in these very words, for a value that has figures already.
            return (base.Given(category, known.words[0], right=known.fraction == 1),)
        figures = f"{_figures(known.value)} {self.unit}".strip()
        if known.tolerance:
            figures = f"{figures} (± {_figures(known.tolerance)})"
        right = known.fraction == 1
        return (base.Given(category, figures, right=right, lure=not known.fraction),)

    def remark(self, answer: base.Answer | None) -> Message | None:
        """A text in which no number can be read."""
        words = {word for known in self.answers for word in known.words}
        if isinstance(answer, str) and read_number(answer, self.unit) is None and not words:
            return Message(N_("Ce n’est pas un nombre."))
        return super().remark(answer)

    def comments(self) -> Iterator[tuple[Path, str]]:
        """A right answer may have its own; a wrong one needs one for all that is not foreseen."""
        told = all(answer.feedback for answer in self.answers if answer.fraction == 1)
        return (comment for comment in super().comments() if not told or "right" not in comment[0])

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "correct": [
                {"value": known.value, "tolerance": known.tolerance}
                for known in self.answers
                if known.fraction > 0
            ],
            "weights": [known.fraction for known in self.answers if known.fraction > 0],
        }

    def problems(self) -> Iterator[Problem]:
        """One value earns all the points."""
        if not any(known.fraction == 1 for known in self.answers):
            yield Problem(
                code="no-key",
                message=Message(N_("Aucune valeur ne donne tous les points.")),
                hint=Message(N_("Laissez au moins une valeur sans « fraction ».")),
                path=("answers",),
            )


def _is(known: AcceptedNumber, number: Decimal | None, typed: str) -> bool:
    if number is not None:
        return known.accepts(number)
    in_words = compare(typed, known.words) if known.words else None
    return in_words is not None and in_words.verdict in (Match.EXACT, Match.ACCENT, Match.TYPO)


def _figures(value: float) -> str:
    return f"{Decimal(repr(value)).normalize():f}".replace(".", ",")
