"""H5P's asterisks: ``*key/alternative:tip*`` in a gap, ``*word*`` in a text to mark.

Pure text: what stands between the asterisks, and what the learner reads without them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.text.sentences import split_sentences, words

__all__ = ["Gap", "Marked", "drag_gap", "pieces", "read_marked", "typed_gap"]

_GAP = re.compile(r"\*([^*]*)\*")
_DRAGGED = re.compile(r"(?P<sign>:|\\\+|\\-)")
_BEFORE = '[({⟨¿¡“"«„'
_AFTER = '",….:;?!])}⟩»”'
_ELISION = ("'", "’")


@dataclass(frozen=True, slots=True)
class Gap:
    """What one pair of asterisks says: the words that fit, the tip, what is said afterwards."""

    texts: tuple[str, ...]
    tip: str = ""
    right: str = ""
    wrong: str = ""


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order: runs of it, and (True) what stands in each gap; ``**`` is one asterisk."""
    before: list[str] = []
    position = 0
    for found in _GAP.finditer(text):
        before.append(text[position : found.start()])
        position = found.end()
        if not found[1]:
            before.append("*")
            continue
        yield "".join(before), False
        before = []
        yield found[1], True
    yield "".join(before) + text[position:], False


def typed_gap(inside: str) -> Gap:
    """A gap to type in: ``key/alternative:tip``."""
    texts, _, tip = inside.partition(":")
    known = (" ".join(text.split()) for text in texts.split("/"))
    return Gap(tuple(dict.fromkeys(text for text in known if text)), " ".join(tip.split()))


def drag_gap(inside: str) -> Gap:
    r"""A gap to drag a word to: ``word:tip\+said if right\-said if wrong``."""
    text, *rest = _DRAGGED.split(inside)
    said = {":": "", "\\+": "", "\\-": ""}
    for sign, what in zip(rest[::2], rest[1::2], strict=True):
        # A tip may have colons of its own; only the first begins it.
        said[sign] = f"{said[sign]}:{what}" if sign == ":" and said[sign] else said[sign] + what
    tip, right, wrong = (" ".join(one.split()) for one in said.values())
    known = " ".join(text.split())
    return Gap((known,) if known else (), tip, right, wrong)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text to mark: its paragraphs without asterisks, the words to find, and what is odd.

    A word that is not the first of its kind says which one it is: « pain (2) ».
    """

    paragraphs: tuple[str, ...]
    keys: tuple[str, ...]
    astray: tuple[str, ...]


def read_marked(text: str) -> Marked:
    """Read a text with ``*words*`` to mark, one paragraph on each line."""
    paragraphs: list[str] = []
    keys: list[str] = []
    astray: list[str] = []
    met: dict[str, int] = {}
    for line in text.split("\n"):
        paragraph, spans, odd = _read_line(line)
        if not paragraph:
            continue
        paragraphs.append(paragraph)
        astray += odd
        for word, wanted in _words(paragraph, spans):
            rank = met[word.casefold()] = met.get(word.casefold(), 0) + 1
            if wanted:
                keys.append(word if rank == 1 else f"{word} ({rank})")
    return Marked(tuple(paragraphs), tuple(keys), tuple(astray))


def _read_line(line: str) -> tuple[str, list[tuple[int, int]], list[str]]:
    """The line without its asterisks, the places of the words to find, asterisks that mark none."""
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    odd: list[str] = []
    position = 0
    for token in line.split():
        before = token[: len(token) - len(token.lstrip(_BEFORE))]
        rest = token[len(before) :]
        word = rest.rstrip(_AFTER)
        after = rest[len(word) :]
        marked, tail = _inside(word)
        if marked:
            start = position + len(before)
            spans.append((start, start + len(marked)))
            shown = before + marked + tail + after
        else:
            shown = token.replace("**", "*")
            odd += [token] if "*" in token.replace("**", "") else []
        if shown == "##" and not tokens:
            shown = "#"  # two would make a heading of the paragraph
        tokens.append(shown)
        position += len(shown) + 1
    return " ".join(tokens), spans, odd


def _inside(word: str) -> tuple[str, str]:
    """What a word between asterisks is, and the mark that may follow it; empty if it is none."""
    if len(word.replace("**", "")) > 2 and word.startswith("*"):  # noqa: PLR2004 (two asterisks)
        if word.endswith("*"):
            return word[1:-1].replace("*", ""), ""
        if word[-2] == "*":
            return word[1:-2].replace("*", ""), word[-1]
    return "", ""


def _words(paragraph: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The words of a paragraph as our learners choose them, and whether each is to be found.

    In « *l’ami* » that is « ami »: the article is a word of its own.
    """
    todo = iter(spans)
    span = next(todo, None)
    start = 0
    for sentence in split_sentences(paragraph):
        for begins, ends in words(sentence):
            while span and span[1] <= start + begins:
                span = next(todo, None)
            word = sentence[begins:ends]
            inside = span is not None and span[0] < start + ends
            alone = span == (start + begins, start + ends)
            yield word, inside and (alone or not word.endswith(_ELISION))
        start += len(sentence) + 1
