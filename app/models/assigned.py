"""Assignments as learners meet them, and their attempts as teachers watch them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, outerjoin, select, true, update

from app.domain.assignment import Grant, Terms, deadline, reveals
from app.domain.quiz import Quiz
from app.models.assignment import (
    TERMS,
    AssignmentExceptionRow,
    AssignmentRow,
    fits_pass_code,
)
from app.models.attempt import Attempt, AttemptRow, ResponseRow
from app.models.classroom import PAGE, ClassroomRow, MembershipRow
from app.models.content import get_version
from app.models.learner import DeviceRow, token_hash
from app.models.past import LATEST_GRANT

__all__ = [
    "Given",
    "Mine",
    "Seat",
    "Seats",
    "Turn",
    "any_attempt",
    "any_under_way",
    "count_attempts",
    "find_given",
    "is_revealed",
    "list_mine",
    "list_seats",
    "list_turns",
    "set_deadlines",
]


@dataclass(frozen=True, slots=True)
class Given:
    """What a class was given, for one learner of it."""

    id: int
    public_id: str
    learner_id: int
    pseudonym: str
    classroom: str
    """The name of the class."""
    quiz_id: int
    version_id: int
    quiz: Quiz
    terms: Terms
    grant: Grant
    pass_code_hash: bytes | None

    def opened_by(self, code: str) -> bool:
        """Whether this pass code opens it."""
        return fits_pass_code(self.id, self.pass_code_hash, code)


_GRANT: tuple[Any, ...] = (
    func.coalesce(AssignmentExceptionRow.extra_minutes, 0),
    AssignmentExceptionRow.closes,
    func.coalesce(AssignmentExceptionRow.more_attempts, 0),
)
_TERMS_AT = 8
_GRANT_AT = _TERMS_AT + len(TERMS)
_EXCEPTION = (AssignmentExceptionRow.assignment_id == AssignmentRow.id) & (
    AssignmentExceptionRow.membership_id == MembershipRow.id
)

_GIVEN = (
    select(
        AssignmentRow.id,
        AssignmentRow.public_id,
        MembershipRow.learner_id,
        MembershipRow.pseudonym,
        ClassroomRow.name,
        AssignmentRow.quiz_id,
        AssignmentRow.version_id,
        AssignmentRow.pass_code_hash,
        *TERMS,
        *_GRANT,
    )
    .join(ClassroomRow, ClassroomRow.id == AssignmentRow.classroom_id)
    .join(
        MembershipRow,
        (MembershipRow.classroom_id == ClassroomRow.id) & MembershipRow.removed.is_(None),
    )
    .join(DeviceRow, DeviceRow.learner_id == MembershipRow.learner_id)
    .outerjoin(AssignmentExceptionRow, _EXCEPTION)
    .where(
        AssignmentRow.public_id == bindparam("assignment"),
        DeviceRow.token_hash == bindparam("token_hash"),
        ClassroomRow.archived.is_(None),
    )
)
_GIVEN_LOCKED = _GIVEN.with_for_update(of=[AssignmentRow, MembershipRow], key_share=True)


def find_given(
    conn: Connection, token: str | None, assignment: str, *, lock: bool = False
) -> Given | None:
    """An assignment, if this browser's learner is in its class, and the class is at work.

    ``lock`` holds off, until commit, another start of theirs and a change of the terms.
    """
    if not token:
        return None
    row: Any = conn.execute(
        _GIVEN_LOCKED if lock else _GIVEN,
        {"assignment": assignment, "token_hash": token_hash(token)},
    ).one_or_none()
    if row is None:
        return None
    terms, grant = Terms(*row[_TERMS_AT:_GRANT_AT]), Grant(*row[_GRANT_AT:])
    return Given(*(*row[:7], get_version(conn, row[6]), terms, grant, row[7]))


def count_attempts(conn: Connection, assignment_id: int, learner_id: int) -> int:
    """How many attempts a learner has begun on an assignment."""
    return (
        conn.scalar(
            select(func.count()).where(
                AttemptRow.assignment_id == assignment_id, AttemptRow.learner_id == learner_id
            )
        )
        or 0
    )


def any_attempt(conn: Connection, assignment_id: int) -> bool:
    """Whether anybody has begun."""
    found = select(AttemptRow.id).where(AttemptRow.assignment_id == assignment_id).limit(1)
    return conn.scalar(found) is not None


def any_under_way(conn: Connection, classroom_id: int) -> bool:
    """Whether anybody of a class is working on what it was given."""
    given = select(AssignmentRow.id).where(AssignmentRow.classroom_id == classroom_id)
    found = select(AttemptRow.id).where(
        AttemptRow.assignment_id.in_(given), AttemptRow.submitted.is_(None)
    )
    return conn.scalar(found.limit(1)) is not None


def is_revealed(conn: Connection, attempt: Attempt, now: datetime) -> bool:
    """Whether the learner of an attempt may see its score and key."""
    row: Any = conn.execute(
        select(*TERMS, LATEST_GRANT).where(AssignmentRow.id == attempt.assignment_id)
    ).one()
    return reveals(Terms(*row[:-1]), row[-1], now)


@dataclass(frozen=True, slots=True)
class Mine:
    """A class of a learner, with one assignment of it, or none."""

    classroom_id: int
    classroom: str
    pseudonym: str
    assignment: str | None
    version_id: int | None
    terms: Terms | None
    grant: Grant
    begun: int
    """How many attempts they have begun."""
    going: int
    """How many of them are under way: one or none."""


def list_mine(conn: Connection, token: str) -> list[Mine]:
    """The classes of this browser's learner and what these were given, in one statement."""
    begun = (
        select(func.count())
        .where(
            AttemptRow.assignment_id == AssignmentRow.id,
            AttemptRow.learner_id == MembershipRow.learner_id,
        )
        .correlate(AssignmentRow, MembershipRow)
    )
    rows: Any = conn.execute(
        select(
            ClassroomRow.id,
            ClassroomRow.name,
            MembershipRow.pseudonym,
            AssignmentRow.public_id,
            AssignmentRow.version_id,
            begun.scalar_subquery(),
            begun.where(AttemptRow.submitted.is_(None)).scalar_subquery(),
            *TERMS,
            *_GRANT,
        )
        .select_from(DeviceRow)
        .join(MembershipRow, MembershipRow.learner_id == DeviceRow.learner_id)
        .join(ClassroomRow, ClassroomRow.id == MembershipRow.classroom_id)
        .outerjoin(AssignmentRow, AssignmentRow.classroom_id == ClassroomRow.id)
        .outerjoin(AssignmentExceptionRow, _EXCEPTION)
        .where(
            DeviceRow.token_hash == token_hash(token),
            MembershipRow.removed.is_(None),
            ClassroomRow.archived.is_(None),
        )
        .order_by(ClassroomRow.name, ClassroomRow.id, AssignmentRow.created.desc())
    )
    return [_mine(row) for row in rows]


def _mine(row: Any) -> Mine:
    terms, grant = row[7 : 7 + len(TERMS)], row[7 + len(TERMS) :]
    given = Terms(*terms) if row[3] is not None else None
    return Mine(*(*row[:5], given, Grant(*grant), row[5], row[6]))


# For teachers.


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of the class, with what they have handed in."""

    member_id: int
    learner_id: int
    pseudonym: str
    grant: Grant
    submitted: int
    last_submitted: datetime | None


@dataclass(frozen=True, slots=True)
class Seats:
    """A page of the class, with figures of the whole."""

    shown: Sequence[Seat]
    members: int
    started: int
    """How many learners have begun."""
    done: int
    """How many have handed in and are at nothing now."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An attempt under way."""

    learner_id: int
    public_id: str
    started: datetime
    deadline: datetime | None
    seen: datetime
    """When anything was last heard of it: its start, a save, a sign of life."""
    saved: datetime | None
    answered: int
    version_id: int


def list_seats(conn: Connection, assignment_id: int, classroom_id: int, page: int) -> Seats:
    """A page of the members by pseudonym, with what each has handed in of an assignment."""
    mine = (
        select(
            AttemptRow.learner_id,
            func.count(AttemptRow.submitted).label("handed_in"),
            (func.count() - func.count(AttemptRow.submitted)).label("going"),
        )
        .where(AttemptRow.assignment_id == assignment_id)
        .group_by(AttemptRow.learner_id)
        .subquery()
    )
    member = (MembershipRow.classroom_id == classroom_id) & MembershipRow.removed.is_(None)
    done = (mine.c.handed_in > 0) & (mine.c.going == 0)
    whole = (
        select(
            func.count().label("members"),
            func.count(mine.c.learner_id).label("started"),
            func.count(case((done, 1))).label("done"),
        )
        .select_from(outerjoin(MembershipRow, mine, mine.c.learner_id == MembershipRow.learner_id))
        .where(member)
        .subquery()
    )
    shown = (
        select(MembershipRow)
        .where(member)
        .order_by(MembershipRow.pseudonym_key, MembershipRow.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .subquery()
    )
    handed_in = AttemptRow.submitted.is_not(None) & (AttemptRow.learner_id == shown.c.learner_id)
    own = select(func.count()).where(AttemptRow.assignment_id == assignment_id, handed_in)
    last = own.with_only_columns(func.max(AttemptRow.submitted))
    granted = (AssignmentExceptionRow.assignment_id == assignment_id) & (
        AssignmentExceptionRow.membership_id == shown.c.id
    )
    rows: Any = conn.execute(
        select(
            shown.c.id,
            shown.c.learner_id,
            shown.c.pseudonym,
            own.scalar_subquery(),
            last.scalar_subquery(),
            *_GRANT,
            *whole.c,
        )
        .select_from(shown.outerjoin(AssignmentExceptionRow, granted))
        .join(whole, true())
        .order_by(shown.c.pseudonym_key, shown.c.id)
    ).all()
    seats = [Seat(*(*row[:3], Grant(*row[5:8]), row[3], row[4])) for row in rows]
    return Seats(seats, *(rows[0][8:] if rows else (0, 0, 0)))


def list_turns(conn: Connection, assignment_id: int, learner_ids: Sequence[int]) -> list[Turn]:
    """The attempts of some learners that are under way, and how far each has come."""
    answered = func.sum(case((ResponseRow.answer != "null", 1), else_=0))
    rows: Any = conn.execute(
        select(
            AttemptRow.learner_id,
            AttemptRow.public_id,
            AttemptRow.started,
            AttemptRow.deadline,
            AttemptRow.seen,
            func.max(ResponseRow.saved),
            answered,
            AttemptRow.version_id,
        )
        .outerjoin(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
        .where(
            AttemptRow.assignment_id == assignment_id,
            AttemptRow.learner_id.in_(learner_ids),
            AttemptRow.submitted.is_(None),
        )
        .group_by(AttemptRow.id)
    )
    return [
        Turn(
            learner_id=row[0],
            public_id=row[1],
            started=row[2],
            deadline=row[3],
            seen=max(moment for moment in (row[2], row[4], row[5]) if moment is not None),
            saved=row[5],
            answered=row[6] or 0,
            version_id=row[7],
        )
        for row in rows
    ]


def set_deadlines(conn: Connection, assignment_id: int, classroom_id: int, terms: Terms) -> None:
    """Bring the deadlines of attempts under way to the terms and to what learners are granted."""
    rows: Sequence[Any] = conn.execute(
        select(AttemptRow.id, AttemptRow.started, AttemptRow.deadline, *_GRANT)
        .outerjoin(
            MembershipRow,
            (MembershipRow.classroom_id == classroom_id)
            & (MembershipRow.learner_id == AttemptRow.learner_id),
        )
        .outerjoin(
            AssignmentExceptionRow,
            (AssignmentExceptionRow.assignment_id == assignment_id)
            & (AssignmentExceptionRow.membership_id == MembershipRow.id),
        )
        .where(AttemptRow.assignment_id == assignment_id, AttemptRow.submitted.is_(None))
        .order_by(AttemptRow.id)
    ).all()
    moved = [
        {"attempt": row[0], "end": end}
        for row in rows
        if (end := deadline(terms, Grant(*row[3:]), row[1])) != row[2]
    ]
    if moved:
        conn.execute(
            update(AttemptRow)
            .where(AttemptRow.id == bindparam("attempt"), AttemptRow.submitted.is_(None))
            .values(deadline=bindparam("end")),
            moved,
        )
