"""Flask-Security, dressed as we want it: its rules and pages, our words, our look.

Learners have no account, so nothing of it runs on their pages: it is asked only where a page of
the account or of a teacher asks who is signed in.
"""

import io
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import segno
from flask import Flask, Response, current_app, request, session
from flask.typing import ResponseReturnValue
from flask_security import (
    PasswordUtil,
    Security,
    Totp,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
)
from flask_security.babel import FsDomain
from flask_security.utils import set_request_attr
from wtforms import RadioField, StringField

from app.domain.credentials import judge
from app.errors import N_, NotFound
from app.services import sessions
from app.services.accounts import UserRow, Users
from app.text.typography import french
from app.web import signing
from app.web.access import current_teacher
from app.web.i18n import locale, say, translate
from app.web.limits import address, form_field, limited
from app.web.mail import Mail

__all__ = ["after_sign_in", "init_app", "mail", "security", "users"]

SETTINGS: dict[str, Any] = {
    "URL_PREFIX": "/account",
    "STATIC_FOLDER": None,
    "STATIC_FOLDER_URL": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "RETURN_GENERIC_RESPONSES": True,
    "API_ENABLED_METHODS": ["session"],
    "JOIN_USER_ROLES": False,
    "CACHE_CONTROL": None,  # every page of ours says no-store
    # 19 MiB, 2 passes: what OWASP asks for, at a seventh of the CPU of the library's default.
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19 * 1024,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "CHANGEABLE": True,
    "CHANGE_URL": "/password",
    "POST_CHANGE_VIEW": "account.home",
    "RESET_URL": "/recover",
    "RESET_PASSWORD_WITHIN": timedelta(days=1),
    "EMAIL_PLAINTEXT": False,  # letters are written in app/web/mail.py
    "EMAIL_HTML": False,
    "CHANGE_EMAIL_URL": "/address",
    "CHANGE_EMAIL_WITHIN": timedelta(days=1),
    # Hashes within signed links: a slow one would tell by its time which addresses are known.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "POST_LOGOUT_VIEW": "library.home",
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,
    "TWO_FACTOR_SETUP_URL": "/second-step",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "TWO_FACTOR_RESCUE_URL": "/rescue",
    "TWO_FACTOR_SELECT_URL": "/select",
    "TWO_FACTOR_POST_SETUP_VIEW": "account.home",
    "TOTP_ISSUER": "Relire",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/recovery-code",
    "LOGIN_USER_TEMPLATE": "security/login.html",
    "VERIFY_TEMPLATE": "security/verify.html",
    "CHANGE_EMAIL_TEMPLATE": "security/change_email.html",
    "CHANGE_PASSWORD_TEMPLATE": "security/change_password.html",
    "FORGOT_PASSWORD_TEMPLATE": "security/forgot_password.html",
    "RESET_PASSWORD_TEMPLATE": "security/reset_password.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "security/second_step.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "security/code.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "security/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "security/recovery_code.html",
}

_WRONG = N_("L’adresse ou le mot de passe ne convient pas.")
_WRONG_CODE = N_("Ce code ne convient pas. Prenez celui qui s’affiche maintenant.")
_START_AGAIN = N_("Cette étape a pris trop de temps : recommencez.")

WORDS: dict[str, str] = {
    "API_ERROR": N_("La page n’a pas pu lire cet envoi. Recommencez."),
    "ANONYMOUS_USER_REQUIRED": N_("Vous êtes déjà connecté."),
    "CHANGE_EMAIL_SENT": N_(
        "Un lien vient d’être envoyé à %(email)s. Ouvrez-le dans la journée : votre adresse ne "
        "change qu’à ce moment-là."
    ),
    "DISABLED_ACCOUNT": _WRONG,
    "EMAIL_NOT_PROVIDED": N_("Écrivez votre adresse e-mail."),
    "GENERIC_AUTHN_FAILED": _WRONG,
    "INVALID_EMAIL_ADDRESS": N_(
        "Ce n’est pas une adresse e-mail : il y faut une arobase et un domaine."
    ),
    "INVALID_PASSWORD": signing.WRONG_PASSWORD,
    "INVALID_RECOVERY_CODE": N_("Ce code de secours n’ouvre rien, ou il a déjà servi."),
    "INVALID_REDIRECT": N_("Cette adresse mène hors de Relire."),
    "INVALID_RESET_PASSWORD_TOKEN": N_("Ce lien n’ouvre plus rien. Demandez-en un autre."),
    "NO_RECOVERY_CODES_SETUP": N_("Vous n’avez pas encore de codes de secours."),
    "PASSWORD_CHANGE": N_("Votre mot de passe est changé. Vos autres sessions sont fermées."),
    "PASSWORD_IS_THE_SAME": N_("C’est déjà votre mot de passe : choisissez-en un autre."),
    "PASSWORD_NOT_PROVIDED": N_("Écrivez un mot de passe."),
    "PASSWORD_RESET_EXPIRED": N_("Ce lien a expiré. Demandez-en un autre."),
    "PASSWORD_RESET_NO_LOGIN": N_("Votre mot de passe est changé. Connectez-vous avec le nouveau."),
    "PASSWORD_RESET_REQUEST": N_(
        "Si cette adresse a un compte, un lien vient de lui être envoyé. Regardez aussi dans les "
        "indésirables."
    ),
    "REAUTHENTICATION_REQUIRED": N_("Pour ce réglage, écrivez d’abord votre mot de passe."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Merci, c’est bien vous."),
    "RETYPE_PASSWORD_MISMATCH": N_("Les deux mots de passe ne sont pas les mêmes."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_(
        "La vérification en deux étapes est active. Créez maintenant vos codes de secours."
    ),
    "TWO_FACTOR_DISABLED": N_("La vérification en deux étapes est désactivée."),
    "TWO_FACTOR_INVALID_TOKEN": _WRONG_CODE,
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("Vous êtes connecté."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("La page n’a pas pu lire cet envoi. Recommencez."),
    "TWO_FACTOR_PERMISSION_DENIED": _START_AGAIN,
    "TWO_FACTOR_SETUP_EXPIRED": _START_AGAIN,
    "UNAUTHENTICATED": N_("Connectez-vous pour ouvrir cette page."),
    "USER_DOES_NOT_EXIST": _WRONG,
}
"""The library's messages that can be met, in our words."""

CLOSED = ("security.two_factor_rescue", "security.tf_select", "security.change_email_confirm")
"""Routes that the library makes and that lead nowhere here; its last one changes by being looked at."""

LIMITS = {
    "security.login": ("30/minute;200/hour", "10/15minutes;40/hour"),
    "security.forgot_password": ("10/minute;30/hour", "3/15minutes;10/day"),
    "security.change_email": ("10/15minutes;30/hour", "3/15minutes;10/day"),
}
"""How often one network address may try, and how often one account may be tried."""
CODE_LIMITS = {
    "security.verify": "10/15minutes",
    "security.change_password": "10/15minutes",
    "security.two_factor_token_validation": "10/15minutes;40/day",
    "security.two_factor_setup_validate": "10/15minutes",
    "security.mf_recovery": "10/15minutes;40/day",
}
"""How often somebody who is signed in, or half-way, may try."""


class SecondStepForm(TwoFactorSetupForm):
    """What to do with the second step: its buttons are in the template."""

    setup = StringField()  # type: ignore[assignment]


class RescueForm(TwoFactorRescueForm):
    """Built by the page of codes, which offers other ways out."""

    help_setup = RadioField(choices=[])


class Passwords(PasswordUtil):
    """Our rules for passwords, asked by every page where one is chosen."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: FBT001 (the library's signature)
        **known: Any,
    ) -> tuple[list[str] | None, str]:
        """What is wrong (None if nothing), and the password as it is hashed."""
        normal = self.normalize(password)
        user = known.get("user")
        personal = [user.email, user.name] if user else [str(one) for one in known.values() if one]
        judged = judge(normal, personal)
        return [say(problem) for problem in judged.problems] or None, normal


class Codes(Totp):
    """Codes of an authenticator app: each opens once, and its picture is drawn by segno."""

    def get_last_counter(self, user: Any) -> int | None:
        """When the last code that opened was made."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember it; the page commits."""
        user.tf_last_counter = tmatch.counter
        users().put(user)  # type: ignore[no-untyped-call]

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture, as the address of an image."""
        out = io.BytesIO()
        uri = self.get_totp_uri(username, totp)
        segno.make(uri).save(out, kind="svg", scale=4, border=4, light="#fff")
        return f"data:image/svg+xml;base64,{b64encode(out.getvalue()).decode()}"


class Words(FsDomain):
    """Messages: ours where we have our own, else the library's French."""

    def gettext(self, string: str, **variables: object) -> str:
        """The message in the reader's language."""
        theirs = str(super().gettext(string, **variables))  # type: ignore[no-untyped-call]
        if theirs != (string % variables if variables else string):
            return french(theirs) if locale() == "fr" else theirs
        return translate(string, **variables)


class Accounts(Security):
    """Flask-Security without the modules that we do not need."""

    def _check_modules(self, module: str, config_name: str) -> object:
        if module == "qrcode":  # segno draws
            return True
        return super()._check_modules(module, config_name)  # type: ignore[no-untyped-call]


def security() -> Accounts:
    """The extension of the current application."""
    found: Accounts = current_app.extensions["security"]
    return found


def users() -> Users:
    """Where the current application finds its users."""
    return cast("Users", security().datastore)


def mail() -> Mail:
    """How the current application sends letters."""
    return cast("Mail", security().mail_util)


def after_sign_in() -> str:
    """The endpoint where teachers arrive."""
    return str(current_app.config["SECURITY_POST_LOGIN_VIEW"])


def _half_way() -> str | None:
    """Who sends a code or a password, as the session knows them; reading counts for nothing."""
    if request.method != "POST":
        return None
    return str(session.get("tf_user_id") or session.get("_user_id") or address())


def _posted() -> str | None:
    return address() if request.method == "POST" else None


def _limit(app: Flask) -> None:
    """Slow down whoever guesses."""
    views: dict[str, Callable[..., Any]] = app.view_functions
    for endpoint, (by_address, by_account) in LIMITS.items():
        if endpoint in views:
            views[endpoint] = limited(by_account, form_field("email"))(views[endpoint])
            views[endpoint] = limited(by_address, _posted)(views[endpoint])
    for endpoint, limits in CODE_LIMITS.items():
        views[endpoint] = limited(limits, _half_way)(views[endpoint])


def _keep_remembered(response: Response) -> Response:
    """Set or clear the cookie of « rester connecté », on the pages that may."""
    if session.get("_remember") == "clear":
        del session["_remember"]
        config = current_app.config
        # Not by the library: a browser obeys for a `__Host-` cookie only where it says Secure.
        response.delete_cookie(
            config["REMEMBER_COOKIE_NAME"],
            secure=config["REMEMBER_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response
    kept: Response = security().login_manager._update_remember_cookie(response)  # noqa: SLF001
    return kept


def _only_where_asked(app: Flask, blueprints: tuple[str, ...]) -> None:
    """Take the library's hooks off every request, and put back the one that some pages need.

    They would load the session's user before each view and each template: 125 µs of every
    request, of learners too. ``app.web.access`` asks where it matters.
    """
    ours = app.extensions["security"]
    app.before_request_funcs[None].remove(ours.principal._on_before_request)  # noqa: SLF001
    app.after_request_funcs[None].remove(ours.login_manager._update_remember_cookie)  # noqa: SLF001
    kept = app.template_context_processors[None]
    kept[:] = [one for one in kept if not one.__module__.startswith(("flask_login", "flask_sec"))]
    for name in blueprints:
        app.after_request_funcs.setdefault(name, []).append(_keep_remembered)


def init_app(app: Flask) -> None:
    """Put accounts on the application; the blueprints are there already."""
    home = "teaching.home" if "teaching.home" in app.view_functions else "account.home"
    app.jinja_env.globals["teaching"] = home == "teaching.home"
    sends = bool(app.config["RELIRE"].mail_url)
    settings = {**SETTINGS, "POST_LOGIN_VIEW": home, "RECOVERABLE": sends, "CHANGE_EMAIL": sends}
    for name in ("SEND_PASSWORD_CHANGE_EMAIL", "SEND_PASSWORD_RESET_NOTICE_EMAIL"):
        settings[name] = sends
    app.config.update({f"SECURITY_{name}": value for name, value in settings.items()})
    app.config.update({f"SECURITY_MSG_{name}": (text, "info") for name, text in WORDS.items()})
    app.config["SESSION_PROTECTION"] = None  # a telephone may change its network
    app.config["REMEMBER_COOKIE_DURATION"] = sessions.REMEMBERED
    ours = Accounts(
        mail_util_cls=Mail,
        password_util_cls=Passwords,
        totp_cls=Codes,
        two_factor_setup_form=SecondStepForm,
        two_factor_rescue_form=RescueForm,
        **signing.FORMS,
    )
    ours.init_app(app, Users())
    ours.i18n_domain = Words(app)  # type: ignore[no-untyped-call]
    ours.want_json(lambda _request: False)
    ours.login_manager.user_loader(_load)
    ours.login_manager.request_loader(None)  # no tokens: only sessions
    signing.init_app(app)
    for endpoint in app.view_functions.keys() & set(CLOSED):
        app.view_functions[endpoint] = _closed
    _limit(app)
    _only_where_asked(app, ("security", "account", "setup"))


def _load(_token: str) -> UserRow | None:
    """Whom the session of this request lets in, for the library's own pages."""
    teacher = current_teacher()
    if teacher is None:
        return None
    set_request_attr("fs_authn_via", "session")  # its own loader says so to its pages
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return users().find_user(id=teacher.id)


def _closed(**_: object) -> ResponseReturnValue:
    raise NotFound
