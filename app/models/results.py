"""What teachers read of the attempts that a class has handed in.

Of each learner one attempt counts, and the database picks it: responses of the others are never
read. Of equals the first counts, as in ``domain.assignment.counted``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    outerjoin,
    select,
    true,
)
from sqlalchemy.orm import aliased

from app.domain.assignment import Counting
from app.models.assignment import Assignment
from app.models.attempt import AttemptRow, ResponseRow, TryRow
from app.models.classroom import PAGE, MembershipRow
from app.models.content import QuizVersionRow
from app.models.counts import ItemCountRow
from app.questions.base import Answer, Mode, Verdict

__all__ = [
    "Done",
    "Earned",
    "Given",
    "Judged",
    "Marked",
    "Pile",
    "Place",
    "Roll",
    "Sheet",
    "find_category",
    "find_pile",
    "find_submitted",
    "list_done",
    "list_given",
    "list_judged",
    "list_marked",
    "list_names",
    "list_roll",
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
class Roll:
    """The class, or a page of it, with figures of the whole."""

    sheets: Sequence[Sheet]
    learners: int
    handed_in: int
    """How many learners have handed something in."""
    attempts: int
    """How many attempts they have handed in."""
    mean: float | None
    """What those who handed in made of their points on average, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Earned:
    """What the attempts that count made of a question of a version."""

    version_id: int
    question_id: str
    units: int
    marked: int
    """How many answers are marked."""
    pending: int
    """How many wait for a person."""


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


def _counted(given: Assignment) -> ColumnElement[int | None]:
    """The attempt of a member that counts."""
    query = (
        select(_MINE.id)
        .where(_handed_in(given), _MINE.learner_id == MembershipRow.learner_id)
        .order_by(*_ORDER[given.terms.counts])
        .limit(1)
    )
    return query.correlate(MembershipRow).scalar_subquery()


def _handed_in(given: Assignment) -> ColumnElement[bool]:
    return (_MINE.assignment_id == given.id) & _MINE.submitted.is_not(None)


def _share(attempt: Any) -> ColumnElement[float]:
    """What an attempt made of its points, from 0 to 1."""
    made = cast(attempt.units, Float) / attempt.max_units
    return case((attempt.max_units > 0, made), else_=0.0)


def list_sheets(
    conn: Connection, given: Assignment, member_id: int | None = None
) -> Sequence[Sheet]:
    """The class by pseudonym, or one of it; who left is there if they handed something in."""
    shown = _ranked(given, "name")
    if member_id is not None:
        shown = shown.where(MembershipRow.id == member_id)
    return [_sheet(row) for row in conn.execute(_sheets(given, shown))]


def list_roll(conn: Connection, given: Assignment, sort: str, page: int | None) -> Roll:
    """The class or a page of it, with figures of the whole: one statement.

    ``sort`` is ``name``, ``total`` or the id of a question: the highest first but for names.
    """
    attempts = select(func.count()).where(_handed_in(given)).scalar_subquery()
    who = select(func.count(_MINE.learner_id.distinct())).where(_handed_in(given))
    handed_in = who.scalar_subquery()
    of_class = MembershipRow.classroom_id == given.classroom.id
    left = MembershipRow.removed.is_not(None) & _counted(given).is_(None)
    learners = select(func.count()).where(of_class, ~left).scalar_subquery()
    # Picking the attempt that counts of each is spared where there is nothing to pick.
    of_all = select(func.avg(_share(_MINE))).where(_handed_in(given))
    of_those_that_count = (
        select(func.avg(_share(AttemptRow)))
        .select_from(MembershipRow)
        .join(AttemptRow, AttemptRow.id == _counted(given))
        .where(of_class)
    )
    mean = case(
        (attempts == handed_in, of_all.scalar_subquery()),
        else_=of_those_that_count.scalar_subquery(),
    )
    shown = _ranked(given, sort)
    if page is not None:
        shown = shown.limit(PAGE).offset((page - 1) * PAGE)
    whole = select(learners, handed_in, attempts, mean).subquery()
    query = _sheets(given, shown).add_columns(*whole.c).join(whole, true())
    rows: Any = conn.execute(query).all()
    if not rows:
        return Roll((), 0, 0, 0, None)
    return Roll([_sheet(row) for row in rows], *rows[0][-4:])


def _ranked(given: Assignment, sort: str) -> Select[Any]:
    """The members in order; what they are ordered by comes last."""
    counted = _counted(given)
    joined: Any = MembershipRow
    ranks: list[ColumnElement[Any]] = []
    if sort == "total":
        joined = outerjoin(MembershipRow, AttemptRow, AttemptRow.id == counted)
        ranks = [case((AttemptRow.id.is_(None), 1.0), else_=-_share(AttemptRow))]
    elif sort != "name":
        of_question = (ResponseRow.attempt_id == counted) & (ResponseRow.question_id == sort)
        joined = outerjoin(MembershipRow, ResponseRow, of_question)
        # The highest mark first, then what waits, then what is not there.
        waits = (ResponseRow.attempt_id.is_(None), 2), (ResponseRow.units.is_(None), 1)
        ranks = [case(*waits, else_=0), -func.coalesce(ResponseRow.units, 0)]
    order = [
        *(rank.label(f"rank_{n}") for n, rank in enumerate(ranks)),
        MembershipRow.pseudonym_key,
        MembershipRow.id.label("last"),
    ]
    return (
        select(
            MembershipRow.id,
            MembershipRow.learner_id,
            MembershipRow.pseudonym,
            MembershipRow.removed,
            counted.label("counted"),
            *order,
        )
        .select_from(joined)
        .where(
            MembershipRow.classroom_id == given.classroom.id,
            MembershipRow.removed.is_(None) | counted.is_not(None),
        )
        .order_by(*order)
    )


def _sheets(given: Assignment, shown: Select[Any]) -> Any:
    """What else there is of members, looked up for those that are shown alone."""
    roll = shown.subquery()
    own = select(func.count()).where(_handed_in(given), _MINE.learner_id == roll.c.learner_id)
    return (
        select(
            roll.c.id,
            roll.c.learner_id,
            roll.c.pseudonym,
            roll.c.removed.is_not(None),
            own.scalar_subquery(),
            *_DONE,
        )
        .select_from(roll.outerjoin(AttemptRow, AttemptRow.id == roll.c.counted))
        .order_by(*(roll.c[column.name] for column in shown.selected_columns[5:]))
    )


def _sheet(row: Any) -> Sheet:
    done = None if row[5] is None else _done(row[5:])
    return Sheet(row[0], row[1], row[2], bool(row[3]), row[4], done)


def list_judged(
    conn: Connection, given: Assignment, attempt_ids: Sequence[int], *, all_count: bool
) -> tuple[list[Judged], list[Earned]]:
    """The marks of some attempts; and what those that count made of each question.

    One statement. Where all that was handed in counts (``all_count``), the sums come from the
    counts and cost the same for any class; else from the responses of the attempts that count.
    """
    nothing = literal(0, BigInteger)
    some = select(
        ResponseRow.attempt_id,
        ResponseRow.question_id,
        ResponseRow.units,
        ResponseRow.verdict,
        nothing,
        nothing,
        nothing,
    ).where(ResponseRow.attempt_id.in_(attempt_ids))
    sums = _earned_of_all(given) if all_count else _earned(given)
    marks, earned = [], []
    rows: Any = conn.execute(some.union_all(sums))
    for attempt_id, question_id, units, verdict, version_id, marked, pending in rows:
        if attempt_id is None:
            earned.append(Earned(version_id, question_id, units, marked, pending))
        else:
            marks.append(Judged(attempt_id, question_id, units, verdict))
    return marks, earned


def _earned_of_all(given: Assignment) -> Any:
    n, waits = ItemCountRow.n, ItemCountRow.category == Verdict.PENDING.value
    versions = select(QuizVersionRow.id).where(QuizVersionRow.quiz_id == given.quiz_id)
    return (
        select(
            null(),
            ItemCountRow.question_id,
            cast(func.sum(n * ItemCountRow.units), BigInteger),
            null(),
            ItemCountRow.version_id,
            cast(func.sum(case((waits, 0), else_=n)), BigInteger),
            cast(func.sum(case((waits, n), else_=0)), BigInteger),
        )
        # The key of the counts begins with the version.
        .where(ItemCountRow.version_id.in_(versions), ItemCountRow.assignment_id == given.id)
        .group_by(ItemCountRow.version_id, ItemCountRow.question_id)
    )


def _earned(given: Assignment) -> Any:
    return (
        select(
            null(),
            ResponseRow.question_id,
            cast(func.coalesce(func.sum(ResponseRow.units), 0), BigInteger),
            null(),
            AttemptRow.version_id,
            func.count(ResponseRow.units),
            func.count() - func.count(ResponseRow.units),
        )
        .select_from(MembershipRow)
        .join(AttemptRow, AttemptRow.id == _counted(given))
        .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
        .where(MembershipRow.classroom_id == given.classroom.id)
        .group_by(AttemptRow.version_id, ResponseRow.question_id)
    )


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
