"""How the tests speak of pages: start an attempt, find a question, finish."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

EXAMPLE = "marche-de-noel-b1"
RESULTS = re.compile(r"/attempts/[\w-]+/results")

Mode = Literal["exam", "training"]


def start(page: Page, mode: Mode = "exam", quiz: str = EXAMPLE) -> str:
    """Start a quiz from its own page; returns the attempt's public id."""
    page.goto(f"/quizzes/{quiz}")
    page.locator(f"form:has([name=mode][value={mode}])").get_by_role("button").click()
    expect(page).to_have_url(re.compile("/attempts/"))
    page.wait_for_load_state()  # its scripts have run
    return page.url.rpartition("/")[2]


def question(page: Page, name: str) -> Locator:
    """The card of a question of the example, by its id."""
    return page.locator(f"#q-{name}")


def field(page: Page, name: str) -> Locator:
    """The one field of a question that has one."""
    return page.locator(f"#f-{name}")


def look_over(page: Page) -> None:
    """To the page where one looks over one's answers."""
    page.get_by_role("button", name="Relire mes réponses").click()
    expect(page).to_have_url(re.compile("/check$"))


def finish(page: Page) -> None:
    """From the questions to the results."""
    look_over(page)
    page.get_by_role("button", name="Terminer et voir mes résultats").click()
    expect(page).to_have_url(RESULTS)


def hint_button(within: Page | Locator) -> Locator:
    """In training: what opens the next hint."""
    return within.locator("button[formaction$='/hint']")


def try_button(within: Page | Locator) -> Locator:
    """In training: what checks an answer."""
    return within.locator("button[formaction$='/try']")
