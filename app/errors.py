"""What can go wrong, in one tree.

RelireError
├── NotFound             it does not exist, or it is somebody else's: both look the same (404)
├── MalformedAnswer      an answer that no page of ours could have sent (400)
├── Refused              understood, and refused for a reason that the reader can act on (409)
│   ├── StaleAnswer      an older save met a newer answer; carries what is stored
│   ├── TimeIsUp         the save came after the deadline
│   ├── AlreadySubmitted the attempt is closed
│   └── NoMoreTries      training: the question is settled, or has no hint left
└── UnreadableFile       a file of which nothing can be read; carries its problems

Messages are written in French, marked with ``N_`` for extraction, and translated where they
are shown: in ``web`` and in ``cli``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "N_",
    "AlreadySubmitted",
    "MalformedAnswer",
    "Message",
    "NoMoreTries",
    "NotFound",
    "Problem",
    "Refused",
    "RelireError",
    "StaleAnswer",
    "TimeIsUp",
    "UnreadableFile",
]

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


def N_(text: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message for extraction; whoever shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to translate, and what to fill in afterwards."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a file: where it is, and how to mend it.

    ``path`` leads to the value inside the document, for instance ``("questions", 2, "prompt")``;
    the format that read the file turns it into ``line`` and ``column`` (both from 1), or into
    the ``cell`` of a sheet, such as ``B3``. ``excerpt`` is the offending text as it stands.
    """

    code: str
    message: Message
    severity: Severity = "error"
    hint: Message | None = None
    path: Path = ()
    file: str = ""
    line: int = 0
    column: int = 0
    cell: str = ""
    excerpt: str = ""


class RelireError(Exception):
    """Anything that Relire itself refuses or cannot find."""

    def __init__(self, text: str = "", **params: object) -> None:
        super().__init__(text)
        self.message = Message(text, params)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(RelireError):
    """It does not exist, or it belongs to somebody else."""


class MalformedAnswer(RelireError):
    """An answer of the wrong shape, or with ids that the question does not have."""


class Refused(RelireError):
    """Understood, and refused for a reason that the message gives."""


class StaleAnswer(Refused):
    """An older or equal save met a newer answer; ``stored`` and ``seq`` say which."""

    def __init__(self, stored: object, seq: int) -> None:
        super().__init__(N_("Une réponse plus récente est déjà enregistrée pour cette question."))
        self.stored = stored
        self.seq = seq


class TimeIsUp(Refused):
    """The deadline has passed; what was saved before it counts."""


class AlreadySubmitted(Refused):
    """The attempt is closed and its score is stored."""


class NoMoreTries(Refused):
    """In training, this question is settled or has nothing more to give."""


class UnreadableFile(RelireError):
    """Nothing can be read from the file; ``problems`` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems = problems
