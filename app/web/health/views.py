"""Is it alive, is it ready: for whoever watches the server."""

import hmac
import logging
import shutil
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.errors import NotFound
from app.services import health, read, run
from app.web.metrics import exposition

__all__ = ["bp"]

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
ROOM = 8 * 1024 * 1024
"""Bytes that must be left on the disk of an SQLite database."""


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", PLAIN


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The database takes writes too, and its tables are those of this version; else 503.

    Why it is not ready is said in the log alone.
    """
    if why := _why_not_ready():
        log.warning("not ready: %s", why)
        return "not ready\n", 503, PLAIN
    return "ready\n", PLAIN


def _why_not_ready() -> str:
    settings = _settings()
    if settings.database.startswith("sqlite:") and shutil.disk_usage(settings.instance).free < ROOM:
        return "the disk is full"
    try:
        run(health.check_ready)
    except health.NotReady as error:
        return str(error)
    except DBAPIError as error:
        return str(error.orig)
    return ""


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """What is counted, for Prometheus, which sends RELIRE_METRICS_TOKEN; nowhere without one."""
    token = _settings().metrics_token
    if not token:
        raise NotFound
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), token.encode()):
        return "", 401, {"WWW-Authenticate": "Bearer"}
    counters: Any = current_app.extensions["relire_metrics"]
    text = exposition(counters, read(health.count_open_attempts))
    return text, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


def _settings() -> Settings:
    settings: Settings = current_app.config["RELIRE"]
    return settings
