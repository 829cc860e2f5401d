"""Is the school able to work: for whoever watches the server."""

from sqlalchemy import Connection, func, select, text

from app.errors import RelireError
from app.models import schema
from app.models.attempt import AttemptRow

__all__ = ["NotReady", "check_ready", "count_open_attempts", "is_up_to_date"]


class NotReady(RelireError):
    """It cannot work now; the text says why, in English, for its operator."""


def is_up_to_date(conn: Connection) -> bool:
    """Whether the tables are those that the code is written for."""
    return schema.find_revision(conn) == schema.latest_revision()


def check_ready(conn: Connection) -> None:
    """Ask for what every save needs: tables that are up to date, in a database that takes writes.

    To be run as a case that writes: on SQLite it waits for its turn like any other, and a database
    that is locked or read-only refuses it. Raises NotReady.
    """
    if not is_up_to_date(conn):
        raise NotReady("the tables are not those of this version: run `flask --app wsgi setup`")
    if schema.find_mark(conn):
        raise NotReady("a school is being copied into this database")
    if (
        conn.dialect.name == "postgresql"
        and conn.scalar(text("SHOW transaction_read_only")) == "on"
    ):
        raise NotReady("the database is read-only")


def count_open_attempts(conn: Connection) -> int:
    """Attempts that were begun and not submitted; an index answers."""
    return (
        conn.scalar(
            select(func.count()).select_from(AttemptRow).where(AttemptRow.submitted.is_(None))
        )
        or 0
    )
