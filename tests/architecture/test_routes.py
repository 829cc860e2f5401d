"""Every address of the application is listed here, with who may see what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.access import cookie_name

PUBLIC = {
    "library.home",
    "library.dossier",
    "library.quiz",
    "library.paper",
    "library.help_page",
    "taking.start",  # opens an attempt of one's own
    "preferences.change",
    "progress.recover",
    "progress.recover_form",
    "health.alive",
    "health.ready",
}
"""What anybody may see."""

MINE = {
    "progress.me",
    "progress.recovery_code",
    "progress.leave",
    "progress.leave_form",
    "progress.erase",
    "progress.erase_form",
    "progress.download_json",
    "progress.download_csv",
}
"""What names no learner: it shows the one that the cookie names, and a visitor nobody."""

OWNED = {
    "taking.attempt",
    "taking.save",
    "taking.save_one",
    "taking.try_question",
    "taking.use_hint",
    "taking.check",
    "taking.results",
    "taking.submit",
}
"""What names an attempt: it belongs to one learner, and is a 404 to all others."""

QUIZ = "marche-de-noel-b1"
MODES = ("exam", "training")


@dataclass
class Address:
    endpoint: str
    method: str
    path: str
    sent: dict[str, Any] = field(default_factory=dict)


def owned_addresses(app: Flask, attempt_id: str) -> Iterator[Address]:
    """Every way into an attempt; the submission last, as it closes it."""
    values = {"attempt_id": attempt_id, "question_id": "sujet"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in OWNED]
    for rule in sorted(rules, key=lambda rule: rule.endpoint == "taking.submit"):
        _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            json = {"json": {"answer": None, "seq": 1}} if method == "PUT" else {}
            form = {"data": {"s.sujet": "0"}} if method == "POST" else {}
            yield Address(rule.endpoint, method, path, json or form)


def begin(client: FlaskClient, mode: str) -> str:
    """Start an attempt, and give its id."""
    started = client.post(f"/quizzes/{QUIZ}/attempts", data={"mode": mode})
    assert started.status_code == 303
    return started.location.rpartition("/")[2]


def statuses(app: Flask, client: FlaskClient, attempt_id: str) -> dict[str, int]:
    return {
        address.endpoint: client.open(
            address.path, method=address.method, **address.sent
        ).status_code
        for address in owned_addresses(app, attempt_id)
    }


def test_every_address_is_listed_as_public_or_owned(sqlite_app: Flask) -> None:
    known = {rule.endpoint for rule in sqlite_app.url_map.iter_rules()}
    assert known == PUBLIC | MINE | OWNED
    assert len(known) == len(PUBLIC) + len(MINE) + len(OWNED), "listed twice"


def test_an_address_that_names_an_attempt_is_owned(sqlite_app: Flask) -> None:
    naming = {r.endpoint for r in sqlite_app.url_map.iter_rules() if "attempt_id" in r.arguments}
    assert naming == OWNED


@pytest.mark.parametrize("mode", MODES)
def test_an_attempt_is_nowhere_to_be_found_by_a_visitor(sqlite_app: Flask, mode: str) -> None:
    attempt_id = begin(sqlite_app.test_client(), mode)
    visitor = sqlite_app.test_client()
    assert statuses(sqlite_app, visitor, attempt_id) == dict.fromkeys(OWNED, 404)


@pytest.mark.parametrize("mode", MODES)
def test_an_attempt_is_nowhere_to_be_found_by_another_learner(sqlite_app: Flask, mode: str) -> None:
    attempt_id = begin(sqlite_app.test_client(), mode)
    other = sqlite_app.test_client()
    begin(other, mode)
    assert statuses(sqlite_app, other, attempt_id) == dict.fromkeys(OWNED, 404)


@pytest.mark.parametrize("mode", MODES)
def test_a_submitted_attempt_is_no_more_public(sqlite_app: Flask, mode: str) -> None:
    owner, other = sqlite_app.test_client(), sqlite_app.test_client()
    attempt_id = begin(owner, mode)
    owner.post(f"/attempts/{attempt_id}/submit")
    begin(other, mode)
    assert statuses(sqlite_app, other, attempt_id) == dict.fromkeys(OWNED, 404)


@pytest.mark.parametrize("token", ["", "x", "é", "x" * 3_000, "' OR 1=1 --"])
def test_a_made_up_cookie_finds_nothing(sqlite_app: Flask, token: str) -> None:
    attempt_id = begin(sqlite_app.test_client(), "exam")
    forger = sqlite_app.test_client()
    forger.set_cookie(cookie_name(), token)
    assert statuses(sqlite_app, forger, attempt_id) == dict.fromkeys(OWNED, 404)


@pytest.mark.parametrize("mode", MODES)
def test_its_own_learner_finds_it_everywhere(sqlite_app: Flask, mode: str) -> None:
    owner = sqlite_app.test_client()
    found = statuses(sqlite_app, owner, begin(owner, mode))
    in_training = {"taking.try_question", "taking.use_hint"} if mode == "exam" else set()
    assert {name for name, status in found.items() if status == 404} <= in_training
    assert all(status < 500 for status in found.values())


def test_an_attempt_that_never_was_is_a_404_too(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    begin(client, "exam")
    assert statuses(sqlite_app, client, "A" * 22) == dict.fromkeys(OWNED, 404)


def test_pages_without_a_name_show_a_visitor_nothing_of_anybody(sqlite_app: Flask) -> None:
    attempt_id = begin(sqlite_app.test_client(), "exam")
    rules = [rule for rule in sqlite_app.url_map.iter_rules() if rule.endpoint in MINE]
    for rule in rules:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = sqlite_app.test_client().open(rule.rule, method=method)
            assert answer.status_code < 500, rule
            assert attempt_id not in answer.text
