"""A quiz: one or more passages, a glossary, and questions that lead back to them.

The stored form of a quiz version is one JSON document. ``dump`` writes it, ``load`` reads it
again and upgrades documents written by an older program, one schema number at a time.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Field

from app.domain.scoring import UNITS
from app.errors import N_, Message, Problem
from app.questions import QUESTION_TYPES
from app.questions.base import Mode, Question
from app.text.content import Content, Line, Prose, Slug
from app.text.passage import GlossaryEntry, Passage, Reading

__all__ = [
    "FAMILIES",
    "LEVELS",
    "AnyQuestion",
    "Dossier",
    "Item",
    "Level",
    "Quiz",
    "Settings",
    "dump",
    "load",
    "repeated_ids",
]

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
LEVELS: tuple[Level, ...] = ("A1", "A2", "B1", "B2", "C1", "C2")
Family = Literal["comprehension", "vocabulaire", "grammaire", "politique", "autre"]
FAMILIES: tuple[Family, ...] = get_args(Family)

SCHEMA = 1
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Schema number → what turns such a document into the next one."""

if TYPE_CHECKING:
    AnyQuestion = Question
else:
    AnyQuestion = Annotated[reduce(or_, QUESTION_TYPES.values()), Field(discriminator="type")]

READING_PACE = 180
"""Words a minute for a learner who reads to answer."""


class Settings(Content):
    """How the quiz is meant to be taken; a learner may still choose the other mode."""

    mode: Mode = "training"
    minutes: int | None = Field(default=None, ge=1, le=600)
    glossary: Literal["training", "always", "never"] = "training"

    def shows_glossary(self, mode: Mode) -> bool:
        """Whether an attempt in this mode has the glossary."""
        return self.glossary == "always" or (self.glossary == "training" and mode == "training")


@dataclass(frozen=True, slots=True)
class Item:
    """A question placed in a quiz."""

    number: int
    question: Question

    @property
    def max_units(self) -> int:
        """Its points, in units."""
        return round(self.question.points * UNITS)


class Quiz(Content):
    """Everything a learner reads and answers, and everything needed to mark it."""

    format: Literal["relire/1"] = "relire/1"
    id: Slug
    title: Line
    family: Family = "autre"
    description: str = ""
    language: Literal["fr"] = "fr"
    level: Level
    licence: str = ""
    topics: tuple[Line, ...] = ()
    settings: Settings = Settings()
    passages: tuple[Passage, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    questions: tuple[AnyQuestion, ...] = Field(min_length=1, max_length=200)

    @cached_property
    def reading(self) -> Reading:
        """Its passages as one numbered text."""
        return Reading(self.passages)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Its questions, numbered from 1."""
        return tuple(Item(n, question) for n, question in enumerate(self.questions, 1))

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Its items by question id."""
        return {item.question.id: item for item in self.items}

    @property
    def max_units(self) -> int:
        """All its points, in units."""
        return sum(item.max_units for item in self.items)

    @property
    def minutes(self) -> int:
        """The time it asks for: its own setting, or reading twice and a minute an item."""
        estimate = 2 * self.reading.word_count / READING_PACE + len(self.questions)
        return self.settings.minutes or max(1, round(estimate))

    def proves(self) -> dict[str, list[Item]]:
        """Sentence id → the items that it proves, in order."""
        proved: dict[str, list[Item]] = {}
        for item in self.items:
            for sentence in item.question.evidence.sentences:
                proved.setdefault(sentence, []).append(item)
        return proved

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the quiz as a whole; each question says what is wrong with it."""
        yield from repeated_ids(question.id for question in self.questions)


def repeated_ids(ids: Iterable[object]) -> Iterator[Problem]:
    """A problem for each question that has the id of an earlier one; other values are no ids."""
    seen: dict[str, int] = {}
    for n, question_id in enumerate(ids):
        if not isinstance(question_id, str):
            continue
        if question_id in seen:
            yield Problem(
                code="repeated-id",
                message=Message(
                    N_("L’identifiant « %(id)s » sert déjà à la question %(other)s."),
                    {"id": question_id, "other": seen[question_id] + 1},
                ),
                hint=Message(N_("Donnez à chaque question un identifiant à elle.")),
                path=("questions", n, "id"),
            )
        seen.setdefault(question_id, n)


class Dossier(Content):
    """One article: texts at several levels, and the quizzes on them."""

    format: Literal["relire-dossier/1"] = "relire-dossier/1"
    id: Slug
    title: Line
    description: Prose
    source: dict[str, str] = Field(default_factory=dict)
    licence: str = ""


def dump(quiz: Quiz) -> str:
    """The quiz as the JSON document of a version."""
    return json.dumps(
        {"schema": SCHEMA, "quiz": quiz.model_dump(mode="json", by_alias=True)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(document: str) -> Quiz:
    """The quiz of a version's document, whichever program wrote it."""
    stored = json.loads(document)
    steps = (UPGRADES[number] for number in range(stored["schema"], SCHEMA))
    upgraded = reduce(lambda older, upgrade: upgrade(older), steps, stored["quiz"])
    return Quiz.model_validate(upgraded)
