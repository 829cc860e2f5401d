"""Pairs in the right relative order: max(0, 4C/(n(n−1)) − 1)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questions.base import Verdict, ident
from app.questions.ordering.question import Ordering
from tests.unit.questions.variants import READING, codes, dice, fraction_of, graded, make, notes


def question(steps: str = "abcd") -> Ordering:
    return make(Ordering, sequence=list(steps))


def ranked(order: str) -> dict[str, str]:
    """The answer that puts the steps in that order."""
    return {ident(step): str(n) for n, step in enumerate(order, 1)}


@pytest.mark.parametrize(
    ("order", "fraction"),
    [
        ("abcd", Fraction(1)),  # 6 pairs of 6
        ("abdc", Fraction(2, 3)),  # 5 of 6: 20/12 − 1
        ("bacd", Fraction(2, 3)),
        ("badc", Fraction(1, 3)),  # 4 of 6: 16/12 − 1
        ("dabc", Fraction(0)),  # 3 of 6: what chance gives
        ("cdab", Fraction(0)),
        ("dcba", Fraction(0)),
    ],
)
def test_pairs_in_order_beyond_half_of_them_earn(order: str, fraction: Fraction) -> None:
    assert fraction_of(question(), ranked(order)) == fraction


def test_pairs_in_order_are_told() -> None:
    five = question("abcde")
    assert fraction_of(five, ranked("abced")) == Fraction(4, 5)  # 36/20 − 1
    assert notes(five, ranked("abced")) == ["9 paires sur 10 dans le bon ordre."]
    assert notes(five, ranked("abcde")) == []


def test_a_tie_is_in_no_order() -> None:
    tied = {ident("a"): "1", ident("b"): "1", ident("c"): "3", ident("d"): "4"}
    assert fraction_of(question(), tied) == Fraction(2, 3)  # 5 of 6
    assert fraction_of(question(), dict.fromkeys(map(ident, "abcd"), "2")) == 0


def test_ranks_that_are_missing_are_in_no_order() -> None:
    some = {ident("a"): "1", ident("b"): "2", ident("c"): "3"}
    assert fraction_of(question(), some) == 0  # 3 of 6
    assert fraction_of(question(), {ident("a"): "1"}) == 0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(), size=st.integers(2, 12))
def test_the_order_first_shown_is_worth_nothing(seed: int, size: int) -> None:
    one = question("abcdefghijkl"[:size])
    shown = one.shown(dice(seed))["steps"]
    assert sorted(shown) == sorted(one.steps())
    assert fraction_of(one, {step: str(n) for n, step in enumerate(shown, 1)}) == 0


def test_orders_shown_differ() -> None:
    one = question()
    shown = {tuple(one.shown(dice(seed))["steps"]) for seed in range(50)}
    assert len(shown) > 5


def test_an_untouched_question_is_blank() -> None:
    assert question().read({}, READING) is None
    assert graded(question(), {}).verdict is Verdict.BLANK


def test_each_step_is_right_at_its_own_rank() -> None:
    parts = graded(question(), ranked("abdc")).parts
    assert [parts[ident(step)].value for step in "abcd"] == ["right", "right", "wrong", "wrong"]


def test_steps_are_arranged_as_ranked_and_the_others_last() -> None:
    shown = [ident(step) for step in "dcba"]
    answer = {ident("b"): "1", ident("d"): "2"}
    assert question().arranged(answer, shown) == [ident(step) for step in "bdca"]
    assert question().arranged(None, shown) == shown
    assert question().told(answer, READING) == ("1. b", "2. d", "…. a", "…. c")


def test_ranks_given_twice_are_remarked() -> None:
    tied = {ident("a"): "1", ident("b"): "1", ident("c"): "3", ident("d"): "4"}
    assert str(question().remark(tied)) == "Chaque élément doit avoir un rang, et un seul."
    assert question().remark(ranked("dcba")) is None


def test_no_step_stands_twice() -> None:
    assert codes(question("abca")) == ["repeated-option"]
    assert codes(question()) == []
