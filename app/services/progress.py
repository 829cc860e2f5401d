"""A learner's own results: the list, the downloads, the recovery code, leaving, erasing."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.quiz import Quiz
from app.errors import NotFound
from app.models import attempt as attempts
from app.models import content
from app.models import learner as learners
from app.models.attempt import Past, Response
from app.models.counts import add_counts, list_tallies

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

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter or figure that can be taken for another."""
GROUPS, GROUP_LENGTH = 3, 4


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


def get_progress(conn: Connection, token: str | None) -> Progress:
    """What this browser's learner has done so far; empty for a visitor."""
    learner = learners.find_learner(conn, token)
    if learner is None:
        return Progress()
    past = attempts.list_attempts(conn, learner)
    return Progress(
        tuple(PastAttempt(one, content.get_version(conn, one.version_id)) for one in past),
        known=True,
    )


def list_answers(conn: Connection, token: str | None) -> list[tuple[PastAttempt, list[Response]]]:
    """Every attempt with its stored answers: what the learner may download."""
    learner = learners.find_learner(conn, token)
    if learner is None:
        return []
    answers = attempts.list_all_responses(conn, learner)
    return [
        (
            PastAttempt(past, content.get_version(conn, past.version_id)),
            answers.get(past.public_id, []),
        )
        for past in attempts.list_attempts(conn, learner)
    ]


def make_recovery_code(conn: Connection, token: str | None) -> str:
    """A new code to come back on another device; the former one stops working.

    Thirty symbols and twelve places make 58 bits: with the limit on tries, nobody guesses it.
    Raises NotFound for a visitor, who has nothing to come back to.
    """
    learner = learners.find_learner(conn, token)
    if learner is None:
        raise NotFound
    code = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP_LENGTH))
    learners.set_recovery(conn, learner, learners.token_hash(code))
    return "-".join(code[n : n + GROUP_LENGTH] for n in range(0, len(code), GROUP_LENGTH))


def recover(conn: Connection, code: str, now: datetime) -> str:
    """Open a learner's results in this browser; returns the token for its cookie.

    Case, spaces and hyphens do not count. Raises NotFound.
    """
    compact = "".join(character for character in code.upper() if character.isalnum())
    learner = learners.find_by_recovery(conn, learners.token_hash(compact))
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
    attempts.lock_attempts(conn, learner)
    for tally in list_tallies(conn, learner):
        add_counts(conn, tally, sign=-1)
    learners.delete_learner(conn, learner)
