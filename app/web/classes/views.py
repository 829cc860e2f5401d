"""Classes: their members, the code that lets in, cards to come back, those who teach with one."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.codes import spelled
from app.errors import Refused
from app.services import classes, read, run
from app.services.classes import Card
from app.web.access import teacher_required, the_teacher
from app.web.classes.forms import ClassForm, MembersForm, NameForm, today
from app.web.i18n import say, translate
from app.web.limits import limited
from app.web.qr import qr_code

__all__ = ["bp"]

bp = Blueprint("classes", __name__, url_prefix="/teach")


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


def number(text: str | None) -> int | None:
    """The number of a row that a form names."""
    known = text if text and text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004
    return None if known is None else int(known)


def refused(error: Refused) -> None:
    """Say why nothing was done."""
    flash(say(error.message))


@bp.get("/classes")
@teacher_required
def home() -> ResponseReturnValue:
    """One's classes."""
    return _home("", "")


def _home(name: str, error: str) -> str:
    found = read(classes.list_classes, the_teacher().id)
    return render_template("classes/home.html", classes=found, name=name, error=error)


@bp.post("/classes")
@teacher_required
@limited("60/hour")
def make() -> ResponseReturnValue:
    """A new class."""
    name = NameForm().name.data or ""
    try:
        class_id = run(classes.make_class, the_teacher().id, name, today(), now())
    except Refused as error:
        return _home(name[:200], say(error.message)), 422
    return redirect(url_for("classes.room", class_id=class_id), 303)


@bp.get("/classes/<class_id>")
@teacher_required
def room(class_id: str) -> ResponseReturnValue:
    """One class: how to join it, who is in it, what it was given."""
    return _room(class_id)


def _room(class_id: str, link: str = "", names: str = "", error: str = "") -> str:
    found = read(classes.get_room, the_teacher().id, class_id)
    code = spelled(found.classroom.join_code)
    address = url_for("joining.door", code=code, _external=True)
    return render_template(
        "classes/room.html",
        room=found,
        classroom=found.classroom,
        code=code,
        address=address,
        join_address=url_for("joining.code", _external=True),
        qr=qr_code(address),
        link=link,
        names=names,
        error=error,
        now=now(),
    )


def _back(class_id: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("classes.room", class_id=class_id, _anchor=anchor), 303)


@bp.post("/classes/<class_id>")
@teacher_required
def change(class_id: str) -> ResponseReturnValue:
    """Another name, another day for the purge."""
    form = ClassForm()
    if not form.validate_on_submit() or form.purge_on.data is None:
        flash(translate("Donnez une date : jour, mois, année."))
        return _back(class_id, "settings")
    name, day = form.name.data or "", form.purge_on.data
    try:
        run(classes.change_class, the_teacher().id, class_id, name, day, today())
    except Refused as error:
        refused(error)
    else:
        flash(translate("C’est enregistré."))
    return _back(class_id)


@bp.post("/classes/<class_id>/archive")
@teacher_required
def archive(class_id: str) -> ResponseReturnValue:
    """Put the class away, or take it out again."""
    archived = request.form.get("archived") == "1"
    try:
        run(classes.archive_class, the_teacher().id, class_id, archived=archived, now=now())
    except Refused as error:
        refused(error)
    else:
        flash(
            translate("La classe est archivée : ses élèves n’y ont plus accès.")
            if archived
            else translate("La classe est de nouveau au travail. Rouvrez l’entrée si besoin.")
        )
    return _back(class_id)


@bp.post("/classes/<class_id>/joining")
@teacher_required
def set_joining(class_id: str) -> ResponseReturnValue:
    """Let learners in, or no more."""
    joining = request.form.get("joining") == "1"
    try:
        run(classes.set_joining, the_teacher().id, class_id, joining=joining)
    except Refused as error:
        refused(error)
    return _back(class_id)


@bp.post("/classes/<class_id>/code")
@teacher_required
@limited("60/hour")
def new_code(class_id: str) -> ResponseReturnValue:
    """Another code; the former one opens nothing any more."""
    run(classes.new_code, the_teacher().id, class_id)
    flash(translate("Le code a changé : l’ancien, son lien et son QR n’ouvrent plus rien."))
    return _back(class_id)


@bp.get("/classes/<class_id>/board")
@teacher_required
def board(class_id: str) -> ResponseReturnValue:
    """The code, large, for the board."""
    found = read(classes.get_room, the_teacher().id, class_id).classroom
    code = spelled(found.join_code)
    address = url_for("joining.door", code=code, _external=True)
    return render_template(
        "classes/board.html",
        classroom=found,
        code=code,
        join_address=url_for("joining.code", _external=True),
        qr=qr_code(address),
    )


# Members.


@bp.post("/classes/<class_id>/members")
@teacher_required
@limited("60/hour")
def add_members(class_id: str) -> ResponseReturnValue:
    """Learners who will come by their card."""
    names = MembersForm().names.data or ""
    try:
        cards = run(classes.add_members, the_teacher().id, class_id, names[:30_000], now())
    except Refused as error:
        return _room(class_id, names=names[:30_000], error=say(error.message)), 422
    return _cards(class_id, cards)


@bp.post("/classes/<class_id>/cards")
@teacher_required
@limited("60/hour")
def cards(class_id: str) -> ResponseReturnValue:
    """New recovery codes, for one member or for all: shown once, to be printed."""
    member = number(request.form.get("member"))
    return _cards(class_id, run(classes.make_cards, the_teacher().id, class_id, member))


def _cards(class_id: str, made: list[Card]) -> str:
    found = read(classes.get_room, the_teacher().id, class_id).classroom
    address = url_for("progress.recover_form", _external=True)
    return render_template(
        "classes/cards.html", classroom=found, cards=made, address=address, qr=qr_code(address)
    )


@bp.get("/classes/<class_id>/members/<int:member_id>")
@teacher_required
def member(class_id: str, member_id: int) -> ResponseReturnValue:
    """One member: rename, merge with a double, remove, a new card."""
    return _member(class_id, member_id)


def _member(class_id: str, member_id: int, error: str = "") -> str:
    found = read(classes.get_room, the_teacher().id, class_id)
    return render_template(
        "classes/member.html",
        classroom=found.classroom,
        member=classes.member_of(found, member_id),
        others=[one for one in found.members if one.id != member_id],
        error=error,
    )


@bp.post("/classes/<class_id>/members/<int:member_id>/rename")
@teacher_required
def rename(class_id: str, member_id: int) -> ResponseReturnValue:
    """Another pseudonym."""
    name = NameForm().name.data or ""
    try:
        run(classes.rename_member, the_teacher().id, class_id, member_id, name)
    except Refused as error:
        return _member(class_id, member_id, say(error.message)), 422
    return _back(class_id, "members")


@bp.post("/classes/<class_id>/members/<int:member_id>/remove")
@teacher_required
def remove(class_id: str, member_id: int) -> ResponseReturnValue:
    """Out of the class."""
    run(classes.remove_member, the_teacher().id, class_id, member_id, now())
    flash(translate("Cet élève n’a plus accès à la classe. Vous pouvez le reprendre."))
    return _back(class_id, "members")


@bp.post("/classes/<class_id>/members/<int:member_id>/restore")
@teacher_required
def restore(class_id: str, member_id: int) -> ResponseReturnValue:
    """Back into the class."""
    try:
        run(classes.restore_member, the_teacher().id, class_id, member_id)
    except Refused as error:
        refused(error)
    return _back(class_id, "members")


@bp.post("/classes/<class_id>/members/<int:member_id>/merge")
@teacher_required
def merge(class_id: str, member_id: int) -> ResponseReturnValue:
    """This one and another are one person."""
    into = number(request.form.get("into")) or 0
    try:
        run(classes.merge_members, the_teacher().id, class_id, member_id, into)
    except Refused as error:
        return _member(class_id, member_id, say(error.message)), 422
    flash(translate("C’est fait : il n’y a plus qu’un élève, avec tout ce qu’ont fait les deux."))
    return _back(class_id, "members")


# Co-teachers.


@bp.post("/classes/<class_id>/teachers")
@teacher_required
@limited("60/hour")
def invite(class_id: str) -> ResponseReturnValue:
    """A link for a colleague; it is shown once."""
    token = run(classes.invite_colleague, the_teacher().id, class_id, now())
    return _room(class_id, link=url_for("classes.offered", token=token, _external=True))


@bp.post("/classes/<class_id>/teachers/remove")
@teacher_required
def remove_teacher(class_id: str) -> ResponseReturnValue:
    """Take a colleague's access back, or close the links that were made."""
    other = number(request.form.get("user"))
    run(classes.remove_colleague, the_teacher().id, class_id, other)
    flash(translate("C’est fait."))
    if other == the_teacher().id:
        return redirect(url_for("classes.home"), 303)
    return _back(class_id, "teachers")


@bp.get("/classes/shared/<token>")
@teacher_required
def offered(token: str) -> ResponseReturnValue:
    """What a colleague offers."""
    found = read(classes.offered_class, token, now())
    return render_template("classes/offered.html", classroom=found, token=token)


@bp.post("/classes/shared/<token>")
@teacher_required
@limited("30/minute")
def accept(token: str) -> ResponseReturnValue:
    """Teach the class, too."""
    class_id = run(classes.accept_invitation, the_teacher().id, token, now())
    return redirect(url_for("classes.room", class_id=class_id), 303)


# Erasing.


@bp.get("/classes/<class_id>/purge")
@teacher_required
def purge_form(class_id: str) -> ResponseReturnValue:
    """Before erasing: what goes."""
    found = read(classes.get_room, the_teacher().id, class_id)
    return render_template("classes/purge.html", room=found, classroom=found.classroom)


@bp.post("/classes/<class_id>/purge")
@teacher_required
def purge(class_id: str) -> ResponseReturnValue:
    """Erase the traces of the class's learners at once."""
    run(classes.purge_class, the_teacher().id, class_id, now())
    flash(translate("Les traces des élèves de cette classe sont effacées."))
    return redirect(url_for("classes.home"), 303)
