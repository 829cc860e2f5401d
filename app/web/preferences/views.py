"""Language and reading comfort, kept in cookies of this browser: no account is needed."""

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.extensions import csrf
from app.web.comfort import ONE_YEAR, keep
from app.web.i18n import COOKIE, LANGUAGES
from app.web.navigation import back

__all__ = ["bp"]

bp = Blueprint("preferences", __name__)
# Nothing here is worth forging, and the footer that every page shares needs no token then.
csrf.exempt(bp)


@bp.post("/preferences")
def change() -> ResponseReturnValue:
    """Keep what was chosen, and go back to the page it was chosen on."""
    response = keep(Response(status=204) if request.form.get("quiet") else redirect(back(), 303))
    language = request.form.get("lang", "")
    if language in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language,
            max_age=ONE_YEAR,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response
