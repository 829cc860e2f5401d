"""What people decide about answers: marks given by hand, and answers accepted afterwards.

Marks go with their attempt. Amendments stay with their version, which is never deleted while an
attempt points at it, or go with the assignment that they are for. Users are never deleted, so
each decision keeps its author. Decisions are only added: the latest holds, the others are its
history.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.amendment import Amendment
from app.extensions import db
from app.models.account import UserRow
from app.models.attempt import AttemptRow
from app.models.types import UtcTime

__all__ = [
    "Judgement",
    "KeyAmendmentRow",
    "Mark",
    "MarkRow",
    "add_amendment",
    "add_mark",
    "list_all_amendments",
    "list_amendments",
    "list_comments",
    "list_hand_marked",
    "list_marks",
]


class MarkRow(db.Model):  # type: ignore[name-defined, misc]
    """A mark given by a person; the latest for an answer counts, the others are its history."""

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    units: Mapped[int] = mapped_column(BigInteger)
    marked_by: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    marked: Mapped[datetime] = mapped_column(UtcTime)
    why: Mapped[str] = mapped_column(Text)
    """For colleagues and the record."""
    comment: Mapped[str] = mapped_column(Text)
    """For the learner."""
    rubric: Mapped[str | None] = mapped_column(Text)
    """JSON: what each criterion of the rubric earned."""

    __table_args__ = (Index("ix_mark_attempt_question", "attempt_id", "question_id"),)


class KeyAmendmentRow(db.Model):  # type: ignore[name-defined, misc]
    """An answer that a teacher accepts after the version was frozen, and what it earns."""

    __tablename__ = "key_amendment"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assignment.id", ondelete="CASCADE"), index=True
    )
    """For whom: one assignment, or everybody (None), which only the quiz's editors decide."""
    question_id: Mapped[str] = mapped_column(String(80))
    part: Mapped[str] = mapped_column(String(20))
    """The gap; empty where the question is one."""
    accepted: Mapped[str] = mapped_column(Text)
    fraction: Mapped[float] = mapped_column(Float)
    """0 takes an acceptance back."""
    amended_by: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    amended: Mapped[datetime] = mapped_column(UtcTime)


# Marks given by hand.


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that a person gave: how much, who, when, why."""

    id: int
    attempt_id: int
    question_id: str
    units: int
    by: str
    """The name of the teacher."""
    marked: datetime
    why: str
    comment: str
    rubric: Mapping[str, int] | None
    """Rank of the criterion from 0 → units that it earned."""


_MARK = select(
    MarkRow.id,
    MarkRow.attempt_id,
    MarkRow.question_id,
    MarkRow.units,
    UserRow.name,
    MarkRow.marked,
    MarkRow.why,
    MarkRow.comment,
    MarkRow.rubric,
).join(UserRow, UserRow.id == MarkRow.marked_by)


def list_marks(
    conn: Connection, attempt_ids: Sequence[int], question_id: str | None = None
) -> dict[tuple[int, str], list[Mark]]:
    """Attempt and question → the marks given by hand, the latest first."""
    query = _MARK.where(MarkRow.attempt_id.in_(attempt_ids)).order_by(MarkRow.id.desc())
    if question_id is not None:
        query = query.where(MarkRow.question_id == question_id)
    found: dict[tuple[int, str], list[Mark]] = {}
    for row in conn.execute(query):
        mark = Mark(*row[:8], None if row[8] is None else json.loads(row[8]))
        found.setdefault((mark.attempt_id, mark.question_id), []).append(mark)
    return found


def list_hand_marked(conn: Connection, version_id: int, question_id: str) -> set[int]:
    """The attempts on a version whose answer to a question a person has marked."""
    return set(
        conn.scalars(
            select(MarkRow.attempt_id)
            .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
            .where(AttemptRow.version_id == version_id, MarkRow.question_id == question_id)
        )
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decides of an answer."""

    units: int
    comment: str
    why: str
    rubric: Mapping[str, int] | None


def add_mark(
    conn: Connection,
    attempt_id: int,
    question_id: str,
    given: Judgement,
    user_id: int,
    now: datetime,
) -> None:
    """Keep a mark given by hand; what it changes is changed by ``models.remarking``."""
    conn.execute(
        insert(MarkRow).values(
            attempt_id=attempt_id,
            question_id=question_id,
            units=given.units,
            marked_by=user_id,
            marked=now,
            why=given.why,
            comment=given.comment,
            rubric=None if given.rubric is None else json.dumps(given.rubric),
        )
    )


def list_comments(conn: Connection, user_id: int, most: int) -> list[str]:
    """The comments that a teacher wrote last, each once, to be used again."""
    latest = func.max(MarkRow.id)
    rows = conn.scalars(
        select(MarkRow.comment)
        .where(MarkRow.marked_by == user_id, MarkRow.comment != "")
        .group_by(MarkRow.comment)
        .order_by(latest.desc())
        .limit(most)
    )
    return list(rows)


# Answers accepted afterwards.


_AMENDMENTS = (
    select(
        KeyAmendmentRow.question_id,
        KeyAmendmentRow.part,
        KeyAmendmentRow.accepted,
        KeyAmendmentRow.fraction,
    )
    .where(
        KeyAmendmentRow.version_id == bindparam("version"),
        KeyAmendmentRow.assignment_id.is_(None)
        | (KeyAmendmentRow.assignment_id == bindparam("assignment")),
    )
    .order_by(KeyAmendmentRow.id)
)


def list_amendments(
    conn: Connection, version_id: int, assignment_id: int | None
) -> list[Amendment]:
    """What was decided for the attempts on a version, of an assignment or of none, in order."""
    rows: Any = conn.execute(_AMENDMENTS, {"version": version_id, "assignment": assignment_id})
    return [Amendment(*row) for row in rows]


def list_all_amendments(
    conn: Connection, version_ids: Collection[int], assignment_ids: Collection[int] | None
) -> list[Amendment]:
    """What was decided for everybody, and for some assignments (None: for any), in order."""
    query = select(
        KeyAmendmentRow.question_id,
        KeyAmendmentRow.part,
        KeyAmendmentRow.accepted,
        KeyAmendmentRow.fraction,
    ).where(KeyAmendmentRow.version_id.in_(version_ids))
    if assignment_ids is not None:
        query = query.where(
            KeyAmendmentRow.assignment_id.is_(None)
            | KeyAmendmentRow.assignment_id.in_(assignment_ids)
        )
    rows: Any = conn.execute(query.order_by(KeyAmendmentRow.id))
    return [Amendment(*row) for row in rows]


def add_amendment(
    conn: Connection,
    version_id: int,
    assignment_id: int | None,
    amendment: Amendment,
    user_id: int,
    now: datetime,
) -> None:
    """Keep a decision; answers that are marked already are marked anew by the use case."""
    conn.execute(
        insert(KeyAmendmentRow).values(
            version_id=version_id,
            assignment_id=assignment_id,
            question_id=amendment.question_id,
            part=amendment.part,
            accepted=amendment.accepted,
            fraction=amendment.fraction,
            amended_by=user_id,
            amended=now,
        )
    )
