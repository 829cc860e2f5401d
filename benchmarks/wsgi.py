"""Requests straight into the application, with as little around them as may be."""

import io
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]
SLUG = "marche-de-noel-b1"
QUIZ = f"/quizzes/{SLUG}"
FORM = "application/x-www-form-urlencoded"

_addresses = count(1)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    text: str


@dataclass(slots=True)
class Browser:
    """Somebody with cookies, on a network address of their own (opening attempts is limited)."""

    app: Wsgi
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        number = next(_addresses)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", **more: str) -> Reply:
        """One request; what it costs beside the application is a few microseconds."""
        started: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_X_CSRFTOKEN": self.csrf,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **more,
        }
        result = self.app(environ, lambda *given: started.extend(given))
        content = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        headers: list[tuple[str, str]] = started[1]
        for name, value in headers:
            if name == "Set-Cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        packed = any(name == "Content-Encoding" for name, _ in headers)
        return Reply(int(started[0][:3]), headers, "" if packed else content.decode())

    def get(self, path: str, **more: str) -> Reply:
        reply = self.ask("GET", path, **more)
        assert reply.status == 200, (path, reply)
        return reply

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; where it leads."""
        body = urlencode(fields | {"csrf_token": self.csrf}).encode()
        reply = self.ask("POST", path, body, FORM)
        assert reply.status == 303, (path, reply)
        return dict(reply.headers)["Location"]

    def start(self) -> str:
        """From the quiz's page to an attempt: two of the eight requests."""
        page = self.get(QUIZ).text
        self.csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.post(f"{QUIZ}/attempts", {"mode": "exam"})

    def save(self, attempt: str, question: str, answer: str, seq: int) -> None:
        body = json.dumps({"answer": answer, "seq": seq}).encode()
        reply = self.ask("PUT", f"{attempt}/responses/{question}", body, "application/json")
        assert reply.status == 200, reply


def whole_attempt(app: Wsgi) -> None:
    """Eight requests of somebody new: quiz, start, attempt, autosave, save, check, submit, results."""
    browser = Browser(app)
    attempt = browser.start()
    page = browser.get(attempt).text
    browser.save(attempt, "mot", "ruche", 1)
    fields = dict(re.findall(r'name="(s\.[^"]+)" value="([^"]+)"', page))
    fields |= {"s.mot": "1", "q.mot": "ruche", "q.nombre": "3", "go": "check"}
    check = browser.post(attempt, fields)
    browser.get(check)
    browser.get(browser.post(f"{attempt}/submit", {}))


def raw_app(folder: Path, url: str) -> Wsgi:
    """The yardstick: parse a small JSON body, insert a row, commit, answer."""
    insert: Callable[[str, str], None]
    if url:
        import psycopg  # noqa: PLC0415

        conn = psycopg.connect(url.replace("+psycopg", ""))
        conn.execute("CREATE TABLE IF NOT EXISTS raw (question text, answer text)")
        conn.commit()

        def insert(question: str, answer: str) -> None:
            conn.execute("INSERT INTO raw VALUES (%s, %s)", (question, answer))
            conn.commit()
    else:
        base = sqlite3.connect(folder / "raw.db", isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE raw (question text, answer text)")

        def insert(question: str, answer: str) -> None:
            base.execute("BEGIN IMMEDIATE")
            base.execute("INSERT INTO raw VALUES (?, ?)", (question, answer))
            base.execute("COMMIT")

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        sent = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        insert(environ["PATH_INFO"], sent["answer"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"seq": 1}']

    return app
