"""Writing quizzes: drafts mended question by question, then published as versions.

Whatever changes a draft locks it first. A draft is its own until « Ajouter »; then it belongs
to a quiz, and publishing freezes it as a version and lets the draft go. An attempt keeps the
version that it began, whatever happens here.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.differences import Difference, differences
from app.domain.draft import (
    Checked,
    Header,
    free_key,
    header_of,
    renumbered,
)
from app.domain.item_writing import warnings
from app.domain.quiz import Quiz
from app.domain.writing import check_question, written
from app.errors import N_, NotFound, Problem, Refused
from app.models import content
from app.models import draft as drafts
from app.models import media as pictures
from app.models.content import OwnQuiz
from app.models.draft import Body, Draft, DraftFile, DraftItem, ItemCounts
from app.models.rights import draft_for, quiz_for, takeaway_for
from app.text.compare import bare
from app.text.passage import Passage, Reading

__all__ = [
    "PAGE",
    "Changed",
    "EditedItem",
    "Opened",
    "Ready",
    "add_draft_to_quizzes",
    "add_item",
    "copy_quiz",
    "delete_draft",
    "delete_item",
    "drop_passage",
    "get_draft",
    "get_item",
    "get_ready",
    "keep_item",
    "keep_many",
    "move_item",
    "move_passage",
    "new_draft",
    "open_draft",
    "publish_draft",
    "put_header",
    "put_item",
    "put_passage",
]

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
    words = re.findall(r"[a-z0-9]+", bare(title))
    stem = "-".join(words)[:48].strip("-") or "quiz"
    return stem + "-" + "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


def get_ready(conn: Connection, user_id: int, public_id: str) -> Ready:
    """A draft as it would be published, with all that is wrong or weak. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id)
    slug = content.find_slug(conn, draft.quiz_id) if draft.quiz_id else None
    checked = drafts.check_draft(conn, draft, slug)
    own = content.find_own(conn, slug) if slug else None
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


def publish_draft(
    conn: Connection, user_id: int, public_id: str, now: datetime, *, listed: bool
) -> str:
    """Freeze a draft as a version and offer it; the quiz's address. The draft is done.

    Raises NotFound, and Refused if anything is wrong with it.
    """
    draft = draft_for(conn, user_id, public_id, lock=True)
    if draft.quiz_id is None:
        raise Refused(N_("Ajoutez d’abord ce brouillon à vos quiz."))
    slug = content.find_slug(conn, draft.quiz_id)
    quiz = drafts.check_draft(conn, draft, slug).quiz
    if quiz is None or slug is None:
        raise Refused(N_("Ce quiz ne peut pas encore être publié : il reste des erreurs."))
    number = content.add_version(conn, draft.quiz_id, quiz, now)
    content.offer(conn, draft.quiz_id, number, listed=listed)
    pictures.publish_media(conn, pictures.images_of(quiz))
    drafts.delete_draft(conn, draft.id)
    return slug


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
    quiz = takeaway_for(conn, user_id, slug).quiz
    draft = _draft_from(conn, user_id, quiz, now, title=title % {"title": quiz.title})
    quiz_id = content.add_quiz(conn, user_id, _new_slug(quiz.title))
    drafts.put_draft(conn, draft.id, now, quiz_id=quiz_id)
    pictures.own_media(conn, user_id, pictures.images_of(quiz))
    return draft.public_id
