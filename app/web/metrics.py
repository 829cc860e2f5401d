"""Counters for Prometheus: what was asked, what was saved, and how long it took.

They stand in memory that gunicorn's processes share, because the application is made before they
are forked. Each process writes in a block of its own, so nobody waits, and any of them can tell the
sum. A block is never emptied: the next process to take it counts on.
"""

import mmap
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from threading import Lock

from flask import Flask, Response, current_app, g, request

__all__ = ["Counters", "exposition", "init_app", "use_block"]

BLOCKS = 64
"""Processes that can count at once."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: up to how long a save took."""

OUTCOMES = ("saved", "refused", "failed")
SAVES = frozenset({"taking.save", "taking.save_one"})
IMPORTS = frozenset({"drafting.upload", "drafting.add_files"})

_block = 0


def use_block(number: int) -> None:
    """Say which block this process writes in; gunicorn's ``post_fork`` does."""
    global _block  # noqa: PLW0603 (there is one process)
    _block = number % BLOCKS


class Counters:
    """Named numbers that only grow, summed over all processes."""

    def __init__(self, names: Iterable[str]) -> None:
        self.places = {name: place for place, name in enumerate(names)}
        self._size = len(self.places)
        self._cells = memoryview(mmap.mmap(-1, BLOCKS * self._size * 8)).cast("d")
        self._lock = Lock()

    def add(self, *steps: tuple[str, float]) -> None:
        """Let counters grow, all at once."""
        start = _block * self._size
        with self._lock:
            for name, step in steps:
                self._cells[start + self.places[name]] += step

    def totals(self) -> Iterator[tuple[str, float]]:
        """Every counter and its sum, in the order of their names."""
        for name, place in self.places.items():
            yield name, sum(self._cells[place :: self._size])


def _outcome(status: int) -> str:
    if status < 400:  # noqa: PLR2004
        return "saved"
    return "refused" if status < 500 else "failed"  # noqa: PLR2004


def _asked(part: str, status: int) -> str:
    return f'relire_requests_total{{part="{part}",status="{status}xx"}}'


def _names(parts: Iterable[str]) -> Iterator[str]:
    for part in sorted(parts):
        for status in range(1, 6):
            yield _asked(part, status)
    for outcome in OUTCOMES:
        yield f'relire_saves_total{{outcome="{outcome}"}}'
    for bound in (*map(str, BUCKETS), "+Inf"):
        yield f'relire_save_seconds_bucket{{le="{bound}"}}'
    yield "relire_save_seconds_sum"
    for outcome in OUTCOMES:
        yield f'relire_imports_total{{outcome="{outcome}"}}'


_BOUNDS = [f'relire_save_seconds_bucket{{le="{bound}"}}' for bound in (*BUCKETS, "+Inf")]

HELP = {
    "relire_requests_total": ("counter", "Requests, by part of the site and class of status."),
    "relire_saves_total": ("counter", "Saves of learners: one answer, or a whole form."),
    "relire_save_seconds": ("histogram", "How long a save of one answer took."),
    "relire_imports_total": ("counter", "Uploads of teachers' files."),
    "relire_attempts_open": ("gauge", "Attempts that were begun and not submitted."),
}


def count(response: Response) -> Response:
    """Count an answer."""
    counters: Counters = current_app.extensions["relire_metrics"]
    endpoint, status = request.endpoint or "", response.status_code
    part = endpoint.partition(".")[0]
    asked = _asked(part, status // 100)
    steps = [(asked if asked in counters.places else _asked("other", status // 100), 1.0)]
    if endpoint in SAVES and request.method != "GET":
        steps.append((f'relire_saves_total{{outcome="{_outcome(status)}"}}', 1.0))
        if endpoint == "taking.save_one":
            took = time.perf_counter() - g.started
            steps.append((_BOUNDS[bisect_left(BUCKETS, took)], 1.0))
            steps.append(("relire_save_seconds_sum", took))
    elif endpoint in IMPORTS and request.method == "POST":
        steps.append((f'relire_imports_total{{outcome="{_outcome(status)}"}}', 1.0))
    counters.add(*steps)
    return response


def exposition(counters: Counters, attempts_open: int) -> str:
    """All of it in Prometheus's text format."""
    lines: list[str] = []
    told, below = "", 0.0
    for name, total in [*counters.totals(), ("relire_attempts_open", attempts_open)]:
        family = name.partition("{")[0].removesuffix("_bucket").removesuffix("_sum")
        if family != told:
            kind, text = HELP[family]
            lines += [f"# HELP {family} {text}", f"# TYPE {family} {kind}"]
            told = family
        value = total
        if "_bucket{" in name:  # each tells those below, too
            below += total
            value = below
        lines.append(f"{name} {value:.12g}")
        if name.endswith("_sum"):
            lines.append(f"{family}_count {below:.12g}")
    return "\n".join(lines) + "\n"


def init_app(app: Flask) -> None:
    """Count every answer of the parts that are there by now."""
    parts = {*app.blueprints, "other"}
    app.extensions["relire_metrics"] = Counters(_names(parts))
    app.after_request(count)
