"""Joining a class by its code, its link or its QR; and what the class was given.

Codes can be guessed, so both pages are counted. A whole class joins from one network address in
a few minutes: the limits leave room for that, and eight signs for nobody's luck.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.codes import bare_code, spelled
from app.errors import NotFound, Refused
from app.services import joining, read, run
from app.services.joining import Door
from app.web.access import learner_token, remember
from app.web.i18n import say, translate
from app.web.joining.forms import CodeForm, JoinForm
from app.web.limits import limited

__all__ = ["bp"]

bp = Blueprint("joining", __name__)


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


@bp.get("/join")
def code() -> ResponseReturnValue:
    """Where the code is typed."""
    return render_template("joining/code.html", form=CodeForm(formdata=None), error="")


@bp.post("/join")
@limited("120/minute;1000/hour")
def find() -> ResponseReturnValue:
    """To the class of a code, if there is one."""
    form = CodeForm()
    error = ""
    if form.validate_on_submit():
        typed = bare_code(form.code.data or "")[:16]
        try:
            read(joining.open_door, learner_token(), typed)
        except NotFound:
            error = translate(
                "Aucune classe n’a ce code. Regardez chaque signe, ou demandez-le de nouveau."
            )
        else:
            return redirect(url_for("joining.door", code=spelled(typed)), 303)
    for messages in form.errors.values():
        error = error or translate(messages[0])
    return render_template("joining/code.html", form=form, error=error), 422


@bp.get("/join/<code>")
@limited("120/minute;1000/hour")
def door(code: str) -> ResponseReturnValue:
    """A class before one is in it."""
    try:
        found = read(joining.open_door, learner_token(), code)
    except NotFound:
        error = translate(
            "Ce lien n’ouvre aucune classe. Demandez le code actuel à votre enseignant."
        )
        page = render_template("joining/code.html", form=CodeForm(formdata=None), error=error)
        return page, 404
    if found.pseudonym is not None:
        flash(translate("Vous êtes dans la classe « %(name)s ».", name=found.classroom.name))
        return redirect(url_for("progress.me"), 303)
    return _door(found, "", "")


def _door(found: Door, pseudonym: str, error: str) -> str:
    return render_template(
        "joining/door.html",
        door=found,
        code=spelled(found.classroom.join_code),
        pseudonym=pseudonym,
        error=error,
    )


@bp.post("/join/<code>")
@limited("120/minute;1000/hour")
def join(code: str) -> ResponseReturnValue:
    """Join under a pseudonym; the recovery code is shown once, here."""
    chosen = JoinForm().pseudonym.data or ""
    try:
        joined = run(joining.join_class, learner_token(), code, chosen, now())
    except Refused as error:
        found = read(joining.open_door, learner_token(), code)
        return _door(found, chosen[:200], say(error.message)), 422
    if joined.recovery is None:
        flash(translate("Vous êtes dans la classe « %(name)s ».", name=joined.classroom.name))
        return remember(redirect(url_for("progress.me"), 303), joined.token)
    page = Response(render_template("joining/joined.html", joined=joined))
    return remember(page, joined.token)


@bp.get("/assignments/<assignment_id>")
def assignment(assignment_id: str) -> ResponseReturnValue:
    """What a class was given, for a learner of it."""
    task = read(joining.get_task, learner_token(), assignment_id, now())
    return render_template(
        "joining/assignment.html", task=task, given=task.given, quiz=task.given.quiz
    )
