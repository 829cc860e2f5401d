"""Teachers and admins, and the one-time links that let them in.

Of a link only the hash of its token is kept, so a copy of the database opens nothing. Users are
deactivated rather than deleted: what they wrote and whom they invited stays theirs.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_security import AsaList, UserMixin
from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import NotFound
from app.extensions import db
from app.models.learner import token_hash
from app.models.types import UtcTime

__all__ = [
    "PERSON",
    "AccountLinkRow",
    "Link",
    "Person",
    "Purpose",
    "Role",
    "UserRow",
    "add_link",
    "add_user",
    "any_user",
    "change_user",
    "find_by_email",
    "find_person",
    "get_link",
    "list_invitations",
    "list_people",
    "use_link",
    "void_links",
]

Role = Literal["teacher", "admin"]
"""An admin is a teacher who also minds the accounts."""
Purpose = Literal["setup", "invite", "reset"]
"""What a link is for: the very first admin, a colleague to come, a forgotten password."""


class Codes(AsaList):
    """A list kept in one column; nothing of this type changes from one use to the next."""

    cache_ok = True


class UserRow(db.Model, UserMixin):  # type: ignore[name-defined, misc]
    """Somebody who signs in. The names of the columns are those that Flask-Security expects."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    """In lower case: « Ana@… » and « ana@… » are one person."""
    name: Mapped[str] = mapped_column(String(80))
    """How colleagues see them."""
    role: Mapped[Role] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column()
    password: Mapped[str] = mapped_column(String(255))
    """Its argon2 hash."""
    password_changed: Mapped[datetime] = mapped_column(UtcTime)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """What sessions name; a new one ends them all."""
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    """How a second step is asked at sign-in; None where none is."""
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted."""
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)
    """When the last code was made, in steps of 30 seconds: no code opens twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Codes()))
    """Encrypted; each opens once in place of a code."""
    created: Mapped[datetime] = mapped_column(UtcTime)


class AccountLinkRow(db.Model):  # type: ignore[name-defined, misc]
    """A link that works once, until it expires."""

    __tablename__ = "account_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(255), index=True)
    """Whose it is; None for the very first admin, who is not known yet."""
    role: Mapped[Role] = mapped_column(String(16))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    """The admin who made it; None for the command line."""
    created: Mapped[datetime] = mapped_column(UtcTime)
    expires: Mapped[datetime] = mapped_column(UtcTime)
    used: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others see them."""

    id: int
    email: str
    name: str
    role: Role
    active: bool
    second_step: bool
    """Whether a code is asked after the password."""
    created: datetime

    @property
    def admin(self) -> bool:
        """Whether they mind the accounts."""
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can still be used."""

    purpose: Purpose
    email: str | None
    role: Role
    expires: datetime


PERSON = select(
    UserRow.id,
    UserRow.email,
    UserRow.name,
    UserRow.role,
    UserRow.active,
    UserRow.tf_primary_method.is_not(None),
    UserRow.created,
)
"""What a Person is made of, in order."""
_LINK = select(
    AccountLinkRow.purpose, AccountLinkRow.email, AccountLinkRow.role, AccountLinkRow.expires
)


def any_user(conn: Connection) -> bool:
    """Whether anybody has an account yet."""
    return conn.scalar(select(UserRow.id).limit(1)) is not None


def find_person(conn: Connection, user_id: int) -> Person | None:
    """A user by number, active or not."""
    row = conn.execute(PERSON.where(UserRow.id == user_id)).one_or_none()
    return None if row is None else Person(*row)


def find_by_email(conn: Connection, email: str) -> Person | None:
    """A user by address (in lower case), active or not."""
    row = conn.execute(PERSON.where(UserRow.email == email)).one_or_none()
    return None if row is None else Person(*row)


def list_people(conn: Connection) -> list[Person]:
    """Every user, by name."""
    rows = conn.execute(PERSON.order_by(func.lower(UserRow.name), UserRow.id))
    return [Person(*row) for row in rows]


def new_uniquifier() -> str:
    """What sessions name from now on."""
    return secrets.token_hex(32)


def add_user(
    conn: Connection, *, email: str, name: str, role: Role, password: str, now: datetime
) -> str:
    """A new user, with the hash of their password; returns what their sessions name."""
    uniquifier = new_uniquifier()
    conn.execute(
        insert(UserRow).values(
            email=email,
            name=name,
            role=role,
            active=True,
            password=password,
            password_changed=now,
            fs_uniquifier=uniquifier,
            created=now,
        )
    )
    return uniquifier


def change_user(conn: Connection, user_id: int, **values: object) -> None:
    """Change columns of a user. Raises NotFound."""
    changed = conn.execute(update(UserRow).where(UserRow.id == user_id).values(**values))
    if not changed.rowcount:
        raise NotFound


def add_link(
    conn: Connection,
    *,
    purpose: Purpose,
    email: str | None,
    role: Role,
    by: int | None,
    now: datetime,
    expires: datetime,
) -> str:
    """A new link; returns its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(AccountLinkRow).values(
            token_hash=token_hash(token),
            purpose=purpose,
            email=email,
            role=role,
            created_by=by,
            created=now,
            expires=expires,
        )
    )
    return token


def void_links(conn: Connection, purpose: Purpose, email: str | None = None) -> None:
    """Delete what was not used of a purpose: all of it, or one person's."""
    which = delete(AccountLinkRow).where(
        AccountLinkRow.purpose == purpose, AccountLinkRow.used.is_(None)
    )
    conn.execute(which if email is None else which.where(AccountLinkRow.email == email))


def get_link(conn: Connection, token: str, now: datetime) -> Link:
    """A link that can still be used. Raises NotFound for all others."""
    row = conn.execute(
        _LINK.where(
            AccountLinkRow.token_hash == token_hash(token),
            AccountLinkRow.used.is_(None),
            AccountLinkRow.expires > now,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Link(*row)


def use_link(conn: Connection, token: str, now: datetime) -> Link:
    """Use a link up, in one statement: of two who try at once, one finds nothing.

    Raises NotFound.
    """
    row = conn.execute(
        update(AccountLinkRow)
        .where(
            AccountLinkRow.token_hash == token_hash(token),
            AccountLinkRow.used.is_(None),
            AccountLinkRow.expires > now,
        )
        .values(used=now)
        .returning(*_LINK.selected_columns)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Link(*row)


def list_invitations(conn: Connection, now: datetime) -> list[Link]:
    """Invitations that nobody has answered yet, the newest first."""
    rows = conn.execute(
        _LINK.where(
            AccountLinkRow.purpose == "invite",
            AccountLinkRow.used.is_(None),
            AccountLinkRow.expires > now,
        ).order_by(AccountLinkRow.created.desc(), AccountLinkRow.email)
    )
    return [Link(*row) for row in rows]
