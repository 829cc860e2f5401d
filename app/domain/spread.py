"""Whole-number sums behind the statistics: of marks and totals, each with how often it occurs."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Literal, Self

__all__ = [
    "Sums",
    "Thirds",
    "central_moments",
    "middle",
    "quantile",
    "sorted_product",
    "thirds_of",
]

Pairs = Mapping[tuple[int, int], int]
"""(mark x, total T) → how many attempts."""
Totals = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Sums:
    """Spreads of a mark x, the total T and the rest y = T − x: n·Σab − Σa·Σb for each pair.

    That is n(n − 1) times their covariance, and whole. The sums add up over any parts of the
    attempts, and can be taken back.
    """

    sum_x: int
    xx: int
    xt: int
    tt: int

    @classmethod
    def of(cls, pairs: Pairs) -> Self:
        """From the counts of (mark, total)."""
        n = sum(pairs.values())
        x = sum(count * mark for (mark, _), count in pairs.items())
        t = sum(count * total for (_, total), count in pairs.items())
        xx = sum(count * mark * mark for (mark, _), count in pairs.items())
        xt = sum(count * mark * total for (mark, total), count in pairs.items())
        tt = sum(count * total * total for (_, total), count in pairs.items())
        return cls(x, n * xx - x * x, n * xt - x * t, n * tt - t * t)

    @property
    def xy(self) -> int:
        """Of the mark with the rest."""
        return self.xt - self.xx

    @property
    def yy(self) -> int:
        """Of the rest."""
        return self.tt - 2 * self.xt + self.xx


def sorted_product(pairs: Pairs) -> int:
    """n·Σxy − Σx·Σy with marks and rests each sorted: the most that any pairing could reach."""
    marks = _sorted((mark, n) for (mark, _), n in pairs.items())
    rests = _sorted((total - mark, n) for (mark, total), n in pairs.items())
    n = sum(pairs.values())
    product, at, left = 0, 0, rests[0][1] if rests else 0
    for mark, count in marks:
        while count:
            step = min(count, left)
            product += step * mark * rests[at][0]
            count, left = count - step, left - step  # noqa: PLW2901 (what is left to pair)
            if not left and at + 1 < len(rests):
                at += 1
                left = rests[at][1]
    x, y = (sum(value * count for value, count in column) for column in (marks, rests))
    return n * product - x * y


def _sorted(column: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    counted: dict[int, int] = {}
    for value, n in column:
        counted[value] = counted.get(value, 0) + n
    return sorted((value, n) for value, n in counted.items() if n)


def central_moments(totals: Totals) -> tuple[int, Fraction, Fraction, Fraction]:
    """How many, and the mean second, third and fourth powers of what parts them from the mean."""
    n = sum(totals.values())
    if not n:
        return 0, Fraction(0), Fraction(0), Fraction(0)
    sum_t = sum(total * count for total, count in totals.items())
    m2, m3, m4 = (
        Fraction(
            sum(count * (n * t - sum_t) ** power for t, count in totals.items()), n ** (power + 1)
        )
        for power in (2, 3, 4)
    )
    return n, m2, m3, m4


def quantile(totals: Totals, share: Fraction) -> Fraction:
    """The quantile of a share, interpolated between neighbours: type 7 of Hyndman and Fan (1996).

    Raises ValueError where there are no totals.
    """
    column = _sorted(totals.items())
    if not column:
        raise ValueError("no totals")
    ends = list(accumulate(n for _, n in column))
    place = (ends[-1] - 1) * share
    below = int(place)
    low, high = (
        column[bisect_right(ends, min(rank, ends[-1] - 1))][0] for rank in (below, below + 1)
    )
    return low + (place - below) * (high - low)


def middle(totals: Totals) -> Fraction | None:
    """The median; None where there are no totals."""
    return quantile(totals, Fraction(1, 2)) if totals else None


@dataclass(frozen=True, slots=True)
class Thirds:
    """Attempts in three groups by total; equal totals always fall into the same.

    The borders are the quantiles of ⅓ and ⅔. The lowest third lies below the first border, the
    highest starts at the second: a total on a border belongs above it. This is the rule of the
    R function ``ShinyItemAnalysis::gDiscrim`` (``findInterval``). Where many totals are equal
    the groups are unequal, and may be empty.
    """

    first: int
    second: int
    """Rounded up, which changes nothing for whole totals."""

    def holding(self, total: int) -> Literal[0, 1, 2]:
        """The group of a total: 0 is the lowest."""
        return 2 if total >= self.second else 1 if total >= self.first else 0

    def sizes(self, totals: Totals) -> tuple[int, int, int]:
        """How many attempts each group has."""
        sizes = [0, 0, 0]
        for total, n in totals.items():
            sizes[self.holding(total)] += n
        return sizes[0], sizes[1], sizes[2]


def thirds_of(totals: Totals) -> Thirds:
    """The borders between the thirds."""
    if not totals:
        return Thirds(0, 0)
    return Thirds(*(ceil(quantile(totals, Fraction(n, 3))) for n in (1, 2)))
