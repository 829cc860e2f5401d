"""How Alembic reaches the database: with the application's own engine and tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.extensions import db
from app.models.types import UtcTime


def _plain_types(kind: str, item: Any, _: Any) -> str | bool:
    """A migration names the database's types, not ours, which may change."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _foreign_keys_asleep(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: while it is away, nothing may refer to it.

    The pragma does nothing within a transaction, so it goes to the driver, before and after.
    All keys are looked over in between: what does not fit undoes the migration.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 (a connection that was just opened)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _connection() -> Iterator[Connection]:
    """The one that the caller gives (to move a school, to restore one), else the application's."""
    if given := context.config.attributes.get("connection"):
        yield given
        return
    with db.engine.connect().execution_options(write=True) as connection:
        yield connection


def run() -> None:
    """Run the migrations, all of them in a transaction that writes."""
    with _connection() as connection, _foreign_keys_asleep(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_plain_types,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"rows that refer to nothing: {broken[:5]}")


run()
