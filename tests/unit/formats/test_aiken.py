"""Aiken: a question, its lettered options, the letter of the right one; good ones beside bad."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.quiz import Quiz
from app.errors import Problem
from app.formats.aiken import FORMAT
from app.formats.base import ImportResult, Upload
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from tests.factories import example_quiz


def read(source: str | bytes, name: str = "essai.txt") -> ImportResult:
    data = source if isinstance(source, bytes) else source.encode()
    assert FORMAT.read is not None
    result = FORMAT.read(Upload(data, name))
    for problem in [*result.problems, *result.losses]:
        assert str(problem.message)
        assert problem.file == name
    return result


def places(problems: list[Problem]) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


GOOD = "Où vit l’ours ?\nA. à la mer\nB. en forêt\nC. en ville\nANSWER: B\n"


def test_a_question_has_its_options_and_its_key() -> None:
    result = read(GOOD)
    assert result.problems == []
    (question,) = result.questions
    assert (question.type, question.prompt) == ("single_choice", "Où vit l’ours ?")
    assert question.outline() == {
        "choices": ["à la mer", "en forêt", "en ville"],
        "correct": [1],
        "weights": [0.0, 1.0, 0.0],
    }


@pytest.mark.parametrize(
    "source",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(". ", ") "),
        GOOD.replace(". ", ")"),
        GOOD.replace("\nA.", "\n\nA.").replace("\nANSWER", "\n\nANSWER"),
        GOOD.replace("A. ", "  A.\t"),
        GOOD.replace("ANSWER: B", "ANSWER:B"),
        GOOD.replace("ANSWER: B", "ANSWER : B."),
        GOOD.replace("ANSWER: B", "ANSWER: B) en forêt"),
        GOOD.replace("ANSWER: B", "RÉPONSE : B"),
        GOOD.replace("ANSWER: B", "Réponse: B"),
        GOOD.replace("ANSWER: B", "REPONSE : en forêt"),
        "\ufeff" + GOOD,
    ],
)
def test_ways_to_write_it_that_change_nothing(source: str) -> None:
    result = read(source)
    assert result.problems == []
    assert result.questions[0].outline() == read(GOOD).questions[0].outline()


def test_small_letters_are_read_and_told() -> None:
    result = read("Où ?\na) ici\nb) là\nanswer: b\n")
    assert result.questions[0].outline()["correct"] == [1]
    assert places(result.problems) == [("small-letter", 2, 1)]
    result = read("Où ?\nA) ici\nB) là\nANSWER: b\n")
    assert places(result.problems) == [("small-letter", 4, 9)]


def test_a_text_may_run_over_several_lines() -> None:
    result = read("Zoé rit.\nPourquoi ?\nA. parce que\nle chien danse\nB. pour rien\nANSWER: A")
    assert result.questions[0].prompt == "Zoé rit.\nPourquoi ?"
    assert result.questions[0].outline()["choices"] == ["parce que le chien danse", "pour rien"]


def test_a_question_may_begin_like_an_option() -> None:
    result = read("U. Eco est :\nA. auteur\nB. acteur\nANSWER: A")
    assert result.questions[0].prompt == "U. Eco est :"


def test_several_letters_make_a_multiple_response() -> None:
    result = read("Lesquels ?\nA. a\nB. b\nC. c\nANSWER: A, C")
    assert result.questions[0].type == "multiple_response"
    assert result.questions[0].outline()["correct"] == [0, 2]
    assert places(result.problems) == [("several-keys", 1, 1)]


@pytest.mark.parametrize(
    ("bad", "code", "line", "column"),
    [
        ("Qui ?\nA. Zoé\nB. Ali", "no-answer", 9, 1),
        ("Qui ?\nA. Zoé\nB. Ali\nANSWER: D", "bad-letter", 10, 9),
        ("Qui ?\nA. Zoé\nB. Ali\nANSWER:", "bad-letter", 10, 8),
        ("Qui ?\nA. Zoé\nB. Ali\nANSWER: Marie", "bad-letter", 10, 9),
        ("Qui ?\nA. Zoé\nANSWER: A", "few-options", 7, 1),
        ("Qui ?\nA. Zoé\nC. Ali\nB. Eva\nANSWER: A", "letters-order", 9, 1),
        ("Qui ?\nA. Zoé\n A. Ali\nANSWER: A", "letters-order", 9, 2),
        ("A. Zoé\nB. Ali\nANSWER: A", "missing", 7, 1),
    ],
)
def test_a_bad_question_is_told_in_its_place_and_its_neighbours_are_kept(
    bad: str, code: str, line: int, column: int
) -> None:
    result = read(f"{GOOD}\n{bad}\n\n{GOOD}")
    assert (code, line, column) in places(result.errors)
    assert len(result.questions) == 2
    assert len(result.items) == 3
    assert result.items[1].question is None
    hints = [problem.hint for problem in result.errors if problem.code == code != "missing"]
    assert all(hints)


def test_a_missing_answer_costs_no_question_even_without_a_blank_line() -> None:
    result = read(f"Qui ?\nA. Zoé\nB. Ali\n{GOOD}")
    assert places(result.errors)[-1] == ("no-answer", 3, 1)
    assert [question.prompt for question in result.questions] == ["Où vit l’ours ?"]


def test_a_stray_line_is_a_loss_and_a_stray_text_is_a_text_to_read() -> None:
    result = read(f"Interrogation n° 3\n\n{GOOD}")
    assert [(loss.code, loss.line) for loss in result.losses] == [("stray", 1)]
    text = "Chaque hiver, le village ouvre son marché. " * 4
    result = read(f"Le marché\n\n{text}\n\n{text}\n\n{GOOD}")
    (passage,) = result.passages
    assert (passage.title, len(passage.paragraphs)) == ("Le marché", 2)
    assert result.losses == []
    assert len(result.questions) == 1


def test_windows_files_keep_their_accents() -> None:
    result = read(GOOD.replace("forêt", "cœur").encode("cp1252"))
    assert result.questions[0].outline()["choices"][1] == "en cœur"
    assert [problem.code for problem in result.problems] == ["encoding"]


@pytest.mark.parametrize("source", [GOOD, "Où ?\na) ici\nb) là\nRéponse : b\n", f"Titre\n\n{GOOD}"])
def test_it_is_recognised_by_its_content(source: str) -> None:
    assert FORMAT.recognises(Upload(source.encode(), "sans-nom"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cher ami,\n\nvoici ma réponse : A bientôt !\n",
        "A. Un plan\nB. Un autre\n\nLa suite.\nAnswer: none\n",
        "Qui ?\n{=a ~b}\n",
        "1.  Qui ?\na)  Zoé\n*b) Ali\n",
        "<p>A. x</p>\nANSWER: A",
        "Question;A;B\nANSWER: A;B;C\n",
    ],
)
def test_prose_and_other_formats_are_not_taken_for_it(text: str) -> None:
    assert not FORMAT.recognises(Upload(text.encode(), "essai.aiken"))


# Writing.


QUIZ = example_quiz()


def quiz_of(question: Question) -> Quiz:
    fields = {name: getattr(QUIZ, name) for name in Quiz.model_fields}
    return Quiz.model_validate({**fields, "questions": [question]})


LINE = st.text(alphabet="aABé1 .):ANSWER’\n", min_size=1, max_size=15).filter(
    lambda text: bool(text.strip())
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    texts = draw(
        st.lists(LINE, min_size=2, max_size=6, unique_by=lambda t: " ".join(t.casefold().split()))
    )
    key = draw(st.integers(0, len(texts) - 1))
    raw: dict[str, Any] = {
        "id": "q",
        "type": "single_choice",
        "skill": "détail",
        "prompt": draw(LINE),
        "choices": [{"text": text, "key": n == key} for n, text in enumerate(texts)],
    }
    return QUESTION_TYPES["single_choice"].model_validate(raw)


@given(questions())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(question: Question) -> None:
    assert FORMAT.write is not None
    export = FORMAT.write(quiz_of(question), lambda _: None)
    assert [loss.code for loss in export.losses] == ["header"]
    result = read(export.data)
    assert result.errors == []
    (again,) = result.questions
    assert again.outline()["correct"] == question.outline()["correct"]
    folded = [" ".join(text.split()) for text in question.outline()["choices"]]
    assert again.outline()["choices"] == folded
    assert " ".join(question.prompt.split()) in again.prompt


def test_other_types_and_comments_are_losses_with_the_number_of_their_question() -> None:
    assert FORMAT.write is not None
    quiz = example_quiz()
    export = FORMAT.write(quiz, lambda _: None)
    lost = [loss for loss in export.losses if loss.code == "question"]
    assert len(lost) == sum(question.type != "single_choice" for question in quiz.questions)
    assert "La question 2 " in str(lost[0].message)
    assert any(loss.code == "feedback" for loss in export.losses)
    assert [q.type for q in read(export.data).questions] == ["single_choice"]


# Whatever comes.


@given(st.text(alphabet="ABab.): \nANSWER1é", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_raising(text: str) -> None:
    result = read(text)
    lines = text.split("\n")
    for problem in result.problems:
        assert problem.line <= len(lines)
        assert problem.code == "no-question" or problem.line >= 1
    assert result.items or result.errors


def steps(text: str) -> int:
    """The lines of our code that are run to read a text."""
    count = 0

    def tracing(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return tracing

    sys.settrace(tracing)
    try:
        read(text)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("unit", ["A. x\n", "mot\n", "mot\n\n", "Q\nA. x\n", "ANSWER: A\n", GOOD])
def test_twice_the_file_is_twice_the_work(unit: str) -> None:
    few, many = steps(unit * 40), steps(unit * 80)
    assert many <= 2.3 * few


# Files in which something is missing.


def test_a_file_without_any_answer_is_told_what_is_missing() -> None:
    source = "Qui parle ?\nA. Zoé\nB. Ali\n\nOù ?\nA. ici\nB. là\n"
    assert FORMAT.recognises(Upload(source.encode(), "essai.txt"))
    result = read(source)
    assert result.questions == []
    assert [problem.code for problem in result.errors] == ["no-answer", "no-answer"]


@pytest.mark.parametrize(
    "text",
    [
        "A. Un plan\nB. Un autre\n",
        "Le plan\n\nA. Un plan\nB. Un autre\n\nUne suite.\n\nUne fin.\n",
        "Une question\nB. Un autre\n",
    ],
)
def test_a_plan_with_letters_is_no_question(text: str) -> None:
    assert not FORMAT.recognises(Upload(text.encode(), "plan.txt"))
