"""Commits shared by small writes that come at the same time.

A commit is what a save waits for: the disk, and its turn. So whoever comes while a commit is
under way joins the next one. There is no thread of our own: the first to come writes for all who
wait, and hands over to the first who came meanwhile. Alone, a save costs what it always did;
nothing has to be started after a fork, nothing is left behind by a stop.

Each case has a savepoint, so that one that fails harms no neighbour. Nobody is answered before
the commit; where it fails, it has failed for all.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine

__all__ = ["Group"]

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Job:
    """A case, and what became of it."""

    case: Callable[[Connection], Any]
    leads: bool = False
    called: Event = field(default_factory=Event)
    """Set when it is done, or when it is to lead."""
    result: Any = None
    error: BaseException | None = None


class Group:
    """The writes of one process to one database; ``turn`` is what its other writers hold."""

    def __init__(self, turn: Lock) -> None:
        self._turn = turn
        self._gate = Lock()  # guards what follows, and is never held while the database works
        self._waiting: list[_Job] = []
        self._led = False

    def run(self, engine: Engine, case: Callable[[Connection], T]) -> T:
        """Run a case, maybe in another's thread; its result, once it is committed.

        Raises what the case raises, or what became of the commit.
        """
        job = _Job(case)
        with self._gate:
            self._waiting.append(job)
            job.leads, self._led = not self._led, True
        if not job.leads:
            job.called.wait()
        if job.leads:
            self._lead(engine)
        if job.error is not None:
            raise job.error
        return cast("T", job.result)

    def _lead(self, engine: Engine) -> None:
        """Write for all who wait, oneself included; then call them, and whoever leads next."""
        jobs: list[_Job] = []
        try:
            with self._turn:
                jobs = self._take()  # not before: others come while the turn is awaited
                _write(engine, jobs)
        finally:
            jobs = jobs or self._take()  # the turn never came: nobody may wait for ever
            self._hand_over()
            for job in jobs:
                job.called.set()

    def _take(self) -> list[_Job]:
        with self._gate:
            jobs, self._waiting = self._waiting, []
        return jobs

    def _hand_over(self) -> None:
        with self._gate:
            self._led = bool(self._waiting)
            following = self._waiting[:1]
        for job in following:
            job.leads = True
            job.called.set()


def _write(engine: Engine, jobs: list[_Job]) -> None:
    """One transaction for all. If it fails, so has each of them, and each is told."""
    try:
        with engine.connect().execution_options(write=True) as conn, conn.begin():
            if len(jobs) == 1:
                jobs[0].result = jobs[0].case(conn)
                return
            for job in jobs:
                _run_in_savepoint(conn, job)
    except BaseException as error:
        for job in jobs:
            # Also those that failed by themselves: what they had seen is gone with the rest.
            job.error = error if len(jobs) == 1 else copy.copy(error)
        if not isinstance(error, Exception):
            raise


def _run_in_savepoint(conn: Connection, job: _Job) -> None:
    """Run a case. Raises if SQLite has ended the whole transaction, as a full disk makes it do."""
    savepoint = conn.begin_nested()
    try:
        job.result = job.case(conn)
    except Exception as error:  # noqa: BLE001 — raised again by whoever waits for it
        savepoint.rollback()
        job.error = error
    else:
        savepoint.commit()
