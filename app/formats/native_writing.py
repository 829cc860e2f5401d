"""Writing the native format: a quiz in one YAML file, or in a ZIP with its images.

Reading it gives the same quiz. Whatever has its usual value is left out, as is all that
reading works out again: the sentences that prove an answer, ids made from a text.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from app.domain.quiz import Quiz
from app.errors import N_, Problem
from app.formats.archive import write_zip
from app.formats.base import Export, MediaOf, loss
from app.formats.yaml_writing import UNREADABLE, Pair, Word, write_yaml
from app.questions.base import AcceptedText, Choice, Evidence, Question, ident
from app.questions.matching.question import Pair as MatchingPair
from app.text.passage import Passage

__all__ = ["SUFFIX", "write"]

SUFFIX = ".quiz.yaml"

_WORDS = frozenset(
    "accents articles case format glossary family id kind language level mode need skill type typos"
    " unit".split()
)
"""Keys whose values are words of the format, not prose."""
_WORKED_OUT = {"Evidence": {"sentences"}, "Select": {"key_ids", "sentences"}}
_FIRST = ("id", "type", "skill", "subskill", "points", "prompt", "prompt_html")
_LAST = ("evidence", "hints", "feedback")


def write(quiz: Quiz, media_of: MediaOf) -> Export:
    """The quiz as ``<id>.quiz.yaml``; with images, a ZIP of that file and ``images/``."""
    losses: list[Problem] = []
    text = write_yaml(_whole(quiz))
    if any(UNREADABLE.search(text) for text in _texts(quiz.model_dump())):
        losses.append(_unreadable())
    images: dict[str, bytes] = {}
    for number, name in _images(quiz):
        media = media_of(name)
        if media is None:
            losses.append(_no_image(number))
        else:
            images[f"images/{media.file}"] = media.data
    data = text.encode()
    if not images:
        return Export(data=data, suffix=SUFFIX, type="application/yaml", losses=losses)
    return Export(
        data=write_zip({f"{quiz.id}{SUFFIX}": data, **images}),
        suffix=".zip",
        type="application/zip",
        losses=losses,
    )


def _images(quiz: Quiz) -> Iterator[tuple[int, str]]:
    for number, question in enumerate(quiz.questions, 1):
        for name in dict.fromkeys(question.images()):
            yield number, name


def _no_image(number: int) -> Problem:
    return loss(
        "lost-image",
        N_("Question %(number)s : son image n’est plus enregistrée."),
        N_("Ajoutez-la de nouveau à la question, puis exportez."),
        number=number,
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _unreadable() -> Problem:
    return loss(
        "lost-characters", N_("Des caractères invisibles, sans signification, ont été retirés.")
    )


def _whole(quiz: Quiz) -> dict[str, Any]:
    written = _content(quiz, leave_out={"passages", "questions", "glossary"})
    whole = {"format": Word(quiz.format), "id": None, "title": None, **written}
    if quiz.passages:
        whole["passages"] = [_passage(passage) for passage in quiz.passages]
    if quiz.glossary:
        whole["glossary"] = [_content(entry) for entry in quiz.glossary]
    whole["questions"] = [_question(question) for question in quiz.questions]
    return whole


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        **_content(passage, leave_out={"paragraphs"}),
        "paragraphs": [
            ("## " if paragraph.heading else "")
            + " ".join(sentence.text for sentence in paragraph.sentences)
            for paragraph in passage.paragraphs
        ],
    }


def _question(question: Question) -> dict[str, Any]:
    written = {"type": Word(question.type), **_content(question)}
    room = [key for key in written if key not in _FIRST and key not in _LAST]
    return {key: written[key] for key in (*_FIRST, *room, *_LAST) if key in written}


def _content(content: BaseModel, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """What of some content differs from what it would be if nothing were written."""
    skipped = {*leave_out, *_WORKED_OUT.get(type(content).__name__, ())}
    return {
        field.alias or name: _value(name, getattr(content, name))
        for name, field in type(content).model_fields.items()
        if name not in skipped
        and (field.is_required() or getattr(content, name) != field.get_default())
    }


def _value(name: str, value: Any) -> Any:
    match value:
        case Choice() | AcceptedText() | MatchingPair():
            return _shortest(value)
        case Evidence():
            return _evidence(value)
        case BaseModel():
            return _content(value)
        case dict():
            return {key: _value("", inner) for key, inner in value.items()}
        case list() | tuple():
            return [_value("", inner) for inner in value]
        case "true" | "false" if name == "answer":
            return value == "true"
        case str() if name in _WORDS or name == "answer":
            return Word(value)
    return value


def _shortest(part: Choice | AcceptedText | MatchingPair) -> Any:
    """A part that is often only a text, as that text; a pair, on one line."""
    written = _content(part)
    if isinstance(part, Choice) and part.id == ident(" ".join(part.text.split())):
        del written["id"]
    if isinstance(part, MatchingPair):
        return Pair(part.left, part.right) if not part.feedback else written
    return written["text"] if written.keys() == {"text"} else written


def _evidence(evidence: Evidence) -> Any:
    quotes = list(evidence.quotes)
    return quotes if evidence.need == "all" else {evidence.need: quotes}
