"""A new question of a kind, and a question turned into another kind.

Both are raw content to be completed in a form. What another kind cannot use is left out: its
author sees at once what is missing.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.questions.numeric.question import read_number
from app.questions.true_false.question import VERDICTS

__all__ = ["blank", "change_kind"]

SHARED = ("id", "skill", "subskill", "points", "prompt", "prompt_html", "evidence", "hints")
"""What every kind means in the same way."""

TOLD = ("short_answer", "numeric", "cloze", "matching", "ordering", "hot_text")
"""The kinds that say one thing of a right answer and one of a wrong one."""


class Option(NamedTuple):
    """One answer that a question foresees."""

    text: str
    key: bool
    feedback: str = ""


def blank(kind: str) -> dict[str, Any]:
    """The least that a new question of a kind says: everything else is to be written."""
    return {"type": kind, "skill": "détail", "points": 1}


def change_kind(raw: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The question as another kind, with what the new kind can use of the old one."""
    old = raw.get("type")
    if old == kind:
        return dict(raw)
    shared = {key: raw[key] for key in SHARED if key in raw}
    if old in TOLD and kind in TOLD and "feedback" in raw:
        shared["feedback"] = raw["feedback"]
    if {old, kind} == {"single_choice", "multiple_response"}:
        content = _other_choice(raw, kind)
    else:
        options = _OPTIONS[old](raw) if isinstance(old, str) and old in _OPTIONS else []
        content = _CONTENT[kind](options) if options and kind in _CONTENT else {}
    return {**blank(kind), **shared, **content}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list, a bare text standing for one."""
    rows = value if isinstance(value, list | tuple) else []
    read = ({"text": row} if isinstance(row, str) else row for row in rows)
    return [row for row in read if isinstance(row, Mapping)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _other_choice(raw: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same choices, their ids too; weights mean another thing, and one key is the first."""
    choices = [dict(row) for row in _rows(raw.get("choices"))]
    for choice in choices:
        weight = choice.pop("weight", None)
        if isinstance(weight, int | float) and weight > 0:
            choice["key"] = True
    if kind == "single_choice":
        keys = [choice for choice in choices if choice.get("key")]
        for choice in keys[1:]:
            choice["key"] = False
    return {key: raw[key] for key in ("shuffle",) if key in raw} | (
        {"choices": choices} if choices else {}
    )


# What each kind foresees.


def _of_choices(raw: Mapping[str, Any]) -> list[Option]:
    return [
        Option(_text(row.get("text")), row.get("key") is True, _text(row.get("feedback")))
        for row in _rows(raw.get("choices"))
    ]


def _of_verdicts(raw: Mapping[str, Any]) -> list[Option]:
    answer = raw.get("answer")
    answer = {True: "true", False: "false"}[answer] if isinstance(answer, bool) else answer
    told = raw.get("feedback")
    told = told if isinstance(told, Mapping) else {}
    return [
        Option(name, verdict == answer, _text(told.get(verdict)))
        for verdict, name in VERDICTS.items()
        if verdict != "unknown" or raw.get("unknown") or answer == "unknown"
    ]


def _of_texts(raw: Mapping[str, Any]) -> list[Option]:
    return [
        Option(_text(row.get("text")), row.get("fraction", 1) == 1, _text(row.get("feedback")))
        for row in _rows(raw.get("answers"))
    ]


def _of_numbers(raw: Mapping[str, Any]) -> list[Option]:
    return [
        Option(
            f"{row['value']:g}".replace(".", ","),
            row.get("fraction", 1) == 1,
            _text(row.get("feedback")),
        )
        for row in _rows(raw.get("answers"))
        if isinstance(row.get("value"), int | float)
    ]


_OPTIONS: Mapping[str, Callable[[Mapping[str, Any]], list[Option]]] = {
    "single_choice": _of_choices,
    "multiple_response": _of_choices,
    "true_false": _of_verdicts,
    "short_answer": _of_texts,
    "numeric": _of_numbers,
}


# What each kind makes of it.


def _told(option: Option) -> dict[str, Any]:
    return {"feedback": option.feedback} if option.feedback else {}


def _to_choices(options: list[Option]) -> dict[str, Any]:
    return {
        "choices": [
            {"text": one.text, **({"key": True} if one.key else {}), **_told(one)}
            for one in options
        ]
    }


def _to_one_choice(options: list[Option]) -> dict[str, Any]:
    first = next((one for one in options if one.key), None)
    return _to_choices([one._replace(key=one is first) for one in options])


def _to_texts(options: list[Option]) -> dict[str, Any]:
    """A wrong choice is worth keeping only as a mistake that has something said of it."""
    kept = [one for one in options if one.key or one.feedback]
    answers = [
        {"text": one.text, **({} if one.key else {"fraction": 0}), **_told(one)} for one in kept
    ]
    return {"answers": answers} if answers else {}


def _to_numbers(options: list[Option]) -> dict[str, Any]:
    answers = [
        {"value": float(number), **_told(one)}
        for one in options
        if one.key and (number := read_number(one.text)) is not None
    ]
    return {"answers": answers} if answers else {}


_CONTENT: Mapping[str, Callable[[list[Option]], dict[str, Any]]] = {
    "single_choice": _to_one_choice,
    "multiple_response": _to_choices,
    "short_answer": _to_texts,
    "numeric": _to_numbers,
}
