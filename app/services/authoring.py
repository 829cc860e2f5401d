"""Writing quizzes: drafts mended question by question, then published as versions.

Whatever changes a draft locks it first. A draft is its own until « Ajouter »; then it belongs
to a quiz, and publishing freezes it as a version and lets the draft go. An attempt keeps the
version that it began, whatever happens here.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import Connection

from app.domain.differences import Difference, differences
from app.domain.draft import (
    Checked,
    Header,
    WrittenItem,
    assemble,
    free_key,
    header_of,
    renumbered,
)
from app.domain.item_writing import warnings
from app.domain.quiz import Quiz
from app.domain.writing import check_question, written
from app.errors import N_, NotFound, Problem, Refused
from app.models import attempt as attempts
from app.models import content
from app.models import draft as drafts
from app.models import media as pictures
from app.models import share as shares
from app.models.content import OwnQuiz, Version
from app.models.draft import Body, Draft, DraftFile, DraftItem, ItemCounts
from app.models.rights import Access, draft_for, quiz_for
from app.models.share import RIGHTS, Right, Share
from app.text.passage import Passage, Reading
from app.text.typography import plain

__all__ = [
    "PAGE",
    "Desk",
    "DeskQuiz",
    "EditedItem",
    "Folder",
    "Opened",
    "RIGHTS",
    "Changed",
    "Ready",
    "Right",
    "Takeaway",
    "accept_share",
    "add_draft_to_quizzes",
    "add_item",
    "copy_quiz",
    "delete_draft",
    "delete_item",
    "drop_passage",
    "end_share",
    "get_desk",
    "get_draft",
    "get_folder",
    "get_item",
    "get_published",
    "get_ready",
    "keep_item",
    "keep_many",
    "move_item",
    "move_passage",
    "new_draft",
    "offer_quiz",
    "offered_share",
    "open_draft",
    "publish_draft",
    "put_header",
    "put_item",
    "put_passage",
    "share_quiz",
    "withdraw_quiz",
]

LINK_LASTS = timedelta(days=30)
PAGE = 20
"""Questions on a page of a draft."""


class Changed(Refused):
    """Somebody changed the same thing in between."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with one page of its questions."""

    draft: Draft
    slug: str | None
    files: Sequence[DraftFile]
    counts: ItemCounts
    items: Sequence[DraftItem]
    page: int
    pages: int
    same_file: Mapping[int, tuple[str, datetime]] = field(default_factory=dict)
    """File id → the other draft that has the very same file, and since when."""


@dataclass(frozen=True, slots=True)
class EditedItem:
    """One question of a draft with what is around it."""

    draft: Draft
    item: DraftItem
    number: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft looked over before it is published."""

    draft: Draft
    counts: ItemCounts
    checked: Checked
    warnings: Sequence[Problem]
    own: OwnQuiz | None
    changes: Sequence[Difference] | None
    """Against the version that is published, if one is."""


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
    draft: str | None
    versions: Sequence[tuple[Version, Sequence[Difference]]]
    attempts: int
    shares: Sequence[Share]

    @property
    def title(self) -> str:
        """Its latest title."""
        return self.access.own.quiz.title if self.access.own.quiz else ""


# Drafts.


def new_draft(conn: Connection, user_id: int, now: datetime, expires: datetime) -> str:
    """An empty draft, to write a quiz from nothing; its public id."""
    return drafts.add_draft(conn, user_id, now, Body(Header()), expires=expires).public_id


def get_draft(
    conn: Connection, user_id: int, public_id: str, page: int = 1, *, show: str = ""
) -> Opened:
    """A draft and a page of its questions: all, those ``kept``, or those ``wrong``.

    Raises NotFound.
    """
    draft = draft_for(conn, user_id, public_id)
    counts = drafts.count_items(conn, draft.id)
    kept = True if show in ("kept", "wrong") else None
    usable = False if show == "wrong" else None
    total = {"kept": counts.kept, "wrong": counts.wrong}.get(show, counts.all)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    files = drafts.list_files(conn, draft.id)
    same = {
        file.id: other
        for file in files
        if (other := drafts.find_same_file(conn, user_id, file.digest))
        and other[0] != public_id
        and other[1] < file.added
    }
    return Opened(
        draft=draft,
        slug=content.find_slug(conn, draft.quiz_id) if draft.quiz_id else None,
        files=files,
        counts=counts,
        items=drafts.list_items(
            conn, draft.id, kept=kept, usable=usable, offset=(page - 1) * PAGE, limit=PAGE
        ),
        page=page,
        pages=pages,
        same_file=same,
    )


def put_header(
    conn: Connection, user_id: int, public_id: str, header: Header, seq: int, now: datetime
) -> None:
    """Change what a quiz says of itself. Raises NotFound, and Changed if it has changed since."""
    draft = _unchanged(conn, user_id, public_id, seq)
    drafts.put_draft(conn, draft.id, now, replace(draft.body, header=header))


def _unchanged(conn: Connection, user_id: int, public_id: str, seq: int) -> Draft:
    draft = draft_for(conn, user_id, public_id, lock=True)
    if draft.seq != seq:
        raise Changed(
            N_(
                "Ce brouillon a été modifié ailleurs depuis que cette page est ouverte : "
                "rechargez-la avant d’enregistrer."
            )
        )
    return draft


def put_passage(
    conn: Connection,
    user_id: int,
    public_id: str,
    passage: Passage,
    seq: int,
    now: datetime,
    place: int | None = None,
) -> None:
    """Add a text to read, or replace the one at ``place`` (from 0).

    Questions are looked over again: their evidence is found, or is no more. Raises NotFound,
    and Changed.
    """
    draft = _unchanged(conn, user_id, public_id, seq)
    passages = list(draft.body.passages)
    if place is None:
        passages.append(passage)
    elif 0 <= place < len(passages):
        passages[place] = passage
    else:
        raise NotFound
    _put_passages(conn, draft, passages, now)


def drop_passage(
    conn: Connection, user_id: int, public_id: str, place: int, seq: int, now: datetime
) -> None:
    """Take a text out of a draft. Raises NotFound, and Changed."""
    draft = _unchanged(conn, user_id, public_id, seq)
    if not 0 <= place < len(draft.body.passages):
        raise NotFound
    _put_passages(
        conn, draft, [*draft.body.passages[:place], *draft.body.passages[place + 1 :]], now
    )


def move_passage(
    conn: Connection, user_id: int, public_id: str, place: int, seq: int, now: datetime
) -> None:
    """Move a text before the one that precedes it. Raises NotFound, and Changed."""
    draft = _unchanged(conn, user_id, public_id, seq)
    passages = list(draft.body.passages)
    if not 0 < place < len(passages):
        raise NotFound
    passages[place - 1 : place + 1] = passages[place], passages[place - 1]
    _put_passages(conn, draft, passages, now)


def _put_passages(
    conn: Connection, draft: Draft, passages: Sequence[Passage], now: datetime
) -> None:
    placed = renumbered(passages)
    drafts.put_draft(conn, draft.id, now, replace(draft.body, passages=placed))
    reading = Reading(placed)
    usable = {}
    for item in drafts.list_items(conn, draft.id):
        fine = check_question(item.raw, reading)[0] is not None
        if fine is not item.usable:
            usable[item.key] = fine
    drafts.put_usable(conn, draft.id, usable)


def get_item(conn: Connection, user_id: int, public_id: str, key: str) -> EditedItem:
    """One question of a draft. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id)
    item = _item(conn, draft, key)
    keys = drafts.list_keys(conn, draft.id)
    at = keys.index(key)
    return EditedItem(
        draft,
        item,
        at + 1,
        keys[at - 1] if at else None,
        keys[at + 1] if at + 1 < len(keys) else None,
    )


def _item(conn: Connection, draft: Draft, key: str) -> DraftItem:
    item = drafts.find_item(conn, draft.id, key)
    if item is None:
        raise NotFound
    return item


def put_item(
    conn: Connection,
    user_id: int,
    public_id: str,
    key: str,
    raw: Mapping[str, Any],
    seq: int,
    now: datetime,
) -> int:
    """Store a question as it is written now, right or wrong; its new ``seq``.

    Raises NotFound, and Changed if somebody stored it in between.
    """
    draft = draft_for(conn, user_id, public_id, lock=True)
    _item(conn, draft, key)
    question, _ = check_question({**raw, "id": key}, Reading(draft.body.passages))
    stored = drafts.put_item(
        conn, draft.id, key, {**raw, "id": key}, usable=question is not None, seq=seq
    )
    if not stored:
        raise Changed(
            N_(
                "Cette question a été modifiée ailleurs depuis que cette page est ouverte. "
                "Ce que vous avez écrit est encore ci-dessous."
            )
        )
    drafts.put_draft(conn, draft.id, now)
    return seq + 1


def add_item(
    conn: Connection, user_id: int, public_id: str, raw: Mapping[str, Any], now: datetime
) -> str:
    """Append a question; its key. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    keys = drafts.list_keys(conn, draft.id)
    key = free_key(f"q{len(keys) + 1}", keys)
    last = drafts.list_items(conn, draft.id, offset=max(0, len(keys) - 1), limit=1)
    question, _ = check_question({**raw, "id": key}, Reading(draft.body.passages))
    item = DraftItem(
        key=key,
        position=(last[0].position if last else 0) + 1,
        kept=True,
        usable=question is not None,
        raw={**raw, "id": key},
        source={},
    )
    drafts.add_items(conn, draft.id, [item])
    drafts.put_draft(conn, draft.id, now)
    return key


def keep_item(
    conn: Connection, user_id: int, public_id: str, key: str, now: datetime, *, kept: bool
) -> None:
    """Keep or drop one question. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    _item(conn, draft, key)
    drafts.keep_items(conn, draft.id, kept=kept, keys=[key])
    drafts.put_draft(conn, draft.id, now)


def keep_many(conn: Connection, user_id: int, public_id: str, what: str, now: datetime) -> int:
    """Keep ``all``, keep ``none``, or drop those that are ``wrong``. How many changed."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    if what == "wrong":
        changed = drafts.keep_items(conn, draft.id, kept=False, usable=False)
    else:
        changed = drafts.keep_items(conn, draft.id, kept=what == "all")
    drafts.put_draft(conn, draft.id, now)
    return changed


def move_item(
    conn: Connection, user_id: int, public_id: str, key: str, step: int, now: datetime
) -> None:
    """Move a question up (−1) or down (1). Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    _item(conn, draft, key)
    drafts.move_item(conn, draft.id, key, step)
    drafts.put_draft(conn, draft.id, now)


def delete_item(conn: Connection, user_id: int, public_id: str, key: str, now: datetime) -> None:
    """Delete a question from a draft. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    drafts.delete_item(conn, draft.id, key)
    drafts.put_draft(conn, draft.id, now)


def delete_draft(conn: Connection, user_id: int, public_id: str) -> str | None:
    """Give a draft up; the address of its quiz if it has one. Versions stay. Raises NotFound.

    A quiz that was never published goes with its draft.
    """
    draft = draft_for(conn, user_id, public_id, lock=True)
    drafts.delete_draft(conn, draft.id)
    if draft.quiz_id is None:
        return None
    slug = content.find_slug(conn, draft.quiz_id)
    if not content.list_versions(conn, draft.quiz_id):
        content.delete_quiz(conn, draft.quiz_id)
        return None
    return slug


# From draft to quiz.


def add_draft_to_quizzes(conn: Connection, user_id: int, public_id: str, now: datetime) -> str:
    """« Ajouter »: the preview becomes a quiz of the teacher's; its address.

    Raises NotFound, and Refused where there is nothing to add. Pressing twice adds once.
    """
    draft = draft_for(conn, user_id, public_id, lock=True)
    if draft.quiz_id is not None:
        return content.find_slug(conn, draft.quiz_id) or ""
    if not drafts.count_items(conn, draft.id).kept:
        raise Refused(N_("Gardez au moins une question avant d’ajouter le quiz."))
    slug = _new_slug(draft.body.header.title)
    quiz_id = content.add_quiz(conn, user_id, slug)
    drafts.put_draft(conn, draft.id, now, quiz_id=quiz_id)
    return slug


def _new_slug(title: str) -> str:
    """An address made of the title and of a few random letters, so that none is taken."""
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else "-"
        for letter in _unaccented(plain(title).casefold())
    )
    stem = "-".join(part for part in words.split("-") if part)[:48].strip("-")
    tail = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))
    return f"{stem}-{tail}" if stem else f"quiz-{tail}"


def _unaccented(text: str) -> str:
    folded = text.replace("œ", "oe").replace("æ", "ae").replace("’", "-")
    return "".join(one for one in normalize("NFKD", folded) if not combining(one))


def get_ready(conn: Connection, user_id: int, public_id: str) -> Ready:
    """A draft as it would be published, with all that is wrong or weak. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id)
    checked, own = _check(conn, draft)
    published = None
    if own and own.published_version is not None:
        published = next(
            one.quiz
            for one in content.list_versions(conn, own.quiz_id)
            if one.number == own.published_version
        )
    return Ready(
        draft=draft,
        counts=drafts.count_items(conn, draft.id),
        checked=checked,
        warnings=list(warnings(checked.quiz)) if checked.quiz else [],
        own=own,
        changes=differences(published, checked.quiz) if published and checked.quiz else None,
    )


def _check(conn: Connection, draft: Draft) -> tuple[Checked, OwnQuiz | None]:
    slug = content.find_slug(conn, draft.quiz_id) if draft.quiz_id else None
    items = drafts.list_items(conn, draft.id, kept=True, limit=1_000)
    checked = assemble(
        draft.body.header,
        draft.body.passages,
        draft.body.glossary,
        [WrittenItem(item.key, item.raw) for item in items],
        **({"slug": slug} if slug else {}),
    )
    return checked, content.find_own(conn, slug) if slug else None


def publish_draft(
    conn: Connection, user_id: int, public_id: str, now: datetime, *, listed: bool
) -> str:
    """Freeze a draft as a version and offer it; the quiz's address. The draft is done.

    Raises NotFound, and Refused if anything is wrong with it.
    """
    draft = draft_for(conn, user_id, public_id, lock=True)
    if draft.quiz_id is None:
        raise Refused(N_("Ajoutez d’abord ce brouillon à vos quiz."))
    checked, own = _check(conn, draft)
    if checked.quiz is None or own is None:
        raise Refused(N_("Ce quiz ne peut pas encore être publié : il reste des erreurs."))
    number = content.add_version(conn, own.quiz_id, checked.quiz, now)
    content.offer(conn, own.quiz_id, number, listed=listed)
    images = {name for item in checked.quiz.items for name in item.question.images()}
    pictures.publish_media(conn, [name.partition(":")[2] for name in images])
    drafts.delete_draft(conn, draft.id)
    return own.slug


def open_draft(
    conn: Connection, user_id: int, slug: str, now: datetime, number: int | None = None
) -> str:
    """The draft of a quiz, made from its latest version (or from ``number``) if there is none.

    Its public id. Raises NotFound.
    """
    access = quiz_for(conn, user_id, slug, "edit")
    own = access.own
    known = drafts.find_draft_of_quiz(conn, own.quiz_id)
    if known is not None:
        return known
    versions = content.list_versions(conn, own.quiz_id)
    version = next((one for one in versions if number in (None, one.number)), None)
    if version is None:
        raise NotFound
    owner = own.owner_id or user_id
    return _draft_from(conn, owner, version.quiz, now, quiz_id=own.quiz_id).public_id


def _draft_from(
    conn: Connection,
    user_id: int,
    quiz: Quiz,
    now: datetime,
    *,
    quiz_id: int | None = None,
    title: str | None = None,
) -> Draft:
    header = header_of(quiz)
    if title is not None:
        header = header.model_copy(update={"title": title})
    draft = drafts.add_draft(
        conn,
        user_id,
        now,
        Body(header, quiz.passages, quiz.glossary),
        quiz_id=quiz_id,
    )
    drafts.add_items(
        conn,
        draft.id,
        (
            DraftItem(
                key=item.question.id,
                position=item.number,
                kept=True,
                usable=True,
                raw=written(item.question),
                source={},
            )
            for item in quiz.items
        ),
    )
    return draft


def copy_quiz(conn: Connection, user_id: int, slug: str, now: datetime, title: str) -> str:
    """Copy a quiz — one's own, a shared one, or one that everybody sees — into a new draft.

    ``title`` has a place for the old one, as in "%(title)s (copie)". Its public id. Raises
    NotFound.
    """
    quiz = get_published(conn, user_id, slug).quiz
    draft = _draft_from(conn, user_id, quiz, now, title=title % {"title": quiz.title})
    quiz_id = content.add_quiz(conn, user_id, _new_slug(quiz.title))
    drafts.put_draft(conn, draft.id, now, quiz_id=quiz_id)
    images = {name.partition(":")[2] for item in quiz.items for name in item.question.images()}
    pictures.own_media(conn, user_id, images)
    return draft.public_id


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A quiz that a teacher may copy, print, or take away as a file.

    ``version_id`` is None for one that was never published: it comes from its draft.
    """

    version_id: int | None
    quiz: Quiz


def get_published(conn: Connection, user_id: int, slug: str) -> Takeaway:
    """The latest version of one's own quiz or of a shared one; else what everybody is offered.

    Raises NotFound.
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
    public_id = drafts.find_draft_of_quiz(conn, access.own.quiz_id)
    draft = drafts.find_draft(conn, public_id) if public_id else None
    quiz = _check(conn, draft)[0].quiz if draft else None
    if quiz is None:
        raise Refused(N_("Ce quiz n’a pas encore de version, et son brouillon a des erreurs."))
    return Takeaway(None, quiz)


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


# The teacher's own pages.


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
        title = draft.body.header.title if draft else one.quiz.title if one.quiz else ""
        quizzes.append(
            DeskQuiz(
                own=one,
                title=title,
                right="own" if one.owner_id == user_id else shared[one.quiz_id],
                draft=draft.public_id if draft else None,
                attempts=counts.get(one.quiz_id, 0),
                changed=draft.changed if draft else None,
            )
        )
    previews = [draft for draft in mine if draft.quiz_id is None and (draft.expires or now) >= now]
    return Desk(quizzes, previews)


def get_folder(conn: Connection, user_id: int, slug: str) -> Folder:
    """One quiz of a teacher, with its versions and what changed in each. Raises NotFound."""
    access = quiz_for(conn, user_id, slug)
    quiz_id = access.own.quiz_id
    versions = content.list_versions(conn, quiz_id)
    older = [*versions[1:], None]
    return Folder(
        access=access,
        draft=drafts.find_draft_of_quiz(conn, quiz_id) if access.edits else None,
        versions=[
            (version, differences(before.quiz, version.quiz) if before else [])
            for version, before in zip(versions, older, strict=False)
        ],
        attempts=attempts.count_by_quiz(conn, [quiz_id]).get(quiz_id, 0),
        shares=shares.list_shares(conn, quiz_id) if access.right == "own" else [],
    )


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
            images = {
                name.partition(":")[2] for item in own.quiz.items for name in item.question.images()
            }
            pictures.own_media(conn, user_id, images)
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
