"""Small words for tests that use the pages: start, save, submit."""

import re
from html import unescape

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

EXAMPLE = "marche-de-noel-b1"


def start(client: FlaskClient, slug: str = EXAMPLE, mode: str = "exam", **more: str) -> str:
    """Start an attempt; the address of its page."""
    answer = client.post(f"/quizzes/{slug}/attempts", data={"mode": mode, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def put(
    client: FlaskClient, attempt: str, question: str, answer: object, seq: object
) -> TestResponse:
    """Save one answer as the script does."""
    return client.put(f"{attempt}/responses/{question}", json={"answer": answer, "seq": seq})


def fields(page: str) -> list[tuple[str, str]]:
    """The hidden seq fields of a page, as a form sends them."""
    found = re.findall(r'name="(s\.[a-z0-9-]+)" value="(-?\d+)"', page)
    return [(name, unescape(value)) for name, value in found]


def value_of(page: str, question: str, text: str) -> str:
    """The value of the choice that says this."""
    found = re.search(
        rf'name="q\.{question}[^"]*" value="([^"]+)"[^>]*><span>{re.escape(text)}', page
    )
    assert found, (question, text)
    return found.group(1)


def submit(client: FlaskClient, attempt: str) -> str:
    """Submit; the results page."""
    answer = client.post(f"{attempt}/submit", follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def form_of(page: str, action: str) -> HtmlElement:
    """The form of a page that is sent to an address."""
    found = html.fromstring(page).xpath(".//form[@action=$action]", action=action)
    assert found, f"no form is sent to {action}"
    return found[0]


def sent_by(form: HtmlElement) -> MultiDict[str, str]:
    """What a browser would send of a form that nobody touched."""
    fields: MultiDict[str, str] = MultiDict()
    for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        kind = field.get("type", "text")
        if field.tag == "textarea":
            # A parser drops the first line end; a browser sends the others as CR LF.
            value = (field.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif field.tag == "select":
            options = field.xpath("option[@selected]") or field.xpath("option")[:1]
            value = options[0].get("value")
        elif kind == "file" or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        else:
            value = field.get("value", "on" if kind == "checkbox" else "")
        fields.add(field.get("name"), value)
    return fields
