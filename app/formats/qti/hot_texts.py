"""Places to choose in a text: sentences or words of a document, or else a list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.errors import N_
from app.formats.qti.asked import Asked, Item
from app.formats.qti.choices import chosen, options_of
from app.formats.qti.names import (
    Renderer,
    all_named,
    hot_spans,
    is_element,
)
from app.formats.xml import Element
from app.text.passage import Reading
from app.text.sentences import split_sentences, words

__all__ = ["ask_hot_text"]

MOST_SEARCHED = 20
"""Texts in which a hot text is looked for, before it is taken as a text of its own."""


def ask_hot_text(item: Item, interaction: Element) -> Iterator[Asked]:
    """Choices in a text of its own, where they are sentences or words; else a list of them."""
    response = item.response(interaction)
    inside = [one for one in interaction if is_element(one) and one.tag != "prompt"]
    options = options_of(item, all_named(interaction, "hottext"))
    ids = {option.id for option in options}
    keys = [value for value in response.correct if value in ids] or [
        key for key, worth in item.mapping(response).items() if worth > 0 and key in ids
    ]
    if keys and (select := _select(item, inside, [option.id in keys for option in options])):
        yield Asked(
            "hot_text", {"select": select, "feedback": {"right": item.right, "wrong": item.wrong}}
        )
        return
    several = response.cardinality == "multiple" or len(keys) > 1
    html = "".join(item.renderer.outer(one) for one in inside)
    asked = chosen(item, options, response, several=several, shuffle=False)
    item.lose(
        "hot-text-list",
        N_("Les passages à choisir dans le texte sont proposés en liste."),
        N_("Relire sait montrer du doigt des phrases entières, ou des mots seuls."),
    )
    yield replace(asked, more=html)


def _select(item: Item, inside: list[Element], keys: list[bool]) -> dict[str, Any] | None:
    """What is chosen in the text; None if it cannot be said. A text not met yet is added."""
    renderer = Renderer(hot=True)
    text = item.marked("".join(renderer.outer(one) for one in inside)).text
    lines = [hot_spans(" ".join(line.split())) for line in text.split("\n")]
    places = [place for line, spans in lines for place in _places(line, spans)]
    if len(places) != len(keys):
        return None
    select = _selected(places, keys)
    if select is not None:
        known = item.intake.result
        searched = len(known.passages) <= MOST_SEARCHED
        reading = known.reading if searched else Reading(())
        if not all(reading.locate(one) for line, _ in lines for one in split_sentences(line)):
            item.intake.passage("Document", [line for line, _ in lines], kind="document")
    return select


@dataclass(frozen=True)
class _Place:
    """Something to choose in a sentence: its text, and the words of the sentence in it."""

    sentence: str
    text: str
    words: list[tuple[int, int]]


def _places(line: str, spans: list[tuple[int, int]]) -> Iterator[_Place]:
    start = 0
    for sentence in split_sentences(line):
        end = start + len(sentence)
        for first, last in spans:
            if start <= first < end:
                inside = [
                    word
                    for word in words(sentence)
                    if first <= start + word[0] and start + word[1] <= last
                ]
                yield _Place(sentence, line[first:last], inside)
        start = end + 1


def _selected(places: list[_Place], keys: list[bool]) -> dict[str, Any] | None:
    """Single words, or whole sentences; None for anything between."""
    wanted = [place for place, key in zip(places, keys, strict=True) if key]
    sentences = list(dict.fromkeys(place.sentence for place in places))
    whole = all(_is_whole(place) for place in places)
    if whole and len(sentences) == len(places):
        return {"keys": [place.text for place in wanted], "within": sentences}
    if all(len(place.words) == 1 for place in wanted):
        ranked = [_ranked(place, sentences) for place in wanted]
        return {"unit": "word", "keys": ranked, "within": sentences}
    return None


def _is_whole(place: _Place) -> bool:
    """Whether it is its whole sentence, but for a number of line or paragraph before it."""
    before = place.words[0][0] if place.words else 0
    said = words(place.sentence)
    skipped = [place.sentence[start:end] for start, end in said if end <= before]
    return len(place.words) + len(skipped) == len(said) and all(map(str.isdecimal, skipped))


def _ranked(place: _Place, sentences: list[str]) -> str:
    """The word; if it stands several times in these sentences, which: « pain (2) »."""
    start, end = place.words[0]
    word = place.sentence[start:end]
    before = sentences[: sentences.index(place.sentence)]
    earlier = [sentence[first:last] for sentence in before for first, last in words(sentence)]
    earlier += [place.sentence[first:last] for first, last in words(place.sentence[:start])]
    rank = 1 + sum(one.casefold() == word.casefold() for one in earlier)
    return word if rank == 1 else f"{word} ({rank})"
