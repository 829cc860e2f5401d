"""« Accepter cette réponse » : a text that the key does not have earns something after all.

Whoever may edit the quiz decides for all who took this version; another teacher for the class at
hand. Everybody concerned is marked anew, exactly, in the transaction that keeps the decision;
marks given by hand stay as they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from app.domain import attempt as rules
from app.domain import scoring
from app.domain.amendment import Amendment, amended
from app.domain.quiz import Item, Quiz
from app.errors import N_, NotFound, Refused
from app.models import attempt as attempts
from app.models import content, marking, results, rights
from app.models.assignment import Assignment, assignment_for
from app.models.remarking import NewMark, remark
from app.models.results import Marked
from app.questions.base import Question

__all__ = ["Change", "Preview", "Wish", "accept_answer", "preview_acceptance"]

FRACTIONS = {"1": 1.0, "0.5": 0.5, "0": 0.0}
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What a teacher wants to accept, as sent."""

    version_id: int
    question_id: str
    part: str
    text: str
    fraction: str


@dataclass(frozen=True, slots=True)
class Change:
    """A mark that changes, in units."""

    attempt_id: int
    name: str | None
    """The pseudonym; None for learners of others."""
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting would change."""

    assignment: Assignment
    quiz: Quiz
    item: Item
    wish: Wish
    for_all: bool
    """Whether it holds for all who took this version, or for this assignment alone."""
    changes: Sequence[Change]
    seal: str
    """Of what was seen: a decision holds for nothing else."""

    @property
    def own(self) -> Sequence[Change]:
        """Those of this class."""
        return [one for one in self.changes if one.name is not None]


@dataclass(frozen=True, slots=True)
class _Plan:
    assignment: Assignment
    quiz: Quiz
    item: Item
    amendment: Amendment
    scope: int | None
    known: Sequence[Amendment]
    """What was decided so far."""
    marks: Mapping[int, NewMark]
    """Attempt → what the answer is worth and counted as from now on, where that changes."""
    before: Mapping[int, int]

    @property
    def seal(self) -> str:
        told = [(one, self.before[one], mark.units) for one, mark in sorted(self.marks.items())]
        seen = (self.amendment, self.scope, self.known, told)
        return sha256(repr(seen).encode()).hexdigest()[:32]


def preview_acceptance(conn: Connection, user_id: int, public_id: str, wish: Wish) -> Preview:
    """Who would be marked otherwise, from what to what. Raises NotFound, Refused."""
    plan = _plan(conn, user_id, public_id, wish)
    names = results.list_names(conn, plan.assignment.id, plan.assignment.classroom.id)
    changes = [
        Change(one, names.get(one), plan.before[one], mark.units)
        for one, mark in sorted(plan.marks.items())
        if plan.before[one] != mark.units
    ]
    return Preview(
        plan.assignment, plan.quiz, plan.item, wish, plan.scope is None, changes, plan.seal
    )


def accept_answer(
    conn: Connection, user_id: int, public_id: str, wish: Wish, seal: str, now: datetime
) -> int:
    """Accept it, and mark anew: how many marks changed.

    Raises NotFound, and Refused where what would change is not what the teacher has seen.
    """
    assignment_for(conn, user_id, public_id)
    results.lock_version(conn, wish.version_id)
    plan = _plan(conn, user_id, public_id, wish)
    if plan.seal != seal:
        raise Refused(
            N_("Entre-temps, des réponses ou des notes ont changé. Voici ce qui changerait.")
        )
    marking.add_amendment(conn, wish.version_id, plan.scope, plan.amendment, user_id, now)
    remark(conn, {one: {plan.item.question.id: mark} for one, mark in plan.marks.items()})
    return sum(plan.before[one] != mark.units for one, mark in plan.marks.items())


def _plan(conn: Connection, user_id: int, public_id: str, wish: Wish) -> _Plan:
    found = assignment_for(conn, user_id, public_id)
    if wish.version_id not in {found.version_id, *results.list_versions(conn, found.id)}:
        raise NotFound
    quiz = content.get_version(conn, wish.version_id)
    item = quiz.by_id.get(wish.question_id)
    if item is None:
        raise NotFound
    amendment = _amendment(item.question, wish)
    scope = None if _edits(conn, user_id, found) else found.id
    by_hand = marking.list_hand_marked(conn, wish.version_id, wish.question_id)
    marked = [
        one
        for one in results.list_marked(conn, wish.version_id, wish.question_id, scope)
        if one.attempt_id not in by_hand
    ]
    marks = dict(_marks(conn, quiz, item, amendment, wish.version_id, marked))
    before = {one.attempt_id: one.units for one in marked}
    known = marking.list_amendments(conn, wish.version_id, scope)
    return _Plan(found, quiz, item, amendment, scope, known, marks, before)


def _edits(conn: Connection, user_id: int, found: Assignment) -> bool:
    try:
        return rights.quiz_for(conn, user_id, found.slug).edits
    except NotFound:
        return False


def _amendment(question: Question, wish: Wish) -> Amendment:
    """What the wish says, if it can be. Raises NotFound, Refused."""
    text = " ".join(wish.text.split())
    fraction = FRACTIONS.get(wish.fraction)
    if fraction is None:
        raise Refused(N_("Accordez tous les points, ou la moitié."))
    if not text or len(text) > LONGEST:
        raise Refused(N_("Cette réponse ne peut pas être acceptée : elle est vide ou trop longue."))
    if wish.part not in question.typed_parts():
        raise NotFound
    return Amendment(question.id, wish.part, text, fraction)


def _marks(
    conn: Connection,
    quiz: Quiz,
    item: Item,
    amendment: Amendment,
    version_id: int,
    marked: Sequence[Marked],
) -> Iterator[tuple[int, NewMark]]:
    """What changes: each answer judged by all that holds for its assignment."""
    questions: dict[int | None, Question] = {}
    for one in marked:
        if one.assignment_id not in questions:
            known = marking.list_amendments(conn, version_id, one.assignment_id)
            questions[one.assignment_id] = amended(quiz, [*known, amendment]).get(
                item.question.id, item.question
            )
        question = questions[one.assignment_id]
        grade, fraction = rules.final_grade(question, one.answer, one.log, quiz.reading, one.mode)
        units = scoring.mark(question, fraction).units
        if units is None or fraction is None:
            continue
        new = NewMark(
            float(fraction), units, grade.verdict.value, attempts.category(grade.category)
        )
        if (new.units, new.verdict, new.category) != (one.units, one.verdict, one.category):
            yield one.attempt_id, new
