"""Questions to test: the example of each type, and others that bring out a rule."""

import random
from fractions import Fraction
from typing import Any, TypeVar

from app.questions import QUESTION_TYPES
from app.questions.base import Answer, Grade, Mode, Question
from tests.factories import example_questions, example_quiz

QUIZ = example_quiz()
READING = QUIZ.reading
"""Four sentences: p1s1 « Chaque hiver… », p1s2 « Les artisans… », p2s1 « Nous vendons… »,
p2s2 « Elle a commencé… »."""

Room = TypeVar("Room", bound=Question)


def make(room: type[Room], **fields: Any) -> Room:
    """A question of that type, placed in the example's text."""
    shared = {"id": "essai", "skill": "détail", "prompt": "Que dit le texte ?"}
    question, lost = room.model_validate({**shared, **fields}).placed(READING)
    assert not lost
    return question


def fraction_of(question: Question, raw: object, mode: Mode = "exam") -> Fraction | None:
    """What an answer earns, read as a browser sends it."""
    return graded(question, raw, mode).fraction


def graded(question: Question, raw: object, mode: Mode = "exam") -> Grade:
    """The grade of an answer, read as a browser sends it."""
    return question.grade(question.read(raw, READING), READING, mode)


def notes(question: Question, raw: object, mode: Mode = "exam") -> list[str]:
    """What is said of an answer, besides the author's feedback."""
    return [str(note) for note in graded(question, raw, mode).notes]


def dice(seed: int) -> random.Random:
    """Chance that can be had again."""
    return random.Random(seed)  # noqa: S311 (nothing is kept secret with it)


def codes(question: Question) -> list[str]:
    """What is wrong with the question itself."""
    problems = list(question.problems())
    for problem in problems:
        assert str(problem.message)
        assert str(problem.hint)
    return [problem.code for problem in problems]


def key_of(question: Question) -> Answer:
    """The right answer of a question that has one."""
    key = question.key(READING)
    assert key is not None
    return key


def _variants() -> dict[str, Question]:
    examples: dict[str, Question] = dict(example_questions())
    more: dict[str, dict[str, Any]] = {
        "single_choice, unshuffled": {
            "type": "single_choice",
            "choices": [{"text": "Oui", "key": True}, "Non"],
            "shuffle": False,
        },
        "multiple_response, weighted": {
            "type": "multiple_response",
            "choices": [
                {"text": "miel", "weight": 0.33333},
                {"text": "cire", "weight": 0.33333},
                {"text": "pollen", "weight": 0.33333},
                {"text": "sel", "weight": -0.5},
                {"text": "sable", "weight": -1},
            ],
        },
        "true_false, unknown": {"type": "true_false", "answer": "unknown"},
        "true_false, unknown with a sentence": {
            "type": "true_false",
            "answer": "unknown",
            "justify": True,
        },
        "true_false, plain": {"type": "true_false", "answer": True, "unknown": True},
        "short_answer, strict": {
            "type": "short_answer",
            "skill": "grammaire",
            "answers": [{"text": "ou", "fraction": 0}, "où", {"text": "d’où", "fraction": 0.333}],
            "compare": {"accents": "strict", "case": "strict"},
        },
        "numeric, with a unit": {
            "type": "numeric",
            "unit": "km",
            "answers": [
                {"value": -12.5, "tolerance": 0.1},
                {"value": 12.5, "tolerance": 0.5, "fraction": 0.25, "words": ["douze et demi"]},
            ],
        },
        "numeric, large": {"type": "numeric", "answers": [{"value": 1e22}]},
        "cloze, of one typed gap": {
            "type": "cloze",
            "body": "{{mot}} !",
            "gaps": {"mot": {"typed": ["ruche", {"text": "rûche", "fraction": 0}]}},
        },
        "matching, with a shared right side": {
            "type": "matching",
            "pairs": [["miel", "nom"], ["ruche", "nom"], ["froid", "adjectif"]],
        },
        "ordering of two": {"type": "ordering", "sequence": ["un", "deux"]},
        "ordering of twelve": {"type": "ordering", "sequence": [f"étape {n}" for n in range(12)]},
        "hot_text of words": {
            "type": "hot_text",
            "select": {
                "unit": "word",
                "keys": ["miel", "boulanger"],
                "within": ["Nous vendons surtout du miel"],
            },
        },
        "hot_text of sentences": {
            "type": "hot_text",
            "select": {
                "keys": ["Chaque hiver", "trois ruches"],
                "within": ["Chaque hiver", "explique Zoé", "trois ruches"],
            },
        },
        "essay, without a rubric": {"type": "essay"},
    }
    made = {name: make(QUESTION_TYPES[str(one["type"])], **one) for name, one in more.items()}
    return examples | made


VARIANTS: dict[str, Question] = _variants()
