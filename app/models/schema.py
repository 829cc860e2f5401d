"""A database as a whole: how old its tables are, who uses it, and whether a copy is being made in it."""

from functools import lru_cache

from sqlalchemy import Connection, MetaData, inspect, text

from app.config import ROOT

__all__ = [
    "BOOKKEEPING",
    "drop_all",
    "find_mark",
    "find_revision",
    "latest_revision",
    "others_at_work",
    "put_mark",
    "remove_mark",
]

REVISION = "alembic_version"
MARK = "relire_copy"
BOOKKEEPING = frozenset({REVISION, MARK})
"""Tables that hold nothing of a school."""


@lru_cache
def latest_revision() -> str:
    """The migration that the code is written for; told by the files, without loading Alembic."""
    files = (ROOT / "app" / "migrations" / "versions").glob("*.py")
    return max(path.name.partition("_")[0] for path in files)


def find_revision(conn: Connection) -> str | None:
    """The migration that the tables stand at; None before the first."""
    if not inspect(conn).has_table(REVISION):
        return None
    found = conn.execute(text(f"SELECT version_num FROM {REVISION}")).scalar()  # noqa: S608
    return None if found is None else str(found)


def others_at_work(conn: Connection) -> bool:
    """On PostgreSQL, whether anybody else is connected to this database."""
    if conn.dialect.name != "postgresql":
        return False
    return bool(
        conn.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    )


def drop_all(conn: Connection) -> None:
    """Remove every table, those of bookkeeping too."""
    metadata = MetaData()
    metadata.reflect(conn)
    metadata.drop_all(conn)


def find_mark(conn: Connection) -> str | None:
    """Where the copy comes from that is being made in this database; None where none is."""
    if not inspect(conn).has_table(MARK):
        return None
    found = conn.execute(text(f"SELECT source FROM {MARK}")).scalar()  # noqa: S608
    return None if found is None else str(found)


def put_mark(conn: Connection, source: str) -> None:
    """Say that a copy is being made here: until it is whole, this database serves nobody."""
    conn.execute(text(f"CREATE TABLE {MARK} (source TEXT NOT NULL)"))
    conn.execute(text(f"INSERT INTO {MARK} VALUES (:source)"), {"source": source})  # noqa: S608


def remove_mark(conn: Connection) -> None:
    """Say that the copy is whole."""
    conn.execute(text(f"DROP TABLE {MARK}"))
