"""YAML as a person writes it: block style, one key a line, French readable, long texts folded.

What is written here and read by ``app.formats.yaml`` gives back the same values. Prose always
stands in quotes or in a block, so that whoever edits it later may add a colon or a « # ».
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

__all__ = ["UNREADABLE", "Pair", "Word", "write_yaml"]

WIDTH = 100
"""Characters of a line beyond which prose is folded."""

_WORD = re.compile(r"[^\W\d_][\w/-]*(?: [\w-]+){0,3}")
"""What may stand without quotes, if it means nothing else to YAML."""
_MEANS_MORE = frozenset("null true false yes no on off y n".split())

UNREADABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x84\\x86-\\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no file may hold, not even escaped: they are left out."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_TO_ESCAPE = re.compile('["\\\\\n\t\x85\u2028\u2029\ufeff]')
_NOT_IN_BLOCK = re.compile("[\t\x85\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the format, such as a type or an id: it needs no quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together, on one line: ``["left", "right"]``."""

    left: str
    right: str


def write_yaml(value: Mapping[str, Any]) -> str:
    """A document of mappings, sequences, texts, numbers, ``Word`` and ``Pair``.

    Characters that are ``UNREADABLE`` are left out. Raises TypeError for any other value.
    """
    return "\n".join(_mapping(value, 0)) + "\n"


def _mapping(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, inner in value.items():
        yield from _entry(f"{' ' * indent}{_plain_or_quoted(key)}:", inner, indent)


def _entry(opening: str, value: Any, indent: int) -> Iterator[str]:
    """``opening`` ends with the colon or the dash that the value follows."""
    if isinstance(value, Mapping) and value:
        yield opening
        yield from _mapping(value, indent + 2)
    elif isinstance(value, list | tuple) and value:
        yield opening
        yield from _sequence(value, indent + 2)
    elif isinstance(value, str):
        yield from _text(opening, value, indent + 2)
    else:
        yield f"{opening} {_scalar(value)}"


def _sequence(values: Sequence[Any], indent: int) -> Iterator[str]:
    dash = f"{' ' * indent}-"
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *rest = _mapping(value, indent + 2)
            yield f"{dash} {first.lstrip()}"
            yield from rest
        else:
            yield from _entry(dash, value, indent)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
        case Word():
            return _plain_or_quoted(value.text)
        case Pair():
            return f"[{_quoted(value.left)}, {_quoted(value.right)}]"
        case Mapping():
            return "{}"
        case list() | tuple():
            return "[]"
    raise TypeError(f"no YAML for {type(value).__name__}")


def _plain_or_quoted(word: str) -> str:
    plain = _WORD.fullmatch(word) and word.lower() not in _MEANS_MORE
    return word if plain else _quoted(word)


def _quoted(text: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, UNREADABLE.sub("", text))}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _text(opening: str, text: str, indent: int) -> Iterator[str]:
    """A text on its line; several lines as they stand; a long line folded between words."""
    text = UNREADABLE.sub("", text)
    margin = " " * indent
    if "\n" in text and _keeps_in_block(text):
        yield f"{opening} |-"
        yield from (margin + line if line else "" for line in text.split("\n"))
    elif "\n" not in text and len(opening) + len(text) > WIDTH and _keeps_in_block(text):
        yield f"{opening} >-"
        yield from (margin + line for line in _folded(text, WIDTH - indent))
    else:
        yield f"{opening} {_quoted(text)}"


def _keeps_in_block(text: str) -> bool:
    """Whether a block gives the text back: it takes spaces at the edges of lines for its own."""
    lines = text.split("\n")
    return (
        _NOT_IN_BLOCK.search(text) is None
        and all(line == line.strip(" ") for line in lines)
        and bool(lines[0] and lines[-1])
    )


def _folded(text: str, width: int) -> list[str]:
    """The text in lines that single spaces join again; a run of several is never cut."""
    words = re.split(r"(?<! ) (?! )", text)
    kept = [word.replace(" ", "\x00") for word in words]
    lines = wrap(
        " ".join(kept),
        max(width, 40),
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
    return [line.replace("\x00", " ") for line in lines]
