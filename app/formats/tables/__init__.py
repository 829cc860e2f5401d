"""Spreadsheets as rows of text, whatever wrote them: XLSX, ODS, CSV and TSV.

Read here and not by a library, because a few kilobytes can say « a cell at XFD1048576 » or
« this cell a billion times », and a reader that lays the sheet out in memory then ends the
whole program. Here rows are read one after the other, under caps, and a place is a number.

Formulas are never run: a cell has the value that the spreadsheet stored with it.
"""

from itertools import islice

from lxml import etree

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.archive import Archive
from app.formats.base import Upload
from app.formats.tables.delimited import delimiter, read_delimited, read_delimited_head
from app.formats.tables.ods import CONTENT, MIMETYPE, read_ods
from app.formats.tables.sheet import (
    LONGEST_WRITTEN,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    Sheet,
    Table,
    column_name,
    guarded,
    printable,
    written,
)
from app.formats.tables.xlsx import WORKBOOK, read_xlsx

__all__ = [
    "LONGEST_WRITTEN",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Row",
    "Sheet",
    "Table",
    "column_name",
    "delimiter",
    "guarded",
    "is_workbook",
    "printable",
    "read_head",
    "read_sheets",
    "written",
]

MOST_SHEETS = 50
HEAD = 30
"""Rows by which a file is recognised."""


def is_workbook(upload: Upload) -> bool:
    """Whether it is a spreadsheet in XLSX or ODS."""
    archive = upload.archive
    if archive is None:
        return False
    if WORKBOOK in archive:
        return True
    return CONTENT in archive and (archive.read("mimetype") or b"").startswith(MIMETYPE)


def read_sheets(upload: Upload) -> list[Sheet]:
    """The sheets that hold something, in order. Raises UnreadableFile."""
    if upload.archive is None:
        return [read_delimited(upload)]
    return _workbook(upload, upload.archive, MOST_ROWS)


def read_head(upload: Upload) -> list[Sheet]:
    """The first rows of each sheet, to recognise it by; none where they cannot be read."""
    if upload.archive is None:
        return [read_delimited_head(upload, HEAD)] if upload.text and not upload.root else []
    try:
        return _workbook(upload, upload.archive, HEAD) if is_workbook(upload) else []
    except UnreadableFile:
        return []


def _workbook(upload: Upload, archive: Archive, most_rows: int) -> list[Sheet]:
    read = read_xlsx if WORKBOOK in archive else read_ods
    sheets = islice(read(archive, most_rows), MOST_SHEETS)
    try:
        return [sheet for sheet in sheets if sheet.rows or sheet.unknown]
    except etree.XMLSyntaxError:
        raise UnreadableFile([_broken(upload.name)]) from None


def _broken(file: str) -> Problem:
    return Problem(
        code="broken-workbook",
        message=Message(N_("Le classeur est abîmé : une de ses parties est illisible.")),
        hint=Message(N_("Ouvrez-le dans votre tableur et enregistrez-le de nouveau, ou en CSV.")),
        file=file,
    )
