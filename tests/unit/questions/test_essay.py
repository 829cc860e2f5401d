"""A text to write: counted by us, marked by a person."""

import pytest

from app.questions.base import Mode, Verdict
from app.questions.essay.question import Essay
from tests.unit.questions.variants import READING, codes, graded, make, notes


def question(**fields: object) -> Essay:
    return make(Essay, **{"words": {"least": 3, "most": 5}, "points": 5, **fields})


@pytest.mark.parametrize("mode", ["exam", "training"])
def test_a_text_waits_for_a_person(mode: Mode) -> None:
    grade = graded(question(), "J’aime bien le miel.", mode)
    assert grade.fraction is None
    assert grade.verdict is Verdict.PENDING
    assert grade.category == "pending"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oui, bien sûr.", []),
        ("un deux trois quatre cinq", []),
        ("Oui !", ["Longueur en mots : 1. Il en faut de 3 à 5."]),
        ("un deux trois quatre cinq six", ["Longueur en mots : 6. Il en faut de 3 à 5."]),
    ],
)
def test_words_are_counted(text: str, expected: list[str]) -> None:
    assert notes(question(), text) == expected


def test_line_breaks_are_kept_and_made_alike() -> None:
    assert question().read("un\r\ndeux\rtrois\n", READING) == "un\ndeux\ntrois"


def test_its_length_is_told_before() -> None:
    assert str(question().instruction()) == "De 3 à 5 mots."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"words": {"least": 60, "most": 50}}, ["words-range"]),
        ({"rubric": [{"criterion": "Arguments", "points": 4}]}, ["rubric-total"]),
        (
            {
                "points": 0.3,
                "rubric": [
                    {"criterion": "Arguments", "points": 0.1},
                    {"criterion": "Accords", "points": 0.2},
                ],
            },
            [],
        ),
    ],
)
def test_limits_make_sense_and_the_rubric_adds_up(
    fields: dict[str, object], expected: list[str]
) -> None:
    assert codes(question(**fields)) == expected
