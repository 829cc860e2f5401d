"""Accounts: teachers, admins, and the one-time links that let them in."""

from flask_security import SQLAlchemyUserDatastore

from app.extensions import db
from app.models.account import UserRow

__all__ = ["Users"]


class Users(SQLAlchemyUserDatastore):
    """Where Flask-Security finds users. Nothing but its own pages uses this session."""

    def __init__(self) -> None:
        super().__init__(db, UserRow, None)  # type: ignore[arg-type]
