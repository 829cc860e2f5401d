"""On the page: a field or a list in each gap."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from werkzeug.datastructures import MultiDict

from app.errors import Path
from app.questions import widgets
from app.questions.cloze.question import MARK
from app.questions.widgets import (
    COMPARE,
    FEEDBACK,
    MOST_ROWS,
    Group,
    Lines,
    MapForm,
    Number,
    Rows,
    Sent,
    Text,
    choices,
    listed,
    mapping,
    written,
)

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(MapForm):
    """A field or a list in each gap."""


class _Word(Group):
    """A word to type: ticked if it earns everything, or worth a part of it."""

    def show(self, raw: Any) -> dict[str, Any]:
        """All or nothing is a tick; only a part is a figure."""
        fraction = mapping(raw).get("fraction", 1)
        whole = fraction in (0, 1)
        shown = super().show(raw) | {"key": fraction == 1}
        return shown | {"fraction": ""} if whole else shown

    def read(self, sent: Sent, before: Any) -> dict[str, Any]:
        """The figure, if there is one, says more than the tick."""
        word = super().read(sent, before) or {}
        if "fraction" not in word and not sent.below("key").text:
            word["fraction"] = 0
        return word


TYPED = Rows(_Word(text=Text(), fraction=Number(100), feedback=Text()), typed=("text", "feedback"))
LIST = choices()
KINDS = ("typed", "list", "bank")


class EditForm(widgets.EditForm):
    """The text with its marks, a row for each gap, and the bank.

    Whatever the kind of a gap, its words stand in rows of the same fields, so that a gap can
    change its kind and keep its words.
    """

    parts = Group(body=Text(), bank=Lines(), compare=COMPARE, feedback=FEEDBACK)

    def show(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A row for each gap, marked in the text or described."""
        gaps = _gaps(raw)
        rows = [_show_gap(name, gaps.get(name)) for name in _names(raw)[:MOST_ROWS]]
        return super().show(raw) | {"gaps": rows}

    def read(self, fields: MultiDict[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
        """Each row is read as its kind says; words that a bank gap has in surplus join the bank."""
        now = super().read(fields, before)
        old, marks = _gaps(before), set(MARK.findall(written(now.get("body"))))
        taken = {*old, *marks}
        free = (name for name in map(str, count(1)) if name not in taken)
        gaps: dict[str, Any] = {}
        surplus: list[Any] = []
        for row in Sent.of(fields).below("gaps").rows.values():
            name = row.below("name").text.strip(" {}\n")
            empty = not any(word.holds(TYPED.typed) for word in row.below("words").rows.values())
            if empty and name not in marks:
                continue
            if not name or name in gaps:
                name = next(free)
            was = old.get(row.below("was").text) or old.get(name)
            gaps[name], more = _read_gap(row, mapping(was))
            taken.add(name)
            surplus += more
        bank = [*listed(now.get("bank")), *surplus]
        return {**now, "gaps": gaps, **({"bank": bank} if bank else {})}

    def place(self, raw: Mapping[str, Any], path: Path) -> Path:
        """A gap's name leads to its row, and each kind's words to the rows of words."""
        if len(path) < 2 or path[0] != "gaps":  # noqa: PLR2004
            return super().place(raw, path)
        name, *inner = path[1:]
        names = _names(raw)
        if name not in names:
            return ("gaps",)
        row: Path = ("gaps", names.index(str(name)))
        if not inner or inner[0] not in KINDS:
            return row
        before = len(TYPED.show(_gaps(raw)[str(name)].get("typed"))) if inner[0] != "typed" else 0
        match inner[1:]:
            case [int(n), *rest]:
                return (*row, "words", before + n, *rest)
        return (*row, "words")


def _gaps(raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    gaps = mapping(raw.get("gaps"))
    return {written(name): mapping(gap) for name, gap in gaps.items()}


def _names(raw: Mapping[str, Any]) -> list[str]:
    """The gaps in the order of the text, then those that the text does not have."""
    return list(dict.fromkeys([*MARK.findall(written(raw.get("body"))), *_gaps(raw)]))


def _show_gap(name: str, gap: Mapping[str, Any] | None) -> dict[str, Any]:
    gap = gap or {}
    words = [*TYPED.show(gap.get("typed")), *LIST.show(gap.get("list"))]
    if bank := written(gap.get("bank")):
        words.append({"text": bank, "key": True})
    given = [kind for kind in KINDS if gap.get(kind)] or [kind for kind in KINDS if kind in gap]
    return {"name": name, "was": name, "kind": given[0] if given else "typed", "words": words}


def _read_gap(row: Sent, was: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """A gap of the kind chosen, and the words that a bank gap has too many."""
    kind, words = row.below("kind").text, row.below("words")
    if kind == "list":
        return {"list": LIST.read(words, was.get("list")) or []}, []
    if kind != "bank":
        return {"typed": TYPED.read(words, was.get("typed")) or []}, []
    ticked = [word for word in words.rows.values() if word.below("key").text]
    others = [word for word in words.rows.values() if word not in ticked]
    read = [Text().read(word.below("text"), was.get("bank")) for word in [*ticked, *others]]
    first, *more = [word for word in read if word] or [""]
    return {"bank": first}, more
