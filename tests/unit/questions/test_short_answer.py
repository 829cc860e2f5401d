"""A word or a few, typed, judged by what the question is about."""

from fractions import Fraction

import pytest

from app.questions.short_answer.question import ShortAnswer
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make, notes


def question(*answers: object, skill: str = "détail", **fields: object) -> ShortAnswer:
    return make(ShortAnswer, answers=answers, skill=skill, **fields)


@pytest.mark.parametrize(
    ("typed", "comprehension", "vocabulary", "grammar"),
    [
        ("forêt", Fraction(1), Fraction(1), Fraction(1)),
        ("  FORÊT. ", Fraction(1), Fraction(1), Fraction(1)),
        ("foret", Fraction(1), Fraction(1), Fraction(0)),  # the accent
        ("forrêt", Fraction(1), Fraction(1, 2), Fraction(0)),  # a typo
        ("force", Fraction(0), Fraction(0), Fraction(0)),  # another word
        ("montagne", Fraction(0), Fraction(0), Fraction(0)),
    ],
)
def test_a_slip_costs_what_the_skill_says(
    typed: str, comprehension: Fraction, vocabulary: Fraction, grammar: Fraction
) -> None:
    assert fraction_of(question("forêt", skill="inférence"), typed) == comprehension
    assert fraction_of(question("forêt", skill="vocabulaire"), typed) == vocabulary
    assert fraction_of(question("forêt", skill="grammaire"), typed) == grammar


@pytest.mark.parametrize(
    ("skill", "typed", "expected"),
    [
        ("détail", "ou", ["Juste, mais attention à l’accent : où."]),
        ("grammaire", "ou", ["L’accent compte ici : où."]),
        ("détail", "où", []),
        ("détail", "ailleurs", []),
    ],
)
def test_an_accent_is_named(skill: str, typed: str, expected: list[str]) -> None:
    assert notes(question("où", skill=skill), typed) == expected


def test_a_typo_and_another_word_are_named() -> None:
    assert notes(question("semi-conducteur"), "semi-conductteur") == [
        "Presque : une faute de frappe dans « semi-conducteur »."
    ]
    assert notes(question("poisson"), "poison") == ["C’est un autre mot."]


def test_a_text_may_be_worth_a_part_and_say_why() -> None:
    one = question("ruche", {"text": "ruches", "fraction": 0.5, "feedback": "Au singulier."})
    grade = graded(one, "ruches")
    assert grade.fraction == Fraction(1, 2)
    assert grade.feedback == ("Au singulier.",)


def test_a_part_and_a_slip_multiply() -> None:
    one = question("ruche", {"text": "habitation", "fraction": 0.5}, skill="vocabulaire")
    assert fraction_of(one, "habitattion") == Fraction(1, 4)


def test_a_third_is_a_third() -> None:
    one = question("ruche", {"text": "maison", "fraction": 0.333})
    assert fraction_of(one, "maison") == Fraction(1, 3)


@pytest.mark.parametrize(
    ("right", "mistake"),
    [
        ("poisson", "poison"),  # another word
        ("où", "ou"),  # an accent, which keeps the mark where nothing is foreseen
        ("Nvidia", "Nvida"),  # a typo, likewise
        ("Huawei", "DeepSeek"),
    ],
)
def test_a_foreseen_mistake_earns_nothing_and_keeps_its_feedback(right: str, mistake: str) -> None:
    one = question(right, {"text": mistake, "fraction": 0, "feedback": "Relisez la phrase."})
    grade = graded(one, mistake)
    assert grade.fraction == 0
    assert grade.feedback == ("Relisez la phrase.",)
    assert fraction_of(one, right) == 1


def test_a_slip_in_a_right_answer_is_not_taken_for_a_foreseen_mistake() -> None:
    one = question("accélération", {"text": "accélérateur", "fraction": 0, "feedback": "Non."})
    assert fraction_of(one, "acélération") == 1
    assert graded(one, "accélérateurr").feedback == ()


def test_the_best_paid_of_two_near_texts_wins() -> None:
    one = question({"text": "semi-conducteurs", "fraction": 0.5}, "semi-conducteur")
    assert fraction_of(one, "semi-conductteur") == 1
    assert fraction_of(one, "semi-conducteurs") == Fraction(1, 2)


@pytest.mark.parametrize(
    ("compare", "typed", "fraction"),
    [
        ({"accents": "strict"}, "foret", 0),
        ({"accents": "ignore"}, "foret", 1),
        ({"typos": "none"}, "forrêt", 0),
        ({"case": "strict"}, "Forêt", 0),
        ({"articles": "ignore"}, "la forêt", 1),
        ({"articles": "strict"}, "la forêt", 0),
    ],
)
def test_an_author_may_compare_otherwise(
    compare: dict[str, str], typed: str, fraction: int
) -> None:
    assert fraction_of(question("forêt", compare=compare), typed) == fraction


def test_general_feedback_stands_in_where_a_text_has_none() -> None:
    one = question("ruche", feedback={"right": "Bien lu.", "wrong": "Relisez."})
    assert graded(one, "ruche").feedback == ("Bien lu.",)
    assert graded(one, "caisse").feedback == ("Relisez.",)


@pytest.mark.parametrize(
    ("skill", "told"),
    [
        ("détail", "Une faute de frappe ou d’accent ne coûte rien"),
        ("vocabulaire", "Une faute de frappe coûte la moitié"),
        ("grammaire", "L’orthographe compte, accents compris."),
    ],
)
def test_what_a_slip_costs_is_said_before(skill: str, told: str) -> None:
    assert str(question("ruche", skill=skill).marking("exam")).startswith(told)


def test_an_answer_is_told_as_it_was_typed() -> None:
    assert question("ruche").told(" Une  ruche", READING) == (" Une  ruche",)


def test_one_text_earns_everything() -> None:
    assert codes(question({"text": "ruche", "fraction": 0.5})) == ["no-key"]
    assert codes(question("ruche")) == []
    assert question({"text": "essaim", "fraction": 0.5}, "ruche").key(READING) == "ruche"
