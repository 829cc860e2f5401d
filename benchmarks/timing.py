"""How CPU time is taken: in blocks, because a machine changes its pace within seconds."""

import time
from collections.abc import Callable

Case = Callable[[], object]
BLOCK = 0.03
"""Seconds of CPU between two looks at the yardstick."""


def times_of(case: Case) -> int:
    """How often to run a case to fill a block."""
    return max(1, round(BLOCK / max(cost_of(case, 2), 1e-6)))


def cost_of(case: Case, times: int) -> float:
    """Seconds of CPU of one run."""
    began = time.process_time()
    for _ in range(times):
        case()
    return (time.process_time() - began) / times
