"""Reading uploaded files: at once where that is quick, else beside the request.

A reading belongs to whoever claims it. If its process ends, the next visit to the draft finds
it without progress and claims it again: an upload is never lost half-read.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread

from flask import Flask, current_app

from app.errors import NotFound
from app.formats import read_upload
from app.formats.base import Upload
from app.services import read, run, transfer
from app.services.transfer import DraftFile

__all__ = ["go_on_reading"]

SMALL = 300_000
"""Bytes: so much is read while the browser waits, well within a second."""

log = logging.getLogger(__name__)


def go_on_reading(user_id: int, draft_id: str) -> list[DraftFile]:
    """Read what waits in a draft; the files that are still being read when this returns."""
    waiting = read(transfer.list_waiting, user_id, draft_id)
    if not waiting:
        return []
    if sum(file.size for file in waiting) <= SMALL:
        _read_all(user_id, draft_id, waiting)
    else:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        Thread(
            target=_read_beside, args=(app, user_id, draft_id, waiting), name="reading", daemon=True
        ).start()
    return read(transfer.list_waiting, user_id, draft_id)


def _read_beside(app: Flask, user_id: int, draft_id: str, waiting: list[DraftFile]) -> None:
    with app.app_context():
        try:
            _read_all(user_id, draft_id, waiting)
        except NotFound:
            log.info("a draft was given up while its files were being read")
        except Exception:
            log.exception("reading an upload failed; the next visit takes it up again")


def _read_all(user_id: int, draft_id: str, waiting: list[DraftFile]) -> None:
    for file in waiting:
        claimed = run(transfer.claim, file.id, datetime.now(UTC))
        if claimed is None:
            continue  # somebody else is at it
        result = read_upload(
            Upload(claimed, file.name, progress=_progress(file.id)),
        )
        run(transfer.store_result, user_id, draft_id, file, result, datetime.now(UTC))


def _progress(file_id: int) -> Callable[[int], None]:
    def say(count: int) -> None:
        if count:
            run(transfer.say_progress, file_id, count, datetime.now(UTC))

    return say
