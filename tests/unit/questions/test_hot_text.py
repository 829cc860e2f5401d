"""Choices in the text itself: (t − f)/K, never below nothing."""

from fractions import Fraction

import pytest

from app.questions.base import Verdict
from app.questions.hot_text.question import HotText
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make


def sentences(*keys: str, within: tuple[str, ...] = ()) -> HotText:
    return make(HotText, select={"keys": keys, "within": within})


def words(*keys: str, within: tuple[str, ...] = ()) -> HotText:
    return make(HotText, select={"unit": "word", "keys": keys, "within": within})


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [
        ("p1s1 p2s2", Fraction(1)),
        ("p1s1", Fraction(1, 2)),
        ("p1s1 p2s1", Fraction(0)),  # (1 − 1)/2
        ("p1s2 p2s1", Fraction(0)),
        ("p1s1 p2s2 p1s2", Fraction(1, 2)),  # (2 − 1)/2
        ("p1s1 p1s2 p2s1 p2s2", Fraction(0)),
    ],
)
def test_a_wrong_choice_takes_back_a_right_one(chosen: str, fraction: Fraction) -> None:
    one = sentences("Chaque hiver", "trois ruches")
    assert fraction_of(one, chosen.split()) == fraction


def test_three_keys_are_worth_a_third_each() -> None:
    one = sentences("Chaque hiver", "trois ruches", "explique Zoé")
    assert fraction_of(one, ["p1s1"]) == Fraction(1, 3)
    assert fraction_of(one, ["p1s1", "p2s1", "p1s2"]) == Fraction(1, 3)


def test_without_limits_all_the_text_can_be_chosen() -> None:
    assert sentences("Chaque hiver").choosable(READING) == READING.sentence_ids


def test_the_choice_can_be_limited_to_some_sentences() -> None:
    one = sentences("trois ruches", within=("Chaque hiver", "trois ruches"))
    assert one.choosable(READING) == ("p1s1", "p2s2")


def test_words_are_found_in_the_sentences_that_are_named() -> None:
    one = words("MIEL", "boulanger", within=("Nous vendons surtout du miel",))
    assert one.told(one.key(READING), READING) == ("« miel »", "« boulanger »")
    assert all(place.startswith("p2s1w") for place in one.choosable(READING))


def test_places_chosen_are_judged_one_by_one() -> None:
    grade = graded(sentences("Chaque hiver"), ["p2s2", "p1s1"])
    assert grade.parts == {"p1s1": Verdict.RIGHT, "p2s2": Verdict.WRONG}
    assert grade.category == "p1s1,p2s2"


def test_more_choices_than_keys_are_remarked() -> None:
    one = sentences("Chaque hiver")
    assert str(one.remark(["p1s1", "p1s2"])) == "Vous avez fait 2 choix ; 1 au plus."
    assert one.remark(["p1s2"]) is None
    assert str(one.instruction()) == "À choisir dans le texte. Nombre de phrases : 1."
    assert "mots : 2" in str(words("miel", "trois").instruction())


@pytest.mark.parametrize(
    ("select", "path"),
    [
        ({"keys": ["pas dans le texte"]}, ("select", "keys", 0)),
        ({"keys": ["Chaque hiver"], "within": ["ailleurs"]}, ("select", "within", 0)),
        ({"keys": ["Chaque hiver"], "within": ["trois ruches"]}, ("select", "keys", 0)),
        ({"unit": "word", "keys": ["du miel"]}, ("select", "keys", 0)),
    ],
)
def test_what_is_not_in_the_text_is_told_with_its_place(
    select: dict[str, object], path: tuple[object, ...]
) -> None:
    one = HotText.model_validate({"id": "q", "skill": "détail", "prompt": "Où ?", "select": select})
    _, lost = one.placed(READING)
    assert [problem.path for problem in lost] == [path]


def test_no_key_stands_twice() -> None:
    assert codes(sentences("Chaque hiver", "Chaque  hiver")) == ["repeated-option"]


def test_a_word_that_stands_several_times_says_which_one_it_is() -> None:
    # « le » : p1s1 « … », found in reading order whatever its capital
    first, second = words("le"), words("le (2)")
    assert first.select.key_ids != second.select.key_ids
    place = READING.word(second.select.key_ids[0])
    assert place is not None
    assert place.text.casefold() == "le"
    assert words("le", "le (2)").outline()["correct"] == ["le", "le"]


def test_a_rank_that_the_text_does_not_reach_is_not_in_the_text() -> None:
    question = HotText.model_validate(
        {
            "id": "essai",
            "skill": "détail",
            "prompt": "?",
            "select": {"unit": "word", "keys": ["ruches (9)"]},
        }
    )
    _, problems = question.placed(READING)
    assert [problem.code for problem in problems] == ["quote-not-in-text"]
