r"""What may stand inside one cell, and how a text that looks like it is told apart.

- several texts: ``ruche | ruches``
- what one is worth, and what is said of it: ``ruches (50 %) # Au singulier.``
- two that belong together: ``aube = lever du soleil``
- gaps of a text: ``Zoé [a commencé] avec trois [*ruches | roches].``
- settings: ``ordre fixe ; accents stricts``

A backslash before a mark makes it an ordinary character.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

__all__ = ["Said", "escape", "fold", "join", "pair", "pieces", "restore", "said", "split"]

_MARKS = "\\|#=→*()[];"
_STAND_INS = {mark: chr(0x0E + n) for n, mark in enumerate(_MARKS)}
"""Control characters, which no text of a quiz has, stand for escaped marks while a cell is read."""
_BACK = str.maketrans({stand_in: mark for mark, stand_in in _STAND_INS.items()})
_ESCAPED = re.compile(r"\\([\\|#=→*()\[\];])")
_MARK = re.compile(r"[\\|#=→*()\[\];]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WORTH = re.compile(r"\(\s*([+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?)\s*%\s*\)$")
_COMMENT = re.compile(r"(?:^|\s)#(?:\s|$)")
_GAP = re.compile(r"\[([^\[\]]*)\]")


def escape(text: str) -> str:
    """A text whose marks mean nothing."""
    return _MARK.sub(r"\\\g<0>", text)


def _protect(cell: str) -> str:
    return _ESCAPED.sub(lambda found: _STAND_INS[found[1]], _CONTROL.sub("", cell))


def restore(text: str) -> str:
    """A piece of a cell as it was meant, stripped."""
    return text.translate(_BACK).strip()


def fold(text: str) -> str:
    """A name for comparing: without accents, capitals, marks and plurals."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe")).casefold()
    plain = re.sub(r"\(\w{1,2}\)", "", plain)  # « bonne(s) réponse(s) »
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(word.rstrip("s") or word for word in words)


def split(cell: str, mark: str = "|") -> list[str]:
    """The pieces of a cell between unescaped marks, still escaped inside, blanks left out."""
    pieces = (piece.strip() for piece in _protect(cell).split(mark))
    return [piece for piece in pieces if piece]


def join(texts: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """Texts in one cell, which ``split`` and ``restore`` give back."""
    return " | ".join(map(escape, texts))


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a cell, what it is worth if that is said, and what is said of it."""

    text: str
    worth: float | None = None
    feedback: str = ""
    starred: bool = False

    def __str__(self) -> str:
        star = "*" if self.starred else ""
        worth = "" if self.worth is None else f" ({percent(self.worth)} %)"
        feedback = f" # {escape(self.feedback)}" if self.feedback else ""
        return f"{star}{escape(self.text)}{worth}{feedback}"


def percent(worth: float) -> str:
    """A fraction in per cent, to its last digit."""
    figures = f"{Decimal(repr(worth)) * 100:f}"
    return (figures.rstrip("0").rstrip(".") if "." in figures else figures).replace(".", ",")


def said(piece: str) -> Said:
    """Read one piece of ``split``."""
    text, _, feedback = _at(_COMMENT, piece.strip())
    worth = None
    if found := _WORTH.search(text):
        text = text[: found.start()]
        try:
            worth = float(Decimal(found[1].replace(",", ".")) / 100)
        except InvalidOperation:  # pragma: no cover (the pattern lets only numbers through)
            worth = None
    text = text.strip()
    starred = text.startswith("*")
    return Said(restore(text[1:] if starred else text), worth, restore(feedback), starred)


def _at(mark: re.Pattern[str], text: str) -> tuple[str, str, str]:
    found = mark.search(text)
    return (
        (text[: found.start()].rstrip(), found[0], text[found.end() :]) if found else (text, "", "")
    )


def pair(cell: str) -> tuple[str, str] | None:
    """Two texts that belong together, or None if the cell has only one."""
    left, mark, right = _at(re.compile("[=→]"), _protect(cell))
    left, right = restore(left), restore(right)
    return (left, right) if mark and left and right else None


def pieces(cell: str) -> Iterator[tuple[str, list[Said] | None]]:
    """A text in its pieces: a run of plain text, with the gap that follows it if there is one."""
    parts = _GAP.split(_protect(cell))
    for n in range(0, len(parts), 2):
        plain = parts[n].translate(_BACK)
        gap = [said(one.strip()) for one in parts[n + 1].split("|")] if n + 1 < len(parts) else None
        yield plain, gap
