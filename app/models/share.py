"""Quizzes shared among teachers: by a link that a colleague opens once, with one right each.

Deleting a quiz or a user deletes their shares and links.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, ForeignKey, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.account import UserRow
from app.models.attempt import upserts
from app.models.learner import token_hash
from app.models.types import UtcTime

__all__ = [
    "RIGHTS",
    "Right",
    "Share",
    "ShareLinkRow",
    "ShareRow",
    "add_link",
    "end_links",
    "end_share",
    "find_link",
    "find_right",
    "list_shared",
    "list_shares",
    "put_share",
]

Right = Literal["read", "copy", "edit"]
RIGHTS: tuple[Right, ...] = ("read", "copy", "edit")
"""Each includes those before it."""


class ShareRow(db.Model):  # type: ignore[name-defined, misc]
    """What a colleague may do with a quiz."""

    __tablename__ = "quiz_share"

    quiz_id: Mapped[int] = mapped_column(
        ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    right: Mapped[Right] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(UtcTime)


class ShareLinkRow(db.Model):  # type: ignore[name-defined, misc]
    """A link that gives a right to whoever opens it, until it expires. Only its hash is kept."""

    __tablename__ = "quiz_share_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"), index=True)
    right: Mapped[Right] = mapped_column(String(8))
    expires: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Share:
    """A colleague who may use a quiz."""

    user_id: int
    name: str
    right: Right
    since: datetime


_PUT = upserts(
    lambda insert: insert.on_conflict_do_update(
        index_elements=["quiz_id", "user_id"], set_={"right": insert.excluded.right}
    ),
    ShareRow,
)


def add_link(conn: Connection, quiz_id: int, right: Right, expires: datetime) -> str:
    """A new link; its token, which is stored nowhere."""
    token = secrets.token_urlsafe(24)
    conn.execute(
        insert(ShareLinkRow).values(
            token_hash=token_hash(token), quiz_id=quiz_id, right=right, expires=expires
        )
    )
    return token


def find_link(conn: Connection, token: str, now: datetime) -> tuple[int, Right] | None:
    """The quiz and the right that a link gives, as long as it lasts."""
    row = conn.execute(
        select(ShareLinkRow.quiz_id, ShareLinkRow.right).where(
            ShareLinkRow.token_hash == token_hash(token), ShareLinkRow.expires > now
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def end_links(conn: Connection, quiz_id: int) -> None:
    """Close all links of a quiz; who has used one keeps the right."""
    conn.execute(delete(ShareLinkRow).where(ShareLinkRow.quiz_id == quiz_id))


def put_share(conn: Connection, quiz_id: int, user_id: int, right: Right, now: datetime) -> None:
    """Give a colleague a right, in place of the one that they had."""
    conn.execute(
        _PUT[conn.dialect.name],
        {"quiz_id": quiz_id, "user_id": user_id, "right": right, "since": now},
    )


def end_share(conn: Connection, quiz_id: int, user_id: int) -> None:
    """Take the right back."""
    conn.execute(delete(ShareRow).where(ShareRow.quiz_id == quiz_id, ShareRow.user_id == user_id))


def find_right(conn: Connection, quiz_id: int, user_id: int) -> Right | None:
    """What a colleague may do with a quiz."""
    return conn.scalar(
        select(ShareRow.right).where(ShareRow.quiz_id == quiz_id, ShareRow.user_id == user_id)
    )


def list_shared(conn: Connection, user_id: int) -> dict[int, Right]:
    """The quizzes that colleagues shared with a teacher: quiz id → right."""
    rows = conn.execute(select(ShareRow.quiz_id, ShareRow.right).where(ShareRow.user_id == user_id))
    return {row[0]: row[1] for row in rows}


def list_shares(conn: Connection, quiz_id: int) -> list[Share]:
    """The colleagues who may use a quiz, by name."""
    rows = conn.execute(
        select(ShareRow.user_id, UserRow.name, ShareRow.right, ShareRow.since)
        .join(UserRow, UserRow.id == ShareRow.user_id)
        .where(ShareRow.quiz_id == quiz_id)
        .order_by(UserRow.name)
    )
    return [Share(*row) for row in rows]
