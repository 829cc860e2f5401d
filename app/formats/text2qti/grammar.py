"""The elements of a text2qti file, told apart by the first characters of their first line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["CHOICES", "RESPONSES", "Part", "parts"]

_KINDS: dict[str, str] = {
    "quiz_title": r"[Qq]uiz [Tt]itle:",
    "quiz_description": r"[Qq]uiz [Dd]escription:",
    "text_title": r"[Tt]ext [Tt]itle:",
    "text": r"[Tt]ext:",
    "title": r"[Tt]itle:",
    "points": r"[Pp]oints:",
    "group": r"GROUP\s*$",
    "end_group": r"END_GROUP\s*$",
    "pick": r"(?:[Ss]olutions )?[Pp]ick:",
    "group_points": r"[Pp]oints per question:",
    "option": r"(?:[Ss]huffle answers|[Ss]how correct answers|[Oo]ne question at a time|[Cc]an't go back"
    r"|[Ff]eedback is solution|[Ss]olutions sample groups|[Ss]olutions randomize groups):",
    "key": r"\*[a-zA-Z]\)",
    "choice": r"[a-zA-Z]\)",
    "ticked": r"\[\*\]",
    "unticked": r"\[ ?\]",
    "feedback": r"\.\.\.",
    "right": r"\+",
    "wrong": r"-",
    "solution": r"!",
    "essay": r"___+\s*$",
    "upload": r"\^\^\^+\s*$",
    "number": r"=",
    "typed": r"\*",
    "question": r"\d{1,6}\.",
    "code": r"```+.*$",
}
_BEGINNING = re.compile("|".join(rf"(?P<{name}>{mark})" for name, mark in _KINDS.items()))
ALONE = frozenset({"group", "end_group", "essay", "upload", "code"})
CHOICES = ("key", "choice", "ticked", "unticked")
RESPONSES = (*CHOICES, "essay", "upload", "number", "typed")


@dataclass
class Part:
    """One element of the file: its kind, its text, and where it starts."""

    kind: str
    line: int
    lines: list[str]
    marked: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def parts(text: str) -> Iterator[Part]:
    """The elements of a file in order, comments left out.

    A line that belongs to none is a part of kind ``stray``; one that goes on without being
    indented belongs to the last element, after a part of kind ``unindented`` that tells so.
    """
    part: Part | None = None
    for n, line in _spoken(text):
        if not line or line[0] == " ":
            if part is not None:
                part.lines.append(line)
            elif line:
                yield Part("stray", n, [line])
            continue
        found = _begins(line, n)
        if found is None:
            if part is None or part.kind in ALONE:
                yield Part("stray", n, [line])
            else:
                yield Part("unindented", n, [line])
                part.lines.append(line)
            continue
        if part is not None:
            yield part
        part = found
    if part is not None:
        yield part


def _spoken(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without comments and programs; blank ones are empty."""
    until = ""
    for n, line in enumerate(text.expandtabs(4).split("\n"), 1):
        if until:
            until = "" if line.rstrip() == until else until
        elif line.rstrip() == "COMMENT":
            until = "END_COMMENT"
        elif line.startswith("```"):
            until = "```"
            yield n, "```"
        elif not line.startswith("%"):
            yield n, line.rstrip()


def _begins(line: str, n: int) -> Part | None:
    """The element that a line begins, if it begins one."""
    found = _BEGINNING.match(line)
    if found is None or found.lastgroup is None:
        return None
    rest = line[found.end() :]
    if found.lastgroup in ALONE:
        return Part(found.lastgroup, n, [], found[0])
    return Part(found.lastgroup, n, [rest], found[0]) if rest[:1] in ("", " ") else None
