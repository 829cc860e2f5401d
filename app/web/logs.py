"""What is written down: one line an event, with the request's id, and nothing of anybody.

No address of the network, no path (it may name an attempt, or be a key itself), no cookie, no field.
A request is told by its endpoint. What an error's text may repeat of a request is taken out.
"""

import json
import logging
import random
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from app.config import Settings

__all__ = ["JsonLines", "PlainLines", "init_app"]

log = logging.getLogger("app.requests")
"""Tells of each request."""
OURS = frozenset({log.name, "app.security"})
"""What speaks in words of ours alone: nothing is to be taken out, which would cost half a save, and
would let whoever sends those words hide an event."""

GONE = "…"
SHORTEST = 4
"""Letters of a value that is taken out: shorter ones say nothing, and stand everywhere."""

_KNOWN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PERSONAL = re.compile(
    r"[^\s@<>\"'(=,;]+@[\w.-]+"  # an e-mail address
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|\bip=\S+"  # an address of the network
    r"|\$argon2\S+"
)


def _strings(value: object) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _sent() -> Iterator[str]:
    """Every text that came with the request, as far as it has been read."""
    yield from (request.path, request.remote_addr or "")
    yield from request.cookies.values()
    yield from map(str, (request.view_args or {}).values())
    yield from request.args.values()
    yield from (request.headers.get("Authorization", ""), request.headers.get("X-CSRFToken", ""))
    if "form" in request.__dict__:
        for values in request.form.listvalues():
            yield from values
    if request.is_json:
        yield from _strings(request.get_json(silent=True))


def hidden(text: str) -> str:
    """The text without what came with the request, and without addresses of people."""
    if has_request_context():
        sent = {one.strip() for one in _sent() if len(one.strip()) >= SHORTEST}
        if sent:
            longest_first = sorted(sent, key=len, reverse=True)
            text = re.sub("|".join(map(re.escape, longest_first)), GONE, text, flags=re.IGNORECASE)
    return _PERSONAL.sub(GONE, text)


def _message(record: logging.LogRecord) -> str:
    # gunicorn names the path of a request that broke it.
    if record.name.startswith("gunicorn") and record.exc_info:
        return str(record.msg).replace("%s", GONE)
    return record.getMessage()


class PlainLines(logging.Formatter):
    """For people: a line, then the traceback."""

    def __init__(self) -> None:
        super().__init__("[%(asctime)s] %(levelname)s in %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """What is written."""
        return hidden(super().format(record))


class JsonLines(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """What is written."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg if record.name in OURS else hidden(_message(record)),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id")
            line["method"], line["endpoint"] = request.method, request.endpoint
        line.update(getattr(record, "more", {}))
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = hidden(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def init_app(app: Flask) -> None:
    """Give each request an id, and say where and how to write."""
    settings: Settings = app.config["RELIRE"]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log == "json" else PlainLines())
    app.logger.handlers[:] = [handler]  # its children, app.*, write there too
    app.log_exception = _log_exception  # type: ignore[method-assign]

    def begin() -> None:
        g.started = time.perf_counter()
        given = request.headers.get("X-Request-Id", "") if settings.trusted_proxies else ""
        g.request_id = given if _KNOWN_ID.fullmatch(given) else f"{random.getrandbits(64):016x}"

    def tell_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        return response

    # First of all, so that what another hook refuses has an id too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(tell_id)
    if settings.log == "json":
        app.logger.setLevel(logging.INFO)
        app.after_request(_write_line)


def _log_exception(
    exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    """In place of Flask's own, which names the path."""
    endpoint = request.endpoint if has_request_context() else None
    logging.getLogger("app").error("%s broke", endpoint or "a page", exc_info=exc_info)


def _write_line(response: Response) -> Response:
    """One line a request; not for whoever only watches."""
    status = response.status_code
    if request.blueprint != "health" or status >= 400:  # noqa: PLR2004
        took = round((time.perf_counter() - g.started) * 1000, 1)
        log.info("request", extra={"more": {"status": status, "ms": took}})
    return response
