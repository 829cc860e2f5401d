"""The column « Réglages »: what a question seldom needs, in a few words between semicolons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.formats.spreadsheet.notation import escape, fold, restore, split
from app.questions.base import Question
from app.text.compare import Compare

__all__ = ["PHRASES", "Settings", "read_settings", "write_settings"]

PHRASES: dict[str, tuple[str, Any]] = {
    "ordre fixe": ("shuffle", False),
    "justifier": ("justify", True),
    "on ne sait pas": ("unknown", True),
    "majuscules strictes": ("case", "strict"),
    "accents stricts": ("accents", "strict"),
    "accents libres": ("accents", "ignore"),
    "fautes comptées": ("typos", "none"),
    "articles libres": ("articles", "ignore"),
    "une preuve suffit": ("need", "any"),
    "mots": ("select_unit", "word"),
}
"""A phrase → what it sets, if it is not as usual."""

_KNOWN = {fold(phrase): setting for phrase, setting in PHRASES.items()}
_WORDS = re.compile(r"(?:de )?([0-9]{1,4}) (?:a|to) ([0-9]{1,4})(?: mot| word)?")
_UNIT = re.compile(r"unit[ée]\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
COMPARE = tuple(Compare.model_fields)


@dataclass(slots=True)
class Settings:
    """What was set, by name; and the phrases that mean nothing to us."""

    set: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def some(self, *names: str) -> dict[str, Any]:
        """Those of these names that were set."""
        return {name: self.set[name] for name in names if name in self.set}


def read_settings(cell: str) -> Settings:
    """Read the cell."""
    settings = Settings()
    for phrase in split(cell.replace("\n", ";"), ";"):
        text = restore(phrase)
        folded = fold(text)
        if folded in _KNOWN:
            name, value = _KNOWN[folded]
            settings.set[name] = value
        elif found := _WORDS.fullmatch(folded):
            settings.set["words"] = {"least": int(found[1]), "most": int(found[2])}
        elif found := _UNIT.fullmatch(text):
            settings.set["unit"] = found[1].strip()
        else:
            settings.unknown.append(text)
    return settings


def write_settings(question: Question) -> str:
    """The settings of a question that are not as usual."""
    return " ; ".join(_phrases(question))


def _phrases(question: Question) -> Iterator[str]:
    compare = getattr(question, "compare", None)
    select = getattr(question, "select", None)
    have = {
        "shuffle": getattr(question, "shuffle", True),
        "justify": getattr(question, "justify", False),
        "unknown": getattr(question, "unknown", False),
        "need": question.evidence.need,
        "select_unit": select.unit if select else "",
        **(compare.model_dump() if compare else {}),
    }
    for phrase, (name, value) in PHRASES.items():
        if have.get(name) == value:
            yield phrase
    if words := getattr(question, "words", None):
        yield f"{words.least} à {words.most} mots"
    if unit := getattr(question, "unit", ""):
        yield f"unité : {escape(unit)}"
