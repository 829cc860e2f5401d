"""What QTI 1.2 pays for: the conditions of an item, tried on an answer.

An item has no list of right answers, only conditions and what each one sets. To know what a
choice is worth, the conditions are run as if it had been chosen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.formats.xml import Element, children, first, local, text_of

__all__ = ["Condition", "Test", "holds", "number", "read_condition"]

Given = Mapping[str, frozenset[str]]
"""Response → what is chosen, or typed, there."""

_JOINED = {"conditionvar": "and", "and": "and", "or": "or", "not": "not"}
_BRIGHTSPACE = ("d2l_correct", "d2l_incorrect")
_TESTS = frozenset("varequal varsubset varinside varsubstring varlt varlte vargt vargte".split())


@dataclass(frozen=True, slots=True)
class Test:
    """One test of an answer, or several joined."""

    name: str
    respident: str = ""
    value: str = ""
    index: str = ""
    strict: bool = False
    """Whether capitals count."""
    parts: tuple["Test", ...] = ()

    def leaves(self, *, positive: bool = True) -> Iterator[tuple["Test", bool]]:
        """Every test in it, each with whether it must hold."""
        if self.name in _TESTS:
            yield self, positive
        for part in self.parts:
            yield from part.leaves(positive=positive != (self.name == "not"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of the answer, what it sets, and what is said if it holds."""

    test: Test
    sets: tuple[tuple[str, str, str], ...]
    """Variable, action and value."""
    said: tuple[str, ...]
    title: str
    goes_on: bool
    named: frozenset[str] | None = None
    """The values of which one must be given, where that can be told at once."""

    def may_hold(self, values: frozenset[str]) -> bool:
        """Whether it might, when these are chosen: a glance that spares most trials."""
        return not self.for_others and (self.named is None or not self.named.isdisjoint(values))

    @property
    def for_others(self) -> bool:
        """Whether it holds for any answer at all: it tests nothing."""
        return self.named == frozenset()

    def amount(self, maximum: float) -> float:
        """What it pays: more or less than 0, or 0 if nothing; all, if it only says « correct »."""
        scores = [one for one in self.sets if _is_score(one[0])]
        if not scores:
            right = self.title == "correct" or "correct" in self.said
            return maximum if right and not self.for_others and not self.sets else 0.0
        paid = 0.0
        for name, action, value in scores:
            worth = maximum if value.lower().endswith("max") else float(number(value) or 0)
            paid += -worth if action == "subtract" or name == "d2l_incorrect" else worth
        return paid

    @property
    def adds(self) -> bool:
        """Whether it adds to the score rather than setting it."""
        return any(action in ("add", "subtract") for _, action, _ in self.sets)


def _is_score(variable: str) -> bool:
    """Whether a variable holds a score: ``SCORE``, ``que_score``, ``FIBSCORE1``, or no name at all."""
    return not variable or "score" in variable or variable in _BRIGHTSPACE


def number(text: str) -> Decimal | None:
    """A number as programs write it; None if it is none, or none that can be meant."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 100 else None  # noqa: PLR2004


def read_condition(element: Element, named: Callable[[str], str]) -> Condition:
    """Read a ``respcondition``. ``named`` gives the ident of the response that a name stands for."""
    found = first(element, "conditionvar")
    test = _read_test(found, named) if found is not None else Test("and")
    leaves = list(test.leaves())
    plain = all(must and leaf.name == "varequal" for leaf, must in leaves)
    return Condition(
        test=test,
        sets=tuple(
            (
                (one.get("varname") or one.get("variablename") or "").lower(),
                (one.get("action") or "set").lower(),
                text_of(one),
            )
            for one in children(element, "setvar")
        ),
        said=tuple(one.get("linkrefid") or "" for one in children(element, "displayfeedback")),
        title=(element.get("title") or "").lower(),
        goes_on=(element.get("continue") or "").lower() == "yes",
        named=frozenset(leaf.value for leaf, _ in leaves) if plain else None,
    )


def _read_test(element: Element, named: Callable[[str], str]) -> Test:
    name = local(element)
    if name in _JOINED:
        return Test(_JOINED[name], parts=tuple(_read_test(child, named) for child in element))
    return Test(
        name,
        respident=named((element.get("respident") or "").strip()),
        value=text_of(element),
        index=(element.get("index") or "").strip(),
        strict=(element.get("case") or "").lower() == "yes",
    )


def holds(test: Test, given: Given) -> bool:
    """Whether an answer passes a test."""
    if test.name == "and":
        return all(holds(part, given) for part in test.parts)
    if test.name == "or":
        return any(holds(part, given) for part in test.parts)
    if test.name == "not":
        return not all(holds(part, given) for part in test.parts)
    answer = given.get(test.respident, frozenset())
    if test.name in ("varequal", "varinside"):
        return test.value in answer
    if test.name == "varsubset":
        return {one.strip() for one in test.value.split(",")} <= answer
    return test.name in ("other", "var_extension")
