"""« Vos données »: what is kept of people, why, until when and for whom, and how to be forgotten.

Terms and names of cookies come from the code that keeps them; tests compare the rest with it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.domain.assignment import SCHOOL_YEAR_ENDS
from app.errors import N_
from app.services.accounts import LIFETIMES
from app.services.classes import LATEST_PURGE
from app.services.sessions import LONGEST, QUIET
from app.web import access, comfort, i18n
from app.web.i18n import translate_plural

__all__ = ["Cookie", "bp", "cookies", "lasting"]

bp = Blueprint("privacy", __name__)


@dataclass(frozen=True, slots=True)
class Cookie:
    """Cookies of one kind that Relire may put into a browser."""

    names: tuple[str, ...]
    why: str
    lasts: timedelta
    """How long a browser keeps them, if nobody takes them back before."""


def cookies() -> list[Cookie]:
    """All of them, those of learners first, under the names that they have here."""
    config = current_app.config
    preferences = timedelta(seconds=comfort.ONE_YEAR)
    return [
        Cookie(
            (access.cookie_name(),),
            N_("Le jeton, tiré au sort, qui relie vos essais entre eux."),
            timedelta(seconds=access.ONE_YEAR),
        ),
        Cookie(
            (config["SESSION_COOKIE_NAME"],),
            N_(
                "Protège vos envois contre ceux d’un autre site, et porte un message d’une page à l’autre. Si vous enseignez, vous garde connecté ; il part alors à la fermeture du navigateur."
            ),
            config["PERMANENT_SESSION_LIFETIME"],
        ),
        Cookie(
            tuple(f"relire_{setting}" for setting in comfort.COMFORT),
            N_("Votre confort de lecture, si vous le réglez."),
            preferences,
        ),
        Cookie((i18n.COOKIE,), N_("Votre langue, si vous la choisissez."), preferences),
        Cookie(
            (config["REMEMBER_COOKIE_NAME"],),
            N_("Si vous enseignez et demandez à rester connecté."),
            config["REMEMBER_COOKIE_DURATION"],
        ),
    ]


def lasting(time: timedelta) -> str:
    """« 14 heures », « 400 jours », « 1 an »: in the largest unit that tells it exactly."""
    for days in (366, 365):
        if time.days and time.days % days == 0:
            return translate_plural("%(num)s an", "%(num)s ans", time.days // days)
    if time.days:
        return translate_plural("%(num)s jour", "%(num)s jours", time.days)
    return translate_plural("%(num)s heure", "%(num)s heures", time.seconds // 3600)


@bp.get("/privacy")
def page() -> ResponseReturnValue:
    """What is kept of people; it asks the database nothing."""
    return render_template(
        "privacy/page.html",
        cookies=cookies(),
        lasting=lasting,
        year_ends=format_date(date(2000, *SCHOOL_YEAR_ENDS), "d MMMM"),
        latest=LATEST_PURGE,
        quiet=QUIET,
        longest=LONGEST,
        remembered=current_app.config["REMEMBER_COOKIE_DURATION"],
        links=max(LIFETIMES.values()),
    )
