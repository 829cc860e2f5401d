"""What learners, teachers and clocks do to an attempt at the wrong moment, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.domain.attempt import GRACE
from app.extensions import db
from app.formats.native import read_path
from app.models import content
from app.models.counts import list_counts, recount
from app.services import library, read, run
from tests.conftest import make_app
from tests.factories import EXAMPLE as EXAMPLE_FILE
from tests.faults.serving import LONG
from tests.integration.pages import EXAMPLE, fields, put, start, submit
from tests.integration.test_concurrency import posting, saving, together, twin

TIMES = 100 if LONG else 5
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIME_IS_UP = "Le temps est écoulé."


def points(client: FlaskClient) -> list[float]:
    """The score of each attempt, the newest first."""
    described: list[dict[str, Any]] = client.get("/me/results.json").json["attempts"]  # type: ignore[index]
    return [one["points"] or 0 for one in described]


def counted() -> int:
    """Attempts in the counts; they are what a recount gives."""
    counts = read(list_counts)
    assert counts == read(recount)
    return sum(n for cell, n in counts.items() if cell[3] == "mot")


# The clock


def test_a_clock_set_back_loses_nothing(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    with time_machine.travel(NOW):
        page = client.get(f"/quizzes/{EXAMPLE}").text
        csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"mode": "exam", "csrf_token": csrf}
        attempt = client.post(f"/quizzes/{EXAMPLE}/attempts", data=data).headers["Location"]
        client.get(attempt)

    def save(answer: str, seq: int) -> int:
        return client.put(
            f"{attempt}/responses/mot",
            json={"answer": answer, "seq": seq},
            headers={"X-CSRFToken": csrf},
        ).status_code

    with time_machine.travel(NOW):
        assert save("miel", 1) == 200
    for back in (timedelta(seconds=3), timedelta(hours=2), timedelta(days=30)):
        with time_machine.travel(NOW - back):
            assert save("miel", 1) == 409
            assert save("abeille", 2) in (200, 409)
            assert 'value="abeille"' in client.get(attempt).text
    with time_machine.travel(NOW - timedelta(hours=1)):
        assert save("ruche", 3) == 200
        assert client.post(f"{attempt}/submit", data={"csrf_token": csrf}).status_code == 303
        assert client.get(f"{attempt}/results").status_code == 200
        assert points(client) == [1]
        assert client.get("/me").status_code == 200
    assert counted() == 1


def test_a_clock_set_forward_closes_what_is_over_and_counts_what_was_saved(
    client: FlaskClient,
) -> None:
    with time_machine.travel(NOW):
        attempt = start(client)
        assert put(client, attempt, "mot", "ruche", 1).status_code == 200
    with time_machine.travel(NOW + timedelta(hours=1)):
        late = put(client, attempt, "nombre", "3", 1)
        assert late.status_code == 409
        assert TIME_IS_UP in late.json["message"]
        assert TIME_IS_UP in client.get(attempt, follow_redirects=True).text
    with time_machine.travel(NOW):  # and back again
        assert put(client, attempt, "nombre", "3", 2).status_code == 409
        assert points(client) == [1]
    assert counted() == 1


# Time that runs out


def test_a_save_in_flight_when_time_runs_out_is_kept_and_a_later_one_refused(
    client: FlaskClient,
) -> None:
    deadline = NOW + timedelta(minutes=20)
    moment = timedelta(milliseconds=1)
    with time_machine.travel(NOW, tick=False):
        attempt = start(client)
    with time_machine.travel(deadline + GRACE, tick=False):
        assert put(client, attempt, "mot", "ruche", 1).status_code == 200
    with time_machine.travel(deadline + GRACE + moment, tick=False):
        refused = put(client, attempt, "mot", "miel", 2)
        assert refused.status_code == 409
        assert TIME_IS_UP in refused.json["message"]
        assert "celle-ci est arrivée après" in refused.json["message"]
        form = client.post(attempt, data={"q.nombre": "3", "s.nombre": "0"}, follow_redirects=True)
        assert TIME_IS_UP in form.text
        assert points(client) == [1]
    assert counted() == 1


def test_saves_that_race_the_end_of_time_are_counted_or_refused(app: Flask) -> None:
    end = NOW + timedelta(minutes=20) + GRACE
    for _ in range(TIMES):
        client = app.test_client()
        with time_machine.travel(NOW, tick=False):
            attempt = start(client)
        tabs = [twin(app, client) for _ in range(2)]
        with time_machine.travel(end - timedelta(milliseconds=15)):
            saves = [saving(client, attempt, "ruche", 1), posting(tabs[0], f"{attempt}/submit")]
            saved, submitted = together([*saves, opening(tabs[1], attempt)])[:2]
        assert saved in (200, 409)
        assert submitted == 303
        assert points(client) == [1 if saved == 200 else 0]
    assert counted() == TIMES


def opening(client: FlaskClient, attempt: str) -> Callable[[], int]:
    """A job that opens the page, and closes the attempt if its time is over."""
    return lambda: client.get(attempt).status_code


# Twice, and out of order


def test_a_double_submit_is_one_result(app: Flask, client: FlaskClient) -> None:
    for number in range(1, TIMES + 1):
        attempt = start(client)
        put(client, attempt, "mot", "ruche", 1)
        codes = together([posting(twin(app, client), f"{attempt}/submit") for _ in range(4)])
        assert codes == [303] * 4
        assert points(client) == [1] * number
        late = put(client, attempt, "mot", "miel", 2)
        assert (late.status_code, late.json["message"]) == (409, "Cet essai est déjà terminé.")
    assert counted() == TIMES


def test_saves_of_two_tabs_that_arrive_out_of_order_keep_the_newest(
    app: Flask, client: FlaskClient
) -> None:
    attempt = start(client)
    tab = twin(app, client)
    assert put(client, attempt, "mot", "ruche", 7).status_code == 200
    for late in (3, 6, 7):
        refused = put(tab, attempt, "mot", "miel", late)
        assert refused.status_code == 409
        assert refused.json["answer"] == "ruche"
        assert refused.json["seq"] == 7
    submit(client, attempt)
    assert points(client) == [1]


def test_a_save_sent_twice_is_one_answer(app: Flask, client: FlaskClient) -> None:
    attempt = start(client)
    codes = together([saving(twin(app, client), attempt, "ruche", 1) for _ in range(6)])
    assert sorted(codes) == [200] + [409] * 5
    again = put(client, attempt, "mot", "ruche", 1)
    assert (again.json["answer"], again.json["seq"]) == (
        "ruche",
        1,
    )  # so the script knows it is kept
    submit(client, attempt)
    assert points(client) == [1]


def test_a_form_of_an_old_page_shows_both_answers(app: Flask, client: FlaskClient) -> None:
    attempt = start(client)
    old = dict(fields(client.get(attempt).text))
    put(twin(app, client), attempt, "mot", "ruche", 1)
    answer = client.post(attempt, data=old | {"q.mot": "miel", "q.nombre": "3"})
    assert answer.status_code == 409
    assert "1 réponse n’est pas enregistrée" in answer.text
    assert 'value="miel"' in answer.text
    assert "ruche" in answer.text
    submit(client, attempt)
    assert points(client) == [2]  # the other answer of the form was saved


# What others change


def test_a_quiz_edited_during_an_attempt_changes_nothing_of_it(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    publish(tmp_path, '- { text: "ruche" }', '- { text: "miel" }')
    assert put(client, attempt, "nombre", "3", 1).status_code == 200
    newcomer = app.test_client()
    newer = start(newcomer)
    put(newcomer, newer, "mot", "ruche", 1)
    submit(client, attempt)
    submit(newcomer, newer)
    assert points(client) == [2]
    assert points(newcomer) == [0]
    assert counted() == 2


def publish(folder: Path, before: str, after: str) -> None:
    """The example, as its author has just changed it."""
    changed = folder / EXAMPLE_FILE.name
    changed.write_text(EXAMPLE_FILE.read_text().replace(before, after))
    quiz = read_path(changed).quiz
    assert quiz
    run(library.add_quiz, quiz, datetime.now(UTC))


def test_a_quiz_withdrawn_during_an_attempt_lets_it_end(app: Flask, client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    run(withdraw)
    assert app.test_client().get(f"/quizzes/{EXAMPLE}").status_code == 404
    assert put(client, attempt, "nombre", "3", 1).status_code == 200
    assert client.get(attempt).status_code == 200
    assert client.get(f"{attempt}/check").status_code == 200
    submit(client, attempt)
    assert points(client) == [2]
    assert counted() == 1


def withdraw(conn: Connection) -> None:
    """What a teacher's button does."""
    published = content.find_published(conn, EXAMPLE)
    assert published
    content.offer(conn, published.quiz_id, None, listed=False)


def test_an_erasure_during_a_submit_leaves_nothing_and_says_so(app: Flask) -> None:
    for _ in range(TIMES):
        client = app.test_client()
        attempt = start(client)
        put(client, attempt, "mot", "ruche", 1)
        tab = twin(app, client)
        jobs = [posting(client, "/me/erase"), posting(tab, f"{attempt}/submit")]
        erased, submitted = together([*jobs, saving(twin(app, client), attempt, "miel", 2)])[:2]
        assert erased == 303
        assert submitted in (303, 404)
        assert counted() == 0
        gone = put(tab, attempt, "mot", "ruche", 3)
        assert gone.status_code == 404
        assert gone.json["error"] == "Cette page n’existe pas"
        assert tab.get(attempt).status_code == 404


@pytest.mark.parametrize("mode", ["exam", "training"])
def test_a_server_built_anew_in_the_middle_goes_on(sqlite_app: Flask, mode: str) -> None:
    client = sqlite_app.test_client()
    attempt = start(client, mode=mode)
    put(client, attempt, "mot", "ruche", 1)
    anew = make_app(sqlite_app.config["RELIRE"].instance)
    other = twin(anew, client)
    assert put(other, attempt, "nombre", "3", 1).status_code == 200
    assert 'value="ruche"' in other.get(attempt).text
    with anew.app_context():
        db.engine.dispose()
