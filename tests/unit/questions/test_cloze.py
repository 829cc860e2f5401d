"""Gaps that are typed, listed or filled from a bank: the mean of them."""

from fractions import Fraction
from typing import Any

import pytest

from app.questions.base import Verdict, ident
from app.questions.cloze.question import Cloze
from tests.unit.questions.variants import READING, codes, dice, fraction_of, graded, make, notes

BODY = "Zoé {{1}} en 2019 avec trois {{2}} ; {{ 3 }} est boulanger."
GAPS: dict[str, Any] = {
    "1": {"typed": [{"text": "a commencé"}]},
    "2": {"list": [{"text": "ruches", "key": True}, {"text": "roches", "feedback": "Non."}]},
    "3": {"bank": "son frère"},
}


def question(**fields: object) -> Cloze:
    shown = {"body": BODY, "gaps": GAPS, "bank": ["son frère", "sa sœur"], **fields}
    return make(Cloze, **shown)


def answer(typed: str = "", listed: str = "", banked: str = "") -> dict[str, str]:
    parts = {"1": typed, "2": listed and ident(listed), "3": banked and ident(banked)}
    return {name: value for name, value in parts.items() if value}


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        (answer("a commencé", "ruches", "son frère"), Fraction(1)),
        (answer("a commencé", "roches", "son frère"), Fraction(2, 3)),
        (answer("a commencé"), Fraction(1, 3)),
        (answer("", "roches", "sa sœur"), Fraction(0)),
        (answer("commence", "ruches", "sa sœur"), Fraction(1, 3)),
    ],
)
def test_each_gap_is_worth_its_share(given: dict[str, str], fraction: Fraction) -> None:
    assert fraction_of(question(), given) == fraction


@pytest.mark.parametrize(
    ("skill", "fraction"),
    [
        ("détail", Fraction(1)),
        ("vocabulaire", Fraction(5, 6)),  # (1/2 + 1 + 1)/3
        ("grammaire", Fraction(2, 3)),
    ],
)
def test_a_typo_in_a_gap_costs_what_the_skill_says(skill: str, fraction: Fraction) -> None:
    given = answer("a commenccé", "ruches", "son frère")
    assert fraction_of(question(skill=skill), given) == fraction


def test_a_gap_is_right_partly_right_wrong_or_blank() -> None:
    grade = graded(question(skill="vocabulaire"), answer("a commenccé", "roches"))
    assert grade.parts == {"1": Verdict.PARTIAL, "2": Verdict.WRONG, "3": Verdict.BLANK}
    assert grade.feedback == ("Non.",)
    assert grade.category == "0/3"
    assert notes(question(), answer("a commence")) == [
        "Juste, mais attention à l’accent : commencé."
    ]


def test_a_word_of_the_bank_may_serve_twice() -> None:
    one = question(
        body="{{1}} et {{2}}",
        gaps={"1": {"bank": "le"}, "2": {"bank": "le"}},
        bank=["la"],
    )
    assert fraction_of(one, {"1": ident("le"), "2": ident("le")}) == 1
    assert set(one.bank_words().values()) == {"la", "le"}


def test_the_bank_holds_what_a_gap_needs_even_if_it_is_not_listed() -> None:
    assert set(question(bank=["sa sœur"]).bank_words().values()) == {"sa sœur", "son frère"}


def test_lists_and_bank_are_shuffled_and_typed_gaps_have_none() -> None:
    shown = question().shown(dice(3))
    assert shown.keys() == {"2", "bank"}


def test_the_body_is_cut_into_text_and_gaps() -> None:
    assert list(question().pieces()) == [
        ("text", "Zoé "),
        ("gap", "1"),
        ("text", " en 2019 avec trois "),
        ("gap", "2"),
        ("text", " ; "),
        ("gap", "3"),
        ("text", " est boulanger."),
    ]


def test_an_answer_is_told_gap_by_gap() -> None:
    told = question().told(answer("commence", "roches"), READING)
    assert told == ("(1) commence", "(2) roches", "(3) …")


def test_empty_gaps_are_counted() -> None:
    remark = question().remark(answer("a commencé"))
    assert str(remark) == "Il reste des trous à compléter : 2."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"body": BODY + " {{4}}"}, ["gap-undefined"]),
        ({"body": "{{1}} {{2}}"}, ["gap-unused"]),
        ({"body": BODY + " {{3}}"}, ["gap-repeated", "gap-repeated"]),
        ({"gaps": {**GAPS, "3": {}}}, ["gap-kind"]),
        ({"gaps": {**GAPS, "3": {"bank": "lui", "typed": ["elle"]}}}, ["gap-kind"]),
        ({"gaps": {**GAPS, "3": {"list": ["lui", "elle"]}}}, ["no-key"]),
        ({"gaps": {**GAPS, "3": {"typed": [{"text": "lui", "fraction": 0.5}]}}}, ["no-key"]),
        (
            {"gaps": {**GAPS, "3": {"list": [{"text": "lui", "key": True}, "Lui"]}}},
            ["repeated-option"],
        ),
        (
            {"gaps": {**GAPS, "3": {"list": [{"text": t, "key": True} for t in ("lui", "elle")]}}},
            ["two-keys"],
        ),
    ],
)
def test_gaps_and_body_match_and_each_gap_has_its_word(
    fields: dict[str, object], expected: list[str]
) -> None:
    assert codes(question(**fields)) == expected
