"""The library: what there is to read, a quiz presented, a quiz on paper, help."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.questions import QUESTION_TYPES
from app.services import library, read
from app.web.access import learner_token
from app.web.passages import render_passages

__all__ = ["bp"]

bp = Blueprint("library", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Every dossier, and its quizzes by level."""
    return render_template("library/home.html", shelves=read(library.list_shelves))


@bp.get("/dossiers/<slug>")
def dossier(slug: str) -> ResponseReturnValue:
    """One dossier."""
    for shelf in read(library.list_shelves):
        if shelf.dossier and shelf.dossier.id == slug:
            return render_template("library/dossier.html", shelf=shelf)
    raise NotFound


@bp.get("/quizzes/<slug>")
def quiz(slug: str) -> ResponseReturnValue:
    """A quiz presented: how long, how many, how marked; and started from here."""
    offer = read(library.get_offer, slug, learner_token(), datetime.now(UTC))
    return render_template(
        "library/quiz.html", offer=offer, quiz=offer.published.quiz, slug=offer.published.slug
    )


@bp.get("/quizzes/<slug>/paper")
def paper(slug: str) -> ResponseReturnValue:
    """The quiz to print, for the day the network fails."""
    published = read(library.get_quiz, slug)
    return render_template(
        "library/paper.html",
        quiz=published.quiz,
        passages=render_passages(published.version_id, published.quiz, "plain"),
        address=url_for("library.quiz", slug=slug, _external=True),
    )


@bp.get("/help")
def help_page() -> ResponseReturnValue:
    """How to answer, how it is marked, what is kept."""
    return render_template("library/help.html", types=QUESTION_TYPES)
