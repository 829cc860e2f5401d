"""Sessions of teachers: begun by signing in, ended by signing out, from afar, or by themselves."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.errors import NotFound
from app.models import user_session
from app.models.user_session import LONGEST, QUIET, REMEMBERED, SignedIn, UserSession

__all__ = [
    "LONGEST",
    "QUIET",
    "REMEMBERED",
    "SignedIn",
    "UserSession",
    "begin",
    "end",
    "end_one",
    "end_others",
    "find_signed_in",
    "is_to_be_noted",
    "list_sessions",
    "note_seen",
    "sweep",
]

NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was last used: most requests write nothing."""


def find_signed_in(conn: Connection, token: str, now: datetime) -> SignedIn | None:
    """Whom a session lets in, if it goes on and they may still come in."""
    return user_session.find_signed_in(conn, token, now)


def is_to_be_noted(found: SignedIn, now: datetime) -> bool:
    """Whether it is time to write down that a session is used."""
    return now - found.seen >= NOTED_EVERY


def note_seen(conn: Connection, token: str, now: datetime) -> None:
    """A session is used now."""
    user_session.note_seen(conn, token, now)


def begin(
    conn: Connection,
    *,
    user_id: int,
    uniquifier: str,
    remembered: bool,
    device: str,
    former: frozenset[str],
    now: datetime,
) -> str:
    """Let a browser in; returns the token for its cookie.

    The sessions that this browser had (``former``) end, and what is over of this user is deleted.
    """
    token = secrets.token_urlsafe(32)
    user_session.delete_sessions(conn, former)
    user_session.delete_over(conn, now, user_id)
    user_session.add_session(
        conn,
        token,
        user_id=user_id,
        uniquifier=uniquifier,
        remembered=remembered,
        device=device,
        now=now,
    )
    return token


def end(conn: Connection, tokens: frozenset[str]) -> None:
    """Sign a browser out: copies of its cookies open nothing from now on."""
    user_session.delete_sessions(conn, tokens)


def end_one(conn: Connection, user_id: int, session_id: int) -> None:
    """Sign one of a user's browsers out. Raises NotFound where it is not theirs, or over."""
    if not user_session.delete_session(conn, user_id, session_id):
        raise NotFound


def end_others(conn: Connection, user_id: int, token: str) -> None:
    """Sign a user out everywhere but here."""
    user_session.delete_others(conn, user_id, token)


def list_sessions(conn: Connection, user_id: int, token: str, now: datetime) -> list[UserSession]:
    """Where a user is signed in, the last used first."""
    return user_session.list_sessions(conn, user_id, token, now)


def sweep(conn: Connection, now: datetime) -> int:
    """Delete every session that is over; how many that was."""
    return user_session.delete_over(conn, now)
