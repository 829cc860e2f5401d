"""Reading comfort: size, spacing and typeface of the texts."""

from flask import request
from werkzeug.wrappers import Response

from app.errors import N_

__all__ = ["COMFORT", "chosen", "keep"]

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


def keep(response: Response) -> Response:
    """Keep the settings that a form carries, if it carries any."""
    for name, (_, options) in COMFORT.items():
        value = request.form.get(f"comfort_{name}")
        if value in options:
            response.set_cookie(
                f"relire_{name}", value, max_age=ONE_YEAR, samesite="Lax", httponly=True
            )
    return response
