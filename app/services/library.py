"""The library: what is offered, and bringing the built-in quizzes up to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.quiz import FAMILIES, LEVELS, Dossier, Level, Quiz
from app.errors import NotFound
from app.models import content
from app.models.content import Published
from app.models.learner import find_learner
from app.models.past import list_attempts
from app.questions.base import Mode

__all__ = [
    "Offer",
    "Rung",
    "Shelf",
    "Synced",
    "add_quiz",
    "get_offer",
    "get_quiz",
    "list_ladder",
    "list_shelves",
    "next_rung",
    "sync_library",
]


UNDERSTOOD, LOST = 0.8, 0.4
"""Shares of the points."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A dossier with its quizzes, by level; ``dossier`` is None for quizzes that have none."""

    dossier: Dossier | None
    quizzes: tuple[Published, ...]

    @property
    def levels(self) -> tuple[tuple[str, tuple[Published, ...]], ...]:
        """The quizzes of each level, from the easiest; comprehension first."""
        in_order = sorted(self.quizzes, key=lambda one: FAMILIES.index(one.quiz.family))
        return tuple(
            (level, found)
            for level in LEVELS
            if (found := tuple(one for one in in_order if one.quiz.level == level))
        )


@dataclass(frozen=True, slots=True)
class Rung:
    """The same subject at one level: the quiz to take there."""

    level: Level
    published: Published
    here: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A quiz as one learner finds it: with the attempts that are still open, by mode."""

    published: Published
    open_attempts: dict[Mode, str]
    ladder: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synchronisation did."""

    changed: int
    unchanged: int
    withdrawn: int


def list_shelves(conn: Connection) -> list[Shelf]:
    """Everything that is offered, dossier by dossier."""
    published = content.list_published(conn)
    shelves = [
        Shelf(dossier, tuple(one for one in published if one.dossier == dossier.id))
        for dossier in content.list_dossiers(conn)
    ]
    loose = tuple(one for one in published if one.dossier is None)
    return [shelf for shelf in [*shelves, Shelf(None, loose)] if shelf.quizzes]


def get_quiz(conn: Connection, slug: str) -> Published:
    """The quiz offered at an address. Raises NotFound."""
    published = content.find_published(conn, slug)
    if published is None:
        raise NotFound
    return published


def get_offer(conn: Connection, slug: str, token: str | None, now: datetime) -> Offer:
    """The quiz, and this learner's attempts on it that are still open. Raises NotFound."""
    published = get_quiz(conn, slug)
    learner = find_learner(conn, token)
    modes: dict[Mode, str] = {}
    if learner is not None:
        for attempt in list_attempts(conn, learner, now):
            if (attempt.slug, attempt.assignment_id, attempt.submitted) == (slug, None, None):
                modes[attempt.mode] = attempt.public_id
    return Offer(published, modes, list_ladder(conn, slug))


def list_ladder(conn: Connection, slug: str) -> tuple[Rung, ...]:
    """The levels at which a quiz's subject can be read, from the easiest.

    At each level it is the quiz of the same family, or else the comprehension.
    """
    published = content.list_published(conn)
    here = next((one for one in published if one.slug == slug), None)
    if here is None or here.dossier is None:
        return ()
    rungs = []
    for level in LEVELS:
        there = [one for one in published if (one.dossier, one.quiz.level) == (here.dossier, level)]
        if there:
            wanted = (here.quiz.family, "comprehension")
            best = min(there, key=lambda one: _rank(one.quiz.family, wanted))
            is_here = level == here.quiz.level
            rungs.append(Rung(level, here if is_here else best, is_here))
    return tuple(rungs) if len(rungs) > 1 else ()


def next_rung(ladder: Sequence[Rung], share: float) -> Rung | None:
    """The level to try after a score: one up when most is understood, one down when little is."""
    here = next((n for n, rung in enumerate(ladder) if rung.here), None)
    if here is None:
        return None
    step = 1 if share >= UNDERSTOOD else -1 if share < LOST else 0
    there = here + step
    return ladder[there] if step and 0 <= there < len(ladder) else None


def _rank(family: str, wanted: Sequence[str]) -> int:
    return wanted.index(family) if family in wanted else len(wanted)


def add_quiz(conn: Connection, quiz: Quiz, now: datetime) -> None:
    """Offer a quiz that belongs to no dossier and to no teacher, or its new version."""
    content.publish(conn, quiz, None, now)


def sync_library(
    conn: Connection,
    dossiers: Sequence[Dossier],
    quizzes: Sequence[tuple[str | None, Quiz]],
    now: datetime,
) -> Synced:
    """Make the library say what the files say. Attempts keep the version that they began."""
    for dossier in dossiers:
        content.put_dossier(conn, dossier)
    changed = sum(content.publish(conn, quiz, dossier, now) for dossier, quiz in quizzes)
    withdrawn = content.withdraw_absent(conn, [quiz.id for _, quiz in quizzes])
    return Synced(changed, len(quizzes) - changed, withdrawn)
