"""Learners who answer all the time, and remember what they were told was saved.

They do as the page's script does: a save that is not acknowledged is sent again, with the same
number, after a growing delay.
"""

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.serving import PATIENCE, Reply, Server

QUIZ = "/quizzes/marche-de-noel-b1"
ANSWERS = {"mot": ("ruche", "miel", "abeille"), "nombre": ("3", "4", "5")}
"""Question → what is answered; the first is right, and earns one point."""


class Learner(threading.Thread):
    """One browser, with one attempt."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.acknowledged: dict[str, tuple[int, str]] = {}
        """Question → (seq, answer): the last that the server said it has."""
        self.saves = 0
        self.troubles: Counter[str] = Counter()
        """What the server said when it did not save; « nobody » where it said nothing."""
        self.given_up: str = ""
        self.ended = threading.Event()
        """Set to let it finish the answer that is under way, and rest."""
        self._start_attempt()

    def _start_attempt(self) -> None:
        page = self.server.ask("GET", QUIZ)
        self.csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
        self.cookie = page.headers["Set-Cookie"].split(";")[0]
        started = self.post(f"{QUIZ}/attempts", mode="exam")
        assert started.status == 303, started.text
        jar = dict(
            one.split(";")[0].split("=", 1) for one in started.headers.get_all("Set-Cookie") or ()
        )
        name, _, value = self.cookie.partition("=")
        self.cookie = "; ".join(f"{n}={v}" for n, v in ({name: value} | jar).items())
        self.attempt = str(started.headers["Location"])
        self.public_id = self.attempt.rpartition("/")[2]

    def get(self, path: str) -> Reply:
        return self.server.ask("GET", path, Cookie=self.cookie)

    def post(self, path: str, **fields: str) -> Reply:
        body = "&".join(f"{name}={value}" for name, value in fields.items())
        return self.server.ask(
            "POST",
            path,
            f"csrf_token={self.csrf}&{body}",
            Cookie=self.cookie,
            Content_Type="application/x-www-form-urlencoded",
        )

    def put(self, question: str, answer: str, seq: int) -> Reply:
        return self.server.ask(
            "PUT",
            f"{self.attempt}/responses/{question}",
            json.dumps({"answer": answer, "seq": seq}),
            Cookie=self.cookie,
            X_CSRFToken=self.csrf,
            Content_Type="application/json",
        )

    def save(self, question: str, answer: str) -> bool:
        """Save an answer, again and again until the server has it; False if it never will."""
        seq = self.acknowledged.get(question, (0, ""))[0] + 1
        pause, end = 0.05, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                reply = self.put(question, answer, seq)
            except (OSError, http.client.HTTPException):
                self.troubles["nobody"] += 1
            else:
                told = reply.json
                # Told « too old » of the very answer that was sent: only its echo had been lost.
                known = reply.status == 409 and told.get("answer") == answer
                if reply.status == 200 or (known and told["seq"] == seq):
                    self.acknowledged[question] = (seq, answer)
                    self.saves += 1
                    return True
                self.troubles[told["message"]] += 1
                if reply.status < 500:
                    self.given_up = told["message"]
                    return False
            time.sleep(pause)
            pause = min(2 * pause, 1)
        self.given_up = "out of patience"
        return False

    def run(self) -> None:
        chance = random.Random(self.public_id)  # noqa: S311 (answers are no secret)
        while not self.ended.is_set():
            question = chance.choice([*ANSWERS])
            if not self.save(question, chance.choice(ANSWERS[question])):
                return

    @property
    def points(self) -> int:
        """What the acknowledged answers are worth."""
        right = {question: answers[0] for question, answers in ANSWERS.items()}
        return sum(answer == right[one] for one, (_, answer) in self.acknowledged.items())


@contextmanager
def answering(server: Server, number: int) -> Iterator[list[Learner]]:
    """Learners who answer while the server is being broken; then they rest."""
    learners = [Learner(server) for _ in range(number)]
    for learner in learners:
        learner.start()
    try:
        wait_for_saves(learners, 2)
        yield learners
        wait_for_saves(learners, 2)
    finally:
        for learner in learners:
            learner.ended.set()
        for learner in learners:
            learner.join(2 * PATIENCE)


def wait_for_saves(learners: list[Learner], more: int) -> None:
    """Until each has saved so many more answers."""
    wanted = [learner.saves + more for learner in learners]
    end = time.monotonic() + PATIENCE
    while any(one.saves < goal for one, goal in zip(learners, wanted, strict=True)):
        gone = [learner.given_up for learner in learners if learner.given_up]
        assert not gone, gone
        assert time.monotonic() < end, "the learners are stuck"
        time.sleep(0.02)


def verify(server: Server, learners: list[Learner]) -> None:
    """Every acknowledged answer is there, none twice, and the score is what they give."""
    assert not [learner.given_up for learner in learners if learner.given_up]
    stored = server.answers()
    before = sum(server.counts()[0].values())
    for learner in learners:
        assert learner.saves > 0
        assert stored[learner.public_id] == learner.acknowledged
    for learner in learners:
        for _ in range(2):
            assert learner.post(f"{learner.attempt}/submit").status == 303
        assert learner.get(f"{learner.attempt}/results").status == 200
        (described,) = learner.get("/me/results.json").json["attempts"]
        assert described["points"] == learner.points
    kept, reckoned = server.counts()
    assert kept == reckoned
    items = {cell[3] for cell in kept}
    assert sum(kept.values()) - before == len(learners) * len(items)
