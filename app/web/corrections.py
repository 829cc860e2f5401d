"""Corrections on the page of results, rendered once for each answer.

Most answers are given by many: a choice, a blank, the right word. Ten corrections cost two thirds
of a page of results, so what is rendered is kept for whoever gave the same answer to the same
question. What is long or was marked by a person is one learner's alone, and is kept nowhere.
"""

from flask import render_template
from markupsafe import Markup

from app.domain.quiz import Quiz
from app.services.taking import Correction
from app.web.i18n import locale

__all__ = ["forget_corrections", "render_correction"]

KEPT = 2000
LONG = 100

_Known = tuple[int, str, str, str]
_cards: dict[_Known, Markup] = {}


def render_correction(version_id: int, quiz: Quiz, one: Correction) -> Markup:
    """The card of one correction."""
    given = repr(one.answer)
    if one.by_hand or len(given) > LONG:
        return _render(quiz, one)
    decided = f"{one.accepted} {one.afterwards}"
    facts = f"{given} {one.key!r} {one.grade!r} {one.units} {one.hints} {one.tries} {decided}"
    known = (version_id, one.item.question.id, locale(), facts)
    card = _cards.get(known)
    if card is None:
        if len(_cards) >= KEPT:
            _cards.clear()
        card = _cards[known] = _render(quiz, one)
    return card


def _render(quiz: Quiz, one: Correction) -> Markup:
    html = render_template("taking/correction.html", quiz=quiz, one=one)
    return Markup(html)  # noqa: S704 (a template of ours)


def forget_corrections() -> None:
    """Empty the memory: for tests, where one process sees several databases."""
    _cards.clear()
