"""Many requests at once: nothing acknowledged is lost, nothing is counted twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models.counts import list_counts, recount
from app.services import read
from tests.integration.pages import put, start, submit


def together(jobs: list[Callable[[], int]]) -> list[int]:
    """Run jobs at the same moment; their answers."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], int]) -> int:
        gate.wait(10)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def posting(client: FlaskClient, address: str, **data: str) -> Callable[[], int]:
    """A job that sends a form."""
    return lambda: client.post(address, data=data).status_code


def saving(client: FlaskClient, attempt: str, answer: str, seq: int) -> Callable[[], int]:
    """A job that saves an answer."""
    return lambda: put(client, attempt, "mot", answer, seq).status_code


def twin(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another tab of the same browser."""
    other = app.test_client()
    cookie = client.get_cookie("relire_learner")
    assert cookie
    other.set_cookie("relire_learner", cookie.value)
    return other


def test_of_equal_saves_at_once_one_is_acknowledged(app: Flask, client: FlaskClient) -> None:
    attempt = start(client)
    tabs = [twin(app, client) for _ in range(8)]
    for seq in range(1, 6):
        codes = together([saving(tab, attempt, f"mot{n}", seq) for n, tab in enumerate(tabs)])
        assert sorted(codes) == [200] + [409] * 7


def test_a_save_that_races_a_submit_is_counted_or_refused(app: Flask) -> None:
    for _ in range(12):
        client = app.test_client()
        attempt = start(client)
        tab = twin(app, client)
        saved, _ = together(
            [saving(client, attempt, "ruche", 1), posting(tab, f"{attempt}/submit")]
        )
        described = client.get("/me/results.json").json["attempts"][0]  # type: ignore[index]
        assert saved in (200, 409)
        assert described["points"] == (1 if saved == 200 else 0)


def test_submits_at_once_count_once(app: Flask, client: FlaskClient) -> None:
    attempt = start(client)
    together([posting(twin(app, client), f"{attempt}/submit") for _ in range(6)])
    assert set(read(list_counts).values()) == {1}


def test_learners_who_submit_at_once_are_all_counted(app: Flask) -> None:
    clients = [app.test_client() for _ in range(8)]
    codes = together([posting(client, f"{start(client)}/submit") for client in clients])
    assert set(codes) == {303}
    counts = read(list_counts)
    assert set(counts.values()) == {8}
    assert counts == read(recount)


def test_starts_at_once_open_one_attempt(app: Flask, client: FlaskClient) -> None:
    start(client)
    address = "/quizzes/ia-chine-comprehension-b1/attempts"
    codes = together([posting(twin(app, client), address, mode="exam") for _ in range(6)])
    assert set(codes) == {303}
    with db.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM attempt").scalar() == 2


def test_an_erasure_that_races_a_submit_leaves_the_counts_right(app: Flask) -> None:
    for _ in range(10):
        client = app.test_client()
        attempt = start(client)
        put(client, attempt, "mot", "ruche", 1)
        together([posting(client, "/me/erase"), posting(twin(app, client), f"{attempt}/submit")])
        assert read(list_counts) == read(recount) == {}


def test_saves_of_many_learners_at_once_are_all_kept(app: Flask) -> None:
    clients = [app.test_client() for _ in range(10)]
    attempts = [start(client) for client in clients]

    def answering(client: FlaskClient, attempt: str) -> Callable[[], int]:
        codes = (put(client, attempt, "mot", f"mot {n}", n).status_code for n in range(1, 11))
        return lambda: sum(code == 200 for code in codes)

    kept = together(
        [answering(client, attempt) for client, attempt in zip(clients, attempts, strict=True)]
    )
    assert kept == [10] * 10
    for client, attempt in zip(clients, attempts, strict=True):
        assert 'value="mot 10"' in client.get(attempt).text
        submit(client, attempt)
