"""Flask's extensions, made here unbound and bound in ``create_app``."""

from time import monotonic
from typing import Any

from flask_babel import Babel
from flask_compress import Compress
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase

__all__ = ["babel", "compress", "csrf", "db", "tune"]


class Table(DeclarativeBase):
    """The base of every table."""


db = SQLAlchemy(model_class=Table)
csrf = CSRFProtect()
babel = Babel()
compress = Compress()


def tune(engine: Engine) -> None:
    """Make each database keep what it acknowledges, and answer again after a restart."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        _bound_waits(engine)
        _ask_after_a_pause(engine)


def _tune_sqlite(engine: Engine) -> None:
    """Make SQLite keep what it acknowledges, and make writers write from their first statement.

    ``synchronous=FULL`` because NORMAL loses acknowledged commits in a power cut; ``BEGIN
    IMMEDIATE`` because a read that turns into a write fails at once, whatever the timeout.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("write"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        # It locks nothing yet, so it cannot fail; SQLAlchemy's way there costs as much as a query.
        sqlite: Any = connection.connection.driver_connection
        sqlite.execute("BEGIN")


def _bound_waits(engine: Engine) -> None:
    """A lock that somebody forgot answers 503 after five seconds, as SQLite's does."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        before, connection.autocommit = connection.autocommit, True
        connection.execute("SET lock_timeout = '5s'")
        connection.autocommit = before


PAUSE = 1.0
"""Seconds after which a connection that was not used is asked whether it still answers."""


def _ask_after_a_pause(engine: Engine) -> None:
    """Find out that the server was restarted before a learner does.

    Asking each time would cost an autosave one of its five round trips; a connection that is in
    use tells by itself, and all are made anew then.
    """

    @event.listens_for(engine, "connect")
    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: Any, record: Any) -> None:
        record.info["used"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info["used"] < PAUSE:
            return
        try:
            engine.dialect.do_ping(connection)
        except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
            raise InvalidatePoolError from error
