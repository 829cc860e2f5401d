"""A school moves to another database, and back, with every row; stopped half-way, it goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app.config import ROOT, engine_options
from app.extensions import db, tune
from app.models import rows, schema
from app.models.rows import Contents
from tests.conftest import make_app
from tests.integration.filling import fill
from tests.integration.pages import put, start, submit
from tests.support.postgres import PostgresCluster


@pytest.fixture
def postgres_target(postgres: PostgresCluster) -> Iterator[str]:
    with postgres.database() as url:
        yield url


def opened(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    tune(engine)
    return engine


def contents_of(url: str) -> dict[str, Contents]:
    engine = opened(url)
    try:
        with rows.snapshot(engine) as conn:
            return {table.name: rows.contents(conn, table) for table in rows.mirror(conn)}
    finally:
        engine.dispose()


def told(app: Flask, *words: str) -> tuple[int, str]:
    """What a command answers; like a program that has ended, it leaves no connection open."""
    done = told_at_work(app, *words)
    db.engine.dispose()
    return done


def told_at_work(app: Flask, *words: str) -> tuple[int, str]:
    """What a command answers while others have connections, which stay theirs."""
    done = app.test_cli_runner().invoke(args=["data", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.output


def fill_all(number: int = 7) -> None:
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        assert fill(conn, number).keys() == db.metadata.tables.keys()


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_school_moves_to_postgresql_and_back_with_every_row(
    sqlite_app: Flask, postgres_target: str, tmp_path: Path
) -> None:
    fill_all()
    before = contents_of(sqlite_app.config["RELIRE"].database)
    assert all(one.rows for one in before.values()), "every table has rows"
    code, said = told(sqlite_app, "copy", "--to", postgres_target)
    assert code == 0, said
    assert contents_of(postgres_target) == before
    back = sqlite_url(tmp_path / "back.db")
    with make_app(tmp_path, postgres_target).app_context():
        code, said = told(make_app(tmp_path, postgres_target), "copy", "--to", back)
    assert code == 0, said
    assert contents_of(back) == before


def test_what_is_special_arrives_as_it_was(sqlite_app: Flask, postgres_target: str) -> None:
    fill_all()
    told(sqlite_app, "copy", "--to", postgres_target)
    engine = opened(postgres_target)
    with engine.connect() as conn:
        stored = conn.exec_driver_sql(
            "SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), recovery_hash FROM learner ORDER BY id LIMIT 1"
        ).one()
        assert stored[0] == "2025-06-30 23:02:03.456790"  # 1:02 of a summer night
        assert bytes(stored[1])[4:] == bytes(range(256))
        kept = conn.exec_driver_sql('SELECT kept FROM draft_item ORDER BY "key"').scalars().all()
        assert kept[:2] == [True, False]
    engine.dispose()


def test_a_school_that_moved_goes_on_working(
    sqlite_app: Flask, postgres_target: str, tmp_path: Path
) -> None:
    learner = sqlite_app.test_client()
    attempt = start(learner)
    put(learner, attempt, "sujet", None, 1)
    told(sqlite_app, "copy", "--to", postgres_target)
    moved = make_app(tmp_path, postgres_target)
    with moved.app_context():
        client = moved.test_client()
        for cookie in learner._cookies.values():
            client.set_cookie(cookie.key, cookie.value)
        assert put(client, attempt, "sujet", None, 2).status_code == 200
        assert submit(client, attempt)
        assert start(moved.test_client()) != attempt  # a new learner has a number of their own
        db.engine.dispose()


def test_running_it_again_doubles_nothing(sqlite_app: Flask, postgres_target: str) -> None:
    fill_all()
    told(sqlite_app, "copy", "--to", postgres_target)
    before = contents_of(postgres_target)
    code, said = told(sqlite_app, "copy", "--to", postgres_target)
    assert code == 0, said
    assert {line.split()[-2] for line in said.splitlines() if line.endswith(" written")} == {"0"}
    assert contents_of(postgres_target) == before


def test_a_copy_that_is_killed_goes_on_where_it_stopped(
    sqlite_app: Flask, postgres_target: str
) -> None:
    fill_all(600)
    db.engine.dispose()
    url = sqlite_app.config["RELIRE"].database
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "data", "copy", "--to"]
    env = {
        **os.environ,
        "RELIRE_DATABASE_URL": url,
        "RELIRE_INSTANCE": str(sqlite_app.config["RELIRE"].instance),
    }
    copying = subprocess.Popen(
        [*command, postgres_target], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        wait_for_rows(postgres_target, "attempt")
    finally:
        copying.send_signal(signal.SIGKILL)
        copying.wait(10)
    half, whole = contents_of(postgres_target), contents_of(url)
    assert half["attempt"].rows > 0
    assert sum(one.rows for one in half.values()) < sum(one.rows for one in whole.values())
    code, said = told(sqlite_app, "copy", "--to", postgres_target)
    assert code == 0, said
    written = {line.split()[0]: line.split()[-2] for line in said.splitlines() if " rows " in line}
    assert written["dossier"] == "0", "it had been copied"
    assert contents_of(postgres_target) == whole


def wait_for_rows(url: str, table: str) -> None:
    engine, deadline = opened(url), time.monotonic() + 60
    try:
        while not has_rows(engine, table):
            assert time.monotonic() < deadline, f"no row of {table} came"
            time.sleep(0.02)
    finally:
        engine.dispose()


def has_rows(engine: Engine, table: str) -> bool:
    try:
        with engine.connect() as conn:
            return conn.execute(select(db.metadata.tables[table]).limit(1)).first() is not None
    except DBAPIError:  # not made yet
        return False


def test_a_copy_that_was_begun_follows_what_changed_since(
    sqlite_app: Flask, postgres_target: str
) -> None:
    fill_all()
    told(sqlite_app, "copy", "--to", postgres_target)
    engine = opened(postgres_target)
    with engine.begin() as conn:  # as if it had been stopped before its end
        schema.put_mark(conn, sqlite_app.config["RELIRE"].database)
        conn.execute(text("DELETE FROM response"))
    engine.dispose()
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        conn.execute(text("DELETE FROM learner WHERE id % 2 = 0"))
        conn.execute(text("UPDATE attempt SET units = 1, mode = 'exam'"))
        conn.execute(text("UPDATE quiz SET published_version = 42"))
    code, said = told(sqlite_app, "copy", "--to", postgres_target)
    assert code == 0, said
    assert contents_of(postgres_target) == contents_of(sqlite_app.config["RELIRE"].database)


def test_a_database_with_other_data_is_refused_and_left_alone(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    url = sqlite_url(tmp_path / "other.db")
    assert told(sqlite_app, "copy", "--to", url)[0] == 0
    engine = opened(url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE quiz SET listed = false"))
    engine.dispose()
    before = contents_of(url)
    code, said = told(sqlite_app, "copy", "--to", url)
    assert code == 1
    assert "not empty" in said
    assert contents_of(url) == before


def test_a_copy_of_another_school_is_not_gone_on_with(sqlite_app: Flask, tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "target.db")
    engine = opened(url)
    with engine.begin() as conn:
        schema.put_mark(conn, "sqlite:///elsewhere.db")
    engine.dispose()
    code, said = told(sqlite_app, "copy", "--to", url)
    assert code == 1
    assert "elsewhere.db" in said


def test_a_school_at_work_is_told_to_stop_and_the_second_run_is_short(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_url(tmp_path / "target.db")
    move_table = rows.read_rows
    learner = sqlite_app.test_client()
    started: list[str] = []

    def read_rows(conn: Connection, table: object) -> Iterator[rows.Row]:
        """A learner begins while the copy is being made."""
        if not started:
            started.append(start(learner))
        return move_table(conn, table)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "read_rows", read_rows)
    code, said = told(sqlite_app, "copy", "--to", url)
    monkeypatch.undo()
    assert code == 1
    assert "attempt" in said.splitlines()[-1]
    code, said = told(sqlite_app, "copy", "--to", url)
    assert code == 0, said
    written = {line.split()[0]: line.split()[-2] for line in said.splitlines() if " rows " in line}
    assert {name: n for name, n in written.items() if n != "0"} == {
        "learner": "1",
        "device": "1",
        "attempt": "1",
    }


def test_nothing_is_copied_onto_itself_nor_to_the_unknown(sqlite_app: Flask) -> None:
    assert told(sqlite_app, "copy", "--to", sqlite_app.config["RELIRE"].database)[0] == 1
    assert told(sqlite_app, "copy", "--to", "mysql://127.0.0.1/x")[0] == 2


def test_a_row_that_the_target_cannot_hold_is_named(
    sqlite_app: Flask, postgres_target: str
) -> None:
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        now = datetime.now(UTC)
        conn.execute(db.metadata.tables["learner"].insert().values(id=1, created=now))
        conn.execute(text("UPDATE quiz SET slug = :long WHERE id = 1"), {"long": "x" * 200})
    code, said = told(sqlite_app, "copy", "--to", postgres_target)
    assert code == 1
    assert "quiz: the target refuses a row" in said


def test_the_tables_of_the_mirror_are_those_of_the_code(app: Flask) -> None:
    assert app
    with rows.snapshot(db.engine) as conn:
        assert {table.name for table in rows.mirror(conn)} == db.metadata.tables.keys()
        first = rows.mirror(conn)[0]
        assert rows.contents(conn, first).rows == len(conn.execute(select(first)).all())
