"""Item analysis: how hard each question is, and whether it tells strong readers from weak ones.

Two ways in give the same figures: ``analyse`` reads a matrix of marks, ``analyse_counts`` the
counts that a quiz keeps. Both reckon in whole numbers, so a variance is 0 exactly where it should
be and no figure depends on the order of attempts; only the last step is a float.

Variances and covariances divide by n − 1 everywhere. What is not defined (a correlation without
variance, a deviation of a single attempt) is None, never 0. Sources: Lord and Novick (1968),
"Statistical Theories of Mental Test Scores", for the classical figures; Moodle's documentation,
"Quiz statistics calculations", for those that bear its names.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import copysign, lcm, sqrt
from typing import NamedTuple

from app.domain.spread import Sums, Thirds, central_moments, middle, sorted_product, thirds_of

__all__ = [
    "Analysis",
    "Cell",
    "Chosen",
    "ItemAnalysis",
    "analyse",
    "analyse_counts",
]

Number = int | float | Decimal | Fraction

SIMPLE, HAIR = 10_000, 1e-14


class Cell(NamedTuple):
    """``n`` attempts gave this kind of answer to an item, earned this mark and made this total."""

    item: str
    category: str
    mark: int
    total: int
    n: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """One kind of answer, and how many gave it in the lowest, middle and highest third."""

    category: str
    thirds: tuple[int, int, int]

    @property
    def n(self) -> int:
        """How many gave it in all."""
        return sum(self.thirds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalysis:
    """One item. Variances, covariances and ``sd`` are in points or squared points."""

    facility: float | None
    """Mean mark over the maximum, 0–1; None where the maximum is 0."""
    sd: float | None
    discrimination: float | None
    """Correlation of the mark with the total of the other items, −1 to 1."""
    upper_lower: float | None
    """Facility in the highest third less that in the lowest; None where either is empty."""
    alpha_if_dropped: float | None
    """α of the other items."""
    effective_weight: float | None
    """Moodle's, in percent: √cov(x, T) over the sum of those of all items; None where negative."""
    discriminative_efficiency: float | None
    """Moodle's, in percent: cov(x, T − x) over the most that the same marks could reach."""
    variance: float | None
    rest_variance: float | None
    """Of the total of the other items."""
    covariance: float | None
    """Of the mark with the total of the other items."""
    covariance_max: float | None
    """The same, had the best marks gone to the best: both columns sorted."""
    choices: tuple[Chosen, ...] = ()
    """Kinds of answers, as far as they are known, the most frequent first."""

    @property
    def discrimination_index(self) -> float | None:
        """Moodle's, in percent."""
        return None if self.discrimination is None else 100 * self.discrimination


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A whole quiz. Means, deviations and totals are in points."""

    n: int
    """Attempts."""
    mean: float | None
    sd: float | None
    median: float | None
    skewness: float | None
    """k₃ / k₂^1.5, of Fisher's k-statistics: negative where the tail is on the low side."""
    kurtosis: float | None
    """k₄ / k₂²: excess kurtosis, 0 for a normal curve."""
    alpha: float | None
    """Cronbach's α (KR-20 where marks are 0 or 1): k/(k − 1) · (1 − Σ var(x) / var(T))."""
    sem: float | None
    """Standard error of measurement: sd · √(1 − α)."""
    thirds: tuple[int, int, int]
    """How many attempts are in the lowest, middle and highest third."""
    distribution: tuple[tuple[float, int], ...]
    """Each total that was made, from the lowest, and how many made it."""
    items: tuple[ItemAnalysis, ...]

    @property
    def cic(self) -> float | None:
        """Moodle's coefficient of internal consistency, in percent: 100 α."""
        return None if self.alpha is None else 100 * self.alpha

    @property
    def error_ratio(self) -> float | None:
        """Moodle's, in percent: 100 √(1 − α), the part of the deviation that is chance."""
        return None if self.alpha is None else 100 * sqrt(1 - self.alpha)

    @property
    def standard_error(self) -> float | None:
        """Moodle's name of ``sem``."""
        return self.sem


def analyse(marks: Iterable[Sequence[Number | None]], maxima: Sequence[Number]) -> Analysis:
    """Analyse a matrix: one row for each attempt, one column for each item.

    None is an item that was not reached: it earned 0. ``maxima`` has the most that each item
    can earn. Raises ValueError for a row of another length, or for a mark that is not finite.
    """
    known: dict[Number | None, Fraction] = {None: Fraction(0)}
    rows = [[_looked_up(mark, known) for mark in row] for row in marks]
    if any(len(row) != len(maxima) for row in rows):
        raise ValueError(f"each attempt needs {len(maxima)} marks")
    most = [_as_meant(maximum) for maximum in maxima]
    scale = lcm(*(mark.denominator for mark in {*known.values(), *most}))
    whole = {mark: int(mark * scale) for mark in {*known.values(), *most}}
    table = [[whole[mark] for mark in row] for row in rows]
    totals = [sum(row) for row in table]
    columns = zip(*table, strict=True) if table else ([] for _ in maxima)
    return _analysis(
        Counter(totals),
        [Counter(zip(column, totals, strict=True)) for column in columns],
        [whole[one] for one in most],
        scale,
    )


def _looked_up(mark: Number | None, known: dict[Number | None, Fraction]) -> Fraction:
    found = known.get(mark)
    if found is None or mark is None:
        found = known[mark] = Fraction(0) if mark is None else _as_meant(mark)
    return found


def _as_meant(value: Number) -> Fraction:
    """The simple fraction that a float stands for (0.1, ⅓, 0.1 + 0.2), else its decimals.

    Binary dust would make variances where there are none.
    """
    if not isinstance(value, float):
        return Fraction(value)
    written = Fraction(repr(float(value)))
    simple = written.limit_denominator(SIMPLE)
    return simple if abs(simple - written) <= HAIR * max(1.0, float(abs(written))) else written


def analyse_counts(cells: Iterable[Cell], maxima: Mapping[str, int], units: int = 1) -> Analysis:
    """Analyse counts, of any number of attempts. Items are those of ``maxima``, in its order.

    Marks, totals and maxima are whole; ``units`` of them make one point of the figures. Cells of
    other items are left out; an item that some attempts did not reach earned them 0.
    """
    pairs: dict[str, Counter[tuple[int, int]]] = {item: Counter() for item in maxima}
    answers: dict[str, Counter[tuple[str, int]]] = {item: Counter() for item in maxima}
    for item, category, mark, total, n in cells:
        if item in maxima:
            pairs[item][mark, total] += n
            answers[item][category, total] += n
    reached = {item: _totals(counted) for item, counted in pairs.items()}
    totals: Counter[int] = Counter()
    for one in reached.values():
        totals |= one
    for item, counted in pairs.items():
        for total, n in (totals - reached[item]).items():
            counted[0, total] += n
    return _analysis(
        totals, list(pairs.values()), list(maxima.values()), units, list(answers.values())
    )


def _totals(pairs: Mapping[tuple[int, int], int]) -> Counter[int]:
    totals: Counter[int] = Counter()
    for (_, total), n in pairs.items():
        totals[total] += n
    return totals


def _analysis(
    totals: Counter[int],
    pairs: Sequence[Mapping[tuple[int, int], int]],
    maxima: Sequence[int],
    scale: int,
    answers: Sequence[Mapping[tuple[str, int], int]] = (),
) -> Analysis:
    """The figures of whole marks: ``pairs`` counts (mark, total) for each item."""
    n = totals.total()
    sums = [Sums.of(counted) for counted in pairs]
    whole = Sums.of({(total, total): count for total, count in totals.items()})
    k = len(sums)
    within = sum(one.xx for one in sums)
    alpha = _alpha(k, within, whole.xx)
    sd = _deviation(whole.xx, n, scale)
    weights = [sqrt(one.xt / whole.xx) if one.xt >= 0 < whole.xx else None for one in sums]
    weighed = sum(weight for weight in weights if weight is not None)
    thirds = thirds_of(totals)
    skewness, kurtosis = _shape(totals)
    half = middle(totals)
    return Analysis(
        n=n,
        mean=whole.sum_x / (n * scale) if n else None,
        sd=sd,
        median=None if half is None else float(half / scale),
        skewness=skewness,
        kurtosis=kurtosis,
        alpha=None if alpha is None else float(alpha),
        sem=None if alpha is None or sd is None else sd * sqrt(1 - alpha),
        thirds=thirds.sizes(totals),
        distribution=tuple((total / scale, totals[total]) for total in sorted(totals)),
        items=tuple(
            ItemAnalysis(
                facility=one.sum_x / (n * maximum) if n and maximum else None,
                sd=_deviation(one.xx, n, scale),
                discrimination=_correlation(one.xy, one.xx, one.yy),
                upper_lower=_upper_lower(counted, thirds, maximum),
                alpha_if_dropped=_float(_alpha(k - 1, within - one.xx, one.yy)),
                effective_weight=None if weight is None or not weighed else 100 * weight / weighed,
                discriminative_efficiency=100 * one.xy / most if most else None,
                variance=_per(one.xx, n, scale),
                rest_variance=_per(one.yy, n, scale),
                covariance=_per(one.xy, n, scale),
                covariance_max=_per(most, n, scale),
                choices=_by_thirds(answers[at], thirds) if answers else (),
            )
            for at, (one, counted, maximum, weight) in enumerate(
                zip(sums, pairs, maxima, weights, strict=True)
            )
            for most in [sorted_product(counted)]
        ),
    )


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _per(spread: int, n: int, scale: int) -> float | None:
    """A variance or covariance in squared points: n·Σab − Σa·Σb is n(n − 1) times it."""
    return spread / (n * (n - 1) * scale * scale) if n > 1 else None


def _deviation(spread: int, n: int, scale: int) -> float | None:
    variance = _per(spread, n, scale)
    return None if variance is None else sqrt(variance)


def _correlation(xy: int, xx: int, yy: int) -> float | None:
    """cov(x, y) / √(var(x)·var(y)); None where either variance is 0."""
    return copysign(sqrt(xy * xy / (xx * yy)), xy) if xx and yy else None


def _alpha(k: int, within: int, total: int) -> Fraction | None:
    """Cronbach's α of k items, from Σ var(x) and var(T); None for one item or equal totals."""
    return Fraction(k, k - 1) * (1 - Fraction(within, total)) if k > 1 and total else None


def _shape(totals: Mapping[int, int]) -> tuple[float | None, float | None]:
    """Skewness and kurtosis by Fisher's k-statistics; they need three and four attempts."""
    n, m2, m3, m4 = central_moments(totals)
    if not m2 or n < 3:  # noqa: PLR2004 (k₃ divides by n − 2)
        return None, None
    k2 = n * m2 / (n - 1)
    k3 = n * n * m3 / ((n - 1) * (n - 2))
    skewness = copysign(sqrt(k3 * k3 / k2**3), k3)
    if n < 4:  # noqa: PLR2004 (k₄ divides by n − 3)
        return skewness, None
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    return skewness, float(k4 / (k2 * k2))


def _upper_lower(
    pairs: Mapping[tuple[int, int], int], thirds: Thirds, maximum: int
) -> float | None:
    """Mean mark in the highest third less that in the lowest, over the maximum (ULI)."""
    earned, made = [0, 0, 0], [0, 0, 0]
    for (mark, total), n in pairs.items():
        third = thirds.holding(total)
        earned[third] += n * mark
        made[third] += n
    if not made[0] or not made[2] or not maximum:
        return None
    return float((Fraction(earned[2], made[2]) - Fraction(earned[0], made[0])) / maximum)


def _by_thirds(answers: Mapping[tuple[str, int], int], thirds: Thirds) -> tuple[Chosen, ...]:
    """Who gave which kind of answer, the most frequent first."""
    table: dict[str, list[int]] = {}
    for (category, total), n in answers.items():
        table.setdefault(category, [0, 0, 0])[thirds.holding(total)] += n
    chosen = [Chosen(category, (low, mid, high)) for category, (low, mid, high) in table.items()]
    return tuple(sorted(chosen, key=lambda one: (-one.n, one.category)))
