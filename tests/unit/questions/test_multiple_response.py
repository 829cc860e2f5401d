"""Several keys: t/K − f/D, never below nothing; or the author's weights."""

from fractions import Fraction

import pytest

from app.questions.base import Verdict
from app.questions.multiple_response.question import MultipleResponse
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make


def question(*choices: object) -> MultipleResponse:
    return make(MultipleResponse, choices=choices)


def keyed(keys: str, distractors: str) -> MultipleResponse:
    right: list[object] = [{"text": text, "key": True} for text in keys]
    return question(*right, *distractors)


def weighted(**weights: float) -> MultipleResponse:
    return question(*({"text": text, "weight": weight} for text, weight in weights.items()))


def choose(one: MultipleResponse, texts: str) -> list[str]:
    return [choice.id for choice in one.choices if choice.text in texts.split()]


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [
        ("a b", Fraction(1)),
        ("a", Fraction(1, 2)),
        ("a c", Fraction(1, 6)),  # 1/2 − 1/3
        ("a b c", Fraction(2, 3)),  # 1 − 1/3
        ("a b c d", Fraction(1, 3)),  # 1 − 2/3
        ("a c d", Fraction(0)),  # 1/2 − 2/3 is below nothing
        ("c", Fraction(0)),
        ("a b c d e", Fraction(0)),  # choosing everything earns nothing
    ],
)
def test_two_keys_and_three_distractors(chosen: str, fraction: Fraction) -> None:
    one = keyed("ab", "cde")
    assert fraction_of(one, choose(one, chosen)) == fraction


@pytest.mark.parametrize(("keys", "distractors"), [("a", "b"), ("abc", "d"), ("a", "bcdef")])
def test_choosing_everything_earns_nothing(keys: str, distractors: str) -> None:
    one = keyed(keys, distractors)
    assert fraction_of(one, [choice.id for choice in one.choices]) == 0


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [
        ("a b", Fraction(1)),
        ("a", Fraction(7, 10)),
        ("b c", Fraction(1, 20)),  # 0.3 − 0.25
        ("a c d", Fraction(0)),  # 0.7 − 0.25 − 0.5 is below nothing
        ("e", Fraction(0)),
        ("a e", Fraction(7, 10)),
    ],
)
def test_weights_are_added_and_never_fall_below_nothing(chosen: str, fraction: Fraction) -> None:
    one = weighted(a=0.7, b=0.3, c=-0.25, d=-0.5, e=0)
    expected = max(Fraction(0), fraction)
    assert fraction_of(one, choose(one, chosen)) == expected


def test_negative_weights_take_no_more_than_was_earned() -> None:
    one = weighted(a=0.5, b=0.5, c=-1)
    assert fraction_of(one, choose(one, "a c")) == 0


@pytest.mark.parametrize("third", [0.333, 0.33333, 0.3333333])
def test_weights_of_33_percent_are_thirds(third: float) -> None:
    one = weighted(a=third, b=third, c=third, d=-third)
    assert codes(one) == []
    assert fraction_of(one, choose(one, "a b c")) == 1
    assert fraction_of(one, choose(one, "a b")) == Fraction(2, 3)
    assert fraction_of(one, choose(one, "a b d")) == Fraction(1, 3)


def test_weights_alone_say_what_is_right() -> None:
    one = question(
        {"text": "a", "weight": 1, "feedback": "Oui."},
        {"text": "b", "weight": -1, "feedback": "Non."},
    )
    assert one.key(READING) == choose(one, "a")
    assert [choice.text for choice in one.tempting(None)] == ["b"]
    assert one.outline()["weights"] == [1.0, -1.0]
    assert "poids" in str(one.marking("exam"))


def test_every_choice_made_is_judged_and_explained() -> None:
    one = question(
        {"text": "a", "key": True, "feedback": "Oui."}, {"text": "b", "feedback": "Non."}
    )
    a, b = (choice.id for choice in one.choices)
    grade = graded(one, [b, a])
    assert grade.parts == {a: Verdict.RIGHT, b: Verdict.WRONG}
    assert grade.feedback == ("Oui.", "Non.")


def test_the_order_of_ticking_does_not_count_nor_does_ticking_twice() -> None:
    one = keyed("ab", "cd")
    a, b, *_ = (choice.id for choice in one.choices)
    assert one.read([b, a, b], READING) == one.read([a, b], READING) == [a, b]


def test_the_outline_tells_what_each_choice_is_worth() -> None:
    outline = keyed("ab", "cde").outline()
    assert outline["correct"] == [0, 1]
    assert outline["weights"] == [0.5, 0.5, -0.33333, -0.33333, -0.33333]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (["a", "b"], ["no-key"]),
        ([{"text": "a", "key": True}, {"text": "b", "key": True}], ["no-distractor"]),
        ([{"text": "a", "key": True}, "b", "b"], ["repeated-option"]),
        ([{"text": "a", "weight": 0.5}, {"text": "b", "weight": 0}], ["weights-not-one"]),
        ([{"text": "a", "weight": 0.33}, {"text": "b", "weight": 0.66}, "c"], ["weights-not-one"]),
        ([{"text": "a", "weight": -1}, {"text": "b", "weight": 0}], ["no-key"]),
        ([{"text": "a", "key": True}, {"text": "b", "key": True}, "c"], []),
    ],
)
def test_a_question_has_keys_a_distractor_and_weights_that_make_one(
    choices: list[object], expected: list[str]
) -> None:
    assert codes(question(*choices)) == expected


def test_weights_that_make_less_than_one_are_raised_so_that_every_key_earns_all() -> None:
    one = weighted(a=0.5, b=0.25, c=-0.25)
    assert [(one.code, one.severity) for one in one.problems()] == [("weights-not-one", "warning")]
    assert fraction_of(one, choose(one, "a b")) == 1
    assert fraction_of(one, choose(one, "a")) == Fraction(2, 3)
    assert fraction_of(one, choose(one, "a c")) == Fraction(1, 3)


def test_weights_that_make_more_than_one_stop_at_one() -> None:
    one = weighted(a=1, b=1, c=-1)
    assert fraction_of(one, choose(one, "a b")) == fraction_of(one, choose(one, "a")) == 1
    assert fraction_of(one, choose(one, "a c")) == 0


def test_a_general_comment_follows_those_of_the_choices() -> None:
    one = make(
        MultipleResponse,
        choices=[{"text": "a", "key": True, "feedback": "Oui."}, "b"],
        feedback={"right": "Tout est là.", "wrong": "Relisez."},
    )
    a, b = (choice.id for choice in one.choices)
    assert graded(one, [a]).feedback == ("Oui.", "Tout est là.")
    assert graded(one, [b]).feedback == ("Relisez.",)
