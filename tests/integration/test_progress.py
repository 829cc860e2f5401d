"""A learner's own results, and the ways to come back, leave and erase."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models.counts import list_counts, recount
from app.services import read
from tests.integration.pages import put, start, submit


def code_of(page: str) -> str:
    found = re.search(r'id="code">([A-Z0-9-]+)<', page)
    assert found
    return found.group(1)


def test_a_visitor_finds_an_empty_page_and_becomes_nobody(client: FlaskClient) -> None:
    assert "Rien encore" in client.get("/me").text
    assert not client.get_cookie("relire_learner")


def test_attempts_are_listed_with_their_scores(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    assert "À reprendre" in client.get("/me").text
    submit(client, attempt)
    page = client.get("/me").text
    assert re.search(r"1 / 1[0-9]", page)
    assert "Repérer une information" in page
    assert "<svg" in page


def test_downloads_carry_every_answer(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    put(client, attempt, "avis", "=1+1", 1)
    submit(client, attempt)
    described = client.get("/me/results.json").json["attempts"][0]  # type: ignore[index]
    assert {"mot", "avis"} <= {one["question"] for one in described["responses"]}
    table = client.get("/me/results.csv")
    assert table.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    assert sorted(
        (row[7] for row in rows[1:] if row[7]), key=lambda cell: cell.startswith("'")
    ) == ["ruche", "'=1+1"]


def test_a_recovery_code_opens_the_results_on_another_device(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    start(here)
    code = code_of(here.post("/me/recovery-code").text)
    answer = there.post("/me/recover", data={"code": code.lower().replace("-", " ")})
    assert answer.status_code == 303
    assert "À reprendre" in there.get("/me").text
    assert "À reprendre" in here.get("/me").text


def test_a_new_code_closes_the_former_one(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    start(here)
    old = code_of(here.post("/me/recovery-code").text)
    here.post("/me/recovery-code")
    assert there.post("/me/recover", data={"code": old}).status_code == 422


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "x" * 5_000, "\x00", "é"])
def test_a_wrong_code_is_refused_in_words_and_shown_again(client: FlaskClient, code: str) -> None:
    answer = client.post("/me/recover", data={"code": code})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_nothing_of_a_code_or_a_token_is_stored_as_it_is(client: FlaskClient) -> None:
    start(client)
    code = code_of(client.post("/me/recovery-code").text).replace("-", "")
    cookie = client.get_cookie("relire_learner")
    assert cookie
    with db.engine.connect() as conn:
        rows = [
            *conn.exec_driver_sql("SELECT * FROM learner"),
            *conn.exec_driver_sql("SELECT * FROM device"),
        ]
    assert code not in str(rows)
    assert cookie.value not in str(rows)


def test_leaving_a_post_shows_the_next_learner_nothing(client: FlaskClient) -> None:
    attempt = start(client)
    answer = client.post("/me/leave")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(attempt).status_code == 404
    assert "Rien encore" in client.get("/me").text


def test_an_old_cookie_opens_nothing_after_leaving(app: Flask) -> None:
    here = app.test_client()
    attempt = start(here)
    kept = here.get_cookie("relire_learner")
    assert kept
    here.post("/me/leave")
    here.set_cookie("relire_learner", kept.value)
    assert here.get(attempt).status_code == 404


def test_pages_of_a_learner_are_kept_by_no_browser(client: FlaskClient) -> None:
    attempt = start(client)
    for page in (attempt, f"{attempt}/check", "/me", "/me/results.json"):
        assert client.get(page).headers["Cache-Control"] == "no-store"


def test_erasing_removes_every_row_and_takes_back_the_counts(app: Flask) -> None:
    mine, other = app.test_client(), app.test_client()
    for client in (mine, other):
        attempt = start(client)
        put(client, attempt, "mot", "ruche", 1)
        submit(client, attempt)
    training = start(mine, mode="training")
    mine.post(f"{training}/questions/sujet/hint")
    before = read(list_counts)
    assert max(before.values()) == 2
    mine.post("/me/erase")
    after = read(list_counts)
    assert after == read(recount)
    assert set(after.values()) == {1}
    assert mine.get(attempt).status_code == 404
    with db.engine.connect() as conn:
        for table in ("learner", "device", "attempt"):
            assert conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 1, table  # noqa: S608
        assert conn.exec_driver_sql('SELECT count(*) FROM "try"').scalar() == 0
    assert other.get(attempt).status_code == 303


def test_erasing_twice_is_quiet(client: FlaskClient) -> None:
    start(client)
    assert client.post("/me/erase").status_code == 303
    assert client.post("/me/erase").status_code == 303
