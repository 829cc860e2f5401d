"""Classes: make them, run them, put them away; their members, and those who teach with one.

Real names are never given to these use cases: a class knows pseudonyms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from app.domain.assignment import school_year_end
from app.domain.pseudonym import clean_pseudonym, pseudonym_key
from app.errors import N_, NotFound, Refused
from app.models import assigned, merging
from app.models import assignment as assignments
from app.models import classroom as classrooms
from app.models import learner as learners
from app.models.assignment import Assignment
from app.models.classroom import (
    NAME_LENGTH,
    Classroom,
    Colleague,
    Member,
    classroom_for,
)
from app.models.erasure import erase_attempts, erase_learner
from app.models.lookups import drop_lookups

__all__ = [
    "LATEST_PURGE",
    "Card",
    "Classroom",
    "Room",
    "accept_invitation",
    "add_members",
    "archive_class",
    "change_class",
    "get_room",
    "invite_colleague",
    "list_classes",
    "make_cards",
    "make_class",
    "member_of",
    "merge_members",
    "new_code",
    "offered_class",
    "purge_class",
    "purge_due",
    "remove_colleague",
    "remove_member",
    "rename_member",
    "restore_member",
    "set_joining",
]

LINK_LASTS = timedelta(days=30)
LATEST_PURGE = timedelta(days=2 * 366)
"""How far ahead the day of a purge may be set."""
MEMBERS_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Room:
    """One class, with all that its page shows."""

    classroom: Classroom
    mine: bool
    """Whether the teacher who looks is its owner."""
    members: Sequence[Member]
    former: Sequence[Member]
    """Those who were removed."""
    assignments: Sequence[Assignment]
    colleagues: Sequence[Colleague]


@dataclass(frozen=True, slots=True)
class Card:
    """What a learner keeps to come back: shown once, only its hash is stored."""

    pseudonym: str
    code: str


def list_classes(conn: Connection, user_id: int) -> list[tuple[Classroom, int]]:
    """The classes of a teacher with their numbers of members, those at work first."""
    return classrooms.list_classrooms(conn, user_id)


def make_class(conn: Connection, user_id: int, name: str, today: date, now: datetime) -> str:
    """A new class, to be purged at the end of the school year; its public id."""
    return classrooms.add_classroom(conn, user_id, _name(name), school_year_end(today), now)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused(N_("Donnez un nom à la classe."))
    if len(name) > NAME_LENGTH:
        raise Refused(N_("Quatre-vingts caractères suffisent pour le nom d’une classe."))
    return name


def get_room(conn: Connection, user_id: int, public_id: str) -> Room:
    """A class of a teacher. Raises NotFound."""
    found = classroom_for(conn, user_id, public_id)
    members = classrooms.list_members(conn, found.id)
    return Room(
        classroom=found,
        mine=found.owner_id == user_id,
        members=[one for one in members if one.removed is None],
        former=[one for one in members if one.removed is not None],
        assignments=assignments.list_assignments(conn, found.id),
        colleagues=classrooms.list_teachers(conn, found.id),
    )


def member_of(room: Room, member_id: int) -> Member:
    """A member of a class, a former one too. Raises NotFound."""
    for one in (*room.members, *room.former):
        if one.id == member_id:
            return one
    raise NotFound


def change_class(
    conn: Connection, user_id: int, public_id: str, name: str, purge_on: date, today: date
) -> None:
    """Rename a class, and say when its learners' traces go. Raises NotFound, Refused."""
    found = classroom_for(conn, user_id, public_id)
    if purge_on != found.purge_on and not today < purge_on <= today + LATEST_PURGE:
        raise Refused(N_("L’effacement se fixe entre demain et dans deux ans."))
    classrooms.change_classroom(conn, found.id, name=_name(name), purge_on=purge_on)


def archive_class(
    conn: Connection, user_id: int, public_id: str, *, archived: bool, now: datetime
) -> None:
    """Put a class away, or take it out again. Raises NotFound, and Refused with work under way.

    Nobody joins, begins or looks at anything in a class that is put away.
    """
    found = classroom_for(conn, user_id, public_id, lock=True)
    if archived and assigned.any_under_way(conn, found.id):
        raise Refused(
            N_(
                "Un élève compose en ce moment : fermez d’abord le travail, puis archivez la classe."
            )
        )
    classrooms.change_classroom(conn, found.id, archived=now if archived else None, joining=False)


def set_joining(conn: Connection, user_id: int, public_id: str, *, joining: bool) -> None:
    """Let learners in by the code, or no more. Raises NotFound, Refused."""
    found = classroom_for(conn, user_id, public_id)
    if joining and found.archived is not None:
        raise Refused(N_("Cette classe est archivée : reprenez-la d’abord."))
    classrooms.change_classroom(conn, found.id, joining=joining)


def new_code(conn: Connection, user_id: int, public_id: str) -> None:
    """Another code: the former one, its link and its QR open nothing any more."""
    found = classroom_for(conn, user_id, public_id)
    classrooms.change_classroom(conn, found.id, join_code=classrooms.new_join_code(conn))


# Members.


def _member(conn: Connection, classroom: Classroom, member_id: int) -> Member:
    found = classrooms.list_members(conn, classroom.id, [member_id])
    if not found:
        raise NotFound
    return found[0]


_TAKEN = N_("Quelqu’un de la classe s’appelle déjà « %(name)s ».")


def add_members(
    conn: Connection, user_id: int, public_id: str, lines: str, now: datetime
) -> list[Card]:
    """Put learners in a class who will come by their card: one pseudonym a line.

    All or none. Raises NotFound, Refused.
    """
    found = classroom_for(conn, user_id, public_id, lock=True)
    names = [clean_pseudonym(line) for line in lines.splitlines() if line.strip()]
    if not names:
        raise Refused(N_("Écrivez un pseudonyme par ligne."))
    if len(names) + len(classrooms.list_members(conn, found.id)) > MEMBERS_AT_MOST:
        raise Refused(N_("Une classe a cinq cents élèves au plus."))
    cards = []
    for name in names:
        learner = learners.add_learner(conn, now)
        if not classrooms.add_member(conn, found.id, learner, name, now):
            raise Refused(_TAKEN, name=name)
        cards.append(Card(name, learners.new_recovery(conn, learner)))
    return cards


def rename_member(
    conn: Connection, user_id: int, public_id: str, member_id: int, pseudonym: str
) -> None:
    """Give a member another pseudonym. Raises NotFound, and Refused if it is taken."""
    found = classroom_for(conn, user_id, public_id)
    member, name = _member(conn, found, member_id), clean_pseudonym(pseudonym)
    key = pseudonym_key(name)
    if not classrooms.change_member(conn, member.id, pseudonym=name, pseudonym_key=key):
        raise Refused(_TAKEN, name=name)


def remove_member(
    conn: Connection, user_id: int, public_id: str, member_id: int, now: datetime
) -> None:
    """Take a member out of the class; what they did is kept until the purge. Raises NotFound."""
    found = classroom_for(conn, user_id, public_id)
    classrooms.change_member(conn, _member(conn, found, member_id).id, removed=now)


def restore_member(conn: Connection, user_id: int, public_id: str, member_id: int) -> None:
    """Take a member back. Raises NotFound, and Refused if the pseudonym is taken meanwhile."""
    found = classroom_for(conn, user_id, public_id)
    member = _member(conn, found, member_id)
    if not classrooms.change_member(conn, member.id, removed=None):
        raise Refused(_TAKEN, name=member.pseudonym)


def make_cards(
    conn: Connection, user_id: int, public_id: str, member_id: int | None = None
) -> list[Card]:
    """New recovery codes for one member or for all; the former ones stop working.

    Raises NotFound.
    """
    found = classroom_for(conn, user_id, public_id)
    if member_id is None:
        members = [one for one in classrooms.list_members(conn, found.id) if not one.removed]
    else:
        members = [_member(conn, found, member_id)]
    return [Card(one.pseudonym, learners.new_recovery(conn, one.learner_id)) for one in members]


def merge_members(
    conn: Connection, user_id: int, public_id: str, member_id: int, into_id: int
) -> None:
    """One person joined twice: what the first did goes to the second, who stays.

    Nothing is counted anew: attempts keep their marks and their assignment. A double who is in
    no other class goes altogether, and their browsers open the one who stays; one who is in
    another class keeps what is theirs there. Raises NotFound, and Refused where both have an
    attempt under way on the same quiz: they cannot be one.
    """
    found = classroom_for(conn, user_id, public_id, lock=True)
    double, kept = _member(conn, found, member_id), _member(conn, found, into_id)
    if double.id == kept.id:
        raise Refused(N_("Choisissez deux élèves différents."))
    merging.merge(conn, found.id, double, kept)


# Co-teachers.


def invite_colleague(conn: Connection, user_id: int, public_id: str, now: datetime) -> str:
    """A link that makes a co-teacher of whoever opens it; its token. Raises NotFound."""
    return classrooms.add_link(conn, _own(conn, user_id, public_id).id, now + LINK_LASTS)


def _own(conn: Connection, user_id: int, public_id: str) -> Classroom:
    found = classroom_for(conn, user_id, public_id)
    if found.owner_id != user_id:
        raise NotFound
    return found


def offered_class(conn: Connection, token: str, now: datetime) -> Classroom:
    """The class that a link opens. Raises NotFound."""
    found = classrooms.find_by_link(conn, token, now)
    if found is None:
        raise NotFound
    return found


def accept_invitation(conn: Connection, user_id: int, token: str, now: datetime) -> str:
    """Teach the class of a link, too; its public id. One's own class stays one's own."""
    found = offered_class(conn, token, now)
    if found.owner_id != user_id:
        classrooms.add_teacher(conn, found.id, user_id, now)
    return found.public_id


def remove_colleague(conn: Connection, user_id: int, public_id: str, other_id: int | None) -> None:
    """Take a co-teacher's access back, or close all links (None). Raises NotFound.

    The owner may do it to anybody, a co-teacher to themselves.
    """
    if other_id == user_id:
        classrooms.drop_teacher(conn, classroom_for(conn, user_id, public_id).id, user_id)
        return
    found = _own(conn, user_id, public_id)
    if other_id is None:
        classrooms.end_links(conn, found.id)
    else:
        classrooms.drop_teacher(conn, found.id, other_id)


# Erasing.


def purge_class(conn: Connection, user_id: int, public_id: str, now: datetime) -> None:
    """Erase the traces of a class's learners at once. Raises NotFound; for its owner alone."""
    _purge(conn, _own(conn, user_id, public_id), now)


def purge_due(conn: Connection, today: date, now: datetime) -> int:
    """Erase the traces of all classes past their day; how many classes that was."""
    due = classrooms.list_due(conn, today)
    for found in due:
        _purge(conn, found, now)
    return len(due)


def _purge(conn: Connection, found: Classroom, now: datetime) -> None:
    """A learner of no other class goes altogether; others lose what they did in this one."""
    given = {one.id for one in assignments.list_assignments(conn, found.id)}
    for member in classrooms.list_members(conn, found.id):
        if classrooms.is_elsewhere(conn, member, found.id):
            erase_attempts(conn, member.learner_id, given)
            classrooms.drop_member(conn, member.id)
        else:
            erase_learner(conn, member.learner_id)
    drop_lookups(conn, given)
    classrooms.change_classroom(conn, found.id, archived=found.archived or now, joining=False)
