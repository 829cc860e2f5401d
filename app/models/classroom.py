"""Classes: their teachers, and the pseudonyms under which learners are in them.

Real names are never here. Deleting a class deletes its teachers' access, links, memberships and
assignments; an assignment that somebody has begun holds on to its class, so a class that was
used is archived and purged instead. Erasing a learner deletes their memberships. A user who owns
a class is never deleted (``models.account``); deleting a co-teacher deletes their access.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.codes import new_code
from app.domain.pseudonym import LONGEST, pseudonym_key
from app.errors import NotFound
from app.extensions import db
from app.models.account import UserRow
from app.models.learner import token_hash
from app.models.types import UtcTime

__all__ = [
    "Classroom",
    "ClassroomLinkRow",
    "ClassroomRow",
    "ClassroomTeacherRow",
    "Colleague",
    "Member",
    "MembershipRow",
    "add_classroom",
    "add_link",
    "add_member",
    "add_teacher",
    "change_classroom",
    "change_member",
    "classroom_for",
    "drop_member",
    "drop_teacher",
    "end_links",
    "find_by_code",
    "find_by_link",
    "find_membership",
    "is_elsewhere",
    "list_classrooms",
    "list_due",
    "list_members",
    "list_teachers",
    "new_join_code",
]

NAME_LENGTH = 80


PAGE = 100
"""How many learners a page shows: every class, and most years of a school."""


def pages(learners: int) -> int:
    """How many pages they fill; one where there are none."""
    return max(1, -(-learners // PAGE))


class ClassroomRow(db.Model):  # type: ignore[name-defined, misc]
    """A class."""

    __tablename__ = "classroom"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    join_code: Mapped[str] = mapped_column(String(16), unique=True)
    """Letters and figures alone, in upper case; shown in groups."""
    joining: Mapped[bool] = mapped_column(Boolean)
    """Whether the code lets anybody in."""
    created: Mapped[datetime] = mapped_column(UtcTime)
    archived: Mapped[datetime | None] = mapped_column(UtcTime)
    purge_on: Mapped[date] = mapped_column(Date, index=True)
    """The day from which its learners' traces are erased."""


class ClassroomTeacherRow(db.Model):  # type: ignore[name-defined, misc]
    """A colleague who teaches the class too; the owner is not among them."""

    __tablename__ = "classroom_teacher"

    classroom_id: Mapped[int] = mapped_column(
        ForeignKey("classroom.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(UtcTime)


class ClassroomLinkRow(db.Model):  # type: ignore[name-defined, misc]
    """A link that makes a co-teacher of whoever opens it. Only its hash is kept."""

    __tablename__ = "classroom_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    classroom_id: Mapped[int] = mapped_column(
        ForeignKey("classroom.id", ondelete="CASCADE"), index=True
    )
    expires: Mapped[datetime] = mapped_column(UtcTime)


class MembershipRow(db.Model):  # type: ignore[name-defined, misc]
    """A learner in a class, under a pseudonym."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    classroom_id: Mapped[int] = mapped_column(ForeignKey("classroom.id", ondelete="CASCADE"))
    learner_id: Mapped[int] = mapped_column(
        ForeignKey("learner.id", ondelete="CASCADE"), index=True
    )
    pseudonym: Mapped[str] = mapped_column(String(LONGEST))
    pseudonym_key: Mapped[str] = mapped_column(String(3 * LONGEST))
    """The same without case: two members of a class never share it."""
    joined: Mapped[datetime] = mapped_column(UtcTime)
    removed: Mapped[datetime | None] = mapped_column(UtcTime)
    """Since when they have no access any more; what they did is kept until the class's purge."""

    __table_args__ = (
        Index("uq_membership_learner", "classroom_id", "learner_id", unique=True),
        Index(
            "uq_membership_pseudonym",
            "classroom_id",
            "pseudonym_key",
            unique=True,
            sqlite_where=text("removed IS NULL"),
            postgresql_where=text("removed IS NULL"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Classroom:
    """A class, as its teachers see it."""

    id: int
    public_id: str
    name: str
    owner_id: int
    join_code: str
    joining: bool
    created: datetime
    archived: datetime | None
    purge_on: date


@dataclass(frozen=True, slots=True)
class Colleague:
    """A co-teacher."""

    user_id: int
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A learner in a class."""

    id: int
    learner_id: int
    pseudonym: str
    joined: datetime
    removed: datetime | None


_CLASSROOM = select(
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
_MEMBER = select(
    MembershipRow.id,
    MembershipRow.learner_id,
    MembershipRow.pseudonym,
    MembershipRow.joined,
    MembershipRow.removed,
)


def taught_by(user_id: int) -> Any:
    """The condition that a user teaches a class: owner or co-teacher."""
    shared = select(ClassroomTeacherRow.classroom_id).where(ClassroomTeacherRow.user_id == user_id)
    return or_(ClassroomRow.owner_id == user_id, ClassroomRow.id.in_(shared))


def classroom_for(
    conn: Connection, user_id: int, public_id: str, *, lock: bool = False
) -> Classroom:
    """A class that a teacher has, or teaches with its owner. Raises NotFound."""
    query = _CLASSROOM.where(ClassroomRow.public_id == public_id, taught_by(user_id))
    row = conn.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return Classroom(*row)


def list_classrooms(conn: Connection, user_id: int) -> list[tuple[Classroom, int]]:
    """The classes of a teacher, each with its number of members: those at work first."""
    members = (
        select(func.count())
        .where(MembershipRow.classroom_id == ClassroomRow.id, MembershipRow.removed.is_(None))
        .correlate(ClassroomRow)
        .scalar_subquery()
    )
    rows = conn.execute(
        _CLASSROOM.add_columns(members)
        .where(taught_by(user_id))
        .order_by(ClassroomRow.archived.is_not(None), ClassroomRow.created.desc(), ClassroomRow.id)
    )
    return [(Classroom(*row[:-1]), row[-1]) for row in rows]


def find_by_code(conn: Connection, join_code: str, *, lock: bool = False) -> Classroom | None:
    """The class of a code, whether it may be joined or not."""
    query = _CLASSROOM.where(ClassroomRow.join_code == join_code)
    row = conn.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    return Classroom(*row) if row else None


def list_due(conn: Connection, today: date) -> list[Classroom]:
    """The classes whose traces are to be erased: past their day, with members still."""
    members = select(MembershipRow.classroom_id).where(
        MembershipRow.classroom_id == ClassroomRow.id
    )
    rows = conn.execute(
        _CLASSROOM.where(ClassroomRow.purge_on <= today, members.exists()).order_by(ClassroomRow.id)
    )
    return [Classroom(*row) for row in rows]


def new_join_code(conn: Connection) -> str:
    """A code that no class has: eight signs, 39 bits, and every guess is counted."""
    while True:
        code = new_code(2)
        if find_by_code(conn, code) is None:
            return code


def add_classroom(conn: Connection, owner_id: int, name: str, purge_on: date, now: datetime) -> str:
    """A new class, open to join; its public id."""
    public_id = secrets.token_urlsafe(12)
    conn.execute(
        insert(ClassroomRow).values(
            public_id=public_id,
            name=name,
            owner_id=owner_id,
            join_code=new_join_code(conn),
            joining=True,
            created=now,
            purge_on=purge_on,
        )
    )
    return public_id


def change_classroom(conn: Connection, classroom_id: int, **values: object) -> None:
    """Change columns of a class."""
    conn.execute(update(ClassroomRow).where(ClassroomRow.id == classroom_id).values(**values))


# Members.


def find_membership(conn: Connection, classroom_id: int, learner_id: int) -> Member | None:
    """The membership of a learner in a class, removed or not."""
    row = conn.execute(
        _MEMBER.where(
            MembershipRow.classroom_id == classroom_id, MembershipRow.learner_id == learner_id
        )
    ).one_or_none()
    return Member(*row) if row else None


def list_members(
    conn: Connection, classroom_id: int, ids: Sequence[int] | None = None
) -> list[Member]:
    """The members of a class by pseudonym, removed ones too."""
    query = _MEMBER.where(MembershipRow.classroom_id == classroom_id)
    if ids is not None:
        query = query.where(MembershipRow.id.in_(ids))
    rows = conn.execute(query.order_by(MembershipRow.pseudonym_key, MembershipRow.id))
    return [Member(*row) for row in rows]


def add_member(
    conn: Connection, classroom_id: int, learner_id: int, pseudonym: str, now: datetime
) -> bool:
    """Put a learner in a class; False where another member has this pseudonym."""
    try:
        with conn.begin_nested():
            conn.execute(
                insert(MembershipRow).values(
                    classroom_id=classroom_id,
                    learner_id=learner_id,
                    pseudonym=pseudonym,
                    pseudonym_key=pseudonym_key(pseudonym),
                    joined=now,
                )
            )
    except IntegrityError:
        return False
    return True


def change_member(conn: Connection, member_id: int, **values: object) -> bool:
    """Change columns of a membership; False where another member has this pseudonym."""
    try:
        with conn.begin_nested():
            conn.execute(
                update(MembershipRow).where(MembershipRow.id == member_id).values(**values)
            )
    except IntegrityError:
        return False
    return True


def drop_member(conn: Connection, member_id: int) -> None:
    """Delete a membership."""
    conn.execute(delete(MembershipRow).where(MembershipRow.id == member_id))


def is_elsewhere(conn: Connection, member: Member, classroom_id: int) -> bool:
    """Whether a member of a class has traces in another one."""
    found = select(MembershipRow.id).where(
        MembershipRow.learner_id == member.learner_id, MembershipRow.classroom_id != classroom_id
    )
    return conn.scalar(found.limit(1)) is not None


# Co-teachers.


def list_teachers(conn: Connection, classroom_id: int) -> list[Colleague]:
    """The co-teachers of a class, by name."""
    rows = conn.execute(
        select(ClassroomTeacherRow.user_id, UserRow.name, ClassroomTeacherRow.since)
        .join(UserRow, UserRow.id == ClassroomTeacherRow.user_id)
        .where(ClassroomTeacherRow.classroom_id == classroom_id)
        .order_by(UserRow.name, UserRow.id)
    )
    return [Colleague(*row) for row in rows]


def add_teacher(conn: Connection, classroom_id: int, user_id: int, now: datetime) -> None:
    """Make a co-teacher; nothing changes for one who is."""
    known = conn.execute(
        select(ClassroomTeacherRow.user_id).where(
            ClassroomTeacherRow.classroom_id == classroom_id,
            ClassroomTeacherRow.user_id == user_id,
        )
    ).first()
    if known is None:
        conn.execute(
            insert(ClassroomTeacherRow).values(
                classroom_id=classroom_id, user_id=user_id, since=now
            )
        )


def drop_teacher(conn: Connection, classroom_id: int, user_id: int) -> None:
    """Take a co-teacher's access back."""
    conn.execute(
        delete(ClassroomTeacherRow).where(
            ClassroomTeacherRow.classroom_id == classroom_id,
            ClassroomTeacherRow.user_id == user_id,
        )
    )


def add_link(conn: Connection, classroom_id: int, expires: datetime) -> str:
    """A link that makes a co-teacher of a colleague; its token, which is stored nowhere."""
    token = secrets.token_urlsafe(24)
    conn.execute(
        insert(ClassroomLinkRow).values(
            token_hash=token_hash(token), classroom_id=classroom_id, expires=expires
        )
    )
    return token


def find_by_link(conn: Connection, token: str, now: datetime) -> Classroom | None:
    """The class that a link opens to a colleague, as long as it lasts."""
    row = conn.execute(
        _CLASSROOM.join(ClassroomLinkRow, ClassroomLinkRow.classroom_id == ClassroomRow.id).where(
            ClassroomLinkRow.token_hash == token_hash(token), ClassroomLinkRow.expires > now
        )
    ).one_or_none()
    return Classroom(*row) if row else None


def end_links(conn: Connection, classroom_id: int) -> None:
    """Close all links of a class; who has used one stays."""
    conn.execute(delete(ClassroomLinkRow).where(ClassroomLinkRow.classroom_id == classroom_id))
