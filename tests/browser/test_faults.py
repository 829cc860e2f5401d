"""What a learner sees when the server fails, dies and comes back; and when saves cross."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.config import Settings
from app.web import static
from tests.browser.conftest import MakeContext
from tests.browser.pages import RESULTS, field, finish, start
from tests.faults.serving import Server, running

LOST = "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503"
CONFLICT = "status of 409"
WAITING = "pas encore envoyé"
SAVED = "Enregistré"


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own, to be killed."""
    instance = tmp_path_factory.mktemp("killed")
    shutil.copy(sqlite_template, instance / "relire.db")
    static.build(Settings.load(instance=instance, database_url=""))
    with running(Server(instance, instance / "server.log")) as server:
        yield server


def stored(server: Server, attempt: str) -> dict[str, object]:
    return {question: answer for question, (_, answer) in server.answers()[attempt].items()}


def test_a_server_that_cannot_write_is_waited_for(
    page: Page, server: Server, forgiven: list[str]
) -> None:
    forgiven.append(LOST)
    attempt = start(page)
    with closing(sqlite3.connect(server.instance / "relire.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        field(page, "mot").fill("ruche")
        expect(page.locator("#state")).to_contain_text(WAITING, timeout=20_000)
    expect(page.locator("#state")).to_have_text(SAVED, timeout=20_000)
    assert stored(server, attempt) == {"mot": "ruche"}


def test_a_server_that_is_killed_and_started_again_has_all_answers(
    page: Page, server: Server, forgiven: list[str]
) -> None:
    forgiven.append(LOST)
    attempt = start(page)
    field(page, "mot").fill("ruche")
    expect(page.locator("#state")).to_have_text(SAVED)
    server.kill()
    field(page, "nombre").fill("3")
    expect(page.locator("#state")).to_contain_text(WAITING)
    field(page, "avis").fill("Oui.")
    server.start()
    expect(page.locator("#state")).to_have_text(SAVED, timeout=20_000)
    assert stored(server, attempt) == {"mot": "ruche", "nombre": "3", "avis": "Oui."}
    assert page.evaluate("localStorage.length") == 0
    finish(page)
    expect(page).to_have_url(RESULTS)


def test_saves_of_two_devices_that_arrive_out_of_order_are_shown_to_the_learner(
    page: Page, context: MakeContext, server: Server, forgiven: list[str]
) -> None:
    forgiven.append(CONFLICT)
    attempt = start(page)
    other = context(storage_state=page.context.storage_state()).new_page()
    other.goto(f"/attempts/{attempt}")
    held: list[Route] = []
    page.route("**/responses/mot", lambda route: hold(held, route), times=1)
    field(page, "mot").fill("miel")
    expect(page.locator("#state")).to_have_text("Enregistrement…")
    field(other, "mot").fill("ruche")
    expect(other.locator("#state")).to_have_text(SAVED)
    held.pop().continue_()
    box = page.locator("#q-mot").get_by_role("alert")
    expect(box).to_contain_text("Laquelle garder", timeout=20_000)
    assert stored(server, attempt) == {"mot": "ruche"}
    box.get_by_role("button", name="L’autre").click()
    expect(field(page, "mot")).to_have_value("ruche")
    expect(page.locator("#state")).to_have_text(SAVED)


def hold(held: list[Route], route: Route) -> None:
    """Keep a request on its way."""
    held.append(route)
