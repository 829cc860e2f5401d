"""Anki: a card for each question and each word, in a file that Anki takes as it is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.domain.quiz import Quiz
from app.formats.anki import FORMAT, write
from app.formats.base import Upload
from app.formats.native import read_library
from tests.factories import example_quiz
from tests.unit.formats.quizzes import quizzes

LIBRARY = [quiz for _, quiz in read_library(Path(__file__).parents[3] / "quizzes").quizzes]


def no_image(_name: str) -> None:
    return


def cards(quiz: Quiz) -> list[list[str]]:
    """The fields of each card, as Anki parts them."""
    lines = write(quiz, no_image).data.decode().split("\n")
    assert lines[-1] == ""
    return [line.split("\t") for line in lines[:-1] if not line.startswith("#")]


def test_the_headers_say_how_to_read_it() -> None:
    export = write(example_quiz(), no_image)
    assert export.suffix == ".txt"
    assert export.data.decode().split("\n")[:6] == [
        "#separator:tab",
        "#html:true",
        "#notetype:Basic",
        "#deck:Un hiver à Œuilly",
        "#guid column:1",
        "#tags column:4",
    ]


def test_a_card_asks_in_front_and_proves_at_the_back() -> None:
    name, front, back, tags = cards(example_quiz())[0]
    assert name == "relire-marche-de-noel-b1-sujet"
    assert front == (
        "<b>De quoi parle surtout ce texte ?</b><br><ul><li>D’un marché d’hiver</li>"
        "<li>D’un voyage à Paris</li><li>De la fabrication du pain</li></ul>"
    )
    assert back == (
        "<b>D’un marché d’hiver</b><br>Oui : c’est annoncé dès la première phrase."
        "<br><i>Chaque hiver, le village d’Œuilly accueille un petit marché.</i>"
    )
    assert tags == "relire B1 global"


def test_a_sentence_that_is_the_answer_is_not_said_twice() -> None:
    verdict = next(card for card in cards(example_quiz()) if card[0].endswith("-arrivee"))
    assert verdict[2].count("Les artisans s’installent dès l’aube") == 1


def test_gaps_are_blank_in_front_and_offer_their_words() -> None:
    gaps = next(card for card in cards(example_quiz()) if card[0].endswith("-resume"))
    assert "Zoé (1) ____ en 2019 avec trois (2) ____ ; (3) ____ est boulanger." in gaps[1]
    assert "(2) riches / roches / ruches" in gaps[1]
    assert "a commencé" not in gaps[1]


def test_words_of_the_glossary_are_cards_too() -> None:
    word = cards(example_quiz())[-2]
    assert word[1:] == [
        "<b>ruche</b> <i>(nom féminin)</i>",
        "petite maison des abeilles<br><i>hive</i>",
        "relire B1 lexique",
    ]


def test_what_cards_cannot_carry_is_listed() -> None:
    losses = write(example_quiz(), no_image).losses
    assert [(loss.code, loss.message.params.get("number")) for loss in losses] == [
        ("lost-passages", None),
        ("lost-hints", 1),
        ("lost-feedback", 1),
        ("lost-feedback", 2),
        ("lost-question", 10),
    ]
    assert all(str(loss.message) for loss in losses)


def test_a_title_cannot_break_the_headers() -> None:
    quiz = example_quiz().model_copy(update={"title": "Un\n#html:false\t::sous"})
    assert "#deck:Un #html:false :sous\n" in write(quiz, no_image).data.decode()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(quizzes())
def test_any_quiz_makes_cards_of_four_fields_with_ids_of_their_own(quiz: Quiz) -> None:
    made = cards(quiz)
    essays = sum(question.type == "essay" for question in quiz.questions)
    assert len(made) == len(quiz.questions) - essays + len(quiz.glossary)
    assert {len(card) for card in made} <= {4}
    assert len({card[0] for card in made}) == len(made)
    assert not any(field.startswith('"') for card in made for field in card)
    lost = [loss.code for loss in write(quiz, no_image).losses]
    assert lost.count("lost-question") == essays


@pytest.mark.parametrize("quiz", LIBRARY, ids=lambda quiz: quiz.id)
def test_every_quiz_of_the_library_makes_cards(quiz: Quiz) -> None:
    assert all(front and back for _, front, back, _ in cards(quiz))


def test_it_is_written_and_never_read() -> None:
    assert FORMAT.read is None
    assert not FORMAT.recognises(Upload(write(example_quiz(), no_image).data, "cartes.txt"))
