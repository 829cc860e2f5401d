"""Who is asking: the learner of this browser, known by an opaque cookie.

What belongs to somebody else answers 404, like what does not exist: services raise NotFound
for both.
"""

from flask import current_app, request
from werkzeug.wrappers import Response

from app.config import Settings

__all__ = ["forget", "learner_token", "remember"]

ONE_YEAR = 365 * 24 * 3600


def _settings() -> Settings:
    settings: Settings = current_app.config["RELIRE"]
    return settings


def cookie_name() -> str:
    """``__Host-`` where TLS allows it: such a cookie cannot be set by a neighbouring site."""
    return "__Host-relire_learner" if _settings().https else "relire_learner"


def learner_token() -> str | None:
    """The token of this browser's learner, if it has one."""
    token = request.cookies.get(cookie_name())
    return token if token and len(token) < 100 else None  # noqa: PLR2004 (ours have 43)


def remember(response: Response, token: str | None) -> Response:
    """Give this browser its learner's token."""
    if token:
        response.set_cookie(
            cookie_name(),
            token,
            max_age=ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=_settings().https,
        )
    return response


def forget(response: Response) -> Response:
    """Take the token back."""
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=_settings().https)
    return response
