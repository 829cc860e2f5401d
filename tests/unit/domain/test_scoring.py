"""From fractions to marks in exact units, and from marks to a score."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.scoring import (
    UNITS,
    Mark,
    Score,
    mark,
    score,
    second_try_factor,
    training_fraction,
    tries_allowed,
)
from app.questions.base import Question
from tests.factories import example_questions

EXAMPLES = example_questions()


def worth(points: float) -> Question:
    return EXAMPLES["single_choice"].model_copy(update={"points": points})


@pytest.mark.parametrize(
    ("points", "fraction", "units"),
    [
        (1.5, Fraction(1, 3), 500_000),
        (1.5, Fraction(2, 3), 1_000_000),
        (1, Fraction(1, 3), 333_333),
        (1, Fraction(2, 3), 666_667),
        (2, Fraction(1, 6), 333_333),
        (0.1, Fraction(1), 100_000),
        (1.1, Fraction(1), 1_100_000),
        (25, Fraction(0), 0),
        (100, Fraction(1), 100_000_000),
    ],
)
def test_a_mark_is_a_whole_number_of_units(points: float, fraction: Fraction, units: int) -> None:
    one = mark(worth(points), fraction)
    assert one.units == units
    assert one.max_units == points * UNITS


def test_thirds_of_a_point_and_a_half_add_up_exactly() -> None:
    one = worth(1.5)
    thirds = [mark(one, Fraction(n, 3)) for n in (1, 2)]
    assert sum(third.units or 0 for third in thirds) == one.points * UNITS


@settings(max_examples=50, deadline=None)
@given(
    points=st.integers(1, 400).map(lambda quarters: quarters / 4),
    fraction=st.fractions(0, 1, max_denominator=60),
)
def test_a_mark_never_exceeds_its_points(points: float, fraction: Fraction) -> None:
    one = mark(worth(points), fraction)
    assert one.units is not None
    assert 0 <= one.units <= one.max_units
    assert abs(one.units - fraction * Fraction(points) * UNITS) <= Fraction(1, 2)


def test_a_mark_that_waits_for_a_person_has_no_units() -> None:
    assert mark(EXAMPLES["essay"], None) == Mark("avis", "point de vue", None, 5 * UNITS)


def test_a_score_adds_up_whole_and_by_skill_in_any_order() -> None:
    marks = [
        Mark("a", "détail", 333_333, UNITS),
        Mark("b", "détail", 666_667, UNITS),
        Mark("c", "global", 0, 2 * UNITS),
    ]
    for order in permutations(marks):
        whole = score(order)
        assert (whole.units, whole.max_units, whole.pending) == (UNITS, 4 * UNITS, 0)
        assert whole.share == 0.25
        assert whole.skills["détail"].share == 0.5
        assert whole.skills["global"].share == 0


def test_what_waits_for_a_person_counts_neither_for_nor_against() -> None:
    whole = score([Mark("a", "détail", UNITS, UNITS), Mark("b", "point de vue", None, 5 * UNITS)])
    assert (whole.units, whole.max_units, whole.pending) == (UNITS, UNITS, 5 * UNITS)
    assert whole.share == 1
    assert whole.skills["point de vue"] == Score(pending=5 * UNITS)
    assert whole.skills["point de vue"].share == 0


def test_nothing_to_mark_is_a_score_of_nothing() -> None:
    assert score([]) == Score()
    assert score([]).share == 0


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        ("single_choice", Fraction(1, 3)),  # three choices
        ("true_false", Fraction(1, 2)),  # two verdicts, but a whole text of sentences
        ("matching", Fraction(1, 3)),  # three right sides
        ("multiple_response", Fraction(1, 2)),
        ("short_answer", Fraction(1, 2)),
        ("numeric", Fraction(1, 2)),
        ("cloze", Fraction(1, 2)),
        ("ordering", Fraction(1, 2)),
        ("hot_text", Fraction(1, 2)),
    ],
)
def test_a_second_try_is_worth_what_a_guess_leaves_it(kind: str, factor: Fraction) -> None:
    assert second_try_factor(EXAMPLES[kind]) == factor
    assert tries_allowed(EXAMPLES[kind]) == 2


def choices(count: int) -> Question:
    example = EXAMPLES["single_choice"].model_dump()
    texts = [{"text": str(n), "key": n == 0} for n in range(count)]
    return type(EXAMPLES["single_choice"]).model_validate({**example, "choices": texts})


@pytest.mark.parametrize(
    ("count", "factor", "tries"),
    [(2, Fraction(0), 1), (3, Fraction(1, 3), 2), (4, Fraction(1, 2), 2), (5, Fraction(1, 2), 2)],
)
def test_a_second_try_with_two_options_is_none(count: int, factor: Fraction, tries: int) -> None:
    assert second_try_factor(choices(count)) == factor
    assert tries_allowed(choices(count)) == tries


def test_an_essay_is_sent_once() -> None:
    assert tries_allowed(EXAMPLES["essay"]) == 1


HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


ONE, ZERO = Fraction(1), Fraction(0)


@pytest.mark.parametrize(
    ("tries", "fraction"),
    [
        ([], ZERO),
        ([(ONE, 0)], ONE),
        ([(ONE, 1)], Fraction(3, 4)),
        ([(ONE, 2)], HALF),
        ([(ONE, 4)], ZERO),
        ([(ONE, 9)], ZERO),
        ([(ZERO, 0), (ONE, 0)], HALF),
        ([(ZERO, 0), (ONE, 1)], Fraction(3, 8)),
        ([(ZERO, 1), (ONE, 1)], Fraction(3, 8)),
        ([(Fraction(2, 3), 0), (ONE, 0)], Fraction(2, 3)),  # the first try was worth more
        ([(Fraction(2, 3), 0), (ZERO, 2)], Fraction(2, 3)),  # a later hint takes nothing back
        ([(THIRD, 0), (ONE, 0)], HALF),
        ([(HALF, 0), (ZERO, 0)], HALF),  # trying again costs nothing
    ],
)
def test_the_best_try_counts_the_second_for_half(
    tries: list[tuple[Fraction, int]], fraction: Fraction
) -> None:
    assert training_fraction(EXAMPLES["short_answer"], tries) == fraction
