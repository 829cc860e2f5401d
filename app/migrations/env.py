"""How Alembic reaches the database: with the application's own engine and tables."""

from typing import Any

from alembic import context
from flask import current_app

from app.models.types import UtcTime

db = current_app.extensions["migrate"].db


def _plain_types(kind: str, item: Any, _: Any) -> str | bool:
    """A migration names the database's types, not ours, which may change."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations, each in a transaction that writes."""
    with db.engine.connect().execution_options(write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_plain_types,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
