"""What a one-time link opens. Looking at it uses nothing up: mail filters look at links, too."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password, login_user

from app.domain.credentials import judge, normal_email
from app.errors import NotFound, Refused
from app.services import accounts, read, run
from app.services.accounts import Link, Person
from app.web.i18n import say, translate
from app.web.journal import tell
from app.web.limits import limited
from app.web.security import after_sign_in, security, users
from app.web.setup.forms import FirstForm, InvitedForm, PasswordForm

__all__ = ["bp"]

bp = Blueprint("setup", __name__)

FORMS: dict[str, type[PasswordForm]] = {
    "setup": FirstForm,
    "invite": InvitedForm,
    "reset": PasswordForm,
}


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


@bp.get("/setup/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """The form of a link, or why it opens nothing."""
    try:
        link, _ = read(accounts.get_link, token, now())
    except NotFound:
        return _void()
    return _page(token, link, FORMS[link.purpose]())


@bp.post("/setup/<token>")
@limited("20/minute")
def redeem(token: str) -> ResponseReturnValue:
    """Use the link; whoever is new is signed in at once."""
    try:
        link, person = read(accounts.get_link, token, now())
        form = FORMS[link.purpose]()
        chosen = _chosen(form, link, person)
        if chosen is None:
            return _page(token, link, form), 422
        email, name, password = chosen
        redeemed = run(
            accounts.redeem,
            token,
            email=email,
            name=name,
            password=hash_password(password),
            now=now(),
        )
    except NotFound:
        return _void()
    strength = translate(judge(password, [email, name]).strength_name)
    user = users().get_user(fs_uniquifier=redeemed.uniquifier)
    if redeemed.purpose == "reset":
        tell("password changed", user.id)
        flash(translate("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
        return redirect(url_for("security.login"), 303)
    tell("account made", user.id)
    login_user(user)
    flash(
        translate(
            "Bienvenue, %(name)s. Votre mot de passe est %(strength)s.",
            name=name,
            strength=strength,
        )
    )
    return redirect(url_for(after_sign_in()), 303)


def _chosen(form: PasswordForm, link: Link, person: Person | None) -> tuple[str, str, str] | None:
    """Address, name and password, or None: the form says then what is wrong with them."""
    sound = form.validate_on_submit()
    email, name = link.email or "", person.name if person else ""
    if isinstance(form, FirstForm) and not form.email.errors:
        try:
            email = normal_email(form.email.data or "")
        except Refused as error:
            form.email.errors = [say(error.message)]
            sound = False
    if isinstance(form, InvitedForm):
        name = (form.name.data or "").strip()
    if not form.password.errors:
        problems, password = security().password_util.validate(
            form.password.data or "", is_register=True, email=email, name=name
        )
        form.password.errors = problems or []
        sound = sound and not problems
    return (email, name, password) if sound else None


def _page(token: str, link: Link, form: PasswordForm) -> str:
    return render_template("setup/link.html", token=token, link=link, form=form)


def _void() -> ResponseReturnValue:
    return render_template("setup/void.html"), 404
