"""A robot without JavaScript, which knows nothing of the quizzes, gets through every one."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import MakeContext
from tests.browser.pages import Mode, finish, hint_button, try_button
from tests.browser.server import Server

LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(link => link.href)"

# Evidence that leads nowhere: a link of a correction whose target is no marked sentence, a mark
# without a link to a question, or such a link whose question is not there.
LEADS_NOWHERE = """[
    ...[...document.querySelectorAll('.proof a')].filter(
        link => document.querySelector(link.hash)?.localName !== 'mark'),
    ...[...document.querySelectorAll('mark')].filter(
        mark => !mark.nextElementSibling?.matches('a.ref')),
    ...[...document.querySelectorAll('a.ref')].filter(
        link => !document.querySelector(link.hash)?.querySelector('.proof a')),
].map(broken => broken.outerHTML)"""


def quizzes_found_from_home(page: Page) -> set[str]:
    """Follow every link; a page where something can be started is a quiz."""
    ahead, seen, found = ["/"], {"/"}, set()
    while ahead:
        path = ahead.pop()
        page.goto(path)
        if page.locator("form[action$='/attempts']").count():
            found.add(path)
        for link in page.evaluate(LINKS):
            path = urlsplit(link).path
            if path not in seen:
                seen.add(path)
                ahead.append(path)
    return found


# The first radio button and box of each name, some text, and one option after another: set in
# one go, because every click of every quiz would take minutes.
ANSWER_EVERYTHING = """form => {
    const seen = new Set();
    let n = 0;
    for (const field of form.querySelectorAll('section :is(input:not([type=hidden]), select, textarea)')) {
        if (field.localName === 'select') field.selectedIndex = 1 + n++ % (field.options.length - 1);
        else if (!['radio', 'checkbox'].includes(field.type)) field.value = 'une réponse de robot';
        else if (!seen.has(field.name)) field.checked = true;
        seen.add(field.name);
    }
}"""


def answer_everything(page: Page) -> None:
    page.locator("form:has(section)").evaluate(ANSWER_EVERYTHING)


def train_a_little(page: Page) -> None:
    """A hint where there is one; one answer checked, another checked twice, the rest not."""
    press(hint_button(page))
    check = try_button(page)
    press(check)
    if press(check):
        answer_everything(page)
        press(check)


def press(button: Locator) -> bool:
    """Press the last of these buttons, if there is one."""
    if there := button.count() > 0:
        button.last.click()
    return there


@pytest.mark.parametrize("mode", ["exam", "training"])
def test_a_robot_gets_from_home_to_the_results_of_every_quiz(
    context: MakeContext, server: Server, mode: Mode
) -> None:
    page = context(java_script_enabled=False).new_page()
    found = quizzes_found_from_home(page)
    published = server.ask("SELECT slug FROM quiz WHERE published_version IS NOT NULL AND listed")
    assert found == {f"/quizzes/{slug}" for (slug,) in published}

    # What teachers published in other tests need not have evidence.
    of_the_library = server.ask("SELECT slug FROM quiz WHERE owner_id IS NULL")
    for (slug,) in sorted(of_the_library):
        path = f"/quizzes/{slug}"
        page.goto(path)
        page.locator(f"form:has([name=mode][value={mode}])").get_by_role("button").click()
        answer_everything(page)
        if mode == "training":
            train_a_little(page)
        finish(page)

        assert any(figure.isdigit() for figure in page.locator(".score").inner_text()), path
        assert page.locator("mark").count() > 0, path
        assert page.locator(".proof a").count() > 0, path
        assert page.evaluate(LEADS_NOWHERE) == [], path
