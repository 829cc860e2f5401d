"""A teacher's own account; and for admins, everybody's."""

from datetime import UTC, datetime
from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.change_email import _verify_token_status as check_address_link
from werkzeug.exceptions import BadRequest

from app.domain.credentials import normal_email
from app.errors import Refused
from app.services import accounts, read, run, sessions
from app.services.accounts import Role, UserRow
from app.web.access import (
    admin_required,
    current_teacher,
    session_token,
    teacher_required,
    the_teacher,
)
from app.web.account.forms import ROLES, AddressForm, InviteForm, NameForm
from app.web.i18n import say, translate
from app.web.journal import tell
from app.web.limits import limited
from app.web.mail import link_to
from app.web.security import mail, users
from app.web.signing import WRONG_PASSWORD, knows_password

__all__ = ["bp"]

bp = Blueprint("account", __name__, url_prefix="/account")


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


@bp.get("/")
@teacher_required
def home() -> ResponseReturnValue:
    """Name, password, second step, sessions."""
    return _home(NameForm(name=the_teacher().name))


def _home(form: NameForm) -> str:
    teacher = the_teacher()
    codes = users().mf_get_recovery_codes(users().get_user(id=teacher.id))
    return render_template(
        "account/home.html",
        form=form,
        codes_left=len(codes),
        letters=mail().works,
        sessions=read(sessions.list_sessions, teacher.id, session_token() or "", now()),
        hours=[round(lasts.total_seconds() / 3600) for lasts in (sessions.QUIET, sessions.LONGEST)],
        days=sessions.REMEMBERED.days,
    )


@bp.post("/name")
@teacher_required
def rename() -> ResponseReturnValue:
    """Change how colleagues see one."""
    form = NameForm()
    if not form.validate_on_submit():
        return _home(form), 422
    run(accounts.rename, the_teacher().id, (form.name.data or "").strip())
    flash(translate("Votre nom est changé."))
    return redirect(url_for("account.home"), 303)


@bp.post("/sessions/end")
@teacher_required
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    run(sessions.end_others, the_teacher().id, session_token() or "")
    tell("other sessions closed", the_teacher().id)
    flash(translate("Vos autres sessions sont fermées."))
    return redirect(url_for("account.home"), 303)


@bp.post("/sessions/<int:session_id>/end")
@teacher_required
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    run(sessions.end_one, the_teacher().id, session_id)
    tell("session closed", the_teacher().id)
    flash(translate("Cette session est fermée."))
    return redirect(url_for("account.home"), 303)


@bp.get("/new-address/<token>")
def open_address(token: str) -> ResponseReturnValue:
    """What the letter to a new address opens. Looking changes nothing."""
    return _confirmation(token, _proven(token))


@bp.post("/new-address/<token>")
@limited("20/minute")
def confirm_address(token: str) -> ResponseReturnValue:
    """Take the new address, now that its owner has read the letter; other sessions end."""
    proven = _proven(token)
    if proven is None:
        return _confirmation(token, None)
    user, email = proven
    here = current_teacher()
    keep = session_token() if here and here.id == user.id else None
    _change_address(user.id, email, keep)
    tell("address changed", user.id)
    flash(translate("Votre nouvelle adresse est %(email)s.", email=email))
    return redirect(url_for("account.home"), 303)


def _proven(token: str) -> tuple[UserRow, str] | None:
    """Whose new address a link proves; None where it proves nothing any more."""
    expired, invalid, user, email = check_address_link(token)
    return None if expired or invalid or not user.active else (user, email)


def _confirmation(token: str, proven: tuple[UserRow, str] | None) -> ResponseReturnValue:
    email = proven[1] if proven else ""
    page = render_template("account/new_address.html", token=token, email=email)
    return page, 200 if proven else 404


def _change_address(user_id: int, email: str, keep: str | None) -> None:
    former = run(accounts.change_address, user_id, email, keep)
    mail().send("address_notice", former)


@bp.get("/forgot")
def forgot() -> ResponseReturnValue:
    """How to come back without a password: by a letter, or through an admin."""
    if current_app.config["SECURITY_RECOVERABLE"]:
        return redirect(url_for("security.forgot_password"), 303)
    return render_template("account/forgot.html")


@bp.get("/people")
@admin_required
def people() -> ResponseReturnValue:
    """Everybody who has an account or was invited."""
    return _people(InviteForm())


def _people(form: InviteForm) -> str:
    return render_template(
        "account/people.html",
        form=form,
        roles=ROLES,
        everybody=read(accounts.list_people, now()),
    )


@bp.post("/people/invite")
@admin_required
@limited("60/hour")
def invite() -> ResponseReturnValue:
    """Make an invitation: a link to give, sent too where there is a mail server."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _people(form), 422
    role = cast("Role", form.role.data)
    try:
        email = normal_email(form.email.data or "")
        token = run(accounts.invite, email, role, the_teacher().id, now())
    except Refused as error:
        form.email.errors = [say(error.message)]
        return _people(form), 422
    tell("invitation made", by=the_teacher().id)
    link = link_to("setup.open_link", token=token)
    mail().send("invite", email, who=the_teacher().name, link=link)
    return render_template("account/link.html", link=link, email=email, sent=mail().works)


@bp.post("/people/withdraw")
@admin_required
def withdraw() -> ResponseReturnValue:
    """Take an invitation back."""
    run(accounts.withdraw_invitation, request.form.get("email", ""))
    tell("invitation withdrawn", by=the_teacher().id)
    flash(translate("L’invitation est retirée : son lien n’ouvre plus rien."))
    return _back()


@bp.post("/people/<int:user_id>/active")
@admin_required
def set_active(user_id: int) -> ResponseReturnValue:
    """Keep somebody out, or let them in again."""
    active = request.form.get("active") == "yes"
    run(accounts.set_active, user_id, the_teacher().id, active=active)
    tell("account opened" if active else "account closed", user_id, the_teacher().id)
    flash(
        translate("Ce compte est ouvert de nouveau.")
        if active
        else translate("Ce compte est fermé. Ce que la personne a créé est gardé.")
    )
    return _back()


@bp.post("/people/<int:user_id>/role")
@admin_required
def change_role(user_id: int) -> ResponseReturnValue:
    """Make an admin, or a teacher."""
    role = request.form.get("role", "")
    if role not in ROLES:
        raise BadRequest
    run(accounts.change_role, user_id, the_teacher().id, role)
    tell("role changed", user_id, the_teacher().id)
    flash(translate("Le rôle est changé."))
    return _back()


@bp.get("/people/<int:user_id>/address")
@admin_required
def address_of(user_id: int) -> ResponseReturnValue:
    """The form for another address of somebody."""
    return _address_of(user_id, AddressForm())


def _address_of(user_id: int, form: AddressForm) -> str:
    person = read(accounts.get_person, user_id)
    return render_template("account/address.html", form=form, person=person)


@bp.post("/people/<int:user_id>/address")
@admin_required
@limited("20/15minutes")
def change_address(user_id: int) -> ResponseReturnValue:
    """Give somebody another address, at their word; their sessions end."""
    form, me = AddressForm(), the_teacher()
    sound = form.validate_on_submit()
    if sound and not knows_password(users().get_user(id=me.id), form.password.data or ""):
        tell("password refused", me.id)
        form.password.errors = [translate(WRONG_PASSWORD)]
        sound = False
    if not sound:
        return _address_of(user_id, form), 422
    try:
        email = normal_email(form.email.data or "")
        _change_address(user_id, email, session_token() if user_id == me.id else None)
    except Refused as error:
        form.email.errors = [say(error.message)]
        return _address_of(user_id, form), 422
    tell("address changed", user_id, me.id)
    flash(translate("L’adresse est changée : %(email)s.", email=email))
    return _back()


@bp.post("/people/<int:user_id>/second-step")
@admin_required
def remove_second_step(user_id: int) -> ResponseReturnValue:
    """Ask no code of somebody who lost their telephone."""
    run(accounts.remove_second_step, user_id, the_teacher().id)
    tell("second step off", user_id, the_teacher().id)
    flash(translate("La vérification en deux étapes de cette personne est retirée."))
    return _back()


@bp.post("/people/<int:user_id>/sessions/end")
@admin_required
def end_sessions_of(user_id: int) -> ResponseReturnValue:
    """Sign somebody out wherever they are."""
    run(accounts.end_sessions, user_id)
    tell("all sessions closed", user_id, the_teacher().id)
    flash(translate("Toutes les sessions de cette personne sont fermées."))
    return _back()


@bp.post("/people/<int:user_id>/reset")
@admin_required
@limited("60/hour")
def reset_link(user_id: int) -> ResponseReturnValue:
    """Make a link with which somebody chooses a new password."""
    token = run(accounts.make_reset_link, user_id, the_teacher().id, now())
    tell("password link made", user_id, the_teacher().id)
    return render_template(
        "account/link.html", link=link_to("setup.open_link", token=token), email="", sent=False
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("account.people"), 303)
