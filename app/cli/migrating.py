"""Migrations. Alembic is loaded where one is run: it is a tenth of a server's start, which needs none."""

from flask import Flask, current_app
from sqlalchemy import Connection

from app.config import ROOT
from app.extensions import db

__all__ = ["bind", "migrate"]


def bind(app: Flask) -> None:
    """Give the application Flask-Migrate, through which migrations run, as do ``flask db …``."""
    from flask_migrate import Migrate  # noqa: PLC0415

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(ROOT / "app" / "migrations"), render_as_batch=True)


def migrate(conn: Connection | None = None, revision: str = "head") -> None:
    """Bring the tables of the application's database, or of another one, to a revision."""
    from alembic import command  # noqa: PLC0415

    bind(current_app)
    config = current_app.extensions["migrate"].migrate.get_config()
    config.attributes["connection"] = conn
    command.upgrade(config, revision)
