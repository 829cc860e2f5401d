"""CPU of each use, and as a ratio to a raw WSGI insert measured at the same moment."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from app import create_app
from app.config import Settings
from app.extensions import db
from app.services import library, run
from benchmarks.sizes import SIZES, at_size
from benchmarks.timing import Case, cost_of, times_of
from benchmarks.wsgi import QUIZ, Browser, raw_app, whole_attempt
from tests.factories import example_quiz

YARDSTICK, CALIBRATION = "raw insert", "calibration"


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database; empty for SQLite's default."""
    if kind == "sqlite":
        yield ""
        return
    from tests.support.postgres import running_cluster  # noqa: PLC0415

    with running_cluster() as cluster, cluster.database() as url:
        yield url


def calibration() -> None:
    """Plain Python, always the same: what one core of this machine is worth."""
    found: dict[int, int] = {}
    for n in range(100_000):
        found[n & 1023] = found.get(n & 1023, 0) + n


def costs(kind: str, rounds: int, sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """What is used costs: milliseconds of CPU, ratios, statements; and pages over many attempts."""
    with TemporaryDirectory() as name, database(kind) as url:
        folder = Path(name)
        app = create_app(Settings.load(instance=folder / "app", database_url=url))
        app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
        with app.app_context():
            run(library.add_quiz, example_quiz(), datetime.now(UTC))
        raw = Browser(raw_app(folder, url))
        body = json.dumps({"answer": "c0207aa0", "seq": 1}).encode()
        cases = use_cases(app.wsgi_app)
        gc.collect()
        gc.freeze()  # as a process that serves does: gunicorn.conf.py
        unit, found = measure(cases, lambda: raw.ask("PUT", "/raw", body), rounds)
        with app.app_context():
            engine = db.engine
        loop = found.pop(CALIBRATION)["ms"]
        for case, figures in found.items():
            figures["statements"] = _statements(engine, cases[case])
        grown = {str(size): at_size(app, size, rounds) for size in sizes}
        engine.dispose()
        gc.unfreeze()
    return {"raw, ms": unit, "calibration, ms": loop, "costs": found, "at size": grown}


def use_cases(app: Any) -> dict[str, Case]:
    """Name → one use, of a learner with one attempt under way and one done."""
    browser = Browser(app)
    done = browser.start()
    browser.post(f"{done}/submit", {})
    attempt = browser.start()
    numbers = count(1)
    cases: dict[str, Case] = {
        "autosave": lambda: browser.save(attempt, "mot", "ruche", next(numbers)),
        "home": lambda: browser.get("/"),
        "quiz page": lambda: browser.get(QUIZ),
        "attempt page": lambda: browser.get(attempt),
        "attempt page, gzipped": lambda: browser.get(attempt, HTTP_ACCEPT_ENCODING="gzip"),
        "check page": lambda: browser.get(f"{attempt}/check"),
        "results page": lambda: browser.get(f"{done}/results"),
        "my results": lambda: browser.get("/me"),
        "whole attempt": lambda: whole_attempt(app),
    }
    for case in cases.values():  # what a process keeps after the first time
        case()
        case()
    return cases


def measure(
    cases: dict[str, Case], yardstick: Case, rounds: int
) -> tuple[float, dict[str, dict[str, float]]]:
    """Milliseconds of the yardstick; case → CPU milliseconds, and ratio to it.

    All are the least of the rounds, each of which looks at everything: what is more comes from other
    programs on the machine, as the documentation of ``timeit`` explains.
    """
    looked_at = {YARDSTICK: yardstick, CALIBRATION: calibration, **cases}
    times = {name: times_of(case) for name, case in looked_at.items()}
    least = dict.fromkeys(looked_at, inf)
    for _ in range(rounds):
        for name, case in looked_at.items():
            least[name] = min(least[name], cost_of(case, times[name]))
    unit = least.pop(YARDSTICK)
    return unit * 1000, {
        name: {"ms": cost * 1000, "ratio": cost / unit} for name, cost in least.items()
    }


def _statements(engine: Engine, case: Case) -> int:
    """SQL statements of one use, without transaction control."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    case()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
