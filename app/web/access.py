"""Who is asking: the learner of this browser, known by an opaque cookie, or a teacher signed in.

What belongs to somebody else answers 404, like what does not exist: services raise NotFound
for both.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import decode_cookie
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import NotFound
from app.services import read, run, sessions
from app.services.accounts import Person
from app.web.i18n import translate
from app.web.navigation import back

__all__ = [
    "ONE_YEAR",
    "admin_required",
    "cookie_name",
    "current_teacher",
    "forget",
    "init_app",
    "learner_token",
    "remember",
    "remembered_token",
    "session_token",
    "teacher_id",
    "teacher_required",
    "the_teacher",
    "tokens_that_came",
]

ONE_YEAR = 365 * 24 * 3600

log = logging.getLogger(__name__)

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

    It costs nothing where neither cookie could name a session.
    """
    if "teacher" not in g:
        g.teacher = _find_teacher()
    found: Person | None = g.teacher
    return found


def _find_teacher() -> Person | None:
    token = session_token()
    if token is None:
        return None
    now = datetime.now(UTC)
    found = read(sessions.find_signed_in, token, now)
    if found is None:
        return None
    session["_user_id"] = token
    if sessions.is_to_be_noted(found, now):
        _note_seen(token, now)
    return found.person


def _note_seen(token: str, now: datetime) -> None:
    """A page is shown even where nothing can be written: its session only ends sooner."""
    try:
        run(sessions.note_seen, token, now)
    except OperationalError as error:
        log.warning("that a session is used could not be noted: %s", error.orig)


def session_token() -> str | None:
    """What names the session of this browser: its cookie, or that of « rester connecté »."""
    token: str | None = session.get("_user_id")
    return remembered_token() if token is None else token


def remembered_token() -> str | None:
    """The session that the cookie of « rester connecté » names; it is signed."""
    cookie = request.cookies.get(current_app.config["REMEMBER_COOKIE_NAME"])
    token: str | None = decode_cookie(cookie) if cookie else None
    return token


def tokens_that_came() -> frozenset[str]:
    """The sessions that the cookies of this request name, whatever became of them since."""
    kept: Mapping[str, Any] = current_app.session_interface.open_session(current_app, request) or {}
    return frozenset(filter(None, (kept.get("_user_id"), remembered_token())))


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
