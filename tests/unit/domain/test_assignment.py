"""When a quiz that was given may be taken, for how long, and what is shown afterwards."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assignment import (
    ALL_EQUAL,
    Grant,
    Terms,
    attempts_left,
    check_start,
    closing,
    counted,
    deadline,
    extended,
    granted,
    reveals,
    school_year_end,
    standing,
)
from app.domain.attempt import GRACE
from app.errors import Refused

NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FREE = Terms("exam", attempts_allowed=None)

moments = st.one_of(st.none(), st.integers(-300, 300).map(lambda n: NINE + timedelta(minutes=n)))
terms = st.builds(
    Terms,
    st.just("exam"),
    opens=moments,
    closes=moments,
    closed=moments,
    minutes=st.one_of(st.none(), st.integers(1, 120)),
    feedback=st.sampled_from(["now", "after", "never"]),
)
grants = st.builds(Grant, st.integers(0, 60), moments, st.integers(0, 3))


@given(terms, grants)
def test_a_grant_never_takes_anything_away(given_terms: Terms, grant: Grant) -> None:
    of_all, own = closing(given_terms), closing(given_terms, grant)
    assert (of_all is None) == (own is None)
    assert own is None or of_all is None or own >= of_all
    usual, longer = deadline(given_terms, ALL_EQUAL, NINE), deadline(given_terms, grant, NINE)
    assert (usual is None) == (longer is None)
    assert longer is None or usual is None or longer >= usual


@given(terms, grants, st.integers(1, 600))
def test_more_time_is_never_less_and_opens_again(
    given_terms: Terms, grant: Grant, minutes: int
) -> None:
    before = deadline(given_terms, grant, NINE)
    for_all = deadline(extended(given_terms, minutes, NINE), grant, NINE)
    for_one = deadline(given_terms, granted(given_terms, grant, minutes, NINE), NINE)
    for after in (for_all, for_one):
        assert (before is None) == (after is None)
        assert before is None or after is None or after > min(before, NINE)
    assert (
        standing(replace(extended(given_terms, minutes, NINE), opens=None), grant, NINE) == "open"
    )


def test_the_deadline_is_the_earlier_of_time_limit_and_closing() -> None:
    given_terms = replace(FREE, minutes=30, closes=NINE + HOUR)
    assert deadline(given_terms, ALL_EQUAL, NINE) == NINE + HOUR / 2
    assert deadline(given_terms, ALL_EQUAL, NINE + 0.9 * HOUR) == NINE + HOUR
    assert deadline(given_terms, Grant(extra_minutes=10), NINE) == NINE + HOUR * 2 / 3
    assert deadline(FREE, Grant(extra_minutes=10), NINE) is None


def test_who_is_granted_a_later_closing_may_begin_when_others_may_not() -> None:
    given_terms = replace(FREE, closes=NINE)
    assert standing(given_terms, ALL_EQUAL, NINE) == "closed"
    assert standing(given_terms, Grant(closes=NINE + HOUR), NINE) == "open"


@pytest.mark.parametrize(
    ("given_terms", "used", "why"),
    [
        (replace(FREE, opens=NINE + HOUR), 0, "pas encore ouvert"),
        (replace(FREE, closes=NINE), 0, "fermé"),
        (replace(FREE, closed=NINE), 0, "fermé"),
        (replace(FREE, attempts_allowed=2), 2, "tous les essais"),
    ],
)
def test_a_start_is_refused_with_its_reason(given_terms: Terms, used: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check_start(given_terms, ALL_EQUAL, used, NINE)


def test_attempts_are_counted_down_and_never_below_none() -> None:
    one = replace(FREE, attempts_allowed=1)
    assert [attempts_left(one, ALL_EQUAL, used) for used in range(3)] == [1, 0, 0]
    assert attempts_left(one, Grant(more_attempts=2), 1) == 2
    assert attempts_left(FREE, ALL_EQUAL, 99) is None


def test_the_key_shows_after_the_last_learner_has_closed() -> None:
    after = replace(FREE, feedback="after", closes=NINE)
    late = NINE + HOUR
    assert not reveals(after, None, NINE)
    assert reveals(after, None, NINE + 2 * GRACE)
    assert not reveals(after, late, NINE + 2 * GRACE)
    assert reveals(after, late, late + 2 * GRACE)
    assert not reveals(replace(after, closes=None), None, late)
    assert reveals(replace(FREE, feedback="now"), None, NINE)
    assert not reveals(replace(after, feedback="never"), None, late)


@dataclass(frozen=True)
class Sat:
    units: int | None
    submitted: datetime | None = NINE


@pytest.mark.parametrize(("which", "units"), [("best", 5), ("first", 3), ("last", 1)])
def test_the_attempt_that_counts(which: str, units: int) -> None:
    found = counted([Sat(3), Sat(5), Sat(1), Sat(None, None)], which)  # type: ignore[arg-type]
    assert found == Sat(units)
    assert counted([Sat(None, None)], which) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 9, 1), date(2027, 7, 31)),
        (date(2027, 7, 30), date(2027, 7, 31)),
        (date(2027, 7, 31), date(2028, 7, 31)),
    ],
)
def test_a_school_year_ends_in_july(today: date, end: date) -> None:
    assert school_year_end(today) == end
