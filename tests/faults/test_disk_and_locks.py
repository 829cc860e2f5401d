"""A disk that is full, a database that somebody holds: said at once, and nothing is lost."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import psycopg
import pytest

from tests.faults.disks import full, no_growth
from tests.faults.learners import Learner, answering, verify, wait_for_saves
from tests.faults.serving import LONG, Server

LEARNERS = 16 if LONG else 4
TIMES = 8 if LONG else 1
NOT_SAVED = "Cet envoi n’est pas enregistré. Laissez la page ouverte"


def wait_until_refused(learners: list[Learner]) -> None:
    end = time.monotonic() + 20
    while not any(learner.troubles for learner in learners):
        assert time.monotonic() < end, "nothing was refused"
        time.sleep(0.02)


def said(learners: list[Learner]) -> set[str]:
    return {message for learner in learners for message in learner.troubles}


@pytest.mark.parametrize("fill", [full, no_growth], ids=["disk", "quota"])
def test_a_full_disk(sqlite_server: Server, fill: type[AbstractContextManager[None]]) -> None:
    server = sqlite_server
    with answering(server, LEARNERS) as learners:
        for _ in range(TIMES):
            for learner in learners:
                learner.troubles.clear()
            with fill(server):
                wait_until_refused(learners)
                # What is stored can still be read, and a form is told the same as a script.
                assert learners[0].get(learners[0].attempt).status == 200
                told = learners[0].post(
                    learners[0].attempt, **{"q.avis": "x" * 9999, "s.avis": "0"}
                )
                assert told.status == 503
                assert "Cet envoi n’est pas enregistré." in told.text
            wait_for_saves(learners, 1)
    (message,) = said(learners)
    assert message.replace("\u202f", " ").startswith(NOT_SAVED)
    verify(server, learners)


@contextmanager
def held(server: Server) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    if server.database.startswith("sqlite"):
        with closing(sqlite3.connect(server.instance / "relire.db", isolation_level=None)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(server.database.replace("+psycopg", "")) as conn:
        conn.execute("LOCK TABLE response IN EXCLUSIVE MODE")
        yield
        conn.rollback()


def test_a_database_that_is_locked(server: Server) -> None:
    with answering(server, LEARNERS) as learners:
        for _ in range(TIMES):
            for learner in learners:
                learner.troubles.clear()
            with held(server):
                wait_until_refused(learners)
                assert learners[0].get(learners[0].attempt).status == 200
            wait_for_saves(learners, 1)
    (message,) = said(learners)
    assert message.startswith(NOT_SAVED)
    verify(server, learners)


def test_a_database_that_is_locked_for_a_moment_is_waited_for(server: Server) -> None:
    with answering(server, LEARNERS) as learners, held(server):
        time.sleep(1)
    assert not said(learners)
    verify(server, learners)
