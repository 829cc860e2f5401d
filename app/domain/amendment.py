"""Answers that a teacher accepts after a version was frozen.

The version never changes: an amendment stands beside it, and answers are judged as if the author
had accepted the text too. Decisions are kept in the order made; of the same text the last holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.quiz import Quiz
from app.questions.base import Question
from app.text.compare import normalise

__all__ = ["Amendment", "amended", "holding"]


@dataclass(frozen=True, slots=True)
class Amendment:
    """One decision: ``accepted`` earns ``fraction`` (0 takes an acceptance back)."""

    question_id: str
    part: str
    """The gap; empty where the question is one."""
    accepted: str
    fraction: float


def holding(amendments: Iterable[Amendment]) -> list[Amendment]:
    """The acceptances that hold: of the same text the last, if it was not taken back."""
    latest: dict[tuple[str, str, str], Amendment] = {}
    for one in amendments:
        key = (one.question_id, one.part, normalise(one.accepted))
        latest.pop(key, None)  # a decision that is made again comes last
        latest[key] = one
    return [one for one in latest.values() if one.fraction]


def amended(quiz: Quiz, amendments: Iterable[Amendment]) -> dict[str, Question]:
    """Question id → the question as it is judged now, for those that were amended."""
    questions: dict[str, Question] = {}
    for one in holding(amendments):
        known = questions.get(one.question_id) or quiz.by_id[one.question_id].question
        questions[one.question_id] = known.accepting(one.part, one.accepted, one.fraction)
    return questions
