"""A teacher's quiz that a class has taken: for tests of what is read from many attempts."""

from datetime import UTC, datetime
from typing import Any

from app.domain.quiz import Quiz
from app.models import content
from app.questions.base import Answer, Mode
from app.services import looking_up, run, taking
from tests.factories import example_quiz

__all__ = ["look_up", "own_quiz", "publish_as", "sit"]

WRONG: dict[str, Answer] = {
    "arrivee": {"verdict": "true"},
    "mot": "maison",
    "nombre": "4",
    "courage": ["p2s1"],
}
"""Answers that earn nothing; what is not here is left blank."""


def own_quiz(slug: str) -> Quiz:
    """The example, as a teacher's own."""
    return example_quiz().model_copy(update={"id": slug})


def publish_as(owner_id: int, quiz: Quiz) -> None:
    """Offer a quiz of this teacher."""
    now = datetime.now(UTC)

    def case(conn: Any) -> None:
        quiz_id = content.add_quiz(conn, owner_id, quiz.id)
        content.offer(conn, quiz_id, content.add_version(conn, quiz_id, quiz, now))

    run(case)


def sit(quiz: Quiz, right: int, mode: Mode = "exam") -> None:
    """One attempt of a new learner: the first so many questions right, the others not."""
    now = datetime.now(UTC)
    started = run(taking.start_attempt, None, quiz.id, mode, "none", now)
    lures = [choice.id for choice in quiz.by_id["sujet"].question.authored_choices()][1:]
    wrong = {**WRONG, "sujet": lures[0]}
    given = {}
    for item in quiz.items:
        question = item.question
        key = question.key(quiz.reading) if item.number <= right else wrong.get(question.id)
        if key is not None:
            given[question.id] = (key, 0)
    run(taking.save_answers, started.token, started.attempt_id, lambda _quiz: given, now)
    run(taking.submit_attempt, started.token, started.attempt_id, now)


def look_up(quiz: Quiz, words: dict[int, int]) -> None:
    """A new learner, in training, looks up these words of the glossary so many times."""
    now = datetime.now(UTC)
    started = run(taking.start_attempt, None, quiz.id, "training", "none", now)
    for entry, times in words.items():
        for _ in range(times):
            run(looking_up.count_lookup, started.token, started.attempt_id, entry, "", now)
