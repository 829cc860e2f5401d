"""What tests are made of: a small quiz with one question of each type, and ways to take it."""

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings

from app.domain.quiz import Quiz
from app.formats.native import read_path
from app.questions.base import Question

EXAMPLE = Path(__file__).parent / "data" / "exemple.quiz.yaml"


@cache
def example_quiz() -> Quiz:
    """One text, and one question of each of the ten types."""
    result = read_path(EXAMPLE)
    assert result.quiz is not None, [str(problem.message) for problem in result.problems]
    return result.quiz


def example_questions() -> dict[str, Question]:
    """Question type → the example of it."""
    return {question.type: question for question in example_quiz().questions}


def histories(examples: int) -> settings:
    """How Hypothesis tries histories on a database: few of them, slow, and told anew each run."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
