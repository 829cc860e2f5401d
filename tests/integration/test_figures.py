"""Figures of one class and of all classes, and whose a teacher may see."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.models import content
from app.models.content import find_own
from app.services import run
from tests.integration.classes import give_by_page
from tests.integration.pages import EXAMPLE
from tests.integration.test_marking import Room, essay
from tests.integration.test_reporting import QUIZ, SLUG, table, user_id
from tests.integration.test_statements import MOST, counted
from tests.sittings import publish_as, sit

EVERYWHERE = f"/teach/quizzes/{EXAMPLE}/analysis"


def essays_of(page: str) -> str:
    """How many attempts the page counts."""
    found = re.search(r"<dt>Essais terminés</dt><dd>(\d+)", page)
    return found[1] if found else "0"


@pytest.fixture
def rooms(app: Flask, teacher: FlaskClient) -> tuple[Room, Room]:
    """Two classes of one teacher: two have handed in here, one there."""
    here, there = Room(app, teacher), Room(app, teacher)
    here.take("Zoé", mot="ruche", avis="Oui.")
    here.take("Abel", mot="miel", avis="Non.")
    there.take("Denis", mot="ruche")
    return here, there


def test_a_class_is_counted_apart_and_all_classes_together(rooms: tuple[Room, Room]) -> None:
    here, there = rooms
    pages = here.get("/analysis"), there.get("/analysis"), here.teacher.get(EVERYWHERE).text
    assert [essays_of(page) for page in pages] == ["2", "1", "3"]
    assert [row[1] for page in pages for row in table(page, "Les questions une par une")[3:4]] == [
        "1 sur 2",
        "1 sur 1",
        "2 sur 3",
    ]


def test_each_leads_to_the_other(rooms: tuple[Room, Room]) -> None:
    here, _ = rooms
    analysis = f'href="{here.base}/analysis"'
    assert analysis in here.get("/results")
    assert analysis in here.get("")
    for page in ("/analysis", "/text"):
        assert f'href="{EVERYWHERE}"' in here.get(page)
        assert f'href="{here.base}/results"' in here.get(page)


def test_the_page_of_a_quiz_leads_to_each_class(app: Flask, teacher: FlaskClient) -> None:
    publish_as(user_id("Ana Lopes"), QUIZ)
    room = Room(app, teacher)
    room.id = give_by_page(teacher, room.address, quiz=SLUG)
    page = teacher.get(f"/teach/quizzes/{SLUG}").text
    for path in ("results", "analysis"):
        assert f'href="{room.base}/{path}"' in page
    assert (
        f'href="/teach/quizzes/{SLUG}#given"' in teacher.get(f"/teach/quizzes/{SLUG}/analysis").text
    )


def test_a_quiz_of_others_is_analysed_over_one_s_own_classes_alone(
    rooms: tuple[Room, Room], app: Flask, other_teacher: FlaskClient, client: FlaskClient
) -> None:
    here, _ = rooms
    assert other_teacher.get(EVERYWHERE).status_code == 404
    for path in ("", "/text"):
        assert "Ce quiz n’est pas à vous" in here.teacher.get(EVERYWHERE + path).text
    other = Room(app, other_teacher)
    other.take("Elsa", mot="ruche")
    sit(QUIZ.model_copy(update={"id": EXAMPLE}), 3)  # whoever came by themselves
    assert essays_of(other_teacher.get(EVERYWHERE).text) == "1"
    assert essays_of(here.teacher.get(EVERYWHERE).text) == "3"
    assert client.get(EVERYWHERE).status_code == 303


def test_one_s_own_quiz_is_analysed_over_everybody(app: Flask, teacher: FlaskClient) -> None:
    publish_as(user_id("Ana Lopes"), QUIZ)
    sit(QUIZ, 3)
    room = Room(app, teacher)
    room.id = give_by_page(teacher, room.address, quiz=SLUG)
    room.take("Zoé", mot="ruche")
    page = teacher.get(f"/teach/quizzes/{SLUG}/analysis").text
    assert "Ici, tous les essais" in page
    assert essays_of(page) == "2"
    assert essays_of(room.get("/analysis")) == "1"


def test_texts_that_wait_are_told_beside_the_figures(rooms: tuple[Room, Room]) -> None:
    here, _ = rooms
    assert "Laissées de côté, car personne ne les a encore corrigées" in here.get("/analysis")
    assert essay(here, "Zoé") == 303
    rows = table(here.get("/analysis"), "Les questions une par une")
    assert "1 réponse attend une correction ; elle compte zéro ici." in rows[9][0].replace(
        "\u202f", " "
    )


def test_a_class_without_attempts_says_so(app: Flask, teacher: FlaskClient) -> None:
    room = Room(app, teacher)
    assert "Aucun essai terminé" in room.get("/analysis")
    assert room.teacher.get(f"{room.base}/analysis?version=99").status_code == 404
    assert room.teacher.get(f"{room.base}/together").status_code == 303


def test_figures_of_a_class_cost_no_more_than_other_pages(rooms: tuple[Room, Room]) -> None:
    here, _ = rooms
    for address, most in ((f"{here.base}/analysis", 4), (EVERYWHERE, MOST)):
        here.teacher.get(address)
        with counted() as seen:
            assert here.teacher.get(address).status_code == 200
        assert len(seen) <= most, seen


# A quiz that changes while a class has it


@pytest.fixture
def moved(app: Flask, teacher: FlaskClient) -> Room:
    """One has taken the first version, one the second, in which a question is another."""
    publish_as(user_id("Ana Lopes"), QUIZ)
    room = Room(app, teacher)
    room.id = give_by_page(teacher, room.address, quiz=SLUG, attempts_allowed="3")
    room.take("Zoé", mot="ruche", nombre="3")
    questions = [
        one.model_copy(update={"prompt": "Combien de ruches ?"}) if one.id == "nombre" else one
        for one in QUIZ.questions
    ]
    changed = QUIZ.model_copy(update={"questions": tuple(questions)})

    def publish(conn: Connection) -> None:
        own = find_own(conn, SLUG)
        assert own
        number = content.add_version(conn, own.quiz_id, changed, datetime.now(UTC))
        content.offer(conn, own.quiz_id, number)

    run(publish)
    assert teacher.post(f"{room.base}/version").status_code == 303
    room.take("Abel", mot="miel", nombre="4")
    return room


def plain(page: str) -> str:
    return " ".join(page.replace("\u202f", " ").split())


def test_correcting_together_counts_all_versions_that_ask_the_same(moved: Room) -> None:
    for address in (moved.base, f"/teach/quizzes/{SLUG}"):
        same = plain(moved.teacher.get(f"{address}/together?q=4&step=answers").text)
        assert "2 essais</p>" in same
        assert "ruche</span>" in same
        assert "Autre réponse</span>" in same
        other = plain(moved.teacher.get(f"{address}/together?q=5&step=answers").text)
        assert "Combien de ruches ?" in other
        assert "1 essai · 1 autre, sur une version où la question était différente" in other
        assert ">3</span>" not in other


def test_what_was_accepted_on_an_earlier_version_keeps_its_name(moved: Room) -> None:
    moved.take("Elsa", mot="miel")
    version = re.search(r'name="version" value="(\d+)"', moved.get("/results/questions/mot"))
    assert version
    sent = {"version": version[1], "text": "miel", "part": "", "fraction": "1"}
    accept = f"{moved.base}/results/questions/mot/accept"
    seal = re.search(
        r'name="seal" value="(\w+)"', moved.teacher.get(accept, query_string=sent).text
    )
    assert seal
    assert moved.teacher.post(accept, data={**sent, "seal": seal[1]}).status_code == 303
    page = plain(moved.get("/together?q=4&step=key"))
    assert "3 essais</p>" in page
    assert "miel <small" in page


def test_each_version_has_figures_of_its_own(moved: Room) -> None:
    page = moved.get("/analysis")
    assert essays_of(page) == "1"
    assert "2, 1 essai" in plain(page)
    assert "1, 1 essai" in plain(page)
    assert "Combien de ruches ?" not in moved.get("/analysis?version=1").replace("\u202f", " ")
