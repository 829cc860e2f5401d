"""The counts behind statistics follow every history of attempts exactly."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attempt import Pace
from app.errors import RelireError
from app.models.counts import list_counts, recount
from app.questions.base import Mode
from app.services import progress, read, run, taking
from tests.factories import histories
from tests.integration.pages import EXAMPLE

ANSWERS = {
    "mot": ["ruche", "ruches", "miel"],
    "nombre": ["3", "trois", "4"],
    "arrivee": [{"verdict": "true"}, {"verdict": "false", "sentence": "p1s2"}],
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.integers(0, 2), st.sampled_from(["exam", "training"])),
        st.tuples(
            st.just("save"), st.integers(0, 2), st.sampled_from(list(ANSWERS)), st.integers(0, 2)
        ),
        st.tuples(st.just("submit"), st.integers(0, 2)),
        st.tuples(st.just("erase"), st.integers(0, 2)),
    ),
    max_size=25,
)


class School:
    """Three learners, each with a current attempt."""

    def __init__(self) -> None:
        self.tokens: dict[int, str] = {}
        self.attempts: dict[int, str] = {}
        self.seq = 0

    def step(self, kind: str, who: int, *more: Any) -> None:
        now, token, attempt = datetime.now(UTC), self.tokens.get(who), self.attempts.get(who, "?")
        if kind == "start":
            mode: Mode = more[0]
            pace: Pace = "none"
            started = run(taking.start_attempt, token, EXAMPLE, mode, pace, now)
            self.tokens[who] = started.token or self.tokens[who]
            self.attempts[who] = started.attempt_id
        elif kind == "save":
            self.seq += 1
            answers = ANSWERS[more[0]]
            answer = answers[more[1] % len(answers)]
            run(taking.save_answer, token, attempt, more[0], answer, self.seq, now)
        elif kind == "submit":
            run(taking.submit_attempt, token, attempt, now)
        else:
            run(progress.erase_learner, token)
            self.tokens.pop(who, None)


@pytest.mark.parametrize("examples", [40])
def test_counts_equal_a_recount_from_scratch(app: Flask, examples: int) -> None:
    @histories(examples)
    @given(STEPS)
    def any_history(steps: list[tuple[Any, ...]]) -> None:
        school = School()
        for step in steps:
            try:
                school.step(*step)
            except RelireError:
                continue  # no attempt yet, or it is closed: refused, and nothing changes
        kept = read(list_counts)
        assert kept == read(recount)
        assert all(n > 0 for n in kept.values())

    assert app
    any_history()
