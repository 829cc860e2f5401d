"""A learner's own results: the list, the downloads, the recovery code, leaving, erasing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.codes import bare_code
from app.domain.quiz import Quiz
from app.errors import NotFound
from app.models import content
from app.models import learner as learners
from app.models import past as history
from app.models.attempt import Response
from app.models.erasure import erase_learner as erase
from app.models.past import Past

__all__ = [
    "PastAttempt",
    "Progress",
    "erase_learner",
    "get_progress",
    "leave_device",
    "list_answers",
    "make_recovery_code",
    "recover",
]


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An attempt and the quiz that it was on."""

    past: Past
    quiz: Quiz


@dataclass(frozen=True, slots=True)
class Progress:
    """All attempts of a learner, newest first."""

    attempts: tuple[PastAttempt, ...] = ()
    known: bool = False
    """Whether this browser has a learner at all."""


def get_progress(conn: Connection, token: str | None, now: datetime) -> Progress:
    """What this browser's learner has done so far; empty for a visitor."""
    learner = learners.find_learner(conn, token)
    if learner is None:
        return Progress()
    past = history.list_attempts(conn, learner, now)
    return Progress(
        tuple(PastAttempt(one, content.get_version(conn, one.version_id)) for one in past),
        known=True,
    )


def list_answers(
    conn: Connection, token: str | None, now: datetime
) -> list[tuple[PastAttempt, list[Response]]]:
    """Every attempt with its stored answers: what the learner may download.

    Answers of an attempt whose score is hidden come without what they earned.
    """
    learner = learners.find_learner(conn, token)
    if learner is None:
        return []
    answers = history.list_all_responses(conn, learner)
    return [
        (
            PastAttempt(past, content.get_version(conn, past.version_id)),
            [
                replace(one, units=None, verdict=None) if past.hidden else one
                for one in answers.get(past.public_id, [])
            ],
        )
        for past in history.list_attempts(conn, learner, now)
    ]


def make_recovery_code(conn: Connection, token: str | None) -> str:
    """A new code to come back on another device; the former one stops working.

    Raises NotFound for a visitor, who has nothing to come back to.
    """
    learner = learners.find_learner(conn, token)
    if learner is None:
        raise NotFound
    return learners.new_recovery(conn, learner)


def recover(conn: Connection, code: str, now: datetime) -> str:
    """Open a learner's results in this browser; returns the token for its cookie.

    Case, spaces and hyphens do not count. Raises NotFound.
    """
    learner = learners.find_by_recovery(conn, learners.token_hash(bare_code(code)))
    if learner is None:
        raise NotFound
    return learners.add_device(conn, learner, now)


def leave_device(conn: Connection, token: str | None) -> None:
    """Close this browser's access; the attempts stay, for the recovery code."""
    if token:
        learners.forget_device(conn, token)


def erase_learner(conn: Connection, token: str | None) -> None:
    """Delete everything about this learner, and take it back out of the counts."""
    learner = learners.find_learner(conn, token)
    if learner is None:
        return
    erase(conn, learner)
