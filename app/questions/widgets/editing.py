"""The form that mends a question of any type: what all share, and what several rooms use."""

from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict

from app.errors import Path
from app.questions.widgets.parts import (
    Flag,
    Group,
    Lines,
    Number,
    Part,
    Rows,
    Sent,
    Text,
    listed,
    mapping,
    marked,
    tidy,
    written,
)

__all__ = ["COMPARE", "FEEDBACK", "EditForm", "choices"]


class _Evidence(Part):
    """The quotes, and the sentences to tick.

    A quote is sent with the sentences that it stands in (``at``), and stays while they are all
    ticked; a ticked sentence (its id → its text) that no quote stands in becomes a quote.
    """

    def show(self, raw: Any) -> dict[str, Any]:
        """The quotes as written, and how many are needed."""
        known = mapping(raw)
        short = next((need for need in ("all", "any") if need in known), "")
        quotes = known.get(short or "quotes") if known else raw
        need = short or written(known.get("need")) or "all"
        return {"quotes": [written(quote) for quote in listed(quotes)], "need": need}

    def read(self, sent: Sent, before: Any) -> Any:
        """The quotes that stay, then the sentences newly ticked."""
        boxes = sent.below("sentences").fields
        ticked = {place: tidy(text) for place, text in boxes.items() if place}
        at = sent.below("at").fields
        quotes: list[str] = []
        covered: set[str] = set()
        for number, inner in sent.below("quotes").rows.items():
            places = set(at.get(number, "").split())
            if inner.text.strip() and places <= ticked.keys():
                quotes.append(inner.text)
                covered |= places
        quotes += [text for place, text in ticked.items() if place not in covered and text.strip()]
        now = {"quotes": quotes, "need": sent.below("need").text or "all"}
        if now == self.show(before):
            return before
        return now if quotes else None


FEEDBACK = Group(right=Text(), wrong=Text())
"""What is said of a whole answer."""

COMPARE = Group(
    accents=Text("warn"), typos=Text("auto"), articles=Text("strict"), case=Text("ignore")
)
"""How strictly a typed text is compared."""


def choices(*, only: str = "", **more: Part) -> Rows:
    """A list of choices; ``only`` is ``"key"`` where one alone is right."""
    row = Group(text=Text(), key=Flag(), feedback=Text(), **more)
    return Rows(row, typed=("text", "feedback", *more), identified=True, only=only)


COMMON = Group(
    prompt=Text(),
    points=Number(),
    skill=Text(),
    subskill=Text(),
    evidence=_Evidence(),
    hints=Lines(),
)
"""What every question has."""


class EditForm:
    """How one type's question is mended. A room names its own parts."""

    parts: ClassVar[Group]

    def show(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold for a question as written, however wrong it is."""
        shown = COMMON.show(raw) | self.parts.show(raw)
        return shown | {"prompt_html": written(raw.get("prompt_html"))}

    def read(self, fields: MultiDict[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
        """The question as its fields have it; what they do not show is kept from ``before``."""
        sent = Sent.of(fields)
        shown = {*COMMON.parts, *self.parts.parts, "prompt_html"}
        now = {key: value for key, value in before.items() if key not in shown}
        now |= COMMON.read(sent, before) or {}
        now |= self.parts.read(sent, before) or {}
        return now | marked("prompt_html", "prompt", now, before)

    def place(self, raw: Mapping[str, Any], path: Path) -> Path:
        """Where the form shows the value that a path leads to in the question."""
        if path[:1] == ("evidence",) and len(path) > 1 and isinstance(path[1], int):
            return ("evidence", "quotes", *path[1:])
        return path
