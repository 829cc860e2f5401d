"""The images of a quiz file: each ``media:…`` that it names stands in ``images/`` beside it.

Images are written afresh like any other that is sent to us. Where that changes the picture's
digest, its name changes in the text too, in its place and without moving anything.
"""

from dataclasses import replace

from app.errors import N_, Message, Problem
from app.formats.base import Beside
from app.formats.images import Media, read_image
from app.text.markup import MEDIA

__all__ = ["read_images"]

MOST = 500
SUFFIXES = ("png", "jpeg", "jpg", "webp", "gif")


def read_images(
    text: str, file: str, beside: Beside
) -> tuple[str, dict[str, Media], list[Problem]]:
    """The text with the names under which its images are kept; these images; those missing."""
    media: dict[str, Media] = {}
    problems: list[Problem] = []
    renamed: dict[str, str] = {}
    for found in MEDIA.finditer(text):
        name = found[0]
        if name in renamed:
            continue
        image = _find(name, beside) if len(renamed) < MOST else None
        renamed[name] = image.name if image else name
        if image:
            media[image.name] = image
        else:
            problems.append(_missing(name, file, text, found.start()))
    if any(name != new for name, new in renamed.items()):
        text = MEDIA.sub(lambda found: renamed[found[0]], text)
    return text, media, problems


def _find(name: str, beside: Beside) -> Media | None:
    digest = name.partition(":")[2]
    for suffix in SUFFIXES:
        data = beside(f"images/{digest}.{suffix}")
        if data is not None:
            return read_image(data)
    return None


def _missing(name: str, file: str, text: str, start: int) -> Problem:
    problem = Problem(
        code="image-not-found",
        severity="warning",
        message=Message(
            N_("L’image « %(name)s » n’est pas à côté du quiz, ou ne peut pas être lue."),
            {"name": name.partition(":")[2]},
        ),
        hint=Message(N_("Mettez-la dans le dossier « images », en PNG ou en JPEG.")),
        file=file,
    )
    line_start = text.rfind("\n", 0, start) + 1
    return replace(problem, line=text.count("\n", 0, start) + 1, column=start - line_start + 1)
