"""Is it alive, is it ready: for whoever watches the server."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.services import read

__all__ = ["bp"]

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", {"Content-Type": "text/plain"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The database answers too; 503 if it does not."""
    read(lambda conn: conn.execute(text("SELECT 1")).scalar_one())
    return "ready\n", {"Content-Type": "text/plain"}
