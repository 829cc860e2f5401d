"""GIFT, Moodle's text format: a question, then its answers between braces.

``grammar`` finds the questions and their parts, ``reading`` tells what they mean, ``writing``
writes a quiz.
"""

import re

from app.errors import N_
from app.formats.base import Format, Upload
from app.formats.gift.reading import read
from app.formats.gift.writing import write

__all__ = ["FORMAT"]

_MARKED = frozenset(
    "b br center code div em font h1 h2 h3 h4 i img p pre span strong u".split()
) | {""}
"""Elements with which a question may begin; with any other, the file is of another kind."""
_CATEGORY_LINE = re.compile(r"(?m)^[^\S\n]*\$CATEGORY:")
_TITLED = re.compile(r"(?:\s*//[^\n]*\n)*\s*::[^\n]*?::")
_PIECE = re.compile(r"\s*(?:[=~}]|//)")
_OPTION_SIGN = re.compile(r"(?m)^[^\S\n]*([=~])[^\S\n]*\w")
_GROUP = re.compile(
    r"(?<![\\{%$])\{\s*(?:[=~](?![=~>]).|#(?![^{}\n]*#\})\s*[=%\d.*-]|>\s*\d|(?:T|F|TRUE|FALSE|V|VRAI|FAUX)\s*[#}]|####)",
    re.IGNORECASE,
)


def _recognises(upload: Upload) -> bool:
    """Whether a text has enough of GIFT in it: prose with a pair of braces is not enough."""
    text = upload.text
    start = text.lstrip()[:2]
    if upload.root.lower() not in _MARKED or start in ("<?", '{"', "[{", "{\n"):
        return False
    if _CATEGORY_LINE.search(text) and "{" in text:
        return True
    blocks = [block for block in re.split(r"\n[^\S\n]*\n", text[:200_000]) if block.strip()]
    if blocks and 2 * sum(map(_lacks_braces, blocks)) >= len(blocks):
        return True
    likely = sum(bool(_GROUP.search(block) or _TITLED.match(block)) for block in blocks)
    pieces = sum(bool(_PIECE.match(block)) for block in blocks)
    return likely > 0 and 3 * (likely + pieces) >= len(blocks) - pieces and "{" in text


def _lacks_braces(block: str) -> bool:
    """Whether a block is a text with right and wrong options under it, but no braces."""
    signs = {sign[0] for sign in _OPTION_SIGN.findall(block)}
    return signs == {"=", "~"} and "{" not in block


FORMAT = Format(
    name="gift",
    title=N_("GIFT (Moodle)"),
    about=N_("Le format texte de Moodle : une question, puis ses réponses entre accolades."),
    recognises=_recognises,
    read=read,
    write=write,
)
