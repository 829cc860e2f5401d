"""Texts to mark: one is read at a time, whatever the size of the pile."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import essays, read
from app.services.essays import EssayDesk
from tests.integration.test_marking import Room, essay
from tests.integration.test_reporting import user_id
from tests.integration.test_statements import MOST, counted

PUPILS = 24


@pytest.fixture
def room(app: Flask, teacher: FlaskClient) -> Room:
    """A class in which everybody wrote, but for one."""
    room = Room(app, teacher)
    for n in range(PUPILS):
        room.take(f"Élève {n}", avis=f"Le texte numéro {n}.")
    room.take("Muet")
    return room


def desk(room: Room, shown: str = "") -> EssayDesk:
    return read(essays.get_essays, user_id("Ana Lopes"), room.id, "avis", shown)


def test_one_text_is_read_and_only_its_neighbours_are_listed(room: Room) -> None:
    pile = sorted(room.attempts[f"Élève {n}"] for n in range(PUPILS))
    first, middle = desk(room), desk(room, pile[11])
    assert first.texts == first.waiting == PUPILS
    assert first.shown is not None
    assert first.shown.number == 1
    assert [one.number for one in first.around] == list(range(1, 12))
    assert [one.number for one in middle.around] == list(range(2, 23))
    assert [one.public_id for one in middle.around] == pile[1:22]
    assert (middle.beside(-1), middle.beside(1)) == (pile[10], pile[12])
    assert first.beside(-1) is None
    page = room.get(f"/essays/avis?text={pile[11]}")
    assert len(re.findall(r"Le texte numéro \d+", page)) == 1


def test_a_pile_costs_as_many_statements_as_one_text(room: Room) -> None:
    room.get("/essays/avis")
    with counted() as seen:
        room.get("/essays/avis")
    assert len(seen) == MOST, seen


def test_one_goes_on_to_the_first_that_waits(room: Room) -> None:
    pile = sorted((room.attempts[f"Élève {n}"], f"Élève {n}") for n in range(PUPILS))
    for done, (_, name) in enumerate(pile[:3], 1):
        assert essay(room, name) == 303
        shown = desk(room)
        assert shown.shown is not None
        assert shown.shown.public_id == pile[done][0]
        assert shown.waiting == PUPILS - done
        assert [one.marked for one in shown.around].count(True) == done
    assert "3 ✓" in re.sub(r"<[^>]+>", "", room.get("/essays/avis"))


def test_a_text_says_how_long_it_is(room: Room) -> None:
    page = room.get("/essays/avis").replace("\u00a0", " ").replace("\u202f", " ")
    assert "Longueur en mots : 4." in page


def test_a_text_of_nobody_is_nowhere(room: Room) -> None:
    for made_up in ("forged", room.attempts["Muet"]):
        answer = room.teacher.get(f"{room.base}/essays/avis?text={made_up}")
        assert answer.status_code == 404
