"""kill -9, a stop and a reload while learners save."""

import os
import signal

from tests.faults.learners import answering, verify, wait_for_saves
from tests.faults.serving import LONG, Server

LEARNERS = 16 if LONG else 6
TIMES = 12 if LONG else 1


def kill_a_worker(server: Server) -> None:
    os.kill(server.workers()[0], signal.SIGKILL)


def kill_all(server: Server) -> None:
    server.kill()
    server.start()


def reload(server: Server) -> None:
    server.reload()


def stop(server: Server) -> None:
    server.stop()
    server.start()


def test_no_acknowledged_answer_is_lost(server: Server) -> None:
    with answering(server, LEARNERS) as learners:
        for end in (kill_a_worker, kill_all, reload, stop) * TIMES:
            end(server)
            wait_for_saves(learners, 3)
    verify(server, learners)
