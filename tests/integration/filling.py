"""Rows for every table that there is, whatever it is for: future tables are filled too."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
)

from app.models import rows
from app.models.types import UtcTime

# What a database could spoil: quotes, accents, signs beyond 16 bits, ends of lines.
WORDS = 'l’été où « ça » s\'entend "ici" – œuf 🦉\r\n\t\\x41 100 % :nom ; --'
SUMMER = timezone(timedelta(hours=2))


def value(column: Column[Any], n: int) -> Any:
    """The n-th value of a column, for n from 1."""
    if column.nullable and n % 3 == 0:
        return None
    match column.type:
        case Boolean():
            return n % 2 == 1
        case UtcTime():
            return datetime(2025, 7, 1, 1, 2, 3, 456_789 + n, SUMMER if n % 2 else UTC)
        case Date():
            return date(2025, 7, 1) + timedelta(days=n)
        case LargeBinary():
            return n.to_bytes(4, "big") + bytes(range(256))
        case Float():
            return n / 3
        case Integer():
            return n
        case String():
            return f"{n:06d} {WORDS}"[: column.type.length]
    raise AssertionError(f"{column}: no value of {column.type!r} is known here")


def parents(conn: Connection, table: Table) -> dict[str, list[Any]]:
    """What the foreign keys of a table may refer to: column → values."""
    found = {}
    for key in table.foreign_keys:
        if key.column.table is not table:
            found[key.parent.name] = list(conn.scalars(select(key.column).order_by(key.column)))
    return found


def fill(conn: Connection, number: int = 7) -> dict[str, int]:
    """Put so many rows into every table; table → rows that it has now."""
    counted = {}
    for table in rows.mirror(conn):
        known, before = parents(conn, table), count(conn, table)
        rows.add_rows(conn, table, list(_rows(table, known, before, number)))
        counted[table.name] = count(conn, table)
    rows.advance_sequences(conn, rows.mirror(conn))
    return counted


def _rows(table: Table, known: dict[str, list[Any]], before: int, number: int) -> Iterator[Any]:
    columns = sorted(table.columns, key=lambda column: column.name)
    for n in range(before + 1, before + number + 1):
        row = []
        for column in columns:
            choice = known.get(column.name)
            # The last ones: a library that is there already has rows of its own.
            row.append(choice[-1 - n % min(len(choice), number)] if choice else _own(column, n))
        yield row


def _own(column: Column[Any], n: int) -> Any:
    return None if column.foreign_keys else value(column, n + 10_000 * column.primary_key)


def count(conn: Connection, table: Table) -> int:
    """How many rows a table has."""
    return conn.execute(select(func.count()).select_from(table)).scalar_one()
