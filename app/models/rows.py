"""Rows as they stand, whatever their table: to move a school, to keep a copy, to bring one back.

Tables are read from the database itself, not from the code, so a copy of any age can be read.
Rows go in the order of their key, and columns in the order of their names, which are the same on
both databases: SQLite compares texts byte by byte, and PostgreSQL is asked to.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    bindparam,
    collate,
    event,
    func,
    inspect,
    select,
)

from app.errors import RelireError
from app.models.schema import BOOKKEEPING
from app.models.types import UtcTime

__all__ = [
    "BATCH",
    "Contents",
    "Digest",
    "Row",
    "add_rows",
    "advance_sequences",
    "batched",
    "change_rows",
    "contents",
    "copy_all",
    "encoded",
    "is_empty",
    "mirror",
    "paired",
    "primary_key",
    "read_rows",
    "remove_rows",
    "snapshot",
]

T = TypeVar("T")
Row = Sequence[Any]
"""The values of one row, in the order of the names of its columns."""

BATCH = 500
"""Rows that are written in one transaction."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of a database, however long it takes to read it; nobody waits for it."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as conn, conn.begin():
        yield conn


def mirror(conn: Connection) -> list[Table]:
    """The tables of a school as they are in this database, each after those that it refers to."""
    metadata = MetaData()
    event.listen(metadata, "column_reflect", _keep_zones)
    names = set(inspect(conn).get_table_names()) - BOOKKEEPING
    metadata.reflect(conn, only=sorted(names))
    return metadata.sorted_tables


def _keep_zones(_inspector: object, _table: object, column: dict[str, Any]) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = UtcTime()


def _columns(table: Table) -> list[Column[Any]]:
    return sorted(table.columns, key=lambda column: column.name)


def primary_key(table: Table) -> Callable[[Row], tuple[Any, ...]]:
    """What orders the rows of a table, and tells one from another."""
    places = [n for n, column in enumerate(_columns(table)) if column.primary_key]
    return lambda row: tuple(row[place] for place in places)


def _key_columns(table: Table) -> list[Column[Any]]:
    return [column for column in _columns(table) if column.primary_key]


def read_rows(conn: Connection, table: Table) -> Iterator[Row]:
    """All rows, in the order of their key, a few at a time."""
    bytewise = conn.dialect.name == "postgresql"
    order = [
        collate(column, "C") if bytewise and isinstance(column.type, String) else column
        for column in _key_columns(table)
    ]
    query = select(*_columns(table)).order_by(*order).execution_options(yield_per=BATCH)
    yield from conn.execute(query)


def is_empty(conn: Connection, table: Table) -> bool:
    """Whether a table has no row."""
    return conn.execute(select(*_key_columns(table)).limit(1)).first() is None


# What rows say, whatever the database


def encoded(row: Row) -> str:
    """A row as a line of JSON; two rows are the same if, and only if, their lines are."""
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_encoded)


def _encoded(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    raise TypeError(f"no way to write {type(value).__name__} down")


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows, and what they say all together."""

    rows: int
    digest: str


@dataclass(slots=True)
class Digest:
    """Counts and sums rows up as they go by."""

    rows: int = 0
    _sum: Any = field(default_factory=sha256)

    def add(self, line: str) -> None:
        """Take one more, ``encoded``."""
        self.rows += 1
        self._sum.update(line.encode() + b"\n")

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Let rows go by."""
        for row in rows:
            self.add(encoded(row))
            yield row

    @property
    def contents(self) -> Contents:
        """What went by."""
        return Contents(self.rows, self._sum.hexdigest())


def contents(conn: Connection, table: Table) -> Contents:
    """What a table holds."""
    digest = Digest()
    for row in read_rows(conn, table):
        digest.add(encoded(row))
    return digest.contents


def paired(
    ours: Iterator[Row], theirs: Iterator[Row], key: Callable[[Row], Any]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Two readings side by side, each row with the one of the same key, or with None."""
    mine, other = next(ours, None), next(theirs, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and key(mine) < key(other)):
            yield mine, None
            mine = next(ours, None)
        elif mine is None or key(other) < key(mine):
            yield None, other
            other = next(theirs, None)
        else:
            yield mine, other
            mine, other = next(ours, None), next(theirs, None)


def batched(found: Iterable[T]) -> Iterator[list[T]]:
    """As they come, ``BATCH`` at a time."""
    source = iter(found)
    while batch := list(islice(source, BATCH)):
        yield batch


# Writing


def _values(table: Table, row: Row) -> dict[str, Any]:
    return {f"new_{column.name}": value for column, value in zip(_columns(table), row, strict=True)}


def _same_key(table: Table) -> list[Any]:
    return [column == bindparam(f"new_{column.name}") for column in _key_columns(table)]


def _set(columns: Iterable[Column[Any]]) -> Mapping[Any, Any]:
    return {column: bindparam(f"new_{column.name}", type_=column.type) for column in columns}


def add_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that are not there."""
    if rows:
        statement = table.insert().values(_set(table.columns))
        conn.execute(statement, [_values(table, row) for row in rows])


def change_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows over those of the same key."""
    others = [column for column in table.columns if not column.primary_key]
    if rows and others:
        statement = table.update().where(*_same_key(table)).values(_set(others))
        conn.execute(statement, [_values(table, row) for row in rows])


def remove_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Delete the rows of the same keys."""
    if rows:
        keys = {f"new_{column.name}" for column in _key_columns(table)}
        gone = [
            {name: value for name, value in _values(table, row).items() if name in keys}
            for row in rows
        ]
        conn.execute(table.delete().where(*_same_key(table)), gone)


def copy_all(ours: Connection, theirs: Connection) -> None:
    """Write every row of a school into another's empty tables. Raises RelireError if some are not."""
    for table in mirror(ours):
        digest = Digest()
        for batch in batched(digest.watch(read_rows(ours, table))):
            add_rows(theirs, table, batch)
        if contents(theirs, table) != digest.contents:
            raise RelireError(f"{table.name} does not hold what was written")
    advance_sequences(theirs, mirror(theirs))


def advance_sequences(conn: Connection, tables: Iterable[Table]) -> None:
    """On PostgreSQL, let new rows be numbered after those that were written with their numbers."""
    if conn.dialect.name != "postgresql":
        return
    quoted = conn.dialect.identifier_preparer.format_table
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(quoted(table), column.name)
            highest = func.max(column)
            conn.execute(
                select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None)))
            )
