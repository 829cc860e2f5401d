"""The teachers' workspace: a list of one's quizzes, and what can be done with each."""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.quiz import Quiz
from app.errors import NotFound
from app.formats import FORMATS
from app.formats.base import Export, MediaOf
from app.formats.spreadsheet.template import template_csv, template_xlsx
from app.services import assignments, authoring, drafting, library, read, run, transfer
from app.services.authoring import RIGHTS
from app.text.compare import bare
from app.web.access import teacher_required, the_teacher
from app.web.i18n import translate
from app.web.limits import limited
from app.web.passages import render_passages
from app.web.qr import qr_code

__all__ = ["bp"]

bp = Blueprint("teaching", __name__, url_prefix="/teach")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


@bp.get("/")
@teacher_required
def home() -> ResponseReturnValue:
    """One's quizzes, the previews that wait, and where to bring a file."""
    desk = read(authoring.get_desk, the_teacher().id, now())
    sought = request.args.get("q", "").strip()[:100]
    quizzes = [one for one in desk.quizzes if bare(sought) in bare(one.title)]
    return render_template("teaching/home.html", desk=desk, quizzes=quizzes, sought=sought)


@bp.get("/formats")
@teacher_required
def formats() -> ResponseReturnValue:
    """Which files are read, and how to get them out of other programs."""
    return render_template("teaching/formats.html", formats=FORMATS)


@bp.get("/library")
@teacher_required
def shelves() -> ResponseReturnValue:
    """What everybody is offered: to copy, or to take away as a file."""
    return render_template("teaching/library.html", shelves=read(library.list_shelves))


@bp.get("/template.<suffix>")
@teacher_required
def template(suffix: str) -> ResponseReturnValue:
    """The sheet to fill in."""
    if suffix == "xlsx":
        return _download(template_xlsx(), "modele-relire.xlsx", XLSX)
    if suffix == "csv":
        return _download(template_csv(), "modele-relire.csv", "text/csv")
    raise NotFound


def _download(data: bytes, name: str, mimetype: str) -> Response:
    return Response(
        data,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/quizzes/<slug>")
@teacher_required
def quiz(slug: str) -> ResponseReturnValue:
    """One quiz: its address for learners, its versions, who may use it."""
    return _folder(slug)


def _folder(slug: str, link: str = "") -> str:
    folder = read(authoring.get_folder, the_teacher().id, slug)
    address = url_for("library.quiz", slug=slug, _external=True)
    return render_template(
        "teaching/quiz.html",
        folder=folder,
        own=folder.access.own,
        slug=slug,
        address=address,
        qr=qr_code(address) if folder.access.own.published_version else "",
        link=link,
        rights=RIGHTS,
        given=read(assignments.list_given, the_teacher().id, slug),
    )


@bp.post("/quizzes/<slug>/edit")
@teacher_required
def edit(slug: str) -> ResponseReturnValue:
    """Go on writing: the quiz's draft, made from its latest version if there is none."""
    number = request.form.get("version", "")
    draft_id = run(
        drafting.open_draft,
        the_teacher().id,
        slug,
        now(),
        int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,  # noqa: PLR2004
    )
    return redirect(url_for("drafting.draft", draft_id=draft_id), 303)


@bp.post("/quizzes/<slug>/copy")
@teacher_required
def copy(slug: str) -> ResponseReturnValue:
    """A quiz of one's own, made from this one."""
    title = translate("%(title)s (copie)", title="%(title)s")
    draft_id = run(drafting.copy_quiz, the_teacher().id, slug, now(), title)
    flash(translate("C’est votre copie : l’original ne change pas."))
    return redirect(url_for("drafting.draft", draft_id=draft_id), 303)


@bp.post("/quizzes/<slug>/withdraw")
@teacher_required
def withdraw(slug: str) -> ResponseReturnValue:
    """Offer it no more."""
    run(authoring.withdraw_quiz, the_teacher().id, slug)
    flash(translate("Le quiz n’est plus proposé. Les essais commencés vont à leur terme."))
    return redirect(url_for("teaching.quiz", slug=slug), 303)


@bp.post("/quizzes/<slug>/offer")
@teacher_required
def offer(slug: str) -> ResponseReturnValue:
    """Offer a version again, in the library or by its address alone."""
    listed = request.form.get("listed") == "1"
    run(authoring.offer_quiz, the_teacher().id, slug, listed=listed)
    flash(
        translate("Le quiz est dans la bibliothèque.")
        if listed
        else translate("Le quiz s’ouvre par son adresse ; la bibliothèque ne le montre pas.")
    )
    return redirect(url_for("teaching.quiz", slug=slug), 303)


@bp.get("/quizzes/<slug>/paper")
@teacher_required
def paper(slug: str) -> ResponseReturnValue:
    """The quiz to print: texts, questions, and the key on a page of its own."""
    found = read(authoring.get_takeaway, the_teacher().id, slug)
    return render_template(
        "teaching/paper.html",
        quiz=found.quiz,
        passages=render_passages(found.version_id, found.quiz, "plain"),
        reading=found.quiz.reading,
        slug=slug,
    )


# Files out.


@bp.get("/quizzes/<slug>/export")
@teacher_required
def export(slug: str) -> ResponseReturnValue:
    """Every format, and what each could not carry, before anything is downloaded."""
    found = read(authoring.get_takeaway, the_teacher().id, slug)
    media = _media(found.quiz)
    exports = {name: one.write(found.quiz, media) for name, one in FORMATS.items() if one.write}
    return render_template(
        "teaching/export.html", quiz=found.quiz, slug=slug, exports=exports, formats=FORMATS
    )


@bp.get("/quizzes/<slug>/export/<name>")
@teacher_required
@limited("120/minute")
def download(slug: str, name: str) -> ResponseReturnValue:
    """The quiz as a file."""
    found = read(authoring.get_takeaway, the_teacher().id, slug)
    one = FORMATS.get(name)
    if one is None or one.write is None:
        raise NotFound
    made: Export = one.write(found.quiz, _media(found.quiz))
    return _download(made.data, f"{slug}{made.suffix}", made.type)


def _media(quiz: Quiz) -> MediaOf:
    return read(transfer.pictures_of, quiz).get


# Sharing.


@bp.post("/quizzes/<slug>/share")
@teacher_required
@limited("60/hour")
def share(slug: str) -> ResponseReturnValue:
    """Make a link for a colleague; it is shown once."""
    right = request.form.get("right", "")
    if right not in RIGHTS:
        return redirect(url_for("teaching.quiz", slug=slug), 303)
    token = run(authoring.share_quiz, the_teacher().id, slug, right, now())
    return _folder(slug, url_for("teaching.shared", token=token, _external=True))


@bp.post("/quizzes/<slug>/unshare")
@teacher_required
def unshare(slug: str) -> ResponseReturnValue:
    """Take a colleague's right back, or close the links that were made."""
    other = request.form.get("user", "")
    other_id = int(other) if other.isascii() and other.isdigit() and len(other) < 12 else None  # noqa: PLR2004
    run(authoring.end_share, the_teacher().id, slug, other_id)
    flash(translate("C’est fait."))
    return redirect(url_for("teaching.quiz", slug=slug), 303)


@bp.get("/shared/<token>")
@teacher_required
def shared(token: str) -> ResponseReturnValue:
    """What a colleague offers."""
    own, right = read(authoring.offered_share, token, now())
    return render_template("teaching/shared.html", own=own, right=right, token=token)


@bp.post("/shared/<token>")
@teacher_required
@limited("30/minute")
def accept(token: str) -> ResponseReturnValue:
    """Take it."""
    slug = run(authoring.accept_share, the_teacher().id, token, now())
    return redirect(url_for("teaching.quiz", slug=slug), 303)
