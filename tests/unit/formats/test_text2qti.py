"""text2qti's plain text: every element of its documentation, and what does not follow it."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Problem
from app.formats.base import ImportResult, Upload
from app.formats.text2qti import FORMAT
from app.questions.base import Question
from tests.unit.questions.variants import graded


def read(source: str | bytes, name: str = "essai.txt") -> ImportResult:
    data = source if isinstance(source, bytes) else source.encode()
    assert FORMAT.read is not None
    result = FORMAT.read(Upload(data, name))
    for problem in [*result.problems, *result.losses]:
        assert str(problem.message)
        assert problem.file == name
    return result


def one(source: str) -> Question:
    """The only question of a file in which nothing is wrong."""
    result = read(source)
    assert [problem for problem in result.problems if problem.code != "no-distractor"] == []
    (question,) = result.questions
    return question


def places(problems: list[Problem]) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


CHOICE = "1.  Où vit l’ours ?\na)  à la mer\n*b) en forêt\nc)  en ville\n"


def test_lettered_choices_are_a_single_choice() -> None:
    question = one(CHOICE)
    assert (question.type, question.prompt) == ("single_choice", "Où vit l’ours ?")
    assert question.outline()["choices"] == ["à la mer", "en forêt", "en ville"]
    assert question.outline()["correct"] == [1]


def test_boxes_are_a_multiple_response() -> None:
    question = one("1.  Lesquels ?\n[*] pomme\n[ ] chou\n[*] poire\n[] sel\n")
    assert question.type == "multiple_response"
    assert question.outline()["correct"] == [0, 2]


def test_stars_are_texts_to_type() -> None:
    question = one("3. Qui ?\n*   Zoé\n*   la boulangère\n")
    assert question.outline()["correct"] == ["Zoé", "la boulangère"]


@pytest.mark.parametrize(
    ("written", "value", "tolerance"),
    [
        ("5", 5, 0),
        ("3.14 +- 0.01", 3.14, 0.01),
        ("200 +- 5%", 200, 10),
        ("[1, 4]", 2.5, 1.5),
        ("1_000", 1000, 0),
        ("-1.5e3 +- 0", -1500, 0),
    ],
)
def test_an_equals_sign_is_a_number(written: str, value: float, tolerance: float) -> None:
    question = one(f"1.  Combien ?\n=   {written}\n")
    assert question.type == "numeric"
    assert question.outline()["correct"] == [{"value": value, "tolerance": tolerance}]


def test_a_rule_is_a_text_to_write_and_a_file_to_send_is_a_loss() -> None:
    assert one("1.  Racontez.\n____\n").type == "essay"
    result = read(f"{CHOICE}2.  Envoyez.\n^^^^\n")
    assert [question.type for question in result.questions] == ["single_choice"]
    assert places(result.losses) == [("upload", 5, 1)]


@pytest.mark.parametrize(("right", "wrong"), [("True", "False"), ("vrai", "Faux")])
def test_two_verdicts_are_true_or_false(right: str, wrong: str) -> None:
    question = one(f"1.  Il dort.\n+   Bravo.\na)  {wrong}\n... Non.\n*b) {right}\n... Si.\n")
    assert (question.type, question.outline()["correct"]) == ("true_false", True)
    assert graded(question, {"verdict": "true"}).feedback == ("Si. Bravo.",)
    assert graded(question, {"verdict": "false"}).feedback == ("Non.",)


def test_comments_follow_the_question_or_a_choice() -> None:
    question = one(
        "1.  Qui ?\n... Voir §2.\n+   Bravo.\n-   Relisez.\n*a) Zoé\n... C’est elle.\nb)  Ali\n"
    )
    right, wrong = (choice.id for choice in question.authored_choices())
    assert graded(question, right).feedback == ("C’est elle.", "Voir §2. Bravo.")
    assert graded(question, wrong).feedback == ("Voir §2. Relisez.",)


def test_what_is_indented_goes_on_and_is_markdown() -> None:
    question = one(
        "1.  Que veut dire\n    *hardi*,\n\n    d’après **le texte** ?\n"
        "*a) `sans`\n    peur\nb)  [peureux](http://exemple.fr)\n"
    )
    assert question.prompt == "Que veut dire hardi,\nd’après le texte ?"
    assert "<em>hardi</em>" in question.prompt_html
    assert question.outline()["choices"] == ["sans peur", "peureux"]


def test_the_title_of_the_quiz_is_kept_and_points_count() -> None:
    result = read(
        f"Quiz title: Le loup\nQuiz description: Un *conte*\n\nPoints: 2.5\n{CHOICE}{CHOICE}"
    )
    assert result.header == {"title": "Le loup", "description": "Un conte"}
    assert [question.points for question in result.questions] == [2.5, 1]


def test_a_group_is_a_loss_that_keeps_its_questions_and_their_points() -> None:
    result = read(f"GROUP\npick: 1\npoints per question: 3\n\n{CHOICE}{CHOICE}END_GROUP\n{CHOICE}")
    assert [question.points for question in result.questions] == [3, 3, 1]
    assert places(result.losses) == [("group", 1, 1)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Title: Un\n", "title"),
        ("shuffle answers: true\n", "option"),
        ("Text: Lisez bien.\n", "text"),
        ("```{.python .run}\nprint(1)\n1. x\n```\n", "code"),
    ],
)
def test_what_cannot_be_carried_is_a_loss_in_its_place(written: str, code: str) -> None:
    result = read(f"{CHOICE}\n{written}{CHOICE}")
    assert places(result.losses) == [(code, 6, 1)]
    assert len(result.questions) == 2


def test_a_solution_and_the_comment_of_an_essay_are_losses() -> None:
    result = read("1.  Racontez.\n... Aidez-vous du texte.\n!   Un modèle.\n____\n")
    assert {loss.code for loss in result.losses} == {"solution", "essay-feedback"}


def test_a_long_text_region_is_a_text_to_read() -> None:
    text = "Chaque hiver, le village ouvre son marché. " * 4
    result = read(f"Text title: Le marché\nText: {text}\n\n    {text}\n\n{CHOICE}")
    (passage,) = result.passages
    assert (passage.title, len(passage.paragraphs)) == ("Le marché", 2)
    assert result.losses == []


def test_comments_of_the_author_are_left_out() -> None:
    result = read(f"% note\n{CHOICE}% fin\nCOMMENT\n2. rien\nEND_COMMENT\n{CHOICE}")
    assert len(result.items) == 2
    assert result.problems == []


@pytest.mark.parametrize(
    ("bad", "code", "line"),
    [
        ("2.  Qui ?\n", "no-response", 5),
        ("2.  Qui ?\n*a) Zoé\n=   3\n", "mixed", 5),
        ("2.  Combien ?\n=   beaucoup\n", "not-a-number", 6),
        ("2.  Qui ?\na)  Zoé\nb)  Ali\n", "no-key", 5),
        ("2.  Qui ?\n*a) Zoé\n", "too-short", 5),
    ],
)
def test_a_bad_question_is_told_in_its_place_and_its_neighbours_are_kept(
    bad: str, code: str, line: int
) -> None:
    result = read(CHOICE + bad + CHOICE)
    assert (code, line, 1) in places(result.errors)
    assert len(result.questions) == 2
    assert len(result.items) == 3


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        (f"{CHOICE}a)  Zoé\n".replace("1.", "Points: zéro\n1."), "points", 2),
        ("1.  Qui\nparle ?\n*a) Zoé\nb)  Ali\n", "not-indented", 2),
        (f"Bonjour.\n{CHOICE}", "stray", 1),
        (f"a)  rien\n{CHOICE}", "stray", 1),
        ("1.  Qui ?\n*a) Zoé\n*b) Eva\nc)  Ali\n", "several-keys", 3),
    ],
)
def test_what_is_guessed_is_told(written: str, code: str, line: int) -> None:
    result = read(written)
    assert (code, line, 1) in places(result.problems)
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    "source",
    [
        CHOICE,
        "1.  Lesquels ?\n[*] a\n[ ] b\n",
        "1.  Combien ?\n=   3\n",
        "Quiz title: x\n\n1.  Qui ?\n*   Zoé\n",
    ],
)
def test_it_is_recognised_by_its_content(source: str) -> None:
    assert FORMAT.recognises(Upload(source.encode(), "sans-nom"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Prendre le pain.\n2. Le couper.\n",
        "1. Nom :\n________\n2. Date :\n________\n",
        "1. Un titre\n* un point\n* un autre\n",
        "# Titre\n\n- [ ] à faire\n- [x] fait\n\n1. un\n",
        "1. Qui ?\na) Zoé\nb) Ali\nANSWER: A\n",
        "::Q1::1. Qui ? {=Zoé ~Ali}\n",
        "<p>1. x</p>\n*a) b",
        "total\n=   3\n",
    ],
)
def test_prose_and_other_formats_are_not_taken_for_it(text: str) -> None:
    assert not FORMAT.recognises(Upload(text.encode(), "essai.txt"))


@given(st.text(alphabet="12.ab)*[] =+-_^\n%!ÉTitle:GROUP`", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_raising(text: str) -> None:
    result = read(text)
    lines = text.split("\n")
    assert all(problem.line <= len(lines) for problem in result.problems)
    assert result.items or result.problems


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


@pytest.mark.parametrize(
    "unit", ["a)  x\n", "*   x\n", "1. x\n", "... x\n", "mot\n", " mot\n", "%\n", "=   1\n", CHOICE]
)
def test_twice_the_file_is_twice_the_work(unit: str) -> None:
    few, many = steps("1. Q\n" + unit * 40), steps("1. Q\n" + unit * 80)
    assert many <= 2.3 * few
