"""Quizzes given to classes: on which terms, what single learners are granted, and how it goes.

Attempts under way keep their version whatever is decided here; their deadlines follow the terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.assignment import (
    ALL_EQUAL,
    Grant,
    Standing,
    Terms,
    closing,
    extended,
    granted,
    standing,
)
from app.domain.quiz import Quiz
from app.errors import N_, NotFound, Refused
from app.models import assigned, content, rights
from app.models import assignment as assignments
from app.models import classroom as classrooms
from app.models import share as shares
from app.models.assigned import Seat, Turn
from app.models.assignment import Assignment
from app.models.classroom import Classroom, Member, classroom_for, pages
from app.models.lookups import drop_lookups

__all__ = [
    "ALL_EQUAL",
    "Assignment",
    "Choice",
    "Desk",
    "GivenOut",
    "Grant",
    "Live",
    "Place",
    "Terms",
    "assign_quiz",
    "change_terms",
    "close_now",
    "delete_assignment",
    "extend",
    "get_choice",
    "get_desk",
    "get_live",
    "grant_member",
    "list_choices",
    "list_given",
    "move_to_latest",
]

SILENCE = timedelta(seconds=75)
"""A page shows a sign of life twice a minute: past two of them missed, the connection is lost."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A quiz that a teacher may give."""

    slug: str
    quiz_id: int
    version_id: int
    number: int
    quiz: Quiz
    source: str
    """``own``, ``shared`` or ``library``."""


def list_choices(conn: Connection, user_id: int) -> list[Choice]:
    """The quizzes that a teacher may give: theirs, those shared with them, the library."""
    shared = shares.list_shared(conn, user_id)
    own = [
        Choice(
            one.slug,
            one.quiz_id,
            one.version_id,
            one.latest,
            one.quiz,
            "own" if one.owner_id == user_id else "shared",
        )
        for one in content.list_own(conn, list(shared), user_id)
        if one.quiz is not None and one.latest is not None and one.version_id is not None
    ]
    known = {one.quiz_id for one in own}
    library = [
        Choice(one.slug, one.quiz_id, one.version_id, 0, one.quiz, "library")
        for one in content.list_published(conn)
        if one.quiz_id not in known
    ]
    return [*own, *library]


def get_choice(conn: Connection, user_id: int, slug: str) -> Choice:
    """A quiz that a teacher may give, in its latest version. Raises NotFound."""
    try:
        own = rights.quiz_for(conn, user_id, slug)
    except NotFound:
        published = content.find_published(conn, slug)
        if published is None:
            raise
        return Choice(slug, published.quiz_id, published.version_id, 0, published.quiz, "library")
    versions = content.list_versions(conn, own.own.quiz_id)
    if not versions:
        raise Refused(N_("Publiez d’abord ce quiz : il n’a pas encore de version à donner."))
    latest = versions[0]
    source = "own" if own.right == "own" else "shared"
    return Choice(slug, own.own.quiz_id, latest.id, latest.number, latest.quiz, source)


def _check(terms: Terms) -> Terms:
    """Terms that make sense. Raises Refused, with what to mend."""
    if terms.opens and terms.closes and terms.closes <= terms.opens:
        raise Refused(N_("La fermeture doit venir après l’ouverture."))
    return terms


def assign_quiz(
    conn: Connection,
    user_id: int,
    class_id: str,
    slug: str,
    terms: Terms,
    pass_code: str,
    now: datetime,
) -> str:
    """Give the latest version of a quiz to a class; the assignment's public id.

    Raises NotFound, and Refused where the terms contradict themselves or the class is archived.
    """
    classroom = classroom_for(conn, user_id, class_id)
    if classroom.archived is not None:
        raise Refused(N_("Cette classe est archivée : reprenez-la d’abord."))
    choice = get_choice(conn, user_id, slug)
    new_id, public_id = assignments.add_assignment(
        conn, classroom.id, choice.quiz_id, choice.version_id, _check(terms), now
    )
    assignments.set_pass_code(conn, new_id, pass_code)
    return public_id


@dataclass(frozen=True, slots=True)
class Desk:
    """An assignment with what its teacher decides of it."""

    assignment: Assignment
    state: Standing
    members: Sequence[Member]
    grants: Mapping[int, Grant]
    newer: Choice | None
    """The latest version, where attempts still begin on an older one."""
    begun: bool
    """Whether anybody has begun."""


def get_desk(conn: Connection, user_id: int, public_id: str, now: datetime) -> Desk:
    """An assignment of a teacher. Raises NotFound."""
    found = assignments.assignment_for(conn, user_id, public_id)
    return Desk(
        assignment=found,
        state=standing(found.terms, ALL_EQUAL, now),
        members=[
            one for one in classrooms.list_members(conn, found.classroom.id) if one.removed is None
        ],
        grants=assignments.list_grants(conn, found.id),
        newer=_newer(conn, user_id, found),
        begun=assigned.any_attempt(conn, found.id),
    )


def _newer(conn: Connection, user_id: int, found: Assignment) -> Choice | None:
    try:
        choice = get_choice(conn, user_id, found.slug)
    except (NotFound, Refused):  # shared no more, or withdrawn from the library
        return None
    return choice if choice.version_id != found.version_id else None


def change_terms(
    conn: Connection,
    user_id: int,
    public_id: str,
    terms: Terms,
    pass_code: str | None,
    now: datetime,
) -> None:
    """Other terms, and another pass code (None leaves it). Raises NotFound, Refused.

    The mode stays once somebody has begun: their attempts are in it. A closing that is moved
    into the future opens again what was closed by hand.
    """
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    if terms.mode != found.terms.mode and assigned.any_attempt(conn, found.id):
        raise Refused(N_("Des élèves ont commencé : le mode ne change plus."))
    reopened = terms.closes != found.terms.closes and (terms.closes is None or terms.closes > now)
    kept = None if reopened else found.terms.closed
    _apply(conn, found, replace(_check(terms), closed=kept))
    if pass_code is not None:
        assignments.set_pass_code(conn, found.id, pass_code)


def _apply(conn: Connection, found: Assignment, terms: Terms) -> None:
    assignments.change_terms(conn, found.id, terms)
    assigned.set_deadlines(conn, found.id, found.classroom.id, terms)


def close_now(conn: Connection, user_id: int, public_id: str, now: datetime) -> None:
    """Close for everybody; later closings that were granted end too. Raises NotFound.

    Attempts under way end now: what is saved counts, and what is on its way is still kept.
    """
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    end = closing(found.terms)
    grants = assignments.list_grants(conn, found.id)
    ended = {
        member: replace(grant, closes=None)
        for member, grant in grants.items()
        if grant.closes is not None and grant.closes > now
    }
    assignments.put_grants(conn, found.id, ended)
    closed = found.terms if end is not None and end <= now else replace(found.terms, closed=now)
    _apply(conn, found, closed)


def extend(
    conn: Connection,
    user_id: int,
    public_id: str,
    minutes: int,
    member_id: int | None,
    now: datetime,
) -> None:
    """Give everybody, or one member, so many minutes more. Raises NotFound, Refused."""
    if not 1 <= minutes <= 24 * 60:
        raise Refused(N_("Ajoutez de 1 minute à 24 heures."))
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    grants = assignments.list_grants(conn, found.id)
    if member_id is None:
        later = {
            member: replace(grant, closes=max(grant.closes, now) + timedelta(minutes=minutes))
            for member, grant in grants.items()
            if grant.closes is not None
        }
        assignments.put_grants(conn, found.id, later)
        _apply(conn, found, extended(found.terms, minutes, now))
        return
    _member(conn, found.classroom, member_id)
    grant = granted(found.terms, grants.get(member_id, ALL_EQUAL), minutes, now)
    assignments.put_grants(conn, found.id, {member_id: grant})
    _apply(conn, found, found.terms)


def _member(conn: Connection, classroom: Classroom, member_id: int) -> None:
    if not classrooms.list_members(conn, classroom.id, [member_id]):
        raise NotFound


def grant_member(
    conn: Connection, user_id: int, public_id: str, member_id: int, grant: Grant
) -> None:
    """Grant one member something beyond the terms of all. Raises NotFound, Refused."""
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    _member(conn, found.classroom, member_id)
    if not (0 <= grant.extra_minutes <= 600 and 0 <= grant.more_attempts <= 50):  # noqa: PLR2004 (said in the message)
        raise Refused(N_("Au plus 600 minutes et 50 essais de plus."))
    assignments.put_grants(conn, found.id, {member_id: grant})
    _apply(conn, found, found.terms)


def delete_assignment(conn: Connection, user_id: int, public_id: str) -> str:
    """Take back what nobody has begun; the class's public id. Raises NotFound, Refused."""
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    if assigned.any_attempt(conn, found.id):
        raise Refused(N_("Des élèves ont commencé : fermez ce travail, il ne se supprime plus."))
    drop_lookups(conn, (found.id,))
    assignments.delete_assignment(conn, found.id)
    return found.classroom.public_id


# A newer version of the quiz.


@dataclass(frozen=True, slots=True)
class GivenOut:
    """Where a teacher has given a quiz, the latest first."""

    everywhere: Sequence[Assignment] = ()
    behind: Sequence[Assignment] = ()
    """Where it is an older version, and can still be begun."""


def list_given(conn: Connection, user_id: int, slug: str) -> GivenOut:
    """Where a teacher has given a quiz; nowhere where it cannot be given."""
    try:
        choice = get_choice(conn, user_id, slug)
    except (NotFound, Refused):
        return GivenOut()
    found = assignments.list_of_quiz(conn, user_id, choice.quiz_id)
    older = [one for one in found if one.version_id != choice.version_id and not one.terms.closed]
    return GivenOut(found, older)


def move_to_latest(conn: Connection, user_id: int, public_id: str) -> None:
    """Let attempts begin on the latest version; those under way keep theirs. Raises NotFound."""
    found = assignments.assignment_for(conn, user_id, public_id, lock=True)
    newer = _newer(conn, user_id, found)
    if newer is not None:
        assignments.move_to_version(conn, found.id, newer.version_id)


# While it runs.


@dataclass(frozen=True, slots=True)
class Place:
    """One learner on the live page."""

    seat: Seat
    turn: Turn | None
    """Their attempt under way."""
    lost: bool
    """Whether nothing has been heard of it for a while."""


@dataclass(frozen=True, slots=True)
class Live:
    """An assignment while it runs, as of now: a page of the class, and figures of the whole."""

    assignment: Assignment
    state: Standing
    places: Sequence[Place]
    now: datetime
    members: int
    started: int
    """How many learners have begun."""
    done: int
    """How many have handed in and are at nothing now."""
    page: int

    @property
    def pages(self) -> int:
        """How many there are."""
        return pages(self.members)

    @property
    def overdue(self) -> bool:
        """Whether attempts wait to be submitted because their time is over."""
        return self.assignment.overdue(self.now)


def get_live(conn: Connection, user_id: int, public_id: str, now: datetime, page: int = 1) -> Live:
    """Who has begun, where they are, who is done. Three statements, whatever the class."""
    found = assignments.assignment_for(conn, user_id, public_id)
    seats = assigned.list_seats(conn, found.id, found.classroom.id, page)
    if page > 1 and not seats.shown:  # a page that is there no more
        page = 1
        seats = assigned.list_seats(conn, found.id, found.classroom.id, page)
    learners = [seat.learner_id for seat in seats.shown]
    turns = {one.learner_id: one for one in assigned.list_turns(conn, found.id, learners)}
    places = []
    for seat in seats.shown:
        turn = turns.get(seat.learner_id)
        places.append(Place(seat, turn, turn is not None and now - turn.seen > SILENCE))
    return Live(
        assignment=found,
        state=standing(found.terms, ALL_EQUAL, now),
        places=places,
        now=now,
        members=seats.members,
        started=seats.started,
        done=seats.done,
        page=page,
    )
