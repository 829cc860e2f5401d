"""A quiz: its stored document, its items, its settings."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from app.config import ROOT
from app.domain import quiz as quizzes
from app.domain.quiz import Quiz, Settings, dump, load
from app.domain.scoring import UNITS
from app.formats.native import read_library
from app.questions.base import Mode
from tests.factories import example_quiz

QUIZ = example_quiz()
LIBRARY = [quiz for _, quiz in read_library(ROOT / "quizzes").quizzes]


@pytest.mark.parametrize("quiz", [QUIZ, *LIBRARY], ids=lambda quiz: quiz.id)
def test_a_stored_quiz_is_read_back_as_it_was(quiz: Quiz) -> None:
    assert load(dump(quiz)) == quiz
    assert dump(load(dump(quiz))) == dump(quiz)


def test_a_quiz_read_back_is_marked_alike() -> None:
    again = load(dump(QUIZ))
    for item in again.items:
        key = item.question.key(again.reading)
        if key is not None:
            assert item.question.grade(key, again.reading).fraction == 1


def test_a_stored_quiz_has_its_schema_number() -> None:
    assert json.loads(dump(QUIZ))["schema"] == quizzes.SCHEMA


def test_an_older_document_is_upgraded_one_number_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once, made up: titles were called names; then, the level stood in the settings."""

    def name_becomes_title(quiz: dict[str, Any]) -> dict[str, Any]:
        return {**{key: value for key, value in quiz.items() if key != "name"}} | {
            "title": quiz["name"]
        }

    def level_leaves_settings(quiz: dict[str, Any]) -> dict[str, Any]:
        settings = dict(quiz["settings"])
        return quiz | {"level": settings.pop("level"), "settings": settings}

    monkeypatch.setattr(quizzes, "SCHEMA", 3)
    monkeypatch.setattr(quizzes, "UPGRADES", {1: name_becomes_title, 2: level_leaves_settings})

    newest = json.loads(dump(QUIZ))["quiz"]
    second = {key: value for key, value in newest.items() if key != "level"}
    second["settings"] = {**newest["settings"], "level": newest["level"]}
    first = {key: value for key, value in second.items() if key != "title"}
    first["name"] = newest["title"]

    assert load(json.dumps({"schema": 1, "quiz": first})) == QUIZ
    assert load(json.dumps({"schema": 2, "quiz": second})) == QUIZ
    assert load(json.dumps({"schema": 3, "quiz": newest})) == QUIZ


def test_there_is_an_upgrade_from_every_older_number() -> None:
    assert sorted(quizzes.UPGRADES) == list(range(1, quizzes.SCHEMA))


def test_a_document_of_a_newer_program_is_refused_rather_than_guessed() -> None:
    newer = json.loads(dump(QUIZ))["quiz"] | {"audio": "texte.mp3"}
    with pytest.raises(ValidationError):
        load(json.dumps({"schema": quizzes.SCHEMA, "quiz": newer}))


def test_items_are_numbered_from_one_and_add_up() -> None:
    assert [item.number for item in QUIZ.items] == list(range(1, 11))
    assert QUIZ.by_id["avis"].number == 10
    assert QUIZ.max_units == 15 * UNITS


def test_each_sentence_knows_what_it_proves() -> None:
    proved = {s: [item.question.id for item in items] for s, items in QUIZ.proves().items()}
    assert proved["p1s1"] == ["sujet"]
    assert proved["p1s2"] == ["arrivee", "definitions", "ordre", "courage"]
    assert set(proved) == set(QUIZ.reading.sentence_ids)


@pytest.mark.parametrize(
    ("glossary", "exam", "training"),
    [("training", False, True), ("always", True, True), ("never", False, False)],
)
def test_the_glossary_is_off_in_exams_unless_the_quiz_says_otherwise(
    glossary: str, *, exam: bool, training: bool
) -> None:
    settings = Settings.model_validate({"glossary": glossary})
    shown: dict[Mode, bool] = {"exam": exam, "training": training}
    assert {mode: settings.shows_glossary(mode) for mode in shown} == shown


def test_a_quiz_lasts_what_it_says_or_what_reading_twice_takes() -> None:
    assert QUIZ.minutes == 20
    unlimited = QUIZ.model_copy(update={"settings": Settings()})
    words = unlimited.reading.word_count
    assert unlimited.minutes == round(2 * words / 180 + 10) == 10


def test_two_questions_with_one_id_are_a_problem_in_its_place() -> None:
    first, second, *rest = QUIZ.questions
    twice = QUIZ.model_copy(
        update={"questions": (first, second.model_copy(update={"id": first.id}), *rest)}
    )
    assert [(p.code, p.path) for p in twice.problems()] == [("repeated-id", ("questions", 1, "id"))]
    assert list(QUIZ.problems()) == []
