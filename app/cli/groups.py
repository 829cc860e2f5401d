"""How commands fail when the database is not there yet."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

__all__ = ["Commands"]


class Commands(AppGroup):
    """Commands that need a database; one that is not ready is told in words, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"The database cannot be used: {str(error.orig).strip().splitlines()[0]}. If it is "
                "new, or was made by an earlier version, bring it up to date: "
                "flask --app wsgi setup"
            ) from error
