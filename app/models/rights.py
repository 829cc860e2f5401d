"""Whose draft, whose quiz: what a teacher may not use does not exist for them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from app.domain.quiz import Quiz
from app.errors import N_, NotFound, Refused
from app.models import content
from app.models.assignment import list_of_quiz
from app.models.content import OwnQuiz
from app.models.draft import Draft, check_draft, find_draft, find_draft_of_quiz
from app.models.share import RIGHTS, Right, find_right

__all__ = ["Access", "Scope", "Takeaway", "draft_for", "figures_for", "quiz_for", "takeaway_for"]


@dataclass(frozen=True, slots=True)
class Access:
    """A quiz that a teacher may use, and what they may do with it."""

    own: OwnQuiz
    right: Literal["own", "read", "copy", "edit"]

    @property
    def edits(self) -> bool:
        """Whether they may change it."""
        return self.right in ("own", "edit")

    @property
    def copies(self) -> bool:
        """Whether they may take its content with them."""
        return self.right != "read"


def draft_for(conn: Connection, user_id: int, public_id: str, *, lock: bool = False) -> Draft:
    """A draft of one's own, or of a quiz that one may edit. Raises NotFound."""
    draft = find_draft(conn, public_id, lock=lock)
    if draft is None:
        raise NotFound
    if draft.owner_id != user_id and (
        draft.quiz_id is None or find_right(conn, draft.quiz_id, user_id) != "edit"
    ):
        raise NotFound
    return draft


def quiz_for(conn: Connection, user_id: int, slug: str, wanted: Right = "read") -> Access:
    """A quiz of one's own, or one that a colleague shared with at least this right.

    Raises NotFound.
    """
    own = content.find_own(conn, slug)
    access = _access(conn, user_id, own, wanted) if own else None
    if access is None:
        raise NotFound
    return access


def _access(conn: Connection, user_id: int, own: OwnQuiz, wanted: Right) -> Access | None:
    if own.owner_id is None:
        return None
    if own.owner_id == user_id:
        return Access(own, "own")
    right = find_right(conn, own.quiz_id, user_id)
    if right is None or RIGHTS.index(right) < RIGHTS.index(wanted):
        return None
    return Access(own, right)


@dataclass(frozen=True, slots=True)
class Scope:
    """A quiz, and whose attempts a teacher may see the figures of."""

    own: OwnQuiz
    assignment_ids: tuple[int, ...] | None
    """Those of the classes that they teach; None for everybody's, where the quiz is theirs."""


def figures_for(conn: Connection, user_id: int, slug: str) -> Scope:
    """Of one's own quiz or a shared one, all figures; of any other, those of one's own classes.

    Raises NotFound where there are none of these.
    """
    own = content.find_own(conn, slug)
    if own is None:
        raise NotFound
    if _access(conn, user_id, own, "read"):
        return Scope(own, None)
    given = list_of_quiz(conn, user_id, own.quiz_id)
    if not given:
        raise NotFound
    return Scope(own, tuple(one.id for one in given))


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A quiz that a teacher may copy, print, or take away as a file.

    ``version_id`` is None for one that was never published: it comes from its draft.
    """

    version_id: int | None
    quiz: Quiz


def takeaway_for(conn: Connection, user_id: int, slug: str) -> Takeaway:
    """The latest version of one's own quiz or of a shared one; else what everybody is offered.

    Raises NotFound, and Refused where only an unfinished draft is there.
    """
    try:
        access = quiz_for(conn, user_id, slug, "copy")
    except NotFound:
        published = content.find_published(conn, slug)
        if published is None:
            raise
        return Takeaway(published.version_id, published.quiz)
    versions = content.list_versions(conn, access.own.quiz_id)
    if versions:
        return Takeaway(versions[0].id, versions[0].quiz)
    public_id = find_draft_of_quiz(conn, access.own.quiz_id)
    draft = find_draft(conn, public_id) if public_id else None
    quiz = check_draft(conn, draft, slug).quiz if draft else None
    if quiz is None:
        raise Refused(N_("Ce quiz n’a pas encore de version, et son brouillon a des erreurs."))
    return Takeaway(None, quiz)
