"""Geometry of the pictures of an analysis: figures in, SVG coordinates out. Templates draw them.

Each picture is made twice, wide and narrow: text in a picture does not shrink with the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from app.domain.item_advice import AIMED_AT
from app.services.reporting import ItemReport, VersionReport

__all__ = ["Histogram", "Scatter", "histogram", "marks_of_ten", "scatter", "share_bars"]

TEN = 10
TICKS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture, and where its axes are."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


WIDE = Frame(560, 300, 46, 544, 34, 258)
NARROW = Frame(330, 300, 40, 322, 34, 258)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a histogram; ``middle`` is where its labels are centred."""

    mark: int
    n: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many attempts got each mark out of ten."""

    kind: str
    frame: Frame
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    mean: float
    """Where the mean is."""


def marks_of_ten(report: VersionReport) -> list[int]:
    """How many attempts got 0, 1 … 10 out of ten, halves rounded up."""
    marks = [0] * (TEN + 1)
    for total, n in report.whole.distribution:
        share = Fraction(total).limit_denominator(10**6) / Fraction(report.points)
        marks[min(TEN, max(0, floor(share * TEN + Fraction(1, 2))))] += n
    return marks


def histogram(report: VersionReport) -> list[Histogram]:
    """The marks out of ten, wide and narrow; nothing where there is nothing to show."""
    if report.whole.mean is None or not report.points:
        return []
    marks = marks_of_ten(report)
    mean = report.whole.mean / report.points * TEN
    return [_histogram(kind, frame, marks, mean) for kind, frame in _frames()]


def _frames() -> list[tuple[str, Frame]]:
    return [("wide", WIDE), ("narrow", NARROW)]


def _histogram(kind: str, frame: Frame, marks: Sequence[int], mean: float) -> Histogram:
    step = _step(max(marks))
    top = max(marks) * 1.06
    wide = (frame.right - frame.left) / len(marks)

    def height(n: float) -> float:
        return round(n / top * (frame.bottom - frame.top), 1)

    columns = tuple(
        Column(
            mark=mark,
            n=n,
            x=round(frame.left + (mark + 0.1) * wide, 1),
            y=round(frame.bottom - height(n), 1),
            width=round(wide * 0.8, 1),
            height=height(n),
        )
        for mark, n in enumerate(marks)
    )
    ticks = tuple(
        Tick(round(frame.bottom - height(n), 1), n) for n in range(0, max(marks) + 1, step)
    )
    return Histogram(kind, frame, columns, ticks, round(frame.left + (mean + 0.5) * wide, 1))


def _step(most: int) -> int:
    """1, 2 or 5 times a power of ten, so that an axis has few ticks."""
    step, factors = 1, (2, 2.5, 2)
    for n in range(60):
        if most / step <= TICKS:
            break
        step = int(step * factors[n % 3])
    return step


@dataclass(frozen=True, slots=True)
class Point:
    """An item in the picture, and where its number is written."""

    number: int
    x: float
    y: float
    label_x: float
    label_y: float
    amiss: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """Where questions are at their best."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """Facility across, discrimination up."""

    kind: str
    frame: Frame
    zone: Zone
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    points: tuple[Point, ...]


def scatter(items: Sequence[ItemReport]) -> list[Scatter]:
    """The items that have both figures, wide and narrow; nothing where none has."""
    shown = [
        (one.item.number, facility, discrimination, bool(one.advice and one.advice.level != "ok"))
        for one in items
        if (facility := one.figures.facility) is not None
        and (discrimination := one.figures.discrimination) is not None
    ]
    return [_scatter(kind, frame, shown) for kind, frame in _frames()] if shown else []


def _scatter(kind: str, frame: Frame, shown: Sequence[tuple[int, float, float, bool]]) -> Scatter:
    low = floor(5 * min(-0.2, *(one[2] for one in shown))) / 5
    high = ceil(5 * max(0.6, *(one[2] for one in shown))) / 5

    def across(value: float) -> float:
        return round(frame.left + value * (frame.right - frame.left), 1)

    def up(value: float) -> float:
        return round(frame.bottom - (value - low) / (high - low) * (frame.bottom - frame.top), 1)

    easiest, hardest, least = AIMED_AT[1], AIMED_AT[0], AIMED_AT[2]
    return Scatter(
        kind=kind,
        frame=frame,
        zone=Zone(
            x=across(hardest),
            y=frame.top,
            width=round(across(easiest) - across(hardest), 1),
            height=round(up(least) - frame.top, 1),
        ),
        across=tuple(Tick(across(share), share) for share in (0, 0.25, 0.5, 0.75, 1)),
        up=tuple(Tick(up(n / 5), n / 5) for n in range(round(low * 5), round(high * 5) + 1)),
        points=tuple(_points(frame, [(n, across(x), up(y), bad) for n, x, y, bad in shown])),
    )


LABEL, LINE, DOT = 28, 14, 8
"""How wide and high a label is, and how wide half a point."""


def _points(frame: Frame, placed: Sequence[tuple[int, float, float, bool]]) -> list[Point]:
    """Each label stands beside its point, above or below: where nothing is in the way."""
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for _, x, y, _ in placed]
    points = []
    for number, x, y, amiss in placed:
        places = [
            (left, top)
            for left, top in (
                (x + DOT + 4, y - LINE / 2),
                (x - DOT - LABEL, y - LINE / 2),
                (x - LABEL / 2, y - DOT - LINE - 2),
                (x - LABEL / 2, y + DOT + 2),
            )
            if left + LABEL <= frame.width
        ]
        left, top = next((place for place in places if _free(place, taken)), places[-1])
        taken.append((left, top, left + LABEL, top + LINE))
        points.append(Point(number, x, y, round(left, 1), round(top + LINE - 2, 1), amiss))
    return points


def _free(place: tuple[float, float], taken: Sequence[tuple[float, float, float, float]]) -> bool:
    left, top = place
    return not any(
        left < right and start < left + LABEL and top < bottom and above < top + LINE
        for start, above, right, bottom in taken
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar of width 100: ``kind`` is key, lure, other or blank."""

    kind: str
    x: float
    width: float


def share_bars(report: ItemReport) -> tuple[Part, ...]:
    """All answers to an item side by side: right ones, the first lure, others, none."""
    rows = report.answers
    lures = sorted((row for row in rows if row.given.lure), key=lambda row: -row.n)
    counts = {
        "key": sum(row.n for row in rows if row.given.right),
        "lure": lures[0].n if lures else 0,
        "blank": sum(row.n for row in rows if row.given.id == "blank"),
    }
    total = sum(row.n for row in rows)
    counts["other"] = total - sum(counts.values())
    parts, at = [], 0.0
    for kind in ("key", "lure", "other", "blank"):
        width = 100 * counts[kind] / total if total else 0.0
        if width:
            parts.append(Part(kind, round(at, 2), round(width, 2)))
        at += width
    return tuple(parts)
