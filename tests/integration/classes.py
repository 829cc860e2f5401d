"""Small words for tests of classes: a class, its learners, what it is given."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.domain.assignment import Terms
from app.services import assignments, classes, joining, read, run
from tests.integration.pages import EXAMPLE

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
EXAM = Terms("exam")


def make_class(teacher: int, name: str = "3e B") -> str:
    """A class of a teacher; its public id."""
    return run(classes.make_class, teacher, name, date(2026, 11, 25), NOW)


def code_of(teacher: int, class_id: str) -> str:
    """The code that lets in."""
    return read(classes.get_room, teacher, class_id).classroom.join_code


def join(code: str, pseudonym: str, token: str | None = None) -> str:
    """A learner joins; what the cookie of their browser says."""
    joined = run(joining.join_class, token, code, pseudonym, NOW)
    found = joined.token or token
    assert found is not None
    return found


def give(teacher: int, class_id: str, terms: Terms = EXAM, code: str = "") -> str:
    """Give the example to a class; the assignment's public id."""
    return run(assignments.assign_quiz, teacher, class_id, EXAMPLE, terms, code, NOW)


def member_ids(teacher: int, class_id: str) -> dict[str, int]:
    """Pseudonym → membership."""
    return {one.pseudonym: one.id for one in read(classes.get_room, teacher, class_id).members}


# By pages, as browsers do.


def new_class(teacher: FlaskClient, name: str = "3e B") -> str:
    """The address of a new class."""
    answer = teacher.post("/teach/classes", data={"name": name})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def code_on(teacher: FlaskClient, room: str) -> str:
    """The code that a class's page shows."""
    found = re.search(r'class="join-code">([A-Z0-9-]+)<', teacher.get(room).text)
    assert found
    return found[1]


def learner_of(app: Flask, code: str, pseudonym: str) -> FlaskClient:
    """The browser of a learner who has just joined."""
    client = app.test_client()
    answer = client.post(f"/join/{code}", data={"pseudonym": pseudonym})
    assert answer.status_code == 200, answer.text
    return client


def give_by_page(teacher: FlaskClient, room: str, **terms: str) -> str:
    """Give the example; the public id of the assignment."""
    data = {"quiz": EXAMPLE, "mode": "exam", "counts": "best", "feedback": "now", **terms}
    answer = teacher.post(f"{room}/assignments", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rpartition("/")[2]


def begin(client: FlaskClient, assignment: str, **data: str) -> str:
    """Start an attempt; the address of its page."""
    answer = client.post(f"/assignments/{assignment}/attempts", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def later(**more: float) -> datetime:
    """A moment from now."""
    return datetime.now(UTC) + timedelta(**more)
