"""The numbers of a GIFT file."""

import re
from decimal import Decimal, InvalidOperation

__all__ = ["value_and_tolerance"]

_APART = re.compile(r"\d\s+(?!\s|\d{3}(?!\d))")
"""Two numbers, or a number and words; « 1 000 » is one number."""


def value_and_tolerance(text: str) -> tuple[Decimal, Decimal] | None:
    """A value and its tolerance, from ``v``, ``v:t`` or ``a..b``; None if these are no numbers.

    A comma is read as French writes it: « 3,14 ».
    """
    low, between, high = text.partition("..")
    value, _, tolerance = text.partition(":")
    if between:
        first, second = _number(low), _number(high)
        if first is None or second is None:
            return None
        return (first + second) / 2, abs(second - first) / 2
    centre = _number(value)
    margin = _number(tolerance) if tolerance.strip() else Decimal(0)
    return None if centre is None or margin is None else (centre, abs(margin))


def _number(text: str) -> Decimal | None:
    if _APART.search(text.strip()):
        return None
    compact = "".join(text.split()).replace("−", "-").replace(",", ".")
    if not re.fullmatch(
        r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?", compact
    ):
        return None
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None
