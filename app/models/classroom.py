"""Classes: their teachers, and the pseudonyms under which learners are in them.

Real names are never here. Deleting a class deletes its teachers' access, links, memberships and
assignments; an assignment that somebody has begun holds on to its class, so a class that was
used is archived and purged instead. Erasing a learner deletes their memberships. A user who owns
a class is never deleted (``models.account``); deleting a co-teacher deletes their access.
"""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import UtcTime

__all__ = [
    "ClassroomLinkRow",
    "ClassroomRow",
    "ClassroomTeacherRow",
    "MembershipRow",
]

NAME_LENGTH = 80
PSEUDONYM_LENGTH = 40


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
    pseudonym: Mapped[str] = mapped_column(String(PSEUDONYM_LENGTH))
    pseudonym_key: Mapped[str] = mapped_column(String(3 * PSEUDONYM_LENGTH))
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
