"""Error pages: what happened, whether anything was lost, and what to do next."""

import logging
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.errors import N_, MalformedAnswer, NotFound, Refused, RelireError
from app.web.i18n import say, translate
from app.web.journal import tell

__all__ = ["init_app"]

log = logging.getLogger(__name__)

PAGES: dict[int, tuple[str, str]] = {
    400: (
        N_("La page n’a pas pu lire cet envoi"),
        N_("Revenez en arrière, vérifiez ce qui est écrit, et envoyez de nouveau."),
    ),
    403: (
        N_("Cette page ne vous est pas ouverte"),
        N_("Elle n’est pas pour vous, ou n’est plus proposée."),
    ),
    404: (
        N_("Cette page n’existe pas"),
        N_("L’adresse est incomplète, ou la page appartient à quelqu’un d’autre."),
    ),
    405: (
        N_("Cette adresse ne se visite pas ainsi"),
        N_("Revenez en arrière et utilisez le bouton de la page."),
    ),
    409: (
        N_("Cela ne peut pas se faire maintenant"),
        N_("Rien n’est perdu : ce qui était enregistré l’est toujours."),
    ),
    413: (
        N_("C’est trop long pour être enregistré"),
        N_(
            "Revenez en arrière : votre texte y est encore. Raccourcissez-le, puis envoyez de nouveau."
        ),
    ),
    429: (
        N_("Trop de demandes en peu de temps"),
        N_("Attendez une minute, puis recommencez. Rien n’est perdu."),
    ),
    500: (
        N_("Quelque chose s’est cassé chez nous"),
        N_("Vos réponses enregistrées sont gardées. Rechargez la page dans un instant."),
    ),
    503: (
        N_("Le serveur ne peut rien écrire pour l’instant"),
        N_("Cet envoi n’est pas enregistré. Laissez la page ouverte et réessayez dans un instant."),
    ),
}


def wants_json() -> bool:
    """Whether the request comes from a script of ours rather than from a form or a link."""
    return request.is_json or request.method == "PUT"


def answer(status: int, message: str = "", **more: Any) -> ResponseReturnValue:
    """An error in the shape that the request expects."""
    title, advice = PAGES.get(status, PAGES[500] if status >= 500 else PAGES[400])  # noqa: PLR2004
    said = message or translate(advice)
    if wants_json():
        return jsonify(error=translate(title), message=said, **more), status
    page = render_template("errors/error.html", status=status, title=translate(title), advice=said)
    return page, status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:  # noqa: PLR2004 (redirects)
        return error
    return answer(error.code)


def _not_found(_error: NotFound) -> ResponseReturnValue:
    """It is not there, or not theirs: which of the two, nobody is told."""
    if teacher := g.get("teacher"):
        tell("access refused", teacher.id)
    return answer(404)


def _refused(error: Refused) -> ResponseReturnValue:
    return answer(409, say(error.message))


def _malformed(error: MalformedAnswer) -> ResponseReturnValue:
    return answer(400, say(error.message))


def _expired_page(_error: CSRFError) -> ResponseReturnValue:
    tell("form refused")
    return answer(
        400,
        translate(
            "Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la, "
            "et envoyez de nouveau."
        ),
    )


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return answer(413)


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("the database refused: %s", error.orig)
    return answer(503)


def _unexpected(error: RelireError) -> ResponseReturnValue:
    return answer(400, say(error.message))


def init_app(app: Flask) -> None:
    """Answer every error in words."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _expired_page)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(MalformedAnswer, _malformed)
    app.register_error_handler(RelireError, _unexpected)
