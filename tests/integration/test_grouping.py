"""On SQLite, saves that come at the same time share a commit, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.errors import StaleAnswer
from app.extensions import db
from app.services import read, run, run_grouped, turn
from tests.integration.pages import put, start
from tests.integration.test_concurrency import together

SAVERS = 8
NOTE = text("INSERT INTO note (id, said) VALUES (:id, :said)")


@pytest.fixture
def notes(sqlite_app: Flask) -> Callable[[], set[int]]:  # noqa: ARG001 (its database)
    """A table of our own; tells which notes are in it."""
    run(lambda conn: conn.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, said TEXT)")))
    return lambda: set(read(lambda conn: conn.scalars(text("SELECT id FROM note")).all()))


@contextmanager
def told(name: str, listener: Callable[..., None]) -> Iterator[None]:
    """Call the listener at each such event of the engine, for a while."""
    event.listen(db.engine, name, listener)
    try:
        yield
    finally:
        event.remove(db.engine, name, listener)


@contextmanager
def counted_commits() -> Iterator[list[Connection]]:
    commits: list[Connection] = []
    with told("commit", commits.append):
        yield commits


@contextmanager
def set_up_with(*pragmas: str) -> Iterator[None]:
    """Each connection to SQLite that is opened meanwhile begins like this."""

    def begin(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    with told("connect", begin):
        db.engine.dispose()
        yield


def note(number: int, said: str = "") -> Callable[[Connection], int]:
    """A case that writes, and says which one it was."""

    def case(conn: Connection) -> int:
        conn.execute(NOTE, {"id": number, "said": said})
        return number

    return case


def gathered(app: Flask, cases: list[Callable[[Connection], int]]) -> list[Future[int]]:
    """Run cases that all wait for one turn, so that they come together; how each ended."""
    entered = threading.Semaphore(0)

    def run_one(case: Callable[[Connection], int]) -> int:
        with app.app_context():
            entered.release()
            return run_grouped(case)

    with ThreadPoolExecutor(len(cases)) as pool, turn():
        ended = [pool.submit(run_one, case) for case in cases]
        for _ in cases:
            assert entered.acquire(timeout=10)
        threading.Event().wait(0.05)  # from there to the queue it is a few instructions
    return ended


def test_cases_that_wait_together_are_committed_once(
    sqlite_app: Flask, notes: Callable[[], set[int]]
) -> None:
    with counted_commits() as commits:
        ended = gathered(sqlite_app, [note(n) for n in range(SAVERS)])
    assert [one.result() for one in ended] == list(range(SAVERS))
    assert len(commits) == 1
    assert notes() == set(range(SAVERS))


def test_a_case_alone_needs_no_savepoint(notes: Callable[[], set[int]]) -> None:
    seen: list[str] = []
    with told("savepoint", lambda _conn, name: seen.append(name)):
        assert run_grouped(note(1)) == 1
    assert seen == []
    assert notes() == {1}


def test_one_that_fails_harms_no_neighbour(
    sqlite_app: Flask, notes: Callable[[], set[int]]
) -> None:
    def fails(conn: Connection) -> int:
        note(100)(conn)
        raise StaleAnswer(None, 3)

    cases = [note(0), fails, note(1), note(1), note(2)]
    ended = gathered(sqlite_app, cases)
    errors = [one.exception() for one in ended]
    assert isinstance(errors[1], StaleAnswer)
    assert errors[1].seq == 3
    assert {type(errors[2]), type(errors[3])} == {type(None), IntegrityError}
    assert errors[0] is errors[4] is None
    assert notes() == {0, 1, 2}


def test_a_case_alone_that_fails_leaves_nothing_and_the_next_one_goes_on(
    notes: Callable[[], set[int]],
) -> None:
    run_grouped(note(1))
    with pytest.raises(IntegrityError):
        run_grouped(note(1))
    assert run_grouped(note(2)) == 2
    assert notes() == {1, 2}


def test_a_disk_that_is_full_refuses_what_it_cannot_keep_and_nothing_else(
    sqlite_app: Flask, notes: Callable[[], set[int]]
) -> None:
    pages = read(lambda conn: conn.scalar(text("PRAGMA page_count")))
    cases = [note(0), note(1, "x" * 1_000_000), note(2), note(3, "y" * 1_000_000)]
    # With so small a cache, what is written leaves memory at once.
    with set_up_with(f"max_page_count={pages + 2}", "cache_size=2"):
        ended = gathered(sqlite_app, cases)
    for one in ended:
        assert one.exception() is None or isinstance(one.exception(), OperationalError)
    assert notes() == {one.result() for one in ended if not one.exception()}
    assert run_grouped(note(4)) == 4


def test_what_cannot_begin_is_told_to_each_in_an_error_of_its_own(
    sqlite_app: Flask, notes: Callable[[], set[int]]
) -> None:
    with (
        set_up_with("busy_timeout=100"),
        db.engine.connect().execution_options(write=True) as other,
        other.begin(),
    ):
        ended = gathered(sqlite_app, [note(n) for n in range(3)])
        errors = [one.exception() for one in ended]
    assert all(isinstance(error, OperationalError) for error in errors)
    assert len({id(error) for error in errors}) == 3
    assert notes() == set()
    assert run_grouped(note(4)) == 4


def test_other_writers_and_groups_take_turns(
    sqlite_app: Flask, notes: Callable[[], set[int]]
) -> None:
    def writing(number: int) -> Callable[[], int]:
        def write() -> int:
            with sqlite_app.app_context():
                how = run if number % 3 == 0 else run_grouped
                return sum(how(note(number * 100 + n)) >= 0 for n in range(20))

        return write

    assert together([writing(n) for n in range(12)]) == [20] * 12
    assert len(notes()) == 240


def test_saves_at_once_are_acknowledged_each_with_its_own_answer(sqlite_app: Flask) -> None:
    clients = [sqlite_app.test_client() for _ in range(SAVERS)]
    attempts = [start(client) for client in clients]
    put(clients[0], attempts[0], "mot", "ruche", 5)

    def saving(number: int) -> Callable[[], int]:
        return lambda: put(clients[number], attempts[number], "mot", "miel", 1).status_code

    with turn():
        pool = ThreadPoolExecutor(SAVERS)
        ended = [pool.submit(saving(number)) for number in range(SAVERS)]
        threading.Event().wait(0.3)
    codes = [one.result(10) for one in ended]
    pool.shutdown()
    assert codes == [409] + [200] * (SAVERS - 1)
