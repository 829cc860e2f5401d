"""One key among several choices: right or wrong."""

import pytest

from app.questions.base import Verdict
from app.questions.single_choice.question import SingleChoice
from tests.unit.questions.variants import READING, codes, dice, fraction_of, graded, make

HIVER, PARIS, PAIN = "D’un marché d’hiver", "D’un voyage à Paris", "Du pain"


def question(**fields: object) -> SingleChoice:
    choices = [
        {"text": HIVER, "key": True, "feedback": "Oui."},
        {"text": PARIS, "feedback": "Paris n’est pas cité."},
        {"text": PAIN},
    ]
    return make(SingleChoice, **{"choices": choices, **fields})


def id_of(one: SingleChoice, text: str) -> str:
    return next(choice.id for choice in one.choices if choice.text == text)


@pytest.mark.parametrize(("text", "fraction"), [(HIVER, 1), (PARIS, 0), (PAIN, 0)])
def test_the_key_earns_all_and_a_distractor_nothing(text: str, fraction: int) -> None:
    one = question()
    assert fraction_of(one, id_of(one, text)) == fraction


def test_a_choice_has_its_own_feedback() -> None:
    one = question()
    grade = graded(one, id_of(one, PARIS))
    assert grade.verdict is Verdict.WRONG
    assert grade.feedback == ("Paris n’est pas cité.",)
    assert grade.category == id_of(one, PARIS)
    assert one.told(id_of(one, PARIS), READING) == (PARIS,)


def test_the_distractors_that_tempt_are_those_not_chosen_that_say_why() -> None:
    one = question()
    assert [choice.text for choice in one.tempting(id_of(one, HIVER))] == [PARIS]
    assert one.tempting(id_of(one, PARIS)) == ()


def test_ids_do_not_move_with_the_choices_nor_with_spaces() -> None:
    one = question()
    other = question(choices=[PAIN, f" {PARIS} ", {"text": HIVER.replace(" ", "  "), "key": True}])
    assert {choice.id for choice in one.choices} == {choice.id for choice in other.choices}


def test_ids_betray_neither_the_key_nor_the_order() -> None:
    one = question()
    assert all(len(choice.id) == 8 for choice in one.choices)
    assert [choice.id for choice in one.choices] != sorted(choice.id for choice in one.choices)


def test_choices_that_have_an_order_keep_it() -> None:
    one = question(shuffle=False)
    assert one.shown(dice(1))["choices"] == [choice.id for choice in one.choices]


def test_a_guesser_has_as_many_options_as_there_are_choices() -> None:
    assert question().options() == 3


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (["oui", "non"], ["no-key"]),
        ([{"text": "oui", "key": True}, {"text": "non", "key": True}], ["two-keys"]),
        ([{"text": "oui", "key": True}, "non", "Non"], ["repeated-option"]),
        ([{"text": "à lui", "key": True}, "à  lui"], ["repeated-option"]),
        (
            [{"text": "oui", "key": True, "id": "a"}, {"text": "non", "id": "a"}],
            ["repeated-option"],
        ),
        ([{"text": "oui", "key": True}, "non"], []),
    ],
)
def test_a_question_has_one_key_and_no_choice_twice(
    choices: list[object], expected: list[str]
) -> None:
    assert codes(question(choices=choices)) == expected


def test_each_key_too_many_is_shown_in_its_place() -> None:
    one = question(choices=[{"text": text, "key": True} for text in "abc"])
    assert [p.path for p in one.problems()] == [("choices", 1, "key"), ("choices", 2, "key")]


def test_a_second_choice_that_earns_all_is_as_right_as_the_key() -> None:
    one = question(
        choices=[
            {"text": "l’hiver", "key": True},
            {"text": "la saison froide", "weight": 1, "feedback": "Aussi."},
            "l’été",
        ]
    )
    synonym = one.choices[1].id
    assert codes(one) == []
    assert fraction_of(one, synonym) == 1
    assert graded(one, synonym).parts == {synonym: Verdict.RIGHT}
    assert one.outline()["correct"] == [0, 1]
    assert one.tempting(None) == ()


def test_a_general_comment_follows_that_of_the_choice() -> None:
    one = question(
        choices=[{"text": "oui", "key": True}, {"text": "non", "feedback": "Relisez."}],
        feedback={"right": "Bravo.", "wrong": "C’était oui."},
    )
    right, wrong = (choice.id for choice in one.choices)
    assert graded(one, right).feedback == ("Bravo.",)
    assert graded(one, wrong).feedback == ("Relisez.", "C’était oui.")


@pytest.mark.parametrize(
    ("choices", "severity"),
    [
        ([{"text": "oui", "key": True}, "non", "non"], "warning"),
        ([{"text": "Pas", "key": True}, "pas"], "warning"),
        ([{"text": "oui", "key": True}, "non", "oui"], "error"),
    ],
)
def test_a_choice_written_twice_is_an_error_where_one_of_the_two_is_right(
    choices: list[object], severity: str
) -> None:
    one = question(choices=choices)
    assert [problem.severity for problem in one.problems()] == [severity]
    assert len(one.by_id) == len(choices)
