"""Item analysis meets published tables, and keeps its laws on any marks."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.spread import quantile, sorted_product, thirds_of
from app.domain.statistics import Analysis, Cell, analyse, analyse_counts

TABLES = Path(__file__).parents[2] / "data" / "psychometrics"


def table(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((TABLES / name).read_text())
    return read


LSAT, MOODLE = table("lsat6.json"), table("moodle_quiz_00.json")


@pytest.fixture(scope="module")
def lsat() -> Analysis:
    rows = [marks for *marks, n in LSAT["patterns_with_count"] for _ in range(n)]
    return analyse(rows, [1] * 5)


@pytest.fixture(scope="module")
def moodle() -> Analysis:
    return analyse(MOODLE["marks"], [1] * 7)


# Published tables.


def test_lsat_6_as_a_whole(lsat: Analysis) -> None:
    expected = LSAT["expected"]
    assert lsat.n == 1000
    assert lsat.mean == expected["mean"]
    assert lsat.sd == pytest.approx(expected["sd"], abs=1e-6)
    assert lsat.alpha == pytest.approx(expected["alpha"], abs=1e-6)
    assert lsat.sem == pytest.approx(expected["sd"] * (1 - expected["alpha"]) ** 0.5, abs=1e-6)


def test_lsat_6_item_by_item(lsat: Analysis) -> None:
    for item, expected in zip(lsat.items, LSAT["expected"]["items"], strict=True):
        assert item.facility == expected["p"]
        assert item.sd == pytest.approx(expected["sd"], abs=1e-9)
        assert item.discrimination == pytest.approx(expected["r_drop"], abs=1e-9)
        assert item.alpha_if_dropped == pytest.approx(expected["alpha_drop"], abs=1e-9)


def test_lsat_6_splits_into_thirds_that_keep_equal_totals_together(lsat: Analysis) -> None:
    # Totals 0 to 5 were made by 3, 20, 85, 237, 357 and 298: the borders are 3 and 4.
    assert lsat.thirds == (108, 237, 655)
    rows = [(marks, n) for *marks, n in LSAT["patterns_with_count"]]
    low = sum(n * marks[1] for marks, n in rows if sum(marks) < 3) / 108
    high = sum(n * marks[1] for marks, n in rows if sum(marks) >= 4) / 655
    assert lsat.items[1].upper_lower == pytest.approx(high - low, abs=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("n", "count"),
        ("median", "median"),
        ("mean", "average"),
        ("sd", "standarddeviation"),
        ("skewness", "skewness"),
        ("kurtosis", "kurtosis"),
        ("cic", "cic"),
        ("error_ratio", "errorratio"),
        ("standard_error", "standarderror"),
    ],
)
def test_moodle_as_a_whole(moodle: Analysis, ours: str, theirs: str) -> None:
    assert getattr(moodle, ours) == pytest.approx(MOODLE["expected_quiz"][theirs], rel=1.5e-5)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("facility", "facility"),
        ("sd", "sd"),
        ("effective_weight", "effectiveweight"),
        ("covariance", "covariance"),
        ("variance", "markvariance"),
        ("rest_variance", "othermarkvariance"),
        ("discrimination_index", "discriminationindex"),
        ("covariance_max", "covariancemax"),
        ("discriminative_efficiency", "discriminativeefficiency"),
    ],
)
def test_moodle_slot_by_slot(moodle: Analysis, ours: str, theirs: str) -> None:
    found = [getattr(item, ours) for item in moodle.items]
    assert found == pytest.approx([slot[theirs] for slot in MOODLE["expected_slots"]], rel=1.5e-5)


# Worked by hand.


def test_a_perfect_scale() -> None:
    marks = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]
    found = analyse(marks, [1, 1, 1])
    assert (found.mean, found.median, found.thirds) == (1.5, 1.5, (1, 1, 2))
    assert found.alpha == pytest.approx(0.75)  # 3/2 · (1 − (1/4 + 1/3 + 1/4) / (5/3))
    assert found.skewness == 0
    assert found.kurtosis == pytest.approx(-1.2)
    middle = found.items[1]
    assert middle.discrimination == pytest.approx(0.7071067811865476)
    assert middle.discriminative_efficiency == 100
    assert middle.upper_lower == 1


def test_items_that_all_say_the_same_leave_no_error() -> None:
    found = analyse([[1, 2, 3], [0, 0, 0], [1, 2, 3]], [1, 2, 3])
    assert [item.discrimination for item in found.items] == [1, 1, 1]
    assert found.alpha == pytest.approx(11 / 12)  # 3/2 · (1 − (1 + 4 + 9) / 36)
    same = analyse([[1, 1], [0, 0], [1, 1]], [1, 1])
    assert (same.alpha, same.sem, same.error_ratio) == (1, 0, 0)


def test_an_item_that_contradicts_the_others() -> None:
    found = analyse([[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 1, 1]], [1, 1, 1])
    against = found.items[0]
    assert against.discrimination == -1
    assert against.effective_weight is None
    assert against.discriminative_efficiency == -100
    assert against.alpha_if_dropped == 1
    assert found.alpha is not None
    assert found.alpha < 0
    assert found.sem is not None
    assert found.sd is not None
    assert found.sem > found.sd


def test_an_item_that_was_not_reached_earned_nothing() -> None:
    assert analyse([[1, None], [0, 1]], [1, 1]) == analyse([[1, 0], [0, 1]], [1, 1])


# Where there is nothing to say, nothing is said.


def test_no_attempt_has_no_figure() -> None:
    found = analyse([], [1, 2])
    assert found == replace(analyse([], []), items=found.items)
    assert (found.n, found.mean, found.median, found.sd, found.alpha) == (0, None, None, None, None)
    assert [item.facility for item in found.items] == [None, None]


def test_one_attempt_has_means_but_no_deviation() -> None:
    found = analyse([[1, 3]], [1, 4])
    assert (found.mean, found.median, found.sd, found.sem) == (4, 4, None, None)
    assert [item.facility for item in found.items] == [1, 0.75]
    assert [item.sd for item in found.items] == [None, None]
    assert [item.discrimination for item in found.items] == [None, None]


def test_one_item_has_nothing_to_agree_with() -> None:
    found = analyse([[0], [1], [1]], [1])
    assert (found.alpha, found.sem, found.cic, found.error_ratio) == (None,) * 4
    assert found.items[0].discrimination is None
    assert found.items[0].effective_weight == 100
    assert found.skewness == pytest.approx(-1.7320508)
    assert found.kurtosis is None


def test_two_items_leave_no_alpha_to_the_other() -> None:
    found = analyse([[0, 1], [1, 1], [1, 0]], [1, 1])
    assert [item.alpha_if_dropped for item in found.items] == [None, None]


def test_equal_attempts_have_a_variance_of_exactly_nothing() -> None:
    found = analyse([[0.1, 0.2, 1 / 3]] * 7, [1, 1, 1])
    assert (found.sd, found.alpha, found.sem, found.skewness, found.kurtosis) == (
        0,
        None,
        None,
        None,
        None,
    )
    for item in found.items:
        assert (item.sd, item.discrimination, item.upper_lower) == (0, None, None)
        assert (item.effective_weight, item.discriminative_efficiency) == (None, None)


def test_totals_equal_but_for_binary_dust_are_equal() -> None:
    found = analyse([[0.1, 0.2, 0.0], [0.3, 0.0, 0.0], [0.1 + 0.2, 0, 0]], [1, 1, 1])
    assert found.distribution == ((0.3, 3),)
    assert (found.sd, found.alpha) == (0, None)


def test_an_item_without_variance_beside_others_that_have_some() -> None:
    found = analyse([[1, 0, 1], [1, 1, 1], [1, 0, 0], [1, 1, 1]], [1, 1, 1])
    assert found.items[0].discrimination is None
    assert found.items[0].effective_weight == 0
    assert found.items[1].discrimination is not None


def test_an_item_that_can_earn_nothing_has_no_facility() -> None:
    found = analyse([[0, 1], [0, 0]], [0, 1])
    assert (found.items[0].facility, found.items[0].upper_lower) == (None, None)


def test_figures_may_be_of_any_kind() -> None:
    kinds = [[1, Decimal("0.5"), Fraction(1, 3)], [0, 0.25, None], [True, 0, 1 / 3]]
    found = analyse(kinds, [1, Decimal(1), 1.0])
    assert found.items[2].facility == pytest.approx(2 / 9)


@pytest.mark.parametrize("mark", [float("nan"), float("inf")])
def test_a_mark_that_is_no_number_is_refused(mark: float) -> None:
    with pytest.raises(ValueError, match=r"nan|inf"):
        analyse([[mark, 1]], [1, 1])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 marks"):
        analyse([[1, 1], [1]], [1, 1])


# Quantiles and thirds.


def test_quantiles_are_those_of_r() -> None:
    # quantile(c(1, 2, 2, 5, 9), c(1/3, 1/2, 2/3)) gives 2, 2 and 4.
    totals = Counter([1, 2, 2, 5, 9])
    shares = [Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]
    assert [quantile(totals, share) for share in shares] == [2, 2, 4]
    assert [quantile(totals, Fraction(share)) for share in (0, 1)] == [1, 9]
    with pytest.raises(ValueError, match="no totals"):
        quantile({}, Fraction(1, 2))


def test_a_total_on_a_border_belongs_above_it() -> None:
    totals = Counter([0, 1, 1, 2, 3, 3, 3])
    thirds = thirds_of(totals)
    assert (thirds.first, thirds.second) == (1, 3)
    assert [thirds.holding(total) for total in range(4)] == [0, 1, 1, 2]
    assert thirds.sizes(totals) == (1, 3, 3)


# Laws.

MARKS = st.sampled_from([0, 0.25, 1 / 3, 0.5, 0.8, 1, None])


@st.composite
def matrices(draw: st.DrawFn, marks: st.SearchStrategy[Any] = MARKS) -> list[list[Any]]:
    items = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(marks, min_size=items, max_size=items), min_size=1, max_size=15))


@given(matrices(), st.randoms())
def test_the_order_of_attempts_changes_nothing(rows: list[list[Any]], chance: Any) -> None:
    maxima = [1] * len(rows[0])
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert analyse(shuffled, maxima) == analyse(rows, maxima)


@given(matrices())
def test_the_order_of_items_changes_only_their_order(rows: list[list[Any]]) -> None:
    maxima = [1] * len(rows[0])
    found, mirrored = analyse(rows, maxima), analyse([row[::-1] for row in rows], maxima)
    assert replace(mirrored, items=()) == replace(found, items=())
    for item, same in zip(found.items, mirrored.items[::-1], strict=True):
        assert replace(same, effective_weight=None) == replace(item, effective_weight=None)


@given(matrices(), st.sampled_from([2, 3, 0.5, 20]))
def test_more_points_for_an_item_change_neither_its_facility_nor_its_discrimination(
    rows: list[list[Any]], factor: float
) -> None:
    maxima: list[float] = [1] * len(rows[0])
    scaled = [[None if row[0] is None else row[0] * factor, *row[1:]] for row in rows]
    found = analyse(rows, maxima).items[0]
    dearer = analyse(scaled, [factor, *maxima[1:]]).items[0]
    assert dearer.facility == pytest.approx(found.facility, abs=1e-12)
    assert dearer.discrimination == pytest.approx(found.discrimination, abs=1e-9)


@given(matrices(), st.sampled_from([2, 10, 0.1]))
def test_the_unit_of_points_changes_no_ratio(rows: list[list[Any]], factor: float) -> None:
    found = analyse(rows, [1] * len(rows[0]))
    scaled = [[None if mark is None else mark * factor for mark in row] for row in rows]
    other = analyse(scaled, [factor] * len(rows[0]))
    assert (other.alpha, other.skewness, other.kurtosis) == pytest.approx(
        (found.alpha, found.skewness, found.kurtosis), abs=1e-9
    )
    for item, same in zip(found.items, other.items, strict=True):
        assert same.upper_lower == pytest.approx(item.upper_lower, abs=1e-12)
        assert same.discrimination_index == pytest.approx(item.discrimination_index, abs=1e-9)
        assert same.effective_weight == pytest.approx(item.effective_weight, abs=1e-9)


@given(matrices())
def test_figures_stay_within_their_bounds(rows: list[list[Any]]) -> None:
    found = analyse(rows, [1] * len(rows[0]))
    assert sum(found.thirds) == found.n == sum(n for _, n in found.distribution)
    assert found.alpha is None or found.alpha <= 1
    for item in found.items:
        assert item.facility is not None
        assert 0 <= item.facility <= 1
        assert item.discrimination is None or -1 <= item.discrimination <= 1
        assert item.upper_lower is None or -1 <= item.upper_lower <= 1
        assert item.discriminative_efficiency is None or item.discriminative_efficiency <= 100
    weights = [item.effective_weight for item in found.items if item.effective_weight is not None]
    assert not weights or sum(weights) == pytest.approx(100)


@given(matrices(st.integers(0, 3)))
def test_sorted_columns_have_the_greatest_covariance(rows: list[list[int]]) -> None:
    pairs = Counter((row[0], sum(row)) for row in rows)
    marks = sorted(row[0] for row in rows)
    rests = sorted(sum(row[1:]) for row in rows)
    products = sum(mark * rest for mark, rest in zip(marks, rests, strict=True))
    assert sorted_product(pairs) == len(rows) * products - sum(marks) * sum(rests)


def counts_of(rows: list[list[int]]) -> list[Cell]:
    """The cells that these attempts would leave, one kind of answer for each mark."""
    counted = Counter(
        (f"q{n}", f"earned {mark}", mark, sum(row)) for row in rows for n, mark in enumerate(row)
    )
    return [Cell(*cell, n) for cell, n in counted.items()]


@given(matrices(st.integers(0, 4)))
def test_counts_say_what_the_matrix_says(rows: list[list[int]]) -> None:
    maxima = {f"q{n}": 4 for n in range(len(rows[0]))}
    counted = analyse_counts(counts_of(rows), maxima)
    without = tuple(replace(item, choices=()) for item in counted.items)
    assert replace(counted, items=without) == analyse(rows, list(maxima.values()))
    for item in counted.items:
        by_third = zip(*(one.thirds for one in item.choices), strict=True)
        assert tuple(map(sum, by_third)) == counted.thirds


@given(matrices(st.integers(0, 4)), st.randoms())
def test_cells_may_come_in_any_order_and_in_parts(rows: list[list[int]], chance: Any) -> None:
    maxima = {f"q{n}": 4 for n in range(len(rows[0]))}
    cells = counts_of(rows)
    parts = [cell._replace(n=1) for cell in cells for _ in range(cell.n)]
    chance.shuffle(parts)
    assert analyse_counts(parts, maxima) == analyse_counts(cells, maxima)


def test_counts_are_told_in_points() -> None:
    cells = [Cell("q1", "a", 500, 1500, 1), Cell("q2", "b", 1000, 1500, 1)]
    found = analyse_counts(cells, {"q1": 1000, "q2": 1000}, units=1000)
    assert (found.mean, found.distribution) == (1.5, ((1.5, 1),))
    assert [item.facility for item in found.items] == [0.5, 1]


def test_an_item_that_some_attempts_lack_earned_them_nothing() -> None:
    cells = [Cell("q1", "a", 1, 1, 2), Cell("q2", "b", 0, 1, 1)]
    found = analyse_counts(cells, {"q1": 1, "q2": 1, "q3": 1})
    assert found.n == 2
    assert [item.facility for item in found.items] == [1, 0, 0]


def test_who_chose_what_among_the_thirds() -> None:
    cells = [
        Cell("q1", "key", 1, 3, 2),
        Cell("q1", "lure", 0, 2, 1),
        Cell("q1", "lure", 0, 1, 2),
        Cell("q1", "blank", 0, 0, 1),
        Cell("essay", "pending", 0, 3, 6),
    ]
    found = analyse_counts(cells, {"q1": 1})
    assert found.thirds == (1, 3, 2)
    told = [(one.category, one.thirds, one.n) for one in found.items[0].choices]
    assert told == [("lure", (0, 3, 0), 3), ("key", (0, 0, 2), 2), ("blank", (1, 0, 0), 1)]
