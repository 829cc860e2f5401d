"""Attempts, responses and tries.

Deleting a learner deletes attempts, and attempts their responses and tries; the counts
(``models.counts``) are changed in the same transaction, by the use case, before the rows go.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.assignment import Feedback
from app.domain.attempt import AttemptState, Plan
from app.domain.quiz import Item, Quiz
from app.domain.scoring import Score
from app.extensions import db
from app.models.assignment import AssignmentRow
from app.models.classroom import MembershipRow
from app.models.content import QuizRow, get_version
from app.models.learner import DeviceRow, token_hash
from app.models.types import UtcTime
from app.questions.base import Answer, Mode, Shown

__all__ = [
    "Attempt",
    "AttemptRow",
    "Response",
    "ResponseRow",
    "Sitter",
    "TryRow",
    "add_attempt",
    "add_try",
    "category",
    "close_attempt",
    "count_by_quiz",
    "find_attempt",
    "find_open_attempt",
    "find_response",
    "get_attempt",
    "list_overdue",
    "list_responses",
    "list_tries",
    "lock_attempts",
    "note_seen",
    "put_grades",
    "put_response",
    "put_responses",
    "put_score",
    "upserts",
]


CATEGORY_LENGTH = 400


class AttemptRow(db.Model):  # type: ignore[name-defined, misc]
    """One sitting of one learner."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    learner_id: Mapped[int] = mapped_column(
        ForeignKey("learner.id", ondelete="CASCADE"), index=True
    )
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    """What it was given as; None for one that the learner chose."""
    mode: Mapped[Mode] = mapped_column(String(16))
    shown: Mapped[str] = mapped_column(Text)
    started: Mapped[datetime] = mapped_column(UtcTime)
    deadline: Mapped[datetime | None] = mapped_column(UtcTime)
    submitted: Mapped[datetime | None] = mapped_column(UtcTime)
    units: Mapped[int | None] = mapped_column(BigInteger)
    max_units: Mapped[int | None] = mapped_column(BigInteger)
    pending: Mapped[int | None] = mapped_column(BigInteger)
    skills: Mapped[str | None] = mapped_column(Text)
    """JSON: skill → [units, max units]."""
    item_order: Mapped[str | None] = mapped_column(Text)
    """JSON: the ids of the questions as they are shown, where they are shuffled."""
    seen: Mapped[datetime | None] = mapped_column(UtcTime)
    """When the page last said that it is open: its teacher sees whose connection is lost."""

    __table_args__ = (
        Index(
            "uq_attempt_open",
            "learner_id",
            "quiz_id",
            "mode",
            unique=True,
            sqlite_where=text("submitted IS NULL AND assignment_id IS NULL"),
            postgresql_where=text("submitted IS NULL AND assignment_id IS NULL"),
        ),
        Index(
            "uq_attempt_open_assigned",
            "learner_id",
            "assignment_id",
            unique=True,
            sqlite_where=text("submitted IS NULL AND assignment_id IS NOT NULL"),
            postgresql_where=text("submitted IS NULL AND assignment_id IS NOT NULL"),
        ),
        # What a learner of a class has begun and handed in, without reading the attempts.
        Index("ix_attempt_assigned", "assignment_id", "learner_id", "submitted"),
        # Whose time runs out first.
        Index(
            "ix_attempt_due",
            "assignment_id",
            "deadline",
            sqlite_where=text("submitted IS NULL"),
            postgresql_where=text("submitted IS NULL"),
        ),
    )


class ResponseRow(db.Model):  # type: ignore[name-defined, misc]
    """The current answer to an item."""

    __tablename__ = "response"

    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    saved: Mapped[datetime] = mapped_column(UtcTime)
    fraction: Mapped[float | None] = mapped_column(Float)
    units: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[str | None] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(CATEGORY_LENGTH))


class TryRow(db.Model):  # type: ignore[name-defined, misc]
    """In training: each checked answer, and each hint used (an answer of null)."""

    __tablename__ = "try"

    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str | None] = mapped_column(Text)
    made: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt with what it is about."""

    id: int
    public_id: str
    learner_id: int
    version_id: int
    assignment_id: int | None
    assignment: str | None
    """The public id of what it was given as; None for one that the learner chose."""
    feedback: Feedback
    """When the learner sees score and key; at once where it was not given by anybody."""
    slug: str
    state: AttemptState
    shown: dict[str, Shown]
    order: tuple[str, ...]
    units: int | None
    max_units: int | None
    pending: int | None
    quiz: Quiz

    @property
    def items(self) -> tuple[Item, ...]:
        """The items as this attempt shows them, numbered from 1."""
        if not self.order:
            return self.quiz.items
        questions = (self.quiz.by_id[question_id].question for question_id in self.order)
        return tuple(Item(n, question) for n, question in enumerate(questions, 1))


@dataclass(frozen=True, slots=True)
class Response:
    """A stored answer; ``units`` and ``verdict`` once it is marked."""

    question_id: str
    answer: Answer | None
    seq: int
    saved: datetime
    units: int | None = None
    verdict: str | None = None


_FOUND = (
    select(
        AttemptRow.id,
        AttemptRow.public_id,
        AttemptRow.learner_id,
        AttemptRow.version_id,
        QuizRow.slug,
        AttemptRow.mode,
        AttemptRow.started,
        AttemptRow.deadline,
        AttemptRow.submitted,
        AttemptRow.shown,
        AttemptRow.units,
        AttemptRow.max_units,
        AttemptRow.pending,
        AttemptRow.assignment_id,
        AttemptRow.item_order,
        AssignmentRow.public_id,
        AssignmentRow.feedback,
    )
    .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
    .outerjoin(AssignmentRow, AssignmentRow.id == AttemptRow.assignment_id)
)
_ATTEMPT = (
    _FOUND.join(DeviceRow, DeviceRow.learner_id == AttemptRow.learner_id)
    .outerjoin(
        MembershipRow,
        (MembershipRow.classroom_id == AssignmentRow.classroom_id)
        & (MembershipRow.learner_id == AttemptRow.learner_id)
        & MembershipRow.removed.is_(None),
    )
    .where(
        AttemptRow.public_id == bindparam("public_id"),
        DeviceRow.token_hash == bindparam("token_hash"),
        AttemptRow.assignment_id.is_(None) | MembershipRow.id.is_not(None),
    )
)
_ATTEMPT_LOCKED = _ATTEMPT.with_for_update(of=AttemptRow)
_BY_ID_LOCKED = _FOUND.where(AttemptRow.id == bindparam("id")).with_for_update(of=AttemptRow)
# Statements of the learner's path are built once: building costs as much as running them.


def find_attempt(
    conn: Connection, token: str, public_id: str, *, lock: bool = False
) -> Attempt | None:
    """The attempt, if it is this browser's learner's. ``lock`` holds others off until commit.

    What a class gave is there as long as the learner is in the class. On SQLite the write
    transaction is the lock; PostgreSQL locks the row.
    """
    row = conn.execute(
        _ATTEMPT_LOCKED if lock else _ATTEMPT,
        {"public_id": public_id, "token_hash": token_hash(token)},
    ).one_or_none()
    return None if row is None else _attempt(conn, row)


def get_attempt(conn: Connection, attempt_id: int) -> Attempt:
    """An attempt by number, whosever it is, held until commit: for what the clock decides."""
    return _attempt(conn, conn.execute(_BY_ID_LOCKED, {"id": attempt_id}).one())


def _attempt(conn: Connection, row: Any) -> Attempt:
    return Attempt(
        id=row[0],
        public_id=row[1],
        learner_id=row[2],
        version_id=row[3],
        slug=row[4],
        state=AttemptState(row[5], row[6], row[7], row[8]),
        shown=json.loads(row[9]),
        units=row[10],
        max_units=row[11],
        pending=row[12],
        assignment_id=row[13],
        order=tuple(json.loads(row[14])) if row[14] else (),
        assignment=row[15],
        feedback=row[16] or "now",
        quiz=get_version(conn, row[3]),
    )


def list_overdue(conn: Connection, before: datetime, assignment_id: int | None = None) -> list[int]:
    """Attempts that nobody submitted though their deadline has passed, of an assignment or all."""
    query = select(AttemptRow.id).where(
        AttemptRow.submitted.is_(None), AttemptRow.deadline < before
    )
    if assignment_id is not None:
        query = query.where(AttemptRow.assignment_id == assignment_id)
    return list(conn.scalars(query.order_by(AttemptRow.id)))


_SEEN = (
    update(AttemptRow)
    .where(
        AttemptRow.public_id == bindparam("attempt"),
        AttemptRow.submitted.is_(None),
        AttemptRow.learner_id.in_(
            select(DeviceRow.learner_id).where(DeviceRow.token_hash == bindparam("token_hash"))
        ),
    )
    .values(seen=bindparam("now"))
    .returning(AttemptRow.deadline)
)


def note_seen(
    conn: Connection, token: str, public_id: str, now: datetime
) -> tuple[datetime | None] | None:
    """Note that the page of an attempt is open; its deadline, or None if it is not under way."""
    row = conn.execute(
        _SEEN, {"attempt": public_id, "token_hash": token_hash(token), "now": now}
    ).one_or_none()
    return None if row is None else (row[0],)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who sits down to what: everything an attempt begins with, but for the plan."""

    learner_id: int
    quiz_id: int
    version_id: int
    mode: Mode
    assignment_id: int | None = None


def find_open_attempt(conn: Connection, sitter: Sitter) -> str | None:
    """The public id of the attempt that this learner has not submitted."""
    same = (
        [AttemptRow.assignment_id == sitter.assignment_id]
        if sitter.assignment_id
        else [
            AttemptRow.assignment_id.is_(None),
            AttemptRow.quiz_id == sitter.quiz_id,
            AttemptRow.mode == sitter.mode,
        ]
    )
    return conn.scalar(
        select(AttemptRow.public_id).where(
            AttemptRow.learner_id == sitter.learner_id, AttemptRow.submitted.is_(None), *same
        )
    )


_ADD = {
    "sqlite": sqlite.insert(AttemptRow).on_conflict_do_nothing().returning(AttemptRow.public_id),
    "postgresql": postgresql.insert(AttemptRow)
    .on_conflict_do_nothing()
    .returning(AttemptRow.public_id),
}


def add_attempt(conn: Connection, sitter: Sitter, plan: Plan, now: datetime) -> str | None:
    """Start an attempt; its public id, or None if one was opened at this very moment."""
    row = {
        "public_id": secrets.token_urlsafe(16),
        "learner_id": sitter.learner_id,
        "quiz_id": sitter.quiz_id,
        "version_id": sitter.version_id,
        "assignment_id": sitter.assignment_id,
        "mode": sitter.mode,
        "shown": json.dumps(plan.shown, separators=(",", ":")),
        "item_order": json.dumps(plan.order) if plan.order else None,
        "started": now,
        "deadline": plan.deadline,
    }
    return conn.scalar(_ADD[conn.dialect.name], row)


_CLOSE = (
    update(AttemptRow)
    .where(AttemptRow.id == bindparam("attempt"))
    .values(
        {name: bindparam(name) for name in ("submitted", "units", "max_units", "pending", "skills")}
    )
)


def close_attempt(
    conn: Connection,
    attempt_id: int,
    submitted: datetime,
    score: Score,
) -> None:
    """Store the score, and that it is submitted."""
    conn.execute(_CLOSE, {"attempt": attempt_id, "submitted": submitted, **_scored(score)})


def put_score(conn: Connection, attempt_id: int, score: Score) -> None:
    """Store another score of an attempt that is submitted."""
    conn.execute(update(AttemptRow).where(AttemptRow.id == attempt_id).values(**_scored(score)))


def _scored(score: Score) -> dict[str, Any]:
    skills = {skill: [part.units, part.max_units] for skill, part in score.skills.items()}
    return {
        "units": score.units,
        "max_units": score.max_units,
        "pending": score.pending,
        "skills": json.dumps(skills, ensure_ascii=False),
    }


def count_by_quiz(conn: Connection, quiz_ids: Sequence[int]) -> dict[int, int]:
    """Quiz id → how many attempts were submitted on it."""
    rows = conn.execute(
        select(AttemptRow.quiz_id, func.count())
        .where(AttemptRow.quiz_id.in_(quiz_ids), AttemptRow.submitted.is_not(None))
        .group_by(AttemptRow.quiz_id)
    )
    return {row[0]: row[1] for row in rows}


def lock_attempts(conn: Connection, learner_id: int) -> None:
    """Hold off, until commit, whatever would change this learner's attempts.

    An erasure thus waits for a submit that is under way, and takes back what it counted.
    """
    conn.execute(
        select(AttemptRow.id)
        .where(AttemptRow.learner_id == learner_id)
        .order_by(AttemptRow.id)
        .with_for_update()
    ).all()


_RESPONSES = select(
    ResponseRow.question_id,
    ResponseRow.answer,
    ResponseRow.seq,
    ResponseRow.saved,
    ResponseRow.units,
    ResponseRow.verdict,
).where(ResponseRow.attempt_id == bindparam("attempt"))
_RESPONSE = _RESPONSES.where(ResponseRow.question_id == bindparam("question"))


def list_responses(conn: Connection, attempt_id: int) -> dict[str, Response]:
    """Stored answers by question id."""
    rows = conn.execute(_RESPONSES, {"attempt": attempt_id})
    return {row[0]: Response(row[0], json.loads(row[1]), *row[2:]) for row in rows}


def find_response(conn: Connection, attempt_id: int, question_id: str) -> Response | None:
    """The stored answer to one question."""
    row = conn.execute(_RESPONSE, {"attempt": attempt_id, "question": question_id}).one_or_none()
    return Response(row[0], json.loads(row[1]), *row[2:]) if row else None


def category(name: str) -> str:
    """A response category as it is stored: bounded, and cut in the same place everywhere."""
    return name[:CATEGORY_LENGTH]


def upserts(build: Callable[[Any], Any], table: type[Any]) -> dict[str, Any]:
    """The same upsert for each database, by its name."""
    return {"sqlite": build(sqlite.insert(table)), "postgresql": build(postgresql.insert(table))}


_KEY = ["attempt_id", "question_id"]
_SAVE = upserts(
    lambda insert: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={name: insert.excluded[name] for name in ("answer", "seq", "saved")},
        where=ResponseRow.seq < insert.excluded.seq,
    ),
    ResponseRow,
)
_SAVE_ONE = {name: save.returning(ResponseRow.seq) for name, save in _SAVE.items()}
_GRADE = upserts(
    lambda insert: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={name: insert.excluded[name] for name in ("fraction", "units", "verdict", "category")},
    ),
    ResponseRow,
)


def put_response(
    conn: Connection,
    attempt_id: int,
    question_id: str,
    answer: Answer | None,
    seq: int,
    now: datetime,
) -> bool:
    """Store an answer if it is newer than what is stored; the database itself compares."""
    row = _row(attempt_id, question_id, answer, seq, now)
    return conn.execute(_SAVE_ONE[conn.dialect.name], row).first() is not None


def put_responses(
    conn: Connection,
    attempt_id: int,
    answers: Sequence[tuple[str, Answer | None, int]],
    now: datetime,
) -> None:
    """Store answers as (question id, answer, seq); the caller has checked that they are newer."""
    if answers:
        rows = [_row(attempt_id, *answer, now) for answer in answers]
        conn.execute(_SAVE[conn.dialect.name], rows)


def _row(
    attempt_id: int, question_id: str, answer: Answer | None, seq: int, now: datetime
) -> dict[str, Any]:
    return {
        "attempt_id": attempt_id,
        "question_id": question_id,
        "answer": json.dumps(answer, ensure_ascii=False, separators=(",", ":")),
        "seq": seq,
        "saved": now,
    }


def put_grades(
    conn: Connection, attempt_id: int, rows: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Store the mark of every item; an item without an answer gets a blank one."""
    blank = {"attempt_id": attempt_id, "answer": "null", "seq": 0, "saved": now}
    conn.execute(_GRADE[conn.dialect.name], [{**blank, **row} for row in rows])


def list_tries(
    conn: Connection, attempt_id: int, question_id: str | None = None
) -> dict[str, list[Answer | None]]:
    """In training: question id → checked answers in order, None for a hint used."""
    query = select(TryRow.question_id, TryRow.answer).where(TryRow.attempt_id == attempt_id)
    if question_id is not None:
        query = query.where(TryRow.question_id == question_id)
    tries: dict[str, list[Answer | None]] = {}
    for question, answer in conn.execute(query.order_by(TryRow.question_id, TryRow.number)):
        tries.setdefault(question, []).append(None if answer is None else json.loads(answer))
    return tries


def add_try(
    conn: Connection,
    attempt_id: int,
    question_id: str,
    number: int,
    answer: Answer | None,
    now: datetime,
) -> None:
    """Keep a checked answer, or that a hint was used (``answer`` None)."""
    conn.execute(
        insert(TryRow).values(
            attempt_id=attempt_id,
            question_id=question_id,
            number=number,
            answer=None if answer is None else json.dumps(answer, ensure_ascii=False),
            made=now,
        )
    )
