r"""Moodle's grammar for gaps in a text: ``{2:SHORTANSWER:=miel#Oui.~%50%sucre~*#Non.}``.

A gap is a weight, a type, and alternatives parted by ``~``. An alternative starts with ``=`` if
it is right, with ``%50%`` if it is worth a part, and may end with ``#`` and its feedback.
``\}``, ``\~`` and ``\#`` stand for themselves, and so do HTML entities: the text around is HTML.

What an author wrote almost right (an unknown type, a brace that never closes) is told as a
``Slip`` and left in the text as it stands.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

__all__ = ["Alternative", "Blank", "Slip", "Text", "read_cloze", "read_decimal", "write_blank"]

Kind = Literal["short", "number", "choice", "choices"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), "short"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **{
        name + layout: "choice"
        for name, layouts in (
            ("MULTICHOICE", ("", "_V", "_H", "_S", "_VS", "_HS")),
            ("MC", ("", "V", "H", "S", "VS", "HS")),
        )
        for layout in layouts
    },
    **{
        name + layout: "choices"
        for name, layouts in (
            ("MULTIRESPONSE", ("", "_H", "_S", "_HS")),
            ("MR", ("", "H", "S", "HS")),
        )
        for layout in layouts
    },
}
_CASE_COUNTS = frozenset(("SHORTANSWER_C", "SAC", "MWC"))

LARGEST = 1e300
"""Neither infinite nor « nan »."""

_START = re.compile(r"\{(\d{0,9}):([A-Za-z_]{2,20})(:|\})")
_WORTH = re.compile(r"\s*(?:(=)|%(-?\d{1,9}(?:[.,]\d{0,9})?)%)")
# An ampersand before the mark shows an HTML entity, such as &#233;.
_ANSWER_END = re.compile(r"(?<!\\)(?<!&)(?<!&amp;)[~#}]")
_FEEDBACK_END = re.compile(r"(?<!\\)[~}]")
_ESCAPED = re.compile(r"\\([~#}{/\"])")
_MUST_ESCAPE = re.compile(r"[&~#}{\\=%\"]")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One answer of a gap, its entities and escapes undone: HTML where the gap is a choice.

    ``fraction`` is 1 for all the points; ``tolerance`` is for numbers only.
    """

    text: str
    fraction: float = 0
    feedback: str = ""
    tolerance: float = 0


@dataclass(frozen=True, slots=True)
class Blank:
    """A gap as it was written; ``case`` tells whether capitals count."""

    kind: Kind
    alternatives: tuple[Alternative, ...]
    weight: int = 1
    case: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """What looks like a gap and is none: "type" is unknown, or it is never "closed"."""

    code: Literal["type", "closed"]
    excerpt: str


@dataclass(slots=True)
class Text:
    """A text in order: runs of HTML and gaps; and what is wrong with it."""

    pieces: list[str | Blank] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    @property
    def blanks(self) -> list[Blank]:
        """Its gaps, in order."""
        return [piece for piece in self.pieces if isinstance(piece, Blank)]


def read_cloze(html: str) -> Text:
    """Find the gaps of a text. In one pass: what was read is never looked at again."""
    text = Text()
    done = 0
    for start in _START.finditer(html):
        if start.start() < done:
            continue  # inside the gap before
        kind = _KINDS.get(start[2].upper())
        if kind is None or start[3] == "}":
            text.slips.append(Slip("type", html[start.start() : start.start() + 80]))
            continue
        read = _alternatives(html, start.end())
        if read is None:
            # No brace closes from here on: the gaps that follow cannot be closed either.
            text.slips.append(Slip("closed", html[start.start() : start.start() + 80]))
            break
        alternatives, end = read
        text.pieces.append(html[done : start.start()])
        text.pieces.append(
            Blank(
                kind=kind,
                alternatives=tuple(_spelled(one, kind) for one in alternatives),
                weight=int(start[1] or 1),
                case=start[2].upper() in _CASE_COUNTS,
                source=html[start.start() : end],
            )
        )
        done = end
    text.pieces.append(html[done:])
    return text


def _alternatives(html: str, position: int) -> tuple[list[Alternative], int] | None:
    """The alternatives from a position on, and where their gap ends; None if it never does."""
    found: list[Alternative] = []
    while True:
        worth = _WORTH.match(html, position)
        position = worth.end() if worth else position
        end = _ANSWER_END.search(html, position)
        if end is None:
            return None
        answer, feedback = html[position : end.start()], ""
        if end[0] == "#":
            after = _FEEDBACK_END.search(html, end.end())
            if after is None:
                return None
            feedback = html[end.end() : after.start()]
            end = after
        if answer.strip():
            found.append(Alternative(answer, _fraction(worth), _plain(feedback)))
        position = end.end()
        if end[0] == "}":
            return found, position


def _fraction(worth: re.Match[str] | None) -> float:
    if worth is None:
        return 0
    return 1 if worth[1] else round(float(worth[2].replace(",", ".")) / 100, 7)


def _plain(source: str) -> str:
    """Undo entities and escapes."""
    return _ESCAPED.sub(r"\1", unescape(source)).strip()


def _spelled(one: Alternative, kind: Kind) -> Alternative:
    text, tolerance = _plain(one.text), 0.0
    if kind == "number":
        text, _, margin = (re.sub(r"<[^<>]*>", "", text).strip()).partition(":")
        tolerance = abs(read_decimal(margin) or 0)
    return Alternative(text.strip(), one.fraction, one.feedback, tolerance)


def read_decimal(text: str) -> float | None:
    """A number as files hold it, with a decimal point or comma; None if it is none."""
    try:
        number = float(re.sub(r"\s", "", text).replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return number if "_" not in text and abs(number) < LARGEST else None


def write_blank(type_name: str, alternatives: Iterable[Alternative], weight: int = 1) -> str:
    """A gap in Moodle's writing, to stand in HTML; every special character as an entity."""
    return f"{{{weight}:{type_name}:" + "~".join(map(_written, alternatives)) + "}"


def _written(one: Alternative) -> str:
    worth = "=" if one.fraction == 1 else f"%{one.fraction * 100:.5f}".rstrip("0").rstrip(".") + "%"
    feedback = f"#{_entities(one.feedback)}" if one.feedback else ""
    margin = f":{one.tolerance:g}" if one.tolerance else ""
    return f"{worth}{_entities(one.text)}{margin}{feedback}"


def _entities(text: str) -> str:
    # « &amp; » for an ampersand would not do: before « # » Moodle sees an entity begin.
    escaped = _MUST_ESCAPE.sub(lambda special: f"&#{ord(special[0])};", text)
    return escaped.replace("<", "&lt;").replace(">", "&gt;")
