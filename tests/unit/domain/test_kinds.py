"""A question turned into another kind keeps what makes sense there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.kinds import blank, change_kind
from app.domain.writing import read_question
from app.questions import QUESTION_TYPES

Raw = dict[str, Any]
WRITTEN: Raw = {"id": "essai", "skill": "détail", "prompt": "Combien de ruches ?"}
CHOICES = [
    {"id": "a", "text": "3", "key": True, "feedback": "Oui."},
    {"text": "4", "feedback": "Relisez."},
    "5",
]


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_new_question_lacks_only_what_is_to_be_written(kind: str) -> None:
    _, problems = read_question({**blank(kind), "id": "essai"})
    assert {problem.code for problem in problems} == {"missing"}
    assert ("prompt",) in {problem.path for problem in problems}


def test_one_choice_and_several_share_their_choices() -> None:
    raw = {**WRITTEN, "type": "single_choice", "choices": CHOICES, "shuffle": False}
    several = change_kind(raw, "multiple_response")
    assert several["choices"] == [CHOICES[0], CHOICES[1], {"text": "5"}]
    assert several["shuffle"] is False
    assert read_question(several)[0]


def test_of_several_keys_one_choice_keeps_the_first() -> None:
    weighted = [{"text": "a", "weight": 0.5}, {"text": "b", "weight": 0.5}, {"text": "c"}]
    raw = {**WRITTEN, "type": "multiple_response", "choices": weighted}
    one = change_kind(raw, "single_choice")
    assert one["choices"] == [
        {"text": "a", "key": True},
        {"text": "b", "key": False},
        {"text": "c"},
    ]


def test_keys_become_accepted_texts_and_mistakes_that_have_something_said_of_them() -> None:
    typed = change_kind({**WRITTEN, "type": "single_choice", "choices": CHOICES}, "short_answer")
    assert typed["answers"] == [
        {"text": "3", "feedback": "Oui."},
        {"text": "4", "fraction": 0, "feedback": "Relisez."},
    ]


def test_keys_that_are_numbers_become_numbers() -> None:
    number = change_kind({**WRITTEN, "type": "single_choice", "choices": CHOICES}, "numeric")
    assert number["answers"] == [{"value": 3.0, "feedback": "Oui."}]
    back = change_kind(number, "short_answer")
    assert back["answers"] == [{"text": "3", "feedback": "Oui."}]


@pytest.mark.parametrize(
    ("answer", "right"), [(True, "Vrai"), ("false", "Faux"), ("unknown", "Le texte ne le dit pas")]
)
def test_verdicts_become_choices(answer: object, right: str) -> None:
    raw = {**WRITTEN, "type": "true_false", "answer": answer, "feedback": {"true": "Non."}}
    choices = change_kind(raw, "single_choice")["choices"]
    assert [choice["text"] for choice in choices if choice.get("key")] == [right]
    assert choices[0]["feedback"] == "Non."


def test_what_is_said_of_a_whole_answer_goes_where_it_is_said_too() -> None:
    told = {"right": "Oui.", "wrong": "Non."}
    raw = {**WRITTEN, "type": "ordering", "sequence": ["a", "b"], "feedback": told}
    assert change_kind(raw, "hot_text")["feedback"] == told
    assert "feedback" not in change_kind(raw, "true_false")
    assert "sequence" not in change_kind(raw, "hot_text")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["choices", "answers", "answer", "feedback", "unknown", "shuffle", "type"])
ROW = st.dictionaries(st.sampled_from(["text", "value", "fraction", "weight", "key"]), ANYTHING)


@given(
    raw=st.dictionaries(KEYS, ANYTHING | st.lists(ROW, max_size=3)),
    old=st.sampled_from([*QUESTION_TYPES]),
    kind=st.sampled_from([*QUESTION_TYPES]),
)
def test_no_question_is_too_wrong_to_change_its_kind(raw: Raw, old: str, kind: str) -> None:
    assert change_kind({**raw, "type": old}, kind)["type"] == kind
