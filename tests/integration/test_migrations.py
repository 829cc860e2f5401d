"""Migrations make the tables that the code describes, on both databases, and can be undone."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect

from app.config import ROOT
from app.extensions import db
from app.models.counts import list_counts, recount
from app.models.rows import mirror, read_rows, snapshot
from app.services import read
from tests.integration.filling import fill
from tests.integration.pages import put, start, submit


def test_migrated_tables_are_those_of_the_code(app: Flask) -> None:
    assert app
    with db.engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_can_be_undone_and_done_again(app: Flask) -> None:
    assert app
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert "attempt" in inspect(db.engine).get_table_names()


def test_a_school_at_work_is_upgraded_with_all_that_it_has(app: Flask, client: FlaskClient) -> None:
    assert app
    attempt = start(client)
    put(client, attempt, "sujet", None, 1)
    downgrade(revision="0001")
    upgrade()
    assert client.get(attempt).status_code == 200
    with db.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM response").scalar() == 1


FORMER = sorted(
    path.name.partition("_")[0] for path in (ROOT / "app/migrations/versions").glob("*.py")
)[:-1]
"""What a school may be at that is upgraded: every migration but the last."""


def values(conn: Connection) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by the names of its columns."""
    found = {}
    for table in mirror(conn):
        names = sorted(column.name for column in table.columns)
        found[table.name] = [dict(zip(names, row, strict=True)) for row in read_rows(conn, table)]
    return found


@pytest.mark.parametrize("revision", FORMER)
def test_every_row_of_a_former_version_is_there_after_the_upgrade(
    app: Flask, revision: str
) -> None:
    assert app
    downgrade(revision=revision)
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        assert all(fill(conn).values())
        before = values(conn)
    upgrade()
    with snapshot(db.engine) as conn:
        after = values(conn)
    for table, rows in before.items():
        kept = [{name: new[name] for name in rows[0]} for new in after[table]]
        assert sorted(kept, key=repr) == sorted(rows, key=repr), table


def test_counts_outlive_a_change_of_their_key(app: Flask, client: FlaskClient) -> None:
    assert app
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    submit(client, attempt)
    start(client, mode="training")
    before = read(list_counts)
    downgrade(revision="0003")
    upgrade()
    assert read(list_counts) == read(recount) == before


def test_every_foreign_key_is_indexed(app: Flask) -> None:
    assert app
    inspector = inspect(db.engine)
    for table in inspector.get_table_names():
        starts = [tuple(index["column_names"][:1]) for index in inspector.get_indexes(table)]
        starts.append(tuple(inspector.get_pk_constraint(table)["constrained_columns"][:1]))
        for key in inspector.get_foreign_keys(table):
            assert tuple(key["constrained_columns"][:1]) in starts, (table, key)
