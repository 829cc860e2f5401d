"""CSV and TSV, as spreadsheets of any language write them."""

import csv
import re
from io import StringIO

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.base import Upload
from app.formats.tables.sheet import LONGEST_CELL, MOST_COLUMNS, Sheet

__all__ = ["delimiter", "read_delimited", "read_head"]

SAMPLE = 20_000


def read_head(upload: Upload) -> Sheet:
    """The first rows of a text file, as far as they can be read: enough to recognise it."""
    try:
        return _read(upload.text[:SAMPLE], upload.name)
    except UnreadableFile:
        return Sheet("")


def read_delimited(upload: Upload) -> Sheet:
    """The one sheet of a text file. Raises UnreadableFile where a cell never ends."""
    return _read(upload.text, upload.name)


def _read(text: str, name: str) -> Sheet:
    sheet = Sheet("")
    declared = _DECLARED.match(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter(text))
    csv.field_size_limit(LONGEST_CELL)
    number = 1
    try:
        for cells in reader:
            if sheet.full():
                break
            if not (declared and number == 1):
                sheet.add(number, dict(enumerate(cells[: MOST_COLUMNS + 1])))
            number = reader.line_num + 1
    except csv.Error:
        raise UnreadableFile([_endless_cell(name, number)]) from None
    return sheet


def _endless_cell(file: str, line: int) -> Problem:
    return Problem(
        code="endless-cell",
        message=Message(
            N_("Une cellule commence sur cette ligne et dépasse %(most)s caractères."),
            {"most": LONGEST_CELL},
        ),
        hint=Message(N_("Un guillemet droit n’est sans doute pas fermé : vérifiez cette ligne.")),
        file=file,
        line=line,
        column=1,
    )


_DECLARED = re.compile(r"sep=([;,\t|])\n")
"""What Excel writes on top of a file to say what separates its cells."""


def delimiter(text: str) -> str:
    """What separates the cells: as declared, else the mark that the first lines agree on."""
    if declared := _DECLARED.match(text):
        return declared[1]
    head = text[:SAMPLE]
    lines = [line for line in head[: head.rfind("\n") + 1].split("\n") if line] or [head]
    try:
        return csv.Sniffer().sniff("\n".join(lines), ";,\t").delimiter
    except csv.Error:
        return max(";\t,", key=lines[0].count)
