"""Who chose what: the answers to one question, in words, among the thirds of the attempts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.statistics import Chosen
from app.errors import N_, Message
from app.questions.base import UNKNOWN, Given, Question
from app.text.passage import Reading

__all__ = ["AnswerRow", "answer_table"]

MOST_ROWS = 12
"""Beyond them, the rarest answers of ours (numbers, places in the text) are told as one."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, and how many gave it in the lowest, middle and highest third."""

    given: Given
    thirds: tuple[int, int, int]
    accepted: bool = False
    """Whether a teacher accepted it after it was given."""

    @property
    def n(self) -> int:
        """How many gave it in all."""
        return sum(self.thirds)


def answer_table(
    question: Question,
    reading: Reading,
    chosen: Sequence[Chosen],
    accepting: Question | None = None,
) -> tuple[AnswerRow, ...]:
    """The author's choices in their order, taken or not; then other answers, the commonest first.

    Choices that were ticked together count one by one, so that rows may add up to more than the
    attempts. What nobody answered comes last. ``accepting`` is the question with what was accepted
    afterwards: it has words for answers that the question itself does not know.
    """
    accepted: set[str] = set()
    found: dict[str, Given] = {}
    counted: dict[str, list[int]] = {}
    authored = [choice.id for choice in question.authored_choices()]
    for given in (one for choice in authored for one in question.given(choice, reading)):
        found.setdefault(given.id, given)
        counted.setdefault(given.id, [0, 0, 0])
    for one in chosen:
        told = question.given(one.category, reading)
        if accepting is not None and told[0].id == UNKNOWN:
            told = accepting.given(one.category, reading)
            accepted.update(given.id for given in told if given.id != UNKNOWN)
        for given in told:
            found.setdefault(given.id, given)
            counted[given.id] = _add(counted.get(given.id, (0, 0, 0)), one.thirds)
    rows = [
        AnswerRow(found[key], _three(thirds), key in accepted) for key, thirds in counted.items()
    ]
    kept, others = rows[: len(authored)], rows[len(authored) :]
    blank = [row for row in others if row.given.id == "blank"]
    others = sorted((row for row in others if row not in blank), key=lambda row: -row.n)
    return (*kept, *_gathered(others, MOST_ROWS - len(kept)), *blank)


def _gathered(rows: Sequence[AnswerRow], most: int) -> Iterable[AnswerRow]:
    """No more rows than that, the rest as one; but right answers are told each for itself."""
    shown = [row for n, row in enumerate(rows) if n < most or row.given.right]
    rest = [row for row in rows if row not in shown]
    if len(rest) < 2:  # noqa: PLR2004 (one row is not shorter than one row)
        return rows
    total: Sequence[int] = (0, 0, 0)
    for row in rest:
        total = _add(total, row.thirds)
    return [
        *shown,
        AnswerRow(Given("rest", Message(N_("D’autres réponses, plus rares"))), _three(total)),
    ]


def _add(left: Sequence[int], right: Sequence[int]) -> list[int]:
    return [one + other for one, other in zip(left, right, strict=True)]


def _three(counts: Sequence[int]) -> tuple[int, int, int]:
    low, middle, high = counts
    return low, middle, high
