"""An item being read into a question: what every type needs of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import N_
from app.formats.base import Intake, Place
from app.formats.qti1.items import Item, Response
from app.formats.qti1.scoring import Condition, Test, holds

__all__ = [
    "Asked",
    "Desk",
    "general_feedback",
    "generic",
    "joined",
    "key_of",
    "meant",
    "own_feedback",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where items become questions: the intake, and the images of the package."""

    intake: Intake
    files: Callable[[str], bytes | None]
    file: str
    stimuli: frozenset[str] = frozenset()
    """Idents of texts that questions refer to."""

    def at(self, item: Item) -> Place:
        """Where an item stands."""
        return Place(self.file, item.line, 1 if item.line else 0)


@dataclass(slots=True)
class Asked:
    """An item being read into a question."""

    desk: Desk
    item: Item
    at: Place
    kind: str
    """What the file calls the type of question."""
    category: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    def line(self, html: str) -> str:
        """Some HTML as one line of text."""
        return " ".join(self.desk.intake.html(html, self.at, self.desk.files).text.split())

    def named(self, respident: str) -> str:
        """The ident of the response that a condition speaks of."""
        response = self.item.answered(respident)
        return response.ident if response else respident

    def paying(self) -> list[Condition]:
        """The conditions on the answer that add to the score."""
        return [
            one
            for one in self.item.conditions
            if not one.for_others and one.amount(self.maximum) > 0
        ]

    @property
    def maximum(self) -> float:
        """What a right answer is paid in the file."""
        return self.item.maximum or 100.0

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report what cannot be carried."""
        self.desk.intake.lose(code, text, hint, at=self.at, **params)

    def lose_all_or_nothing(self) -> None:
        """Report that the file pays all or nothing, if one condition asks for several answers."""
        for condition in self.paying():
            tests = [test for test, must in condition.test.leaves() if must]
            ordered = "ordered" in self.item.responses[0].cardinality
            if len({self.named(test.respident) for test in tests}) > 1 or (
                ordered and len(tests) > 1
            ):
                self.lose(
                    "all-or-nothing",
                    N_("Tout ou rien dans le fichier : Relire donne une part des points."),
                )
                return

    def put(self, kind: str, more: Mapping[str, Any]) -> None:
        """Hand the question over."""
        self.desk.intake.question(kind, self.at, {**self.raw, **more}, category=self.category)


def key_of(asked: Asked, response: Response) -> int:
    """The option that is paid for in one of several responses; -1 if none is."""
    for condition in asked.paying():
        for test, must in condition.test.leaves():
            if must and asked.named(test.respident) == response.ident:
                for n in meant(response, test):
                    return n
    return -1


def meant(response: Response, test: Test) -> list[int]:
    """The options that a test names."""
    return [
        n
        for n, option in enumerate(response.options)
        if option.ident in (test.value, *(one.strip() for one in test.value.split(",")))
    ]


def generic(ident: str) -> str:
    """Whether a feedback is for any right or wrong answer, or for all, by how programs name it."""
    name = ident.lower()
    if "incorrect" in name or "wrong" in name:
        return "wrong"
    if "correct" in name or name == "right":
        return "right"
    return "all" if name.startswith("general") else ""


def general_feedback(asked: Asked) -> dict[str, str]:
    """What is said of any right and any wrong answer."""
    said: dict[str, list[str]] = {"right": [], "wrong": []}
    own = {
        ident
        for condition in asked.item.conditions
        if not condition.for_others
        for ident in condition.said
    }
    for ident, html in asked.item.feedback.items():
        which = generic(ident) or ("" if ident in own else "all")
        for name, told in said.items():
            if which in (name, "all"):
                told.append(asked.line(html))
    said["wrong"] += [asked.line(html) for html in asked.item.solutions]
    return {name: joined(told) for name, told in said.items()}


def joined(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))


def own_feedback(asked: Asked, given: Mapping[str, frozenset[str]]) -> str:
    """What is said of this very answer."""
    said = [
        ident
        for condition in asked.item.conditions
        if condition.said and not condition.for_others and holds(condition.test, given, asked.named)
        for ident in condition.said
        if not generic(ident)
    ]
    return joined(asked.line(asked.item.feedback.get(ident, "")) for ident in said)
