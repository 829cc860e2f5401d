"""CSV and TSV, as spreadsheets of any language write them."""

import csv
import re
from collections import Counter
from io import StringIO

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.base import Upload
from app.formats.tables.sheet import LONGEST_CELL, MOST_COLUMNS, Sheet

__all__ = ["delimiter", "read_delimited", "read_delimited_head"]

SAMPLE = 40_000
_MARKS = ";,\t"


def read_delimited_head(upload: Upload, most_rows: int) -> Sheet:
    """The first rows of a text file, as far as they can be read: enough to recognise it."""
    try:
        return _read(upload.text[:SAMPLE], Sheet("", most_rows=most_rows), upload.name)
    except UnreadableFile:
        return Sheet("")


def read_delimited(upload: Upload) -> Sheet:
    """The one sheet of a text file. Raises UnreadableFile where a cell never ends."""
    return _read(upload.text, Sheet(""), upload.name)


def _read(text: str, sheet: Sheet, name: str) -> Sheet:
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
    """What separates the cells: as declared, else the mark with which most rows are rows.

    Not csv.Sniffer: it looks at lines, and a text to read has many of them in one cell.
    """
    if declared := _DECLARED.match(text):
        return declared[1]
    head = text[:SAMPLE]
    return max(_MARKS, key=lambda mark: _agreement(head, mark))


def _agreement(head: str, mark: str) -> tuple[float, int]:
    """How many rows it cuts, and how many of them alike, each as a share; and their width.

    Both count: a file written by hand may have no two rows of one width, and one written by a
    program may have a comma in most of its sentences.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        widths = [len(row) for row in csv.reader(StringIO(head, newline=""), delimiter=mark) if row]
    except csv.Error:
        return 0, 0
    if len(head) == SAMPLE:  # the last row is cut
        widths = widths[:-1] or widths
    cut = Counter(width for width in widths if width > 1)
    if not cut:
        return 0, 0
    width, alike = cut.most_common(1)[0]
    return (cut.total() + alike) / len(widths), width
