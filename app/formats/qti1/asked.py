"""An item being read into a question: what every type needs of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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


@dataclass
class Asked:
    """An item being read into a question."""

    desk: Desk
    item: Item
    at: Place
    kind: str
    """What the file calls the type of question."""
    category: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict)

    def line(self, html: str) -> str:
        """Some HTML as one line of text."""
        if html not in self._lines:
            marked = self.desk.intake.html(html, self.at, self.desk.files)
            self._lines[html] = " ".join(marked.text.split())
        return self._lines[html]

    @cached_property
    def paying(self) -> list[Condition]:
        """The conditions on the answer that add to the score."""
        return [
            one
            for one in self.item.conditions
            if not one.for_others and one.amount(self.maximum) > 0
        ]

    @cached_property
    def paid(self) -> list[tuple[Condition, Test]]:
        """Each test that must hold for a payment, with its condition."""
        return [
            (condition, test)
            for condition in self.paying
            for test, must in condition.test.leaves()
            if must
        ]

    @cached_property
    def keys(self) -> dict[str, int]:
        """Response → the option that is paid for there."""
        responses = {response.ident: response for response in self.item.responses}
        keys: dict[str, int] = {}
        for _, test in self.paid:
            response = responses.get(test.respident)
            if response is not None and response.ident not in keys:
                keys.update((response.ident, n) for n in meant(response, test)[:1])
        return keys

    @cached_property
    def speaking(self) -> list[tuple[Condition, list[str]]]:
        """The conditions that say something of one answer, with what they say."""
        found = (
            (condition, [ident for ident in condition.said if not generic(ident)])
            for condition in self.item.conditions
            if not condition.for_others
        )
        return [(condition, idents) for condition, idents in found if idents]

    def said(self, *idents: str) -> str:
        """What these feedbacks say, but for those of any right or wrong answer."""
        return joined(
            self.line(self.item.feedback.get(ident, "")) for ident in idents if not generic(ident)
        )

    @property
    def maximum(self) -> float:
        """What a right answer is paid in the file."""
        return self.item.maximum or 100.0

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report what cannot be carried."""
        self.desk.intake.lose(code, text, hint, at=self.at, **params)

    def lose_all_or_nothing(self) -> None:
        """Report that the file pays all or nothing, if one condition asks for several answers."""
        for condition in self.paying:
            tests = [test for test, must in condition.test.leaves() if must]
            ordered = "ordered" in self.item.responses[0].cardinality
            if len({test.respident for test in tests}) > 1 or (ordered and len(tests) > 1):
                self.lose(
                    "all-or-nothing",
                    N_("Tout ou rien dans le fichier : Relire donne une part des points."),
                )
                return

    def put(self, kind: str, more: Mapping[str, Any]) -> None:
        """Hand the question over."""
        self.desk.intake.question(kind, self.at, {**self.raw, **more}, category=self.category)


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
    values = frozenset(value for chosen in given.values() for value in chosen)
    return joined(
        asked.said(ident)
        for condition, idents in asked.speaking
        if condition.may_hold(values) and holds(condition.test, given)
        for ident in idents
    )
