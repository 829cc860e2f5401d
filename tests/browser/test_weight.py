"""What a first visit costs on a slow line."""

from playwright.sync_api import Page

from tests.browser.conftest import MakeContext
from tests.browser.pages import start
from tests.browser.server import Server, wait_until

MOST = 60 * 1024


def weight_of(page: Page, path: str) -> dict[str, int]:
    """Bytes on the wire, headers included, for each file that a page asks for."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    weights: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: urls.__setitem__(event["requestId"], event["request"]["url"]),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: weights.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    page.goto(path)
    page.wait_for_function("document.documentElement.classList.contains('js')")
    wait_until(lambda: page.title() and urls.keys() == weights.keys(), "all has arrived")
    return {urls[request]: weight for request, weight in weights.items()}


def test_the_first_visit_to_any_attempt_of_the_library_is_light(
    context: MakeContext, server: Server
) -> None:
    starter = context(java_script_enabled=False).new_page()
    for (quiz,) in server.ask("SELECT slug FROM quiz WHERE owner_id IS NULL"):
        attempt = start(starter, "training", quiz)
        visitor = context(storage_state=starter.context.storage_state()).new_page()
        weights = weight_of(visitor, f"/attempts/{attempt}")
        visitor.context.close()
        kinds = {url.rpartition(".")[2] for url in weights}
        assert {"css", "js"} <= kinds
        assert sum(weights.values()) < MOST, (quiz, weights)


def test_static_files_are_compressed_and_kept_for_ever(page: Page) -> None:
    files: dict[str, dict[str, str]] = {}
    page.on(
        "response",
        lambda answer: (
            files.__setitem__(answer.url, answer.headers) if "/static/" in answer.url else None
        ),
    )
    start(page)
    assert any(url.endswith("autosave.js") for url in files)
    for url, headers in files.items():
        assert headers["content-encoding"] == "gzip", url
        assert "immutable" in headers["cache-control"], url
