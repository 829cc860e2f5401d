"""Keeping a copy of a school in one file, and bringing it back, into either database.

The file is a compressed SQLite database: the school's own, copied by SQLite while it works, or one
that is filled from PostgreSQL, row by row, in one moment of it. A newer version reads it too.

The secret key is not in it: whoever finds a copy must not be able to sign cookies, nor to read
second steps.
"""

import gzip
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import RelireError
from app.models import rows, schema

__all__ = ["Busy", "Damaged", "Occupied", "backup", "restore"]

Migrate = Callable[[Connection, str], None]
"""Brings the tables of a database to a revision."""
Open = Callable[[Path], Engine]
"""Opens an SQLite database."""

SQLITE = b"SQLite format 3\x00"
PIECE = 1 << 20


class Damaged(RelireError):
    """What should be kept or brought back is no school, or is not whole."""


class Occupied(RelireError):
    """There are rows where the school would be brought back."""


class Busy(RelireError):
    """Somebody uses the database that would be replaced."""


def backup(engine: Engine, path: Path, opened: Open, migrate: Migrate) -> None:
    """Write one moment of a school into a file, which only its owner may read.

    The file is there whole, or not at all. Nobody who works waits for it. Raises Damaged.
    """
    with _room_beside(path) as room:
        copy, half = room / "copy.db", room / "half.gz"
        os.close(_private(str(copy), os.O_CREAT | os.O_EXCL | os.O_RDWR))
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, copy)
        else:
            _fill(engine, copy, opened, migrate)
        _check_whole(copy)
        with open(half, "xb", opener=_private) as raw:
            with (
                copy.open("rb") as whole,
                gzip.GzipFile("relire.db", "wb", compresslevel=6, fileobj=raw) as out,
            ):
                shutil.copyfileobj(whole, out, PIECE)
            os.fsync(raw.fileno())
        half.replace(path)


@contextmanager
def _room_beside(path: Path) -> Iterator[Path]:
    """A folder for what is being made, on the same disk, and gone afterwards."""
    with TemporaryDirectory(dir=path.absolute().parent, prefix=f".{path.name}-") as room:
        yield Path(room)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _copy_sqlite(engine: Engine, copy: Path) -> None:
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as target:
        source: Any = pooled.driver_connection
        source.backup(target)


def _fill(engine: Engine, copy: Path, opened: Open, migrate: Migrate) -> None:
    """Fill a new SQLite database with what is in PostgreSQL."""
    with rows.snapshot(engine) as ours, _file(copy, opened) as target:
        with _writing(target) as conn:
            migrate(conn, schema.find_revision(ours) or "base")
        with _writing(target) as conn, conn.begin():
            rows.copy_all(ours, conn)


def _writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(write=True)


@contextmanager
def _file(path: Path, opened: Open) -> Iterator[Engine]:
    """An SQLite database, closed afterwards."""
    engine = opened(path)
    try:
        yield engine
    finally:
        engine.dispose()


def _check_whole(path: Path) -> None:
    """Make one file of an SQLite database, and look it over. Raises Damaged."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode=DELETE")
        found = conn.execute("PRAGMA integrity_check").fetchone()[0]
        broken = conn.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or broken:
        raise Damaged(f"the database is damaged: {found if found != 'ok' else broken}")


def restore(
    path: Path, target: Engine, opened: Open, migrate: Migrate, *, force: bool
) -> Path | None:
    """Bring back the school that is kept in a file, in place of an empty one.

    With ``force``, in place of any, and on PostgreSQL even if somebody is connected. It happens
    at once, or not at all. On SQLite what was there is kept beside; returns where.
    Raises Damaged, Occupied, Busy.
    """
    if target.dialect.name == "sqlite":
        place = Path(str(target.url.database))
        with _room_beside(place) as room:
            copy = _unpacked(path, room, opened, migrate)
            kept = _make_way(place, target, force=force)
            copy.replace(place)
            return kept
    with TemporaryDirectory() as room, _writing(target) as conn, conn.begin():
        copy = _unpacked(path, Path(room), opened, migrate)
        if schema.others_at_work(conn) and not force:
            raise Busy("others are connected to this database")
        _check_empty(conn, force=force)
        schema.drop_all(conn)
        migrate(conn, "head")
        with _file(copy, opened) as source, rows.snapshot(source) as ours:
            rows.copy_all(ours, conn)
    return None


def _unpacked(path: Path, room: Path, opened: Open, migrate: Migrate) -> Path:
    """The database that is kept in a file, brought up to date."""
    copy = room / "copy.db"
    try:
        with gzip.open(path, "rb") as kept, open(copy, "xb", opener=_private) as out:
            start = kept.read(len(SQLITE))
            if start != SQLITE:
                raise Damaged("this file holds no school")
            out.write(start)
            shutil.copyfileobj(kept, out, PIECE)
        _check_whole(copy)
        with _file(copy, opened) as engine, _writing(engine) as conn:
            migrate(conn, "head")
        _check_whole(copy)
    except (OSError, EOFError, zlib.error, sqlite3.DatabaseError, DBAPIError) as error:
        raise Damaged(f"this file cannot be read: {error}") from None
    return copy


def _check_empty(conn: Connection, *, force: bool) -> None:
    full = [table.name for table in rows.mirror(conn) if not rows.is_empty(conn, table)]
    if full and not force:
        raise Occupied(f"there are rows already: {', '.join(full)}")


def _make_way(place: Path, target: Engine, *, force: bool) -> Path | None:
    """Take an SQLite database out of the way; its new name, if it held anything.

    A server that works would go on writing into it, so ``force`` does not help here.
    """
    if not place.exists():
        return None
    with target.connect() as conn:
        _check_empty(conn, force=force)
    target.dispose()
    with closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as conn:
        try:
            # Only who is alone can leave the write-ahead log; it joins the file by that.
            alone = conn.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete"
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            alone = False
    if not alone:
        raise Busy("a server or a command uses it: stop it first")
    kept = place.with_name(f"{place.name}.replaced")
    place.replace(kept)
    return kept
