"""Statistics speak of answers in words: the author's, or ours, never a digest."""

import re

import pytest

from app.errors import Message
from app.questions.base import Given, Question
from app.questions.hot_text.question import HotText
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse
from tests.unit.questions.variants import READING, VARIANTS, graded, key_of, make

DIGEST = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8}\b")

every_question = pytest.mark.parametrize("question", VARIANTS.values(), ids=VARIANTS.keys())


def given_by(question: Question, raw: object) -> tuple[Given, ...]:
    """What an answer is counted as, in words."""
    return question.given(graded(question, raw).category, READING)


def words(question: Question, raw: object) -> list[tuple[str, bool, bool]]:
    return [(str(one.words), one.right, one.lure) for one in given_by(question, raw)]


@every_question
def test_no_answer_is_told_as_such(question: Question) -> None:
    (blank,) = given_by(question, None)
    assert (str(blank.words), blank.right, blank.lure) == ("Sans réponse", False, False)


@every_question
def test_a_right_answer_is_told_in_words_and_as_right(question: Question) -> None:
    if question.marked_by_person:
        (waiting,) = given_by(question, "Un texte.")
        assert str(waiting.words) == "En attente de correction"
        return
    for one in given_by(question, key_of(question)):
        assert one.right
        assert not one.lure
        assert one.words
        assert not DIGEST.search(str(one.words))


@every_question
@pytest.mark.parametrize("category", ["", "x", "0badcafe", "exact:0badcafe", "1/", ":", "+", "=,"])
def test_a_category_of_another_time_is_told_all_the_same(question: Question, category: str) -> None:
    told = question.given(category, READING)
    assert told
    assert all(str(one.words) for one in told)
    assert all(isinstance(one.words, Message) or one.words for one in told)


def test_a_choice_is_told_by_its_text() -> None:
    question = make(
        SingleChoice,
        choices=[{"text": "oui", "key": True}, "non", {"text": "presque", "weight": 0.5}],
    )
    told = [words(question, choice.id) for choice in question.choices]
    assert told == [
        [("oui", True, False)],
        [("non", False, True)],
        [("presque", False, False)],
    ]


def test_choices_ticked_together_are_told_one_by_one() -> None:
    question = make(
        MultipleResponse,
        choices=[{"text": "un", "key": True}, {"text": "deux", "key": True}, "six"],
    )
    ids = [choice.id for choice in question.choices]
    told = words(question, [ids[0], ids[2]])
    assert sorted(told) == [("six", False, True), ("un", True, False)]
    cut = f"{ids[0]},{ids[2][:5]}"
    assert [str(one.words) for one in question.given(cut, READING)] == ["un"]


def test_a_verdict_is_told_with_its_proof() -> None:
    question = make(TrueFalse, answer=False, justify=True, evidence=["dès l’aube"])
    proved = words(question, {"verdict": "false", "sentence": "p1s2"})
    assert proved == [("Faux, avec la bonne phrase", True, False)]
    unproved = words(question, {"verdict": "false"})
    assert unproved == [("Faux, sans la bonne phrase", False, False)]
    wrong = words(question, {"verdict": "true", "sentence": "p1s2"})
    assert wrong == [("Vrai, avec la bonne phrase", False, True)]
    alone = words(question, {"sentence": "p1s2"})
    assert alone == [("Une phrase, sans vrai ni faux", False, False)]


def test_a_verdict_alone_is_told_as_one_reads_it() -> None:
    question = make(TrueFalse, answer=True)
    assert words(question, {"verdict": "true"}) == [("Vrai", True, False)]
    assert words(question, {"verdict": "false"}) == [("Faux", False, True)]


def test_a_typed_text_is_told_by_the_one_it_is_near_to() -> None:
    question = make(
        ShortAnswer,
        skill="vocabulaire",
        answers=["abeille", {"text": "la forêt"}, {"text": "guêpe", "fraction": 0}],
        compare={"accents": "strict"},
    )
    assert words(question, "Abeille") == [("abeille", True, False)]
    assert words(question, "la foret") == [("« la forêt », à un accent près", False, False)]
    assert words(question, "abbeille") == [("« abeille », avec une faute de frappe", False, False)]
    assert words(question, "abeilles") == [("un mot voisin de « abeille »", False, False)]
    assert words(question, "guêpe") == [("guêpe", False, True)]
    assert words(question, "chat") == [("Autre réponse", False, False)]


def test_a_slip_that_costs_nothing_is_right() -> None:
    question = make(ShortAnswer, answers=["abeille"])
    assert words(question, "abbeille")[0][1] is True


def test_a_number_is_told_in_figures() -> None:
    question = make(
        Numeric,
        answers=[{"value": 3.5, "tolerance": 0.25}, {"value": 35, "fraction": 0}],
        unit="km",
    )
    assert words(question, "3,6") == [("3,5 km (± 0,25)", True, False)]
    assert words(question, "35") == [("35 km", False, True)]
    assert words(question, "4,50") == [("4,5 km", False, False)]
    assert words(question, "beaucoup") == [("Ce n’est pas un nombre", False, False)]


def test_places_chosen_in_the_text_are_quoted() -> None:
    question = make(HotText, select={"unit": "word", "keys": ["miel"]})
    told = {
        text: right for text, right, _ in words(question, list(question.choosable(READING)[:2]))
    }
    assert told == {"« Chaque »": False, "« hiver »": False}
    (key,) = given_by(question, key_of(question))
    assert (key.words, key.right) == ("« miel »", True)


def test_parts_are_told_by_how_many_were_right() -> None:
    for name in ("matching", "ordering", "cloze"):
        (told,) = VARIANTS[name].given("1/3", READING)
        assert re.fullmatch(r".+ : 1 sur 3", str(told.words))
        assert not told.right
