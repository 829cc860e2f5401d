"""Images of questions: kept once however often they are used, by the digest of their content.

A teacher sees the images that they brought (``MediaOwnerRow``); everybody sees those of a quiz
that has been published. Deleting a user deletes the ownership, not the image: a version that
shows it may be in use.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Connection, ForeignKey, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.quiz import Quiz
from app.extensions import db
from app.models.attempt import upserts

__all__ = [
    "MediaOwnerRow",
    "MediaRow",
    "Picture",
    "find_media",
    "find_open_media",
    "images_of",
    "own_media",
    "publish_media",
    "put_media",
]


class MediaRow(db.Model):  # type: ignore[name-defined, misc]
    """An image."""

    __tablename__ = "media"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    published: Mapped[bool] = mapped_column(Boolean, default=False)


class MediaOwnerRow(db.Model):  # type: ignore[name-defined, misc]
    """Who may see an image before it is published."""

    __tablename__ = "media_owner"

    digest: Mapped[str] = mapped_column(
        ForeignKey("media.digest", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its type, such as ``image/png``."""

    digest: str
    type: str
    data: bytes


_ADD = upserts(lambda insert: insert.on_conflict_do_nothing(), MediaRow)
_OWN = upserts(lambda insert: insert.on_conflict_do_nothing(), MediaOwnerRow)


def put_media(conn: Connection, user_id: int, pictures: Iterable[Picture]) -> None:
    """Keep images for a teacher; those that are there already are not written again."""
    rows = [
        {"digest": one.digest, "type": one.type, "data": one.data, "published": False}
        for one in pictures
    ]
    if rows:
        conn.execute(_ADD[conn.dialect.name], rows)
        own_media(conn, user_id, [row["digest"] for row in rows])


def own_media(conn: Connection, user_id: int, digests: Iterable[object]) -> None:
    """Let a teacher see images: their own, or those of a quiz that a colleague shared."""
    rows = [{"digest": digest, "user_id": user_id} for digest in digests]
    if rows:
        conn.execute(_OWN[conn.dialect.name], rows)


def publish_media(conn: Connection, digests: Iterable[str]) -> None:
    """Open images to everybody: they are part of a published quiz."""
    known = list(digests)
    if known:
        conn.execute(update(MediaRow).where(MediaRow.digest.in_(known)).values(published=True))


_OPEN = select(MediaRow.digest, MediaRow.type, MediaRow.data)


def find_open_media(conn: Connection, digest: str, user_id: int | None) -> Picture | None:
    """An image that this visitor may see."""
    mine = select(MediaOwnerRow.digest).where(
        MediaOwnerRow.digest == digest, MediaOwnerRow.user_id == (user_id or 0)
    )
    row = conn.execute(
        _OPEN.where(MediaRow.digest == digest, MediaRow.published | mine.exists())
    ).one_or_none()
    return Picture(*row) if row else None


def images_of(quiz: Quiz) -> set[str]:
    """The digests of all images that a quiz shows."""
    return {name.partition(":")[2] for item in quiz.items for name in item.question.images()}


def find_media(conn: Connection, digests: Iterable[str]) -> dict[str, Picture]:
    """Images by digest, whoever asks: for what the caller has checked already."""
    known = list(digests)
    if not known:
        return {}
    return {
        row.digest: Picture(*row) for row in conn.execute(_OPEN.where(MediaRow.digest.in_(known)))
    }
