"""Use cases, named by verbs. ``run`` gives each one transaction: all of it, or nothing.

A use case takes a connection first and never commits. Writers begin by writing
(``BEGIN IMMEDIATE`` on SQLite), so that no read turns into a write half-way; in one process
they take turns, because SQLite's own lock lets a writer starve.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.extensions import db
from app.services.grouping import Group

__all__ = ["read", "run", "run_grouped", "turn"]

P = ParamSpec("P")
T = TypeVar("T")
Case = Callable[Concatenate[Connection, P], T]

_turn = Lock()
_groups: WeakKeyDictionary[Engine, Group] = WeakKeyDictionary()


def turn() -> AbstractContextManager[object]:
    """A writer's turn; PostgreSQL needs none."""
    return _turn if db.engine.dialect.name == "sqlite" else nullcontext()


def run(case: Case[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a use case that writes, and commit it; on any error nothing of it is kept."""
    with (
        turn(),
        db.engine.connect().execution_options(write=True) as conn,
        conn.begin(),
    ):
        return case(conn, *args, **kwargs)


def run_grouped(case: Case[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a small use case that writes; on SQLite it shares its commit with those beside it.

    It may run in another request's thread, so it sees the connection and its arguments, and
    nothing else.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return run(case, *args, **kwargs)
    group = _groups.get(engine) or _groups.setdefault(engine, Group(_turn))
    return group.run(engine, lambda conn: case(conn, *args, **kwargs))


def read(case: Case[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a use case that only reads.

    On SQLite it sees one moment of the data. PostgreSQL would show each statement its own
    moment in a transaction too (READ COMMITTED), so the two round trips of one are saved.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as conn, conn.begin():
            return case(conn, *args, **kwargs)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        return case(conn, *args, **kwargs)
