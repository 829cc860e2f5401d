"""Files in and out: an upload becomes a draft, a quiz becomes a file; and the images of both.

Reading a file takes from milliseconds to many seconds, so it happens between transactions: the
file is kept first, then read, then what was read is stored with the report, and the file is
forgotten. A reading that dies with its process is taken up again by the next visit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from app.domain.draft import Header, blank_title, free_key, renumbered
from app.domain.quiz import Quiz
from app.domain.writing import validated, written
from app.errors import Message, Problem
from app.formats.base import ImportResult
from app.formats.images import Media
from app.models import draft as drafts
from app.models.draft import Body, Draft, DraftFile, DraftItem
from app.models.media import (
    Picture,
    find_media,
    find_open_media,
    images_of,
    put_media,
)
from app.models.rights import draft_for

__all__ = [
    "PREVIEW_LASTS",
    "DraftFile",
    "Received",
    "add_files",
    "claim",
    "forget_previews",
    "get_picture",
    "list_waiting",
    "open_preview",
    "pictures_of",
    "problem_from",
    "say_progress",
    "store_pictures",
    "store_result",
]

PREVIEW_LASTS = timedelta(days=1)
READING_DIES_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Received:
    """An uploaded file."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """What tells it from other files."""
        return sha256(self.data).hexdigest()


def open_preview(
    conn: Connection, user_id: int, received: Sequence[Received], now: datetime
) -> str:
    """Keep uploaded files in a new draft, to be read; its public id."""
    drafts.delete_expired(conn, now)
    title = blank_title(received[0].name) if received else ""
    draft = drafts.add_draft(
        conn, user_id, now, Body(Header(title=title)), expires=now + PREVIEW_LASTS
    )
    _keep_files(conn, draft, received, now)
    return draft.public_id


def add_files(
    conn: Connection, user_id: int, public_id: str, received: Sequence[Received], now: datetime
) -> list[str]:
    """Keep more files in a draft; the names of those that it has already. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    return _keep_files(conn, draft, received, now)


def _keep_files(
    conn: Connection, draft: Draft, received: Sequence[Received], now: datetime
) -> list[str]:
    known = {file.digest for file in drafts.list_files(conn, draft.id)}
    repeated = []
    for one in received:
        if one.digest in known:
            repeated.append(one.name)
            continue
        known.add(one.digest)
        drafts.add_file(conn, draft.id, one.name, one.digest, one.data, now)
    return repeated


def list_waiting(conn: Connection, user_id: int, public_id: str) -> list[DraftFile]:
    """The files of a draft that are still to be read. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id)
    return [file for file in drafts.list_files(conn, draft.id) if file.report is None]


def claim(conn: Connection, file_id: int, now: datetime) -> bytes | None:
    """Take the reading of a file upon oneself: its content; None if another is at it."""
    if not drafts.claim_file(conn, file_id, now - READING_DIES_AFTER, now):
        return None
    return drafts.find_file_data(conn, file_id)


def say_progress(conn: Connection, file_id: int, count: int, now: datetime) -> None:
    """Tell whoever waits how many questions have been read."""
    drafts.note_progress(conn, file_id, count, now)


def store_result(
    conn: Connection,
    user_id: int,
    public_id: str,
    file: DraftFile,
    result: ImportResult,
    now: datetime,
) -> None:
    """Put what was read of a file into its draft, all of it or nothing. Raises NotFound."""
    draft = draft_for(conn, user_id, public_id, lock=True)
    report = {
        "format": result.format,
        "questions": len(result.items),
        "usable": len(result.questions),
        "problems": [_noted(problem) for problem in result.problems],
        "losses": [_noted(loss) for loss in result.losses],
    }
    if not drafts.finish_file(conn, file.id, report, len(result.items), now):
        return
    put_media(conn, draft.owner_id, [_picture(media) for media in result.media.values()])
    keys = drafts.list_keys(conn, draft.id)
    drafts.add_items(conn, draft.id, _items(result, file.name, keys))
    body = Body(
        _header(draft, result),
        renumbered([*draft.body.passages, *result.passages]),
        [*draft.body.glossary, *result.glossary],
    )
    drafts.put_draft(conn, draft.id, now, body)


def _items(result: ImportResult, name: str, taken: list[str]) -> Iterable[DraftItem]:
    known = set(taken)
    for n, item in enumerate(result.items, len(taken) + 1):
        wanted = str(item.raw.get("id") or f"q{n}")
        key = wanted if wanted not in known and len(wanted) <= 80 else _next(n, known)  # noqa: PLR2004
        known.add(key)
        raw = written(item.question) if item.question is not None else dict(item.raw)
        yield DraftItem(
            key=key,
            position=n,
            kept=True,
            usable=item.question is not None,
            raw={**raw, "id": key},
            source={
                "file": item.place.file or name,
                "line": item.place.line,
                "column": item.place.column,
                "cell": item.place.cell,
                "category": item.category,
                "problems": [_noted(problem) for problem in item.problems],
            },
        )


def _next(n: int, known: set[str]) -> str:
    return free_key(f"q{n}", known)


def _header(draft: Draft, result: ImportResult) -> Header:
    """The draft's header; a new one is filled with what its first file says of itself."""
    told = {
        key: value for key, value in result.header.items() if key in Header.model_fields and value
    }
    if not told or draft.seq > 0 or draft.quiz_id is not None:
        return draft.body.header
    header, _ = validated(Header, {**draft.body.header.model_dump(), **told})
    return header or draft.body.header


def _picture(media: Media) -> Picture:
    return Picture(media.digest, media.type, media.data)


def _noted(problem: Problem) -> dict[str, Any]:
    """A problem as JSON; ``problem_from`` reads it back."""
    noted = asdict(problem)
    noted["path"] = list(problem.path)
    for name in ("message", "hint"):
        if (message := getattr(problem, name)) is not None:
            params = {key: _plain(value) for key, value in message.params.items()}
            noted[name] = {"text": message.text, "params": params}
    return noted


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)


def problem_from(noted: dict[str, Any]) -> Problem:
    """A problem that was kept as JSON."""
    said = {
        name: Message(**noted[name]) if noted.get(name) else None for name in ("message", "hint")
    }
    return Problem(**{**noted, **said, "path": tuple(noted["path"])})


def forget_previews(conn: Connection, now: datetime) -> int:
    """Delete the previews whose day is over."""
    return drafts.delete_expired(conn, now)


# Images.


def store_pictures(conn: Connection, user_id: int, media: Iterable[Media]) -> None:
    """Keep images that a teacher adds to a question."""
    put_media(conn, user_id, [_picture(one) for one in media])


def get_picture(conn: Connection, user_id: int | None, digest: str) -> Picture | None:
    """An image, if this visitor may see it."""
    return find_open_media(conn, digest, user_id)


def pictures_of(conn: Connection, quiz: Quiz) -> dict[str, Media]:
    """The images that a quiz shows, by the name that its document uses."""
    found = find_media(conn, images_of(quiz))
    return {f"media:{digest}": Media(digest, one.type, one.data) for digest, one in found.items()}
