"""Which choices are right: by letter, by number, or in their own words."""

import re
from collections.abc import Sequence

from app.formats.spreadsheet.notation import Said, fold, said

__all__ = ["letter", "read_keys", "write_keys"]

LETTERS = 26
_RANK = re.compile(r"(?:choix|choice|option|reponse|answer)? ?(?:([a-z])|([0-9]{1,2}))")
_LETTERS = re.compile(r"[A-Z]{2,26}")


def letter(rank: int) -> str:
    """The letter of a choice, counted from 0; beyond Z, its number."""
    return chr(ord("A") + rank) if rank < LETTERS else str(rank + 1)


def write_keys(worths: dict[int, float | None], choices: Sequence[str]) -> str:
    """The right choices by rank, each with what it is worth if that is said: ``A ; C (50 %)``.

    Where a choice itself says « A » or « B ; C », letters get a word before them.
    """
    cells = [
        " ; ".join(str(Said(word + letter(rank), worth)) for rank, worth in worths.items())
        for word in ("", "choix ", "option ", "réponse ", "choice ")
    ]
    return next((cell for cell in cells if read_keys(cell, choices) == worths), cells[0])


def read_keys(cell: str, choices: Sequence[str]) -> dict[int, float | None] | None:
    """The ranks of the right choices, and what each is worth if that is said; None if unclear.

    The words of a choice come before its letter or number: beside the choices 2, 3 and 4,
    « 3 » means the choice 3 and not the third one.
    """
    by_text: dict[str, int] = {}
    for rank, choice in enumerate(choices):
        if choice:
            by_text.setdefault(_words(choice), rank)
    whole = by_text.get(_words(cell))
    if whole is not None:
        return {whole: None}
    for marks in ("[;|\n]", "[;|\n,/&]| et | and ", r"[;|\n,/&\s]+"):
        found: dict[int, float | None] = {}
        for piece in re.split(marks, cell):
            if not piece.strip():
                continue
            one = said(piece)
            named = by_text.get(_words(one.text), _rank(one.text, len(choices)))
            if named is None or not choices[named]:
                break
            found[named] = one.worth
        else:
            return found
    return _run_together(cell.strip(), len(choices))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _rank(text: str, count: int) -> int | None:
    found = _RANK.fullmatch(fold(text))
    if found is None:
        return None
    rank = ord(found[1]) - ord("a") if found[1] else int(found[2]) - 1
    return rank if 0 <= rank < count else None


def _run_together(text: str, count: int) -> dict[int, float | None] | None:
    """« ACD »: letters of choices, each once, in order."""
    ranks = [ord(one) - ord("A") for one in text]
    apart = _LETTERS.fullmatch(text) and ranks == sorted(set(ranks)) and max(ranks) < count
    return dict.fromkeys(ranks) if apart else None
