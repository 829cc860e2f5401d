"""CPU of each use, and as a ratio to a raw WSGI insert measured at the same moment."""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from app import create_app
from app.config import Settings
from app.extensions import db
from app.services import library, run
from benchmarks.wsgi import QUIZ, Browser, raw_app, whole_attempt
from tests.factories import example_quiz

Case = Callable[[], object]
BLOCK = 0.03
"""Seconds of CPU between two looks at the yardstick: a machine changes its pace within seconds."""
SIZES = (1_000, 10_000, 100_000)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database; empty for SQLite's default."""
    if kind == "sqlite":
        yield ""
        return
    from tests.support.postgres import running_cluster  # noqa: PLC0415

    with running_cluster() as cluster, cluster.database() as url:
        yield url


def calibration() -> float:
    """Milliseconds of a fixed loop of plain Python: what one core of this machine is worth."""

    def loop() -> None:
        found: dict[int, int] = {}
        for n in range(100_000):
            found[n & 1023] = found.get(n & 1023, 0) + n

    return median(_cost(loop, 3) for _ in range(9)) * 1000


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
        for case, figures in found.items():
            figures["statements"] = _statements(engine, cases[case])
        grown = {str(size): _at_size(app, size, rounds) for size in sizes}
        engine.dispose()
        gc.unfreeze()
    return {"raw, ms": unit, "costs": found, "at size": grown}


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

    All are the median of the rounds. Each round looks at a case between two looks at the yardstick.
    """
    times = {name: _times(case) for name, case in cases.items()}
    often = _times(yardstick)
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    units: list[float] = []
    for _ in range(rounds):
        before = _cost(yardstick, often)
        units.append(before)
        for name, case in cases.items():
            cost = _cost(case, times[name])
            after = _cost(yardstick, often)
            seen[name].append((cost, 2 * cost / (before + after)))
            before = after
    return median(units) * 1000, {
        name: {
            "ms": median(cost for cost, _ in looks) * 1000,
            "ratio": median(ratio for _, ratio in looks),
        }
        for name, looks in seen.items()
    }


def _times(case: Case) -> int:
    """How often to run a case to fill a block."""
    return max(1, round(BLOCK / max(_cost(case, 2), 1e-6)))


def _cost(case: Case, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        case()
    return (time.process_time() - began) / times


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


# Pages over many attempts. A page that grows with them belongs in this table: name → (what it
# costs is measured for) one who asks for it when so many attempts of one quiz are done.
PAGES: dict[str, Callable[[Browser, str], Case]] = {
    "results page": lambda browser, done: lambda: browser.get(f"{done}/results"),
    "my results": lambda browser, _done: lambda: browser.get("/me"),
    "submit": lambda browser, _done: lambda: browser.post(f"{browser.start()}/submit", {}),
}


def _at_size(app: Flask, size: int, rounds: int) -> dict[str, float]:
    """Page → CPU milliseconds of this process once so many attempts are done."""
    browser = Browser(app.wsgi_app)
    done = browser.start()
    browser.post(f"{done}/submit", {})
    with app.app_context():
        run(_multiply, done.rpartition("/")[2], size)
    found = {}
    for name, make in PAGES.items():
        page = make(browser, done)
        page()
        times = _times(page)
        found[name] = median(_cost(page, times) for _ in range(max(3, rounds // 3))) * 1000
    return found


def _multiply(conn: Connection, public_id: str, size: int) -> None:
    """As many attempts as asked for, each like this one, by learners of their own."""
    there = conn.execute(text("SELECT count(*) FROM attempt")).scalar_one()
    learner = conn.execute(text("SELECT max(id) FROM learner")).scalar_one() + 1
    attempt = conn.execute(text("SELECT max(id) FROM attempt")).scalar_one() + 1
    given = {"of": public_id, "learner": learner, "attempt": attempt, "more": size - there}
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :more)"
    own = {
        "learner": {"id": ":learner + i", "recovery_hash": "NULL"},
        "attempt": {
            "id": ":attempt + i",
            "public_id": "'copy-' || (:attempt + i)",
            "learner_id": ":learner + i",
        },
        "response": {"attempt_id": ":attempt + i"},
    }
    rows = {
        "learner": "learner o JOIN attempt a ON a.learner_id = o.id",
        "attempt": "attempt o JOIN attempt a ON a.id = o.id",
        "response": "response o JOIN attempt a ON a.id = o.attempt_id",
    }
    for table, instead in own.items():
        columns = [column.name for column in db.metadata.tables[table].columns]
        values = ", ".join(instead.get(column, f'o."{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        insert = (
            f"INSERT INTO {table} ({names}) {numbers}"  # noqa: S608 (names of tables)
            f" SELECT {values} FROM n, {rows[table]} WHERE a.public_id = :of"
        )
        conn.execute(text(insert), {key: given[key] for key in given if f":{key}" in insert})
        if conn.dialect.name == "postgresql" and "id" in columns:  # it counts only what it numbered
            last = f"(SELECT max(id) FROM {table})"  # noqa: S608
            conn.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    conn.execute(text("ANALYZE"))
