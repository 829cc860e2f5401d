"""Quizzes given to classes.

An assignment goes with its class, but not while an attempt points at it: one that somebody has
begun is closed, never deleted. Exceptions go with their assignment or their member. Attempts of
an assignment go with their learner, like all others.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    column,
    delete,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.assignment import ALL_EQUAL, Counting, Feedback, Grant, Terms
from app.domain.attempt import GRACE
from app.domain.quiz import Quiz
from app.errors import NotFound
from app.extensions import db
from app.models.classroom import Classroom, ClassroomRow, taught_by
from app.models.content import QuizRow, QuizVersionRow, get_version
from app.models.types import UtcTime
from app.questions.base import Mode

__all__ = [
    "Assignment",
    "AssignmentExceptionRow",
    "AssignmentRow",
    "add_assignment",
    "assignment_for",
    "change_terms",
    "delete_assignment",
    "fits_pass_code",
    "list_assignments",
    "list_grants",
    "list_of_quiz",
    "move_to_version",
    "put_grants",
    "set_pass_code",
    "terms_of",
]


class AssignmentRow(db.Model):  # type: ignore[name-defined, misc]
    """A version of a quiz given to a class, and on which terms."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    classroom_id: Mapped[int] = mapped_column(
        ForeignKey("classroom.id", ondelete="CASCADE"), index=True
    )
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"), index=True)
    """What attempts start on from now on; those under way keep theirs."""
    mode: Mapped[Mode] = mapped_column(String(16))
    opens: Mapped[datetime | None] = mapped_column(UtcTime)
    closes: Mapped[datetime | None] = mapped_column(UtcTime)
    minutes: Mapped[int | None] = mapped_column()
    """The time limit of an attempt; None where there is none."""
    attempts_allowed: Mapped[int | None] = mapped_column()
    """None where there is no limit."""
    counts: Mapped[Counting] = mapped_column(String(8))
    """Which attempt of a learner counts."""
    feedback: Mapped[Feedback] = mapped_column(String(8))
    """When learners see the key: with each answer or submit, after the closing, never."""
    shuffle: Mapped[bool] = mapped_column(Boolean)
    """Whether each learner finds questions in an order of their own."""
    pass_code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created: Mapped[datetime] = mapped_column(UtcTime)
    closed: Mapped[datetime | None] = mapped_column(UtcTime)
    """When a teacher closed it by hand."""


class AssignmentExceptionRow(db.Model):  # type: ignore[name-defined, misc]
    """What one member of the class is granted beyond the terms of all."""

    __tablename__ = "assignment_exception"

    assignment_id: Mapped[int] = mapped_column(
        ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True
    )
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    extra_minutes: Mapped[int] = mapped_column()
    closes: Mapped[datetime | None] = mapped_column(UtcTime)
    """A closing of their own; None where that of all holds."""
    more_attempts: Mapped[int] = mapped_column()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A quiz given to a class, as its teachers see it."""

    id: int
    public_id: str
    classroom: Classroom
    quiz_id: int
    slug: str
    version_id: int
    number: int
    """Of the version."""
    quiz: Quiz
    terms: Terms
    protected: bool
    """Whether a pass code is asked for."""
    created: datetime
    due: datetime | None = None
    """When the first attempt under way runs out of time; known where one assignment is read."""

    def overdue(self, now: datetime) -> bool:
        """Whether an attempt has run out of time, and nobody has submitted it yet."""
        return self.due is not None and self.due < now - GRACE


TERMS: tuple[Any, ...] = (
    AssignmentRow.mode,
    AssignmentRow.opens,
    AssignmentRow.closes,
    AssignmentRow.minutes,
    AssignmentRow.attempts_allowed,
    AssignmentRow.counts,
    AssignmentRow.feedback,
    AssignmentRow.shuffle,
    AssignmentRow.closed,
)
"""In the order of ``Terms``."""

_CLASS = (
    ClassroomRow.id,
    ClassroomRow.public_id,
    ClassroomRow.name,
    ClassroomRow.owner_id,
    ClassroomRow.join_code,
    ClassroomRow.joining,
    ClassroomRow.created,
    ClassroomRow.archived,
    ClassroomRow.purge_on,
)
_ASSIGNMENT = (
    select(
        AssignmentRow.id,
        AssignmentRow.public_id,
        AssignmentRow.quiz_id,
        QuizRow.slug,
        AssignmentRow.version_id,
        QuizVersionRow.number,
        AssignmentRow.pass_code_hash.is_not(None),
        AssignmentRow.created,
        *TERMS,
        *_CLASS,
    )
    .join(ClassroomRow, ClassroomRow.id == AssignmentRow.classroom_id)
    .join(QuizRow, QuizRow.id == AssignmentRow.quiz_id)
    .join(QuizVersionRow, QuizVersionRow.id == AssignmentRow.version_id)
    .order_by(AssignmentRow.created.desc(), AssignmentRow.id.desc())
)
_FIRST = 8
# The table of attempts, whose model knows this one.
_ATTEMPT = table(
    "attempt", column("assignment_id", Integer), column("submitted"), column("deadline", UtcTime)
)
_DUE = (
    select(func.min(_ATTEMPT.c.deadline))
    .where(_ATTEMPT.c.assignment_id == AssignmentRow.id, _ATTEMPT.c.submitted.is_(None))
    .correlate(AssignmentRow)
    .scalar_subquery()
)


def _assignment(conn: Connection, row: Any, due: datetime | None = None) -> Assignment:
    class_at = _FIRST + len(TERMS)
    return Assignment(
        id=row[0],
        public_id=row[1],
        quiz_id=row[2],
        slug=row[3],
        version_id=row[4],
        number=row[5],
        protected=row[6],
        created=row[7],
        quiz=get_version(conn, row[4]),
        terms=Terms(*row[_FIRST:class_at]),
        classroom=Classroom(*row[class_at : class_at + len(_CLASS)]),
        due=due,
    )


def assignment_for(
    conn: Connection, user_id: int, public_id: str, *, lock: bool = False
) -> Assignment:
    """An assignment of a class that a teacher has or teaches with others. Raises NotFound.

    ``lock`` holds off, until commit, whoever would begin an attempt on it.
    """
    query = _ASSIGNMENT.add_columns(_DUE).where(
        AssignmentRow.public_id == public_id, taught_by(user_id)
    )
    if lock:
        query = query.with_for_update(of=AssignmentRow, key_share=True)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return _assignment(conn, row, row[-1])


def list_assignments(conn: Connection, classroom_id: int) -> list[Assignment]:
    """What a class was given, the latest first."""
    rows = conn.execute(_ASSIGNMENT.where(AssignmentRow.classroom_id == classroom_id)).all()
    return [_assignment(conn, row) for row in rows]


def list_of_quiz(conn: Connection, user_id: int, quiz_id: int) -> list[Assignment]:
    """Where a teacher has given a quiz, the latest first; archived classes left out."""
    rows = conn.execute(
        _ASSIGNMENT.where(
            AssignmentRow.quiz_id == quiz_id, taught_by(user_id), ClassroomRow.archived.is_(None)
        )
    ).all()
    return [_assignment(conn, row) for row in rows]


def add_assignment(
    conn: Connection,
    classroom_id: int,
    quiz_id: int,
    version_id: int,
    terms: Terms,
    now: datetime,
) -> tuple[int, str]:
    """Give a version of a quiz to a class; number and public id."""
    public_id = secrets.token_urlsafe(12)
    new_id = conn.execute(
        insert(AssignmentRow)
        .values(
            public_id=public_id,
            classroom_id=classroom_id,
            quiz_id=quiz_id,
            version_id=version_id,
            created=now,
            **asdict(terms),
        )
        .returning(AssignmentRow.id)
    ).scalar_one()
    return new_id, public_id


def change_terms(conn: Connection, assignment_id: int, terms: Terms) -> None:
    """Other terms from now on."""
    conn.execute(
        update(AssignmentRow).where(AssignmentRow.id == assignment_id).values(**asdict(terms))
    )


def move_to_version(conn: Connection, assignment_id: int, version_id: int) -> None:
    """Let attempts begin on another version from now on."""
    conn.execute(
        update(AssignmentRow).where(AssignmentRow.id == assignment_id).values(version_id=version_id)
    )


def delete_assignment(conn: Connection, assignment_id: int) -> None:
    """Delete an assignment that nobody has begun (the caller has checked)."""
    conn.execute(delete(AssignmentRow).where(AssignmentRow.id == assignment_id))


def terms_of(conn: Connection, assignment_id: int) -> Terms:
    """The terms of an assignment, whoever asks."""
    return Terms(*conn.execute(select(*TERMS).where(AssignmentRow.id == assignment_id)).one())


# Pass codes: short words told in the room, so only a guess at the right moment would help.


def _digest(assignment_id: int, code: str) -> bytes:
    return sha256(f"{assignment_id}:{code.strip().casefold()}".encode()).digest()


def set_pass_code(conn: Connection, assignment_id: int, code: str) -> None:
    """Ask for a pass code from now on, or for none (an empty one)."""
    value = _digest(assignment_id, code) if code.strip() else None
    conn.execute(
        update(AssignmentRow).where(AssignmentRow.id == assignment_id).values(pass_code_hash=value)
    )


def fits_pass_code(assignment_id: int, stored: bytes | None, code: str) -> bool:
    """Whether a pass code opens the assignment; case does not count."""
    return stored is None or compare_digest(stored, _digest(assignment_id, code))


# What single learners are granted.


def list_grants(conn: Connection, assignment_id: int) -> dict[int, Grant]:
    """Membership id → what that learner is granted."""
    rows = conn.execute(
        select(
            AssignmentExceptionRow.membership_id,
            AssignmentExceptionRow.extra_minutes,
            AssignmentExceptionRow.closes,
            AssignmentExceptionRow.more_attempts,
        ).where(AssignmentExceptionRow.assignment_id == assignment_id)
    )
    return {row[0]: Grant(*row[1:]) for row in rows}


_PUT_GRANT = {
    name: dialect.insert(AssignmentExceptionRow)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def put_grants(conn: Connection, assignment_id: int, grants: Mapping[int, Grant]) -> None:
    """Grant members something, in place of what they had: nothing more deletes the exception."""
    gone = [member for member, grant in grants.items() if grant == ALL_EQUAL]
    if gone:
        conn.execute(
            delete(AssignmentExceptionRow).where(
                AssignmentExceptionRow.assignment_id == assignment_id,
                AssignmentExceptionRow.membership_id.in_(gone),
            )
        )
    rows: Sequence[dict[str, Any]] = [
        {"assignment_id": assignment_id, "membership_id": member, **asdict(grant)}
        for member, grant in sorted(grants.items())
        if grant != ALL_EQUAL
    ]
    if rows:
        upsert: Any = _PUT_GRANT[conn.dialect.name]
        names = ("extra_minutes", "closes", "more_attempts")
        conn.execute(
            upsert.on_conflict_do_update(
                index_elements=["assignment_id", "membership_id"],
                set_={name: upsert.excluded[name] for name in names},
            ),
            rows,
        )
