"""Fixtures that every kind of test shares: an application on each database, and its clients."""

import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, event, select

from app import create_app
from app.cli.migrating import bind, migrate
from app.config import Settings
from app.extensions import db
from app.formats.native import read_library
from app.models.account import Role, UserRow, add_user
from app.models.content import forget_versions
from app.models.user_session import add_session
from app.services import library, run
from app.web import limits
from app.web.corrections import forget_corrections
from app.web.passages import forget_passages
from app.web.question_pages import forget_question_pages
from tests.factories import example_quiz
from tests.support.postgres import PostgresCluster


class Visitor(FlaskClient):
    """A browser; nothing of one request is left to the next, though a test has the app open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


class KeptTemplates(BytecodeCache):
    """Templates compiled once for all applications of a run: each has an environment of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what an application before this one compiled from the same source."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = KeptTemplates()


def forget() -> None:
    """Nothing of one database is known of another."""
    forget_versions()
    forget_passages()
    forget_question_pages()
    forget_corrections()


def make_app(instance: Path, url: str = "") -> Flask:
    """An application as it is served, on a database of its own."""
    forget()
    app = create_app(Settings.load(instance=instance, database_url=url, secret_key="test"))
    bind(app)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = TEMPLATES
    app.test_client_class = Visitor
    # What forms and scripts must send is tested where it matters (test_security.py, the browser).
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def fill(app: Flask) -> None:
    """Migrate, and put the built-in library and the example quiz in."""
    with app.app_context():
        migrate()
        found = read_library(app.config["RELIRE"].library)
        quizzes = [*found.quizzes, (None, example_quiz())]
        run(library.sync_library, found.dossiers, quizzes, datetime.now(UTC))
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and filled SQLite database, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    fill(make_app(folder))
    return folder / "relire.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated and filled PostgreSQL database, to be copied."""
    fill(make_app(tmp_path_factory.mktemp("template"), postgres_url))
    return postgres_url.rpartition("/")[2]


@contextmanager
def lent(app: Flask, instance: Path) -> Iterator[Flask]:
    """An application for one test, as if it were new: to make one takes longer than most tests."""
    forget()
    limits.init_app(app)
    config = dict(app.config)
    app.config["RELIRE"] = config["RELIRE"].model_copy(update={"instance": instance})
    with app.app_context():
        yield app
        for thread in threading.enumerate():
            if thread.name == "reading":  # an upload, beside a request that was answered long ago
                thread.join()
        db.engine.dispose()
    app.config.clear()
    app.config.update(config)


@pytest.fixture(scope="session")
def sqlite_served(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on SQLite, to be lent to tests; it opens the database of whoever has it."""
    app = make_app(tmp_path_factory.mktemp("served"))
    with app.app_context():

        @event.listens_for(db.engine, "do_connect")
        def _choose(_dialect: object, _record: object, args: list[str], _more: object) -> None:
            args[0] = str(app.config["RELIRE"].instance / "relire.db")

    return app


@pytest.fixture
def sqlite_app(sqlite_template: Path, sqlite_served: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, as a small school runs it."""
    shutil.copy(sqlite_template, tmp_path / "relire.db")
    with lent(sqlite_served, tmp_path) as app:
        yield app


@pytest.fixture(scope="session")
def postgres_served(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on PostgreSQL, to be lent with another database to each test."""
    return make_app(tmp_path_factory.mktemp("served"), f"{postgres_url}_served")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on each database: what is tested with it holds on both."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_app")
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_template")
    served: Flask = request.getfixturevalue("postgres_served")
    name = served.config["RELIRE"].database.rpartition("/")[2]
    with cluster.database(template, name), lent(served, tmp_path) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that keeps its cookies."""
    return app.test_client()


@pytest.fixture
def runner(sqlite_app: Flask) -> FlaskCliRunner:
    """The command line."""
    return sqlite_app.test_cli_runner()


PASSWORD = "cheval batterie agrafe"
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$DGEMAcBYa03JWWtNyfnfGw"
    "$NjRrMWnWPcUjF+2JJJRSjpuYxzyANoVWP0Jjluq4iug"
)
"""Of the password above: making it takes longer than most tests."""


def add_teacher(name: str = "Ana Lopes", role: Role = "teacher") -> str:
    """A new account, with PASSWORD; returns what its sessions belong to."""
    email = f"{name.lower().replace(' ', '.')}@ecole.example"
    user = {"email": email, "name": name, "role": role, "password": PASSWORD_HASH}
    return run(lambda conn: add_user(conn, now=datetime.now(UTC), **user))  # type: ignore[arg-type]


def sign_in(client: FlaskClient, uniquifier: str) -> FlaskClient:
    """The client as if its user had just signed in."""
    token = secrets.token_urlsafe()
    run(lambda conn: add_session_of(conn, token, uniquifier, datetime.now(UTC)))
    with client.session_transaction() as session:
        session.update(_user_id=token, _fresh=True, fs_paa=time.time())
    return client


def add_session_of(conn: Connection, token: str, uniquifier: str, now: datetime) -> None:
    """A session of the user whose sessions belong to this."""
    user_id = conn.scalars(select(UserRow.id).where(UserRow.fs_uniquifier == uniquifier)).one()
    whose = {"user_id": user_id, "uniquifier": uniquifier}
    add_session(conn, token, **whose, remembered=False, device="Firefox, Linux", now=now)


@pytest.fixture
def teacher(app: Flask) -> FlaskClient:
    """The browser of a teacher, Ana, who is signed in."""
    return sign_in(app.test_client(), add_teacher())


@pytest.fixture
def other_teacher(app: Flask) -> FlaskClient:
    """The browser of another teacher, Blaise."""
    return sign_in(app.test_client(), add_teacher("Blaise Kouassi"))


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The browser of an admin, Chloé."""
    return sign_in(app.test_client(), add_teacher("Chloe Martin", "admin"))
