"""The application as it is served, to be broken: its own processes, its own database."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app.extensions import db
from app.models.counts import list_counts, recount
from app.services import read
from tests.conftest import make_app

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("RELIRE_FAULTS") == "long"
"""`make faults` breaks more, and more often."""

PATIENCE = 30.0
STORED = text(
    "SELECT a.public_id, r.question_id, r.answer, r.seq FROM response r"
    " JOIN attempt a ON a.id = r.attempt_id"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    text: str
    headers: http.client.HTTPMessage

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Server:
    """gunicorn in a session of its own, so that all of it can be killed."""

    def __init__(self, instance: Path, log: Path, url: str = "", workers: int = 1) -> None:
        self.instance, self.log = instance, log
        self.database = url or f"sqlite:///{instance / 'relire.db'}"
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._url, self._workers = url, workers
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def start(self) -> None:
        """Start it if it does not run, and wait until it is ready."""
        if self._process and self._process.poll() is None:
            self.wait_until_ready()
            return
        ours = {name: value for name, value in os.environ.items() if not name.startswith("RELIRE")}
        env = ours | {
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(self._workers),
            "RELIRE_INSTANCE": str(self.instance),
            "RELIRE_DATABASE_URL": self._url,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/readyz").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Ask it to end; it finishes what it has begun."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE)
            self._process = None

    def kill(self) -> None:
        """End all of its processes, this instant."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self._process
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def reload(self) -> None:
        """Ask for new workers, as after an upgrade."""
        assert self._process
        self._process.send_signal(signal.SIGHUP)

    def ask(
        self, method: str, path: str, body: str = "", patience: float = PATIENCE, **headers: str
    ) -> Reply:
        """One request on a connection of its own."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            conn.request(method, path, body.encode(), named)
            answer = conn.getresponse()
            return Reply(answer.status, answer.read().decode(), answer.headers)
        finally:
            conn.close()

    def answers(self) -> dict[str, dict[str, tuple[int, Any]]]:
        """Attempt → question → (seq, answer), as the database has them."""
        engine = create_engine(self.database)
        found: dict[str, dict[str, tuple[int, Any]]] = {}
        with engine.connect() as conn:
            for attempt, question, answer, seq in conn.execute(STORED):
                found.setdefault(attempt, {})[question] = (seq, json.loads(answer))
        engine.dispose()
        return found

    def counts(self) -> tuple[dict[Any, int], dict[Any, int]]:
        """The counts as they are kept, and as they follow from the stored answers."""
        app = make_app(self.instance, self._url)
        with app.app_context():
            try:
                return read(list_counts), read(recount)
            finally:
                db.engine.dispose()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A server that is started, and whatever is left of it ended afterwards."""
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
