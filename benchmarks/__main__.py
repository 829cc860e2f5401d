"""Costs as ratios: each use of the app beside a raw WSGI insert, in the same run.

CPU time of this process, the median of interleaved rounds. Absolute times drift from machine
to machine and from hour to hour, ratios much less.
"""

import argparse
import contextlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from werkzeug.test import Client

ROOT = Path(__file__).parent.parent
BUDGETS = {
    "sqlite": {"autosave": 10.0, "attempt page": 8.0},
    "postgresql": {"autosave": 7.0, "attempt page": 10.0},
}
RAW = "raw insert"
EXAM = "/quizzes/ia-chine-comprehension-b1"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def call(app: Wsgi, environ: dict[str, Any], body: bytes = b"") -> tuple[str, bytes]:
    """One request, straight into the application."""
    status: list[str] = []
    environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    result = app(environ, lambda line, _headers, _exc=None: status.append(line))
    content = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    return status[0], content


def raw_app(folder: Path, url: str) -> Wsgi:
    """The yardstick: parse a small JSON body, insert a row, commit, answer."""
    insert: Callable[[str, str], None]
    if url:
        import psycopg  # noqa: PLC0415

        conn = psycopg.connect(url.replace("+psycopg", ""))
        conn.execute("CREATE TABLE IF NOT EXISTS raw (question text, answer text)")
        conn.commit()

        def insert(question: str, answer: str) -> None:
            conn.execute("INSERT INTO raw VALUES (%s, %s)", (question, answer))
            conn.commit()
    else:
        base = sqlite3.connect(folder / "raw.db", isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE raw (question text, answer text)")

        def insert(question: str, answer: str) -> None:
            base.execute("BEGIN IMMEDIATE")
            base.execute("INSERT INTO raw VALUES (?, ?)", (question, answer))
            base.execute("COMMIT")

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        sent = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        insert(environ["PATH_INFO"], sent["answer"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"seq": 1}']

    return app


def environ_of(client: Client, path: str, method: str = "GET", **extra: str) -> dict[str, Any]:
    """A request's environment, with the cookies of a client."""
    cookies = "; ".join(
        f"{cookie.key}={cookie.value}"
        for name in ("relire_session", "relire_learner")
        if (cookie := client.get_cookie(name))
    )
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookies,
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **extra,
    }


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def start(client: Client) -> tuple[str, str]:
    """Start an exam as a browser does: its address, and the page's CSRF token."""
    csrf = token(client.get(EXAM).text)
    answer = client.post(f"{EXAM}/attempts", data={"csrf_token": csrf, "mode": "exam"})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"], csrf


def use_cases(app: Any, client: Client) -> dict[str, Callable[[], None]]:
    """Name → one use."""
    done, csrf = start(client)
    client.post(f"{done}/submit", data={"csrf_token": csrf})
    attempt, csrf = start(client)
    seq = iter(range(1, 10**9))
    question = re.findall(r'data-question="([^"]+)" data-shape="text"', client.get(attempt).text)[0]
    value = re.findall(rf'name="q.{question}" value="([^"]+)"', client.get(attempt).text)[0]
    put = environ_of(
        client,
        f"{attempt}/responses/{question}",
        "PUT",
        CONTENT_TYPE="application/json",
        HTTP_X_CSRFTOKEN=csrf,
    )
    gets = {
        name: environ_of(client, path)
        for name, path in {
            "home": "/",
            "quiz page": EXAM,
            "attempt page": attempt,
            "check page": f"{attempt}/check",
            "results page": f"{done}/results",
            "my results": "/me",
        }.items()
    }
    gets["attempt page, gzipped"] = {**gets["attempt page"], "HTTP_ACCEPT_ENCODING": "gzip"}

    def autosave() -> None:
        body = json.dumps({"answer": value, "seq": next(seq)}).encode()
        status, content = call(app, put, body)
        assert status == "200 OK", (status, content)

    def getter(environ: dict[str, Any]) -> Callable[[], None]:
        def get() -> None:
            status, _ = call(app, environ)
            assert status == "200 OK", status

        return get

    return {"autosave": autosave, **{name: getter(environ) for name, environ in gets.items()}}


def measure(
    cases: dict[str, Callable[[], None]], rounds: int, times: int
) -> tuple[float, dict[str, float]]:
    """CPU seconds of a raw insert, and what each case costs in such inserts.

    Each round measures every case beside the raw insert of the same round; the median of the
    rounds is what stays when the machine is disturbed.
    """
    units: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        costs = {name: _cost(case, times) for name, case in cases.items()}
        units.append(costs[RAW])
        for name, cost in costs.items():
            ratios[name].append(cost / costs[RAW])
    return median(units), {name: median(found) for name, found in ratios.items()}


def _cost(case: Callable[[], None], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        case()
    return (time.process_time() - began) / times


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database; empty for SQLite's default."""
    if kind == "sqlite":
        yield ""
        return
    from tests.support.postgres import running_cluster  # noqa: PLC0415

    with running_cluster() as cluster, cluster.database() as url:
        yield url


def bench(kind: str, rounds: int, times: int) -> dict[str, Any]:
    """Costs on one database, in ratios to the raw insert."""
    from app import create_app  # noqa: PLC0415
    from app.config import Settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name, database(kind) as url:
        folder = Path(name)
        app = create_app(Settings.load(instance=folder / "app", database_url=url))
        app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
        raw = raw_app(folder, url)
        body = json.dumps({"answer": "c0207aa0", "seq": 1}).encode()
        plain = environ_of(Client(raw), "/raw")
        cases = {RAW: lambda: _discard(call(raw, plain, body))}
        cases.update(use_cases(app.wsgi_app, Client(app)))
        for case in cases.values():
            case()
        unit, ratios = measure(cases, rounds, times)
    return {"unit_us": unit * 1e6, "ratios": ratios}


def _discard(_: object) -> None:
    pass


def start_up() -> dict[str, float]:
    """Seconds from the command to the first page, and memory (MiB) after it, of a real server."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "RELIRE_INSTANCE": folder, "PORT": "8765", "RELIRE_SETUP": "1"}
        first, _ = _serve(env)
        again, memory = _serve(env)
    return {"first_s": first, "again_s": again, "worker_mib": memory}


def _serve(env: dict[str, str]) -> tuple[float, float]:
    """Start the server as `make run` does; seconds to its first page, and the worker's MiB."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    began = time.perf_counter()
    with subprocess.Popen(
        gunicorn, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not _answers("http://127.0.0.1:8765" + EXAM):
                assert server.poll() is None, "the server stopped"
                time.sleep(0.01)
            return time.perf_counter() - began, max(map(_memory, _family(server.pid)))
        finally:
            server.terminate()
            server.wait(10)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (loopback)
            return bool(answer.status == 200)
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children] or [pid]


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--database", choices=BUDGETS, action="append", help="one only")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="for a program")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for kind in options.database or BUDGETS:
        found[kind] = bench(kind, options.rounds, options.times)
    found["start"] = start_up()
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for kind in options.database or BUDGETS:
        print(
            f"\n{kind}: cost of one use, in raw WSGI inserts ({found[kind]['unit_us']:.0f} µs here)"
        )
        for name, ratio in found[kind]["ratios"].items():
            budget = BUDGETS[kind].get(name)
            said = (
                f"   budget {budget:g}: {'kept' if ratio <= budget else 'EXCEEDED'}"
                if budget
                else ""
            )
            print(f"  {name:<24}{ratio:6.1f}{said}")
    began = found["start"]
    print(
        f"\nfirst page, set-up included: {began['first_s']:.1f} s on an empty folder, "
        f"{began['again_s']:.1f} s when nothing changed · memory of the worker "
        f"{began['worker_mib']:.0f} MiB"
    )


if __name__ == "__main__":
    main()
