"""What every file format shares: a file comes in, questions and problems come out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.quiz import Quiz
from app.errors import Problem
from app.questions.base import Question
from app.text.passage import Reading

__all__ = ["Beside", "Format", "ImportResult"]

Beside = Callable[[str], bytes | None]
"""Gives the content of a file named beside the one being read, or None if it is not there."""


@dataclass(kw_only=True)
class ImportResult:
    """What could be read of a file, and everything that could not.

    ``quiz`` is there when the file is a whole quiz without an error; ``questions`` holds those
    that could be read, whatever befell the others.
    """

    format: str
    quiz: Quiz | None = None
    questions: list[Question] = field(default_factory=list)
    reading: Reading = field(default_factory=lambda: Reading(()))
    problems: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep something out."""
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format: how to recognise it from its content, and how to read it."""

    name: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[bytes, str, Beside], ImportResult]
