"""What a teacher accepts afterwards: it has its name, is told to those it helps, decided once."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.errors import Refused
from app.models.classroom import ClassroomRow, add_teacher
from app.models.counts import list_counts, recount
from app.models.marking import KeyAmendmentRow
from app.services import amending, read, run
from app.services.amending import Wish
from tests.integration.authors import make_teacher
from tests.integration.test_concurrency import together
from tests.integration.test_marking import Room, accept, acceptance
from tests.integration.test_reporting import table, user_id

TOLD = "Votre réponse a été acceptée après coup"


@pytest.fixture
def room(app: Flask, teacher: FlaskClient) -> Room:
    """A class of two: one wrote what its teacher will accept."""
    room = Room(app, teacher)
    room.take("Zoé", mot="ruche")
    room.take("Abel", mot="alvéole", nombre="quatre", resume={"1": "a débuté"})
    return room


def results_of(room: Room, name: str) -> str:
    """What a learner reads of their latest attempt."""
    return room.learners[name].get(f"/attempts/{room.attempts[name]}/results").text


def decide(room: Room, text: str, question: str = "mot", **more: str) -> None:
    _, sent = acceptance(room, text, question, **more)
    assert accept(room, sent, question) == 303


def decisions() -> int:
    return read(lambda conn: conn.scalar(select(func.count()).select_from(KeyAmendmentRow))) or 0


# Who is told


def test_only_those_whose_mark_it_changed_are_told(room: Room) -> None:
    decide(room, "alvéole")
    room.take("Elsa", mot="alvéole")
    assert TOLD in results_of(room, "Abel")
    assert TOLD not in results_of(room, "Elsa")
    assert TOLD not in results_of(room, "Zoé")


def test_whoever_comes_later_is_simply_right(room: Room) -> None:
    decide(room, "alvéole")
    room.take("Elsa", mot="alvéole")
    card = results_of(room, "Elsa").split('id="q-mot"')[1].split("</article>")[0]
    assert "Juste" in card
    assert "À revoir" not in card
    assert "Réponse attendue" not in card


def test_a_teacher_reads_which_answer_was_accepted_before_it_was_given(room: Room) -> None:
    decide(room, "alvéole")
    room.take("Elsa", mot="alvéole")
    pages = {name: room.get(f"/results/learners/{room.member(name)}") for name in ("Abel", "Elsa")}
    assert "Réponse acceptée après coup." in pages["Abel"]
    assert "elle avait déjà été acceptée" in pages["Elsa"]
    assert "elle avait déjà été acceptée" not in pages["Abel"]


def test_who_came_between_two_decisions_is_told_of_the_second_alone(room: Room) -> None:
    decide(room, "alvéole", fraction="0.5")
    room.take("Elsa", mot="alvéole")
    assert TOLD not in results_of(room, "Elsa")
    decide(room, "alvéole")
    assert TOLD in results_of(room, "Elsa")
    assert room.totals()["Elsa"] == "1"


# What it is called


def typed(page: str) -> dict[str, str]:
    """The table of what was typed: text → how it was judged."""
    rows = re.findall(r'<th scope="row" lang="fr">([^<]+)</th><td[^>]*>(.*?)</td>', page)
    return {text: " ".join(re.sub(r"<[^>]+>", " ", judged).split()) for text, judged in rows}


def test_the_question_s_page_names_what_was_accepted(room: Room) -> None:
    decide(room, "alvéole")
    decide(room, "a débuté", "resume", part="1")
    assert typed(room.get("/results/questions/mot")) == {
        "ruche": "Juste",
        "alvéole": "Juste acceptée après coup",
    }
    assert typed(room.get("/results/questions/resume")) == {"a débuté": "Juste acceptée après coup"}


def test_what_was_accepted_can_be_taken_back_from_the_same_page(room: Room) -> None:
    assert "Revoir cette décision" not in room.get("/results/questions/mot")
    decide(room, "alvéole")
    assert "Revoir cette décision" in room.get("/results/questions/mot")
    decide(room, "alvéole", fraction="0")
    assert typed(room.get("/results/questions/mot"))["alvéole"] == "À revoir"
    assert "Revoir cette décision" not in room.get("/results/questions/mot")


@pytest.mark.parametrize(
    ("question", "number", "text"), [("mot", 4, "alvéole"), ("nombre", 5, "quatre")]
)
def test_figures_name_what_was_accepted(room: Room, question: str, number: int, text: str) -> None:
    def told() -> dict[str, str]:
        rows = table(room.get("/analysis"), f"Réponses à la question {number}")
        return {row[0]: row[-1] for row in rows}

    assert f"juste : {text} acceptée après coup" not in told()
    decide(room, text, question)
    named = {name.removeprefix("✓ "): n for name, n in told().items()}
    assert named[f"juste : {text} acceptée après coup"] == "1"
    page = room.get(f"/together?q={number}&step=key")
    assert f"{text} <small" in page


# One decision, whoever presses


def test_a_decision_that_changes_no_mark_is_made_once_too(room: Room) -> None:
    _, sent = acceptance(room, "cellule")
    assert [accept(room, sent), accept(room, sent)] == [303, 409]
    assert decisions() == 1


def test_two_teachers_who_accept_at_once_decide_once(room: Room, app: Flask) -> None:
    one, other = user_id("Ana Lopes"), make_teacher("Blaise")

    def invite(conn: object) -> None:
        class_id = conn.scalar(select(ClassroomRow.id))  # type: ignore[attr-defined]
        add_teacher(conn, class_id, other, datetime.now(UTC))  # type: ignore[arg-type]

    run(invite)
    version = int(acceptance(room, "alvéole")[1]["version"])
    for n, (question, text) in enumerate((("mot", "alvéole"), ("nombre", "quatre")), 1):
        wish = Wish(version, question, "", text, "1")
        seals = {read(amending.preview_acceptance, who, room.id, wish).seal for who in (one, other)}
        assert len(seals) == 1
        seal = seals.pop()

        def deciding(who: int, wish: Wish = wish, seal: str = seal) -> int:
            with app.app_context():
                try:
                    return run(amending.accept_answer, who, room.id, wish, seal, datetime.now(UTC))
                except Refused:
                    return -1

        jobs = [lambda who=who: deciding(who) for who in (one, other) * 3]
        assert sorted(together(jobs)) == [-1] * 5 + [1]
        assert decisions() == n
        assert room.totals() == {"Abel": str(n), "Zoé": "1"}
    kept = read(list_counts)
    assert kept == read(recount)
    assert all(n > 0 for n in kept.values())
