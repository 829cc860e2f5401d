"""Texts that a person marks, one at a time and without names, in an order of chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.quiz import Item, Quiz
from app.errors import Message, NotFound
from app.models import content, marking, results
from app.models.assignment import Assignment, assignment_for
from app.models.marking import Mark
from app.models.results import Pile, Place
from app.questions.essay.question import Criterion, rubric_of

__all__ = ["EssayDesk", "Script", "get_essays"]

COMMENTS_OFFERED = 8
BESIDE = 10
"""How many places of the pile are shown on each side."""


@dataclass(frozen=True, slots=True)
class Script:
    """A text to mark, without a name."""

    number: int
    """Its place in the pile, which says nothing of whose it is."""
    public_id: str
    answer: str
    units: int | None
    remarks: Sequence[Message]
    """What can be said without reading it: how long it is."""
    history: Sequence[Mark]

    @property
    def latest(self) -> Mark | None:
        """The mark that holds."""
        return next(iter(self.history), None)


@dataclass(frozen=True, slots=True)
class EssayDesk:
    """The texts of a class on one question."""

    assignment: Assignment
    quiz: Quiz
    item: Item
    rubric: Sequence[Criterion]
    texts: int
    waiting: int
    """How many nobody has marked."""
    shown: Script | None
    around: Sequence[Place]
    """The texts before and after it in the pile, itself included."""
    comments: Sequence[str]
    """What the teacher wrote last, to be used again."""

    def beside(self, step: int) -> str | None:
        """The public id of the text that lies so many places further."""
        at = self.shown.number + step if self.shown else 0
        return next((one.public_id for one in self.around if one.number == at), None)


def get_essays(
    conn: Connection, user_id: int, public_id: str, question_id: str, shown: str = ""
) -> EssayDesk:
    """One text to mark, and where it lies in the pile; nothing else of the others is read.

    Raises NotFound, also for a question that no person marks.
    """
    found = assignment_for(conn, user_id, public_id)
    pile = results.find_pile(conn, found.id, question_id, shown, BESIDE)
    if shown and pile is None:
        raise NotFound
    quiz = content.get_version(conn, pile.version_id if pile else found.version_id)
    item = quiz.by_id.get(question_id)
    if item is None or not item.question.marked_by_person:
        raise NotFound
    return EssayDesk(
        assignment=found,
        quiz=quiz,
        item=item,
        rubric=rubric_of(item.question),
        texts=pile.texts if pile else 0,
        waiting=pile.texts - pile.marked if pile else 0,
        shown=_script(conn, quiz, item, pile) if pile else None,
        around=pile.around if pile else (),
        comments=marking.list_comments(conn, user_id, COMMENTS_OFFERED),
    )


def _script(conn: Connection, quiz: Quiz, item: Item, pile: Pile) -> Script:
    question = item.question.id
    marks = marking.list_marks(conn, [pile.attempt_id], question)
    return Script(
        number=pile.place.number,
        public_id=pile.place.public_id,
        answer=pile.answer,
        units=pile.units,
        remarks=item.question.grade(pile.answer, quiz.reading).notes,
        history=marks.get((pile.attempt_id, question), ()),
    )
