"""``flask data purge``: classes past their day lose the traces of their learners."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from app.cli.data import data
from app.cli.printing import settings
from app.services import classes, run, sessions

__all__ = ["purge", "purge_classes"]


def purge_classes() -> int:
    """Erase what is due by the school's calendar; how many classes that was.

    Sessions of teachers that are over go too.
    """
    now = datetime.now(UTC)
    run(sessions.sweep, now)
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    return run(classes.purge_due, today, now)


@data.command()
def purge() -> None:
    """Erase the traces of learners of classes past their day. Runs at every start, too."""
    n = purge_classes()
    click.echo(f"{n} {'class' if n == 1 else 'classes'} purged.")
