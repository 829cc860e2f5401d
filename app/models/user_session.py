"""Sessions of teachers: which browsers are signed in, since when, and when they were last heard of.

Of a session only the hash of its token is kept, so a copy of the database opens nothing. A session
belongs to a user as they were when it began: a new ``fs_uniquifier`` ends all of them, in the very
statement that changes a password or closes an account. What is over is deleted at a later sign-in
and by ``flask data purge``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    ForeignKey,
    LargeBinary,
    String,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.account import PERSON, Person, UserRow
from app.models.learner import token_hash
from app.models.types import UtcTime

__all__ = [
    "LONGEST",
    "QUIET",
    "REMEMBERED",
    "SessionRow",
    "SignedIn",
    "UserSession",
    "add_session",
    "delete_others",
    "delete_over",
    "delete_session",
    "delete_sessions",
    "find_signed_in",
    "keep_session",
    "list_sessions",
    "note_seen",
]

QUIET = timedelta(hours=3)
"""How long a session may go unused: longer than two lessons and their break."""
LONGEST = timedelta(hours=14)
"""How long it may last, however much it is used: a working day."""
REMEMBERED = timedelta(days=30)
"""How long it lasts, used or not, where one asked to stay signed in."""
SETTLED = timedelta(minutes=1)
"""How long one is kept whatever its user is: whoever changes their password is let in a moment
before it is stored, and somebody who signs in at that moment must not sweep them out."""


class SessionRow(db.Model):  # type: ignore[name-defined, misc]
    """A browser in which somebody is signed in. No address of the network is kept."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    uniquifier: Mapped[str] = mapped_column(String(64))
    """The user's ``fs_uniquifier`` when it began; it is over once the user has another."""
    remembered: Mapped[bool] = mapped_column()
    """Whether one asked to stay signed in."""
    begun: Mapped[datetime] = mapped_column(UtcTime)
    seen: Mapped[datetime] = mapped_column(UtcTime)
    """When it was last used, give or take some minutes."""
    device: Mapped[str] = mapped_column(String(40))
    """What kind: « Firefox, Windows »; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a session lets in."""

    person: Person
    seen: datetime


@dataclass(frozen=True, slots=True)
class UserSession:
    """A session that is going on, as its user sees it."""

    id: int
    device: str
    begun: datetime
    seen: datetime
    here: bool
    """Whether it is the session that asks."""


_GOES_ON = and_(
    UserRow.id == SessionRow.user_id,
    UserRow.fs_uniquifier == SessionRow.uniquifier,
    or_(
        and_(SessionRow.begun > bindparam("day"), SessionRow.seen > bindparam("quiet")),
        and_(SessionRow.remembered, SessionRow.begun > bindparam("month")),
    ),
)
_FIND = (
    PERSON.add_columns(SessionRow.seen)
    .join(SessionRow, _GOES_ON)
    .where(SessionRow.token_hash == bindparam("hash"), UserRow.active)
)
_LIST = (
    select(
        SessionRow.id, SessionRow.device, SessionRow.begun, SessionRow.seen, SessionRow.token_hash
    )
    .join(UserRow, _GOES_ON)
    .where(SessionRow.user_id == bindparam("user_id"))
    .order_by(SessionRow.seen.desc(), SessionRow.id.desc())
)
_OVER = delete(SessionRow).where(
    ~select(UserRow.id).where(_GOES_ON).exists(), SessionRow.begun < bindparam("settled")
)


def _since(now: datetime) -> dict[str, datetime]:
    return {"quiet": now - QUIET, "day": now - LONGEST, "month": now - REMEMBERED}


def find_signed_in(conn: Connection, token: str, now: datetime) -> SignedIn | None:
    """Whom a session lets in, if it goes on and they may still come in: one statement."""
    row = conn.execute(_FIND, {"hash": token_hash(token), **_since(now)}).one_or_none()
    if row is None:
        return None
    *person, seen = row
    return SignedIn(Person(*person), seen)


def list_sessions(conn: Connection, user_id: int, token: str, now: datetime) -> list[UserSession]:
    """The sessions of a user that go on, the last used first; ``token`` is that of who asks."""
    here = token_hash(token)
    return [
        UserSession(number, device, begun, seen, bytes(hashed) == here)
        for number, device, begun, seen, hashed in conn.execute(
            _LIST, {"user_id": user_id, **_since(now)}
        )
    ]


def add_session(
    conn: Connection,
    token: str,
    *,
    user_id: int,
    uniquifier: str,
    remembered: bool,
    device: str,
    now: datetime,
) -> None:
    """A session begins; its token is stored nowhere."""
    conn.execute(
        insert(SessionRow).values(
            token_hash=token_hash(token),
            user_id=user_id,
            uniquifier=uniquifier,
            remembered=remembered,
            begun=now,
            seen=now,
            device=device,
        )
    )


def note_seen(conn: Connection, token: str, now: datetime) -> None:
    """It is used now. One that was ended meanwhile stays ended."""
    conn.execute(
        update(SessionRow).where(SessionRow.token_hash == token_hash(token)).values(seen=now)
    )


def keep_session(conn: Connection, user_id: int, token: str, uniquifier: str) -> None:
    """Let this one of a user's sessions outlive a change of their ``fs_uniquifier``."""
    conn.execute(
        update(SessionRow)
        .where(SessionRow.token_hash == token_hash(token), SessionRow.user_id == user_id)
        .values(uniquifier=uniquifier)
    )


def delete_sessions(conn: Connection, tokens: frozenset[str]) -> None:
    """End the sessions of these tokens, whoever's they are."""
    hashes = [token_hash(token) for token in tokens]
    conn.execute(delete(SessionRow).where(SessionRow.token_hash.in_(hashes)))


def delete_session(conn: Connection, user_id: int, session_id: int) -> bool:
    """End one of a user's sessions, by its number; False if they have none with it."""
    gone = conn.execute(
        delete(SessionRow).where(SessionRow.id == session_id, SessionRow.user_id == user_id)
    )
    return gone.rowcount > 0


def delete_others(conn: Connection, user_id: int, token: str) -> None:
    """End all of a user's sessions but the one of this token."""
    conn.execute(
        delete(SessionRow).where(
            SessionRow.user_id == user_id, SessionRow.token_hash != token_hash(token)
        )
    )


def delete_over(conn: Connection, now: datetime, user_id: int | None = None) -> int:
    """Delete what is over, of one user or of all; how many that was."""
    which = _OVER if user_id is None else _OVER.where(SessionRow.user_id == user_id)
    return conn.execute(which, {**_since(now), "settled": now - SETTLED}).rowcount
