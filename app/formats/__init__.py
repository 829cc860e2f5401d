"""Files that teachers already have ⇄ questions. Adding a format adds its module and one line.

``read_upload`` recognises a file from its content, never from its name alone, and answers in
words whatever the file is: a broken or hostile one is a result with problems, not an exception.
"""

import logging

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats import (
    aiken,
    anki,
    gift,
    h5p,
    kahoot,
    moodle_xml,
    native,
    qti,
    qti1,
    spreadsheet,
    text2qti,
)
from app.formats.base import Format, ImportResult, Upload
from app.formats.strangers import explain

__all__ = ["FORMATS", "read_upload"]

LARGEST = 10 * 1024 * 1024

FORMATS: dict[str, Format] = {
    "native": native.FORMAT,
    "h5p": h5p.FORMAT,
    "qti": qti.FORMAT,
    "qti22": qti.FORMAT_22,
    "qti3": qti.FORMAT_3,
    "qti1": qti1.FORMAT,
    "kahoot": kahoot.FORMAT,
    "xlsx": spreadsheet.XLSX,
    "moodle_xml": moodle_xml.FORMAT,
    "text2qti": text2qti.FORMAT,
    "gift": gift.FORMAT,
    "aiken": aiken.FORMAT,
    "csv": spreadsheet.CSV,
    "anki": anki.FORMAT,
}
"""In the order in which a file is tried: the most particular first."""

log = logging.getLogger(__name__)


def read_upload(upload: Upload) -> ImportResult:
    """Read a file of any kind."""
    try:
        return _read(upload)
    except UnreadableFile as error:
        return ImportResult(format="unknown", problems=error.problems)
    except (
        RecursionError,
        MemoryError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
    ):
        # No file that we know comes here. One that we do not know must not cost a teacher the
        # page: it is told, and the log says where our reader was wrong.
        log.exception("reading an upload of %d bytes failed", len(upload.data))
        return ImportResult(
            format="unknown",
            problems=[
                Problem(
                    code="unreadable",
                    message=Message(
                        N_("Ce fichier n’a pas pu être lu : sa structure est inattendue.")
                    ),
                    hint=Message(
                        N_("Exportez-le de nouveau, ou essayez un autre format d’export.")
                    ),
                    file=upload.name,
                )
            ],
        )


def _read(upload: Upload) -> ImportResult:
    if problem := explain(upload, LARGEST):
        raise UnreadableFile([problem])
    for one in FORMATS.values():
        if one.read is not None and one.recognises(upload):
            return one.read(upload)
    raise UnreadableFile(
        [
            Problem(
                code="unknown-format",
                message=Message(
                    N_("Ce n’est aucun des formats de questions que Relire sait lire.")
                ),
                hint=Message(
                    N_(
                        "Exportez depuis Moodle en GIFT ou en XML, depuis un tableur en CSV, "
                        "ou partez du modèle à remplir."
                    )
                ),
                file=upload.name,
            )
        ]
    )
