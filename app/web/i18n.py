"""Translation: French first, English second. Messages are French in the source.

Looking a message up and setting its French spaces is done once per process and language;
a page then only reads a dictionary.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache

from flask import Flask, request
from flask_babel import force_locale, get_translations
from flask_babel import gettext as babel_gettext

from app.errors import Message
from app.text.typography import french

__all__ = ["LANGUAGES", "init_app", "locale", "say", "translate"]

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "relire_lang"


_chosen: ContextVar[str] = ContextVar("relire_language", default="fr")
# Read some eighty times a page: a context variable costs a tenth of Flask's request proxies.


def locale() -> str:
    """The language of the interface: the reader's choice, else French."""
    return _chosen.get()


def _choose() -> None:
    cookie = request.cookies.get(COOKIE, "")
    _chosen.set(cookie if cookie in LANGUAGES else "fr")


@lru_cache(maxsize=4096)
def _lookup(language: str, text: str) -> str:
    with force_locale(language):
        found = babel_gettext(text)
    return french(found) if language == "fr" else found


def translate(text: str, /, **params: object) -> str:
    """The message in the reader's language, with its parameters filled in."""
    found = _lookup(locale(), text)
    return found % params if params else found


def translate_plural(one: str, many: str, n: float, /, **params: object) -> str:
    """The message for this number, which is also its parameter ``num``.

    A fraction is plural in English, and counts as its whole part in French: « 1,5 point ».
    """
    whole = int(n) if locale() == "fr" or n == int(n) else 2
    return _lookup_plural(locale(), one, many, whole) % {"num": whole, **params}


@lru_cache(maxsize=4096)
def _lookup_plural(language: str, one: str, many: str, n: int) -> str:
    with force_locale(language):
        found: str = get_translations().ungettext(one, many, n)
    return french(found) if language == "fr" else found


def say(message: Message) -> str:
    """A message of the domain in the reader's language."""
    return translate(message.text, **message.params)


def init_app(app: Flask) -> None:
    """Choose the language of each request; give templates ``_`` and ``ngettext``."""
    app.before_request(_choose)
    tools: dict[str, Callable[..., object]] = {
        "_": translate,
        "ngettext": translate_plural,
        "say": say,
        "locale": locale,
    }
    app.jinja_env.globals.update(tools, LANGUAGES=LANGUAGES)
