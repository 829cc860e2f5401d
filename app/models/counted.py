"""What statistics read of the counts: the versions that were taken, and all that is counted of one.

A version has as many cells as there are ways to answer, not as there are attempts: of each item,
its kinds of answers times the totals that went with them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select, union_all

from app.domain.hard_sentences import Lookup
from app.domain.statistics import Cell
from app.models.content import QuizVersionRow
from app.models.counts import ItemCountRow
from app.models.lookups import LookupCountRow
from app.questions.base import Mode

__all__ = ["Counted", "CountedVersion", "Votes", "get_counted", "list_counted", "list_votes"]


@dataclass(frozen=True, slots=True)
class CountedVersion:
    """A version of a quiz, and how many attempts were submitted on it in each mode."""

    id: int
    number: int
    created: datetime
    attempts: Mapping[Mode, int]


def list_counted(
    conn: Connection, quiz_id: int, assignment_ids: Collection[int] | None = None
) -> list[CountedVersion]:
    """The versions of a quiz, the latest first; counted as in ``get_counted``."""
    counted_in = ItemCountRow.version_id == QuizVersionRow.id
    if assignment_ids is not None:
        counted_in &= ItemCountRow.assignment_id.in_(assignment_ids)
    rows = conn.execute(
        select(
            QuizVersionRow.id,
            QuizVersionRow.number,
            QuizVersionRow.created,
            ItemCountRow.mode,
            ItemCountRow.question_id,
            func.sum(ItemCountRow.n),
        )
        .outerjoin(ItemCountRow, counted_in)
        .where(QuizVersionRow.quiz_id == quiz_id)
        .group_by(
            QuizVersionRow.id,
            QuizVersionRow.number,
            QuizVersionRow.created,
            ItemCountRow.mode,
            ItemCountRow.question_id,
        )
        .order_by(QuizVersionRow.number.desc())
    )
    versions: dict[int, CountedVersion] = {}
    attempts: dict[int, dict[Mode, int]] = {}
    for version_id, number, created, mode, _, n in rows:
        counted = attempts.setdefault(version_id, {})
        versions.setdefault(version_id, CountedVersion(version_id, number, created, counted))
        if mode is not None:  # every attempt is counted once for each question
            counted[mode] = max(counted.get(mode, 0), int(n))
    return list(versions.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a version."""

    cells: list[Cell]
    lookups: list[Lookup]


def get_counted(
    conn: Connection,
    version_id: int,
    modes: Collection[Mode],
    assignment_ids: Collection[int] | None = None,
) -> Counted:
    """The counts of a version in these modes, of some assignments, or whoever set the attempts.

    Answers and look-ups come in one statement, as every page of figures needs both.
    """

    def within(query: Any, table: Any) -> Any:
        query = query.where(table.version_id == version_id, table.mode.in_(modes))
        if assignment_ids is None:
            return query
        return query.where(table.assignment_id.in_(assignment_ids))

    key = (
        ItemCountRow.question_id,
        ItemCountRow.category,
        ItemCountRow.units,
        ItemCountRow.total,
    )
    word = (LookupCountRow.sentence_id, LookupCountRow.entry)
    answers = select(literal(0), *key, func.sum(ItemCountRow.n)).group_by(*key)
    lookups = select(
        literal(1), word[0], literal(""), word[1], literal(0), func.sum(LookupCountRow.n)
    ).group_by(*word)
    found = Counted([], [])
    rows = union_all(within(answers, ItemCountRow), within(lookups, LookupCountRow))
    for kind, name, category, number, total, n in conn.execute(rows):
        if kind:
            found.lookups.append(Lookup(name, number, int(n)))
        else:
            found.cells.append(Cell(name, category, number, total, int(n)))
    return found


Votes = dict[int, dict[str, dict[str, int]]]
"""Version → question → category of an answer → how many gave it."""


def list_votes(
    conn: Connection, quiz_id: int, assignment_ids: Collection[int] | None = None
) -> Votes:
    """How often each answer was given, on all versions of a quiz; counted as in ``get_counted``."""
    of_quiz = select(QuizVersionRow.id).where(QuizVersionRow.quiz_id == quiz_id)
    key = (ItemCountRow.version_id, ItemCountRow.question_id, ItemCountRow.category)
    query = (
        select(*key, func.sum(ItemCountRow.n))
        .where(ItemCountRow.version_id.in_(of_quiz))
        .group_by(*key)
        .order_by(*key)
    )
    if assignment_ids is not None:
        query = query.where(ItemCountRow.assignment_id.in_(assignment_ids))
    votes: Votes = {}
    for version_id, question, category, n in conn.execute(query):
        votes.setdefault(version_id, {}).setdefault(question, {})[category] = int(n)
    return votes
