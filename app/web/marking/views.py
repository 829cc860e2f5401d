"""What a class has handed in: its results, its learners, its answers; and marking by hand."""

from datetime import UTC, datetime
from decimal import Decimal

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone

from app.domain.scoring import UNITS
from app.errors import NotFound, Refused
from app.formats.result_sheets import Cell, results_csv, results_xlsx
from app.services import amending, marking, run
from app.services.amending import Wish
from app.services.essays import get_essays
from app.services.marking import Marking, Row, Table
from app.web.access import teacher_required, the_teacher
from app.web.closing import read_results
from app.web.i18n import say, translate, translate_plural
from app.web.navigation import page_asked

__all__ = ["bp"]

bp = Blueprint("marking", __name__, url_prefix="/teach/assignments/<assignment_id>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NUMBER = 10
LONGEST_NAME = 80
LONGEST_TEXT = 600


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER
    return int(text) if known else None


@bp.get("/results")
@teacher_required
def results(assignment_id: str) -> ResponseReturnValue:
    """The class: learner × question."""
    sort = request.args.get("sort", "name").replace("\x00", "")[:LONGEST_NAME]
    table = read_results(marking.get_table, the_teacher().id, assignment_id, sort, page_asked())
    return render_template("marking/results.html", table=table)


@bp.get("/results/learners/<int:member_id>")
@teacher_required
def learner(assignment_id: str, member_id: int) -> ResponseReturnValue:
    """A learner: each attempt, each answer; to be printed as it is."""
    shown = request.args.get("attempt", "")
    report = read_results(marking.get_learner, the_teacher().id, assignment_id, member_id, shown)
    return render_template("marking/learner.html", report=report)


@bp.get("/results/questions/<question_id>")
@teacher_required
def question(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """A question: all answers, the same ones together."""
    version = _number(request.args.get("version", ""))
    report = read_results(
        marking.get_question, the_teacher().id, assignment_id, question_id, version
    )
    return render_template("marking/question.html", report=report)


# Accepting an answer afterwards.


def _wish(question_id: str) -> Wish:
    sent = request.values
    return Wish(
        version_id=_number(sent.get("version", "")) or 0,
        question_id=question_id,
        part=sent.get("part", "")[:20],
        text=sent.get("text", "").replace("\x00", "")[:LONGEST_TEXT],
        fraction=sent.get("fraction", "1"),
    )


@bp.get("/results/questions/<question_id>/accept")
@teacher_required
def accept_form(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """Before accepting a typed answer: who would be marked otherwise."""
    return _accepting(assignment_id, question_id)


def _accepting(assignment_id: str, question_id: str, problem: str = "") -> str:
    wish = _wish(question_id)
    preview = read_results(amending.preview_acceptance, the_teacher().id, assignment_id, wish)
    return render_template("marking/accept.html", preview=preview, problem=problem)


@bp.post("/results/questions/<question_id>/accept")
@teacher_required
def accept(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """Accept it, and mark everybody anew; if what was seen has changed, it is shown again."""
    wish, seal = _wish(question_id), request.form.get("seal", "")
    try:
        changed = run(amending.accept_answer, the_teacher().id, assignment_id, wish, seal, now())
    except Refused as error:
        return _accepting(assignment_id, question_id, say(error.message)), 409
    flash(
        translate_plural(
            "C’est fait : %(num)s note a changé.", "C’est fait : %(num)s notes ont changé.", changed
        )
    )
    place = url_for("marking.question", assignment_id=assignment_id, question_id=question_id)
    return redirect(f"{place}?version={wish.version_id}", 303)


# Marking by hand.


@bp.get("/essays/<question_id>")
@teacher_required
def essays(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """The texts on a question, one at a time, without names."""
    return _essays(assignment_id, question_id, request.args.get("text", ""))


def _essays(assignment_id: str, question_id: str, shown: str, problem: str = "") -> str:
    desk = read_results(get_essays, the_teacher().id, assignment_id, question_id, shown)
    return render_template("marking/essays.html", desk=desk, problem=problem, sent=request.form)


@bp.post("/essays/<question_id>/<sheet>")
@teacher_required
def mark_essay(assignment_id: str, question_id: str, sheet: str) -> ResponseReturnValue:
    """Mark a text, and go on to the next."""
    try:
        run(
            marking.mark_answer,
            the_teacher().id,
            assignment_id,
            sheet,
            question_id,
            _marking(),
            now(),
        )
    except Refused as error:
        return _essays(assignment_id, question_id, sheet, say(error.message)), 422
    flash(translate("C’est noté."))
    shown = sheet if request.form.get("go") == "stay" else None
    return redirect(
        url_for("marking.essays", assignment_id=assignment_id, question_id=question_id, text=shown),
        303,
    )


def _marking() -> Marking:
    form = request.form
    comment = form.get("comment", "")
    again = form.get("again", "")
    return Marking(
        points=form.getlist("points"),
        comment=f"{comment}\n{again}".strip() if again else comment,
        why=form.get("why", ""),
        seen=_number(form.get("seen", "")) or 0,
        by_rubric=form.get("rubric") == "1",
    )


@bp.post("/results/learners/<int:member_id>/<sheet>/<question_id>")
@teacher_required
def mark(assignment_id: str, member_id: int, sheet: str, question_id: str) -> ResponseReturnValue:
    """Correct a mark by hand: who, when and why are kept."""
    teacher = the_teacher().id
    report = read_results(marking.get_learner, teacher, assignment_id, member_id, sheet)
    try:
        changed = run(
            marking.mark_answer, teacher, assignment_id, sheet, question_id, _marking(), now()
        )
    except Refused as error:
        flash(say(error.message))
    else:
        flash(translate("C’est noté.") if changed else translate("Rien n’a changé."))
    return redirect(
        url_for(
            "marking.learner",
            assignment_id=assignment_id,
            member_id=report.sheet.member_id,
            attempt=sheet,
            _anchor=f"q-{question_id}",
        ),
        303,
    )


# Files.


@bp.get("/results.<suffix>")
@teacher_required
def download(assignment_id: str, suffix: str) -> ResponseReturnValue:
    """The table as a file for a spreadsheet."""
    if suffix not in ("csv", "xlsx"):
        raise NotFound
    table = read_results(marking.get_table, the_teacher().id, assignment_id)
    rows = _sheet(table)
    if suffix == "csv":
        data, kind = results_csv(rows), "text/csv; charset=utf-8"
    else:
        data, kind = results_xlsx(translate("Résultats"), rows), XLSX
    disposition = f'attachment; filename="resultats.{suffix}"'
    return Response(data, content_type=kind, headers={"Content-Disposition": disposition})


def _sheet(table: Table) -> list[list[Cell]]:
    titles = [
        translate("Pseudonyme"),
        *[
            translate(
                "Q%(n)s (sur %(points)s)", n=one.item.number, points=_text(one.item.max_units)
            )
            for one in table.columns
        ],
        translate("Total"),
        translate("Sur"),
        translate("Pourcentage"),
        translate("En attente"),
        translate("Rendu le"),
        translate("Durée en minutes"),
    ]
    return [list[Cell](titles), *[_line(table, row) for row in table.rows]]


def _text(units: int) -> str:
    return f"{_points(units).normalize():f}".replace(".", ",")


def _points(units: int) -> Decimal:
    return Decimal(units) / UNITS


def _line(table: Table, row: Row) -> list[Cell]:
    done = row.sheet.attempt
    marks: list[Cell] = []
    for column in table.columns:
        mark = row.marks.get(column.item.question.id)
        marks.append(None if mark is None or mark.units is None else _points(mark.units))
    if done is None:
        return [row.sheet.pseudonym, *marks, *[None] * 6]
    minutes = Decimal(round((done.submitted - done.started).total_seconds() / 6)) / 10
    return [
        row.sheet.pseudonym,
        *marks,
        _points(done.units),
        _points(done.max_units),
        (Decimal(done.units * 100) / done.max_units).quantize(Decimal("0.1"))
        if done.max_units
        else None,
        _points(done.pending),
        f"{to_user_timezone(done.submitted):%d/%m/%Y %H:%M}",
        minutes,
    ]
