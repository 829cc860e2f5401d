"""« Vos données » tells the truth: each sentence that code can contradict is compared with it."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse_many
from lxml import html
from lxml.html import HtmlElement

from app.config import ROOT
from app.domain.assignment import school_year_end
from app.extensions import db
from app.models.user_session import LONGEST, QUIET, REMEMBERED
from app.web.privacy.views import cookies, lasting
from tests.conftest import PASSWORD, add_teacher
from tests.integration.classes import code_on, new_class
from tests.integration.pages import start

TOLD = {
    "learner": "you",
    "device": "you",
    "attempt": "attempts",
    "response": "attempts",
    "try": "attempts",
    "membership": "class",
    "assignment_exception": "exceptions",
    "mark": "marks",
    "item_count": "counts",
    "lookup_count": "lookups",
    "user": "account",
    "user_session": "sessions",
    "account_link": "links",
    "classroom": "work",
    "classroom_teacher": "work",
    "classroom_link": "work",
    "assignment": "work",
    "quiz": "work",
    "quiz_share": "work",
    "quiz_share_link": "work",
    "draft": "work",
    "draft_file": "work",
    "draft_item": "work",
    "media": "work",
    "media_owner": "work",
    "key_amendment": "work",
}
"""Table → the row of the page that tells of it."""
NOBODYS = {"dossier", "quiz_version"}
"""Tables of texts and questions, which say nothing of who reads them."""
PEOPLE = {"learner", "membership", "attempt", "user"}
COUNTED = {"item_count", "lookup_count"}
"""Counts, which the page says are without names."""


def page_of(client: FlaskClient) -> HtmlElement:
    answer = client.get("/privacy")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_table_is_told(client: FlaskClient) -> None:
    assert set(db.metadata.tables) == TOLD.keys() | NOBODYS, "tell people what the new table keeps"
    rows = {row.get("id") for row in page_of(client).xpath("//tr[@id]")}
    assert rows == {f"kept-{key}" for key in TOLD.values()}


def test_what_is_said_to_be_without_names_leads_to_nobody(app: Flask) -> None:
    assert app
    for name in COUNTED | NOBODYS:
        keys = db.metadata.tables[name].foreign_keys
        assert not {key.column.table.name for key in keys} & PEOPLE, name


def test_no_column_holds_an_address_of_the_network(app: Flask) -> None:
    assert app
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert not {name for name in columns if re.search(r"(^|_)(ip|addr|address|agent)(_|$)", name)}
    learners = {
        column.name
        for name in ("learner", "device", "membership", "attempt", "response", "try")
        for column in db.metadata.tables[name].columns
    }
    assert not learners & {"email", "name", "password"}


def test_addresses_are_counted_for_a_day_at_most(client: FlaskClient) -> None:
    told = re.compile(r'"(\d+/\w+(?:;\d+/\w+)*)"')
    files = (ROOT / "app" / "web").rglob("*.py")
    found = [limit for path in files for limit in told.findall(path.read_text())]
    assert len(found) > 10
    assert max(one.get_expiry() for limit in found for one in parse_many(limit)) <= 86_400
    assert "un jour au plus" in words(page_of(client))


def set_by(answers: list[list[str]]) -> dict[str, timedelta | None]:
    """Cookie → how long a browser keeps it, as these headers say; None until it is closed."""
    found: dict[str, timedelta | None] = {}
    for cookie in (cookie for headers in answers for cookie in headers):
        name, value = cookie.split(";")[0].split("=", 1)
        age = re.search(r"Max-Age=(\d+)", cookie)
        expires = re.search(r"Expires=([^;]+)", cookie)
        if not value or (age and age[1] == "0"):
            continue  # taken back
        if age:
            found[name] = timedelta(seconds=int(age[1]))
        elif expires:
            left = parsedate_to_datetime(expires[1]) - datetime.now(UTC)
            found[name] = timedelta(days=round(left.total_seconds() / 86_400))
        else:
            found.setdefault(name, None)
    return found


def test_every_cookie_is_named_with_how_long_it_stays(app: Flask) -> None:
    learner, teacher = app.test_client(), app.test_client()
    add_teacher()
    entry = {"email": "ana.lopes@ecole.example", "password": PASSWORD, "remember": "y"}
    comfort = {"comfort_size": "large", "comfort_spacing": "wide", "comfort_face": "sans"}
    answers = [
        client.post(path, data=data).headers.getlist("Set-Cookie")
        for client, path, data in (
            (learner, "/quizzes/marche-de-noel-b1/attempts", {"mode": "exam"}),
            (learner, "/preferences", {"lang": "en", **comfort}),
            (learner, "/me/recovery-code", {}),
            (learner, "/me/leave", {}),
            (learner, "/me/erase", {}),
            (teacher, "/account/login", entry),
        )
    ]
    found = set_by(answers)
    told = {name: cookie.lasts for cookie in cookies() for name in cookie.names}
    assert found.keys() == told.keys()
    for name, lasts in found.items():
        if name != "relire_session":
            assert lasts == told[name], name
    assert set_by(answers[:1])["relire_session"] == told["relire_session"], "of a learner"
    assert set_by(answers[-1:])["relire_session"] is None, "of a teacher"
    rows = page_of(app.test_client()).xpath("//tr[th/code]")
    shown = {code.text: words(row.xpath("td")[-1]) for row in rows for code in row.xpath("th/code")}
    assert shown == {name: lasting(lasts) for name, lasts in told.items()}


def test_nothing_else_sets_a_cookie() -> None:
    """Whoever adds a cookie is sent to the page that tells of them."""
    setting = {
        str(path.relative_to(ROOT / "app" / "web"))
        for path in (ROOT / "app").rglob("*.py")
        if "set_cookie(" in path.read_text()
    }
    assert setting == {"access.py", "comfort.py", "preferences/views.py"}


def test_terms_are_those_of_the_code(client: FlaskClient) -> None:
    page = page_of(client)
    text = words(page)
    end = school_year_end(date(2026, 11, 25))
    assert (end.day, end.month) == (31, 7)
    assert "le 31 juillet qui vient" in text
    assert "jamais plus de 2 ans à l’avance" in text
    sessions = words(page.xpath("//tr[@id='kept-sessions']")[0])
    for time in (QUIET, LONGEST, REMEMBERED):
        assert lasting(time) in sessions


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(hours=14), "14 heures"),
        (timedelta(days=30), "30 jours"),
        (timedelta(days=365), "1 an"),
        (timedelta(days=400), "400 jours"),
        (timedelta(days=2 * 366), "2 ans"),
    ],
)
def test_a_time_is_told_exactly(sqlite_app: Flask, time: timedelta, said: str) -> None:
    with sqlite_app.test_request_context():
        assert lasting(time) == said


def test_it_leads_to_what_one_can_do(client: FlaskClient) -> None:
    start(client)
    links = page_of(client).xpath("//main//a/@href")
    for address in ("/me", "/me/recover", "/me/leave", "/me/erase", "/me/results.csv"):
        assert address in links
        assert client.get(address).status_code == 200


def test_every_page_leads_to_it(client: FlaskClient, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    code = code_on(teacher, room)
    for browser, path in (
        (client, "/"),
        (client, "/me"),
        (client, start(client)),
        (client, "/nowhere"),
        (teacher, "/teach/"),
        (client, "/account/login"),
    ):
        page = html.fromstring(browser.get(path).text)
        assert page.xpath("//footer//a[@href='/privacy']"), path
    for browser, path in ((client, "/join"), (client, f"/join/{code}"), (teacher, room)):
        assert html.fromstring(browser.get(path).text).xpath("//main//a[@href='/privacy']"), path


def test_what_a_page_asks_for_is_on_this_server() -> None:
    """No page fetches anything from elsewhere."""
    fetched = re.compile(r"""<(?:link|script|img|iframe)[^>]+(?:href|src)=["']https?:""")
    for path in (ROOT / "templates").rglob("*.html"):
        assert not fetched.search(Path(path).read_text()), path
