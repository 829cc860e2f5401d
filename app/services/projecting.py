"""Correcting together: what was answered to each question, whatever version it was asked on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.amendment import amended
from app.domain.answer_table import AnswerRow, answer_table
from app.domain.quiz import Item, Quiz
from app.domain.statistics import Chosen
from app.models import content
from app.models.assignment import Assignment, assignment_for
from app.models.counted import Votes, list_votes
from app.models.marking import list_all_amendments
from app.models.rights import figures_for
from app.questions.base import Question

__all__ = ["Asked", "ClassTogether", "Together", "get_class_answers", "get_quiz_answers"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what was answered to it."""

    item: Item
    answers: Sequence[AnswerRow]
    n: int
    """How many attempts answered it or left it blank."""
    elsewhere: int
    """How many met it in other words, on another version: they are not counted."""


@dataclass(frozen=True, slots=True)
class Together:
    """The questions to talk about: those that no person has to mark."""

    quiz: Quiz
    asked: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class ClassTogether:
    """The same, of what a class was given."""

    assignment: Assignment
    found: Together


def get_class_answers(conn: Connection, user_id: int, public_id: str) -> ClassTogether:
    """What a class answered, on all versions that it was given. Raises NotFound."""
    given = assignment_for(conn, user_id, public_id)
    votes = list_votes(conn, given.quiz_id, (given.id,))
    asked = _asked(conn, given.version_id, votes, (given.id,))
    return ClassTogether(given, Together(given.quiz, asked))


def get_quiz_answers(conn: Connection, user_id: int, slug: str) -> Together | None:
    """What all answered of whom one may see the figures; None where nothing was published.

    Raises NotFound.
    """
    scope = figures_for(conn, user_id, slug)
    if scope.own.version_id is None:
        return None
    votes = list_votes(conn, scope.own.quiz_id, scope.assignment_ids)
    version = max(votes, default=scope.own.version_id)
    asked = _asked(conn, version, votes, scope.assignment_ids)
    return Together(content.get_version(conn, version), asked)


def _asked(
    conn: Connection, version_id: int, votes: Votes, assignment_ids: tuple[int, ...] | None
) -> list[Asked]:
    """The questions of a version, with the answers from all where they stand unchanged."""
    quiz = content.get_version(conn, version_id)
    versions = {one: content.get_version(conn, one) for one in votes}
    accepting: Mapping[str, Question] = amended(
        quiz,
        [
            one
            for one in list_all_amendments(conn, list(versions), assignment_ids)
            if one.question_id in quiz.by_id
            and one.part in quiz.by_id[one.question_id].question.typed_parts()
        ],
    )
    asked = []
    for item in quiz.items:
        question, counts, elsewhere = item.question, Counter[str](), 0
        if question.marked_by_person:
            continue
        for version, by_question in votes.items():
            given = by_question.get(question.id, {})
            other = versions[version].by_id.get(question.id)
            if other is not None and other.question == question:
                counts.update(given)
            else:
                elsewhere += sum(given.values())
        chosen = [Chosen(category, (n, 0, 0)) for category, n in counts.items()]
        rows = answer_table(question, quiz.reading, chosen, accepting.get(question.id))
        asked.append(Asked(item, rows, counts.total(), elsewhere))
    return asked
