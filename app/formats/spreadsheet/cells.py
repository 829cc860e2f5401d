"""The cells of one row, made into the content of a question of a given type."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.formats.spreadsheet.keys import read_keys
from app.formats.spreadsheet.kinds import NUMBER, truth_of
from app.formats.spreadsheet.notation import Said, pair, pieces, restore, said, split
from app.formats.spreadsheet.settings import COMPARE, Settings
from app.questions.numeric.question import read_number

__all__ = ["Cells", "Unclear", "content_of", "number_in"]

_BETWEEN = re.compile(r"(?:entre\s+)?(\S+)\s*(?:\.\.|à|et|to)\s*(\S+)")
_VERDICTS = ("true", "false", "unknown", "sentence")


class Unclear(Exception):
    """The right answer cannot be made out; ``raw`` is what could."""

    def __init__(self, raw: dict[str, Any]) -> None:
        super().__init__()
        self.raw = raw


@dataclass(slots=True)
class Cells:
    """What a row says: choices and comments by rank, blank choices kept as such."""

    prompt: str
    choices: list[str] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    key: str = ""
    comment: str = ""
    tolerance: str = ""
    settings: Settings = field(default_factory=Settings)

    @property
    def filled(self) -> list[str]:
        """The choices that are not blank."""
        return [choice for choice in self.choices if choice]


def content_of(kind: str, cells: Cells) -> tuple[str, dict[str, Any]]:
    """The type and what its room needs. Raises Unclear."""
    if kind == "choices":
        keys = read_keys(cells.key, cells.choices) if cells.key else {}
        kind = "multiple_response" if keys and len(keys) > 1 else "single_choice"
    return kind, _ROOMS[kind](cells)


def number_in(text: str, unit: str = "") -> float | None:
    """The number that a cell says, or None."""
    number = read_number(text, unit)
    return None if number is None else float(number)


def _choices(cells: Cells) -> dict[str, Any]:
    keys = read_keys(cells.key, cells.choices) if cells.key else {}
    several = keys is not None and any(worth is not None for worth in keys.values())
    choices = [
        {
            "text": text,
            "feedback": cells.comments.get(rank, cells.comment),
            "key": _is_key(keys or {}, rank),
            **({"weight": (keys or {})[rank]} if several and rank in (keys or {}) else {}),
        }
        for rank, text in enumerate(cells.choices)
        if text
    ]
    raw = {"choices": choices, **cells.settings.some("shuffle")}
    if keys is None:
        raise Unclear(raw)
    return raw


def _is_key(keys: dict[int, float | None], rank: int) -> bool:
    """Right unless it is worth less than all: one choice among several may be half right."""
    return rank in keys and keys[rank] is None


def _single_choice(cells: Cells) -> dict[str, Any]:
    raw = _choices(cells)
    if not any(choice["key"] for choice in raw["choices"]):
        whole = [choice for choice in raw["choices"] if choice.get("weight") == 1]
        for choice in whole[:1]:
            choice["key"] = True
    return raw


def _multiple_response(cells: Cells) -> dict[str, Any]:
    raw = _choices(cells)
    for choice in raw["choices"]:
        choice["key"] = choice["key"] or (choice.get("weight") or 0) > 0
    return raw


def _true_false(cells: Cells) -> dict[str, Any]:
    offered = [truth_of(choice) for choice in cells.choices]
    verdict = truth_of(cells.key)
    if verdict is None and (keys := read_keys(cells.key, cells.choices)) and len(keys) == 1:
        verdict = offered[next(iter(keys))]
    order = [truth or "" for truth in offered] or list(_VERDICTS)
    feedback = dict.fromkeys(("true", "false"), cells.comment) if cells.comment else {}
    order += [name for name in _VERDICTS if name not in order]
    feedback |= {order[rank]: text for rank, text in cells.comments.items() if rank < len(order)}
    raw: dict[str, Any] = {
        "feedback": {name: text for name, text in feedback.items() if name in _VERDICTS},
        "unknown": "unknown" in offered or cells.settings.set.get("unknown", False),
        **cells.settings.some("justify"),
    }
    if verdict is None:
        raise Unclear(raw)
    return {"answer": verdict, **raw}


def _accepted(cells: Cells) -> list[Said]:
    """The texts accepted: in the key's cell, else one in each choice."""
    if cells.key:
        return [said(piece) for piece in split(cells.key)]
    return [said(piece) for choice in cells.filled for piece in split(choice)]


def _as_text(one: Said) -> dict[str, Any]:
    text = f"*{one.text}" if one.starred else one.text
    worth = {} if one.worth is None else {"fraction": one.worth}
    return {"text": text, "feedback": one.feedback, **worth}


def _short_answer(cells: Cells) -> dict[str, Any]:
    answers = [_as_text(one) for one in _accepted(cells)]
    for rank, text in cells.comments.items():
        if rank < len(answers) and not answers[rank]["feedback"]:
            answers[rank]["feedback"] = text
    compare = cells.settings.some(*COMPARE)
    return {"answers": answers, **({"compare": compare} if compare else {})}


def _numeric(cells: Cells) -> dict[str, Any]:
    unit = cells.settings.set.get("unit", "")
    answers: list[dict[str, Any]] = []
    words: list[str] = []
    for one in _accepted(cells):
        found = _number(one.text, unit, cells.tolerance)
        if found is None:
            (answers[-1]["words"] if answers else words).append(one.text)
            continue
        worth = {} if one.worth is None else {"fraction": one.worth}
        feedback = one.feedback or cells.comments.get(len(answers), "")
        answers.append({**found, "feedback": feedback, "words": [], **worth})
    raw = {"answers": answers, "unit": unit}
    if not answers:
        raise Unclear({**raw, "answers": []})
    answers[0]["words"] = words + answers[0]["words"]
    return raw


def _number(text: str, unit: str, tolerance: str) -> dict[str, float] | None:
    """A value and how far from it one may be, however that is written."""
    if found := NUMBER.fullmatch(text.removesuffix(unit).strip()):
        value = number_in(found["value"])
        near = number_in(found["tolerance"] or tolerance or "0")
        return None if value is None else {"value": value, "tolerance": abs(near or 0.0)}
    if found := _BETWEEN.fullmatch(text):
        low, high = number_in(found[1], unit), number_in(found[2], unit)
        if low is not None and high is not None:
            return {"value": (low + high) / 2, "tolerance": abs(high - low) / 2}
    return None


def _matching(cells: Cells) -> dict[str, Any]:
    listed = [(rank, choice) for rank, choice in enumerate(cells.choices) if choice]
    more = [piece for line in cells.key.split("\n") for piece in split(line.replace(";", "|"))]
    listed += [(-1, piece) for piece in more]
    pairs: list[dict[str, str]] = []
    surplus: list[str] = []
    for rank, cell in listed:
        if two := pair(cell):
            comment = cells.comments.get(rank, "")
            pairs.append({"left": two[0], "right": two[1], "feedback": comment})
        else:
            surplus += [restore(piece) for piece in split(cell)]
    return {"pairs": pairs, "distractors": surplus, **cells.settings.some("shuffle")}


def _ordering(cells: Cells) -> dict[str, Any]:
    if not cells.filled:
        return {"sequence": [restore(piece) for piece in split(cells.key)]}
    order = read_keys(cells.key, cells.choices) if cells.key else None
    if order and len(order) == len(cells.filled):
        return {"sequence": [cells.choices[rank] for rank in order]}
    return {"sequence": cells.filled}


def _cloze(cells: Cells) -> dict[str, Any]:
    bank = {choice.casefold(): choice for choice in cells.filled}
    body, gaps = "", dict[str, Any]()
    for plain, gap in pieces(cells.key or cells.prompt):
        body += plain
        if gap is not None:
            name = str(len(gaps) + 1)
            body += f"{{{{{name}}}}}"
            gaps[name] = _gap(gap, bank)
    raw = {"body": body, "gaps": gaps, "bank": cells.filled}
    if compare := cells.settings.some(*COMPARE):
        raw["compare"] = compare
    return raw


def _gap(gap: list[Said], bank: dict[str, str]) -> dict[str, Any]:
    """In a list one text has a star; a lone word of the bank comes from it; others are typed."""
    if any(one.starred for one in gap):
        return {
            "list": [
                {"text": one.text, "key": one.starred, "feedback": one.feedback} for one in gap
            ]
        }
    first, *others = gap
    if not others and not first.feedback and first.worth is None and first.text.casefold() in bank:
        return {"bank": bank[first.text.casefold()]}
    return {"typed": [_as_text(one) for one in gap]}


def _hot_text(cells: Cells) -> dict[str, Any]:
    select: dict[str, Any] = {
        "keys": [restore(piece) for piece in split(cells.key)],
        "within": [restore(piece) for choice in cells.filled for piece in split(choice)],
    }
    if unit := cells.settings.set.get("select_unit"):
        select["unit"] = unit
    return {"select": select}


def _essay(cells: Cells) -> dict[str, Any]:
    return {"rubric": list(_rubric(cells)), **cells.settings.some("words")}


def _rubric(cells: Cells) -> Iterator[dict[str, Any]]:
    for choice in cells.filled:
        criterion, points = pair(choice) or (restore(choice), "1")
        yield {"criterion": criterion, "points": number_in(points) or points}


_ROOMS: dict[str, Callable[[Cells], dict[str, Any]]] = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "hot_text": _hot_text,
    "essay": _essay,
}
