"""Changing marks of attempts that are submitted, so that all that follows from them follows.

The response, the attempt's total, its score by skill and the counts change in one transaction; a
recount from scratch gives the same numbers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.domain.quiz import Quiz
from app.domain.scoring import Mark, Score, score
from app.models.attempt import AttemptRow, ResponseRow, put_score
from app.models.content import get_version
from app.models.counts import Count, Tally, move_counts
from app.questions.base import Mode

__all__ = ["NewMark", "remark"]

BATCH = 500


@dataclass(frozen=True, slots=True)
class NewMark:
    """What an answer earns from now on."""

    fraction: float
    units: int
    verdict: str
    category: str


@dataclass(slots=True)
class _Item:
    category: str
    units: int | None


@dataclass(frozen=True, slots=True)
class _Attempt:
    id: int
    version_id: int
    assignment_id: int | None
    mode: Mode
    total: int
    items: dict[str, _Item]

    def tally(self, total: int) -> Tally:
        counts = [Count(name, one.category, one.units or 0) for name, one in self.items.items()]
        return Tally(self.version_id, self.assignment_id or 0, self.mode, total, counts)

    def score(self, quiz: Quiz) -> Score:
        return score(
            Mark(
                item.question.id,
                item.question.skill,
                self.items[item.question.id].units,
                item.max_units,
            )
            for item in quiz.items
        )


_MARK = (
    update(ResponseRow)
    .where(
        ResponseRow.attempt_id == bindparam("attempt"),
        ResponseRow.question_id == bindparam("question"),
    )
    .values(
        {name: bindparam(f"new_{name}") for name in ("fraction", "units", "verdict", "category")}
    )
)


def remark(conn: Connection, changes: Mapping[int, Mapping[str, NewMark]]) -> None:
    """Give answers other marks: attempt → question → mark. Attempts must be submitted.

    The caller has locked the attempts (in order of their numbers).
    """
    before: list[Tally] = []
    after: list[Tally] = []
    for batch in _batches(sorted(changes)):
        for attempt in _read(conn, batch):
            before.append(attempt.tally(attempt.total))
            for question, mark in changes[attempt.id].items():
                attempt.items[question] = _Item(mark.category, mark.units)
            new = attempt.score(get_version(conn, attempt.version_id))
            after.append(attempt.tally(new.units))
            put_score(conn, attempt.id, new)
    rows = [
        {
            "attempt": attempt_id,
            "question": question,
            "new_fraction": mark.fraction,
            "new_units": mark.units,
            "new_verdict": mark.verdict,
            "new_category": mark.category,
        }
        for attempt_id, marks in sorted(changes.items())
        for question, mark in marks.items()
    ]
    if rows:
        conn.execute(_MARK, rows)
    move_counts(conn, before, after)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[n : n + BATCH] for n in range(0, len(ids), BATCH))


def _read(conn: Connection, ids: Sequence[int]) -> Iterable[_Attempt]:
    rows: Any = conn.execute(
        select(
            AttemptRow.id,
            AttemptRow.version_id,
            AttemptRow.assignment_id,
            AttemptRow.mode,
            AttemptRow.units,
        ).where(AttemptRow.id.in_(ids), AttemptRow.submitted.is_not(None))
    )
    attempts = {row[0]: _Attempt(*(*row[:4], row[4] or 0, {})) for row in rows}
    marks: Any = conn.execute(
        select(
            ResponseRow.attempt_id, ResponseRow.question_id, ResponseRow.category, ResponseRow.units
        ).where(ResponseRow.attempt_id.in_(ids))
    )
    for attempt_id, question, category, units in marks:
        if attempt_id in attempts:
            attempts[attempt_id].items[question] = _Item(category or "", units)
    return attempts.values()
