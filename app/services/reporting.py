"""What the attempts on a quiz say of its questions, and of the text.

Everything is read from the counts, in one statement; nobody's answers are looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.amendment import amended
from app.domain.answer_table import AnswerRow, answer_table
from app.domain.hard_sentences import HardSentence, Looked, Loss, hardest, looked_up, losses
from app.domain.item_advice import ENOUGH, Advice, advise
from app.domain.quiz import Item, Quiz
from app.domain.scoring import UNITS
from app.domain.statistics import Analysis, Cell, ItemAnalysis, analyse_counts
from app.errors import NotFound
from app.models import content
from app.models.assignment import Assignment, assignment_for
from app.models.counted import CountedVersion, get_counted, list_counted
from app.models.marking import list_all_amendments
from app.models.rights import figures_for
from app.questions.base import UNKNOWN, Mode, Question

__all__ = [
    "ClassFigures",
    "ClassReport",
    "CountedVersion",
    "ItemReport",
    "Report",
    "VersionReport",
    "analyse_version",
    "get_class_figures",
    "get_class_report",
    "get_report",
]

MODES: tuple[Mode, ...] = ("exam", "training")


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One item: its figures, who chose what, and what to do with it."""

    item: Item
    figures: ItemAnalysis
    answers: Sequence[AnswerRow]
    advice: Advice | None
    """None while there are too few attempts to judge."""
    pending: int = 0
    """How many answers wait for a person, and earned nothing so far."""


@dataclass(frozen=True, slots=True)
class VersionReport:
    """A version of a quiz, analysed. Points are those of the items that are marked."""

    quiz: Quiz
    whole: Analysis
    items: Sequence[ItemReport]
    unmarked: Sequence[Item]
    """Items that nobody has marked yet: they are left out."""
    lost: Mapping[str, Loss]
    """By sentence."""
    looked: Mapping[str, Looked]
    """By sentence: the words of the glossary that were looked up, in unfinished attempts too."""

    @property
    def hardest(self) -> list[HardSentence]:
        """The sentences where reading failed, the hardest first."""
        return hardest(self.quiz, self.lost, self.looked)

    @property
    def points(self) -> float:
        """The most that an attempt can make."""
        return sum(one.item.max_units for one in self.items) / UNITS

    @property
    def enough(self) -> bool:
        """Whether questions can be judged."""
        return self.whole.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Report:
    """What a teacher may see of a quiz, and the version and mode that they look at."""

    slug: str
    title: str
    """Empty where it has no version yet."""
    everybody: bool
    """Whether all attempts are counted, or those of the teacher's own classes alone."""
    versions: Sequence[CountedVersion]
    version: CountedVersion | None
    """None where nothing was published yet."""
    mode: Mode
    found: VersionReport | None


@dataclass(frozen=True, slots=True)
class ClassReport:
    """What a class was given, and how it read and answered."""

    assignment: Assignment
    found: VersionReport


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What a class answered, on one of the versions that it was given."""

    assignment: Assignment
    versions: Sequence[CountedVersion]
    version: CountedVersion
    found: VersionReport


def analyse_version(
    conn: Connection,
    version_id: int,
    modes: Collection[Mode],
    assignment_ids: Collection[int] | None = None,
) -> VersionReport:
    """The figures of a version, from its counts in these modes, of some assignments or of all.

    Raises NotFound.
    """
    quiz = content.get_version(conn, version_id)
    counted = get_counted(conn, version_id, modes, assignment_ids)
    cells, unmarked = counted.cells, _unmarked(quiz, counted.cells)
    items = [item for item in quiz.items if item not in unmarked]
    whole = analyse_counts(cells, {item.question.id: item.max_units for item in items}, UNITS)
    accepting: Mapping[str, Question] = {}
    if _names_missing(quiz, cells):
        accepting = amended(quiz, list_all_amendments(conn, (version_id,), assignment_ids))
    waiting = {cell.item: 0 for cell in cells}
    for cell in cells:
        waiting[cell.item] += cell.n if cell.category == "pending" else 0
    reports = []
    for item, figures in zip(items, whole.items, strict=True):
        name = item.question.id
        answers = answer_table(item.question, quiz.reading, figures.choices, accepting.get(name))
        advice = advise(figures, answers, whole.thirds) if whole.n >= ENOUGH else None
        reports.append(ItemReport(item, figures, answers, advice, waiting.get(name, 0)))
    facilities = {one.item.question.id: one.figures.facility for one in reports}
    lost, looked = losses(quiz, facilities), looked_up(quiz, counted.lookups)
    return VersionReport(quiz, whole, reports, unmarked, lost, looked)


def _names_missing(quiz: Quiz, cells: Sequence[Cell]) -> bool:
    """Whether an answer earned something that the version does not know: it was accepted."""
    return any(
        cell.mark
        and cell.item in quiz.by_id
        and quiz.by_id[cell.item].question.given(cell.category, quiz.reading)[0].id == UNKNOWN
        for cell in cells
    )


def _unmarked(quiz: Quiz, cells: Sequence[Cell]) -> list[Item]:
    """Items for a person to mark that earned nobody anything so far."""
    marked = {cell.item for cell in cells if cell.mark}
    return [
        item
        for item in quiz.items
        if item.question.marked_by_person and item.question.id not in marked
    ]


def get_class_report(conn: Connection, user_id: int, public_id: str) -> ClassReport:
    """What a class answered of an assignment, on the version that it is given. Raises NotFound."""
    given = assignment_for(conn, user_id, public_id)
    return ClassReport(given, analyse_version(conn, given.version_id, MODES, (given.id,)))


def get_class_figures(
    conn: Connection, user_id: int, public_id: str, number: int | None = None
) -> ClassFigures:
    """The figures of a class, on the version that it is given or another that it took.

    Raises NotFound.
    """
    given = assignment_for(conn, user_id, public_id)
    versions = [
        one
        for one in list_counted(conn, given.quiz_id, (given.id,))
        if one.attempts or one.id == given.version_id
    ]
    wanted = given.number if number is None else number
    version = next((one for one in versions if one.number == wanted), None)
    if version is None:
        raise NotFound
    found = analyse_version(conn, version.id, MODES, (given.id,))
    return ClassFigures(given, versions, version, found)


def get_report(
    conn: Connection, user_id: int, slug: str, number: int | None = None, mode: Mode | None = None
) -> Report:
    """The report on a quiz of one's own or shared with one; of any other, on one's classes.

    Raises NotFound.

    Without a wish it shows the latest version that was taken, in the mode taken most.
    """
    scope = figures_for(conn, user_id, slug)
    own, given = scope.own, scope.assignment_ids
    title = own.quiz.title if own.quiz else ""
    versions = list_counted(conn, own.quiz_id, given)
    if number is None:
        version = next((one for one in versions if one.attempts), next(iter(versions), None))
    else:
        version = next((one for one in versions if one.number == number), None)
        if version is None:
            raise NotFound
    if version is None:
        return Report(slug, title, given is None, versions, None, mode or "exam", None)
    taken = version.attempts
    most: Mode = max(MODES, key=lambda one: taken.get(one, 0))
    found = analyse_version(conn, version.id, (mode or most,), given)
    return Report(slug, title, given is None, versions, version, mode or most, found)
