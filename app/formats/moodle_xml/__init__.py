"""Moodle XML: what « Banque de questions › Exporter » gives, from Moodle 1.9 to today's."""

from app.errors import N_
from app.formats.base import Format, Upload
from app.formats.moodle_xml.reading import read
from app.formats.moodle_xml.writing import write

__all__ = ["FORMAT"]


def _recognises(upload: Upload) -> bool:
    root = upload.root
    return root == "quiz" or (root == "question" and "<questiontext" in upload.text)


FORMAT = Format(
    name="moodle_xml",
    title="Moodle (XML)",
    about=N_(
        "Le plus complet pour Moodle : toutes les questions d’une catégorie, et leurs images."
    ),
    recognises=_recognises,
    read=read,
    write=write,
)
