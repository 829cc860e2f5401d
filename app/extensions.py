"""Flask's extensions, made here unbound and bound in ``create_app``."""

import sqlite3
from functools import lru_cache
from time import monotonic
from typing import Any

import flask_wtf.csrf
from flask import request
from flask_babel import Babel
from flask_compress import Compress
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase

__all__ = ["babel", "compress", "csrf", "db", "tune"]


class Table(DeclarativeBase):
    """The base of every table."""


class Proof(CSRFProtect):  # type: ignore[misc]
    """Proof that a form or a script is ours, as Flask-WTF asks for it.

    A script's is in a header: there is no form to be read for it.
    """

    def _get_csrf_token(self) -> str | None:
        sent: str | None = request.headers.get("X-CSRFToken") or super()._get_csrf_token()
        return sent


class Signatures(URLSafeTimedSerializer):
    """The signatures of such proofs, remembered: one is made and sent back many times.

    What is not sound is not remembered, and each is still compared with its session.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dumps = lru_cache(maxsize=1024)(super().dumps)  # type: ignore[method-assign]
        self.loads = lru_cache(maxsize=1024)(super().loads)  # type: ignore[method-assign]


# Flask-WTF makes one for each token; here is one for each secret key. Tokens do not grow old.
flask_wtf.csrf.URLSafeTimedSerializer = lru_cache(maxsize=8)(Signatures)


db = SQLAlchemy(model_class=Table)
csrf = Proof()
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
        # Straight to the driver: SQLAlchemy's way there costs as much as a query.
        sqlite: Any = connection.connection.driver_connection
        begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
        try:
            sqlite.execute(begin)
        except sqlite3.OperationalError as error:  # locked by somebody else, for too long
            raise OperationalError(begin, None, error) from error


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
