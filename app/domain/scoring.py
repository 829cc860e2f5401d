"""From grades to marks, and from marks to a score, by item and by skill.

Marks are kept as whole numbers of *units*, a millionth of a point: they add up exactly, on
both databases, in any order, and can be taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from app.questions.base import Question

__all__ = [
    "UNITS",
    "Mark",
    "Score",
    "mark",
    "score",
    "second_try_factor",
    "training_fraction",
    "tries_allowed",
]

UNITS = 1_000_000

HINT_COST = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item earned. ``units`` is None while a person has to mark it."""

    question_id: str
    skill: str
    units: int | None
    max_units: int


@dataclass(frozen=True, slots=True)
class Score:
    """A sum of marks, in units. What waits for a person stands apart, in ``pending``."""

    units: int = 0
    max_units: int = 0
    pending: int = 0
    skills: Mapping[str, "Score"] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 where nothing can be earned yet."""
        return self.units / self.max_units if self.max_units else 0.0


def second_try_factor(question: Question) -> Fraction:
    """What a second try is still worth: the fewer the options, the more a guess would earn.

    One half with four options or where options cannot be counted, one third with three,
    nothing with two.
    """
    options = question.options()
    if options is None or options > 3:  # noqa: PLR2004 (the rule above)
        return Fraction(1, 2)
    return Fraction(1, 3) if options == 3 else Fraction(0)  # noqa: PLR2004


def tries_allowed(question: Question) -> int:
    """Two, or one where a second try could earn nothing or nothing can be judged."""
    if question.type == "essay":
        return 1
    return 2 if second_try_factor(question) else 1


def training_fraction(question: Question, tries: Sequence[tuple[Fraction, int]]) -> Fraction:
    """What tries earn, given as (fraction, hints used before it): the best of them.

    The second is worth part of its fraction, and each hint used before a try costs it a
    quarter; what an earlier try earned is never lost.
    """
    earned = [
        fraction
        * (second_try_factor(question) if n else 1)
        * max(Fraction(0), 1 - HINT_COST * hints)
        for n, (fraction, hints) in enumerate(tries)
    ]
    return max(earned, default=Fraction(0))


@lru_cache(maxsize=256)
def _worth(points: float) -> Fraction:
    """Points in units, as they were written: 0.1 is a tenth."""
    return Fraction(str(points)) * UNITS


def mark(question: Question, fraction: Fraction | None) -> Mark:
    """The mark of a fraction of the question's points."""
    units = None if fraction is None else round(fraction * _worth(question.points))
    return Mark(question.id, question.skill, units, round(question.points * UNITS))


def score(marks: Iterable[Mark]) -> Score:
    """The score of an attempt, whole and by skill."""
    marks = list(marks)
    by_skill: dict[str, list[Mark]] = {}
    for one in marks:
        by_skill.setdefault(one.skill, []).append(one)
    return _sum(marks, {skill: _sum(own, {}) for skill, own in by_skill.items()})


def _sum(marks: Sequence[Mark], skills: Mapping[str, Score]) -> Score:
    return Score(
        units=sum(one.units for one in marks if one.units is not None),
        max_units=sum(one.max_units for one in marks if one.units is not None),
        pending=sum(one.max_units for one in marks if one.units is None),
        skills=skills,
    )
