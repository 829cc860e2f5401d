"""The counts that statistics are read from, so that no page ever scans responses.

One cell counts the attempts on a version, of an assignment or of none, in a mode, that gave one
kind of answer to an item, earned one mark for it, and made one total. They change in the transaction of a submit, and
back again on erasure; a recount from scratch gives the same numbers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.attempt import CATEGORY_LENGTH, AttemptRow, ResponseRow, upserts
from app.questions.base import Mode

__all__ = [
    "Count",
    "ItemCountRow",
    "Tally",
    "add_counts",
    "list_counts",
    "list_tallies",
    "move_counts",
    "recount",
]


Cell = tuple[int, int, str, str, str, int, int]


class ItemCountRow(db.Model):  # type: ignore[name-defined, misc]
    """How many attempts gave this kind of answer, earned this mark, and made this total."""

    __tablename__ = "item_count"

    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 for attempts that learners chose themselves."""
    mode: Mapped[Mode] = mapped_column(String(16), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    category: Mapped[str] = mapped_column(String(CATEGORY_LENGTH), primary_key=True)
    units: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of the counts."""

    question_id: str
    category: str
    units: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What one submitted attempt adds to the counts."""

    version_id: int
    assignment_id: int
    """0 where there is none."""
    mode: Mode
    total: int
    counts: list[Count]


_COUNT = upserts(
    lambda insert: insert.on_conflict_do_update(
        index_elements=[column.name for column in ItemCountRow.__table__.primary_key],
        set_={"n": ItemCountRow.n + insert.excluded.n},
    ),
    ItemCountRow,
)


def add_counts(conn: Connection, tally: Tally, sign: int = 1) -> None:
    """Count an attempt in (``sign`` 1) or take it back (−1). Cells that reach 0 disappear."""
    rows = [
        {
            "version_id": tally.version_id,
            "assignment_id": tally.assignment_id,
            "mode": tally.mode,
            "question_id": count.question_id,
            "category": count.category,
            "units": count.units,
            "total": tally.total,
            "n": sign,
        }
        for count in sorted(tally.counts, key=lambda count: count.question_id)
    ]
    conn.execute(_COUNT[conn.dialect.name], rows)
    if sign < 0:
        conn.execute(
            delete(ItemCountRow).where(
                ItemCountRow.version_id == tally.version_id, ItemCountRow.n == 0
            )
        )


def move_counts(conn: Connection, before: Sequence[Tally], after: Sequence[Tally]) -> None:
    """Count attempts as they are now instead of as they were; cells that reach 0 disappear."""
    moved: Counter[Cell] = Counter()
    for sign, tallies in ((-1, before), (1, after)):
        for tally in tallies:
            for cell in _cells(tally):
                moved[cell] += sign
    names = [column.name for column in ItemCountRow.__table__.primary_key]
    # Like a submit, by question: two who count at once wait for each other, never both.
    order = names.index("question_id")
    rows = [
        {**dict(zip(names, cell, strict=True)), "n": n}
        for cell, n in sorted(moved.items(), key=lambda one: (one[0][order], one[0]))
        if n
    ]
    if rows:
        conn.execute(_COUNT[conn.dialect.name], rows)
        versions = {tally.version_id for tally in before}
        conn.execute(
            delete(ItemCountRow).where(ItemCountRow.version_id.in_(versions), ItemCountRow.n == 0)
        )


def _cells(tally: Tally) -> Iterator[Cell]:
    """The cells that an attempt is in, under the columns of their key in order."""
    for count in tally.counts:
        yield (
            tally.version_id,
            tally.assignment_id,
            tally.mode,
            count.question_id,
            count.category,
            count.units,
            tally.total,
        )


def list_tallies(conn: Connection, learner_id: int | None = None) -> list[Tally]:
    """What submitted attempts add to the counts, reckoned from the responses."""
    query = (
        select(
            AttemptRow.id,
            AttemptRow.version_id,
            AttemptRow.assignment_id,
            AttemptRow.mode,
            AttemptRow.units,
            ResponseRow.question_id,
            ResponseRow.category,
            ResponseRow.units,
        )
        .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
        .where(AttemptRow.submitted.is_not(None), ResponseRow.category.is_not(None))
        .order_by(AttemptRow.id)
    )
    if learner_id is not None:
        query = query.where(AttemptRow.learner_id == learner_id)
    tallies: dict[int, Tally] = {}
    for row in conn.execute(query):
        attempt_id, version_id, assignment_id, mode, total, question_id, category, units = row
        tally = tallies.get(attempt_id)
        if tally is None:
            tally = Tally(version_id, assignment_id or 0, mode, total or 0, [])
            tallies[attempt_id] = tally
        tally.counts.append(Count(question_id, category or "", units or 0))
    return list(tallies.values())


def recount(conn: Connection) -> dict[Cell, int]:
    """The counts, reckoned again from scratch: what the table must hold."""
    cells: dict[Cell, int] = {}
    for tally in list_tallies(conn):
        for cell in _cells(tally):
            cells[cell] = cells.get(cell, 0) + 1
    return cells


def list_counts(conn: Connection) -> dict[Cell, int]:
    """The counts as they are kept, under the columns of their key in order."""
    rows = conn.execute(select(*ItemCountRow.__table__.columns))
    return {tuple(row[:7]): row[7] for row in rows}
