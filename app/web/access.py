"""Who is asking: the learner of this browser, known by an opaque cookie, or a teacher signed in.

What belongs to somebody else answers 404, like what does not exist: services raise NotFound
for both.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import ParamSpec

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import decode_cookie
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import NotFound
from app.services import accounts, read
from app.services.accounts import Person
from app.web.i18n import translate
from app.web.navigation import back

__all__ = [
    "admin_required",
    "current_teacher",
    "forget",
    "init_app",
    "learner_token",
    "remember",
    "remembered_teacher",
    "session_is_over",
    "teacher_id",
    "teacher_required",
    "the_teacher",
]

ONE_YEAR = 365 * 24 * 3600
WORKING_DAY = 14 * 3600

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


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


def current_teacher() -> Person | None:
    """The teacher who is signed in, and may still come in: one statement, once a request.

    It costs nothing where neither cookie could name anybody.
    """
    if "teacher" not in g:
        g.teacher = _find_teacher()
    found: Person | None = g.teacher
    return found


def _find_teacher() -> Person | None:
    uniquifier = session.get("_user_id")
    if uniquifier is None:
        uniquifier = remembered_teacher()
        if uniquifier is None:
            return None
        session["_user_id"] = uniquifier
    if session_is_over():
        return None
    return read(accounts.find_signed_in, uniquifier)


def remembered_teacher() -> str | None:
    """Whom the cookie of « rester connecté » names; it is signed."""
    cookie = request.cookies.get(current_app.config["REMEMBER_COOKIE_NAME"])
    name: str | None = decode_cookie(cookie) if cookie else None
    return name


def session_is_over() -> bool:
    """Whether one signed in longer ago than a working day, and did not ask to be remembered.

    A browser that is never closed keeps its session; the next person at it should not.
    """
    since: float = session.get("fs_paa", 0)
    return time() - since > WORKING_DAY and remembered_teacher() != session["_user_id"]


def teacher_id() -> int | None:
    """The number of the teacher who is signed in."""
    teacher = current_teacher()
    return None if teacher is None else teacher.id


def the_teacher() -> Person:
    """The teacher who is signed in, on a page that asks for one. Raises NotFound."""
    teacher = current_teacher()
    if teacher is None:
        raise NotFound
    return teacher


def teacher_required(view: View[P]) -> View[P]:
    """Only for teachers: a visitor is sent to sign in, and comes back afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if current_teacher() else _sign_in()

    return guarded


def admin_required(view: View[P]) -> View[P]:
    """Only for admins: to a teacher, the page does not exist. Raises NotFound."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        teacher = current_teacher()
        if teacher is None:
            return _sign_in()
        if not teacher.admin:
            raise NotFound
        return view(*args, **kwargs)

    return guarded


def _sign_in() -> Response:
    """To the page where one signs in; what was sent is not sent again afterwards."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else back()
    flash(translate("Connectez-vous pour ouvrir cette page."))
    return redirect(url_for("security.login", next=asked), 303)


def init_app(app: Flask) -> None:
    """Give templates ``current_teacher``."""
    app.jinja_env.globals["current_teacher"] = current_teacher
