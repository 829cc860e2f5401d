"""Commands: ``setup`` makes ready to serve, ``quizzes`` minds the library, ``users`` lets teachers in.

``data`` moves a school to another database, and keeps copies of it.
"""

import os

import click
from flask import Flask
from flask.cli import with_appcontext

from app.cli.data import data
from app.cli.migrating import bind, migrate
from app.cli.printing import settings
from app.cli.purging import hand_in, purge_classes
from app.cli.quizzes import quizzes, sync_folder
from app.cli.users import invite_first_teacher, users
from app.extensions import db
from app.services import health, read
from app.web import static

__all__ = ["init_app", "invite_first_teacher", "make_ready"]


AT_START = 20
"""So many attempts that ran out of time are handed in before a server starts; the others later."""


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Bring the database, the built-in library and the static files up to date; quick if they are."""
    make_ready()


def make_ready() -> None:
    """What ``setup`` does; leaves no connection open, so that a server may fork after it."""
    static.build(settings())
    if _database_is_behind():
        migrate()
    sync_folder(settings().library, quiet=True)
    purge_classes()
    hand_in(at_most=AT_START)
    db.engine.dispose()


def _database_is_behind() -> bool:
    """Whether a migration is to be run; spares loading Alembic when none is."""
    return not read(health.is_up_to_date)


def init_app(app: Flask) -> None:
    """Register the commands; Flask-Migrate brings its own, ``flask db …``."""
    if os.environ.get("FLASK_RUN_FROM_CLI"):
        bind(app)
    for command in (setup, quizzes, users, data):
        app.cli.add_command(command)
