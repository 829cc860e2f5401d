"""Whose draft, whose quiz: what a teacher may not use does not exist for them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from app.errors import NotFound
from app.models import content
from app.models.content import OwnQuiz
from app.models.draft import Draft, find_draft
from app.models.share import RIGHTS, Right, find_right

__all__ = ["Access", "draft_for", "quiz_for"]


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
    if own is None:
        raise NotFound
    if own.owner_id == user_id:
        return Access(own, "own")
    right = find_right(conn, own.quiz_id, user_id)
    if right is None or RIGHTS.index(right) < RIGHTS.index(wanted):
        raise NotFound
    return Access(own, right)
