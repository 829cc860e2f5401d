"""A word that is opened is counted once for a page, by the script; without it, none is."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeContext
from tests.browser.pages import start
from tests.browser.server import Server, wait_until

AT_DAWN = ("p1s2", 1)


def counts(server: Server, attempt: str) -> dict[tuple[str, int], int]:
    """What is counted of the version of an attempt."""
    rows = server.ask(
        "SELECT sentence_id, entry, n FROM lookup_count"
        " WHERE version_id = (SELECT version_id FROM attempt WHERE public_id = ?)",
        attempt,
    )
    return {(sentence, entry): n for sentence, entry, n in rows}


def open_dawn(page: Page) -> None:
    page.get_by_role("button", name="aube").click()
    expect(page.get_by_text("le moment où le soleil se lève")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_word_is_counted_once_for_a_page(context: MakeContext, server: Server) -> None:
    page = context().new_page()
    attempt = start(page, "training")
    before = counts(server, attempt).get(AT_DAWN, 0)
    for times in (1, 2):
        open_dawn(page)
        open_dawn(page)
        wait_until(
            lambda times=times: counts(server, attempt).get(AT_DAWN, 0) == before + times,
            "the word is counted",
        )
        page.reload()


def test_without_scripts_a_word_opens_and_is_not_counted(
    context: MakeContext, server: Server
) -> None:
    page = context(java_script_enabled=False).new_page()
    attempt = start(page, "training")
    before = counts(server, attempt)
    page.get_by_role("button", name="aube").click()
    expect(page.get_by_text("le moment où le soleil se lève")).to_be_visible()
    page.reload()
    assert counts(server, attempt) == before
