"""A copy of a school in one file: taken at work, brought back whole, never over another."""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from flask import Flask, current_app
from flask_migrate import downgrade
from sqlalchemy import text

from app.extensions import db
from tests.conftest import make_app
from tests.integration.filling import fill
from tests.integration.pages import start
from tests.integration.test_moving import contents_of, told, told_at_work
from tests.support.postgres import PostgresCluster


@pytest.fixture
def sqlite_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application of its own: a copy is laid over the very file that its engine names."""
    shutil.copy(sqlite_template, tmp_path / "relire.db")
    app = make_app(tmp_path)
    with app.app_context():
        yield app
        db.engine.dispose()


def fill_all() -> None:
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        fill(conn)


def kept(app: Flask, path: Path) -> Path:
    code, said = told(app, "backup", str(path))
    assert code == 0, said
    return path


def address(app: Flask) -> str:
    return str(app.config["RELIRE"].database)


def test_a_school_comes_back_with_every_row(app: Flask, tmp_path: Path) -> None:
    fill_all()
    before, file = contents_of(address(app)), kept(app, tmp_path / "school.gz")
    with db.engine.begin() as conn:
        conn.execute(text("DELETE FROM response"))
        conn.execute(text("UPDATE quiz SET listed = false"))
    code, said = told(app, "restore", str(file), "--force")
    assert code == 0, said
    assert contents_of(address(app)) == before


def test_it_comes_back_into_an_empty_database_of_the_other_kind(
    app: Flask, tmp_path: Path, postgres: PostgresCluster
) -> None:
    fill_all()
    before, file = contents_of(address(app)), kept(app, tmp_path / "school.gz")
    with postgres.database() as empty:
        url = empty if db.engine.dialect.name == "sqlite" else ""
        other = make_app(tmp_path / "other", url)
        with other.app_context():
            code, said = told(other, "restore", str(file))
            assert code == 0, said
            assert contents_of(address(other)) == before
            assert start(other.test_client())
            db.engine.dispose()


def test_a_copy_taken_at_work_shows_one_moment(app: Flask, tmp_path: Path) -> None:
    stop = Event()

    def work(house: int) -> int:
        done = 0
        while not stop.is_set():
            done += 1
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.0.{house}.{done % 250}"
            start(client)
        return done

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(work, house) for house in range(3)]
        files = [tmp_path / f"{n}.gz" for n in range(3)]
        assert [told_at_work(app, "backup", str(file))[0] for file in files] == [0, 0, 0]
        stop.set()
        assert all(one.result() for one in working)
    numbers = []
    for file in files:
        copy = tmp_path / "copy.db"
        copy.write_bytes(gzip.decompress(file.read_bytes()))
        with closing(sqlite3.connect(copy)) as conn:
            # A learner, a device and an attempt are written together: none is there alone.
            found = {
                conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in ("learner", "device", "attempt")
            }
            assert len(found) == 1
            assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        numbers += found
    assert numbers == sorted(numbers)
    assert numbers[-1] > 0


def test_a_copy_is_for_its_owner_alone_and_holds_no_key(app: Flask, tmp_path: Path) -> None:
    file = kept(app, tmp_path / "school.gz")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*school*")] == ["school.gz"], (
        "nothing is left over"
    )
    assert app.config["SECRET_KEY"].encode() * 4 not in gzip.decompress(file.read_bytes())


def test_a_school_that_is_there_is_not_written_over(app: Flask, tmp_path: Path) -> None:
    file = kept(app, tmp_path / "school.gz")
    fill_all()
    before = contents_of(address(app))
    code, said = told(app, "restore", str(file))
    assert code == 1
    assert "not empty" in said
    assert contents_of(address(app)) == before


def test_an_sqlite_database_that_a_server_uses_is_never_replaced(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    file = kept(sqlite_app, tmp_path / "school.gz")
    server = make_app(tmp_path)
    with server.app_context(), db.engine.connect() as conn:
        conn.execute(text("SELECT count(*) FROM quiz")).all()
        with sqlite_app.app_context():
            code, said = told(sqlite_app, "restore", str(file), "--force")
        assert code == 1
        assert "stop it first" in said
    with server.app_context():
        db.engine.dispose()
    assert told(sqlite_app, "restore", str(file), "--force")[0] == 0


def test_what_an_sqlite_database_held_is_kept_beside(sqlite_app: Flask, tmp_path: Path) -> None:
    file = kept(sqlite_app, tmp_path / "school.gz")
    fill_all()
    before = contents_of(address(sqlite_app))
    code, said = told(sqlite_app, "restore", str(file), "--force")
    assert code == 0
    assert "relire.db.replaced" in said
    assert contents_of(f"{address(sqlite_app)}.replaced") == before


def test_a_postgresql_database_that_a_server_uses_needs_force(
    postgres: PostgresCluster, postgres_template: str, tmp_path: Path
) -> None:
    with postgres.database() as empty, postgres.database(template=postgres_template) as full:
        file = kept(inside(make_app(tmp_path, full)), tmp_path / "school.gz")
        target = make_app(tmp_path, empty)
        server = make_app(tmp_path, empty)
        with server.app_context(), db.engine.connect() as conn:
            conn.execute(text("SELECT 1")).all()
            conn.rollback()
            with target.app_context():
                assert told(target, "restore", str(file))[0] == 1
                assert told(target, "restore", str(file), "--force")[0] == 0
        with server.app_context():
            db.engine.dispose()
        assert contents_of(empty) == contents_of(full)


def inside(app: Flask) -> Flask:
    """The application, whose commands find it although a test has another one open."""
    app.app_context().push()
    return app


@pytest.mark.parametrize("spoil", ["cut", "changed", "plain", "other", "empty"])
def test_a_file_that_is_damaged_changes_nothing(app: Flask, tmp_path: Path, spoil: str) -> None:
    file = kept(app, tmp_path / "school.gz")
    data = file.read_bytes()
    whole = gzip.decompress(data)
    file.write_bytes(
        {
            "cut": data[: len(data) // 2],
            "changed": gzip.compress(whole[:5000] + os.urandom(4096) + whole[9096:]),
            "plain": b"PK" + data,
            "other": gzip.compress(b"SQLite format 2" + whole[15:]),
            "empty": b"",
        }[spoil]
    )
    before = contents_of(address(app))
    code, said = told(app, "restore", str(file), "--force")
    assert code == 1
    assert "Nothing was changed" in said
    assert contents_of(address(app)) == before


def test_a_copy_of_an_older_version_is_brought_up_to_date(app: Flask, tmp_path: Path) -> None:
    assert current_app
    downgrade(revision="0003")
    with db.engine.begin() as conn:
        fill(conn)
        before = conn.execute(text("SELECT count(*) FROM attempt")).scalar()
    file = kept(app, tmp_path / "school.gz")
    code, said = told(app, "restore", str(file), "--force")
    assert code == 0, said
    after = contents_of(address(app))
    assert after.keys() == db.metadata.tables.keys()
    assert after["attempt"].rows == before
