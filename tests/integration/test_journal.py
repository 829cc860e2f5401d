"""The journal of security: each event is one line that tells an account's number, and nobody's name."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.web.journal import log
from tests.conftest import PASSWORD, Visitor, add_teacher, sign_in
from tests.integration.test_accounts import (
    NOW,
    OTHER_PASSWORD,
    enter,
    link_in,
    person,
    register,
    use_codes,
)

SENT = {
    "ana.lopes",
    "ecole.example",
    "Ana Lopes",
    "zoe",
    PASSWORD,
    OTHER_PASSWORD,
    "127.0.0.1",
    "Firefox",
}
"""What no line may repeat."""


class Journal:
    """What an application has written down."""

    def __init__(self) -> None:
        self.out = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [line for line in found if line["logger"] == log.name]

    def told(self) -> list[tuple[str, int | None, int | None]]:
        """Events since this was last asked: what, whose account, by whom."""
        found = [(one["message"], one.get("account"), one.get("by")) for one in self.lines()]
        self.out.seek(0)
        self.out.truncate()
        return found


@pytest.fixture
def school(sqlite_app: Flask) -> Iterator[Flask]:
    """The application with lines of JSON."""
    settings = sqlite_app.config["RELIRE"].model_copy(update={"log": "json"})
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Visitor
    yield app
    app.logger.setLevel(logging.NOTSET)


@pytest.fixture
def journal(school: Flask) -> Journal:
    (handler,) = school.logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    found = Journal()
    handler.setStream(found.out)
    return found


@pytest.fixture
def chloe(school: Flask) -> FlaskClient:
    return sign_in(school.test_client(), add_teacher("Chloe Martin", "admin"))


def test_coming_in_and_going_is_told(school: Flask, journal: Journal) -> None:
    add_teacher()
    client = school.test_client()
    enter(client, password="pas le bon du tout")
    enter(client, "personne")
    enter(client)
    client.post("/account/logout")
    assert journal.told() == [
        ("sign-in refused", 1, None),
        ("sign-in refused", None, None),
        ("signed in", 1, None),
        ("signed out", 1, None),
    ]


def test_a_line_has_the_id_of_its_request(school: Flask, journal: Journal) -> None:
    add_teacher()
    answer = enter(school.test_client())
    (line,) = journal.lines()
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["level"], line["endpoint"], line["method"]) == ("info", "security.login", "POST")
    assert {"time", "logger"} < line.keys()


def test_passwords_and_second_steps_are_told(school: Flask, journal: Journal) -> None:
    with time_machine.travel(NOW) as clock:
        client = sign_in(school.test_client(), add_teacher())
        fields = {"new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
        client.post("/account/password", data=fields | {"password": "pas le bon"})
        client.post("/account/password", data=fields | {"password": PASSWORD})
        assert journal.told() == [("password refused", 1, None), ("password changed", 1, None)]
        code = use_codes(client)
        client.post("/account/logout")
        enter(client, password=OTHER_PASSWORD)
        client.post("/account/code", data={"code": "000000"})
        client.post("/account/recovery-code", data={"code": "abcd"})
        clock.shift(60)
        client.post("/account/code", data={"code": code()})
        client.post("/account/second-step", data={"setup": "disable"})
        assert [event for event, *_ in journal.told()] == [
            "second step on",
            "signed out",
            "code refused",
            "code refused",
            "signed in",
            "second step off",
        ]


def test_what_admins_do_is_told_with_who_did_it(
    school: Flask, journal: Journal, chloe: FlaskClient
) -> None:
    form = {"email": "zoe@ecole.example", "role": "teacher"}
    link = link_in(chloe.post("/account/people/invite", data=form))
    zoe = school.test_client()
    register(zoe, link)
    number = person(chloe, "Ana Lopes")
    path = f"/account/people/{number}"
    chloe.post(f"{path}/role", data={"role": "admin"})
    chloe.post(f"{path}/second-step")
    chloe.post(f"{path}/sessions/end")
    reset = link_in(chloe.post(f"{path}/reset"))
    zoe.post(reset, data={"password": OTHER_PASSWORD, "again": OTHER_PASSWORD})
    chloe.post(f"{path}/active", data={"active": "no"})
    chloe.post(f"{path}/active", data={"active": "yes"})
    chloe.post("/account/people/invite", data=form | {"email": "z@ecole.example"})
    chloe.post("/account/people/withdraw", data={"email": "z@ecole.example"})
    assert journal.told() == [
        ("invitation made", None, 1),
        ("account made", 2, None),
        ("signed in", 2, None),
        ("role changed", 2, 1),
        ("second step off", 2, 1),
        ("all sessions closed", 2, 1),
        ("password link made", 2, 1),
        ("password changed", 2, None),
        ("account closed", 2, 1),
        ("account opened", 2, 1),
        ("invitation made", None, 1),
        ("invitation withdrawn", None, 1),
    ]


def test_sessions_that_are_closed_are_told(school: Flask, journal: Journal) -> None:
    here, there = (school.test_client() for _ in range(2))
    whose = add_teacher()
    sign_in(there, whose)
    sign_in(here, whose)
    here.post("/account/sessions/1/end")
    here.post("/account/sessions/end")
    assert journal.told() == [("session closed", 1, None), ("other sessions closed", 1, None)]


def test_what_is_refused_is_told(school: Flask, journal: Journal, chloe: FlaskClient) -> None:
    ana = sign_in(school.test_client(), add_teacher())
    assert ana.get("/account/people").status_code == 404
    assert ana.post("/account/sessions/1/end").status_code == 404
    assert ana.get("/teach/classes/somebody-elses").status_code == 404
    assert journal.told() == [("access refused", 2, None)] * 3
    for _ in range(11):
        last = enter(school.test_client(), password="")
    assert last.status_code == 429
    assert journal.told()[-1] == ("too many requests", None, None)
    school.config["WTF_CSRF_ENABLED"] = True
    assert chloe.post("/account/sessions/end").status_code == 400
    assert journal.told() == [("form refused", None, None)]


def test_no_line_names_anybody_nor_can_what_is_sent_hide_or_forge_one(
    school: Flask, journal: Journal
) -> None:
    add_teacher()
    client = school.test_client()
    client.environ_base["HTTP_USER_AGENT"] = "Firefox\n{}"
    forged = 'x\n{"logger": "app.security", "message": "signed in", "account": 9}'
    for word in ("sign-in refused", "refused", "app.security", forged):
        enter(client, password=word)
        client.post("/account/login", data={"email": word, "password": word})
    enter(client)
    assert len(journal.out.getvalue().splitlines()) == 9 + 9, "a line a request, and one an event"
    for repeated in SENT:
        assert repeated not in journal.out.getvalue()
    assert [event for event, *_ in journal.told()] == ["sign-in refused"] * 8 + ["signed in"]
