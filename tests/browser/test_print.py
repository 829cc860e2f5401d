"""On paper: what one reads and writes, without bars and buttons."""

import re
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import EXAMPLE, field, finish, start

BARS = ".site, .attempt-bar, .jump, .btn, .legal, .skip, .notice"


def paper(page: Page) -> str:
    page.goto(f"/quizzes/{EXAMPLE}/paper")
    return "Que sait-on de Zoé"


def results(page: Page) -> str:
    start(page)
    field(page, "mot").fill("ruche")
    finish(page)
    return "Réponse attendue"


@pytest.mark.parametrize("arrive", [paper, results])
def test_bars_and_buttons_stay_on_the_screen(page: Page, arrive: Callable[[Page], str]) -> None:
    text = arrive(page)
    expect(page.locator(".site")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator(BARS).count() > 3
    expect(page.locator(BARS).locator("visible=true")).to_have_count(0)
    expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_text("Chaque hiver").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = page.pdf(format="A4", outline=True, tagged=True)
    assert pages_of(printed) >= 2
    assert letters_in(printed) > 1000


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def letters_in(pdf: bytes) -> int:
    """How many characters it draws as text, rather than as a picture."""
    count = 0
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            drawn = zlib.decompress(stream)
        except zlib.error:
            continue
        for shown in re.findall(rb"<([0-9A-Fa-f]+)>\s*Tj|\[(.*?)\]\s*TJ", drawn):
            count += len(re.sub(rb"[^0-9A-Fa-f]", b"", shown[0] or shown[1])) // 4
    return count
