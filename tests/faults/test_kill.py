"""kill -9 while learners save: every acknowledged answer is there after the restart."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresCluster

ROOT = Path(__file__).parent.parent.parent
QUIZ = "/quizzes/ia-chine-comprehension-b1"
LEARNERS = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The application as it is served, to be killed."""

    def __init__(self, instance: Path, url: str) -> None:
        self.port = free_port()
        self.env = {
            **os.environ,
            "PORT": str(self.port),
            "RELIRE_INSTANCE": str(instance),
            "RELIRE_DATABASE_URL": url,
        }
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
        subprocess.run(flask, cwd=ROOT, env=self.env, check=True, capture_output=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def ask(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            conn.request(
                method, path, body, {name.replace("_", "-"): v for name, v in headers.items()}
            )
            answer = conn.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            conn.close()


class Learner(threading.Thread):
    """Saves one answer after another, and remembers the last one acknowledged."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server, self.acknowledged, self.stop = server, 0, threading.Event()
        _, page, headers = server.ask("GET", QUIZ)
        session = headers["Set-Cookie"].split(";")[0]
        csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        form = f"csrf_token={csrf}&mode=exam"
        status, _, headers = server.ask(
            "POST",
            f"{QUIZ}/attempts",
            form,
            Cookie=session,
            Content_Type="application/x-www-form-urlencoded",
        )
        assert status == 303
        token = next(c for c in headers.get_all("Set-Cookie") or () if "relire_learner" in c)
        self.cookie, self.csrf = f"{session}; {token.split(';')[0]}", csrf
        self.attempt = headers["Location"]

    def run(self) -> None:
        for seq in range(1, 100_000):
            if self.stop.is_set():
                return
            body = json.dumps({"answer": f"réponse {seq}", "seq": seq})
            try:
                status, _, _ = self.server.ask(
                    "PUT",
                    f"{self.attempt}/responses/premiere-question",
                    body.encode().decode("latin-1"),
                    Cookie=self.cookie,
                    X_CSRFToken=self.csrf,
                    Content_Type="application/json",
                )
            except (OSError, http.client.HTTPException):
                return
            if status == 200:
                self.acknowledged = seq

    def stored(self) -> int:
        _, page, _ = self.server.ask("GET", self.attempt, Cookie=self.cookie)
        found = re.search(r'value="réponse (\d+)"', page)
        return int(found.group(1)) if found else 0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    if request.param == "sqlite":
        yield Server(tmp_path, "")
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    with cluster.database() as url:
        yield Server(tmp_path, url)


def test_no_acknowledged_answer_is_lost(server: Server) -> None:
    server.start()
    learners = [Learner(server) for _ in range(LEARNERS)]
    for round_ in range(2):
        if round_:
            learners = [Learner(server) for _ in range(LEARNERS)]
        for learner in learners:
            learner.start()
        time.sleep(1)
        server.kill()
        for learner in learners:
            learner.join(10)
        server.start()
        for learner in learners:
            assert learner.acknowledged > 0, "it was saving when the server died"
            assert learner.stored() in (learner.acknowledged, learner.acknowledged + 1)
    server.kill()
