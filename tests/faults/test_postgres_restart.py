"""PostgreSQL restarted while learners save: in good order, and as good as a crash."""

import time

from app.extensions import PAUSE
from tests.faults.learners import answering, verify, wait_for_saves
from tests.faults.serving import LONG, Server
from tests.support.postgres import PostgresCluster, StopMode

LEARNERS = 16 if LONG else 6
TIMES = 6 if LONG else 1


def test_no_acknowledged_answer_is_lost_and_the_page_says_so(
    postgres_server: Server, cluster: PostgresCluster
) -> None:
    modes: tuple[StopMode, ...] = ("fast", "immediate")
    with answering(postgres_server, LEARNERS) as learners:
        for mode in modes * TIMES:
            cluster.restart(mode)
            wait_for_saves(learners, 3)
    for said in {said for learner in learners for said in learner.troubles}:
        assert said.startswith("Cet envoi n’est pas enregistré.")
    verify(postgres_server, learners)


def test_after_a_pause_nobody_notices_a_restart(
    postgres_server: Server, cluster: PostgresCluster
) -> None:
    with answering(postgres_server, 2) as learners:
        pass
    time.sleep(PAUSE)
    cluster.restart()
    for learner in learners:
        assert learner.get(learner.attempt).status == 200
    verify(postgres_server, learners)
