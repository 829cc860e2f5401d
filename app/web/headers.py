"""Headers of every answer: nothing comes from elsewhere, nothing is kept by the browser."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response

from app.config import Settings

__all__ = ["init_app"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)


LONG = "max-age=31536000"
"""For how long a browser comes back over TLS alone: a year."""
FIXED = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),  # for what is older than frame-ancestors
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


def init_app(app: Flask) -> None:
    """Add them to every answer, errors too, where the application gives it away."""
    settings: Settings = app.config["RELIRE"]
    fixed = [*FIXED, ("Strict-Transport-Security", LONG)] if settings.https else [*FIXED]
    answer = app.wsgi_app

    def add(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], error: Any = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, headers + fixed, error)

        return answer(environ, start)

    app.wsgi_app = add  # type: ignore[method-assign]
    app.after_request(_keep_nothing)


def _keep_nothing(response: Response) -> Response:
    """Shared computers: the next learner's back button must find nothing."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
