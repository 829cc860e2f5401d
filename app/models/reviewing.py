"""A submitted attempt, explained item by item: for its learner, and for their teacher."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from app.domain import attempt as rules
from app.domain import scoring
from app.domain.amendment import Amendment, amended
from app.domain.quiz import Item, Quiz
from app.models.account import UserRow
from app.models.attempt import AttemptRow, ResponseRow, list_tries
from app.models.marking import KeyAmendmentRow, MarkRow
from app.questions.base import Answer, Grade, Mode, Question, Verdict

__all__ = ["ByHand", "Correction", "review"]


@dataclass(frozen=True, slots=True)
class ByHand:
    """The mark that a person gave, as the learner sees it."""

    by: str
    marked: datetime
    comment: str
    rubric: dict[str, int] | None
    """Rank of the criterion from 0 → units."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One item of the results."""

    item: Item
    answer: Answer | None
    key: Answer | None
    grade: Grade
    units: int | None
    hints: int
    tries: int
    by_hand: ByHand | None = None
    accepted: bool = False
    """Whether a teacher accepted the answer, which the key does not have."""
    afterwards: bool = False
    """Whether that changed the mark, as the answer had been handed in before."""


_OTHER = aliased(MarkRow)
_LATEST = (
    select(func.max(_OTHER.id))
    .where(
        _OTHER.attempt_id == ResponseRow.attempt_id, _OTHER.question_id == ResponseRow.question_id
    )
    .correlate(ResponseRow)
    .scalar_subquery()
)
_REVIEWED = (
    select(
        ResponseRow.question_id,
        ResponseRow.answer,
        ResponseRow.units,
        ResponseRow.verdict,
        UserRow.name,
        MarkRow.marked,
        MarkRow.comment,
        MarkRow.rubric,
    )
    .select_from(ResponseRow)
    .outerjoin(MarkRow, MarkRow.id == _LATEST)
    .outerjoin(UserRow, UserRow.id == MarkRow.marked_by)
    .where(ResponseRow.attempt_id == bindparam("attempt"))
)


_DECIDED = (
    select(
        KeyAmendmentRow.question_id,
        KeyAmendmentRow.part,
        KeyAmendmentRow.accepted,
        KeyAmendmentRow.fraction,
        KeyAmendmentRow.amended,
        AttemptRow.submitted,
    )
    .join(AttemptRow, AttemptRow.version_id == KeyAmendmentRow.version_id)
    .where(
        AttemptRow.id == bindparam("attempt"),
        KeyAmendmentRow.assignment_id.is_(None)
        | (KeyAmendmentRow.assignment_id == AttemptRow.assignment_id),
    )
    .order_by(KeyAmendmentRow.id)
)
_Questions = dict[str, Question]


def _decided(conn: Connection, attempt_id: int, quiz: Quiz) -> tuple[_Questions, _Questions]:
    """The amended questions as they are judged now, and as they were when it was handed in."""
    rows: Any = conn.execute(_DECIDED, {"attempt": attempt_id}).all()
    return (
        amended(quiz, [Amendment(*row[:4]) for row in rows]),
        amended(quiz, [Amendment(*row[:4]) for row in rows if row.amended <= row.submitted]),
    )


def review(
    conn: Connection, attempt_id: int, quiz: Quiz, mode: Mode, items: Iterable[Item]
) -> tuple[tuple[Correction, ...], scoring.Score]:
    """Each item with its answer, key and mark, and what they make together."""
    rows: Any = conn.execute(_REVIEWED, {"attempt": attempt_id})
    stored = {row[0]: row[1:] for row in rows}
    logs = list_tries(conn, attempt_id) if mode == "training" else {}
    corrections, marks = [], []
    decided: tuple[_Questions, _Questions] | None = None
    for item in items:
        question = item.question
        text, units, verdict, by, marked, comment, rubric = stored.get(
            question.id, ("null", 0, None, None, None, "", None)
        )
        answer = json.loads(text)
        log = logs.get(question.id, ())
        grade, fraction = rules.final_grade(question, answer, log, quiz.reading, mode)
        by_hand, accepted, afterwards = None, False, False
        if by is not None:
            told = None if rubric is None else json.loads(rubric)
            by_hand = ByHand(by, marked, comment, told)
            grade = replace(grade, verdict=Verdict(verdict))
        elif units is not None and units > (scoring.mark(question, fraction).units or 0):
            # Rare, so that what was decided is read for those alone whom it concerns.
            decided = decided or _decided(conn, attempt_id, quiz)
            (grade, _), (_, before) = (
                rules.final_grade(known.get(question.id, question), answer, log, quiz.reading, mode)
                for known in decided
            )
            accepted = True
            afterwards = units > (scoring.mark(question, before).units or 0)
            grade = replace(grade, verdict=Verdict(verdict))
        marks.append(scoring.Mark(question.id, question.skill, units, item.max_units))
        tries = sum(one is not None for one in log)
        corrections.append(
            Correction(
                item=item,
                answer=answer,
                key=question.key(quiz.reading),
                grade=grade,
                units=units,
                hints=len(log) - tries,
                tries=tries,
                by_hand=by_hand,
                accepted=accepted,
                afterwards=afterwards,
            )
        )
    return tuple(corrections), scoring.score(marks)
