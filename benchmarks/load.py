"""How many saves a real server takes, on loopback, from learners who never rest."""

import json
import os
import re
import selectors
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.costs import database

ROOT = Path(__file__).parent.parent
QUIZ = "/quizzes/ia-chine-comprehension-b1"
LEVELS = (1, 8, 32, 200)


@dataclass(slots=True)
class Served:
    """A server under way, and the seconds to its first page."""

    port: int
    pid: int
    wall: float = 0.0

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]

    def memory(self) -> float:
        """MiB of the largest of its processes, shared pages counted in proportion."""
        return max(_memory(pid) for pid in [self.pid, *self.workers()])


@contextmanager
def serving(instance: Path, url: str, workers: int) -> Iterator[Served]:
    """Start gunicorn as an operator does, once all is set up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",  # only the first start compiles
        "RELIRE_INSTANCE": str(instance),
        "RELIRE_DATABASE_URL": url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
    subprocess.run(flask, cwd=ROOT, env=env, check=True, capture_output=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    began = time.perf_counter()
    with subprocess.Popen(
        gunicorn, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not _answers(f"http://127.0.0.1:{port}{QUIZ}"):
                assert process.poll() is None, "the server stopped"
                time.sleep(0.005)
            yield Served(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(20)


def start_up(times: int = 3) -> dict[str, float]:
    """Seconds from the command to the first page, CPU of it, and MiB of a process."""
    walls, spent, memory = [], [], 0.0
    for _ in range(times):
        with TemporaryDirectory() as folder:
            with serving(Path(folder), "", 1):
                pass  # the first time compiles
            with serving(Path(folder), "", 1) as server:
                walls.append(server.wall)
                memory = max(memory, server.memory())
                spent.append(_cpu(server.pid) + sum(map(_cpu, server.workers())))
    return {"first answer, s": min(walls), "of CPU, s": min(spent), "process, MiB": memory}


def rates(kind: str, seconds: float, levels: tuple[int, ...] = LEVELS) -> dict[str, Any]:
    """Learners at once → saves a second, and milliseconds that they waited."""
    workers = 1 if kind == "sqlite" else 2
    with (
        TemporaryDirectory() as folder,
        database(kind) as url,
        serving(Path(folder), url, workers) as server,
    ):
        learners = [Saver(server.port) for _ in range(max(levels))]
        found = {str(level): _load(learners[:level], server, seconds) for level in levels}
        memory = server.memory()
    return {"workers": workers, "levels": found, "process, MiB": memory}


class Saver:
    """A learner who sends the next save as soon as the last one is acknowledged."""

    def __init__(self, port: int) -> None:
        conn = HTTPConnection("127.0.0.1", port, timeout=30)
        conn.request("GET", QUIZ)
        reply = conn.getresponse()
        csrf = re.findall(r'name="csrf_token" value="([^"]+)"', reply.read().decode())[0]
        cookie = reply.headers["Set-Cookie"].split(";")[0]
        form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        conn.request("POST", f"{QUIZ}/attempts", f"csrf_token={csrf}&mode=exam", form)
        reply = conn.getresponse()
        reply.read()
        assert reply.status == 303
        given = [one.split(";")[0] for one in reply.headers.get_all("Set-Cookie") or ()]
        jar = dict(one.split("=", 1) for one in [cookie, *given])
        attempt = reply.headers["Location"]
        conn.request("GET", attempt, headers={"Cookie": "; ".join(map("=".join, jar.items()))})
        page = conn.getresponse().read().decode()
        question = re.findall(r'data-question="([^"]+)" data-shape="text"', page)[0]
        self.answer = re.findall(rf'name="q.{question}" value="([^"]*)"', page)[0] or "réponse"
        conn.close()
        self.port, self.seq, self.sent, self.got = port, 0, 0.0, b""
        self._head = (
            f"PUT {attempt}/responses/{question} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {'; '.join(f'{n}={v}' for n, v in jar.items())}\r\nX-CSRFToken: {csrf}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )

    def connect(self) -> socket.socket:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        return self.socket

    def send(self) -> None:
        self.seq += 1
        body = json.dumps({"answer": self.answer, "seq": self.seq})
        self.sent, self.got = time.perf_counter(), b""
        self.socket.sendall(f"{self._head}{len(body)}\r\n\r\n{body}".encode())

    def receive(self) -> bool:
        """Read what came; whether the answer is whole. It must say that the save is kept."""
        self.got += self.socket.recv(65536)
        assert self.got, "the server hung up"
        head, _, body = self.got.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if not length or len(body) < int(length[1]):
            return False
        assert head.startswith(b"HTTP/1.1 200"), self.got
        return True


def _load(learners: list[Saver], server: Served, seconds: float) -> dict[str, float]:
    waits: list[float] = []
    ready = selectors.DefaultSelector()
    for learner in learners:
        ready.register(learner.connect(), selectors.EVENT_READ, learner)
        learner.send()
    busy = _cpu(server.pid) + sum(map(_cpu, server.workers()))
    began = time.perf_counter()
    under_way = len(learners)
    while under_way:
        for key, _ in ready.select(timeout=30):
            learner: Saver = key.data
            if not learner.receive():
                continue
            now = time.perf_counter()
            waits.append(now - learner.sent)
            if now - began < seconds:
                learner.send()
            else:
                under_way -= 1
                ready.unregister(learner.socket)
                learner.socket.close()
    wall = time.perf_counter() - began
    busy = _cpu(server.pid) + sum(map(_cpu, server.workers())) - busy
    return {
        "saves a second": len(waits) / wall,
        "median, ms": median(waits) * 1000,
        "99 of 100, ms": quantiles(waits, n=100)[98] * 1000,
        "longest, ms": max(waits) * 1000,
        "CPU a save, ms": busy / len(waits) * 1000,
    }


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (loopback)
            return bool(answer.status == 200)
    except OSError:
        return False


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
