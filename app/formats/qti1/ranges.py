"""Numbers that are accepted: conditions of values and bounds, as values and tolerances."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.formats.qti1.asked import Asked
from app.formats.qti1.scoring import Test, number

__all__ = ["read_numbers"]


def read_numbers(asked: Asked) -> list[dict[str, Any]]:
    """The numbers that are accepted, if a number is asked for."""
    ranged = ("varlt", "varlte", "vargt", "vargte")
    response = asked.item.responses[0]
    tests = [test for one in asked.paying for test, _ in one.test.leaves()]
    if not (
        "numeric" in asked.kind
        or response.number
        or response.kind == "response_num"
        or any(test.name in ranged for test in tests)
    ):
        return []
    answers: list[dict[str, Any]] = []
    best = max((one.amount(asked.maximum) for one in asked.paying), default=1.0)
    for condition in asked.paying:
        said = asked.said(*condition.said)
        for value, tolerance in _values(condition.test):
            answers.append(
                {
                    "value": float(value),
                    "tolerance": float(tolerance),
                    "fraction": round(condition.amount(asked.maximum) / best, 5),
                    "feedback": said,
                }
            )
    return answers


def _values(test: Test) -> list[tuple[Decimal, Decimal]]:
    """The numbers that pass a test: each value, and how far from it one may be."""
    found: list[tuple[Decimal, Decimal]] = []
    if test.name == "or":
        for part in test.parts:
            found += _values(part)
        # « 5, or from 4.9 to 5.1 » is one answer.
        near = [(value, spread) for value, spread in found if spread]
        return [
            (value, spread)
            for value, spread in dict.fromkeys(found)
            if spread or not any(abs(value - other) <= wide for other, wide in near)
        ]
    if test.name == "and":
        inside = [part for part in test.parts if part.name in ("and", "or")]
        for part in inside:
            found += _values(part)
        low = _bound(test.parts, ("vargt", "vargte"))
        high = _bound(test.parts, ("varlt", "varlte"))
        exact = _bound(test.parts, ("varequal",))
        if low is not None and high is not None and low <= high:
            found.append(((low + high) / 2, (high - low) / 2))
        elif exact is not None:
            found.append((exact, Decimal(0)))
        return found
    exact = _bound((test,), ("varequal",))
    return [] if exact is None else [(exact, Decimal(0))]


def _bound(tests: Iterable[Test], names: tuple[str, ...]) -> Decimal | None:
    for test in tests:
        if test.name in names and (value := number(test.value)) is not None:
            return value
    return None
