"""What teachers read of the attempts that a class has handed in.

Of each learner one attempt counts, and the database picks it: responses of the others are never
read. Of equals the first counts, as in ``domain.assignment.counted``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import aliased

from app.domain.assignment import Counting
from app.models.attempt import AttemptRow, ResponseRow, TryRow
from app.models.classroom import MembershipRow
from app.models.content import QuizVersionRow
from app.questions.base import Answer, Mode

__all__ = [
    "Done",
    "Given",
    "Judged",
    "Marked",
    "Pile",
    "Place",
    "Sheet",
    "find_category",
    "find_pile",
    "find_submitted",
    "list_done",
    "list_given",
    "list_judged",
    "list_marked",
    "list_names",
    "list_sheets",
    "list_versions",
    "lock_version",
]


@dataclass(frozen=True, slots=True)
class Done:
    """A submitted attempt; ``units``, ``max_units`` and ``pending`` in units of a point."""

    id: int
    public_id: str
    version_id: int
    started: datetime
    submitted: datetime
    units: int
    max_units: int
    pending: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A learner of the class, with the attempt that counts."""

    member_id: int
    learner_id: int
    pseudonym: str
    removed: bool
    """Whether they are in the class no more; what they did is kept."""
    handed_in: int
    """How many attempts they have handed in."""
    attempt: Done | None
    """None before the first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The mark of one item of an attempt; ``units`` is None while a person has to mark it."""

    attempt_id: int
    question_id: str
    units: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with its mark."""

    attempt_id: int
    answer: Answer | None
    units: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text lies in the pile, numbered from 1 in the order of ids of chance."""

    number: int
    public_id: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """The texts on one question: how many, one of them, and those beside it."""

    texts: int
    marked: int
    place: Place
    attempt_id: int
    version_id: int
    answer: str
    units: int | None
    around: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer that was marked by the key, with all that it was marked by."""

    attempt_id: int
    assignment_id: int | None
    mode: Mode
    answer: Answer | None
    log: Sequence[Answer | None]
    """In training: the checked answers, None for a hint."""
    units: int
    verdict: str
    category: str


_DONE = (
    AttemptRow.id,
    AttemptRow.public_id,
    AttemptRow.version_id,
    AttemptRow.started,
    AttemptRow.submitted,
    AttemptRow.units,
    AttemptRow.max_units,
    AttemptRow.pending,
)
_MINE = aliased(AttemptRow)
_ORDER: dict[Counting, tuple[Any, ...]] = {
    "best": (_MINE.units.desc(), _MINE.id),
    "first": (_MINE.id,),
    "last": (_MINE.id.desc(),),
}


def _done(row: Any) -> Done:
    return Done(*(*row[:5], row[5] or 0, row[6] or 0, row[7] or 0))


def list_sheets(
    conn: Connection,
    assignment_id: int,
    classroom_id: int,
    counts: Counting,
    member_id: int | None = None,
) -> list[Sheet]:
    """The class by pseudonym, in one statement; who left is there if they handed something in."""
    # Looked up learner by learner. SQLite would take the index of assignments, and read all that
    # was handed in for each learner again: what is reckoned with is no index's.
    handed_in = (
        (_MINE.learner_id == MembershipRow.learner_id)
        & (_MINE.assignment_id + 0 == assignment_id)
        & _MINE.submitted.is_not(None)
    )
    counted = select(_MINE.id).where(handed_in).order_by(*_ORDER[counts]).limit(1)
    number = select(func.count()).select_from(_MINE).where(handed_in)
    query = (
        select(
            MembershipRow.id,
            MembershipRow.learner_id,
            MembershipRow.pseudonym,
            MembershipRow.removed.is_not(None),
            number.correlate(MembershipRow).scalar_subquery(),
            *_DONE,
        )
        .select_from(MembershipRow)
        .outerjoin(AttemptRow, AttemptRow.id == counted.correlate(MembershipRow).scalar_subquery())
        .where(
            MembershipRow.classroom_id == classroom_id,
            MembershipRow.removed.is_(None) | AttemptRow.id.is_not(None),
        )
        .order_by(MembershipRow.pseudonym_key, MembershipRow.id)
    )
    if member_id is not None:
        query = query.where(MembershipRow.id == member_id)
    return [
        Sheet(
            row[0], row[1], row[2], bool(row[3]), row[4], None if row[5] is None else _done(row[5:])
        )
        for row in conn.execute(query)
    ]


def list_judged(conn: Connection, attempt_ids: Sequence[int]) -> list[Judged]:
    """The marks of attempts, item by item."""
    rows: Any = conn.execute(
        select(
            ResponseRow.attempt_id, ResponseRow.question_id, ResponseRow.units, ResponseRow.verdict
        ).where(ResponseRow.attempt_id.in_(attempt_ids))
    )
    return [Judged(*row) for row in rows]


def list_given(conn: Connection, attempt_ids: Sequence[int], question_id: str) -> list[Given]:
    """What attempts answered to one question."""
    rows: Any = conn.execute(
        select(ResponseRow.attempt_id, ResponseRow.answer, ResponseRow.units, ResponseRow.verdict)
        .where(ResponseRow.attempt_id.in_(attempt_ids), ResponseRow.question_id == question_id)
        .order_by(ResponseRow.attempt_id)
    )
    return [Given(row[0], json.loads(row[1]), row[2], row[3] or "blank") for row in rows]


def list_done(conn: Connection, assignment_id: int, learner_id: int) -> list[Done]:
    """What a learner has handed in of an assignment, in the order begun."""
    rows = conn.execute(
        select(*_DONE)
        .where(
            AttemptRow.assignment_id == assignment_id,
            AttemptRow.learner_id == learner_id,
            AttemptRow.submitted.is_not(None),
        )
        .order_by(AttemptRow.id)
    )
    return [_done(row) for row in rows]


def find_submitted(conn: Connection, assignment_id: int, public_id: str) -> int | None:
    """The number of a submitted attempt of an assignment."""
    return conn.scalar(
        select(AttemptRow.id).where(
            AttemptRow.public_id == public_id,
            AttemptRow.assignment_id == assignment_id,
            AttemptRow.submitted.is_not(None),
        )
    )


def find_category(conn: Connection, attempt_id: int, question_id: str) -> str | None:
    """Under which category the answer of a submitted attempt is counted."""
    return conn.scalar(
        select(ResponseRow.category).where(
            ResponseRow.attempt_id == attempt_id, ResponseRow.question_id == question_id
        )
    )


def find_pile(
    conn: Connection, assignment_id: int, question_id: str, shown: str, beside: int
) -> Pile | None:
    """The texts that were handed in, blank ones left out; None where there are none.

    Only one is read: that of this public id, else the first that waits, else the first. Of the
    others only the places are, of so many on each side.
    """
    of_question = (ResponseRow.attempt_id == AttemptRow.id) & (
        ResponseRow.question_id == question_id
    )
    pile = (
        select(
            AttemptRow.id.label("attempt_id"),
            AttemptRow.public_id,
            AttemptRow.version_id,
            ResponseRow.units,
            func.row_number().over(order_by=AttemptRow.public_id).label("n"),
            func.count().over().label("texts"),
            func.count(ResponseRow.units).over().label("marked"),
        )
        .join(ResponseRow, of_question)
        .where(
            AttemptRow.assignment_id == assignment_id,
            AttemptRow.submitted.is_not(None),
            ResponseRow.answer != "null",
        )
        .cte("pile")
    )
    waiting = case((pile.c.units.is_(None), pile.c.n))
    at = (
        select(pile.c.n).where(pile.c.public_id == shown)
        if shown
        else select(func.coalesce(func.min(waiting), 1))
    ).scalar_subquery()
    rows: Any = conn.execute(
        select(pile, case((pile.c.n == at, ResponseRow.answer)).label("answer"))
        .join(
            ResponseRow,
            (ResponseRow.attempt_id == pile.c.attempt_id)
            & (ResponseRow.question_id == question_id),
        )
        .where(pile.c.n.between(at - beside, at + beside))
        .order_by(pile.c.n)
    ).all()
    places = [Place(row.n, row.public_id, row.units is not None) for row in rows]
    for place, row in zip(places, rows, strict=True):
        if row.answer is not None:
            return Pile(
                texts=row.texts,
                marked=row.marked,
                place=place,
                attempt_id=row.attempt_id,
                version_id=row.version_id,
                answer=json.loads(row.answer),
                units=row.units,
                around=places,
            )
    return None


# For marking anew.


def list_versions(conn: Connection, assignment_id: int) -> list[int]:
    """The versions on which anything was handed in."""
    return list(
        conn.scalars(
            select(AttemptRow.version_id)
            .where(AttemptRow.assignment_id == assignment_id, AttemptRow.submitted.is_not(None))
            .group_by(AttemptRow.version_id)
        )
    )


def lock_version(conn: Connection, version_id: int) -> None:
    """Hold off, until commit, whoever would begin or submit an attempt on a version.

    A submit that is under way is waited for; one that comes later finds what was decided.
    """
    conn.execute(
        select(QuizVersionRow.id).where(QuizVersionRow.id == version_id).with_for_update()
    ).all()
    conn.execute(
        select(AttemptRow.id)
        .where(AttemptRow.version_id == version_id)
        .order_by(AttemptRow.id)
        .with_for_update()
    ).all()


def list_marked(
    conn: Connection, version_id: int, question_id: str, assignment_id: int | None
) -> list[Marked]:
    """The answers to a question on a version, of one assignment or of all."""
    query = (
        select(
            AttemptRow.id,
            AttemptRow.assignment_id,
            AttemptRow.mode,
            ResponseRow.answer,
            ResponseRow.units,
            ResponseRow.verdict,
            ResponseRow.category,
        )
        .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
        .where(
            AttemptRow.version_id == version_id,
            AttemptRow.submitted.is_not(None),
            ResponseRow.question_id == question_id,
            ResponseRow.units.is_not(None),
        )
        .order_by(AttemptRow.id)
    )
    tries = (
        select(TryRow.attempt_id, TryRow.answer)
        .join(AttemptRow, AttemptRow.id == TryRow.attempt_id)
        .where(AttemptRow.version_id == version_id, TryRow.question_id == question_id)
        .order_by(TryRow.attempt_id, TryRow.number)
    )
    if assignment_id is not None:
        query = query.where(AttemptRow.assignment_id == assignment_id)
        tries = tries.where(AttemptRow.assignment_id == assignment_id)
    logs: dict[int, list[Answer | None]] = {}
    for attempt_id, answer in conn.execute(tries):
        logs.setdefault(attempt_id, []).append(None if answer is None else json.loads(answer))
    rows: Any = conn.execute(query)
    return [
        Marked(*(*row[:3], json.loads(row[3]), logs.get(row[0], ()), row[4], row[5], row[6] or ""))
        for row in rows
    ]


def list_names(conn: Connection, assignment_id: int, classroom_id: int) -> dict[int, str]:
    """Attempt of an assignment → the pseudonym of its learner."""
    rows: Any = conn.execute(
        select(AttemptRow.id, MembershipRow.pseudonym)
        .join(MembershipRow, MembershipRow.learner_id == AttemptRow.learner_id)
        .where(
            AttemptRow.assignment_id == assignment_id, MembershipRow.classroom_id == classroom_id
        )
    )
    return {row[0]: row[1] for row in rows}
