"""The plain text of the text2qti program: numbered questions in Markdown, a sign for each part.

``grammar`` tells the elements apart, ``reading`` what they mean.
"""

import re

from app.errors import N_
from app.formats.base import Format, Upload
from app.formats.text2qti.reading import read

__all__ = ["FORMAT"]

_QUESTION_LINE = re.compile(r"(?m)^\d{1,6}\.[ \t]+\S")
_SURE = re.compile(r"(?m)^(?:\*[a-zA-Z]\)[ \t]+\S|\[\*\][ \t]+\S|[Qq]uiz [Tt]itle:[ \t])")
_NUMBER_LINE = re.compile(r"(?m)^\d{1,6}\.[ \t]+\S[^\n]*\n(?:[ \t]+[^\n]*\n)?=[ \t]+[\d\[+-]")


def _recognises(upload: Upload) -> bool:
    """Whether questions are numbered and something shows which answer is right."""
    text = upload.text[:400_000]
    if upload.root or not _QUESTION_LINE.search(text):
        return False
    return bool(_SURE.search(text) or _NUMBER_LINE.search(text))


FORMAT = Format(
    name="text2qti",
    title="text2qti",
    about=N_("Des questions numérotées en texte simple, pour Canvas."),
    recognises=_recognises,
    read=read,
)
