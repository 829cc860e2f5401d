"""What an attacker tries first, tried at every address at once."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from tests.architecture.test_routes import addresses
from tests.conftest import PASSWORD, add_teacher, sign_in
from tests.integration.pages import put, start
from tests.integration.test_drafting_pages import draft_of, publish

ASKED_WITHOUT_A_TOKEN = {"preferences.change"}
"""Language and comfort of this browser: nothing worth forging, and the footer of every page needs none."""
SITE = "https://localhost"


@pytest.fixture
def guarded(sqlite_app: Flask) -> Iterator[Flask]:
    """The application as it faces forgery in production."""
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    yield sqlite_app
    sqlite_app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def teacher(sqlite_app: Flask) -> FlaskClient:
    """Ana, signed in."""
    return sign_in(sqlite_app.test_client(), add_teacher())


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    """A learner."""
    return sqlite_app.test_client()


@pytest.fixture
def behind_tls(sqlite_template: Path, tmp_path: Path) -> Flask:
    """The application as a school runs it."""
    (tmp_path / "relire.db").write_bytes(sqlite_template.read_bytes())
    return create_app(Settings.load(instance=tmp_path, https=True, secret_key="test"))


# Forgery


def test_nothing_is_changed_without_a_token(guarded: Flask, teacher: FlaskClient) -> None:
    every = {rule.endpoint for rule in guarded.url_map.iter_rules()}
    tried = 0
    for address in addresses(guarded, every - ASKED_WITHOUT_A_TOKEN):
        if address.method in ("GET", "HEAD", "OPTIONS"):
            continue
        for client in (guarded.test_client(), teacher):
            answer = client.open(address.path, method=address.method, data={"x": "1"})
            assert answer.status_code == 400, address
            tried += 1
    assert tried > 100


def test_a_token_of_another_session_is_refused(guarded: Flask) -> None:
    mine, theirs = guarded.test_client(), guarded.test_client()
    found = re.search(r'csrf_token" value="([^"]+)"', theirs.get("/account/login").text)
    assert found
    mine.get("/account/login")
    assert mine.post("/me/erase", data={"csrf_token": found[1]}).status_code == 400


# Headers


@pytest.mark.parametrize(
    ("method", "page", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("POST", "/me/erase", 400),
        ("GET", "/account/", 302),
        ("GET", "/teach/", 303),
        ("GET", "/media/x", 404),
        ("GET", "/healthz", 200),
        ("GET", "/me/results.csv", 200),
        ("GET", "/me/results.json", 200),
    ],
)
def test_every_answer_is_closed_and_is_kept_nowhere(
    guarded: Flask, method: str, page: str, status: int
) -> None:
    answer = guarded.test_client().open(page, method=method)
    assert answer.status_code in (status, 303 if status == 302 else status)
    headers = answer.headers
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    policy = headers.getlist("Content-Security-Policy")
    assert len(policy) == 1
    assert "frame-ancestors 'none'" in policy[0]
    assert "unsafe" not in policy[0]
    assert headers.getlist("X-Frame-Options") == ["DENY"]
    assert "no-store" in headers["Cache-Control"]
    assert "Strict-Transport-Security" not in headers


def test_static_files_are_not_guessed_at_and_keep_to_tls(behind_tls: Flask) -> None:
    client = behind_tls.test_client()
    page = client.get("/", base_url=SITE)
    found = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page.text)
    assert found
    for path in found:
        answer = client.get(path, base_url=SITE, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"]
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["../config.py", "%2e%2e/config.py", "..%2f..%2fwsgi.py"])
def test_no_file_beside_the_static_ones_is_served(sqlite_app: Flask, path: str) -> None:
    page = sqlite_app.test_client().get("/").text
    folder = re.search(r"/static/[0-9a-f]+/", page)
    assert folder
    assert sqlite_app.test_client().get(f"{folder[0]}{path}").status_code == 404


def test_every_cookie_behind_tls_is_bound_and_closed(behind_tls: Flask) -> None:
    behind_tls.config["WTF_CSRF_ENABLED"] = False
    client = behind_tls.test_client()
    cookies: list[str] = []
    for path, data in (
        ("/quizzes/marche-de-noel-b1/attempts", {"mode": "exam"}),
        ("/preferences", {"lang": "en"}),
        ("/preferences", {"comfort_size": "large"}),
        ("/me/leave", {}),
    ):
        cookies += client.post(path, base_url=SITE, data=data).headers.getlist("Set-Cookie")
    assert len(cookies) >= 4
    for cookie in cookies:
        assert "Secure" in cookie, cookie
        assert "SameSite=Lax" in cookie, cookie
        assert "Domain" not in cookie, cookie


# Where one is sent


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example"]
)
def test_a_forged_host_leads_nobody_away(sqlite_app: Flask, host: str) -> None:
    client = sqlite_app.test_client()
    for page in ("/", "/account/login", "/account/", "/me"):
        answer = client.get(page, headers={"Host": host})
        assert host not in answer.text
        assert not answer.headers.get("Location", "/").startswith(("http", "//"))


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%5cevil.example"])
def test_the_page_before_is_never_another_site(sqlite_app: Flask, path: str) -> None:
    answer = sqlite_app.test_client().post(
        "/preferences", data={"lang": "en"}, headers={"Referer": f"http://localhost{path}"}
    )
    location = str(answer.location)
    assert location.startswith("/")
    assert location[1:2] not in ("/", "\\")


@pytest.mark.parametrize("value", ["x\r\nX-Injected: 1", "é\nX: 1"])
def test_what_is_sent_adds_no_header(sqlite_app: Flask, value: str) -> None:
    client = sqlite_app.test_client()
    for field in ("lang", "theme", "size"):
        answer = client.post("/preferences", data={field: value})
        assert answer.status_code < 500
        assert "X-Injected" not in answer.headers


# What is stored, shown again

SCRIPT = "<script>alert(1)</script>"
LURE = '"><img src=x onerror=alert(1)>'


@pytest.mark.parametrize("text", [SCRIPT, LURE, "{{7*7}}", "<svg onload=alert(1)>"])
def test_what_a_teacher_writes_is_shown_as_text(
    teacher: FlaskClient, client: FlaskClient, text: str
) -> None:
    gift = f"::{text}:: {text.replace('=', chr(92) + '=').replace('{', chr(92) + '{').replace('}', chr(92) + '}')} Où ? {{=Ici#ok ~Là}}\n"
    draft = draft_of(teacher, gift, f"{text.replace('/', '').strip(chr(34))}.gift")
    pages = [teacher.get(draft).text]
    answer = publish(teacher, draft, title=f"Titre {text}")
    assert answer.status_code == 303, answer.text
    slug = str(answer.location).rpartition("/")[2]
    pages += [teacher.get(page).text for page in ("/teach/", f"/teach/quizzes/{slug}")]
    pages += [client.get(page).text for page in ("/", f"/quizzes/{slug}")]
    attempt = start(client, slug)
    pages += [
        client.get(attempt).text,
        client.post(f"{attempt}/submit", follow_redirects=True).text,
    ]
    for page in pages:
        assert "alert(1)</script>" not in page
        assert not re.search(r"<(?:img|svg)[^>]*on(?:error|load)=", page)
        assert "Titre 49" not in page


@pytest.mark.parametrize(
    "html",
    [
        "<p>Lisez <script>alert(1)</script>ceci</p>",
        '<p onclick="alert(1)">Lisez</p>',
        '<a href="javascript:alert(1)">Lisez</a>',
        '<a href="java&#10;script:alert(1)">Lisez</a>',
        '<img src="x" onerror="alert(1)"> Lisez',
        '<img src="data:image/svg+xml;base64,PHN2Zz4="> Lisez',
        '<iframe src="https://evil.example"></iframe>Lisez',
        '<p style="background:url(https://evil.example)">Lisez</p>',
        '<form action="https://evil.example"><input name="p">Lisez</form>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>Lisez</math>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>Lisez",
    ],
)
def test_html_of_a_file_is_kept_to_what_is_safe(teacher: FlaskClient, html: str) -> None:
    moodle = (
        '<?xml version="1.0" encoding="UTF-8"?><quiz><question type="truefalse">'
        "<name><text>A</text></name><questiontext format='html'><text><![CDATA["
        f"{html}]]></text></questiontext><answer fraction='100'><text>true</text></answer>"
        "<answer fraction='0'><text>false</text></answer></question></quiz>"
    )
    page = teacher.get(draft_of(teacher, moodle, "a.xml")).text
    assert "Lisez" in page
    assert "alert(1)" not in re.sub(r"&lt;.*?&gt;", "", page)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert "javascript:" not in page
    for tag in ("iframe", "math", "noscript"):
        assert f"<{tag}" not in page
    assert not re.search(r"<[^>]+(?:src|href|action|style)=[^>]*evil", page)


@pytest.mark.parametrize("begun", ["=", "+", "-", "@", "\t=", " =", "\n=", "＝"])
def test_no_cell_of_a_learners_table_is_a_formula(client: FlaskClient, begun: str) -> None:
    attempt = start(client)
    assert put(client, attempt, "mot", f"{begun}1+1", 1).status_code == 200
    table = client.get("/me/results.csv").data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table), delimiter=";") for cell in row]
    assert any("1+1" in cell for cell in cells)
    for cell in cells:
        if "1+1" in cell:
            assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "＝")


# Who is there


def test_signing_in_makes_a_new_session(sqlite_app: Flask) -> None:
    add_teacher()
    client = sqlite_app.test_client()
    with client.session_transaction() as session:
        session["csrf_token"] = "planted"
    client.post("/account/login", data={"email": "ana.lopes@ecole.example", "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["_user_id"]
        assert session.get("csrf_token") != "planted"
