"""What statistics read of the counts: the versions that were taken, and the cells of one.

A version has as many cells as there are ways to answer, not as there are attempts: of each item,
its kinds of answers times the totals that went with them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.domain.statistics import Cell
from app.models.content import QuizVersionRow
from app.models.counts import ItemCountRow
from app.questions.base import Mode

__all__ = ["CountedVersion", "list_cells", "list_counted"]


@dataclass(frozen=True, slots=True)
class CountedVersion:
    """A version of a quiz, and how many attempts were submitted on it in each mode."""

    id: int
    number: int
    created: datetime
    attempts: Mapping[Mode, int]


def list_counted(conn: Connection, quiz_id: int) -> list[CountedVersion]:
    """The versions of a quiz, the latest first."""
    rows = conn.execute(
        select(
            QuizVersionRow.id,
            QuizVersionRow.number,
            QuizVersionRow.created,
            ItemCountRow.mode,
            ItemCountRow.question_id,
            func.sum(ItemCountRow.n),
        )
        .outerjoin(ItemCountRow, ItemCountRow.version_id == QuizVersionRow.id)
        .where(QuizVersionRow.quiz_id == quiz_id)
        .group_by(
            QuizVersionRow.id,
            QuizVersionRow.number,
            QuizVersionRow.created,
            ItemCountRow.mode,
            ItemCountRow.question_id,
        )
        .order_by(QuizVersionRow.number.desc())
    )
    versions: dict[int, CountedVersion] = {}
    attempts: dict[int, dict[Mode, int]] = {}
    for version_id, number, created, mode, _, n in rows:
        counted = attempts.setdefault(version_id, {})
        versions.setdefault(version_id, CountedVersion(version_id, number, created, counted))
        if mode is not None:  # every attempt is counted once for each question
            counted[mode] = max(counted.get(mode, 0), int(n))
    return list(versions.values())


def list_cells(
    conn: Connection, version_id: int, modes: Collection[Mode], assignment_id: int | None = None
) -> list[Cell]:
    """The counts of a version in these modes, of one assignment, or whoever set the attempts."""
    key = (
        ItemCountRow.question_id,
        ItemCountRow.category,
        ItemCountRow.units,
        ItemCountRow.total,
    )
    query = (
        select(*key, func.sum(ItemCountRow.n))
        .where(ItemCountRow.version_id == version_id, ItemCountRow.mode.in_(modes))
        .group_by(*key)
    )
    if assignment_id is not None:
        query = query.where(ItemCountRow.assignment_id == assignment_id)
    rows = conn.execute(query)
    return [Cell(item, category, mark, total, int(n)) for item, category, mark, total, n in rows]
