"""A learner's own results: list, pictures, downloads, recovery, leaving, erasing."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.domain.scoring import UNITS
from app.errors import N_, NotFound
from app.formats.tables.sheet import guarded
from app.services import joining, library, progress, read, run
from app.web.access import forget, learner_token, remember
from app.web.i18n import translate
from app.web.limits import limited
from app.web.plots import ladder_chart, level_chart, skill_chart
from app.web.progress.forms import RecoverForm

__all__ = ["bp"]

bp = Blueprint("progress", __name__)

COLUMNS = (
    N_("Quiz"),
    N_("Niveau"),
    N_("Mode"),
    N_("Début"),
    N_("Fin"),
    N_("Question"),
    N_("Compétence"),
    N_("Réponse"),
    N_("Points"),
    N_("Sur"),
)


@bp.get("/me")
def me() -> ResponseReturnValue:
    """Every attempt, and progress by level and skill."""
    now = datetime.now(UTC)
    mine = read(progress.get_progress, learner_token(), now)
    done = [one for one in mine.attempts if one.past.submitted and not one.past.hidden]
    return render_template(
        "progress/me.html",
        mine=mine,
        classes=read(joining.list_my_classes, learner_token(), now) if mine.known else [],
        done=done,
        waiting=[one for one in mine.attempts if one.past.submitted and one.past.hidden],
        going=[one for one in mine.attempts if not one.past.submitted],
        levels=level_chart(done),
        skills=skill_chart(done),
        ladders=ladder_chart(read(library.list_shelves), done) if done else [],
        form=RecoverForm(),
    )


@bp.post("/me/recovery-code")
@limited("20/minute")
def recovery_code() -> ResponseReturnValue:
    """Make a code, shown once."""
    code = run(progress.make_recovery_code, learner_token())
    return render_template("progress/code.html", code=code)


@bp.post("/me/recover")
@limited("10/minute;60/hour")
def recover() -> ResponseReturnValue:
    """Come back on this device with a code."""
    form = RecoverForm()
    error = ""
    if form.validate_on_submit():
        try:
            token = run(progress.recover, form.code.data or "", datetime.now(UTC))
        except NotFound:
            error = translate(
                "Ce code n’ouvre rien. Vérifiez chaque signe, ou créez-en un autre sur l’appareil où sont vos résultats."
            )
        else:
            flash(translate("Vos résultats sont de retour sur cet appareil."))
            return remember(redirect(url_for("progress.me"), 303), token)
    for messages in form.errors.values():
        error = error or translate(messages[0])
    return render_template("progress/recover.html", form=form, error=error), 422


@bp.get("/me/recover")
def recover_form() -> ResponseReturnValue:
    """Where to write the code."""
    return render_template("progress/recover.html", form=RecoverForm(), error="")


@bp.get("/me/leave")
def leave_form() -> ResponseReturnValue:
    """Before leaving: is there a way back?"""
    return render_template(
        "progress/leave.html", mine=read(progress.get_progress, learner_token(), datetime.now(UTC))
    )


@bp.post("/me/leave")
def leave() -> ResponseReturnValue:
    """« J’ai terminé : quitter ce poste »: the next learner sees nothing."""
    run(progress.leave_device, learner_token())
    return _gone(translate("C’est fait : ce poste ne garde rien de vos résultats."))


@bp.get("/me/erase")
def erase_form() -> ResponseReturnValue:
    """Before erasing: what will go."""
    return render_template(
        "progress/erase.html", mine=read(progress.get_progress, learner_token(), datetime.now(UTC))
    )


@bp.post("/me/erase")
def erase() -> ResponseReturnValue:
    """Erase everything about this learner."""
    run(progress.erase_learner, learner_token())
    return _gone(translate("Tout est effacé : vos essais, vos réponses et votre code."))


def _gone(message: str) -> Response:
    page = forget(redirect(url_for("library.home"), 303))
    # Also what the device itself kept; plain http has no such header, so a script does it too.
    page.headers["Clear-Site-Data"] = '"cache", "storage"'
    flash(message)
    return page


@bp.get("/me/results.json")
def download_json() -> ResponseReturnValue:
    """Every attempt with its answers, for a program."""
    document = {
        "attempts": [
            _described(*one)
            for one in read(progress.list_answers, learner_token(), datetime.now(UTC))
        ]
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return _download(text.encode(), "relire.json", "application/json")


@bp.get("/me/results.csv")
def download_csv() -> ResponseReturnValue:
    """One line per answer, for a spreadsheet: UTF-8 with its mark, so that accents stay."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(map(translate, COLUMNS))
    for attempt, responses in read(progress.list_answers, learner_token(), datetime.now(UTC)):
        past, quiz = attempt.past, attempt.quiz
        reading = quiz.reading
        for response in responses:
            item = quiz.by_id[response.question_id]
            told = " / ".join(item.question.told(response.answer, reading))
            units = "" if response.units is None else _decimal(response.units)
            writer.writerow(
                map(
                    guarded,
                    (
                        quiz.title,
                        quiz.level,
                        past.mode,
                        past.started.isoformat(timespec="seconds"),
                        past.submitted.isoformat(timespec="seconds") if past.submitted else "",
                        item.question.prompt,
                        item.question.skill,
                        told,
                        units,
                        _decimal(item.max_units),
                    ),
                )
            )
    return _download(out.getvalue().encode("utf-8-sig"), "relire.csv", "text/csv; charset=utf-8")


def _decimal(units: int) -> str:
    return f"{units / UNITS:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _described(attempt: progress.PastAttempt, responses: list[Any]) -> dict[str, Any]:
    past, quiz = attempt.past, attempt.quiz
    return {
        "id": past.public_id,
        "quiz": past.slug,
        "title": quiz.title,
        "level": quiz.level,
        "mode": past.mode,
        "started": past.started.isoformat(),
        "submitted": past.submitted.isoformat() if past.submitted else None,
        "points": None if past.units is None else past.units / UNITS,
        "out_of": None if past.max_units is None else past.max_units / UNITS,
        "responses": [
            {
                "question": response.question_id,
                "prompt": quiz.by_id[response.question_id].question.prompt,
                "answer": response.answer,
                "told": list(
                    quiz.by_id[response.question_id].question.told(response.answer, quiz.reading)
                ),
                "saved": response.saved.isoformat(),
                "points": None if response.units is None else response.units / UNITS,
                "verdict": response.verdict,
            }
            for response in responses
        ],
    }


def _download(data: bytes, name: str, mimetype: str) -> Response:
    response = Response(data, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
