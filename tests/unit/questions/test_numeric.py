"""A number, in figures or in words, with a tolerance."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.questions.numeric.question import Numeric, read_number
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make, notes


def question(*answers: object, **fields: object) -> Numeric:
    return make(Numeric, answers=answers, **fields)


def one_of(value: float, **fields: object) -> dict[str, object]:
    return {"value": value, **fields}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (" 12,5 ", "12.5"),
        ("12,50", "12.5"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("1\u202f000,25", "1000.25"),
        ("« 1 000 »", "1000"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("5.", "5"),
        ("٣", "3"),
    ],
)
def test_figures_are_read_as_french_writes_them(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", "trois", "1,2,3", "1.000,5", "1e3", "0x10", "3 ruches", "inf", "nan", "½"]
)
def test_what_is_no_number_is_not_read_as_one(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize("typed", ["12,5 km", "12,5km", "12,5 KM", "12,5", "12,5\u202fkm."])
def test_the_unit_may_be_written_or_left_out(typed: str) -> None:
    one = question(one_of(12.5), unit="km")
    assert fraction_of(one, typed) == 1
    assert fraction_of(one, "12,5 kg") == 0


@pytest.mark.parametrize("unit", ["%", "€", "°C", "m²", "km/h"])
def test_units_may_be_signs(unit: str) -> None:
    assert fraction_of(question(one_of(3), unit=unit), f"3 {unit}") == 1


@pytest.mark.parametrize(
    ("typed", "fraction"),
    [("0,3", 1), ("0,1", 1), ("0,5", 1), ("0,09", 0), ("0,51", 0), ("0,5000001", 0)],
)
def test_a_tolerance_is_reckoned_in_decimals(typed: str, fraction: int) -> None:
    assert fraction_of(question(one_of(0.3, tolerance=0.2)), typed) == fraction


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert fraction_of(question(one_of(0.1, tolerance=0.2)), "0,3") == 1


def test_without_tolerance_only_the_number_itself_is_right() -> None:
    one = question(one_of(3))
    assert fraction_of(one, "3,0") == 1
    assert fraction_of(one, "3,0000000000000000000000000000001") == 0


@pytest.mark.parametrize(
    ("typed", "fraction"), [("trois", 1), ("Trois.", 1), ("troiss", 1), ("treize", 0), ("3", 1)]
)
def test_a_number_may_be_in_words(typed: str, fraction: int) -> None:
    assert fraction_of(question(one_of(3, words=["trois"])), typed) == fraction


def test_words_count_only_where_the_author_writes_them() -> None:
    assert fraction_of(question(one_of(3)), "trois") == 0
    assert notes(question(one_of(3)), "trois") == ["Ce n’est pas un nombre."]


def test_the_best_paid_of_the_values_that_fit_wins() -> None:
    one = question(
        one_of(100, tolerance=10, fraction=0.333, feedback="À peu près."),
        one_of(100, tolerance=1),
    )
    assert fraction_of(one, "100,5") == 1
    assert graded(one, "95").fraction == Fraction(1, 3)
    assert graded(one, "95").feedback == ("À peu près.",)
    assert graded(one, "95").category == "answer0"


def test_wrong_numbers_are_counted_by_their_value() -> None:
    assert graded(question(one_of(3)), "4,50").category == "=4.5"
    assert graded(question(one_of(3)), "quatre").category == "wrong"


@pytest.mark.parametrize(
    ("value", "key"), [(3, "3"), (12.5, "12,5"), (-0.25, "-0,25"), (1e22, "1" + "0" * 22)]
)
def test_the_key_is_given_in_french_figures(value: float, key: str) -> None:
    assert question(one_of(value)).key(READING) == key


def test_a_number_is_told_with_its_unit_and_a_text_as_it_is() -> None:
    one = question(one_of(3), unit="km")
    assert one.told("3", READING) == ("3 km",)
    assert one.told("trois km", READING) == ("trois km",)


def test_what_is_no_number_is_remarked_before_submitting() -> None:
    assert str(question(one_of(3)).remark("beaucoup")) == "Ce n’est pas un nombre."
    assert question(one_of(3)).remark("4") is None


def test_one_value_earns_everything() -> None:
    assert codes(question(one_of(3, fraction=0.5))) == ["no-key"]
    assert codes(question(one_of(3))) == []
