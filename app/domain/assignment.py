"""A quiz given to a class: when it may be taken, for how long, and what is shown afterwards.

The server's clock alone decides. Everybody has the terms of the assignment; one learner may be
granted more of something, never less. A closing by hand ends it for all: whoever closes takes
back the later closings that were granted before (``services.assignments``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar

from app.domain.attempt import GRACE
from app.errors import N_, Refused
from app.questions.base import Mode

__all__ = [
    "ALL_EQUAL",
    "Counting",
    "Feedback",
    "Grant",
    "Terms",
    "attempts_left",
    "check_start",
    "closing",
    "counted",
    "deadline",
    "extended",
    "granted",
    "reveals",
    "school_year_end",
    "standing",
]

Counting = Literal["best", "last", "first"]
"""Which attempt of a learner counts."""
Feedback = Literal["now", "after", "never"]
"""When learners see score and key: at once, after the last closing, never."""
Standing = Literal["coming", "open", "closed"]

SCHOOL_YEAR_ENDS = (7, 31)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a quiz is given. None means: no limit."""

    mode: Mode
    opens: datetime | None = None
    closes: datetime | None = None
    minutes: int | None = None
    attempts_allowed: int | None = 1
    counts: Counting = "best"
    feedback: Feedback = "now"
    shuffle: bool = False
    closed: datetime | None = None
    """When a teacher closed it by hand."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one learner has beyond the terms of all."""

    extra_minutes: int = 0
    closes: datetime | None = None
    more_attempts: int = 0


ALL_EQUAL = Grant()


def closing(terms: Terms, grant: Grant = ALL_EQUAL) -> datetime | None:
    """When it closes for a learner; None if nobody has said when."""
    ends = [end for end in (terms.closes, terms.closed) if end is not None]
    if not ends:
        return None
    return min(ends) if grant.closes is None else max(min(ends), grant.closes)


def deadline(terms: Terms, grant: Grant, started: datetime) -> datetime | None:
    """When an attempt ends: its time limit or the closing, whichever comes first."""
    ends = [end for end in [closing(terms, grant)] if end is not None]
    if terms.minutes is not None:
        ends.append(started + timedelta(minutes=terms.minutes + grant.extra_minutes))
    return min(ends, default=None)


def standing(terms: Terms, grant: Grant, now: datetime) -> Standing:
    """Whether a learner may begin."""
    end = closing(terms, grant)
    if end is not None and now >= end:
        return "closed"
    return "coming" if terms.opens is not None and now < terms.opens else "open"


def attempts_left(terms: Terms, grant: Grant, used: int) -> int | None:
    """How many attempts a learner may still begin; None without limit."""
    if terms.attempts_allowed is None:
        return None
    return max(0, terms.attempts_allowed + grant.more_attempts - used)


def check_start(terms: Terms, grant: Grant, used: int, now: datetime) -> None:
    """Raise Refused, with the reason, if a learner may not begin another attempt."""
    where = standing(terms, grant, now)
    if where == "coming":
        raise Refused(N_("Ce travail n’est pas encore ouvert."))
    if where == "closed":
        raise Refused(N_("Ce travail est fermé."))
    if attempts_left(terms, grant, used) == 0:
        raise Refused(N_("Vous avez fait tous les essais prévus."))


def reveals(terms: Terms, latest: datetime | None, now: datetime) -> bool:
    """Whether learners see score and key. ``latest`` is the latest closing granted to anybody.

    « After » is after the last learner's closing: nobody who still works can be told the key.
    """
    if terms.feedback != "after":
        return terms.feedback == "now"
    end = closing(terms, Grant(closes=latest))
    return end is not None and now > end + GRACE


def extended(terms: Terms, minutes: int, now: datetime) -> Terms:
    """The terms with so many minutes more for everybody, counted from now if it was over.

    Minutes are added to the time limit and to the closing, where there are any.
    """
    end = closing(terms)
    return replace(
        terms,
        minutes=None if terms.minutes is None else terms.minutes + minutes,
        closes=None if end is None else max(end, now) + timedelta(minutes=minutes),
        closed=None,
    )


def granted(terms: Terms, grant: Grant, minutes: int, now: datetime) -> Grant:
    """The same for one learner."""
    end = closing(terms, grant)
    return replace(
        grant,
        extra_minutes=grant.extra_minutes + (minutes if terms.minutes is not None else 0),
        closes=None if end is None else max(end, now) + timedelta(minutes=minutes),
    )


class Scored(Protocol):
    """A submitted attempt, as far as counting goes."""

    @property
    def submitted(self) -> datetime | None: ...
    @property
    def units(self) -> int | None: ...


S = TypeVar("S", bound=Scored)


def counted(attempts: Sequence[S], counts: Counting) -> S | None:
    """Which of a learner's attempts (in the order begun) counts: of equals, the first."""
    done = [one for one in attempts if one.submitted is not None]
    if not done:
        return None
    if counts == "best":
        return max(done, key=lambda one: one.units or 0)
    return done[0] if counts == "first" else done[-1]


def school_year_end(today: date) -> date:
    """The 31 July that comes next: when a class's traces go unless its teacher says otherwise."""
    end = date(today.year, *SCHOOL_YEAR_ENDS)
    return end if today < end else date(today.year + 1, *SCHOOL_YEAR_ENDS)
