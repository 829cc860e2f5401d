"""Dossiers, quizzes and their versions.

A version is written once and never changes, so each process keeps it parsed. Nothing of a
version is deleted while an attempt points at it; a quiz that leaves the library is withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.quiz import Dossier, Quiz, dump, load
from app.errors import NotFound
from app.extensions import db
from app.models.types import UtcTime

__all__ = [
    "DossierRow",
    "OwnQuiz",
    "Published",
    "QuizRow",
    "QuizVersionRow",
    "Version",
    "add_quiz",
    "add_version",
    "delete_quiz",
    "digest",
    "find_own",
    "find_published",
    "find_slug",
    "forget_versions",
    "get_version",
    "list_dossiers",
    "list_own",
    "list_published",
    "list_versions",
    "offer",
    "publish",
    "put_dossier",
    "withdraw_absent",
]


class DossierRow(db.Model):  # type: ignore[name-defined, misc]
    """One article and what was made of it."""

    __tablename__ = "dossier"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    document: Mapped[str] = mapped_column(Text)


class QuizRow(db.Model):  # type: ignore[name-defined, misc]
    """A quiz, under the address that learners know; its content is in its versions."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    dossier: Mapped[str | None] = mapped_column(ForeignKey("dossier.slug"), index=True)
    published_version: Mapped[int | None] = mapped_column()
    """The number of the version offered; None when withdrawn."""
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    """The teacher whose quiz it is; None for the built-in library."""
    listed: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """Whether the library shows it, or only its address opens it."""


class QuizVersionRow(db.Model):  # type: ignore[name-defined, misc]
    """A frozen quiz: one JSON document."""

    __tablename__ = "quiz_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    number: Mapped[int] = mapped_column()
    digest: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (Index("uq_quiz_version_number", "quiz_id", "number", unique=True),)


@dataclass(frozen=True, slots=True)
class Published:
    """A quiz that is offered, with the version to start."""

    quiz_id: int
    version_id: int
    slug: str
    dossier: str | None
    quiz: Quiz


_versions: dict[int, Quiz] = {}
_VERSIONS_KEPT = 500


def get_version(conn: Connection, version_id: int) -> Quiz:
    """The parsed quiz of a version, from this process's memory where it is there already."""
    known = _versions.get(version_id)
    if known is not None:
        return known
    document = conn.execute(
        select(QuizVersionRow.document).where(QuizVersionRow.id == version_id)
    ).scalar_one_or_none()
    if document is None:
        raise NotFound
    return _keep(version_id, document)


def _keep(version_id: int, document: str) -> Quiz:
    if len(_versions) >= _VERSIONS_KEPT:
        _versions.pop(next(iter(_versions)))
    quiz = _versions[version_id] = load(document)
    return quiz


def forget_versions() -> None:
    """Empty the memory: for tests, where one process sees several databases."""
    _versions.clear()


_OFFERED = (
    select(QuizRow.id, QuizVersionRow.id, QuizRow.slug, QuizRow.dossier)
    .join(
        QuizVersionRow,
        (QuizVersionRow.quiz_id == QuizRow.id)
        & (QuizVersionRow.number == QuizRow.published_version),
    )
    .order_by(QuizRow.id)
)


_LISTED = _OFFERED.where(QuizRow.listed)
_AT_ADDRESS = _OFFERED.where(QuizRow.slug == bindparam("slug"))


def list_published(conn: Connection) -> list[Published]:
    """Every quiz that the library shows."""
    rows = conn.execute(_LISTED).all()
    missing = [version for _, version, _, _ in rows if version not in _versions]
    if missing:
        documents = conn.execute(
            select(QuizVersionRow.id, QuizVersionRow.document).where(QuizVersionRow.id.in_(missing))
        )
        for version_id, document in documents:
            _keep(version_id, document)
    return [
        Published(quiz_id, version_id, slug, dossier, get_version(conn, version_id))
        for quiz_id, version_id, slug, dossier in rows
    ]


def find_published(conn: Connection, slug: str) -> Published | None:
    """The quiz offered at an address."""
    row = conn.execute(_AT_ADDRESS, {"slug": slug}).one_or_none()
    if row is None:
        return None
    return Published(*row, quiz=get_version(conn, row[1]))


@lru_cache(maxsize=200)
def _dossier(document: str) -> Dossier:
    return Dossier.model_validate_json(document)


def list_dossiers(conn: Connection) -> list[Dossier]:
    """Every dossier, by address."""
    return [
        _dossier(document)
        for document in conn.scalars(select(DossierRow.document).order_by(DossierRow.slug))
    ]


def digest(document: str) -> str:
    """What tells two documents apart."""
    return sha256(document.encode()).hexdigest()


def put_dossier(conn: Connection, dossier: Dossier) -> None:
    """Add a dossier or bring it up to date."""
    document = dossier.model_dump_json()
    changed = conn.execute(
        update(DossierRow).where(DossierRow.slug == dossier.id).values(document=document)
    )
    if not changed.rowcount:
        conn.execute(insert(DossierRow).values(slug=dossier.id, document=document))


def publish(conn: Connection, quiz: Quiz, dossier: str | None, now: datetime) -> bool:
    """Offer a quiz of the built-in library under its id, as a new version if its content is new.

    True if it is. A teacher's quiz of the same address is not touched: the insert fails.
    """
    document = dump(quiz)
    mark = digest(document)
    row = conn.execute(
        select(QuizRow.id, QuizRow.published_version, QuizRow.dossier, QuizVersionRow.digest)
        .outerjoin(
            QuizVersionRow,
            (QuizVersionRow.quiz_id == QuizRow.id)
            & (QuizVersionRow.number == QuizRow.published_version),
        )
        .where(QuizRow.slug == quiz.id, QuizRow.owner_id.is_(None))
    ).one_or_none()
    if row is not None and row.digest == mark and row.dossier == dossier:
        return False
    if row is None:
        quiz_id = conn.execute(
            insert(QuizRow).values(slug=quiz.id, dossier=dossier).returning(QuizRow.id)
        ).scalar_one()
    else:
        quiz_id = row.id
    number = _version_number(conn, quiz_id, mark, document, now)
    conn.execute(
        update(QuizRow)
        .where(QuizRow.id == quiz_id)
        .values(published_version=number, dossier=dossier)
    )
    return True


def _version_number(conn: Connection, quiz_id: int, mark: str, document: str, now: datetime) -> int:
    """The number of the version with this content; made if there is none."""
    known = conn.scalar(
        select(QuizVersionRow.number).where(
            QuizVersionRow.quiz_id == quiz_id, QuizVersionRow.digest == mark
        )
    )
    if known is not None:
        return known
    last = conn.scalar(
        select(func.max(QuizVersionRow.number)).where(QuizVersionRow.quiz_id == quiz_id)
    )
    number = (last or 0) + 1
    conn.execute(
        insert(QuizVersionRow).values(
            quiz_id=quiz_id, number=number, digest=mark, document=document, created=now
        )
    )
    return number


def withdraw_absent(conn: Connection, slugs: Sequence[str]) -> int:
    """Withdraw the quizzes of dossiers that are not named; what was answered stays. How many."""
    gone = conn.execute(
        update(QuizRow)
        .where(
            QuizRow.dossier.is_not(None),
            QuizRow.slug.not_in(slugs),
            QuizRow.published_version.is_not(None),
        )
        .values(published_version=None)
    )
    return gone.rowcount


# Quizzes of teachers.


@dataclass(frozen=True, slots=True)
class OwnQuiz:
    """A quiz as its teacher's list shows it. ``quiz`` is its latest version, if it has one."""

    quiz_id: int
    slug: str
    owner_id: int | None
    published_version: int | None
    listed: bool
    latest: int | None
    quiz: Quiz | None
    version_id: int | None = None
    """Of its latest version."""


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen version of a quiz."""

    id: int
    number: int
    created: datetime
    quiz: Quiz


def add_quiz(conn: Connection, owner_id: int, slug: str) -> int:
    """A quiz without a version yet; its id."""
    return conn.execute(
        insert(QuizRow).values(slug=slug, owner_id=owner_id, listed=True).returning(QuizRow.id)
    ).scalar_one()


def add_version(conn: Connection, quiz_id: int, quiz: Quiz, now: datetime) -> int:
    """Freeze the quiz as a version, or find the version that has this very content; its number."""
    document = dump(quiz)
    return _version_number(conn, quiz_id, digest(document), document, now)


def offer(conn: Connection, quiz_id: int, number: int | None, *, listed: bool = True) -> None:
    """Offer a version of a quiz, or withdraw it (None). Attempts keep theirs."""
    conn.execute(
        update(QuizRow).where(QuizRow.id == quiz_id).values(published_version=number, listed=listed)
    )


def list_versions(conn: Connection, quiz_id: int) -> list[Version]:
    """The versions of a quiz, the latest first."""
    rows = conn.execute(
        select(QuizVersionRow.id, QuizVersionRow.number, QuizVersionRow.created)
        .where(QuizVersionRow.quiz_id == quiz_id)
        .order_by(QuizVersionRow.number.desc())
    ).all()
    return [Version(*row, quiz=get_version(conn, row[0])) for row in rows]


_LATEST = (
    select(QuizVersionRow.quiz_id, func.max(QuizVersionRow.number).label("number"))
    .group_by(QuizVersionRow.quiz_id)
    .subquery()
)
_OWN = (
    select(
        QuizRow.id,
        QuizRow.slug,
        QuizRow.owner_id,
        QuizRow.published_version,
        QuizRow.listed,
        QuizVersionRow.number,
        QuizVersionRow.id,
    )
    .outerjoin(_LATEST, _LATEST.c.quiz_id == QuizRow.id)
    .outerjoin(
        QuizVersionRow,
        (QuizVersionRow.quiz_id == QuizRow.id) & (QuizVersionRow.number == _LATEST.c.number),
    )
    .order_by(QuizRow.id.desc())
)


def _own(conn: Connection, row: Any) -> OwnQuiz:
    quiz_id, slug, owner_id, published, listed, latest, version_id = row
    quiz = None if version_id is None else get_version(conn, version_id)
    return OwnQuiz(quiz_id, slug, owner_id, published, listed, latest, quiz, version_id)


def list_own(conn: Connection, quiz_ids: Sequence[int], owner_id: int) -> list[OwnQuiz]:
    """The quizzes of a teacher, and those of these ids that colleagues shared."""
    rows = conn.execute(_OWN.where((QuizRow.owner_id == owner_id) | QuizRow.id.in_(quiz_ids))).all()
    missing = [row[6] for row in rows if row[6] and row[6] not in _versions]
    for n in range(0, len(missing), 500):
        documents = conn.execute(
            select(QuizVersionRow.id, QuizVersionRow.document).where(
                QuizVersionRow.id.in_(missing[n : n + 500])
            )
        )
        for version_id, document in documents:
            _keep(version_id, document)
    return [_own(conn, row) for row in rows]


def find_own(conn: Connection, slug: str) -> OwnQuiz | None:
    """The quiz of an address, whoever asks: the caller checks the right to it."""
    row = conn.execute(_OWN.where(QuizRow.slug == slug)).one_or_none()
    return _own(conn, row) if row else None


def find_slug(conn: Connection, quiz_id: int) -> str | None:
    """The address of a quiz."""
    return conn.scalar(select(QuizRow.slug).where(QuizRow.id == quiz_id))


def delete_quiz(conn: Connection, quiz_id: int) -> None:
    """Delete a quiz that nobody has taken, with its versions (the caller has checked)."""
    conn.execute(delete(QuizVersionRow).where(QuizVersionRow.quiz_id == quiz_id))
    conn.execute(delete(QuizRow).where(QuizRow.id == quiz_id))
