"""QTI's XML whatever its version: one spelling of its names, and what an item shows, in order.

``assessmentItem`` of QTI 2 and ``qti-assessment-item`` of QTI 3 are the same element: names lose
their namespace, the prefix ``qti-``, hyphens and capitals. An item's body then becomes a list of
pieces: texts, runs of text with gaps in them, and interactions that stand on their own.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from typing import Any

from lxml import etree

from app.errors import Problem
from app.formats.base import read_text
from app.formats.xml import Element, parse

__all__ = [
    "Block",
    "Inline",
    "Piece",
    "Renderer",
    "Text",
    "all_named",
    "child",
    "folded",
    "hot_spans",
    "in_sentence",
    "is_element",
    "kin",
    "line_of",
    "load",
    "name_of",
    "number_in",
    "pieces",
]

INLINE = frozenset({"gap", "inlinechoiceinteraction", "textentryinteraction"})
"""Interactions that are a gap in a text."""

_SKIPPED = frozenset(
    "annotation annotationxml cataloginfo choicerationales companionmaterialsinfo endattemptinteraction feedbackblock"
    " feedbackinline infocontrol modalfeedback script stimulusref style stylesheet teacherinstructions"
    " templateblock templateinline".split()
)
"""Elements that a learner does not see before answering."""

_WRAPPERS = frozenset(
    "article blockquote contentbody div feedbackblock figure itembody main rubricblock section".split()
)
"""Elements that only hold others; the rest (a paragraph, a list, a table) stays in one piece."""

_PHRASES = INLINE | frozenset(
    "a abbr b big cite code em i img kbd mark math q s small span strong sub sup tt u var".split()
)
"""Elements that stand in a line of text."""

_MATHS = {
    "mfrac": "<sup>{}</sup>/<sub>{}</sub>",
    "msub": "{}<sub>{}</sub>",
    "msup": "{}<sup>{}</sup>",
}
"""What keeps the sense of the simplest formulas: one half is not twelve."""

_READ = frozenset({"context", "sharedstimulus", "stimulus"})
"""Uses of a rubric that make it a text to read."""

_ATTRIBUTES = ("src", "alt")
MOST_ATTRIBUTES = 200
"""Beyond so many no program meant them, and to read them would be slow."""
_START = re.compile(r"<(?:[\w.-]+:)?(?:qti-assessment-item|assessmentItem)[\s>]")
_ENTITY = re.compile(r"&((?!amp;|lt;|gt;|quot;|apos;)[A-Za-z][A-Za-z0-9]{1,30};)")
"""A character by its HTML name, which XML does not know: ``&nbsp;``, ``&eacute;``."""
_DECLARATION = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*>")
_ESCAPED_HTML = re.compile(
    r"</[a-z][a-z0-9]*\s*>|<(?:br|img|hr)\b|&[a-z]{2,8};|&#\d+;", re.IGNORECASE
)

_SPACES = re.compile(r"[ \t\r\n\f]+")
_WORD = re.compile(r"[^\W_]")
_HOT = re.compile("[\ue002\ue003]")
_PRIVATE = re.compile("[\ue000-\ue003]")

GAP = re.compile("\ue000(\\d+)\ue001")
"""How a gap stands in rendered text, until the text is read: two private characters."""


def name_of(tag: object) -> str:
    """The one spelling of a name: ``{…}qti-simple-choice`` and ``simpleChoice`` → ``simplechoice``.

    Empty for what is no element.
    """
    if not isinstance(tag, str):
        return ""
    local = tag.rpartition("}")[2].rpartition(":")[2]
    return local.lower().removeprefix("qti-").replace("-", "")


def is_element(node: Any) -> bool:
    """Whether a node has a name: entities that are not resolved stand in a tree without one."""
    return isinstance(node.tag, str)


def line_of(element: Any) -> int:
    """The line of the file on which an element starts, 0 if it is not known."""
    return element.sourceline or 0


def load(data: bytes, file: str) -> tuple[Element | None, list[Problem], bool]:
    """A document with its names in one spelling; its problems; whether its encoding was guessed.

    Some files hold several items one after the other, without a root: they get one.
    """
    root, problems = parse(data, file)
    guessed = False
    if root is None and not any(problem.code == "xml-entity" for problem in problems):
        text, encoding = read_text(data)
        text = _DECLARATION.sub("", text)
        guessed = encoding == "cp1252"
        mended = _ENTITY.sub(lambda found: html5.get(found[1], found[0]), text)
        several = len(_START.findall(text)) > 1
        if guessed or several or mended != text:
            text = mended
            again, _ = parse(f"<items>{text}</items>".encode(), file)
            if again is not None:
                root, problems = (again if len(again) > 1 else again[0]), []
    if root is not None:
        cdata = b"<![CDATA[" in data
        for element in root.iter():
            _respell(element, cdata=cdata)
    return root, problems, guessed and root is not None


def _respell(element: Element, *, cdata: bool) -> None:
    if not is_element(element):
        return
    element.tag = name_of(element.tag)
    if len(element.attrib) > MOST_ATTRIBUTES:
        element.attrib.clear()
    attributes = {name_of(key): str(value) for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in attributes.items():
        element.set(key, value)
    said = [element.text, *(one.tail for one in element)] if cdata else []
    if any(text and _ESCAPED_HTML.search(text) for text in said):
        element.set("markup", "html")  # some tools write HTML inside a CDATA section


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if one.tag == name), None)
    return element


def kin(element: Element | None, *names: str) -> list[Element]:
    """The children of these names, in order."""
    return [] if element is None else [one for one in element if one.tag in names]


def all_named(element: Element, *names: str) -> Iterator[Element]:
    """All elements of these names inside, in order."""
    return element.iter(*names)


def folded(element: Element | None) -> str:
    """All text inside, with single spaces."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def number_in(text: str | None) -> float | None:
    """A finite number as files write it, with a point or a comma; else None."""
    try:
        number = float((text or "").strip().replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None  # noqa: PLR2004 (also leaves out nan)


@dataclass(frozen=True)
class Text:
    """Something to read; ``lead`` tells instructions to the learner from what is read about."""

    html: str
    lead: bool = False


@dataclass(frozen=True)
class Inline:
    """Text with gaps in it, by their numbers."""

    html: str
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """An interaction that stands on its own."""

    element: Element


Piece = Text | Inline | Block


@dataclass
class Renderer:
    """Writes elements as HTML for ``intake.html``; gaps are numbered from 1 as they are met."""

    gaps: list[Element] = field(default_factory=list)
    hot: bool = False
    """Whether places to choose in a text are marked, for ``hot_spans``."""

    def inner(self, element: Element | None) -> str:
        """What is inside an element."""
        if element is None:
            return ""
        said = _said_in(element)
        return "".join([said(element.text), *(self.outer(one) + said(one.tail) for one in element)])

    def outer(self, element: Element) -> str:
        """An element with what is inside; nothing of what the learner is not shown."""
        tag = element.tag
        if not is_element(element):  # an entity that only the browser knows: &nbsp;
            return str(element.text or "") if element.tag is etree.Entity else ""
        if not shown(element):
            return ""
        if tag in INLINE:
            self.gaps.append(element)
            return f"{self.inner(child(element, 'prompt'))}\ue000{len(self.gaps)}\ue001"
        if tag == "hottext" and self.hot:
            return f"\ue002{self.inner(element)}\ue003"
        if tag == "object":
            return self._object(element)
        if tag in _MATHS and len(element) == 2:  # noqa: PLR2004 (what stands in its two places)
            return _MATHS[tag].format(*map(self.outer, element))
        attributes = "".join(
            f' {name}="{escape(element.get(name, ""))}"'
            for name in _ATTRIBUTES
            if element.get(name) is not None
        )
        if tag in ("br", "hr", "img", "source", "track"):
            return f"<{tag}{attributes}>"
        return f"<{tag}{attributes}>{self.inner(element)}</{tag}>"

    def _object(self, element: Element) -> str:
        kind = element.get("type", "").partition("/")[0].lower()
        if kind == "image":
            address, alt = element.get("data", ""), element.get("alt") or folded(element)
            return f'<img src="{escape(address)}" alt="{escape(alt)}">'
        return f"<{kind}></{kind}>" if kind in ("audio", "video") else "<object></object>"


def shown(element: Element) -> bool:
    """Whether a learner sees the element before answering."""
    if element.tag == "rubricblock":
        return "candidate" in element.get("view", "candidate")
    return element.tag not in _SKIPPED and element.get("datarole") != "tooltipcontent"


def in_sentence(lead: str, ahead: str, after: str) -> bool:
    """Whether a gap stands in a sentence rather than after a question.

    ``lead`` is what is said before the paragraph of the gap, the others its two sides.
    """
    if _WORD.search(after):
        return True
    ahead = ahead.strip()
    asks = ahead.endswith(("?", ":"))
    return bool(_WORD.search(lead) and _WORD.search(ahead)) and not asks


def hot_spans(line: str) -> tuple[str, list[tuple[int, int]]]:
    """A line of rendered text without its marks, and the places (start, end) to choose in it."""
    text, spans = "", []
    for n, piece in enumerate(_HOT.split(line)):
        start = len(text)
        text += piece.lstrip() if text.endswith(" ") or not text else piece
        if n % 2:
            start += text[start:].startswith(" ")
            spans.append((start, len(text.rstrip())))
    return text.rstrip(), spans


def _public(text: str | None) -> str:
    """The text without the private characters that mark gaps and places."""
    return _PRIVATE.sub("", text or "")


def _text(text: str | None) -> str:
    return escape(_public(text), quote=False)


def _folded(text: str | None) -> str:
    """A text of the file as HTML, in which a line end is a space."""
    return _SPACES.sub(" ", _text(text))


def _said_in(element: Element) -> Callable[[str | None], str]:
    """How the text that stands directly in an element becomes HTML."""
    if element.get("markup") == "html":
        return _public
    return _text if element.tag == "pre" else _folded


def pieces(body: Element, renderer: Renderer) -> list[Piece]:
    """What an item's body shows, in order."""
    blocks = [one for one in body.iter() if _is_block(one)]
    flow = _Flow(renderer, {holder for block in blocks for holder in block.iterancestors()})
    flow.read(body)
    return flow.found


@dataclass
class _Flow:
    """Cuts a body into pieces; ``holders`` are the elements that hold an interaction."""

    renderer: Renderer
    holders: set[Element]
    found: list[Piece] = field(default_factory=list)

    def read(self, element: Element) -> None:
        """Add what is inside an element; words and gaps beside one another are one line."""
        said = _said_in(element)
        line = [said(element.text)]
        for one in element:
            if not is_element(one) or (one.tag in _PHRASES and one not in self.holders):
                line.append(self.renderer.outer(one))
            else:
                self._add_line(line)
                line = []
                if shown(one) or self._asks(one):
                    self._read_one(one)
            line.append(said(one.tail))
        self._add_line(line)

    def _read_one(self, one: Element) -> None:
        if _is_block(one):
            self.found.append(Block(one))
        elif one in self.holders or (one.tag in _WRAPPERS and not _has_own_text(one)):
            before = len(self.found)
            self.read(one)
            if _instructs(one):
                self.found[before:] = [
                    Text(piece.html, lead=True) if isinstance(piece, Text) else piece
                    for piece in self.found[before:]
                ]
        else:
            self._add_rendered(one)

    def _add_rendered(self, one: Element) -> None:
        first = len(self.renderer.gaps)
        html = self.renderer.outer(one)
        gaps = tuple(range(first + 1, len(self.renderer.gaps) + 1))
        if gaps:
            self.found.append(Inline(html, gaps))
        elif html:
            self.found.append(Text(html, lead=one.tag == "prompt" or _instructs(one)))

    def _add_line(self, line: list[str]) -> None:
        html = "".join(line)
        if gaps := tuple(map(int, GAP.findall(html))):
            self.found.append(Inline(f"<p>{html}</p>", gaps))
        elif html.strip():
            self.found.append(Text(f"<p>{html}</p>"))

    def _asks(self, one: Element) -> bool:
        """Whether something that is shown only later asks a question: adaptive items do."""
        return one.tag == "feedbackblock" and (
            one in self.holders or any(inner.tag in INLINE for inner in one.iter())
        )


def _instructs(element: Element) -> bool:
    """Whether it tells the learner what to do, rather than something to read."""
    return element.tag == "rubricblock" and element.get("use", "") not in _READ


def _is_block(element: Element) -> bool:
    tag = element.tag if is_element(element) else ""
    return tag.endswith("interaction") and tag not in INLINE | _SKIPPED


def _has_own_text(element: Element) -> bool:
    """Whether words or gaps stand directly in the element, beside its children."""
    own = [element.text, *(one.tail for one in element)]
    return any(text and text.strip() for text in own) or any(
        one.tag in INLINE or one.tag in ("b", "em", "i", "strong", "img", "br") for one in element
    )
