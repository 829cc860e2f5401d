"""How often one address may do what could be abused: guess a code, open attempts.

Only the views that are decorated pay for it. A school shares one address among many learners,
so limits on what learners normally do are wide. With Redis, all processes count together.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

__all__ = ["address", "form_field", "init_app", "limited"]

P = ParamSpec("P")
T = TypeVar("T")
Key = Callable[[], str | None]
"""Tells who is counted by a request; None where it does not count."""


def address() -> str:
    """The network address that asks."""
    return request.remote_addr or "?"


def form_field(name: str) -> Key:
    """What a form names: an account, say, whoever tries to open it from wherever."""

    def named() -> str | None:
        value = request.form.get(name, "").strip().casefold()[:255]
        return value or None

    return named


def limited(limits: str, by: Key = address) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Answer 429 past so many calls from one address (or ``by``): ``"10/minute;60/hour"``."""
    parsed = parse_many(limits)

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            limiter: FixedWindowRateLimiter = current_app.extensions["relire_limits"]
            who = by()
            if who is not None:
                # each is counted, also past the first that is full
                hits = [limiter.hit(limit, view.__name__, who) for limit in parsed]
                if not all(hits):
                    raise TooManyRequests
            return view(*args, **kwargs)

        return checked

    return decorate


def init_app(app: Flask) -> None:
    """Count in memory, or in Redis where it is configured."""
    storage = storage_from_string(app.config["RELIRE"].redis_url or "memory://")
    app.extensions["relire_limits"] = FixedWindowRateLimiter(storage)
