"""Each left side finds its right side."""

from fractions import Fraction

import pytest

from app.questions.base import Verdict, ident
from app.questions.matching.question import Matching
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make

PAIRS = [["aube", "matin"], ["ruche", "abeilles"], ["miel", "sucre"], ["marché", "vente"]]


def question(**fields: object) -> Matching:
    return make(Matching, **{"pairs": PAIRS, "distractors": ["soir", "pluie"], **fields})


def answer(**pairs: str) -> dict[str, str]:
    return {ident(left): ident(right) for left, right in pairs.items()}


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        ({"aube": "matin", "ruche": "abeilles", "miel": "sucre", "marché": "vente"}, Fraction(1)),
        ({"aube": "matin", "ruche": "abeilles", "miel": "sucre", "marché": "soir"}, Fraction(3, 4)),
        ({"aube": "matin", "ruche": "sucre", "miel": "abeilles"}, Fraction(1, 4)),
        ({"aube": "soir"}, Fraction(0)),
        ({"aube": "matin", "ruche": "matin"}, Fraction(1, 4)),
    ],
)
def test_each_right_pair_is_worth_its_share(given: dict[str, str], fraction: Fraction) -> None:
    assert fraction_of(question(), answer(**given)) == fraction


def test_a_pair_is_right_wrong_or_blank() -> None:
    grade = graded(question(), answer(aube="matin", ruche="soir"))
    assert [verdict.value for verdict in grade.parts.values()] == [
        "right",
        "wrong",
        "blank",
        "blank",
    ]
    assert grade.verdict is Verdict.PARTIAL
    assert grade.category == "1/4"


def test_only_the_pairs_that_are_missed_are_explained() -> None:
    pairs = [
        {"left": "aube", "right": "matin", "feedback": "Le soleil se lève."},
        {"left": "ruche", "right": "abeilles", "feedback": "Elles y vivent."},
    ]
    one = question(pairs=pairs, feedback={"wrong": "Relisez le glossaire."})
    assert graded(one, answer(aube="matin")).feedback == (
        "Elles y vivent.",
        "Relisez le glossaire.",
    )


def test_two_left_sides_may_share_a_right_side() -> None:
    one = question(pairs=[["miel", "nom"], ["ruche", "nom"], ["froid", "adjectif"]])
    assert fraction_of(one, answer(miel="nom", ruche="nom", froid="nom")) == Fraction(2, 3)
    assert len(one.rights()) == 4  # two, and two that are surplus


def test_an_answer_is_told_pair_by_pair() -> None:
    told = question().told(answer(aube="matin"), READING)
    assert told == ("aube → matin", "ruche → …", "miel → …", "marché → …")


def test_missing_partners_are_counted() -> None:
    remark = question().remark(answer(aube="matin"))
    assert str(remark) == "Il reste des lignes à associer : 3."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"distractors": []}, ["no-distractor"]),
        ({"distractors": ["matin"]}, ["no-distractor"]),
        ({"pairs": [["aube", "matin"], ["Aube", "soleil"]]}, ["repeated-option"]),
    ],
)
def test_something_is_surplus_and_nothing_stands_twice_on_the_left(
    fields: dict[str, object], expected: list[str]
) -> None:
    assert codes(question(**fields)) == expected


def test_a_last_pair_that_can_be_guessed_is_only_a_warning() -> None:
    assert [p.severity for p in question(distractors=[]).problems()] == ["warning"]


def test_long_right_sides_do_not_fit_in_a_list() -> None:
    assert not question().long
    assert question(distractors=["x" * 41]).long
