"""A teacher's quizzes: the list, the versions of each, offering and withdrawing, sharing.

An attempt keeps the version that it began, whatever happens here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.differences import Difference, differences
from app.errors import NotFound
from app.models import attempt as attempts
from app.models import content
from app.models import draft as drafts
from app.models import media as pictures
from app.models import share as shares
from app.models.content import OwnQuiz, Version
from app.models.draft import Draft
from app.models.rights import Access, Takeaway, quiz_for, takeaway_for
from app.models.share import RIGHTS, Right, Share

__all__ = [
    "RIGHTS",
    "Desk",
    "DeskQuiz",
    "Folder",
    "Right",
    "accept_share",
    "end_share",
    "get_desk",
    "get_folder",
    "get_takeaway",
    "offer_quiz",
    "offered_share",
    "share_quiz",
    "withdraw_quiz",
]

LINK_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DeskQuiz:
    """A quiz in a teacher's list."""

    own: OwnQuiz
    title: str
    right: str
    draft: str | None
    attempts: int
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a teacher works on."""

    quizzes: Sequence[DeskQuiz]
    previews: Sequence[Draft]


@dataclass(frozen=True, slots=True)
class Folder:
    """One quiz of a teacher: its versions, what changed in each, who may use it."""

    access: Access
    title: str
    """Its latest title; empty if it has none yet."""
    draft: str | None
    versions: Sequence[tuple[Version, Sequence[Difference]]]
    attempts: int
    shares: Sequence[Share]


def get_desk(conn: Connection, user_id: int, now: datetime) -> Desk:
    """A teacher's quizzes, shared ones too, and the previews that wait."""
    shared = shares.list_shared(conn, user_id)
    mine = drafts.list_drafts(conn, user_id)
    by_quiz = {draft.quiz_id: draft for draft in mine if draft.quiz_id is not None}
    own = content.list_own(conn, list(shared), user_id)
    counts = attempts.count_by_quiz(conn, [one.quiz_id for one in own])
    quizzes = []
    for one in own:
        draft = by_quiz.get(one.quiz_id)
        quizzes.append(
            DeskQuiz(
                own=one,
                title=_title(one, draft),
                right="own" if one.owner_id == user_id else shared[one.quiz_id],
                draft=draft.public_id if draft else None,
                attempts=counts.get(one.quiz_id, 0),
                changed=draft.changed if draft else None,
            )
        )
    previews = [draft for draft in mine if draft.quiz_id is None and (draft.expires or now) >= now]
    return Desk(quizzes, previews)


def _title(own: OwnQuiz, draft: Draft | None) -> str:
    """What its teacher knows it by: the title last given."""
    if draft is not None and draft.body.header.title:
        return draft.body.header.title
    return own.quiz.title if own.quiz else ""


def get_folder(conn: Connection, user_id: int, slug: str) -> Folder:
    """One quiz of a teacher, with its versions and what changed in each. Raises NotFound."""
    access = quiz_for(conn, user_id, slug)
    quiz_id = access.own.quiz_id
    versions = content.list_versions(conn, quiz_id)
    older = [*versions[1:], None]
    draft_id = drafts.find_draft_of_quiz(conn, quiz_id)
    draft = drafts.find_draft(conn, draft_id) if draft_id else None
    return Folder(
        access=access,
        title=_title(access.own, draft),
        draft=draft_id if access.edits else None,
        versions=[
            (version, differences(before.quiz, version.quiz) if before else [])
            for version, before in zip(versions, older, strict=False)
        ],
        attempts=attempts.count_by_quiz(conn, [quiz_id]).get(quiz_id, 0),
        shares=shares.list_shares(conn, quiz_id) if access.right == "own" else [],
    )


def get_takeaway(conn: Connection, user_id: int, slug: str) -> Takeaway:
    """What may be copied, printed, or taken away as a file. Raises NotFound, and Refused."""
    return takeaway_for(conn, user_id, slug)


def withdraw_quiz(conn: Connection, user_id: int, slug: str) -> None:
    """Offer a quiz no more; attempts under way go on. Raises NotFound."""
    own = quiz_for(conn, user_id, slug, "edit").own
    content.offer(conn, own.quiz_id, None, listed=own.listed)


def offer_quiz(conn: Connection, user_id: int, slug: str, *, listed: bool) -> None:
    """Offer the published version, or else the latest one, in the library or by address alone.

    Raises NotFound, also where there is no version yet.
    """
    own = quiz_for(conn, user_id, slug, "edit").own
    number = own.published_version or own.latest
    if number is None:
        raise NotFound
    content.offer(conn, own.quiz_id, number, listed=listed)


# Sharing.


def share_quiz(conn: Connection, user_id: int, slug: str, right: Right, now: datetime) -> str:
    """Make a link that gives a colleague a right; its token. Raises NotFound."""
    access = quiz_for(conn, user_id, slug)
    if access.right != "own":
        raise NotFound
    return shares.add_link(conn, access.own.quiz_id, right, now + LINK_LASTS)


def offered_share(conn: Connection, token: str, now: datetime) -> tuple[OwnQuiz, Right]:
    """What a link offers. Raises NotFound."""
    found = shares.find_link(conn, token, now)
    slug = content.find_slug(conn, found[0]) if found else None
    own = content.find_own(conn, slug) if slug else None
    if found is None or own is None:
        raise NotFound
    return own, found[1]


def accept_share(conn: Connection, user_id: int, token: str, now: datetime) -> str:
    """Take what a link offers; the quiz's address. One's own quiz stays one's own."""
    own, right = offered_share(conn, token, now)
    if own.owner_id != user_id:
        shares.put_share(conn, own.quiz_id, user_id, right, now)
        if own.quiz is not None:
            pictures.own_media(conn, user_id, pictures.images_of(own.quiz))
    return own.slug


def end_share(conn: Connection, user_id: int, slug: str, other_id: int | None) -> None:
    """Take a colleague's right back, or close all links (None). Raises NotFound."""
    access = quiz_for(conn, user_id, slug)
    if access.right != "own":
        raise NotFound
    if other_id is None:
        shares.end_links(conn, access.own.quiz_id)
    else:
        shares.end_share(conn, access.own.quiz_id, other_id)
