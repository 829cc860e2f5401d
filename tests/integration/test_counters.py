"""Calls are counted in memory without work that grows with them, and what is over is forgotten."""

from time import sleep

import pytest

from app.web.limits import Counters


def test_calls_start_no_thread_each() -> None:
    counters = Counters()
    seen = {counters.timer}
    for n in range(5):
        sleep(0.03)
        assert counters.incr("ana", 60) == n + 1
        seen.add(counters.timer)
    assert len(seen) == 1
    counters.timer.cancel()


def test_what_is_over_is_forgotten_by_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counters, "SWEPT_EVERY", 0.05)
    counters = Counters()
    counters.incr("ana", 0.01)
    counters.incr("blaise", 60)
    counters.timer.join(10)
    assert set(counters.storage) == {"blaise"}
    assert counters.incr("blaise", 60) == 2, "and another sweep is begun"
    assert counters.timer.is_alive()
    counters.timer.join(10)


def test_what_a_call_forgets_while_it_is_swept_breaks_nothing() -> None:
    class Fleeting(dict[str, float]):
        """As if a call had forgotten each of them in the moment in which it is looked at."""

        def __getitem__(self, key: str) -> float:
            del self[key]
            return super().__getitem__(key)

    counters = Counters()
    counters.expirations = Fleeting(ana=0.0)
    counters.timer.function()
    assert not counters.expirations
    counters.timer.cancel()


def test_a_server_that_stops_does_not_wait_for_a_sweep() -> None:
    counters = Counters()
    assert counters.timer.daemon
    counters.timer.cancel()
