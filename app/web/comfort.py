"""Reading comfort: size, spacing and typeface of the texts."""

from functools import lru_cache

from flask import current_app, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.errors import N_
from app.web.i18n import locale

__all__ = ["COMFORT", "ONE_YEAR", "chosen", "keep", "menu"]

COMFORT: dict[str, tuple[str, dict[str, str]]] = {
    "size": (
        N_("Taille du texte"),
        {"normal": N_("Normale"), "large": N_("Grande"), "huge": N_("Très grande")},
    ),
    "spacing": (N_("Interligne"), {"normal": N_("Normal"), "wide": N_("Aéré")}),
    "face": (
        N_("Caractères"),
        {"serif": N_("Avec empattements"), "sans": N_("Sans empattement")},
    ),
}
"""Setting → its name, and its options; the first is the default."""

ONE_YEAR = 365 * 24 * 3600


def chosen() -> dict[str, str]:
    """This browser's settings."""
    return {
        name: value
        if (value := request.cookies.get(f"relire_{name}", "")) in options
        else next(iter(options))
        for name, (_, options) in COMFORT.items()
    }


def menu(settings: dict[str, str], form: str = "") -> Markup:
    """The settings as a menu; ``form`` ties them to the form of that id."""
    return _menu(locale(), tuple(settings.items()), form)


@lru_cache(maxsize=100)
def _menu(_language: str, settings: tuple[tuple[str, str], ...], form: str) -> Markup:
    page = render_template("components/comfort.html", comfort=dict(settings), form=form)
    return Markup(page)  # noqa: S704 (a template's output)


def keep(response: Response) -> Response:
    """Keep the settings that a form carries, if it carries any."""
    for name, (_, options) in COMFORT.items():
        value = request.form.get(f"comfort_{name}")
        if value in options:
            response.set_cookie(
                f"relire_{name}",
                value,
                max_age=ONE_YEAR,
                samesite="Lax",
                httponly=True,
                secure=current_app.config["SESSION_COOKIE_SECURE"],
            )
    return response
