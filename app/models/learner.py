"""Learners and the devices that they use. A learner is nobody in particular: a token.

Only hashes are stored: a copy of the database opens no session and no recovery.
Erasing a learner deletes devices, attempts, responses and tries; counts are taken back first.
"""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import (
    Connection,
    ForeignKey,
    LargeBinary,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.codes import new_code, spelled
from app.extensions import db
from app.models.types import UtcTime

__all__ = [
    "DeviceRow",
    "LearnerRow",
    "add_device",
    "add_learner",
    "delete_learner",
    "find_by_recovery",
    "find_learner",
    "forget_device",
    "has_recovery",
    "move_devices",
    "new_recovery",
    "token_hash",
]


class LearnerRow(db.Model):  # type: ignore[name-defined, misc]
    """A pseudonym."""

    __tablename__ = "learner"

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[datetime] = mapped_column(UtcTime)
    recovery_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)


class DeviceRow(db.Model):  # type: ignore[name-defined, misc]
    """A browser that a learner uses, known by the hash of its cookie."""

    __tablename__ = "device"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    learner_id: Mapped[int] = mapped_column(
        ForeignKey("learner.id", ondelete="CASCADE"), index=True
    )
    created: Mapped[datetime] = mapped_column(UtcTime)


def token_hash(token: str) -> bytes:
    """What is stored of a token; tokens are long and random, so one SHA-256 is enough."""
    return sha256(token.encode()).digest()


_LEARNER = select(DeviceRow.learner_id).where(DeviceRow.token_hash == bindparam("hash"))


def find_learner(conn: Connection, token: str | None) -> int | None:
    """The learner of a cookie, if it still opens anything."""
    if not token:
        return None
    return conn.scalar(_LEARNER, {"hash": token_hash(token)})


_ADD = insert(LearnerRow).returning(LearnerRow.id)
_ADD_DEVICE = insert(DeviceRow)


def add_learner(conn: Connection, now: datetime) -> int:
    """A new learner, without a device yet."""
    return conn.execute(_ADD, {"created": now}).scalar_one()


def add_device(conn: Connection, learner_id: int, now: datetime) -> str:
    """Let one more browser in; returns the token for its cookie, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    row = {"token_hash": token_hash(token), "learner_id": learner_id, "created": now}
    conn.execute(_ADD_DEVICE, row)
    return token


def move_devices(conn: Connection, learner_id: int, to: int) -> None:
    """Let another learner's browsers in as this one's: they are the same person."""
    conn.execute(update(DeviceRow).where(DeviceRow.learner_id == learner_id).values(learner_id=to))


def forget_device(conn: Connection, token: str) -> None:
    """Close this browser's access."""
    conn.execute(delete(DeviceRow).where(DeviceRow.token_hash == token_hash(token)))


def new_recovery(conn: Connection, learner_id: int) -> str:
    """A new recovery code, as it is shown: once. The former one stops working.

    Thirty symbols and twelve places make 58 bits: with the limit on tries, nobody guesses it.
    """
    code = new_code(3)
    conn.execute(
        update(LearnerRow).where(LearnerRow.id == learner_id).values(recovery_hash=token_hash(code))
    )
    return spelled(code)


def has_recovery(conn: Connection, learner_id: int) -> bool:
    """Whether a learner has a code to come back."""
    return (
        conn.scalar(
            select(LearnerRow.recovery_hash.is_not(None)).where(LearnerRow.id == learner_id)
        )
        or False
    )


def find_by_recovery(conn: Connection, code_hash: bytes) -> int | None:
    """The learner of a recovery code."""
    return conn.scalar(select(LearnerRow.id).where(LearnerRow.recovery_hash == code_hash))


def delete_learner(conn: Connection, learner_id: int) -> None:
    """Remove a learner and all that hangs on it (foreign keys cascade)."""
    conn.execute(delete(LearnerRow).where(LearnerRow.id == learner_id))
