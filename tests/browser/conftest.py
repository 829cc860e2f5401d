"""A real server, a real browser, and the rule that nothing may go wrong unseen."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.config import Settings
from app.web import static
from tests.browser.server import Server, running_server
from tests.support.chromium import LAUNCH_ARGUMENTS, find_chromium

# Names of other machines lead nowhere, whoever asks for them.
STAY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PATIENCE = 10_000


class MakeContext(Protocol):
    """Opens a browser of its own: its cookies and its storage are nobody else's."""

    def __call__(self, **options: Any) -> BrowserContext: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*LAUNCH_ARGUMENTS, STAY_HERE]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, with CSRF protection, rate limits and compressed files as in production."""
    instance = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_template, instance / "relire.db")
    static.build(Settings.load(instance=instance, database_url=""))
    with running_server(instance) as server:
        yield server


@pytest.fixture
def forgiven() -> list[str]:
    """Patterns of the complaints that a test provokes on purpose."""
    return []


@pytest.fixture
def context(browser: Browser, server: Server, forgiven: list[str]) -> Iterator[MakeContext]:
    """Makes contexts, in which any complaint of the browser fails the test.

    A script's error, a breach of the content security policy, a request to elsewhere, an
    answer of 4xx or 5xx, an error in the server's log: each is a failure unless forgiven.
    """
    made: list[BrowserContext] = []
    complaints: list[str] = []
    logged = len(server.log.read_text())

    def make(**options: Any) -> BrowserContext:
        options = {
            "base_url": server.url,
            "locale": "fr-FR",
            "reduced_motion": "reduce",
            "viewport": {"width": 1280, "height": 800},
            **options,
        }
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server.url, "data:"))
                else complaints.append(f"asked elsewhere: {request.url}")
            ),
        )
        made.append(context)
        return context

    yield make
    for one in made:
        one.close()
    complaints += re.findall(r"Traceback[\s\S]+|.*\[ERROR\].*", server.log.read_text()[logged:])
    unforgiven = [
        said for said in complaints if not any(re.search(pattern, said) for pattern in forgiven)
    ]
    assert not unforgiven, "\n".join(unforgiven)


@pytest.fixture
def page(context: MakeContext) -> Page:
    """A page in a browser that runs scripts."""
    return context().new_page()
