"""Headers of every answer: nothing comes from elsewhere, nothing is kept by the browser."""

from flask import Flask, Response, current_app

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


def add_headers(response: Response) -> Response:
    """Close what a page does not need."""
    headers = response.headers
    headers.extend(FIXED)
    # Shared computers: the next learner's back button must find nothing.
    headers.setdefault("Cache-Control", "no-store")
    settings: Settings = current_app.config["RELIRE"]
    if settings.https:
        headers["Strict-Transport-Security"] = LONG
    return response


def init_app(app: Flask) -> None:
    """Add them to every answer."""
    app.after_request(add_headers)
