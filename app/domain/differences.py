"""What changed between two versions of a quiz, for the teacher who is about to publish one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.domain.draft import Header, header_of
from app.domain.quiz import Item, Quiz
from app.domain.writing import written

__all__ = ["Difference", "differences"]

Kind = Literal["added", "removed", "changed", "moved", "header", "passages", "glossary"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. ``number`` and ``prompt`` tell the question, ``fields`` what of it changed."""

    kind: Kind
    number: int = 0
    prompt: str = ""
    fields: tuple[str, ...] = ()


def differences(old: Quiz, new: Quiz) -> list[Difference]:
    """From the first version to the second: the quiz itself, its texts, then its questions."""
    return [*_of_quiz(old, new), *_of_items(old, new)]


def _of_quiz(old: Quiz, new: Quiz) -> Iterator[Difference]:
    before, after = header_of(old), header_of(new)
    fields = tuple(
        name for name in Header.model_fields if getattr(before, name) != getattr(after, name)
    )
    if fields:
        yield Difference("header", fields=fields)
    if [_text(passage) for passage in old.passages] != [_text(passage) for passage in new.passages]:
        yield Difference("passages")
    if old.glossary != new.glossary:
        yield Difference("glossary")


def _text(passage: object) -> object:
    return getattr(passage, "title", ""), getattr(passage, "paragraphs", ())


def _of_items(old: Quiz, new: Quiz) -> Iterator[Difference]:
    for item in new.items:
        before = old.by_id.get(item.question.id)
        if before is None:
            yield _told("added", item)
            continue
        was, now = written(before.question), written(item.question)
        fields = tuple(
            sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
        )
        if fields:
            yield _told("changed", item, fields)
    for item in old.items:
        if item.question.id not in new.by_id:
            yield _told("removed", item)
    kept = [one.question.id for one in old.items if one.question.id in new.by_id]
    if kept != [one.question.id for one in new.items if one.question.id in old.by_id]:
        yield Difference("moved")


def _told(kind: Kind, item: Item, fields: tuple[str, ...] = ()) -> Difference:
    return Difference(kind, item.number, item.question.prompt, fields)
