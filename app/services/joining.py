"""A learner joins a class, and finds what it was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.assignment import Standing, attempts_left, closing, standing
from app.domain.codes import bare_code
from app.domain.pseudonym import clean_pseudonym
from app.domain.quiz import Quiz
from app.errors import N_, NotFound, Refused
from app.models import assigned, content
from app.models import attempt as attempts
from app.models import classroom as classrooms
from app.models import learner as learners
from app.models import past as history
from app.models.assigned import Given
from app.models.attempt import Sitter
from app.models.classroom import Classroom
from app.models.past import Past

__all__ = [
    "Door",
    "Homework",
    "Joined",
    "MyClass",
    "Task",
    "get_task",
    "join_class",
    "list_my_classes",
    "open_door",
]


@dataclass(frozen=True, slots=True)
class Door:
    """A class as whoever has its code finds it."""

    classroom: Classroom
    known: bool
    """Whether this browser has a learner already: it is they who will join."""
    pseudonym: str | None
    """Theirs, if they are in the class."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A learner who is in a class now."""

    classroom: Classroom
    pseudonym: str
    token: str | None
    """For the cookie, if the learner is new to this browser."""
    recovery: str | None
    """Their recovery code, shown once; None if they have one already."""


def _class_of(conn: Connection, code: str, *, lock: bool = False) -> Classroom:
    found = classrooms.find_by_code(conn, bare_code(code)[:16], lock=lock)
    if found is None or found.archived is not None:
        raise NotFound
    return found


def open_door(conn: Connection, token: str | None, code: str) -> Door:
    """The class of a code. Raises NotFound; also once the class is archived."""
    found = _class_of(conn, code)
    learner = learners.find_learner(conn, token)
    member = None if learner is None else classrooms.find_membership(conn, found.id, learner)
    inside = member is not None and member.removed is None
    return Door(found, learner is not None, member.pseudonym if member and inside else None)


def join_class(
    conn: Connection, token: str | None, code: str, pseudonym: str, now: datetime
) -> Joined:
    """Join under a pseudonym; whoever is in the class already stays as they are.

    A visitor becomes a learner here. Raises NotFound, and Refused where the class takes nobody
    in, the pseudonym is missing, too long or taken, or the teacher has removed this learner.
    """
    found = _class_of(conn, code, lock=True)
    learner, new_token = learners.find_learner(conn, token), None
    member = None if learner is None else classrooms.find_membership(conn, found.id, learner)
    if member is not None and member.removed is None:
        return Joined(found, member.pseudonym, None, None)
    if member is not None:
        raise Refused(
            N_("Vous ne faites plus partie de cette classe. Parlez-en à votre enseignant.")
        )
    if not found.joining:
        raise Refused(
            N_("Cette classe n’accepte plus personne. Demandez à votre enseignant de la rouvrir.")
        )
    chosen = clean_pseudonym(pseudonym)
    if learner is None:
        learner = learners.add_learner(conn, now)
        new_token = learners.add_device(conn, learner, now)
    if not classrooms.add_member(conn, found.id, learner, chosen, now):
        raise Refused(
            N_(
                "Quelqu’un de la classe s’appelle déjà « %(name)s ». Choisissez un autre pseudonyme."
            ),
            name=chosen,
        )
    recovery = (
        None if learners.has_recovery(conn, learner) else learners.new_recovery(conn, learner)
    )
    return Joined(found, chosen, new_token, recovery)


@dataclass(frozen=True, slots=True)
class Homework:
    """What a class was given, in its learner's list."""

    public_id: str
    quiz: Quiz
    mode: str
    state: Standing
    opens: datetime | None
    closes: datetime | None
    going: bool
    """Whether an attempt is under way."""
    begun: int
    left: int | None
    """How many attempts may still be begun; None without limit."""

    @property
    def to_do(self) -> bool:
        """Whether there is anything to do now."""
        return self.going or (self.state == "open" and self.left != 0)


@dataclass(frozen=True, slots=True)
class MyClass:
    """A class of a learner."""

    name: str
    pseudonym: str
    homework: tuple[Homework, ...]


def list_my_classes(conn: Connection, token: str | None, now: datetime) -> list[MyClass]:
    """The classes of this browser's learner, with what they were given."""
    if not token:
        return []
    classes: dict[int, tuple[str, str, list[Homework]]] = {}
    for one in assigned.list_mine(conn, token):
        homework = classes.setdefault(one.classroom_id, (one.classroom, one.pseudonym, []))[2]
        if one.assignment is not None and one.version_id is not None and one.terms is not None:
            homework.append(
                Homework(
                    public_id=one.assignment,
                    quiz=content.get_version(conn, one.version_id),
                    mode=one.terms.mode,
                    state=standing(one.terms, one.grant, now),
                    opens=one.terms.opens,
                    closes=closing(one.terms, one.grant),
                    going=bool(one.going),
                    begun=one.begun,
                    left=attempts_left(one.terms, one.grant, one.begun),
                )
            )
    return [MyClass(name, pseudonym, tuple(work)) for name, pseudonym, work in classes.values()]


@dataclass(frozen=True, slots=True)
class Task:
    """What a class was given, as the learner who opens it finds it."""

    given: Given
    state: Standing
    closes: datetime | None
    minutes: int | None
    """Their own time limit."""
    left: int | None
    open_attempt: str | None
    past: Sequence[Past]
    """Their attempts that are handed in, the latest first."""

    @property
    def asks_code(self) -> bool:
        """Whether a pass code is asked for."""
        return self.given.pass_code_hash is not None


def get_task(conn: Connection, token: str | None, assignment_id: str, now: datetime) -> Task:
    """An assignment for a learner of its class. Raises NotFound for all others."""
    given = assigned.find_given(conn, token, assignment_id)
    if given is None:
        raise NotFound
    mine = [
        one
        for one in history.list_attempts(conn, given.learner_id, now)
        if one.assignment_id == given.id
    ]
    terms, grant = given.terms, given.grant
    sitter = Sitter(given.learner_id, given.quiz_id, given.version_id, terms.mode, given.id)
    return Task(
        given=given,
        state=standing(terms, grant, now),
        closes=closing(terms, grant),
        minutes=None if terms.minutes is None else terms.minutes + grant.extra_minutes,
        left=attempts_left(terms, grant, len(mine)),
        open_attempt=attempts.find_open_attempt(conn, sitter),
        past=[one for one in mine if one.submitted is not None],
    )
