"""What a learner has done: the list of their attempts, and all their answers.

A class decides when its learners see what they earned; until then it is not in these lists.
What a class gave is there as long as the learner is in the class.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from app.domain.assignment import Terms, reveals
from app.models.assignment import AssignmentExceptionRow, AssignmentRow
from app.models.attempt import AttemptRow, Response, ResponseRow
from app.models.classroom import MembershipRow
from app.models.content import QuizRow
from app.questions.base import Mode

__all__ = ["Past", "list_all_responses", "list_attempts"]


@dataclass(frozen=True, slots=True)
class Past:
    """An attempt in the learner's own list."""

    public_id: str
    slug: str
    version_id: int
    assignment_id: int | None
    hidden: bool
    """Whether the learner may not know yet what it earned: there is no score here then."""
    mode: Mode
    started: datetime
    submitted: datetime | None
    units: int | None
    max_units: int | None
    pending: int | None
    skills: Mapping[str, Sequence[int]]


LATEST_GRANT = (
    select(func.max(AssignmentExceptionRow.closes))
    .where(AssignmentExceptionRow.assignment_id == AssignmentRow.id)
    .correlate(AssignmentRow)
    .scalar_subquery()
)
"""The latest closing that was granted to anybody."""


def _allowed(query: Any) -> Any:
    """Only what the learner chose, or has from a class that they are still in."""
    return (
        query.outerjoin(AssignmentRow, AssignmentRow.id == AttemptRow.assignment_id)
        .outerjoin(
            MembershipRow,
            (MembershipRow.classroom_id == AssignmentRow.classroom_id)
            & (MembershipRow.learner_id == AttemptRow.learner_id)
            & MembershipRow.removed.is_(None),
        )
        .where(AttemptRow.assignment_id.is_(None) | MembershipRow.id.is_not(None))
    )


_HISTORY = _allowed(
    select(
        AttemptRow.public_id,
        QuizRow.slug,
        AttemptRow.version_id,
        AttemptRow.mode,
        AttemptRow.started,
        AttemptRow.submitted,
        AttemptRow.units,
        AttemptRow.max_units,
        AttemptRow.pending,
        AttemptRow.skills,
        AttemptRow.assignment_id,
        AssignmentRow.feedback,
        AssignmentRow.closes,
        AssignmentRow.closed,
        LATEST_GRANT.label("latest"),
    )
    .join(QuizRow, QuizRow.id == AttemptRow.quiz_id)
    .order_by(AttemptRow.started.desc(), AttemptRow.id.desc())
)


_HISTORY_OF = _HISTORY.where(AttemptRow.learner_id == bindparam("learner"))


def list_attempts(conn: Connection, learner_id: int, now: datetime) -> list[Past]:
    """All attempts of a learner, newest first."""
    rows = conn.execute(_HISTORY_OF, {"learner": learner_id})
    return [_past(row, now) for row in rows]


def _past(row: Any, now: datetime) -> Past:
    hidden = row.feedback is not None and not reveals(
        Terms(row.mode, closes=row.closes, feedback=row.feedback, closed=row.closed),
        row.latest,
        now,
    )
    return Past(
        public_id=row.public_id,
        slug=row.slug,
        version_id=row.version_id,
        assignment_id=row.assignment_id,
        hidden=hidden,
        mode=row.mode,
        started=row.started,
        submitted=row.submitted,
        units=None if hidden else row.units,
        max_units=None if hidden else row.max_units,
        pending=None if hidden else row.pending,
        skills={} if hidden else json.loads(row.skills or "{}"),
    )


def list_all_responses(conn: Connection, learner_id: int) -> dict[str, list[Response]]:
    """Stored answers of all attempts of a learner, by the attempt's public id."""
    rows = conn.execute(
        _allowed(
            select(
                AttemptRow.public_id,
                ResponseRow.question_id,
                ResponseRow.answer,
                ResponseRow.seq,
                ResponseRow.saved,
                ResponseRow.units,
                ResponseRow.verdict,
            )
            .select_from(AttemptRow)
            .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
            .where(AttemptRow.learner_id == learner_id)
            .order_by(AttemptRow.id)
        )
    )
    answers: dict[str, list[Response]] = {}
    for public_id, question_id, answer, seq, saved, units, verdict in rows:
        response = Response(question_id, json.loads(answer), seq, saved, units, verdict)
        answers.setdefault(public_id, []).append(response)
    return answers
