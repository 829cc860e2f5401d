"""Flask's extensions, made here unbound and bound in ``create_app``."""

from typing import Any

from flask_babel import Babel
from flask_compress import Compress
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import DeclarativeBase

__all__ = ["babel", "compress", "csrf", "db", "migrate", "tune"]


class Table(DeclarativeBase):
    """The base of every table."""


db = SQLAlchemy(model_class=Table)
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
compress = Compress()


def tune(engine: Engine) -> None:
    """Make SQLite keep what it acknowledges, and make writers write from their first statement.

    ``synchronous=FULL`` because NORMAL loses acknowledged commits in a power cut; ``BEGIN
    IMMEDIATE`` because a read that turns into a write fails at once, whatever the timeout.
    """
    if engine.dialect.name != "sqlite":
        return

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
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
