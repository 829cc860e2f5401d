"""Teachers and admins: how they come in, and how nobody else does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from app.extensions import db
from app.services import accounts, run
from app.web.security import WORDS
from tests.conftest import PASSWORD, add_teacher, sign_in
from tests.integration.test_concurrency import posting, together
from tests.integration.test_statements import counted

OTHER_PASSWORD = "tortue violon neuf lampe"
WEAK = {
    "court": "au moins 12",
    "motdepasse12": "les plus répandus",
    "aaaaaaaaaaaaaaaa": "répète",
    "ana.lopes@ecole.example": "votre nom ou votre adresse",
    "x" * 201: "au plus 200",
    "": "Écrivez un mot de passe",
}
WRONG = "L’adresse ou le mot de passe ne convient pas."
ACTIVE = '<span class="tag ok">Active</span>'
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def said(answer: TestResponse) -> str:
    """The text of a page, with plain spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def link_in(answer: TestResponse) -> str:
    """The path of the one-time link that a page shows."""
    found = re.search(r'value="http://[^/"]+(/setup/[\w-]+)"', answer.text)
    assert found, answer.text
    return found[1]


def first_link() -> str:
    token = run(accounts.make_setup_link, datetime.now(UTC))
    assert token
    return f"/setup/{token}"


def register(client: FlaskClient, link: str, **changed: str) -> TestResponse:
    fields = {"name": "Ana Lopes", "email": "Ana.Lopes@ecole.example"}
    passwords = {"password": PASSWORD, "again": changed.get("password", PASSWORD)}
    return client.post(link, data=fields | passwords | changed)


def enter(
    client: FlaskClient, name: str = "ana.lopes", password: str = PASSWORD, **more: str
) -> TestResponse:
    data = {"email": f"{name}@ecole.example", "password": password, **more}
    return client.post("/account/login", data=data)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def person(admin: FlaskClient, name: str) -> int:
    """The number of somebody, as the page of people knows it."""
    page = admin.get("/account/people").text
    numbers = re.findall(rf"/account/people/(\d+)/active[\s\S]*?– {name}<", page)
    assert numbers, page
    return int(numbers[-1])


def use_codes(client: FlaskClient) -> Callable[[], str]:
    """Ask for a second step; gives what an authenticator app would show."""
    page = client.post("/account/second-step", data={"setup": "authenticator"}).text
    key = re.search(r'class="key">([\w-]+)<', page)
    action = re.search(r'action="(/account/second-step/[^"]+)"', page)
    assert key
    assert action
    assert 'src="data:image/svg+xml;base64,' in page
    app = TOTP(key[1])

    def code() -> str:
        return str(app.generate().token)

    assert client.post(unescape(action[1]), data={"code": code()}).status_code == 302
    return code


# Coming in


def test_the_first_teacher_comes_in_through_a_link_invites_another_and_they_sign_in(
    app: Flask,
) -> None:
    ana = app.test_client()
    link = first_link()
    assert "Bienvenue" in ana.get(link).text
    arrived = register(ana, link)
    assert arrived.status_code == 303
    assert "très solide" in said(ana.get(arrived.location))
    invited = ana.post(
        "/account/people/invite", data={"email": " Blaise@Ecole.example", "role": "teacher"}
    )
    assert "blaise@ecole.example" in said(invited)
    blaise = app.test_client()
    assert "blaise@ecole.example" in blaise.get(link_in(invited)).text
    assert register(blaise, link_in(invited), name="Blaise").status_code == 303
    assert is_in(blaise)
    assert "Blaise" in said(ana.get("/account/people"))
    blaise.post("/account/logout")
    assert not is_in(blaise)
    assert enter(blaise, "BLAISE").status_code == 302
    assert is_in(blaise)
    assert blaise.get("/account/people").status_code == 404


def test_looking_at_a_link_does_not_use_it_and_using_it_does(app: Flask) -> None:
    link = first_link()
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    assert register(app.test_client(), link).status_code == 303
    again = register(app.test_client(), link, email="eve@ecole.example")
    assert again.status_code == 404
    assert "n’ouvre plus rien" in said(again)
    assert "n’ouvre plus rien" in said(app.test_client().get(link))


def test_of_those_who_use_a_link_at_once_one_comes_in(app: Flask) -> None:
    link = first_link()
    fields = {"name": "Ana", "password": PASSWORD, "again": PASSWORD}
    codes = together(
        [
            posting(app.test_client(), link, email=f"ana{n}@ecole.example", **fields)
            for n in range(4)
        ]
    )
    assert sorted(codes) == [303, 404, 404, 404]


def test_a_new_first_link_voids_the_former_and_none_is_made_once_somebody_teaches(
    app: Flask,
) -> None:
    former, link = first_link(), first_link()
    assert app.test_client().get(former).status_code == 404
    assert register(app.test_client(), link).status_code == 303
    assert run(accounts.make_setup_link, datetime.now(UTC)) is None


def test_a_first_link_opens_nothing_once_somebody_came_in_another_way(app: Flask) -> None:
    link = first_link()
    add_teacher()
    assert app.test_client().get(link).status_code == 404
    assert register(app.test_client(), link, email="eve@ecole.example").status_code == 404


@pytest.mark.parametrize(("purpose", "days"), [("setup", 7), ("invite", 14), ("reset", 2)])
def test_a_link_expires(app: Flask, admin: FlaskClient, purpose: str, days: int) -> None:
    if purpose == "setup":
        with db.engine.begin() as conn:
            conn.exec_driver_sql('DELETE FROM "user"')
        link = first_link()
    elif purpose == "invite":
        form = {"email": "b@ecole.example", "role": "teacher"}
        link = link_in(admin.post("/account/people/invite", data=form))
    else:
        add_teacher()
        link = link_in(admin.post(f"/account/people/{person(admin, 'Ana Lopes')}/reset"))
    visitor = app.test_client()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days, minutes=-5)):
        assert visitor.get(link).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days, minutes=5)):
        assert visitor.get(link).status_code == 404
        assert register(visitor, link).status_code == 404


def test_only_hashes_of_links_are_stored(app: Flask) -> None:
    assert app
    token = first_link().rpartition("/")[2]
    with db.engine.connect() as conn:
        assert token not in str(conn.exec_driver_sql("SELECT * FROM account_link").all())


@pytest.mark.parametrize(("password", "reason"), WEAK.items(), ids=range(len(WEAK)))
def test_a_weak_password_is_refused_with_the_reason_wherever_one_is_chosen(
    sqlite_app: Flask, password: str, reason: str
) -> None:
    app = sqlite_app
    teacher = sign_in(app.test_client(), add_teacher())
    admin = sign_in(app.test_client(), add_teacher("Chloe Martin", "admin"))
    link = link_in(admin.post(f"/account/people/{person(admin, 'Ana Lopes')}/reset"))
    refused = app.test_client().post(link, data={"password": password, "again": password})
    assert refused.status_code == 422
    assert reason in said(refused)
    fields = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    assert reason in said(teacher.post("/account/password", data=fields))
    assert enter(app.test_client()).status_code == 302  # the former one is still right


def test_two_different_passwords_and_a_wrong_address_are_refused_beside_their_fields(
    app: Flask,
) -> None:
    link = first_link()
    refused = register(app.test_client(), link, again="autre chose encore", email="ana")
    assert "Les deux mots de passe" in said(refused)
    assert "arobase" in said(refused)
    assert 'value="ana"' in refused.text
    assert PASSWORD not in refused.text
    assert register(app.test_client(), link).status_code == 303


def test_inviting_somebody_who_is_here_is_refused_and_twice_voids_the_first(
    app: Flask, admin: FlaskClient
) -> None:
    add_teacher()
    form = {"email": "ana.lopes@ecole.example", "role": "teacher"}
    refused = admin.post("/account/people/invite", data=form)
    assert refused.status_code == 422
    assert "déjà un compte" in said(refused)
    form["email"] = "b@ecole.example"
    links = [link_in(admin.post("/account/people/invite", data=form)) for _ in range(2)]
    assert [app.test_client().get(link).status_code for link in links] == [404, 200]
    admin.post("/account/people/withdraw", data={"email": "b@ecole.example"})
    assert app.test_client().get(links[1]).status_code == 404


@pytest.mark.parametrize("form", [{"email": "non"}, {"email": ""}, {"role": "king"}])
def test_an_invitation_that_cannot_be_is_refused_in_words(
    admin: FlaskClient, form: dict[str, str]
) -> None:
    sent = {"email": "b@ecole.example", "role": "teacher"} | form
    refused = admin.post("/account/people/invite", data=sent)
    assert refused.status_code == 422
    assert "field-error" in refused.text


# Signing in


def test_an_unknown_address_looks_like_a_wrong_password(app: Flask) -> None:
    add_teacher()
    wrong = enter(app.test_client(), password="pas le bon du tout")
    unknown = enter(app.test_client(), "personne", password="pas le bon du tout")
    assert WRONG in said(wrong)
    pages = [re.sub(r'csrf_token" value="[^"]+"', "", one.text) for one in (wrong, unknown)]
    assert pages[0] == pages[1].replace("personne@", "ana.lopes@")
    assert wrong.status_code == unknown.status_code


@pytest.mark.parametrize("data", [{}, {"email": "x"}, {"password": "x"}, {"email": "é" * 9999}])
def test_an_incomplete_sign_in_is_answered_in_words(
    sqlite_app: Flask, data: dict[str, str]
) -> None:
    answer = sqlite_app.test_client().post("/account/login", data=data)
    assert WRONG in said(answer)


def test_guessing_a_password_is_slowed_down_per_account_wherever_it_comes_from(
    app: Flask,
) -> None:
    add_teacher()
    statuses = [
        app.test_client()
        .post(
            "/account/login",
            data={"email": "Ana.Lopes@ecole.example ", "password": f"essai {n}"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{n}"},
        )
        .status_code
        for n in range(12)
    ]
    assert statuses == [200] * 10 + [429] * 2


def test_guessing_is_slowed_down_per_address_whatever_the_account(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    statuses = [enter(client, f"n{n}", password="").status_code for n in range(32)]
    assert statuses == [200] * 30 + [429] * 2
    assert client.get("/account/login").status_code == 200


def test_one_comes_back_to_the_page_that_was_asked(app: Flask) -> None:
    add_teacher()
    client = app.test_client()
    asked = client.get("/account/?a=1")
    assert asked.status_code == 303
    assert asked.location == "/account/login?next=/account/?a%3D1"
    page = client.get(asked.location).text
    assert 'name="next" value="/account/?a=1"' in page
    assert enter(client, next="/account/?a=1").location == "/account/?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "http://localhost@evil.example/",
    ],
)
def test_one_is_never_sent_elsewhere(sqlite_app: Flask, elsewhere: str) -> None:
    add_teacher()
    client = sqlite_app.test_client()
    answer = client.post(
        "/account/login",
        query_string={"next": elsewhere},
        data={"email": "ana.lopes@ecole.example", "password": PASSWORD, "next": elsewhere},
    )
    arrived = urlsplit(urljoin("http://localhost/account/login", answer.headers.get("Location")))
    assert (arrived.scheme, arrived.netloc) == ("http", "localhost")


def test_signing_in_keeps_no_cookie_that_outlives_the_browser_unless_asked(app: Flask) -> None:
    add_teacher()
    client = app.test_client()
    client.post("/quizzes/marche-de-noel-b1/attempts", data={"mode": "exam"})
    kept = [cookie for cookie in enter(client).headers.getlist("Set-Cookie") if "xpires" in cookie]
    assert kept == []
    assert not client.get_cookie("relire_teacher")
    client.post("/account/logout")
    cookies = enter(client, remember="y").headers.getlist("Set-Cookie")
    assert any("relire_teacher" in one and "HttpOnly" in one and "Lax" in one for one in cookies)


def test_trying_a_quiz_does_not_make_a_teachers_session_outlive_the_browser(
    teacher: FlaskClient,
) -> None:
    tried = teacher.post("/quizzes/marche-de-noel-b1/attempts", data={"mode": "exam"})
    sessions = [one for one in tried.headers.getlist("Set-Cookie") if "relire_session" in one]
    assert not any("xpires" in one for one in sessions)
    assert is_in(teacher)


def test_who_is_remembered_comes_back_after_the_browser_was_closed_until_they_sign_out(
    app: Flask,
) -> None:
    add_teacher()
    client = app.test_client()
    enter(client, remember="y")
    client.delete_cookie("relire_session")
    assert is_in(client)
    kept = client.get_cookie("relire_teacher")
    assert kept
    client.post("/account/logout")
    assert not client.get_cookie("relire_teacher")
    assert not is_in(client)


def test_a_made_up_cookie_lets_nobody_in(sqlite_app: Flask) -> None:
    uniquifier = add_teacher()
    client = sqlite_app.test_client()
    client.set_cookie("relire_teacher", f"{uniquifier}|{'0' * 128}")
    assert not is_in(client)


def test_a_session_ends_with_the_working_day_unless_remembered(app: Flask) -> None:
    add_teacher()
    here, home = app.test_client(), app.test_client()
    enter(here)
    enter(home, remember="y")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=15)):
        assert not is_in(here)
        assert here.get("/account/password").status_code == 302
        assert is_in(home)
        assert home.get("/account/password").status_code == 200


def test_a_form_from_before_signing_in_cannot_be_sent_after_it(sqlite_app: Flask) -> None:
    """Whoever planted the session of a browser does not know the token of the form."""
    add_teacher()
    client = sqlite_app.test_client()
    client.get("/account/login")
    with client.session_transaction() as session:
        session["csrf_token"] = "planted"
    enter(client)
    with client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"


def test_somebody_who_is_in_is_sent_on_from_the_page_of_signing_in(teacher: FlaskClient) -> None:
    assert teacher.get("/account/login").status_code == 302


# The second step


def test_with_a_second_step_the_password_alone_does_not_let_in(app: Flask) -> None:
    with time_machine.travel(NOW) as clock:
        client = sign_in(app.test_client(), add_teacher())
        code = use_codes(client)
        assert ACTIVE in client.get("/account/").text
        codes = re.findall(
            r"<code>([\da-f-]{14})</code>",
            client.post("/account/recovery-codes", data={"generate_new_codes": "y"}).text,
        )
        assert len(codes) == 8
        client.post("/account/logout")

        asked = enter(client)
        assert asked.location.startswith("/account/code")
        assert not is_in(client)
        assert "ne convient pas" in said(client.post(asked.location, data={"code": "000000"}))
        same = client.post(asked.location, data={"code": code()})
        assert same.status_code == 200, "the code that set it up does not open"
        clock.shift(60)
        assert client.post(asked.location, data={"code": code()}).status_code == 302
        assert is_in(client)

        thief = app.test_client()
        enter(thief)
        assert "ne convient pas" in said(thief.post("/account/code", data={"code": code()}))
        assert not is_in(thief)

        lost = app.test_client()
        enter(lost)
        assert "n’ouvre rien" in said(lost.post("/account/recovery-code", data={"code": "abcd"}))
        assert lost.post("/account/recovery-code", data={"code": codes[0]}).status_code == 302
        assert is_in(lost)
        assert "7 codes de secours" in said(lost.get("/account/"))
        again = app.test_client()
        enter(again)
        again.post("/account/recovery-code", data={"code": codes[0]})
        assert not is_in(again)


def test_secrets_of_the_second_step_are_stored_encrypted(app: Flask) -> None:
    client = sign_in(app.test_client(), add_teacher())
    page = client.post("/account/second-step", data={"setup": "authenticator"}).text
    key = re.search(r'class="key">([\w-]+)<', page)
    assert key
    use_codes(client)
    codes = client.post("/account/recovery-codes", data={"generate_new_codes": "y"}).text
    with db.engine.connect() as conn:
        stored = str(conn.exec_driver_sql('SELECT * FROM "user"').all())
    secrets = [key[1].replace("-", ""), *re.findall(r"<code>([\da-f-]{14})</code>", codes)]
    assert len(secrets) == 9
    assert [secret for secret in secrets if secret in stored] == []


def test_the_second_step_can_be_taken_off_again(app: Flask) -> None:
    client = sign_in(app.test_client(), add_teacher())
    use_codes(client)
    client.post("/account/second-step", data={"setup": "disable"})
    client.post("/account/logout")
    enter(client)
    assert is_in(client)


def test_the_second_step_is_set_only_with_a_code_that_is_right(teacher: FlaskClient) -> None:
    page = teacher.post("/account/second-step", data={"setup": "authenticator"}).text
    action = re.search(r'action="(/account/second-step/[^"]+)"', page)
    assert action
    teacher.post(unescape(action[1]), data={"code": "000000"})
    teacher.post("/account/second-step/made-up", data={"code": "000000"})
    assert ACTIVE not in teacher.get("/account/").text


def test_settings_of_the_second_step_ask_for_the_password_again_after_a_while(
    app: Flask,
) -> None:
    with time_machine.travel(NOW) as clock:
        client = sign_in(app.test_client(), add_teacher())
        clock.shift(timedelta(hours=2))
        asked = client.get("/account/second-step")
        assert asked.location.startswith("/account/verify")
        wrong = client.post(asked.location, data={"password": "pas le bon"})
        assert "pas votre mot de passe" in said(wrong)
        right = client.post(asked.location, data={"password": PASSWORD})
        assert right.location == "/account/second-step"
        assert client.get(right.location).status_code == 200


def test_guessing_codes_is_slowed_down(app: Flask) -> None:
    client = sign_in(app.test_client(), add_teacher())
    use_codes(client)
    client.post("/account/logout")
    enter(client)
    path = "/account/code"
    statuses = [client.post(path, data={"code": f"{n:06}"}).status_code for n in range(12)]
    assert statuses == [200] * 10 + [429] * 2


# Passwords and sessions


def test_changing_the_password_ends_all_other_sessions(app: Flask) -> None:
    add_teacher()
    here, elsewhere, remembered = (app.test_client() for _ in range(3))
    enter(here)
    enter(elsewhere)
    enter(remembered, remember="y")
    remembered.delete_cookie("relire_session")
    fields = {"new_password": OTHER_PASSWORD, "new_password_confirm": OTHER_PASSWORD}
    wrong = here.post("/account/password", data=fields | {"password": "pas le bon"})
    assert "pas votre mot de passe actuel" in said(wrong)
    assert here.post("/account/password", data=fields | {"password": PASSWORD}).status_code == 302
    assert "autres sessions sont fermées" in said(here.get("/account/"))
    assert not is_in(elsewhere)
    assert not is_in(remembered)
    assert WRONG in said(enter(app.test_client()))
    assert enter(app.test_client(), password=OTHER_PASSWORD).status_code == 302
    with db.engine.connect() as conn:
        made, changed = conn.exec_driver_sql('SELECT created, password_changed FROM "user"').one()
    assert str(changed) > str(made)


@pytest.mark.parametrize("remember", ["", "y"])
def test_all_other_sessions_can_be_ended(app: Flask, remember: str) -> None:
    add_teacher()
    here, elsewhere = app.test_client(), app.test_client()
    enter(here, remember=remember)
    enter(elsewhere, remember="y")
    assert here.post("/account/sessions/end").status_code == 303
    assert is_in(here)
    assert not is_in(elsewhere)
    assert bool(here.get_cookie("relire_teacher")) == bool(remember)
    here.delete_cookie("relire_session")
    assert is_in(here) == bool(remember)


def test_a_reset_link_changes_the_password_ends_sessions_and_works_once(
    app: Flask, admin: FlaskClient
) -> None:
    teacher = sign_in(app.test_client(), add_teacher())
    number = person(admin, "Ana Lopes")
    former = link_in(admin.post(f"/account/people/{number}/reset"))
    link = link_in(admin.post(f"/account/people/{number}/reset"))
    visitor = app.test_client()
    assert visitor.get(former).status_code == 404
    fields = {"password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    assert visitor.post(link, data=fields).location == "/account/login"
    assert not is_in(visitor), "a second step may be asked first"
    assert not is_in(teacher)
    assert visitor.post(link, data=fields).status_code == 404
    assert enter(visitor, password=OTHER_PASSWORD).status_code == 302


def test_a_reset_link_made_for_one_changes_nobody_else(app: Flask, admin: FlaskClient) -> None:
    add_teacher()
    add_teacher("Blaise Kouassi")
    link = link_in(admin.post(f"/account/people/{person(admin, 'Ana Lopes')}/reset"))
    register(app.test_client(), link, email="blaise.kouassi@ecole.example", password=OTHER_PASSWORD)
    assert enter(app.test_client(), "blaise.kouassi").status_code == 302
    assert enter(app.test_client(), password=OTHER_PASSWORD).status_code == 302


def test_without_a_mail_server_recovery_is_explained(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    assert "administrateur un lien" in said(client.get("/account/forgot"))
    assert client.get("/account/recover").status_code == 404


# People


def test_a_closed_account_is_out_at_once_until_it_is_opened_again(
    app: Flask, admin: FlaskClient
) -> None:
    teacher = sign_in(app.test_client(), add_teacher())
    number = person(admin, "Ana Lopes")
    admin.post(f"/account/people/{number}/active", data={"active": "no"})
    assert not is_in(teacher)
    assert teacher.get("/account/password").status_code == 302
    assert WRONG in said(enter(app.test_client()))
    assert admin.post(f"/account/people/{number}/reset").status_code == 404
    admin.post(f"/account/people/{number}/active", data={"active": "yes"})
    assert not is_in(teacher)
    assert enter(app.test_client()).status_code == 302


def test_closing_an_account_voids_what_was_going_on(app: Flask, admin: FlaskClient) -> None:
    client = sign_in(app.test_client(), add_teacher())
    number = person(admin, "Ana Lopes")
    link = link_in(admin.post(f"/account/people/{number}/reset"))
    code = use_codes(client)
    client.post("/account/logout")
    half_way = enter(client).location
    admin.post(f"/account/people/{number}/active", data={"active": "no"})
    assert app.test_client().get(link).status_code == 404
    client.post(half_way, data={"code": code()})
    assert not is_in(client)


def test_roles_are_given_and_taken_by_admins_and_never_by_oneself(
    app: Flask, admin: FlaskClient
) -> None:
    teacher = sign_in(app.test_client(), add_teacher())
    number = person(admin, "Ana Lopes")
    admin.post(f"/account/people/{number}/role", data={"role": "admin"})
    assert teacher.get("/account/people").status_code == 200
    for change in ("active", "role", "second-step"):
        refused = teacher.post(
            f"/account/people/{number}/{change}", data={"active": "no", "role": "teacher"}
        )
        assert refused.status_code == 409
        assert "autre administrateur" in said(refused)
    admin.post(f"/account/people/{number}/role", data={"role": "teacher"})
    assert teacher.get("/account/people").status_code == 404
    assert is_in(teacher)
    assert admin.post(f"/account/people/{number}/role", data={"role": "king"}).status_code == 400
    assert admin.post("/account/people/9999/role", data={"role": "admin"}).status_code == 404


def test_an_admin_takes_off_the_second_step_of_who_lost_their_telephone(
    app: Flask, admin: FlaskClient
) -> None:
    client = sign_in(app.test_client(), add_teacher())
    use_codes(client)
    client.post("/account/logout")
    admin.post(f"/account/people/{person(admin, 'Ana Lopes')}/second-step")
    enter(client)
    assert is_in(client)


def test_an_admin_changes_an_address_with_their_own_password(
    app: Flask, admin: FlaskClient
) -> None:
    teacher = sign_in(app.test_client(), add_teacher())
    assert "demandez à votre administrateur" in said(teacher.get("/account/"))
    number = person(admin, "Ana Lopes")
    link = link_in(admin.post(f"/account/people/{number}/reset"))
    path = f"/account/people/{number}/address"
    assert "Ana Lopes" in said(admin.get(path))
    for wrong, reason in (
        ({"password": "pas le bon"}, "pas votre mot de passe"),
        ({"password": ""}, "Écrivez votre mot de passe"),
        ({"email": "ana"}, "arobase"),
        ({"email": "chloe.martin@ecole.example"}, "déjà celle d’un compte"),
    ):
        asked = {"email": "Ana@ecole.example", "password": PASSWORD} | wrong
        refused = admin.post(path, data=asked)
        assert refused.status_code == 422
        assert reason in said(refused)
    assert is_in(teacher)
    assert teacher.post(path, data=asked).status_code == 404
    changed = admin.post(path, data={"email": "Ana@ecole.example", "password": PASSWORD})
    assert changed.status_code == 303
    assert "ana@ecole.example" in said(admin.get("/account/people"))
    assert not is_in(teacher)
    assert app.test_client().get(link).status_code == 404
    assert enter(app.test_client()).status_code == 200
    assert enter(app.test_client(), "ana").status_code == 302


def test_an_admin_changes_their_own_address_and_stays(app: Flask, admin: FlaskClient) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, "chloe.martin")
    found = re.search(r"/account/people/\d+/address", admin.get("/account/").text)
    assert found
    data = {"email": "chloe@ecole.example", "password": PASSWORD}
    assert admin.post(found[0], data=data).status_code == 303
    assert "chloe@ecole.example" in said(admin.get("/account/"))
    assert not is_in(elsewhere)


def test_of_two_who_get_an_address_at_once_one_does(app: Flask, admin: FlaskClient) -> None:
    for name in ("Ana Lopes", "Blaise Kouassi"):
        add_teacher(name)
    paths = [f"/account/people/{person(admin, n)}/address" for n in ("Ana Lopes", "Blaise Kouassi")]
    cookie = admin.get_cookie("relire_session")
    assert cookie
    twins = [app.test_client() for _ in paths]
    for twin in twins:
        twin.set_cookie("relire_session", cookie.value)
    data = {"email": "une@ecole.example", "password": PASSWORD}
    codes = together([posting(twin, path, **data) for twin, path in zip(twins, paths, strict=True)])
    assert sorted(codes) == [303, 422]


def test_a_name_can_be_changed_and_is_shown_as_text(teacher: FlaskClient) -> None:
    assert teacher.post("/account/name", data={"name": " <b>Ana</b> "}).status_code == 303
    assert "&lt;b&gt;Ana&lt;/b&gt;" in teacher.get("/account/").text
    assert teacher.post("/account/name", data={"name": "  "}).status_code == 422
    assert teacher.post("/account/name", data={"name": "x" * 81}).status_code == 422


# The command line


def test_the_command_line_lets_people_in(runner: FlaskCliRunner, sqlite_app: Flask) -> None:
    printed = runner.invoke(args=["users", "add-teacher", "Zoe@ecole.example", "--admin"]).output
    link = printed.strip().removeprefix("http://127.0.0.1:8000")
    assert "invited until" in runner.invoke(args=["users", "list"]).output
    client = sqlite_app.test_client()
    register(client, link, name="Zoé")
    assert client.get("/account/people").status_code == 200
    assert "admin    zoe@ecole.example  Zoé" in runner.invoke(args=["users", "list"]).output
    args = ["users", "reset-link", "zoe@ecole.example", "--site", "https://relire.example/"]
    assert runner.invoke(args=args).output.startswith("https://relire.example/setup/")
    twice = runner.invoke(args=["users", "add-teacher", "zoe@ecole.example"])
    assert twice.exit_code == 1
    assert "déjà un compte" in twice.output
    assert runner.invoke(args=["users", "reset-link", "nobody@ecole.example"]).exit_code == 1
    assert runner.invoke(args=["users", "add-teacher", "nobody"]).exit_code == 2


# The library behind it


@pytest.mark.parametrize("path", ["/account/rescue", "/account/select", "/account/register"])
def test_pages_of_the_library_that_are_not_ours_are_closed(sqlite_app: Flask, path: str) -> None:
    teacher = sign_in(sqlite_app.test_client(), add_teacher())
    for method in ("GET", "POST"):
        assert teacher.open(path, method=method).status_code == 404


def test_every_page_answers_in_our_words_even_to_a_program(sqlite_app: Flask) -> None:
    add_teacher()
    data = {"email": "ana.lopes@ecole.example", "password": "x"}
    headers = {"Accept": "application/json"}
    answer = sqlite_app.test_client().post("/account/login", json=data, headers=headers)
    assert answer.content_type.startswith("text/html")
    assert WRONG in said(answer)


def test_our_words_stand_for_messages_that_the_library_knows(sqlite_app: Flask) -> None:
    for name in WORDS:
        assert sqlite_app.config[f"SECURITY_MSG_{name}"][0] == WORDS[name]
    from flask_security.core import _default_messages  # noqa: PLC0415

    assert set(WORDS) <= set(_default_messages)


def test_knowing_who_is_signed_in_costs_one_statement(teacher: FlaskClient) -> None:
    with counted() as seen:
        assert teacher.get("/account/people").status_code == 404
    assert len(seen) == 1, seen


def test_a_learner_who_signs_in_nowhere_costs_no_statement(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("a user was looked up")

    monkeypatch.setattr("app.services.accounts.Users.find_user", never)
    monkeypatch.setattr("app.models.user_session.find_signed_in", never)
    started = client.post("/quizzes/marche-de-noel-b1/attempts", data={"mode": "exam"})
    for page in ("/", "/me", started.location):
        assert client.get(page).status_code == 200
