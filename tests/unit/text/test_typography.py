"""French typography, and the way back."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.typography import french, plain

MARKED = st.text(alphabet="ab é1'’«»;:!?….,()/\" \u00a0\u202f\u2009\n", max_size=60) | st.lists(
    st.sampled_from(["https://", "www.", "a.fr", "...", " ", "«", "»", " ?", ":", "l'", "b", ")"])
).map("".join)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Qui ? Moi ! Bon ; bien.", "Qui\u202f? Moi\u202f! Bon\u202f; bien."),
        ("Quoi ? !", "Quoi\u202f?\u202f!"),
        ("Quoi?", "Quoi?"),
        ("Voici : rien.", "Voici\u00a0: rien."),
        ("« Oui »", "«\u202fOui\u202f»"),
        ("«Oui»", "«\u202fOui\u202f»"),
        ("« Oui ? »", "«\u202fOui\u202f?\u202f»"),
        ("«\u00a0Oui\u00a0»\u00a0: bien\u00a0?", "«\u202fOui\u202f»\u00a0: bien\u202f?"),
        ("« »", "«\u202f»"),
        ("«»", "«\u202f»"),
        ("«", "«"),
        ("»", "»"),
        ("l'ami d'hier", "l’ami d’hier"),
        ("l'« intelligence »", "l’«\u202fintelligence\u202f»"),
        ("d'1 euro", "d’1 euro"),
        ("5' et 'mot'", "5' et 'mot'"),
        ("Il hésite...", "Il hésite…"),
        ("Il hésite... ?", "Il hésite…\u202f?"),
        ("à 10:42", "à 10:42"),
        ("mot:mot", "mot:mot"),
        ("https://a.fr/l'un?x=1;y «", "https://a.fr/l'un?x=1;y «"),
        ("Voir https://a.fr : oui", "Voir https://a.fr\u00a0: oui"),
        ("Voir www.a.fr ?", "Voir www.a.fr\u202f?"),
        ("«https://a.fr»", "«\u202fhttps://a.fr\u202f»"),
        ("Rien à faire, vraiment.", "Rien à faire, vraiment."),
        ("", ""),
    ],
)
def test_sets_french_as_printers_do(written: str, shown: str) -> None:
    assert french(written) == shown


@given(st.text() | MARKED)
def test_setting_twice_changes_nothing_more(text: str) -> None:
    assert french(french(text)) == french(text)


@given(st.text().filter(lambda text: not re.search(r"['«»;:!?]|\.\.\.", text)))
def test_a_text_without_marks_is_left_alone(text: str) -> None:
    assert french(text) == text


@given(st.text() | MARKED)
def test_setting_changes_spaces_apostrophes_and_dots_only(text: str) -> None:
    def bare(text: str) -> str:
        return re.sub(r"\s|\.{3,}|…", "", text.replace("’", "'"))

    assert bare(french(text)) == bare(text)


@given(st.text() | MARKED)
def test_no_line_can_break_before_a_mark_that_had_a_space(text: str) -> None:
    assert not re.search(r"\S [;:!?»]|« \S", french(text))


@pytest.mark.parametrize("unit", [" ", "\u202f", ".", "« ", " »", "www.", "'"])
def test_no_text_is_slow_to_set(unit: str) -> None:
    text = unit * 100_000 + "!"
    start = time.process_time()
    french(text)
    assert time.process_time() - start < 3


def test_plain_makes_every_space_one_plain_space() -> None:
    assert plain("\u00a0Qui\u202f?\u2009\n Moi\t! ") == "Qui ? Moi !"


@given(st.text(alphabet="ab ;:!?.,\u00a0\u202f").filter(lambda text: "..." not in text))
def test_plain_undoes_the_spaces_of_french(text: str) -> None:
    assert plain(french(text)) == plain(text)
