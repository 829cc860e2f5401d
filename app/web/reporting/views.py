"""The analysis of a quiz, for its teacher: its questions, and where reading fails."""

from typing import get_args

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.domain.item_advice import correlation_error, reliability
from app.questions.base import Mode
from app.services import read, reporting
from app.services.reporting import Report, VersionReport
from app.web.access import teacher_required, the_teacher
from app.web.closing import read_results
from app.web.reporting.pictures import histogram, marks_of_ten, scatter, share_bars

__all__ = ["bp"]

bp = Blueprint("reporting", __name__, url_prefix="/teach")

LONGEST_NUMBER = 6
MODES: tuple[Mode, ...] = get_args(Mode)


@bp.get("/quizzes/<slug>/analysis")
@teacher_required
def questions(slug: str) -> ResponseReturnValue:
    """The questions: how hard, how telling, who chose what, what to do."""
    report = _report(slug)
    return render_template(
        "reporting/questions.html", **_shared(report, slug), **_pictures(report.found)
    )


def _pictures(found: VersionReport | None) -> dict[str, object]:
    return {
        "histograms": histogram(found) if found else [],
        "marks": marks_of_ten(found) if found and found.points else [],
        "scatters": scatter(found.items) if found and found.enough else [],
        "bars": share_bars,
        "reliability": reliability,
    }


@bp.get("/quizzes/<slug>/analysis/text")
@teacher_required
def text(slug: str) -> ResponseReturnValue:
    """The text, each sentence tinted by how often the questions that it proves were missed."""
    return render_template("reporting/text.html", **_shared(_report(slug), slug))


@bp.get("/assignments/<assignment_id>/text")
@teacher_required
def class_text(assignment_id: str) -> ResponseReturnValue:
    """The same, of what one class did."""
    report = read_results(reporting.get_class_report, the_teacher().id, assignment_id)
    return render_template(
        "reporting/class_text.html", assignment=report.assignment, found=report.found
    )


@bp.get("/assignments/<assignment_id>/analysis")
@teacher_required
def class_questions(assignment_id: str) -> ResponseReturnValue:
    """The questions, as one class answered them."""
    report = read_results(reporting.get_class_figures, the_teacher().id, assignment_id, _version())
    return render_template(
        "reporting/class_questions.html",
        report=report,
        assignment=report.assignment,
        found=report.found,
        error=correlation_error(report.found.whole.n),
        **_pictures(report.found),
    )


def _version() -> int | None:
    number = request.args.get("version", "")
    known = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    return int(number) if known else None


def _report(slug: str) -> Report:
    mode = next((one for one in MODES if one == request.args.get("mode")), None)
    return read(reporting.get_report, the_teacher().id, slug, _version(), mode)


def _shared(report: Report, slug: str) -> dict[str, object]:
    return {
        "report": report,
        "found": report.found,
        "slug": slug,
        "modes": MODES,
        "error": correlation_error(report.found.whole.n) if report.found else None,
    }
