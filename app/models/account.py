"""Teachers and admins, and the one-time links that let them in.

Of a link only the hash of its token is kept, so a copy of the database opens nothing. Users are
deactivated rather than deleted: what they wrote and whom they invited stays theirs.
"""

from datetime import datetime
from typing import Literal

from flask_security import AsaList, UserMixin
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import UtcTime

__all__ = ["AccountLinkRow", "Purpose", "Role", "UserRow"]

Role = Literal["teacher", "admin"]
"""An admin is a teacher who also minds the accounts."""
Purpose = Literal["setup", "invite", "reset"]
"""What a link is for: the very first admin, a colleague to come, a forgotten password."""


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
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
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
