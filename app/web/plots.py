"""Geometry of the pictures: numbers in, SVG coordinates out. Templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.quiz import LEVELS
from app.services.library import Shelf
from app.services.progress import PastAttempt

__all__ = ["Bar", "Line", "Step", "ladder_chart", "level_chart", "skill_chart"]

WIDTH, HEIGHT = 300.0, 96.0
INSET = 8.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One attempt on its line."""

    x: float
    y: float
    share: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """The scores at one level, oldest first."""

    level: str
    dots: tuple[Dot, ...]

    @property
    def path(self) -> str:
        """The points of a polyline."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)

    @property
    def mean(self) -> float:
        """The mean share of the points."""
        return sum(dot.share for dot in self.dots) / len(self.dots)


@dataclass(frozen=True, slots=True)
class Bar:
    """One skill over all attempts, in units."""

    skill: str
    units: int
    max_units: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.units / self.max_units if self.max_units else 0.0


def _share(one: PastAttempt) -> float:
    return (one.past.units or 0) / one.past.max_units if one.past.max_units else 0.0


def level_chart(done: Sequence[PastAttempt]) -> list[Line]:
    """For each level, the scores in order of time, over 300 × 96 with room for the dots."""
    lines = []
    for level in LEVELS:
        mine = [one for one in reversed(done) if one.quiz.level == level]
        if not mine:
            continue
        step = (WIDTH - 2 * INSET) / max(1, len(mine) - 1)
        dots = tuple(
            Dot(
                x=round(INSET + n * step if len(mine) > 1 else WIDTH / 2, 1),
                y=round(HEIGHT - INSET - _share(one) * (HEIGHT - 2 * INSET), 1),
                share=_share(one),
                title=one.quiz.title,
            )
            for n, one in enumerate(mine)
        )
        lines.append(Line(level, dots))
    return lines


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a dossier: the best share of the points so far, None before the first."""

    level: str
    slug: str
    best: float | None


def ladder_chart(
    shelves: Sequence[Shelf], done: Sequence[PastAttempt]
) -> list[tuple[str, list[Step]]]:
    """For each dossier that was begun, its title and its levels, from the easiest."""
    best: dict[str, float] = {}
    for one in done:
        best[one.past.slug] = max(best.get(one.past.slug, 0.0), _share(one))
    ladders = []
    for shelf in shelves:
        if shelf.dossier is None or not any(one.slug in best for one in shelf.quizzes):
            continue
        steps = []
        for level, quizzes in shelf.levels:
            shares = [best[one.slug] for one in quizzes if one.slug in best]
            steps.append(Step(level, quizzes[0].slug, max(shares, default=None)))
        ladders.append((shelf.dossier.title, steps))
    return ladders


def skill_chart(done: Sequence[PastAttempt]) -> list[Bar]:
    """Each skill's points over all attempts, weakest first: that is where to read again."""
    totals: dict[str, list[int]] = {}
    for one in done:
        for skill, (units, max_units) in one.past.skills.items():
            total = totals.setdefault(skill, [0, 0])
            total[0] += units
            total[1] += max_units
    bars = [Bar(skill, units, most) for skill, (units, most) in totals.items() if most]
    return sorted(bars, key=lambda bar: bar.share)
