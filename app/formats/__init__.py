"""Files that teachers already have ⇄ questions. Adding a format adds its module and one line."""

from app.formats import native
from app.formats.base import Format

__all__ = ["FORMATS"]

FORMATS: dict[str, Format] = {
    "native": native.FORMAT,
}
