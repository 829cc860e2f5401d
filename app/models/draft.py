"""Drafts: quizzes being written, from a file or from a version, question by question.

A draft without a quiz is the preview of an upload: it is forgotten when it ``expires``. A draft
of a quiz stays until it is published or given up. Its questions are rows, so that mending one
of ten thousand writes one. Deleting a draft, a quiz or a user deletes its files and questions.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.draft import (
    MOST_QUESTIONS,
    SLUG_PLACE,
    Checked,
    Header,
    WrittenItem,
    assemble,
)
from app.extensions import db
from app.models.types import UtcTime
from app.text.passage import GlossaryEntry, Passage

__all__ = [
    "Body",
    "Draft",
    "DraftFile",
    "DraftFileRow",
    "DraftItem",
    "DraftItemRow",
    "DraftRow",
    "ItemCounts",
    "add_draft",
    "add_file",
    "add_items",
    "check_draft",
    "claim_file",
    "count_items",
    "delete_draft",
    "delete_expired",
    "delete_item",
    "find_draft",
    "find_draft_of_quiz",
    "find_file_data",
    "find_item",
    "find_same_file",
    "finish_file",
    "keep_items",
    "list_drafts",
    "list_files",
    "list_items",
    "list_keys",
    "move_item",
    "note_progress",
    "put_draft",
    "put_item",
    "put_usable",
]


class DraftRow(db.Model):  # type: ignore[name-defined, misc]
    """A quiz being written, but for its questions."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    quiz_id: Mapped[int | None] = mapped_column(
        ForeignKey("quiz.id", ondelete="CASCADE"), unique=True, index=True
    )
    header: Mapped[str] = mapped_column(Text)
    passages: Mapped[str] = mapped_column(Text)
    glossary: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcTime)
    changed: Mapped[datetime] = mapped_column(UtcTime)
    expires: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    seq: Mapped[int] = mapped_column(Integer)
    """Counts the changes of header and passages: a form that was opened before is told so."""


class DraftFileRow(db.Model):  # type: ignore[name-defined, misc]
    """A file that was uploaded into a draft, and what was read of it."""

    __tablename__ = "draft_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Kept only until it has been read."""
    added: Mapped[datetime] = mapped_column(UtcTime)
    touched: Mapped[datetime] = mapped_column(UtcTime)
    """When its reading last made progress."""
    progress: Mapped[int] = mapped_column(Integer)
    """Questions read so far."""
    report: Mapped[str | None] = mapped_column(Text)
    """JSON: format, problems, losses; None while it is being read."""


class DraftItemRow(db.Model):  # type: ignore[name-defined, misc]
    """A question of a draft, as it was written."""

    __tablename__ = "draft_item"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    kept: Mapped[bool] = mapped_column(Boolean)
    usable: Mapped[bool] = mapped_column(Boolean)
    """Whether nothing is wrong with it."""
    raw: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    """JSON: file, line, column, cell, category, and what its reader had to say."""
    seq: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_draft_item_position", "draft_id", "position"),)


@dataclass(frozen=True, slots=True)
class Body:
    """All of a draft but its questions."""

    header: Header
    passages: Sequence[Passage] = ()
    glossary: Sequence[GlossaryEntry] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft without its questions."""

    id: int
    public_id: str
    owner_id: int
    quiz_id: int | None
    body: Body
    created: datetime
    changed: datetime
    expires: datetime | None
    seq: int


@dataclass(frozen=True, slots=True)
class DraftFile:
    """An uploaded file. ``report`` is None while it is being read."""

    id: int
    name: str
    digest: str
    added: datetime
    touched: datetime
    progress: int
    report: Mapping[str, Any] | None
    size: int
    """Bytes that wait to be read."""


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A question of a draft."""

    key: str
    position: int
    kept: bool
    usable: bool
    raw: dict[str, Any]
    source: Mapping[str, Any]
    seq: int = 0


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How many questions a draft has: all, kept, and kept but wrong."""

    all: int
    kept: int
    wrong: int


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _columns(body: Body) -> dict[str, str]:
    many = {"passages": body.passages, "glossary": body.glossary}
    return {
        "header": body.header.model_dump_json(),
        **{
            name: _json([one.model_dump(mode="json", by_alias=True) for one in models])
            for name, models in many.items()
        },
    }


# Drafts.

_DRAFT = select(
    DraftRow.id,
    DraftRow.public_id,
    DraftRow.owner_id,
    DraftRow.quiz_id,
    DraftRow.header,
    DraftRow.passages,
    DraftRow.glossary,
    DraftRow.created,
    DraftRow.changed,
    DraftRow.expires,
    DraftRow.seq,
)


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        public_id=row.public_id,
        owner_id=row.owner_id,
        quiz_id=row.quiz_id,
        body=Body(
            Header.model_validate_json(row.header),
            tuple(Passage.model_validate(one) for one in json.loads(row.passages)),
            tuple(GlossaryEntry.model_validate(one) for one in json.loads(row.glossary)),
        ),
        created=row.created,
        changed=row.changed,
        expires=row.expires,
        seq=row.seq,
    )


def add_draft(
    conn: Connection,
    owner_id: int,
    now: datetime,
    body: Body,
    *,
    quiz_id: int | None = None,
    expires: datetime | None = None,
) -> Draft:
    """A new draft without questions."""
    row = conn.execute(
        insert(DraftRow)
        .values(
            public_id=secrets.token_urlsafe(12),
            owner_id=owner_id,
            quiz_id=quiz_id,
            **_columns(body),
            created=now,
            changed=now,
            expires=expires,
            seq=0,
        )
        .returning(*_DRAFT.selected_columns)
    ).one()
    return _draft(row)


def find_draft(conn: Connection, public_id: str, *, lock: bool = False) -> Draft | None:
    """The draft of an address; the caller asks whose it is. ``lock`` holds others off."""
    query = _DRAFT.where(DraftRow.public_id == public_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _draft(row) if row else None


def find_draft_of_quiz(conn: Connection, quiz_id: int) -> str | None:
    """The public id of a quiz's draft."""
    return conn.scalar(select(DraftRow.public_id).where(DraftRow.quiz_id == quiz_id))


def list_drafts(conn: Connection, owner_id: int) -> list[Draft]:
    """A teacher's drafts, the latest first."""
    rows = conn.execute(
        _DRAFT.where(DraftRow.owner_id == owner_id).order_by(DraftRow.changed.desc())
    )
    return [_draft(row) for row in rows]


def put_draft(
    conn: Connection,
    draft_id: int,
    now: datetime,
    body: Body | None = None,
    *,
    quiz_id: int | None = None,
) -> None:
    """Store what has changed. Becoming a quiz's draft ends its expiry."""
    values: dict[str, Any] = {"changed": now}
    if body is not None:
        values |= {**_columns(body), "seq": DraftRow.seq + 1}
    if quiz_id is not None:
        values |= {"quiz_id": quiz_id, "expires": None}
    conn.execute(update(DraftRow).where(DraftRow.id == draft_id).values(**values))


def delete_draft(conn: Connection, draft_id: int) -> None:
    """Forget a draft with its files and questions."""
    conn.execute(delete(DraftRow).where(DraftRow.id == draft_id))


def delete_expired(conn: Connection, now: datetime) -> int:
    """Forget the previews that nobody came back to. How many."""
    return conn.execute(delete(DraftRow).where(DraftRow.expires < now)).rowcount


# Files.


def add_file(
    conn: Connection, draft_id: int, name: str, digest: str, data: bytes, now: datetime
) -> int:
    """Keep an uploaded file until it has been read; its id."""
    return conn.execute(
        insert(DraftFileRow)
        .values(
            draft_id=draft_id,
            name=name[:255],
            digest=digest,
            data=data,
            added=now,
            touched=now,
            progress=0,
            report=None,
        )
        .returning(DraftFileRow.id)
    ).scalar_one()


def list_files(conn: Connection, draft_id: int) -> list[DraftFile]:
    """The files of a draft, in the order in which they came."""
    rows = conn.execute(
        select(
            DraftFileRow.id,
            DraftFileRow.name,
            DraftFileRow.digest,
            DraftFileRow.added,
            DraftFileRow.touched,
            DraftFileRow.progress,
            DraftFileRow.report,
            func.coalesce(func.length(DraftFileRow.data), 0),
        )
        .where(DraftFileRow.draft_id == draft_id)
        .order_by(DraftFileRow.id)
    )
    return [
        DraftFile(
            id=row[0],
            name=row[1],
            digest=row[2],
            added=row[3],
            touched=row[4],
            progress=row[5],
            report=json.loads(row[6]) if row[6] else None,
            size=row[7],
        )
        for row in rows
    ]


def find_file_data(conn: Connection, file_id: int) -> bytes | None:
    """The content of a file that has not been read yet."""
    return conn.scalar(select(DraftFileRow.data).where(DraftFileRow.id == file_id))


def claim_file(conn: Connection, file_id: int, stale: datetime, now: datetime) -> bool:
    """Take the reading of a file upon oneself; False if somebody else is at it.

    A reading that has made no progress since ``stale`` is taken for dead.
    """
    claimed = conn.execute(
        update(DraftFileRow)
        .where(
            DraftFileRow.id == file_id,
            DraftFileRow.data.is_not(None),
            (DraftFileRow.touched == DraftFileRow.added) | (DraftFileRow.touched < stale),
        )
        .values(touched=now)
    )
    return claimed.rowcount == 1


def note_progress(conn: Connection, file_id: int, count: int, now: datetime) -> None:
    """Say how many questions have been read."""
    conn.execute(
        update(DraftFileRow).where(DraftFileRow.id == file_id).values(progress=count, touched=now)
    )


def finish_file(
    conn: Connection, file_id: int, report: Mapping[str, Any], count: int, now: datetime
) -> bool:
    """Keep what was read of a file, and forget the file; False if that was done already."""
    done = conn.execute(
        update(DraftFileRow)
        .where(DraftFileRow.id == file_id, DraftFileRow.data.is_not(None))
        .values(report=_json(report), progress=count, data=None, touched=now)
    )
    return done.rowcount == 1


def find_same_file(conn: Connection, owner_id: int, digest: str) -> tuple[str, datetime] | None:
    """A draft of this teacher that already has this very file, and since when."""
    row = conn.execute(
        select(DraftRow.public_id, DraftFileRow.added)
        .join(DraftFileRow, DraftFileRow.draft_id == DraftRow.id)
        .where(DraftRow.owner_id == owner_id, DraftFileRow.digest == digest)
        .order_by(DraftFileRow.added)
    ).first()
    return (row[0], row[1]) if row else None


# Questions.

_ITEM = select(
    DraftItemRow.key,
    DraftItemRow.position,
    DraftItemRow.kept,
    DraftItemRow.usable,
    DraftItemRow.raw,
    DraftItemRow.source,
    DraftItemRow.seq,
)


def _item(row: Any) -> DraftItem:
    return DraftItem(
        key=row.key,
        position=row.position,
        kept=row.kept,
        usable=row.usable,
        raw=json.loads(row.raw),
        source=json.loads(row.source),
        seq=row.seq,
    )


def add_items(conn: Connection, draft_id: int, items: Iterable[DraftItem]) -> None:
    """Append questions; their positions are the caller's."""
    rows = [
        {
            "draft_id": draft_id,
            "key": one.key,
            "position": one.position,
            "kept": one.kept,
            "usable": one.usable,
            "raw": _json(one.raw),
            "source": _json(one.source),
            "seq": one.seq,
        }
        for one in items
    ]
    if rows:
        conn.execute(insert(DraftItemRow), rows)


def count_items(conn: Connection, draft_id: int) -> ItemCounts:
    """How many there are."""
    wrong = case((DraftItemRow.kept & ~DraftItemRow.usable, 1), else_=0)
    row = conn.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((DraftItemRow.kept, 1), else_=0)), 0),
            func.coalesce(func.sum(wrong), 0),
        ).where(DraftItemRow.draft_id == draft_id)
    ).one()
    return ItemCounts(*row)


def list_items(
    conn: Connection,
    draft_id: int,
    *,
    kept: bool | None = None,
    usable: bool | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[DraftItem]:
    """The questions in order, a page of them if ``limit`` says so."""
    query = _ITEM.where(DraftItemRow.draft_id == draft_id).order_by(DraftItemRow.position)
    if kept is not None:
        query = query.where(DraftItemRow.kept.is_(kept))
    if usable is not None:
        query = query.where(DraftItemRow.usable.is_(usable))
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return [_item(row) for row in conn.execute(query)]


def list_keys(conn: Connection, draft_id: int) -> list[str]:
    """The keys of all questions, in order."""
    return list(
        conn.scalars(
            select(DraftItemRow.key)
            .where(DraftItemRow.draft_id == draft_id)
            .order_by(DraftItemRow.position)
        )
    )


def find_item(conn: Connection, draft_id: int, key: str) -> DraftItem | None:
    """One question."""
    row = conn.execute(
        _ITEM.where(DraftItemRow.draft_id == draft_id, DraftItemRow.key == key)
    ).one_or_none()
    return _item(row) if row else None


def put_item(
    conn: Connection, draft_id: int, key: str, raw: Mapping[str, Any], *, usable: bool, seq: int
) -> bool:
    """Store a question as it is written now, if nobody stored a newer one. ``seq`` is the old one."""
    done = conn.execute(
        update(DraftItemRow)
        .where(DraftItemRow.draft_id == draft_id, DraftItemRow.key == key, DraftItemRow.seq == seq)
        .values(raw=_json(raw), usable=usable, seq=seq + 1)
    )
    return done.rowcount == 1


def put_usable(conn: Connection, draft_id: int, usable: Mapping[str, bool]) -> None:
    """Say of questions whether anything is wrong with them (a text has changed)."""
    for value in (True, False):
        keys = [key for key, is_usable in usable.items() if is_usable is value]
        for n in range(0, len(keys), 500):
            conn.execute(
                update(DraftItemRow)
                .where(DraftItemRow.draft_id == draft_id, DraftItemRow.key.in_(keys[n : n + 500]))
                .values(usable=value)
            )


def keep_items(
    conn: Connection,
    draft_id: int,
    *,
    kept: bool,
    keys: Sequence[str] | None = None,
    usable: bool | None = None,
) -> int:
    """Keep or drop questions: those named, else all. How many changed."""
    query = update(DraftItemRow).where(
        DraftItemRow.draft_id == draft_id, DraftItemRow.kept.is_not(kept)
    )
    if keys is not None:
        query = query.where(DraftItemRow.key.in_(keys))
    if usable is not None:
        query = query.where(DraftItemRow.usable.is_(usable))
    return conn.execute(query.values(kept=kept)).rowcount


def move_item(conn: Connection, draft_id: int, key: str, step: int) -> None:
    """Move a question before (−1) or after (1) its kept neighbour."""
    item = find_item(conn, draft_id, key)
    if item is None:
        return
    beyond = (
        DraftItemRow.position < item.position if step < 0 else DraftItemRow.position > item.position
    )
    order = DraftItemRow.position.desc() if step < 0 else DraftItemRow.position
    other = conn.execute(
        select(DraftItemRow.key, DraftItemRow.position)
        .where(DraftItemRow.draft_id == draft_id, DraftItemRow.kept.is_(True), beyond)
        .order_by(order)
    ).first()
    if other is None:
        return
    for one, position in ((key, other[1]), (other[0], item.position)):
        conn.execute(
            update(DraftItemRow)
            .where(DraftItemRow.draft_id == draft_id, DraftItemRow.key == one)
            .values(position=position)
        )


def delete_item(conn: Connection, draft_id: int, key: str) -> None:
    """Delete a question."""
    conn.execute(
        delete(DraftItemRow).where(DraftItemRow.draft_id == draft_id, DraftItemRow.key == key)
    )


def check_draft(conn: Connection, draft: Draft, slug: str | None) -> Checked:
    """The quiz that a draft makes, or what is wrong with it; ``slug`` is its address if it has one."""
    items = list_items(conn, draft.id, kept=True, limit=MOST_QUESTIONS + 1)
    return assemble(
        draft.body.header,
        draft.body.passages,
        draft.body.glossary,
        [WrittenItem(item.key, item.raw) for item in items],
        slug or SLUG_PLACE,
    )
