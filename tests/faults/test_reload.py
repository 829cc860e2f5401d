"""A graceful reload while learners save: new processes, nothing lost, and no save refused."""

import time

from tests.faults.learners import answering, verify, wait_for_saves
from tests.faults.serving import LONG, PATIENCE, Server

LEARNERS = 16 if LONG else 6
TIMES = 12 if LONG else 2


def wait_for_new_workers(server: Server, former: set[int]) -> None:
    end = time.monotonic() + PATIENCE
    while former & set(server.workers()):
        assert time.monotonic() < end, "a process of before does not end"
        time.sleep(0.02)


def test_a_reload_under_load_loses_and_refuses_nothing(server: Server) -> None:
    with answering(server, LEARNERS) as learners:
        for _ in range(TIMES):
            former = set(server.workers())
            server.reload()
            wait_for_new_workers(server, former)
            wait_for_saves(learners, 3)
    assert [dict(learner.troubles) for learner in learners] == [{}] * LEARNERS
    verify(server, learners)
