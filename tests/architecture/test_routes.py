"""Every address of the application is listed here, with who may see what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.access import cookie_name
from tests.conftest import add_teacher, sign_in
from tests.integration.classes import code_on, give_by_page, learner_of, new_class

PUBLIC = {
    "library.home",
    "library.dossier",
    "library.quiz",
    "library.paper",
    "library.help_page",
    "taking.start",  # opens an attempt of one's own
    "joining.code",
    "joining.find",
    "joining.door",  # the code is the key, and tries are counted
    "joining.join",
    "preferences.change",
    "privacy.page",
    "progress.recover",
    "progress.recover_form",
    "health.alive",
    "health.ready",
    "health.metrics",  # its token is the key
    "media.show",  # what no published quiz shows is a 404, except for its own teacher
    "setup.open_link",  # the link is the key
    "setup.redeem",
    "account.confirm_address",  # the link is the key
    "account.forgot",
    "account.open_address",
    "security.login",
    "security.logout",
}
"""What anybody may see."""

HALF_WAY = {
    "security.mf_recovery",
    "security.two_factor_token_validation",
}
"""After the password, before the code; without a password first, one is sent to sign in."""

CLOSED = {
    "security.tf_select",
    "security.two_factor_rescue",
}
"""What Flask-Security always makes, and nobody sees."""

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
    "taking.here",
    "taking.look_up",
    "taking.results",
    "taking.submit",
}
"""What names an attempt: it belongs to one learner, and is a 404 to all others."""

GIVEN = {
    "joining.assignment",
    "taking.start_assigned",
}
"""What names an assignment: it is there for the learners of its class, and a 404 to all others."""

CLASS = {
    "reporting.class_questions",
    "reporting.class_text",
    "classes.add_members",
    "classes.archive",
    "classes.assignment",
    "classes.board",
    "classes.cards",
    "classes.change",
    "classes.choose",
    "classes.close",
    "classes.delete",
    "classes.extend",
    "classes.give",
    "classes.grant",
    "classes.invite",
    "classes.live",
    "classes.live_places",
    "classes.member",
    "classes.merge",
    "classes.move",
    "classes.new_code",
    "classes.purge",
    "classes.purge_form",
    "classes.remove",
    "classes.remove_teacher",
    "classes.rename",
    "classes.restore",
    "classes.room",
    "classes.set_joining",
    "classes.set_terms",
}
"""What names a class or what it was given: for its teachers, and a 404 to other teachers."""

TEACHER = CLASS | {
    "classes.accept",
    "classes.home",
    "classes.make",
    "classes.offered",
    "account.end_session",
    "account.end_sessions",
    "account.home",
    "account.rename",
    "security.change_password",
    "security.mf_recovery_codes",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.verify",
    "drafting.add_files",
    "drafting.add_item",
    "drafting.add_text",
    "drafting.delete_draft",
    "drafting.delete_item",
    "drafting.draft",
    "drafting.drop_text",
    "drafting.edit_item",
    "drafting.edit_text",
    "drafting.keep_item",
    "drafting.keep_many",
    "drafting.move_item",
    "drafting.move_text",
    "drafting.new_draft",
    "drafting.publish",
    "drafting.ready",
    "drafting.save_item",
    "drafting.save_text",
    "drafting.texts",
    "drafting.try_item",
    "drafting.upload",
    "reporting.questions",
    "reporting.text",
    "marking.accept",
    "marking.accept_form",
    "marking.download",
    "marking.essays",
    "marking.learner",
    "marking.mark",
    "marking.mark_essay",
    "marking.question",
    "marking.results",
    "projecting.assignment",
    "projecting.quiz",
    "teaching.accept",
    "teaching.copy",
    "teaching.download",
    "teaching.edit",
    "teaching.export",
    "teaching.formats",
    "teaching.home",
    "teaching.offer",
    "teaching.paper",
    "teaching.quiz",
    "teaching.share",
    "teaching.shared",
    "teaching.shelves",
    "teaching.template",
    "teaching.unshare",
    "teaching.withdraw",
}
"""For teachers; a visitor is sent to sign in."""

ADMIN = {
    "account.address_of",
    "account.change_address",
    "account.change_role",
    "account.end_sessions_of",
    "account.invite",
    "account.people",
    "account.remove_second_step",
    "account.reset_link",
    "account.set_active",
    "account.withdraw",
}
"""For admins: a visitor is sent to sign in, and to a teacher it is a 404."""

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
            form = {"data": {"s.sujet": "0", "word": "1"}} if method == "POST" else {}
            yield Address(rule.endpoint, method, path, json or form)


def addresses(app: Flask, endpoints: set[str]) -> Iterator[Address]:
    """Every way into pages, with made-up values where they name something."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in endpoints:
            numbers = {name for name, kind in rule._converters.items() if kind.regex == r"\d+"}
            values = {name: 1 if name in numbers else "x" for name in rule.arguments}
            _, path = rule.build(values) or ("", "")
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Address(rule.endpoint, method, path)


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


def test_every_address_is_listed_with_who_may_see_it(sqlite_app: Flask) -> None:
    known = {rule.endpoint for rule in sqlite_app.url_map.iter_rules()}
    lists = (PUBLIC, MINE, OWNED, GIVEN, TEACHER, ADMIN, HALF_WAY, CLOSED)
    assert known == set().union(*lists)
    assert len(known) == sum(map(len, lists)), "listed twice"


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
    in_training = (
        {"taking.try_question", "taking.use_hint", "taking.look_up"} if mode == "exam" else set()
    )
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


def test_a_visitor_is_sent_to_sign_in_wherever_teachers_work(sqlite_app: Flask) -> None:
    found = set()
    for address in addresses(sqlite_app, TEACHER | ADMIN | HALF_WAY):
        answer = sqlite_app.test_client().open(address.path, method=address.method)
        assert answer.status_code in (302, 303), address
        assert answer.location.partition("?")[0] == "/account/login", address
        found.add(address.endpoint)
    assert found == TEACHER | ADMIN | HALF_WAY


def test_what_is_for_admins_is_nowhere_to_be_found_by_a_teacher(sqlite_app: Flask) -> None:
    teacher = sign_in(sqlite_app.test_client(), add_teacher())
    for address in addresses(sqlite_app, ADMIN):
        assert teacher.open(address.path, method=address.method).status_code == 404, address


@dataclass(frozen=True, slots=True)
class Lesson:
    """A class with one learner, and one quiz given to it."""

    teacher: FlaskClient
    class_id: str
    assignment_id: str
    learner: FlaskClient


def lesson(app: Flask, name: str) -> Lesson:
    teacher = sign_in(app.test_client(), add_teacher(name))
    room = new_class(teacher)
    learner = learner_of(app, code_on(teacher, room), "Zoé")
    assignment_id = give_by_page(teacher, room, minutes="30")
    return Lesson(teacher, room.rpartition("/")[2], assignment_id, learner)


def class_addresses(app: Flask, of: Lesson, endpoints: set[str]) -> Iterator[Address]:
    """Every way into a class and what it was given, with what a form of it would send."""
    values = {"class_id": of.class_id, "assignment_id": of.assignment_id, "member_id": 1}
    sent = {
        "quiz": QUIZ,
        "mode": "exam",
        "counts": "best",
        "feedback": "now",
        "name": "Nom",
        "names": "Léa",
        "minutes": "5",
        "purge_on": "2027-07-31",
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint in endpoints:
            _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                form = {"data": sent} if method == "POST" else {}
                yield Address(rule.endpoint, method, path, form)


def test_a_class_is_nowhere_to_be_found_by_another_teacher(sqlite_app: Flask) -> None:
    mine, theirs = lesson(sqlite_app, "Ana Lopes"), lesson(sqlite_app, "Blaise Kouassi")
    found = {
        address.endpoint: mine.teacher.open(
            address.path, method=address.method, **address.sent
        ).status_code
        for address in class_addresses(sqlite_app, theirs, CLASS)
    }
    assert found == dict.fromkeys(CLASS, 404)
    assert theirs.teacher.get(f"/teach/classes/{theirs.class_id}").status_code == 200


def test_a_class_is_nowhere_to_be_found_by_a_learner(sqlite_app: Flask) -> None:
    here = lesson(sqlite_app, "Ana Lopes")
    for address in class_addresses(sqlite_app, here, CLASS):
        answer = here.learner.open(address.path, method=address.method, **address.sent)
        assert answer.status_code == 303, address
        assert answer.location.partition("?")[0] == "/account/login", address


def test_what_a_class_was_given_is_for_its_learners_alone(sqlite_app: Flask) -> None:
    here, there = lesson(sqlite_app, "Ana Lopes"), lesson(sqlite_app, "Blaise Kouassi")
    for client in (there.learner, there.teacher, here.teacher, sqlite_app.test_client()):
        for address in class_addresses(sqlite_app, here, GIVEN):
            assert client.open(address.path, method=address.method).status_code == 404, address
    for address in class_addresses(sqlite_app, here, GIVEN):
        assert here.learner.open(address.path, method=address.method).status_code in (200, 303)


def test_an_attempt_of_a_class_is_its_learners_alone(sqlite_app: Flask) -> None:
    here, there = lesson(sqlite_app, "Ana Lopes"), lesson(sqlite_app, "Blaise Kouassi")
    started = here.learner.post(f"/assignments/{here.assignment_id}/attempts")
    attempt_id = started.location.rpartition("/")[2]
    for client in (there.learner, there.teacher, here.teacher):
        assert statuses(sqlite_app, client, attempt_id) == dict.fromkeys(OWNED, 404)


def test_what_nobody_uses_is_nowhere_to_be_found(sqlite_app: Flask) -> None:
    teacher = sign_in(sqlite_app.test_client(), add_teacher())
    for client in (sqlite_app.test_client(), teacher):
        for address in addresses(sqlite_app, CLOSED):
            assert client.open(address.path, method=address.method).status_code == 404, address


def test_a_teacher_who_is_signed_in_finds_no_attempt_of_a_learner(sqlite_app: Flask) -> None:
    attempt_id = begin(sqlite_app.test_client(), "exam")
    teacher = sign_in(sqlite_app.test_client(), add_teacher())
    assert statuses(sqlite_app, teacher, attempt_id) == dict.fromkeys(OWNED, 404)
