"""``flask data purge``: what ends by itself, although nobody comes back for it.

Classes past their day lose the traces of their learners, sessions of teachers that are over go, and
attempts whose time ran out are handed in with what was saved.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from app.cli.data import data
from app.cli.printing import settings
from app.services import classes, run, sessions, taking

__all__ = ["purge", "sweep"]

AT_ONCE = 100
"""So many attempts are handed in together: learners who save meanwhile wait for no more."""


def sweep() -> tuple[int, int]:
    """End what is over; how many classes by the school's calendar, and how many attempts."""
    now = datetime.now(UTC)
    run(sessions.sweep, now)
    handed_in = 0
    while some := run(taking.expire_abandoned, now, at_most=AT_ONCE):
        handed_in += some
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    return run(classes.purge_due, today, now), handed_in


@data.command()
def purge() -> None:
    """Erase classes past their day, hand in what ran out of time. Runs at every start, too."""
    erased, handed_in = sweep()
    click.echo(f"{erased} {'class' if erased == 1 else 'classes'} purged.")
    if handed_in:
        click.echo(f"{handed_in} {'attempt' if handed_in == 1 else 'attempts'} handed in.")
