"""What happens where somebody signs in or out, or tries to: sessions begin and end, and it is told.

Flask-Security's pages do the work; here are their forms, which tell what they refuse, and what
answers their signals.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from flask import Flask, current_app, g, request, session
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import (
    ChangeEmailForm,
    ChangePasswordForm,
    LoginForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    change_email_instructions_sent,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    verify_password,
)
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import Field, PasswordField, ValidationError

from app.errors import N_
from app.services import run, sessions
from app.services.accounts import UserRow
from app.web.access import tokens_that_came
from app.web.devices import device_of
from app.web.journal import Event, tell

__all__ = ["FORMS", "WRONG_PASSWORD", "Told", "init_app", "knows_password"]


WRONG_PASSWORD = N_("Ce n’est pas votre mot de passe actuel.")


def knows_password(user: UserRow, password: str) -> bool:
    """Whether this is their password."""
    normal = current_app.extensions["security"].password_util.normalize(password)
    return bool(verify_password(normal, user.password))


class Told:
    """A form whose refusals are told, where what is secret in it was wrong."""

    refusal: ClassVar[Event] = "password refused"
    secrets: ClassVar[frozenset[str]] = frozenset({"password"})
    """The fields by whose errors a guess is known."""

    def validate(self, **more: Any) -> bool:
        """As the library's form does."""
        form: Any = super()
        sound: bool = form.validate(**more)
        if not sound and self.secrets & self.errors.keys():  # type: ignore[attr-defined]
            user = getattr(self, "user", current_user)
            tell(self.refusal, user.id if user else None)
        return sound


class SignInForm(Told, LoginForm):
    """Address and password."""

    refusal = "sign-in refused"
    secrets = frozenset({"email", "password"})


class AgainForm(Told, VerifyForm):
    """The password, asked again."""


class NewPasswordForm(Told, ChangePasswordForm):
    """The former password, and a new one."""


class AddressForm(Told, ChangeEmailForm):
    """A new address, and the password. Whether somebody else has it, nobody is told."""

    password = PasswordField()

    def validate_email(self, field: Field) -> None:
        """Refuse one's own, which is nobody else's secret."""
        if field.data == current_user.email:
            self.existing_email_user = None
            field.errors = []
            raise ValidationError(N_("C’est déjà votre adresse."))

    def validate_password(self, field: Field) -> None:
        """Refuse what is not one's password."""
        if not knows_password(current_user, field.data or ""):
            raise ValidationError(WRONG_PASSWORD)


class CodeForm(Told, TwoFactorVerifyCodeForm):
    """A code of an app."""

    refusal = "code refused"
    secrets = frozenset({"code"})


class RecoveryForm(Told, MfRecoveryForm):
    """A recovery code."""

    refusal = "code refused"
    secrets = frozenset({"code"})


FORMS: dict[str, Any] = {
    "login_form": SignInForm,
    "change_email_form": AddressForm,
    "verify_form": AgainForm,
    "change_password_form": NewPasswordForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryForm,
}
"""Our forms, by the names that the library gives them."""


def _begin(_app: object, user: UserRow, **_: object) -> None:
    """A session begins, in place of what this browser had.

    A form of before cannot be sent by whoever planted its session; nor does it last for ever.
    """
    session["_user_id"] = run(
        sessions.begin,
        user_id=user.id,
        uniquifier=user.fs_uniquifier,
        remembered=session.get("_remember") == "set",
        device=device_of(request.user_agent.string),
        former=tokens_that_came(),
        now=datetime.now(UTC),
    )
    for place in (session, g):
        place.pop(current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"), None)
    g.pop("teacher", None)
    session.permanent = False


def _end(_app: object, user: UserRow, **_: object) -> None:
    """It ends, for copies of its cookies too."""
    run(sessions.end, tokens_that_came())
    g.pop("teacher", None)
    tell("signed out", user.id)


def _tell_sign_in(_app: object, user: UserRow, authn_via: list[str] | None, **_: object) -> None:
    if authn_via != ["change"]:  # whoever changes their password goes on
        tell("signed in", user.id)


def _tell(event: Event, _app: object, user: UserRow, **_: object) -> None:
    tell(event, user.id)


# Kept here, because a signal does not keep what answers it.
TOLD = {
    password_changed: partial(_tell, "password changed"),
    password_reset: partial(_tell, "password changed"),
    reset_password_instructions_sent: partial(_tell, "password link asked"),
    change_email_instructions_sent: partial(_tell, "address change asked"),
    tf_profile_changed: partial(_tell, "second step on"),
    tf_disabled: partial(_tell, "second step off"),
}
"""Signal of the library → what is written down."""


def init_app(app: Flask) -> None:
    """Answer the library's signals."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    user_authenticated.connect(_tell_sign_in, app)
    for signal, teller in TOLD.items():
        signal.connect(teller, app)
