"""Relire as a school serves it: gunicorn in its own process, on a database of its own."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


def wait_until(true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Look again and again, for what no page can tell: the state of the server."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.03)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and a look into its database."""

    url: str
    instance: Path

    @property
    def log(self) -> Path:
        """What it says, errors included."""
        return self.instance / "server.log"

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Read its database."""
        with closing(sqlite3.connect(self.instance / "relire.db", timeout=5)) as conn:
            return conn.execute(question, values).fetchall()

    def tell(self, order: str, *values: object) -> None:
        """Change its database behind its back."""
        with closing(sqlite3.connect(self.instance / "relire.db", timeout=5)) as conn, conn:
            conn.execute(order, values)

    def answers(self, attempt: str) -> dict[str, Any]:
        """What it has stored of an attempt: question → answer."""
        rows = self.ask(
            "SELECT question_id, answer FROM response WHERE attempt_id ="
            " (SELECT id FROM attempt WHERE public_id = ?)",
            attempt,
        )
        return {question: json.loads(answer) for question, answer in rows}

    def wait_for(self, attempt: str, question: str, answer: object) -> None:
        """Until it has stored this answer."""
        wait_until(
            lambda: self.answers(attempt).get(question) == answer,
            f"{question} is {answer!r} on the server",
        )

    def leave_time(self, attempt: str, left: timedelta) -> None:
        """Move an attempt's deadline to so long from now."""
        deadline = (datetime.now(UTC) + left).replace(tzinfo=None).isoformat(sep=" ")
        self.tell("UPDATE attempt SET deadline = ? WHERE public_id = ?", deadline, attempt)


@contextmanager
def running_server(instance: Path) -> Iterator[Server]:
    """Start gunicorn on a free port, and stop it afterwards."""
    settings = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    log = instance / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", "127.0.0.1:0"],
            cwd=ROOT,
            env={**settings, "RELIRE_INSTANCE": str(instance)},
            stdout=said,
            stderr=said,
        )
    try:
        listening = re.compile(r"Listening at: (http://\S+)")
        wait_until(
            lambda: process.poll() is not None or listening.search(log.read_text()),
            "gunicorn listens",
        )
        address = listening.search(log.read_text())
        assert process.poll() is None, log.read_text()
        assert address
        yield Server(address[1], instance)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _is_setting(name: str) -> bool:
    """Whoever runs the tests may have settings of their own."""
    return name.startswith("RELIRE_") or name in {"PORT", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"}
