"""What guards every page: headers, forgery, limits, errors in words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import ConfigurationError, Settings
from tests.conftest import PASSWORD, add_teacher
from tests.integration.pages import put, start

POLICY_WORDS = ("unsafe-inline", "unsafe-eval", "*", "http:")


@pytest.fixture
def guarded(sqlite_app: Flask) -> Iterator[FlaskClient]:
    """A browser that faces forgery protection, as in production."""
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    yield sqlite_app.test_client()
    sqlite_app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize(
    "page", ["/", "/me", "/help", "/nowhere", "/healthz", "/account/login", "/account/"]
)
def test_every_answer_has_its_headers(sqlite_app: Flask, page: str) -> None:
    headers = sqlite_app.test_client().get(page).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert not [word for word in POLICY_WORDS if word in policy]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "address",
    [
        "/quizzes/marche-de-noel-b1/attempts",
        "/attempts/x",
        "/attempts/x/submit",
        "/attempts/x/questions/mot/try",
        "/me/erase",
        "/me/leave",
        "/me/recovery-code",
        "/me/recover",
        "/setup/x",
        "/account/login",
        "/account/logout",
        "/account/name",
        "/account/people/invite",
        "/account/password",
        "/account/code",
    ],
)
def test_a_form_without_its_token_is_refused_in_words(guarded: FlaskClient, address: str) -> None:
    answer = guarded.post(address)
    assert answer.status_code == 400
    assert "rechargez-la" in answer.text


def test_a_script_without_its_token_is_refused_in_words(guarded: FlaskClient) -> None:
    answer = guarded.put("/attempts/x/responses/mot", json={"answer": "x", "seq": 1})
    assert answer.status_code == 400
    assert "rechargez-la" in answer.json["message"]  # type: ignore[index]


def test_cookies_are_closed_to_scripts_and_to_other_sites(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    start(client)
    cookie = client.get_cookie("relire_learner")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_over_tls_cookies_are_bound_to_the_host(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "relire.db").write_bytes(sqlite_template.read_bytes())
    app = create_app(Settings.load(instance=tmp_path, https=True))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post(
        "https://localhost/quizzes/marche-de-noel-b1/attempts", data={"mode": "exam"}
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(
        cookie.startswith("__Host-relire_learner=") and "Secure" in cookie for cookie in cookies
    )
    assert answer.headers["Strict-Transport-Security"]
    with app.app_context():
        add_teacher()
    form = {"email": "ana.lopes@ecole.example", "password": PASSWORD, "remember": "y"}
    answer = client.post("https://localhost/account/login", data=form)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-relire_session",
        "__Host-relire_teacher",
    }
    cookies += client.post("https://localhost/account/logout").headers.getlist("Set-Cookie")
    for cookie in cookies:  # a browser drops one that does not say all of it, also to clear it
        assert "Secure" in cookie
        assert "Path=/;" in f"{cookie};"
        assert "Domain" not in cookie


def test_guessing_codes_is_slowed_down(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    codes = [client.post("/me/recover", data={"code": f"AAAA{n}"}).status_code for n in range(12)]
    assert codes == [422] * 10 + [429] * 2
    assert "Attendez une minute" in client.post("/me/recover", data={"code": "A"}).text


def test_a_too_large_form_is_a_413_in_words(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    answer = client.post(start(client), data={"q.avis": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "Raccourcissez" in answer.text


def test_an_error_of_ours_is_a_500_that_tells_nothing(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    sqlite_app.config["PROPAGATE_EXCEPTIONS"] = False
    sqlite_app.config["TESTING"] = False
    monkeypatch.setitem(sqlite_app.view_functions, "library.home", broken)
    answer = sqlite_app.test_client().get("/")
    assert answer.status_code == 500
    assert "sont gardées" in answer.text
    assert "secret" not in answer.text


def test_a_database_that_cannot_write_is_a_503_and_pages_still_answer(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    database = Path(sqlite_app.config["RELIRE"].instance) / "relire.db"
    with sqlite3.connect(database, isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        refused = put(client, attempt, "mot", "miel", 2)
        assert refused.status_code == 503
        assert "pas enregistré" in refused.json["message"]  # type: ignore[index]
        assert 'value="ruche"' in client.get(attempt).text
        holder.execute("ROLLBACK")
    assert put(client, attempt, "mot", "miel", 2).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "Paris"),
        ("database_url", "mysql://x"),
        ("trusted_proxies", "many"),
        ("https", "perhaps"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_names_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(f"RELIRE_{name.upper()}", value)
    monkeypatch.setenv("RELIRE_INSTANCE", str(tmp_path))
    with pytest.raises(ConfigurationError, match=f"RELIRE_{name.upper()}"):
        Settings.load()


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings.load(instance=tmp_path)
    assert settings.signing_key() == settings.signing_key()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "referer", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"]
)
def test_a_preference_never_leads_elsewhere(sqlite_app: Flask, referer: str) -> None:
    answer = sqlite_app.test_client().post(
        "/preferences", data={"lang": "en"}, headers={"Referer": referer}
    )
    assert answer.headers["Location"] == "/"
