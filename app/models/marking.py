"""What people decide about answers: marks given by hand, and answers accepted afterwards.

Marks go with their attempt. Amendments stay with their version, which is never deleted while an
attempt points at it. Users are never deleted, so each decision keeps its author.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import UtcTime

__all__ = ["KeyAmendmentRow", "MarkRow"]


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
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    question_id: Mapped[str] = mapped_column(String(80))
    accepted: Mapped[str] = mapped_column(String(400))
    fraction: Mapped[float] = mapped_column(Float)
    amended_by: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    amended: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (
        Index("uq_key_amendment", "version_id", "question_id", "accepted", unique=True),
    )
