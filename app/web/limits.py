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

__all__ = ["init_app", "limited"]

P = ParamSpec("P")
T = TypeVar("T")


def limited(limits: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Answer 429 past so many calls from one address: ``"10/minute;60/hour"``."""
    parsed = parse_many(limits)

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            limiter: FixedWindowRateLimiter = current_app.extensions["relire_limits"]
            address = request.remote_addr or "?"
            hits = [limiter.hit(limit, view.__name__, address) for limit in parsed]
            if not all(hits):  # each is counted, also past the first that is full
                raise TooManyRequests
            return view(*args, **kwargs)

        return checked

    return decorate


def init_app(app: Flask) -> None:
    """Count in memory, or in Redis where it is configured."""
    storage = storage_from_string(app.config["RELIRE"].redis_url or "memory://")
    app.extensions["relire_limits"] = FixedWindowRateLimiter(storage)
