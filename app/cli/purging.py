"""``flask data purge``: what ends by itself, although nobody comes back for it.

Classes past their day lose the traces of their learners, sessions of teachers that are over go, and
attempts whose time ran out are handed in with what was saved.
"""

import logging
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from app.cli.data import data
from app.cli.printing import settings
from app.services import classes, read, run, sessions, taking

__all__ = ["hand_in", "purge", "purge_classes"]

PAUSE = 0.02
"""Seconds after each attempt: on SQLite, whoever saves meanwhile must find the lock free."""

log = logging.getLogger(__name__)


def purge_classes() -> int:
    """Erase what is due by the school's calendar; how many classes that was.

    Sessions of teachers that are over go too.
    """
    now = datetime.now(UTC)
    run(sessions.sweep, now)
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    return run(classes.purge_due, today, now)


def hand_in(at_most: int | None = None) -> int:
    """Hand in what ran out of time, one by one; how many. What cannot be is told, and left."""
    now, done = datetime.now(UTC), 0
    for attempt_id in read(taking.list_abandoned, now)[:at_most]:
        try:
            done += run(taking.expire, attempt_id, now)
        except Exception:  # one that is broken must not hold up the others, nor a start
            log.exception("attempt %s could not be handed in", attempt_id)
        time.sleep(PAUSE)
    return done


@data.command()
def purge() -> None:
    """Erase classes past their day, and hand in attempts that ran out of time."""
    erased, handed_in = purge_classes(), hand_in()
    click.echo(f"{erased} {'class' if erased == 1 else 'classes'} purged.")
    click.echo(f"{handed_in} {'attempt' if handed_in == 1 else 'attempts'} handed in.")
