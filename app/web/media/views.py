"""Images of questions, each under the digest of its content: what an address shows never changes."""

from flask import Blueprint, Response

from app.errors import NotFound
from app.services import read, transfer
from app.web.access import teacher_id

__all__ = ["bp"]

bp = Blueprint("media", __name__)

ONE_YEAR = 365 * 24 * 3600


@bp.get("/media/<digest>")
def show(digest: str) -> Response:
    """An image of a published quiz, or of one's own drafts."""
    picture = read(transfer.get_picture, teacher_id(), digest)
    if picture is None:
        raise NotFound
    # Private: what one teacher sees must not come to another out of a school's proxy.
    return Response(
        picture.data,
        mimetype=picture.type,
        headers={
            "Cache-Control": f"private, max-age={ONE_YEAR}, immutable",
            "Content-Disposition": "inline",
            "ETag": f'"{picture.digest}"',
        },
    )
