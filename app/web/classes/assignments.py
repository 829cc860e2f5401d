"""What a class is given, and how it goes while it runs; on the blueprint of classes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Refused
from app.services import assignments, classes, read, run, taking
from app.services.assignments import Live
from app.text.compare import bare
from app.web.access import teacher_required, the_teacher
from app.web.classes.forms import GrantForm, MinutesForm, TermsForm, local
from app.web.classes.views import bp, now, refused
from app.web.i18n import say, translate
from app.web.navigation import page_asked

__all__ = ["bp"]


@bp.get("/classes/<class_id>/assignments/new")
@teacher_required
def choose(class_id: str) -> ResponseReturnValue:
    """Which quiz to give; then on which terms."""
    slug = request.args.get("quiz", "")
    if slug:
        choice = read(assignments.get_choice, the_teacher().id, slug)
        return _giving(class_id, slug, TermsForm.for_quiz(choice.quiz))
    classroom = read(classes.get_room, the_teacher().id, class_id).classroom
    sought = request.args.get("q", "").strip()[:100]
    found = [
        one
        for one in read(assignments.list_choices, the_teacher().id)
        if bare(sought) in bare(one.quiz.title)
    ]
    return render_template("classes/choose.html", classroom=classroom, choices=found, sought=sought)


def _giving(class_id: str, slug: str, form: TermsForm, problem: str = "") -> str:
    return render_template(
        "classes/give.html",
        classroom=read(classes.get_room, the_teacher().id, class_id).classroom,
        choice=read(assignments.get_choice, the_teacher().id, slug),
        form=form,
        problem=problem,
    )


@bp.post("/classes/<class_id>/assignments")
@teacher_required
def give(class_id: str) -> ResponseReturnValue:
    """Give it."""
    form, slug = TermsForm(), request.form.get("quiz", "")[:80]
    if not form.validate_on_submit():
        return _giving(class_id, slug, form), 422
    try:
        assignment_id = run(
            assignments.assign_quiz,
            the_teacher().id,
            class_id,
            slug,
            form.terms(),
            form.code() or "",
            now(),
        )
    except Refused as error:
        return _giving(class_id, slug, form, say(error.message)), 422
    flash(translate("C’est donné : vos élèves le trouvent dans « Mes résultats »."))
    return redirect(url_for("classes.assignment", assignment_id=assignment_id), 303)


@bp.get("/assignments/<assignment_id>")
@teacher_required
def assignment(assignment_id: str) -> ResponseReturnValue:
    """What was given, on which terms, and who has others."""
    return _desk(assignment_id)


def _desk(assignment_id: str, form: TermsForm | None = None, problem: str = "") -> str:
    desk = read(assignments.get_desk, the_teacher().id, assignment_id, now())
    found = desk.assignment
    return render_template(
        "classes/assignment.html",
        desk=desk,
        assignment=found,
        terms=found.terms,
        quiz=found.quiz,
        form=form or TermsForm.of(found.terms, protected=found.protected),
        problem=problem,
        local=local,
        address=url_for("joining.assignment", assignment_id=assignment_id, _external=True),
    )


def _back(assignment_id: str, anchor: str | None = None) -> ResponseReturnValue:
    page = url_for("classes.assignment", assignment_id=assignment_id, _anchor=anchor)
    if request.form.get("from") == "live":
        shown = page_asked()
        page = url_for(
            "classes.live", assignment_id=assignment_id, page=shown if shown > 1 else None
        )
    return redirect(page, 303)


@bp.post("/assignments/<assignment_id>")
@teacher_required
def set_terms(assignment_id: str) -> ResponseReturnValue:
    """Other terms."""
    form = TermsForm()
    if not form.validate_on_submit():
        return _desk(assignment_id, form), 422
    try:
        run(
            assignments.change_terms,
            the_teacher().id,
            assignment_id,
            form.terms(),
            form.code(),
            now(),
        )
    except Refused as error:
        return _desk(assignment_id, form, say(error.message)), 422
    flash(translate("C’est enregistré."))
    return _back(assignment_id)


@bp.post("/assignments/<assignment_id>/close")
@teacher_required
def close(assignment_id: str) -> ResponseReturnValue:
    """Close now, for everybody."""
    run(assignments.close_now, the_teacher().id, assignment_id, now())
    flash(translate("C’est fermé. Ce qui est enregistré compte."))
    return _back(assignment_id)


@bp.post("/assignments/<assignment_id>/extend")
@teacher_required
def extend(assignment_id: str) -> ResponseReturnValue:
    """More time, for one or for all."""
    form = MinutesForm()
    if not form.validate_on_submit() or form.minutes.data is None:
        flash(translate("Ajoutez de 1 minute à 24 heures."))
        return _back(assignment_id)
    minutes, member = form.minutes.data, form.member.data
    run(assignments.extend, the_teacher().id, assignment_id, minutes, member, now())
    flash(
        translate("%(n)s minutes de plus pour toute la classe.", n=minutes)
        if member is None
        else translate("%(n)s minutes de plus pour cet élève.", n=minutes)
    )
    return _back(assignment_id)


@bp.post("/assignments/<assignment_id>/members/<int:member_id>")
@teacher_required
def grant(assignment_id: str, member_id: int) -> ResponseReturnValue:
    """What one learner has beyond the terms of all."""
    form = GrantForm()
    if form.validate_on_submit():
        run(
            assignments.grant_member,
            the_teacher().id,
            assignment_id,
            member_id,
            form.grant(),
        )
        flash(translate("C’est enregistré."))
    else:
        for messages in form.errors.values():
            flash(translate(str(messages[0])))
    return _back(assignment_id, "exceptions")


@bp.post("/assignments/<assignment_id>/version")
@teacher_required
def move(assignment_id: str) -> ResponseReturnValue:
    """Attempts begin on the latest version from now on."""
    run(assignments.move_to_latest, the_teacher().id, assignment_id)
    flash(translate("Les prochains essais prendront la nouvelle version."))
    return _back(assignment_id)


@bp.post("/assignments/<assignment_id>/delete")
@teacher_required
def delete(assignment_id: str) -> ResponseReturnValue:
    """Take back what nobody has begun."""
    try:
        class_id = run(assignments.delete_assignment, the_teacher().id, assignment_id)
    except Refused as error:
        refused(error)
        return _back(assignment_id)
    flash(translate("Ce travail n’est plus donné."))
    return redirect(url_for("classes.room", class_id=class_id), 303)


@bp.get("/assignments/<assignment_id>/live")
@teacher_required
def live(assignment_id: str) -> ResponseReturnValue:
    """Who has begun, where they are, who is done."""
    return render_template("classes/live.html", **_live(assignment_id))


@bp.get("/assignments/<assignment_id>/live/places")
@teacher_required
def live_places(assignment_id: str) -> ResponseReturnValue:
    """The same without the page around it: a script asks for it every few seconds."""
    return render_template("classes/places.html", **_live(assignment_id))


def _live(assignment_id: str) -> dict[str, Live]:
    found = read(assignments.get_live, the_teacher().id, assignment_id, now(), page_asked())
    if found.overdue:  # a time that runs out where nobody looks is noticed here
        run(taking.expire_assigned, found.assignment.id, now())
    return {"live": found}
