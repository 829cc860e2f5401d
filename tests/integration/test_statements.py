"""How many SQL statements each page costs: the figure that does not depend on the machine.

Transaction control (BEGIN, COMMIT) is not counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.extensions import db
from tests.integration.pages import fields, put, start, submit

MOST = 5


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.upper().startswith(
            ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
        ):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def attempts(client: FlaskClient) -> dict[str, str]:
    """One attempt of each kind, and the pages seen once, as in a server that has run a while."""
    done = start(client, "ia-chine-comprehension-b1")
    submit(client, done)
    addresses = {
        "exam": start(client),
        "training": start(client, mode="training"),
        "done": done,
    }
    for address in ("/", addresses["exam"], addresses["training"], f"{done}/results"):
        client.get(address)
    return addresses


@pytest.mark.parametrize(
    ("page", "statements"),
    [
        ("/", 2),
        ("/dossiers/ia-chine-sans-nvidia", 2),
        ("/quizzes/marche-de-noel-b1", 4),
        ("/quizzes/marche-de-noel-b1/paper", 1),
        ("{exam}", 2),
        ("{exam}/check", 2),
        ("{training}", 3),
        ("{done}/results", 3),
        ("/me", 5),
        ("/me/leave", 2),
        ("/me/erase", 2),
        ("/me/results.json", 3),
        ("/me/results.csv", 3),
        ("/help", 0),
        ("/privacy", 0),
    ],
)
def test_pages(client: FlaskClient, attempts: dict[str, str], page: str, statements: int) -> None:
    with counted() as seen:
        assert client.get(page.format(**attempts)).status_code == 200
    assert len(seen) == statements, seen
    assert len(seen) <= MOST


def test_an_autosave_locks_and_saves(client: FlaskClient, attempts: dict[str, str]) -> None:
    with counted() as seen:
        put(client, attempts["exam"], "mot", "ruche", 1)
    assert len(seen) == 2, seen


def test_a_submit_is_six_statements_whatever_the_number_of_items(
    client: FlaskClient, attempts: dict[str, str]
) -> None:
    with counted() as seen:
        client.post(f"{attempts['exam']}/submit")
    assert len(seen) == 6, seen  # lock, read, what was accepted afterwards; marks, score, counts


def test_a_form_costs_no_more_for_more_answers(
    client: FlaskClient, attempts: dict[str, str]
) -> None:
    data = dict(fields(client.get(attempts["exam"]).text))
    with counted() as seen:
        client.post(attempts["exam"], data=data | {"q.mot": "ruche", "q.nombre": "3"})
    assert len(seen) == 3, seen  # lock, read, save


def test_a_version_is_read_once_by_a_process(app: Flask) -> None:
    with counted() as seen:
        for _ in range(2):
            app.test_client().get("/quizzes/marche-de-noel-b1/paper")
    assert sum("document" in statement for statement in seen) == 1
