"""What a class has handed in of an assignment: results, answers question by question, marks.

Of each learner one attempt counts, by the assignment's rule.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection

from app.domain import scoring
from app.domain.amendment import amended, holding
from app.domain.answer_groups import AnswerGroup, TypedGroup, group_answers, group_typed
from app.domain.quiz import Item, Quiz
from app.domain.scoring import UNITS
from app.errors import N_, NotFound, Refused
from app.models import attempt as attempts
from app.models import content, marking, results
from app.models.assignment import Assignment, assignment_for
from app.models.classroom import pages
from app.models.marking import Judgement, Mark
from app.models.remarking import NewMark, remark
from app.models.results import Done, Earned, Judged, Sheet
from app.models.reviewing import Correction, review
from app.questions.base import Verdict
from app.questions.essay.question import Criterion, rubric_of

__all__ = [
    "Column",
    "LearnerReport",
    "Marking",
    "QuestionReport",
    "Row",
    "Table",
    "get_learner",
    "get_question",
    "get_table",
    "mark_answer",
]

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """A question of the table."""

    item: Item
    current: bool
    """Whether it is in the version that is given now; others are of an earlier one."""
    earned: float | None = None
    """What the class made of its points, from 0 to 1; None while no answer is marked."""
    pending: int = 0
    """How many answers wait for a person."""


@dataclass(frozen=True, slots=True)
class Row:
    """A learner of the table: question id → mark."""

    sheet: Sheet
    marks: Mapping[str, Judged]

    @property
    def share(self) -> float:
        """What the attempt that counts made of its points, from 0 to 1; −1 before the first."""
        done = self.sheet.attempt
        return -1 if done is None else done.units / done.max_units if done.max_units else 0


@dataclass(frozen=True, slots=True)
class Table:
    """The class, or a page of it: learner × question. All figures are of the whole class."""

    assignment: Assignment
    columns: Sequence[Column]
    rows: Sequence[Row]
    learners: int
    handed_in: int
    """How many learners have handed something in."""
    mean: float | None
    """What those who handed in made of their points on average, from 0 to 1."""
    sort: str
    """``name``, ``total`` or a question's id; the highest first but for names."""
    page: int

    @property
    def pages(self) -> int:
        """How many there are."""
        return pages(self.learners)

    @property
    def pending(self) -> Mapping[str, int]:
        """Question id → how many answers wait for a person."""
        return {one.item.question.id: one.pending for one in self.columns if one.pending}


def get_table(
    conn: Connection, user_id: int, public_id: str, sort: str = "name", page: int | None = None
) -> Table:
    """The results of an assignment, whole or a page of them, in three statements.

    Raises NotFound.
    """
    found = assignment_for(conn, user_id, public_id)
    roll = results.list_roll(conn, found, sort, page)
    if page and not roll.sheets:  # a page that is there no more
        page = 1
        roll = results.list_roll(conn, found, sort, page)
    done = [one.attempt.id for one in roll.sheets if one.attempt]
    all_count = roll.attempts == roll.handed_in
    marks, earned = results.list_judged(conn, found, done, all_count=all_count)
    by_attempt: dict[int, dict[str, Judged]] = {}
    for mark in marks:
        by_attempt.setdefault(mark.attempt_id, {})[mark.question_id] = mark
    columns = _columns(conn, found, earned)
    known = {"name", "total", *(column.item.question.id for column in columns)}
    return Table(
        assignment=found,
        columns=columns,
        rows=[
            Row(one, by_attempt.get(one.attempt.id, {}) if one.attempt else {})
            for one in roll.sheets
        ],
        learners=roll.learners,
        handed_in=roll.handed_in,
        mean=roll.mean,
        sort=sort if sort in known else "name",
        page=page or 1,
    )


def _columns(conn: Connection, found: Assignment, earned: Sequence[Earned]) -> list[Column]:
    taken = {found.version_id: found.quiz}
    sums: dict[str, Counter[str]] = {}
    for one in earned:
        if one.version_id not in taken:
            taken[one.version_id] = content.get_version(conn, one.version_id)
        worth = taken[one.version_id].by_id[one.question_id].max_units
        sums.setdefault(one.question_id, Counter()).update(
            earned=one.units, most=one.marked * worth, pending=one.pending
        )
    columns: dict[str, Column] = {}
    for version in sorted(taken, key=lambda one: (one != found.version_id, -one)):
        for item in taken[version].items:
            question = item.question.id
            made = sums.get(question, Counter())
            share = made["earned"] / made["most"] if made["most"] else None
            current = version == found.version_id
            columns.setdefault(question, Column(item, current, share, made["pending"]))
    return list(columns.values())


# One learner.


@dataclass(frozen=True, slots=True)
class LearnerReport:
    """What a learner has handed in, and one attempt of theirs explained."""

    assignment: Assignment
    sheet: Sheet
    attempts: Sequence[Done]
    shown: Done | None
    quiz: Quiz
    score: scoring.Score
    corrections: Sequence[Correction]
    history: Mapping[str, Sequence[Mark]]
    """Question id → the marks given by hand, the latest first."""


def get_learner(
    conn: Connection, user_id: int, public_id: str, member_id: int, shown: str = ""
) -> LearnerReport:
    """A learner of the class; the attempt of this public id, or the one that counts.

    Raises NotFound, also for a member of another class.
    """
    found = assignment_for(conn, user_id, public_id)
    sheets = results.list_sheets(conn, found, member_id)
    if not sheets:
        raise NotFound
    (sheet,) = sheets
    done = results.list_done(conn, found.id, sheet.learner_id)
    one = sheet.attempt
    if shown:
        one = next((other for other in done if other.public_id == shown), None)
        if one is None:
            raise NotFound
    if one is None:
        return LearnerReport(found, sheet, done, None, found.quiz, scoring.Score(), (), {})
    quiz = content.get_version(conn, one.version_id)
    corrections, score = review(conn, one.id, quiz, found.terms.mode, quiz.items)
    marks = marking.list_marks(conn, [one.id])
    history = {question: given for (_, question), given in marks.items()}
    return LearnerReport(found, sheet, done, one, quiz, score, corrections, history)


# One question.


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """All answers to a question, on one version of the quiz."""

    assignment: Assignment
    version_id: int
    quiz: Quiz
    item: Item
    groups: Sequence[AnswerGroup]
    typed: Sequence[TypedGroup]
    """What was typed, part by part; empty where nothing is."""
    others: Sequence[int]
    """Other versions that have the question and answers to it."""
    names: Mapping[int, Sheet]
    """Attempt → whose it is."""


def get_question(
    conn: Connection, user_id: int, public_id: str, question_id: str, version_id: int | None = None
) -> QuestionReport:
    """The answers of the attempts that count, grouped. Raises NotFound."""
    found = assignment_for(conn, user_id, public_id)
    sheets = results.list_sheets(conn, found)
    taken = {one.attempt.version_id for one in sheets if one.attempt} | {found.version_id}
    having = [
        version
        for version in sorted(taken, reverse=True)
        if question_id in content.get_version(conn, version).by_id
    ]
    version = version_id or (
        found.version_id if found.version_id in having else max(having, default=0)
    )
    if version not in having:
        raise NotFound
    quiz = content.get_version(conn, version)
    item = quiz.by_id[question_id]
    names = {
        one.attempt.id: one for one in sheets if one.attempt and one.attempt.version_id == version
    }
    given = results.list_given(conn, list(names), question_id)
    answers = [(one.attempt_id, one.answer, one.units, one.verdict) for one in given]
    question, accepted = item.question, []
    if question.typed_parts():
        decided = marking.list_amendments(conn, version, found.id)
        question = amended(quiz, decided).get(question_id, question)
        accepted = [one for one in holding(decided) if one.question_id == question_id]
    return QuestionReport(
        assignment=found,
        version_id=version,
        quiz=quiz,
        item=item,
        groups=group_answers(item.question, quiz.reading, answers),
        typed=group_typed(
            question, quiz.reading, answers, [(one.part, one.accepted) for one in accepted]
        ),
        others=[one for one in having if one != version],
        names=names,
    )


# Marks given by hand.


@dataclass(frozen=True, slots=True)
class Marking:
    """What a teacher decides of one answer, as typed."""

    points: Sequence[str]
    """One number, or one for each criterion of the rubric."""
    comment: str = ""
    """For the learner."""
    why: str = ""
    """For colleagues and the record."""
    seen: int = 0
    """The mark that the page showed; another one means that a colleague was faster."""
    by_rubric: bool = False


def mark_answer(
    conn: Connection,
    user_id: int,
    public_id: str,
    sheet: str,
    question_id: str,
    given: Marking,
    now: datetime,
) -> bool:
    """Mark an answer by hand; False where this very mark holds already (a button pressed twice).

    Raises NotFound, and Refused for points out of range, or where a colleague marked it meanwhile.
    """
    found = assignment_for(conn, user_id, public_id)
    attempt_id = results.find_submitted(conn, found.id, sheet)
    if attempt_id is None:
        raise NotFound
    attempt = attempts.get_attempt(conn, attempt_id)
    item = attempt.quiz.by_id.get(question_id)
    if item is None:
        raise NotFound
    rubric = rubric_of(item.question) if given.by_rubric else ()
    earned = _earned(item, rubric, given.points)
    units = sum(earned)
    told = {str(n): one for n, one in enumerate(earned)} if rubric else None
    comment, why = (
        text.replace("\r\n", "\n").strip()[:LONGEST_NOTE] for text in (given.comment, given.why)
    )
    history = marking.list_marks(conn, [attempt_id], question_id).get((attempt_id, question_id), [])
    latest = history[0] if history else None
    judged = Judgement(units, comment, why, told)
    if latest and judged == Judgement(latest.units, latest.comment, latest.why, latest.rubric):
        return False
    if (latest.id if latest else 0) != given.seen:
        raise Refused(
            N_("Quelqu’un vient de corriger cette réponse. Relisez sa correction, puis la vôtre.")
        )
    category = results.find_category(conn, attempt_id, question_id)
    if category is None:
        raise NotFound
    marking.add_mark(conn, attempt_id, question_id, judged, user_id, now)
    category = "marked" if category == "pending" else category
    new = NewMark(units / item.max_units, units, _verdict(units, item), category)
    remark(conn, {attempt_id: {question_id: new}})
    return True


def _verdict(units: int, item: Item) -> str:
    if units >= item.max_units:
        return Verdict.RIGHT.value
    return Verdict.PARTIAL.value if units else Verdict.WRONG.value


def _earned(item: Item, rubric: Sequence[Criterion], points: Sequence[str]) -> list[int]:
    """Points as typed, in units, each within what it can be. Raises Refused."""
    most = [round(line.points * UNITS) for line in rubric] or [item.max_units]
    if len(points) != len(most):
        raise Refused(N_("Notez chaque critère."))
    earned = [_units(text) for text in points]
    for one, limit in zip(earned, most, strict=True):
        if one > limit:
            raise Refused(
                N_("C’est trop : %(most)s points au plus."),
                most=f"{limit / UNITS:g}".replace(".", ","),
            )
    return earned


def _units(text: str) -> int:
    try:
        number = Decimal(text.strip().replace(",", ".")[:12])
    except InvalidOperation:
        raise Refused(N_("Écrivez un nombre de points, par exemple 1,5.")) from None
    if not number.is_finite() or number < 0 or abs(number) > 10_000:  # noqa: PLR2004
        raise Refused(N_("Écrivez un nombre de points, par exemple 1,5."))
    return round(number * UNITS)
