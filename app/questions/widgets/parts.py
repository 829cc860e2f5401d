"""The values that a question is made of: how fields show each, and how it is read from them.

A field is named after the path of its value: ``choices.1.text``. Whatever a question holds is
shown, and whatever is sent is read: what makes no sense is kept as it was typed, for validation
to say so.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from app.questions.base import ident
from app.text.markup import rewrite
from app.text.typography import plain

__all__ = [
    "MOST_ROWS",
    "Flag",
    "Group",
    "Lines",
    "Number",
    "Part",
    "Rows",
    "Sent",
    "Text",
    "listed",
    "mapping",
    "marked",
    "tidy",
    "written",
]

MOST_ROWS = 200
"""Of one list: twice what any may have, so that too many are told, and a page stays a page."""

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def tidy(text: str) -> str:
    """A typed text with plain line ends, without what no document could carry."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Sent:
    """What a form sent of one value: field → text, in the order of the page.

    Names start from that value, whose own field has the name ``""``.
    """

    fields: Mapping[str, str]

    @classmethod
    def of(cls, fields: MultiDict[str, str]) -> "Sent":
        """All that a form sent; of two fields of one name, the first."""
        return cls(dict(fields.items()))

    @property
    def text(self) -> str:
        """What was typed in the value's own field."""
        return tidy(self.fields.get("", ""))

    def below(self, key: str) -> "Sent":
        """What was sent of one of its keys."""
        inner = {
            name[len(key) + 1 :]: text
            for name, text in self.fields.items()
            if name == key or name.startswith(f"{key}.")
        }
        return Sent(inner)

    @cached_property
    def rows(self) -> dict[str, "Sent"]:
        """Number of a row → what was sent of it; rows moved on the page are in their new order."""
        rows: dict[str, dict[str, str]] = {}
        for name, text in self.fields.items():
            number, _, rest = name.partition(".")
            if number in rows or (number.isascii() and number.isdigit() and len(rows) < MOST_ROWS):
                rows.setdefault(number, {})[rest] = text
        return {number: Sent(inner) for number, inner in rows.items()}

    def holds(self, keys: Sequence[str]) -> bool:
        """Whether something was typed for one of these keys, or below it."""
        return any(
            text.strip() and any(name == key or name.startswith(f"{key}.") for key in keys)
            for name, text in self.fields.items()
        )


def written(raw: Any) -> str:
    """A simple value as a field shows it; nothing for what no field could show."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return tidy(raw)
    return figures(raw) if isinstance(raw, int | float) else ""


def listed(raw: Any) -> list[Any]:
    """A list as written; one text alone is a list of one."""
    if isinstance(raw, list | tuple):
        return list(raw)
    return [raw] if isinstance(raw, str) and raw else []


def mapping(raw: Any) -> Mapping[str, Any]:
    """A mapping as written; anything else is an empty one."""
    return raw if isinstance(raw, Mapping) else {}


def figures(number: float, scale: int = 1) -> str:
    """A number in French figures: « 1,5 »."""
    try:
        exact = Decimal(repr(number))
    except ValueError:  # a whole number of thousands of digits
        return ""
    shown = f"{exact if scale == 1 else exact * scale:f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace(".", ",")


_FIGURES = re.compile(r"[+-]?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_MOST_EXACT = 10**15


def _number(text: str, scale: int) -> float | str:
    """The number typed; the text as it is if it is none."""
    compact = re.sub(r"\s", "", text).replace("−", "-").replace(",", ".")
    compact = compact.removesuffix("%") if scale == 100 else compact  # noqa: PLR2004 (a percentage)
    if not _FIGURES.fullmatch(compact):
        return text
    value = float(Decimal(compact) / scale)
    if not isfinite(value):
        return text
    return int(value) if value.is_integer() and abs(value) < _MOST_EXACT else value


class Part:
    """One value of a question: how fields show it, and how it is read from them.

    ``None`` stands for a value that is left out.
    """

    def show(self, raw: Any) -> Any:
        """What its fields hold: a text, a tick, rows, or a mapping of these."""
        raise NotImplementedError

    def read(self, sent: Sent, before: Any) -> Any:
        """The value sent; as it was ``before`` where the fields still say the same."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Part):
    """A text, or one of several possibilities. ``default`` is what nothing means."""

    default: str = ""

    def show(self, raw: Any) -> str:
        """The text."""
        return self.default if raw is None else written(raw)

    def read(self, sent: Sent, before: Any) -> Any:
        """The text, None if nothing is in it."""
        text = sent.text.strip()
        return before if text == self.show(before).strip() else text or None


@dataclass(frozen=True)
class Number(Part):
    """A number in French figures; with a scale of 100, a fraction as a percentage."""

    scale: int = 1

    def show(self, raw: Any) -> str:
        """The figures."""
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return figures(raw, self.scale)
        return written(raw)

    def read(self, sent: Sent, before: Any) -> Any:
        """The number; a text that is none as it was typed."""
        text = sent.text.strip()
        if text == self.show(before).strip():
            return before
        return _number(text, self.scale) if text else None


@dataclass(frozen=True)
class Flag(Part):
    """A checkbox."""

    default: bool = False

    def show(self, raw: Any) -> bool:
        """Whether it is ticked."""
        return self.default if raw is None else written(raw).lower() in ("true", "1", "yes", "on")

    def read(self, sent: Sent, before: Any) -> bool | None:
        """Whether it was ticked; left out where that goes without saying."""
        ticked = bool(sent.text)
        return None if before is None and ticked == self.default else ticked


@dataclass(frozen=True)
class Lines(Part):
    """Several short texts in one field: one per line, or with semicolons between."""

    separator: Literal["\n", ";"] = "\n"

    def show(self, raw: Any) -> str:
        """The texts, one after the other."""
        join = "\n" if self.separator == "\n" else " ; "
        return join.join(plain(written(text)) for text in listed(raw))

    def read(self, sent: Sent, before: Any) -> Any:
        """The texts; those that have not changed are kept to the letter."""
        text = sent.text.strip()
        if text == self.show(before).strip():
            return before
        known = {plain(written(one)): one for one in listed(before)}
        pieces = map(plain, re.split(rf"[\n{self.separator}]", text))
        return [known.get(piece, piece) for piece in pieces if piece] or None


class Group(Part):
    """A mapping of parts."""

    def __init__(self, **parts: Part) -> None:
        self.parts = parts

    def show(self, raw: Any) -> dict[str, Any]:
        """What each part shows."""
        known = mapping(raw)
        return {key: part.show(known.get(key)) for key, part in self.parts.items()}

    def read(self, sent: Sent, before: Any) -> dict[str, Any] | None:
        """The parts that are not left out; None if all are."""
        known = mapping(before)
        read = {key: part.read(sent.below(key), known.get(key)) for key, part in self.parts.items()}
        return {key: value for key, value in read.items() if value is not None} or None


def _text_only(raw: Any) -> Any:
    """A row that was written as its text alone."""
    return {"text": raw} if isinstance(raw, str) else raw


@dataclass(frozen=True)
class Rows(Part):
    """A list of mappings, each in a row of fields; a row in which nothing is typed is no row.

    ``typed`` names the parts that count as typed. ``expand`` reads a row's short form. Where
    ``identified``, a row keeps its id and its marked words as long as it stays, wherever it
    moves. ``only`` names the part that one row alone may have: its field is a radio button,
    whose value is the number of the row.
    """

    row: Group
    typed: tuple[str, ...]
    expand: Callable[[Any], Any] = _text_only
    identified: bool = False
    only: str = ""

    def show(self, raw: Any) -> list[dict[str, Any]]:
        """The rows."""
        rows = [self._show_row(one) for one in listed(raw)[:MOST_ROWS]]
        if self.only:
            marked = [row for row in rows if row[self.only]]
            for row in marked[1:]:
                row[self.only] = False
        return rows

    def _show_row(self, raw: Any) -> dict[str, Any]:
        row = mapping(self.expand(raw))
        shown = self.row.show(row)
        if self.identified:
            shown |= {"id": _id_of(row), "html": written(row.get("html"))}
        return shown

    def read(self, sent: Sent, before: Any) -> list[dict[str, Any]] | None:
        """The rows in which something was typed."""
        old = [mapping(self.expand(one)) for one in listed(before)]
        known: dict[str, list[Mapping[str, Any]]] = {}
        for one in reversed(old):
            known.setdefault(_id_of(one), []).append(one)
        chosen = sent.below(self.only).text if self.only else ""
        rows = []
        for number, inner in sent.rows.items():
            if not inner.holds(self.typed):
                continue
            if self.identified:
                same = known.get(inner.below("id").text)
                was = same.pop() if same else {}
            else:
                was = old[int(number)] if len(number) < 6 and int(number) < len(old) else {}  # noqa: PLR2004
            row = self.row.read(inner, was) or {}
            if number == chosen:
                row[self.only] = True
            rows.append({**self._kept(row, was), **row} if self.identified else row)
        if self.identified:
            _tell_apart(rows)
        return rows or None

    def _kept(self, row: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
        """What no field shows of a row that has been there before."""
        if not was:
            return {}
        return {"id": _id_of(was)} | marked("html", "text", row, was)


def _id_of(row: Mapping[str, Any]) -> str:
    """The id of a choice: written, or made from its text as the question makes it."""
    return written(row.get("id")) or ident(plain(written(row.get("text"))))


def _tell_apart(rows: Sequence[dict[str, Any]]) -> None:
    """Give a row another id where a row before it, or one that kept its own, has the same.

    New ids are made as a question makes them that has a text twice.
    """
    kept = {row["id"] for row in rows if "id" in row}
    seen: set[str] = set()
    again: Counter[str] = Counter()
    for row in rows:
        own = row.get("id") or ident(plain(written(row.get("text"))))
        if own in (seen if "id" in row else kept):
            fresh = own
            while fresh in kept:
                again[own] += 1
                fresh = ident(f"{own} {again[own] + 1}")
            row["id"] = fresh
            kept.add(fresh)
        seen.add(own)


def marked(
    key: str, text_key: str, new: Mapping[str, Any], was: Mapping[str, Any]
) -> dict[str, str]:
    """The marked form of a text: as it was, or of the new words with the images of the old."""
    html = written(was.get(key))
    if html and written(new.get(text_key)).strip() != written(was.get(text_key)).strip():
        html = rewrite(html, written(new.get(text_key)))
    return {key: html} if html else {}
