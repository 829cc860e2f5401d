"""How hard a text is, in figures."""

import pytest

from app.text.passage import Passage, number
from app.text.profile import profile, syllables

COMMON = {"le": 7.0, "chat": 4.5, "dort": 3.5}


def passage(*paragraphs: str) -> Passage:
    return Passage(id="a", title="Titre", paragraphs=number(paragraphs, 1))


@pytest.mark.parametrize(
    ("word", "count"),
    [("chat", 1), ("table", 1), ("tables", 1), ("parlent", 1), ("maison", 2), ("été", 2), ("l’", 1),
     ("intelligence", 4), ("eau", 1), ("cinéma", 3)],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_said(word: str, count: int) -> None:
    assert syllables(word) == count


def test_words_and_sentences_are_counted_without_headings() -> None:
    found = profile([passage("## Un titre", "Le chat dort. Le grand chat noir dort bien.")])
    assert (found.words, found.sentences) == (9, 2)
    assert found.words_per_sentence == 4.5
    assert found.longest_sentence == 6


def test_readability_is_kandel_and_moles() -> None:
    found = profile([passage("Le chat dort.")])
    assert found.readability == pytest.approx(207 - 1.015 * 3 - 73.6 * 1)


def test_words_fall_into_bands_that_make_a_whole() -> None:
    found = profile([passage("Le chat dort, zorglub.")], lambda word: COMMON.get(word, 0.0))
    assert found.bands == {"everyday": 0.25, "common": 0.25, "uncommon": 0.25, "rare": 0.25}


def test_two_indices_that_disagree_make_a_range_with_its_reasons() -> None:
    found = profile([passage("Le chat dort, zorglub.")], lambda word: COMMON.get(word, 0.0))
    assert found.levels == ("A2", "C2")
    assert [str(reason) for reason in found.reasons] == [
        "4.0 mots par phrase : A2",
        "25 % de mots rares : C2",
    ]


def test_without_a_word_list_the_rest_is_measured() -> None:
    found = profile([passage("Le chat dort.")])
    assert found.bands == {}
    assert found.levels == ("A2", "A2")
