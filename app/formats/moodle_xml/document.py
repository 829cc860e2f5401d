"""A Moodle XML file taken apart: each question on its own, with the place where it starts.

Questions are cut out first and parsed one by one, so that a file which was cut, or in which one
question is broken, still gives all the others. What stands around them is never parsed: entities
that a file defines for itself do not exist here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.entities import html5

from app.errors import N_, Message, Problem
from app.formats.base import Place
from app.formats.xml import Element, parse

__all__ = ["Fragment", "fragments", "is_cut"]

_LANDMARK = re.compile(r"<!\[CDATA\[|<!--|<question(?=[\s/>])|</question\s{0,99}>")
_CLOSED_BY = {"<![CDATA[": "]]>", "<!--": "-->"}
_LONE_AMPERSAND = re.compile(r"&(?:#(\d{1,7}|x[0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31};)|)")
_XML_NAMES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Fragment:
    """The source of one question; ``whole`` if it is closed in the file."""

    source: str
    at: Place
    whole: bool

    def parsed(self, file: str) -> tuple[Element | None, list[Problem]]:
        """The question as an element, or what is wrong with its XML, and where in the file."""
        if not self.whole:
            return None, [_cut(file, self.at)]
        element, problems = parse(self.source.encode(), file)
        if element is None and (mended := _mended(self.source)) != self.source:
            element, _ = parse(mended.encode(), file)
        if element is not None:
            return element, []
        return None, [self._in_file(one) for one in problems]

    def _in_file(self, problem: Problem) -> Problem:
        column = problem.column + self.at.column - 1 if problem.line == 1 else problem.column
        return replace(problem, line=problem.line + self.at.line - 1, column=column)


def fragments(text: str) -> Iterator[Fragment]:
    """Cut out the questions of a file, in order; those in comments are none."""
    start: int | None = None
    line, line_start, counted = 1, 0, 0
    at = Place()
    for opens, position, end in _landmarks(text):
        if opens:
            if start is not None:
                yield Fragment(text[start:position], at, whole=False)
            start = position
            line += text.count("\n", counted, position)
            line_start = text.rfind("\n", line_start, position) + 1 or line_start
            counted = position
            at = Place(line=line, column=position - line_start + 1)
        elif start is not None:
            yield Fragment(text[start:end], at, whole=True)
            start = None
    if start is not None:
        yield Fragment(text[start:], at, whole=False)


def is_cut(text: str) -> bool:
    """Whether a file stops before the end of its quiz."""
    return "<quiz" in text[:20_000] and "</quiz" not in text[-2_000:]


def _landmarks(text: str) -> Iterator[tuple[bool, int, int]]:
    """The tags that open (True) or close a question, outside comments and CDATA: start and end."""
    position = 0
    while found := _LANDMARK.search(text, position):
        mark, position = found[0], found.end()
        if closing := _CLOSED_BY.get(mark):
            close = text.find(closing, position)
            if close < 0:
                return
            position = close + len(closing)
        else:
            yield mark == "<question", found.start(), position


def _mended(source: str) -> str:
    """The source with HTML's entities and lone ampersands written as XML wants them.

    Outside CDATA only: inside it, an ampersand stands for itself.
    """
    pieces, position = [], 0
    while (start := source.find("<![CDATA[", position)) >= 0:
        end = source.find("]]>", start)
        end = len(source) if end < 0 else end
        pieces += [_LONE_AMPERSAND.sub(_ampersand, source[position:start]), source[start:end]]
        position = end
    pieces.append(_LONE_AMPERSAND.sub(_ampersand, source[position:]))
    return "".join(pieces)


def _ampersand(found: re.Match[str]) -> str:
    number, name = found[1], found[2]
    if number:
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        allowed = 0x20 <= code <= _LAST_CHARACTER and not 0xD800 <= code < 0xE000  # noqa: PLR2004 (XML's own limits)
        return found[0] if allowed or code in (9, 10, 13) else ""
    if name in _XML_NAMES:
        return found[0]
    if name in html5:
        return "".join(f"&#{ord(character)};" for character in html5[name])
    return f"&amp;{found[0][1:]}"


def _cut(file: str, at: Place) -> Problem:
    return Problem(
        code="question-cut",
        message=Message(N_("Cette question n’est pas entière : sa fin manque.")),
        hint=Message(N_("Le fichier a sans doute été coupé : exportez-le de nouveau.")),
        file=file,
        line=at.line,
        column=at.column,
    )
