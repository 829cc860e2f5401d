"""The passages of a quiz as a page shows them, made once per version and language.

Everybody reads the same text, so its HTML is kept: an attempt's page only adds the answers.
"""

from dataclasses import dataclass
from typing import Literal

from flask import render_template
from markupsafe import Markup, escape

from app.domain.quiz import Quiz
from app.text.passage import GlossaryEntry, Passage
from app.text.typography import french
from app.web.i18n import locale

__all__ = ["Look", "render_passages", "render_sentence"]

Look = Literal["plain", "glossary", "evidence"]
"""Nothing but the text; with its glossary; with the sentences that prove answers marked."""

KEPT = 400
_rendered: dict[tuple[int, Look, str], Markup] = {}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a glossary entry explains a word: the first time that a passage uses it."""

    start: int
    end: int
    entry: int


def render_passages(version_id: int | None, quiz: Quiz, look: Look) -> Markup:
    """The reading pane's content; kept by version, unless there is none yet."""
    if version_id is None:
        return _render(quiz, look)
    known = (version_id, look, locale())
    if known not in _rendered:
        if len(_rendered) >= KEPT:
            _rendered.pop(next(iter(_rendered)))
        _rendered[known] = _render(quiz, look)
    return _rendered[known]


def _render(quiz: Quiz, look: Look) -> Markup:
    return Markup(  # noqa: S704 (a template's output)
        render_template(
            "components/passages.html",
            quiz=quiz,
            spots=_spots(quiz) if look == "glossary" else {},
            glossary=quiz.glossary if look == "glossary" else (),
            proves=quiz.proves() if look == "evidence" else {},
        )
    )


def forget_passages() -> None:
    """Empty the memory: for tests, where one process sees several databases."""
    _rendered.clear()


def _spots(quiz: Quiz) -> dict[str, list[Spot]]:
    spots: dict[str, list[Spot]] = {}
    for passage in quiz.passages:
        for n, entry in enumerate(quiz.glossary):
            found = _first(passage, entry)
            if found:
                sentence, start, end = found
                taken = spots.setdefault(sentence, [])
                if all(end <= spot.start or spot.end <= start for spot in taken):
                    taken.append(Spot(start, end, n))
    for found_spots in spots.values():
        found_spots.sort(key=lambda spot: spot.start)
    return spots


def _first(passage: Passage, entry: GlossaryEntry) -> tuple[str, int, int] | None:
    for paragraph in passage.paragraphs:
        if paragraph.heading:
            continue
        for sentence in paragraph.sentences:
            if place := entry.find(sentence.text):
                return sentence.id, *place
    return None


def render_sentence(text: str, spots: list[Spot]) -> Markup:
    """A sentence with its glossed words as buttons; French spaces throughout."""
    html, position = Markup(), 0
    for spot in spots:
        html += escape(_part(text, position, spot.start))
        html += Markup(
            '<button type="button" class="gloss" popovertarget="g-{}">{}</button>'
        ).format(spot.entry, french(text[spot.start : spot.end]))
        position = spot.end
    return html + escape(_part(text, position, len(text)))


def _part(text: str, start: int, end: int) -> str:
    """A run of the text, set in French; a space at its edge stays."""
    run = text[start:end]
    left, right = run[: len(run) - len(run.lstrip(" "))], run[len(run.rstrip(" ")) :]
    return left + french(run.strip(" ")) + right if run.strip(" ") else run
