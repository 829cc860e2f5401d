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
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.attempt import AttemptState, Plan
from app.domain.quiz import Quiz
from app.domain.scoring import Score
from app.extensions import db
from app.models.content import QuizRow, get_version
from app.models.learner import DeviceRow, token_hash
from app.models.types import UtcTime
from app.questions.base import Answer, Mode, Shown

__all__ = [
    "Attempt",
    "AttemptRow",
    "Past",
    "Response",
    "ResponseRow",
    "TryRow",
    "add_attempt",
    "add_try",
    "category",
    "close_attempt",
    "count_by_quiz",
    "find_attempt",
    "find_open_attempt",
    "find_response",
    "list_all_responses",
    "list_attempts",
    "list_responses",
    "list_tries",
    "lock_attempts",
    "put_grades",
    "put_response",
    "put_responses",
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
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
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
    slug: str
    state: AttemptState
    shown: dict[str, Shown]
    units: int | None
    max_units: int | None
    pending: int | None
    quiz: Quiz


@dataclass(frozen=True, slots=True)
class Response:
    """A stored answer; ``units`` and ``verdict`` once it is marked."""

    question_id: str
    answer: Answer | None
    seq: int
    saved: datetime
    units: int | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An attempt in the learner's own list."""

    public_id: str
    slug: str
    version_id: int
    mode: Mode
    started: datetime
    submitted: datetime | None
    units: int | None
    max_units: int | None
    pending: int | None
    skills: Mapping[str, Sequence[int]]


_ATTEMPT = (
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
    )
    .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
    .join(DeviceRow, DeviceRow.learner_id == AttemptRow.learner_id)
    .where(
        AttemptRow.public_id == bindparam("public_id"),
        DeviceRow.token_hash == bindparam("token_hash"),
    )
)
_ATTEMPT_LOCKED = _ATTEMPT.with_for_update(of=AttemptRow)
# Statements of the learner's path are built once: building costs as much as running them.


def find_attempt(
    conn: Connection, token: str, public_id: str, *, lock: bool = False
) -> Attempt | None:
    """The attempt, if it is this browser's learner's. ``lock`` holds others off until commit.

    On SQLite the write transaction is the lock; PostgreSQL locks the row.
    """
    row = conn.execute(
        _ATTEMPT_LOCKED if lock else _ATTEMPT,
        {"public_id": public_id, "token_hash": token_hash(token)},
    ).one_or_none()
    if row is None:
        return None
    return Attempt(
        id=row[0],
        public_id=row[1],
        learner_id=row[2],
        version_id=row[3],
        assignment_id=row[13],
        slug=row[4],
        state=AttemptState(row[5], row[6], row[7], row[8]),
        shown=json.loads(row[9]),
        units=row[10],
        max_units=row[11],
        pending=row[12],
        quiz=get_version(conn, row[3]),
    )


def find_open_attempt(conn: Connection, learner_id: int, quiz_id: int, mode: Mode) -> str | None:
    """The public id of the attempt that this learner has not submitted."""
    return conn.scalar(
        select(AttemptRow.public_id).where(
            AttemptRow.learner_id == learner_id,
            AttemptRow.quiz_id == quiz_id,
            AttemptRow.mode == mode,
            AttemptRow.submitted.is_(None),
            AttemptRow.assignment_id.is_(None),
        )
    )


def add_attempt(
    conn: Connection,
    learner_id: int,
    quiz_id: int,
    version_id: int,
    mode: Mode,
    plan: Plan,
    now: datetime,
) -> str | None:
    """Start an attempt; its public id, or None if one was opened at this very moment."""
    public_id = secrets.token_urlsafe(16)
    try:
        with conn.begin_nested():
            conn.execute(
                insert(AttemptRow).values(
                    public_id=public_id,
                    learner_id=learner_id,
                    quiz_id=quiz_id,
                    version_id=version_id,
                    mode=mode,
                    shown=json.dumps(plan.shown, separators=(",", ":")),
                    started=now,
                    deadline=plan.deadline,
                )
            )
    except IntegrityError:
        return None
    return public_id


def close_attempt(
    conn: Connection,
    attempt_id: int,
    submitted: datetime,
    score: Score,
) -> None:
    """Store the score."""
    skills = {skill: [part.units, part.max_units] for skill, part in score.skills.items()}
    conn.execute(
        update(AttemptRow)
        .where(AttemptRow.id == attempt_id)
        .values(
            submitted=submitted,
            units=score.units,
            max_units=score.max_units,
            pending=score.pending,
            skills=json.dumps(skills, ensure_ascii=False),
        )
    )


def list_attempts(conn: Connection, learner_id: int) -> list[Past]:
    """All attempts of a learner, newest first."""
    rows = conn.execute(
        select(
            AttemptRow.public_id,
            QuizRow.slug,
            AttemptRow.version_id,
            AttemptRow.mode,
            AttemptRow.started,
            AttemptRow.submitted,
            AttemptRow.units,
            AttemptRow.max_units,
            AttemptRow.pending,
            AttemptRow.skills,
        )
        .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
        .where(AttemptRow.learner_id == learner_id)
        .order_by(AttemptRow.started.desc(), AttemptRow.id.desc())
    )
    return [
        Past(
            public_id=row.public_id,
            slug=row.slug,
            version_id=row.version_id,
            mode=row.mode,
            started=row.started,
            submitted=row.submitted,
            units=row.units,
            max_units=row.max_units,
            pending=row.pending,
            skills=json.loads(row.skills or "{}"),
        )
        for row in rows
    ]


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


def list_all_responses(conn: Connection, learner_id: int) -> dict[str, list[Response]]:
    """Stored answers of all attempts of a learner, by the attempt's public id."""
    rows = conn.execute(
        select(
            AttemptRow.public_id,
            ResponseRow.question_id,
            ResponseRow.answer,
            ResponseRow.seq,
            ResponseRow.saved,
            ResponseRow.units,
            ResponseRow.verdict,
        )
        .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
        .where(AttemptRow.learner_id == learner_id)
        .order_by(AttemptRow.id)
    )
    answers: dict[str, list[Response]] = {}
    for public_id, question_id, answer, seq, saved, units, verdict in rows:
        response = Response(question_id, json.loads(answer), seq, saved, units, verdict)
        answers.setdefault(public_id, []).append(response)
    return answers


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
