"""Sessions of teachers: seen by them, ended by them, and by themselves; a copy of a cookie ends too."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.models.account import UserRow
from app.models.user_session import LONGEST, QUIET, REMEMBERED, SETTLED, SessionRow
from app.services import read, run, sessions
from app.services.sessions import NOTED_EVERY
from app.web.devices import device_of
from tests.conftest import add_teacher, sign_in
from tests.integration.test_accounts import OTHER_PASSWORD, PASSWORD, enter, is_in, person, said
from tests.integration.test_concurrency import posting, together
from tests.integration.test_statements import counted

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
LITTLE = timedelta(minutes=1)


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of a thief: it has the same cookies."""
    thief = app.test_client()
    for name in ("relire_session", "relire_teacher"):
        if cookie := client.get_cookie(name):
            thief.set_cookie(name, cookie.value)
    return thief


def rows() -> list[tuple[int, str]]:
    """The sessions that are kept: number and device."""
    with db.engine.connect() as conn:
        query = select(SessionRow.id, SessionRow.device).order_by(SessionRow.id)
        return [(number, device) for number, device in conn.execute(query)]


def the_user() -> tuple[int, str]:
    """The only one: number, and what their sessions belong to."""
    with db.engine.connect() as conn:
        number, uniquifier = conn.execute(select(UserRow.id, UserRow.fs_uniquifier)).one()
        return number, uniquifier


def to_close(client: FlaskClient) -> list[str]:
    """Where the buttons « Fermer » of one's page lead."""
    page = client.get("/account/").text
    return re.findall(r'action="(/account/sessions/\d+/end)"', page)


@pytest.mark.parametrize("remember", ["", "y"])
def test_a_copied_cookie_opens_nothing_after_signing_out(app: Flask, remember: str) -> None:
    add_teacher()
    client = app.test_client()
    enter(client, remember=remember)
    thief = copy_of(app, client)
    assert is_in(thief)
    client.post("/account/logout")
    assert not is_in(thief)
    assert thief.get("/account/password").status_code == 302
    thief.delete_cookie("relire_session")
    assert not is_in(thief)
    assert rows() == []


def test_signing_out_twice_at_once_is_signing_out(app: Flask) -> None:
    add_teacher()
    client = app.test_client()
    enter(client)
    codes = together([posting(copy_of(app, client), "/account/logout") for _ in range(3)])
    assert set(codes) == {302}
    assert not is_in(client)


def test_signing_in_again_ends_the_session_that_this_browser_had(app: Flask) -> None:
    add_teacher()
    client = app.test_client()
    enter(client, remember="y")
    thief = copy_of(app, client)
    client.delete_cookie("relire_session")
    with db.engine.begin() as conn:
        conn.execute(update(SessionRow).values(begun=datetime.now(UTC) - REMEMBERED))
    assert not is_in(client)
    enter(client)
    assert is_in(client)
    assert not is_in(thief)
    assert len(rows()) == 1


@pytest.mark.parametrize("token", ["", "0", "é" * 300, "' OR 1=1 --", "A" * 43])
def test_a_session_that_never_was_lets_nobody_in(app: Flask, token: str) -> None:
    uniquifier = add_teacher()
    for made_up in (token, uniquifier):
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(_user_id=made_up, _fresh=True)
        assert not is_in(client)
        assert client.get("/account/password").status_code == 302


def test_a_copy_of_the_database_opens_nothing(app: Flask) -> None:
    client = sign_in(app.test_client(), add_teacher())
    with client.session_transaction() as session:
        token = session["_user_id"]
    with db.engine.connect() as conn:
        kept = conn.exec_driver_sql("SELECT * FROM user_session").all()
    assert kept
    assert token not in str(kept)


# By themselves


def test_a_session_that_is_not_used_ends(app: Flask) -> None:
    add_teacher()
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        client = app.test_client()
        enter(client)
        for _ in range(3):
            clock.shift(QUIET - LITTLE)
            assert is_in(client), "it is used"
        clock.shift(QUIET)
        assert not is_in(client)
        assert client.get("/account/password").status_code == 302


def test_a_session_ends_however_much_it_is_used(app: Flask) -> None:
    add_teacher()
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        client = app.test_client()
        enter(client)
        while datetime.now(UTC) + timedelta(hours=2) < now + LONGEST:
            clock.shift(timedelta(hours=2))
            assert is_in(client)
        clock.move_to(now + LONGEST)
        assert not is_in(client)


def test_who_is_remembered_comes_in_for_a_month_and_no_longer(app: Flask) -> None:
    add_teacher()
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        client = app.test_client()
        enter(client, remember="y")
        client.delete_cookie("relire_session")
        clock.move_to(now + REMEMBERED - LITTLE)
        assert is_in(client)
        clock.move_to(now + REMEMBERED)
        assert not is_in(client)


def test_most_requests_write_nothing_and_cost_one_statement(app: Flask) -> None:
    client = sign_in(app.test_client(), add_teacher())
    now = datetime.now(UTC)
    seen = []
    for later in (timedelta(0), NOTED_EVERY, NOTED_EVERY, 2 * NOTED_EVERY):
        with time_machine.travel(now + later, tick=False), counted() as statements:
            assert client.get("/account/people").status_code == 404
        seen.append(len(statements))
    assert seen == [1, 2, 1, 2]


def test_a_page_is_shown_where_nothing_can_be_written(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(app.test_client(), add_teacher())

    def full(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("the disk is full"))

    monkeypatch.setattr(sessions, "note_seen", full)
    with time_machine.travel(datetime.now(UTC) + NOTED_EVERY):
        assert is_in(client)


def test_what_is_over_is_swept(app: Flask) -> None:
    sign_in(app.test_client(), add_teacher())
    elsewhere = sign_in(app.test_client(), add_teacher("Blaise Kouassi"))
    assert run(sessions.sweep, datetime.now(UTC)) == 0
    with db.engine.begin() as conn:
        conn.execute(update(UserRow).where(UserRow.name == "Ana Lopes").values(fs_uniquifier="new"))
    later = datetime.now(UTC) + 2 * SETTLED
    assert run(sessions.sweep, later) == 1
    assert is_in(elsewhere)
    assert run(sessions.sweep, datetime.now(UTC) + QUIET) == 1
    assert rows() == []


# By their user


def test_one_sees_ones_sessions_and_closes_one(app: Flask) -> None:
    add_teacher()
    here, there, remembered = (app.test_client() for _ in range(3))
    for client, agent, remember in (
        (here, WINDOWS, ""),
        (there, IPHONE, ""),
        (remembered, "odd", "y"),
    ):
        client.environ_base["HTTP_USER_AGENT"] = agent
        enter(client, remember=remember)
    page = said(here.get("/account/"))
    assert "Firefox, Windows cet appareil" in page
    assert page.count("cet appareil") == 1
    assert "Safari, iPhone" in page
    assert "Appareil inconnu" in page
    numbers = {device: number for number, device in rows()}
    closing = f"/account/sessions/{numbers['Safari, iPhone']}/end"
    assert closing in to_close(here)
    assert here.post(closing).status_code == 303
    assert [is_in(one) for one in (here, there, remembered)] == [True, False, True]
    assert here.post(closing).status_code == 404, "pressed twice"
    assert [is_in(one) for one in (here, there, remembered)] == [True, False, True]


def test_the_session_of_somebody_else_is_nowhere(app: Flask, admin: FlaskClient) -> None:
    mine = sign_in(app.test_client(), add_teacher())
    theirs = sign_in(app.test_client(), add_teacher("Blaise Kouassi"))
    for number, _ in rows()[-1:]:
        for client in (mine, admin):
            assert client.post(f"/account/sessions/{number}/end").status_code == 404
    for number in (0, 999999, 2**31, 10**30):
        assert mine.post(f"/account/sessions/{number}/end").status_code == 404
        assert admin.post(f"/account/people/{number}/sessions/end").status_code == 404
    assert is_in(theirs)


def test_of_those_who_close_a_session_at_once_one_does(app: Flask) -> None:
    add_teacher()
    here, there = app.test_client(), app.test_client()
    enter(here)
    enter(there)
    (closing,) = to_close(here)
    codes = together([posting(copy_of(app, here), closing) for _ in range(3)])
    assert sorted(codes) == [303, 404, 404]
    assert not is_in(there)
    assert is_in(here)


def test_all_others_are_closed_and_nobody_elses(app: Flask) -> None:
    add_teacher()
    other = sign_in(app.test_client(), add_teacher("Blaise Kouassi"))
    here, there = app.test_client(), app.test_client()
    enter(here)
    enter(there, remember="y")
    assert "Fermer toutes les autres" in said(here.get("/account/"))
    for _ in range(2):
        assert here.post("/account/sessions/end").status_code == 303
    assert [is_in(one) for one in (here, there, other)] == [True, False, True]
    assert to_close(here) == []
    assert "Fermer toutes les autres" not in said(here.get("/account/"))


def test_a_session_that_begins_while_the_password_changes_does_not_outlive_it(app: Flask) -> None:
    """Whoever knew the former password may have been let in a moment before."""
    add_teacher()
    here = app.test_client()
    enter(here)
    fields = {"new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    thieves = [app.test_client() for _ in range(3)]
    data = {"email": "ana.lopes@ecole.example", "password": PASSWORD}
    together(
        [
            posting(here, "/account/password", password=PASSWORD, **fields),
            *(posting(thief, "/account/login", **data) for thief in thieves),
        ]
    )
    assert is_in(here)
    assert [is_in(thief) for thief in thieves] == [False] * 3
    assert to_close(here) == []


@pytest.mark.usefixtures("app")
def test_who_signs_in_while_a_password_changes_does_not_end_the_session_that_goes_on() -> None:
    """Whoever changes it is let in a moment before it is stored."""
    add_teacher()
    user_id, former = the_user()
    begin = partial(
        run,
        partial(sessions.begin, user_id=user_id, remembered=False, device="", former=frozenset()),
    )
    kept = begin(uniquifier="new", now=datetime.now(UTC))
    other = begin(uniquifier=former, now=datetime.now(UTC))
    with db.engine.begin() as conn:
        conn.execute(update(UserRow).values(fs_uniquifier="new"))
    assert read(sessions.find_signed_in, kept, datetime.now(UTC))
    assert not read(sessions.find_signed_in, other, datetime.now(UTC))


def test_an_admin_closes_all_sessions_of_an_account(app: Flask, admin: FlaskClient) -> None:
    add_teacher()
    other = sign_in(app.test_client(), add_teacher("Blaise Kouassi"))
    here, there = app.test_client(), app.test_client()
    enter(here)
    enter(there, remember="y")
    path = f"/account/people/{person(admin, 'Ana Lopes')}/sessions/end"
    assert other.post(path).status_code == 404
    assert is_in(here)
    assert admin.post(path).status_code == 303
    assert [is_in(one) for one in (here, there, other, admin)] == [False, False, True, True]
    assert enter(here).status_code == 302
    assert is_in(here)
    assert admin.post("/account/people/999999/sessions/end").status_code == 404


def test_a_cookie_that_is_sent_again_holds_the_same_again(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "À bientôt")]
    cookie = client.get_cookie("relire_session")
    assert cookie
    for _ in range(2):
        client.set_cookie(cookie.key, cookie.value)
        assert "À bientôt" in client.get("/").text
        assert "À bientôt" not in client.get("/").text


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (WINDOWS, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140 Safari/537.36", "Chrome, ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Chrome, Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_two_words(agent: str, device: str) -> None:
    assert device_of(agent) == device
