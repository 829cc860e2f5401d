"""Words that are looked up are counted for those who teach, and tied to nobody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.models.lookups import LookupCountRow
from app.services import read
from tests.integration.classes import begin, code_on, give_by_page, learner_of, new_class
from tests.integration.pages import start, submit
from tests.integration.test_reporting import PAGE, QUIZ, SLUG, few, owned, table
from tests.integration.test_statements import counted

__all__ = ["few", "owned"]  # fixtures

RUCHE, AUBE = "0", "1"
AT_DAWN = "p1s2"
"""The sentence where the artisans come at dawn."""


def look_up(client: FlaskClient, attempt: str, word: str, sentence: str = "") -> int:
    """Open a word as the script tells it; the answer's status."""
    sent = {"word": word, "sentence": sentence}
    return client.post(f"{attempt}/lookups", data=sent).status_code


def kept() -> dict[tuple[str, int], int]:
    """(sentence, entry) → how many times, whatever it was counted under."""
    rows = read(
        lambda conn: conn.execute(
            select(LookupCountRow.sentence_id, LookupCountRow.entry, LookupCountRow.n)
        ).all()
    )
    return {(sentence, entry): n for sentence, entry, n in rows}


def scopes() -> set[tuple[int, str]]:
    """What look-ups were counted under: an assignment or 0, and a mode."""
    rows = read(
        lambda conn: conn.execute(select(LookupCountRow.assignment_id, LookupCountRow.mode)).all()
    )
    return {(assignment, mode) for assignment, mode in rows}


def test_a_word_is_counted_each_time_and_nobody_with_it(app: Flask, client: FlaskClient) -> None:
    attempt = start(client, mode="training")
    assert look_up(client, attempt, AUBE, AT_DAWN) == 204
    assert look_up(client, attempt, AUBE, AT_DAWN) == 204
    another = app.test_client()
    assert look_up(another, start(another, mode="training"), AUBE, AT_DAWN) == 204
    assert kept() == {(AT_DAWN, 1): 3}
    assert scopes() == {(0, "training")}
    columns = {column.name for column in LookupCountRow.__table__.columns}
    assert columns == {"version_id", "assignment_id", "mode", "sentence_id", "entry", "n"}


def test_the_page_marks_words_where_they_may_be_counted(client: FlaskClient) -> None:
    attempt = start(client, mode="training")
    page = html.fromstring(client.get(attempt).text)
    words = page.xpath("//button[@class='gloss']")
    assert words
    for word in words:
        entry = word.get("popovertarget").removeprefix("g-")
        (sentence,) = word.xpath("ancestor::*[@class='sentence']/@id")
        assert look_up(client, attempt, entry, sentence) == 204
    assert sum(kept().values()) == len(words)


def test_without_a_sentence_it_counts_in_each_where_the_word_stands(client: FlaskClient) -> None:
    assert look_up(client, start(client, mode="training"), AUBE) == 204
    assert kept() == {(AT_DAWN, 1): 1}


@pytest.mark.parametrize("word", ["0", "2", "-1", "", "x", "1e3", "9" * 5_000, "1 OR 1=1", "\x00"])
def test_a_word_that_the_glossary_does_not_have_is_nowhere(client: FlaskClient, word: str) -> None:
    assert look_up(client, start(client, mode="training"), word) == 404
    assert kept() == {}


@pytest.mark.parametrize("sentence", ["p1s1", "p9s9", "x" * 5_000, "p1s2' --", "\x00", "🦉"])
def test_nor_is_one_where_it_does_not_stand(client: FlaskClient, sentence: str) -> None:
    assert look_up(client, start(client, mode="training"), AUBE, sentence) == 404
    assert kept() == {}


def test_an_attempt_is_its_own_learners_alone(app: Flask, client: FlaskClient) -> None:
    attempt = start(client, mode="training")
    other = app.test_client()
    assert look_up(other, attempt, AUBE) == 404, "a visitor"
    start(other, mode="training")
    assert look_up(other, attempt, AUBE) == 404, "another learner"
    assert look_up(client, "/attempts/x", AUBE) == 404
    assert kept() == {}


def test_where_no_word_opens_none_is_counted(client: FlaskClient) -> None:
    assert look_up(client, start(client), AUBE) == 404, "the glossary is closed in an exam"
    attempt = start(client, mode="training")
    submit(client, attempt)
    assert look_up(client, attempt, AUBE) == 409
    assert kept() == {}


def test_a_learner_who_looks_up_without_end_is_stopped(client: FlaskClient) -> None:
    attempt = start(client, mode="training")
    statuses = [look_up(client, attempt, AUBE, AT_DAWN) for _ in range(125)]
    assert statuses.count(204) == 120
    assert set(statuses) == {204, 429}


def test_a_look_up_reads_the_attempt_and_counts(client: FlaskClient) -> None:
    attempt = start(client, mode="training")
    look_up(client, attempt, AUBE)
    with counted() as seen:
        look_up(client, attempt, AUBE)
    assert len(seen) == 2, seen


def test_erasing_a_learner_leaves_what_names_nobody(client: FlaskClient) -> None:
    look_up(client, start(client, mode="training"), AUBE)
    client.post("/me/erase", data={"sure": "y"})
    assert kept() == {(AT_DAWN, 1): 1}


def test_a_teacher_sees_it_in_the_text_and_in_the_table(app: Flask, few: FlaskClient) -> None:
    client = app.test_client()
    attempt = start(client, SLUG, "training")
    submit(client, attempt)
    attempt = start(client, SLUG, "training")
    for word in (RUCHE, AUBE, AUBE):
        look_up(client, attempt, word)
    page = few.get(f"{PAGE}/text?mode=training")
    assert page.status_code == 200
    assert "2 aube" in [row[-1] for row in table(page.text, "Les phrases")]
    (sign,) = html.fromstring(page.text).xpath(f"//a[@class='share asked'][@href='#r-{AT_DAWN}']")
    assert " ".join(sign.text_content().split()) == "Mots cherchés ici : 2"
    assert "Mots cherchés" not in few.get(f"{PAGE}/text?mode=exam").text


def test_a_class_has_figures_of_its_own(app: Flask, teacher: FlaskClient) -> None:
    for name, word, times in (("3e A", AUBE, 3), ("3e B", AUBE, 1)):
        room = new_class(teacher, name)
        zoe = learner_of(app, code_on(teacher, room), "Zoé")
        given = give_by_page(teacher, room, mode="training")
        attempt = begin(zoe, given)
        page = f"/teach/assignments/{given}/text"
        assert "Aucun essai terminé" in teacher.get(page).text
        for _ in range(times):
            assert look_up(zoe, attempt, word) == 204
        rows = table(teacher.get(page).text, "Les phrases")
        assert [row[-1] for row in rows] == [f"{times} aube"]
        submit(zoe, attempt)
        assert len(table(teacher.get(page).text, "Les phrases")) == 4
        assert f'href="{page}"' in teacher.get(f"/teach/assignments/{given}/results").text
    assert len(scopes()) == 2
    with counted() as seen:
        teacher.get(page)
    assert len(seen) == 3, seen
    teacher.post(f"{room}/purge")
    assert kept() == {(AT_DAWN, 1): 3}, "the other class keeps its figures"


def test_what_is_given_anew_has_no_figures_of_what_was_taken_back(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, mode="training")
    look_up(zoe, begin(zoe, given), AUBE)
    zoe.post("/me/erase", data={"sure": "y"})
    teacher.post(f"/teach/assignments/{given}/delete")
    assert kept() == {}


def test_a_text_says_that_no_word_was_looked_up(few: FlaskClient) -> None:
    assert QUIZ.glossary
    assert "Personne n’a encore cherché de mot" in few.get(f"{PAGE}/text").text
