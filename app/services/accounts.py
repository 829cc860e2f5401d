"""Accounts: teachers, admins, and the one-time links that let them in.

Two ways lead to the same table. Use cases work on a connection, as everywhere. Flask-Security's
own pages (signing in, passwords, codes) work on objects, through ``Users``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_security import (
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
)
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import N_, NotFound, Refused
from app.extensions import db
from app.models import account, user_session
from app.models.account import Link, Person, Purpose, Role, UserRow
from app.services import turn

__all__ = [
    "Link",
    "People",
    "Person",
    "Redeemed",
    "Role",
    "UserRow",
    "Users",
    "change_address",
    "change_role",
    "end_sessions",
    "find_teacher",
    "get_link",
    "get_person",
    "invite",
    "list_people",
    "make_reset_link",
    "make_setup_link",
    "redeem",
    "remove_second_step",
    "rename",
    "reset_link_for",
    "set_active",
    "withdraw_invitation",
]

LIFETIMES: dict[Purpose, timedelta] = {
    "setup": timedelta(days=7),
    "invite": timedelta(days=14),
    "reset": timedelta(days=2),
}


class Users(SQLAlchemyUserDatastore):
    """Where Flask-Security finds users, and writes what its pages change of them.

    A user is read in a session of its own, which ends at once; ``put`` hands it to the session
    that writes, and ``commit`` begins by writing: like that no read turns into a write.
    """

    def __init__(self) -> None:
        super().__init__(db, UserRow, None)  # type: ignore[arg-type]

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> UserRow | None:  # noqa: FBT001, FBT002 (the library's signature)
        """The user with this value in this column; addresses are kept in lower case."""
        ((column, value),) = kwargs.items()
        with Session(db.engine, expire_on_commit=False) as session:
            return session.scalar(select(UserRow).where(getattr(UserRow, column) == value))

    def get_user(self, **column: Any) -> UserRow:
        """The same where there must be one. Raises NotFound."""
        user = self.find_user(**column)
        if user is None:
            raise NotFound
        return user

    def commit(self) -> None:
        """Write what was put, as ``services.run`` does; pages commit even where nothing was."""
        session = db.session()
        if not session.dirty:
            return
        with turn():
            session.connection(execution_options={"write": True})
            session.commit()


def _note_the_day(_app: object, user: UserRow, **_: object) -> None:
    user.password_changed = datetime.now(UTC)


password_changed.connect(_note_the_day)
password_reset.connect(_note_the_day)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who has an account or was invited."""

    people: tuple[Person, ...]
    invitations: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What came of a link."""

    purpose: Purpose
    uniquifier: str
    """What the sessions of its user belong to."""


def find_teacher(conn: Connection, email: str) -> int:
    """The number of whoever has an open account under this address. Raises NotFound."""
    person = account.find_by_email(conn, email.strip().lower())
    if person is None or not person.active:
        raise NotFound
    return person.id


def get_person(conn: Connection, user_id: int) -> Person:
    """Somebody who has an account, open or closed. Raises NotFound."""
    person = account.find_person(conn, user_id)
    if person is None:
        raise NotFound
    return person


def list_people(conn: Connection, now: datetime) -> People:
    """Everybody, and the invitations that are still open."""
    return People(tuple(account.list_people(conn)), tuple(account.list_invitations(conn, now)))


def _make(
    conn: Connection, purpose: Purpose, email: str | None, role: Role, by: int | None, now: datetime
) -> str:
    """A link, in place of those that were made before for the same."""
    account.void_links(conn, purpose, email)
    expires = now + LIFETIMES[purpose]
    return account.add_link(
        conn, purpose=purpose, email=email, role=role, by=by, now=now, expires=expires
    )


def make_setup_link(conn: Connection, now: datetime) -> str | None:
    """The token of the link that makes the very first admin; None once there is anybody."""
    account.void_links(conn, "setup")
    if account.any_user(conn):
        return None
    return _make(conn, "setup", None, "admin", None, now)


def invite(conn: Connection, email: str, role: Role, by: int | None, now: datetime) -> str:
    """The token of an invitation. Raises Refused where the person has an account."""
    if account.find_by_email(conn, email):
        raise Refused(
            N_("Cette personne a déjà un compte : faites-lui plutôt un lien de mot de passe.")
        )
    return _make(conn, "invite", email, role, by, now)


def withdraw_invitation(conn: Connection, email: str) -> None:
    """Void the invitation of an address."""
    account.void_links(conn, "invite", email)


def make_reset_link(conn: Connection, user_id: int, by: int | None, now: datetime) -> str:
    """The token of a link to choose a new password. Raises NotFound."""
    return _reset(conn, account.find_person(conn, user_id), by, now)


def reset_link_for(conn: Connection, email: str, now: datetime) -> str:
    """The same by address, for the command line. Raises NotFound."""
    return _reset(conn, account.find_by_email(conn, email), None, now)


def _reset(conn: Connection, person: Person | None, by: int | None, now: datetime) -> str:
    if person is None or not person.active:
        raise NotFound
    return _make(conn, "reset", person.email, person.role, by, now)


def get_link(conn: Connection, token: str, now: datetime) -> tuple[Link, Person | None]:
    """A link that can still be used, and whose password it resets. Raises NotFound."""
    link = account.get_link(conn, token, now)
    person = account.find_by_email(conn, link.email) if link.email else None
    _expect(conn, link, person)
    return link, person


def _expect(conn: Connection, link: Link, person: Person | None) -> None:
    """Links of another day may have lost their meaning since. Raises NotFound."""
    sound = {
        "setup": lambda: not account.any_user(conn),
        "invite": lambda: person is None,
        "reset": lambda: person is not None and person.active,
    }
    if not sound[link.purpose]():
        raise NotFound


def redeem(
    conn: Connection, token: str, *, email: str, name: str, password: str, now: datetime
) -> Redeemed:
    """Use a link: make its user, or change the password of the one it is for.

    ``password`` is a hash. ``email`` counts for the first admin only: other links say whose they
    are. A new password ends all sessions. Raises NotFound where the link opens nothing.
    """
    link = account.use_link(conn, token, now)
    address = link.email or email
    person = account.find_by_email(conn, address)
    _expect(conn, link, person)
    if person is None:
        uniquifier = account.add_user(
            conn, email=address, name=name, role=link.role, password=password, now=now
        )
    else:
        uniquifier = account.new_uniquifier()
        account.change_user(
            conn,
            person.id,
            password=password,
            password_changed=now,
            fs_uniquifier=uniquifier,
        )
    return Redeemed(link.purpose, uniquifier)


def rename(conn: Connection, user_id: int, name: str) -> None:
    """Change how colleagues see somebody."""
    account.change_user(conn, user_id, name=name)


def set_active(conn: Connection, user_id: int, by: int, *, active: bool) -> None:
    """Let somebody in or keep them out; what they made stays. Their sessions end.

    Nobody does it to themselves: like that there is always an admin left.
    """
    _not_oneself(user_id, by)
    account.change_user(conn, user_id, active=active, fs_uniquifier=account.new_uniquifier())


def end_sessions(conn: Connection, user_id: int) -> None:
    """Sign somebody out wherever they are, even half-way in. Raises NotFound."""
    account.change_user(conn, user_id, fs_uniquifier=account.new_uniquifier())


def change_address(conn: Connection, user_id: int, email: str, keep: str | None = None) -> str:
    """Give somebody another address, in lower case; returns the former one.

    Their sessions end, but for the one whose token is ``keep``, and links made for the former
    address open nothing any more. Raises NotFound, and Refused where the address is somebody's.
    """
    person = get_person(conn, user_id)
    uniquifier = account.new_uniquifier()
    try:
        account.change_user(conn, user_id, email=email, fs_uniquifier=uniquifier)
    except IntegrityError:
        raise Refused(N_("Cette adresse est déjà celle d’un compte.")) from None
    account.void_links(conn, "reset", person.email)
    if keep is not None:
        user_session.keep_session(conn, user_id, keep, uniquifier)
    return person.email


def change_role(conn: Connection, user_id: int, by: int, role: Role) -> None:
    """Make an admin of a teacher, or a teacher of an admin. Never of oneself."""
    _not_oneself(user_id, by)
    account.change_user(conn, user_id, role=role)


def remove_second_step(conn: Connection, user_id: int, by: int) -> None:
    """Ask no code of somebody who has lost their telephone and their recovery codes."""
    _not_oneself(user_id, by)
    account.change_user(
        conn,
        user_id,
        tf_primary_method=None,
        tf_totp_secret=None,
        tf_last_counter=None,
        mf_recovery_codes=None,
    )


def _not_oneself(user_id: int, by: int) -> None:
    if user_id == by:
        raise Refused(N_("Demandez-le à un autre administrateur : on ne le fait pas pour soi."))
