"""What templates write: points, times, French typography, feedback for a verdict."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from flask import Flask, url_for
from flask_babel import to_user_timezone
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from app.domain.scoring import UNITS
from app.errors import N_
from app.formats import FORMATS
from app.text.markup import MEDIA, safe
from app.text.typography import french
from app.web.comfort import COMFORT, menu
from app.web.i18n import locale, translate, translate_plural
from app.web.passages import render_sentence

__all__ = ["FIELDS", "SKILLS", "init_app"]

SKILLS = {
    "global": N_("Comprendre l’ensemble"),
    "détail": N_("Repérer une information"),
    "inférence": N_("Lire entre les lignes"),
    "point de vue": N_("Reconnaître un point de vue"),
    "vocabulaire": N_("Comprendre le vocabulaire"),
    "grammaire": N_("Comprendre la grammaire"),
    "concept": N_("Comprendre un concept"),
    "argumentation": N_("Suivre une argumentation"),
}
FAMILIES = {
    "comprehension": N_("Compréhension"),
    "vocabulaire": N_("Vocabulaire en contexte"),
    "grammaire": N_("Grammaire en contexte"),
    "politique": N_("Politique technologique"),
    "autre": N_("Quiz"),
}
MODES = {"exam": N_("Examen"), "training": N_("Entraînement")}
VERDICTS = {
    "right": N_("Juste"),
    "partial": N_("En partie juste"),
    "wrong": N_("À revoir"),
    "blank": N_("Sans réponse"),
    "pending": N_("En attente de correction"),
}


PASSAGES = {
    "text": N_("texte"),
    "sidebar": N_("encadré"),
    "document": N_("document"),
}
RIGHTS = {
    "read": N_("le lire"),
    "copy": N_("le lire et le copier"),
    "edit": N_("le modifier avec vous"),
}
COUNTINGS = {
    "best": N_("le meilleur essai compte"),
    "last": N_("le dernier essai compte"),
    "first": N_("le premier essai compte"),
}
FEEDBACKS = {
    "now": N_("tout de suite"),
    "after": N_("après la fermeture"),
    "never": N_("jamais"),
}
FEEDBACKS_SAID = {
    "now": N_("Vous verrez le corrigé aussitôt."),
    "after": N_("Vous verrez le corrigé quand le travail sera fermé pour toute la classe."),
    "never": N_("Votre enseignant vous rendra le corrigé lui-même."),
}
FIELDS = {
    "answer": N_("la réponse"),
    "answers": N_("les réponses acceptées"),
    "bank": N_("les mots à placer"),
    "body": N_("le texte à trous"),
    "choices": N_("les choix"),
    "compare": N_("la comparaison des réponses"),
    "distractors": N_("les propositions en trop"),
    "evidence": N_("la preuve"),
    "feedback": N_("les commentaires"),
    "gaps": N_("les trous"),
    "hints": N_("les indices"),
    "justify": N_("la justification"),
    "pairs": N_("les associations"),
    "points": N_("les points"),
    "prompt": N_("l’énoncé"),
    "prompt_html": N_("la mise en forme de l’énoncé"),
    "rubric": N_("le barème"),
    "select": N_("les passages à choisir"),
    "sequence": N_("l’ordre"),
    "shuffle": N_("le mélange des choix"),
    "skill": N_("la compétence"),
    "subskill": N_("la sous-compétence"),
    "type": N_("le type"),
    "unit": N_("l’unité"),
    "unknown": N_("« le texte ne le dit pas »"),
    "words": N_("la longueur"),
}


def number(value: float | Decimal) -> str:
    """A number as the reader's language writes it, at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = text if text not in ("", "-0") else "0"
    return text.replace(".", ",").replace("-", "−") if locale() == "fr" else text


def figure(value: float | None) -> str:
    """A statistical figure with its two decimals, « 0,20 »; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:.2f}"
    text = "0.00" if text == "-0.00" else text
    return text.replace(".", ",").replace("-", "−") if locale() == "fr" else text


def points(units: int) -> str:
    """Units as a number of points: « 1,5 »."""
    return number(Decimal(units) / UNITS)


def of_points(units: int) -> str:
    """« 1 point », « 2,5 points »."""
    value = Decimal(units) / UNITS
    # French counts 1,5 as singular, English as plural: each catalogue decides.
    return translate_plural(
        "%(points)s point", "%(points)s points", float(value), points=number(value)
    )


def percent(share: float) -> str:
    """« 75 % »."""
    return f"{share * 100:.0f}\u202f%" if locale() == "fr" else f"{share * 100:.0f}%"


def day(moment: datetime) -> str:
    """« 23 novembre 2026 »."""
    return date_of(to_user_timezone(moment).date())


def date_of(when: date) -> str:
    """A day without an hour, the same for everybody: « 31 juillet 2027 »."""
    return _long_date(when, locale())


# Half a millisecond each time it is worked out, and a page of results has the same day in each row.
@lru_cache(maxsize=1024)
def _long_date(when: date, language: str) -> str:
    return format_date(when, "long", locale=language)


def clock(moment: datetime) -> str:
    """« 10 h 42 »."""
    local = to_user_timezone(moment)
    if locale() == "fr":
        return f"{local.hour}\u202fh\u202f{local.minute:02}"
    return f"{local.hour}:{local.minute:02}"


def lines(text: str) -> Markup:
    """Authored text with its line breaks and French spaces."""
    return Markup("<br>").join(escape(french(line)) for line in text.split("\n"))


_TAG = re.compile(r"(<[^>]*>)")


def rich(html: str) -> Markup:
    """Stored HTML of a text, with its images at their addresses and French spaces between tags."""
    pieces = _TAG.split(safe(html))
    pieces[::2] = [french(text) for text in pieces[::2]]
    pieces[1::2] = [MEDIA.sub(_address, tag) for tag in pieces[1::2]]
    return Markup("".join(pieces))  # noqa: S704 (sanitised)


def _address(media: re.Match[str]) -> str:
    return url_for("media.show", digest=media[0].removeprefix("media:"))


def format_title(name: str) -> str:
    """What a file format is called."""
    known = FORMATS.get(name)
    return translate(known.title) if known else name


def init_app(app: Flask) -> None:
    """Register filters and the words for skills, families, modes and verdicts."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        typo=french,
        lines=lines,
        rich=rich,
        points=points,
        of_points=of_points,
        number=number,
        figure=figure,
        percent=percent,
        day=day,
        date=date_of,
        clock=clock,
        format_title=format_title,
    )
    env.globals.update(COMFORT=COMFORT, comfort_menu=menu, render_sentence=render_sentence)
    names = {
        "skill": SKILLS,
        "family": FAMILIES,
        "mode": MODES,
        "verdict": VERDICTS,
        "kind": PASSAGES,
        "right": RIGHTS,
        "field": FIELDS,
        "counting": COUNTINGS,
        "feedback": FEEDBACKS,
    }
    for name, words in names.items():
        env.filters[f"{name}_name"] = lambda key, words=words: translate(words.get(key, str(key)))
    env.filters["feedback_said"] = lambda key: translate(FEEDBACKS_SAID[key])
