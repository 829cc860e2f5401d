"""Quizzes given to classes.

An assignment goes with its class, but not while an attempt points at it: one that somebody has
begun is closed, never deleted. Exceptions go with their assignment or their member. Attempts of
an assignment go with their learner, like all others.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import UtcTime
from app.questions.base import Mode

__all__ = ["AssignmentExceptionRow", "AssignmentRow"]

Counting = Literal["best", "last", "first"]
Feedback = Literal["now", "after", "never"]


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
