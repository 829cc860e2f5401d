"""JSON that anybody may have sent: each object with its place, and nothing taken on trust."""

import json
import re
from bisect import bisect
from collections.abc import Iterator
from typing import Any

__all__ = ["Written", "dig", "flag", "items", "parse", "place_of", "string"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Written(dict[str, Any]):
    """An object as it was written: with its line and column, both from 1."""

    line = 0
    column = 0


def parse(text: str) -> Any:
    """The value of a document. Raises ValueError or RecursionError.

    A decoder tells of each object when it closes; a scan of the braces tells where it began.
    """
    lines = [-1, *(found.start() for found in re.finditer("\n", text))]
    begins = _beginnings(text)

    def placed(pairs: list[tuple[str, Any]]) -> Written:
        written = Written(pairs)
        offset = next(begins, 0)
        written.line = bisect(lines, offset - 1)
        written.column = offset - lines[written.line - 1]
        return written

    return json.loads(text, object_pairs_hook=placed)


def _beginnings(text: str) -> Iterator[int]:
    """Where each object begins, in the order in which they end."""
    still_open: list[int] = []
    for token in _TOKEN.finditer(text):
        if token.group() == "{":
            still_open.append(token.start())
        elif token.group() == "}" and still_open:
            yield still_open.pop()


def place_of(value: object) -> tuple[int, int]:
    """The line and column of an object; zeros for anything else."""
    return (value.line, value.column) if isinstance(value, Written) else (0, 0)


def dig(value: Any, *path: str) -> Any:
    """What is found down a path of keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def string(value: Any, *path: str) -> str:
    """The text down a path of keys; a number as it is written; else nothing."""
    found = dig(value, *path)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return repr(found)
    return _SURROGATES.sub("", found) if isinstance(found, str) else ""


def items(value: Any, *path: str) -> list[Any]:
    """The list down a path of keys; else an empty one."""
    found = dig(value, *path)
    return found if isinstance(found, list) else []


def flag(value: Any, *path: str, default: bool) -> bool:
    """The yes or no down a path of keys: old files write it as a text."""
    found = dig(value, *path)
    if isinstance(found, str) and found.strip().lower() in ("true", "false"):
        return found.strip().lower() == "true"
    return found if isinstance(found, bool) else default
