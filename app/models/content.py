"""Dossiers, quizzes and their versions.

A version is written once and never changes, so each process keeps it parsed. Nothing of a
version is deleted while an attempt points at it; a quiz that leaves the library is withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Connection, ForeignKey, Index, String, Text, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.quiz import Dossier, Quiz, dump, load
from app.errors import NotFound
from app.extensions import db
from app.models.types import UtcTime

__all__ = [
    "DossierRow",
    "Published",
    "QuizRow",
    "QuizVersionRow",
    "digest",
    "find_published",
    "forget_versions",
    "get_version",
    "list_dossiers",
    "list_published",
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


def list_published(conn: Connection) -> list[Published]:
    """Every quiz that is offered."""
    rows = conn.execute(_OFFERED).all()
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
    row = conn.execute(_OFFERED.where(QuizRow.slug == slug)).one_or_none()
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
    """Offer a quiz under its id, as a new version if its content is new. True if it is."""
    document = dump(quiz)
    mark = digest(document)
    row = conn.execute(
        select(QuizRow.id, QuizRow.published_version, QuizRow.dossier, QuizVersionRow.digest)
        .outerjoin(
            QuizVersionRow,
            (QuizVersionRow.quiz_id == QuizRow.id)
            & (QuizVersionRow.number == QuizRow.published_version),
        )
        .where(QuizRow.slug == quiz.id)
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
