"""Whoever leaves without handing in counts with what was saved, wherever their teacher looks."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.domain.attempt import GRACE
from app.models.attempt import AttemptRow
from app.services import read, run
from tests.integration.classes import begin, later
from tests.integration.pages import put
from tests.integration.test_marking import ESSAY, Room
from tests.integration.test_statements import counted


def leave(room: Room, name: str, ago: timedelta) -> None:
    """Answer two questions and go; the time was up so long ago."""
    client = room.learners.get(name) or room.join(name)
    attempt = begin(client, room.id)
    for question, answer in (("mot", "ruche"), ("avis", ESSAY)):
        assert put(client, attempt, question, answer, 1).status_code == 200
    room.attempts[name] = attempt.rpartition("/")[2]
    overdue = update(AttemptRow).where(AttemptRow.public_id == room.attempts[name])
    run(lambda conn: conn.execute(overdue.values(deadline=later() - ago)))


def still_open() -> int:
    query = select(func.count()).where(AttemptRow.submitted.is_(None))
    return read(lambda conn: conn.scalar(query)) or 0


@pytest.fixture
def room(app: Flask, teacher: FlaskClient) -> Room:
    """One has handed in, another has left."""
    room = Room(app, teacher)
    room.take("Zoé", mot="miel")
    leave(room, "Abel", timedelta(hours=1))
    return room


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("/results", "2 sur 2 ont rendu"),
        ("/results/questions/mot", "ruche"),
        ("/essays/avis", "1 texte attend"),
        ("/together?step=answers&q=4", "2 essais"),
        ("/analysis", "Il y a 2 essais"),
        ("/text", "Les phrases"),
        ("/results.csv", "Abel;"),
    ],
)
def test_who_left_counts_with_what_was_saved(room: Room, page: str, seen: str) -> None:
    assert still_open() == 1
    assert seen in room.get(page).replace("\u202f", " ")
    assert still_open() == 0
    assert room.totals() == {"Abel": "1", "Zoé": "0"}


def test_a_learner_s_own_page_closes_it_too(room: Room) -> None:
    member = room.member("Abel")
    leave(room, "Abel", timedelta(hours=1))
    assert "Essai 2" in room.get(f"/results/learners/{member}")


def test_an_answer_on_its_way_is_waited_for(app: Flask, teacher: FlaskClient) -> None:
    room = Room(app, teacher)
    leave(room, "Abel", GRACE / 2)
    assert "0 sur 1 ont rendu" in room.get("/results").replace("\u202f", " ")
    assert still_open() == 1


def test_looking_for_them_costs_no_statement(room: Room) -> None:
    room.get("/results")
    with counted() as seen:
        room.get("/results")
    assert len(seen) == 4, seen
