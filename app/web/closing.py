"""What pages of results begin with: what has run out of time is closed, and counts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from app.services import read, run, taking

__all__ = ["read_results"]


class Assignment(Protocol):
    """What a class was given."""

    @property
    def id(self) -> int: ...

    def overdue(self, now: datetime) -> bool: ...


class Given(Protocol):
    """Whatever tells of an assignment."""

    @property
    def assignment(self) -> Assignment: ...


P = ParamSpec("P")
T = TypeVar("T", bound=Given)


def read_results(case: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read what a class has handed in; who left without a word hands in what was saved.

    The deadline that shows it comes with the assignment, so that it costs no statement.
    """
    found = read(case, *args, **kwargs)
    now = datetime.now(UTC)
    if not found.assignment.overdue(now):
        return found
    run(taking.expire_assigned, found.assignment.id, now)
    return read(case, *args, **kwargs)
