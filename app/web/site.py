"""The header and footer, the same on every page: made once per language and place."""

from functools import lru_cache

from flask import Flask, render_template, request
from markupsafe import Markup

from app.web.i18n import locale

__all__ = ["init_app", "site_part"]


def site_part(name: str) -> Markup:
    """The ``header`` or the ``footer``."""
    return _part(name, locale(), request.endpoint or "", request.script_root)


@lru_cache(maxsize=400)
def _part(name: str, _language: str, here: str, _root: str) -> Markup:
    page = render_template(f"components/{name}.html", here=here)
    return Markup(page)  # noqa: S704 (a template's output)


def init_app(app: Flask) -> None:
    """Give templates ``site_part``."""
    app.jinja_env.globals["site_part"] = site_part
