"""Moving a school to another database: copied while it works, then made equal, and checked.

A copy goes by small transactions, so it can be stopped at any moment, and goes on from there. The
target is marked until the copy is whole: nobody takes half a school for one, and nothing else is
ever written over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DataError, IntegrityError

from app.errors import RelireError
from app.models import rows, schema
from app.models.rows import Contents, Row

__all__ = ["Copied", "CopyFailed", "Moved", "NotEmpty", "move"]

Migrate = Callable[[Connection], None]
"""Brings the tables of a database up to date."""
Report = Callable[["Moved"], None]


class NotEmpty(RelireError):
    """The target holds something that is not a copy of this school."""


class CopyFailed(RelireError):
    """The target takes a row of this school for wrong, or does not hold what was written."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A table of the target, as it is now."""

    table: str
    contents: Contents
    written: int
    """Rows that had to be written this time."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a copy."""

    tables: tuple[Moved, ...]
    changed: tuple[str, ...]
    """Tables of the source that somebody wrote in the meantime: the copy lacks that."""


def move(source: Engine, target: Engine, name: str, migrate: Migrate, report: Report) -> Copied:
    """Make the target hold what the source holds; done again, it writes what is missing.

    ``name`` says which school it is, on the mark. Raises NotEmpty, CopyFailed.
    """
    begun = _prepare(source, target, name, migrate)
    with rows.snapshot(source) as ours:
        tables = rows.mirror(ours)
        if begun:
            for table in reversed(tables):
                _remove_strangers(ours, target, table)
        moved = []
        for table in tables:
            moved.append(_move_table(ours, target, table))
            report(moved[-1])
    with _writing(target) as conn, conn.begin():
        rows.advance_sequences(conn, rows.mirror(conn))
    with rows.snapshot(target) as theirs:
        for table, one in zip(tables, moved, strict=True):
            if rows.contents(theirs, table) != one.contents:
                raise CopyFailed(f"{table.name}: the copy differs from what was read")
    with rows.snapshot(source) as ours:
        changed = tuple(
            table.name
            for table, one in zip(tables, moved, strict=True)
            if rows.contents(ours, table) != one.contents
        )
    if not changed:
        with _writing(target) as conn, conn.begin():
            schema.remove_mark(conn)
    return Copied(tuple(moved), changed)


def _writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(write=True)


def _prepare(source: Engine, target: Engine, name: str, migrate: Migrate) -> bool:
    """Mark the target and make its tables; True if a copy of this school was begun there."""
    with _writing(target) as conn:
        with conn.begin():
            mark = schema.find_mark(conn)
            if mark is None:
                _check_free(source, conn)
                schema.put_mark(conn, name)
        if mark not in (None, name):
            raise NotEmpty(f"it holds the copy of another school ({mark}), which is not whole")
        migrate(conn)
    return mark is not None


def _check_free(source: Engine, conn: Connection) -> None:
    """Refuse a target with rows, unless they are those of the source already."""
    tables = rows.mirror(conn)
    full = [table for table in tables if not rows.is_empty(conn, table)]
    if not full:
        return
    with rows.snapshot(source) as ours:
        known = {table.name for table in rows.mirror(ours)}
        for table in tables:
            if table.name not in known or rows.contents(ours, table) != rows.contents(conn, table):
                raise NotEmpty(f"{full[0].name} has rows, and {table.name} is not as here")


def _remove_strangers(ours: Connection, target: Engine, table: Table) -> None:
    """Delete what the source has deleted since the copy was begun; children go first."""
    with rows.snapshot(target) as theirs:
        if rows.is_empty(theirs, table):
            return
        pairs = rows.paired(
            rows.read_rows(ours, table), rows.read_rows(theirs, table), rows.primary_key(table)
        )
        gone = (row for mine, row in pairs if mine is None and row is not None)
        for batch in rows.batched(gone):
            with _writing(target) as conn, conn.begin():
                rows.remove_rows(conn, table, batch)


def _move_table(ours: Connection, target: Engine, table: Table) -> Moved:
    digest, written = rows.Digest(), 0
    with rows.snapshot(target) as theirs:
        pairs = rows.paired(
            digest.watch(rows.read_rows(ours, table)),
            rows.read_rows(theirs, table),
            rows.primary_key(table),
        )
        differing = (
            (mine, other)
            for mine, other in pairs
            if mine is not None and (other is None or rows.encoded(mine) != rows.encoded(other))
        )
        for batch in rows.batched(differing):
            changed = [mine for mine, other in batch if other is not None]
            added = [mine for mine, other in batch if other is None]
            _write(target, table, changed, added)
            written += len(batch)
    return Moved(table.name, digest.contents, written)


def _write(target: Engine, table: Table, changed: list[Row], added: list[Row]) -> None:
    try:
        with _writing(target) as conn, conn.begin():
            rows.change_rows(conn, table, changed)
            rows.add_rows(conn, table, added)
    except (DataError, IntegrityError) as error:
        keys = [rows.primary_key(table)(row) for row in (*changed, *added)]
        raise CopyFailed(
            f"{table.name}: the target refuses a row between {keys[0]} and {keys[-1]}: {error.orig}"
        ) from None
