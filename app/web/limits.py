"""How often one address may do what could be abused: guess a code, open attempts.

Only the views that are decorated pay for it. A school shares one address among many learners,
so limits on what learners normally do are wide. With Redis, all processes count together; while it
does not answer, each counts alone.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from threading import Timer
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from app.web.journal import tell

__all__ = ["address", "form_field", "init_app", "limited"]

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Key = Callable[[], str | None]
"""Tells who is counted by a request; None where it does not count."""

PATIENCE = 0.5
"""Seconds that Redis may take: nobody waits longer because of it."""


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
            who = by()
            if who is not None and not _hit(parsed, view.__name__, who):
                tell("too many requests")
                raise TooManyRequests
            return view(*args, **kwargs)

        return checked

    return decorate


def _hit(limits: list[RateLimitItem], name: str, who: str) -> bool:
    """Count one call, in each limit, also past the first that is full; False if one is."""
    shared, alone = current_app.extensions["relire_limits"]
    try:
        hits = [shared.hit(limit, name, who) for limit in limits]
    except StorageError as error:
        log.warning("Redis does not answer, so this process counts alone: %s", error.storage_error)
        hits = [alone.hit(limit, name, who) for limit in limits]
    return all(hits)


class Counters(MemoryStorage):
    """The library's, which forgets what is over once a minute.

    By itself it would start a thread for it within ten milliseconds of every call: for an opened
    attempt that is a tenth of the work, and more the more learners are counted.
    """

    SWEPT_EVERY = 60.0

    @property
    def timer(self) -> Timer:
        """Sweeps when its time has come; the next call starts another."""
        return self._timer

    @timer.setter
    def timer(self, timer: Timer) -> None:
        timer.interval = self.SWEPT_EVERY
        timer.function = partial(_sweep, timer.function)
        timer.daemon = True  # a server that stops does not wait for it
        self._timer = timer


def _sweep(sweep: Callable[[], object]) -> None:
    """What a call forgets in the very moment in which it is swept is gone: the next sweep goes on."""
    with suppress(KeyError):
        sweep()


def init_app(app: Flask) -> None:
    """Count in memory, or in Redis where it is configured."""
    alone = FixedWindowRateLimiter(Counters())
    shared, url = alone, app.config["RELIRE"].redis_url
    if url:
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        shared = FixedWindowRateLimiter(storage_from_string(url, wrap_exceptions=True, **patience))
    app.extensions["relire_limits"] = (shared, alone)
