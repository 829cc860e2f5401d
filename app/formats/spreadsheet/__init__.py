"""Spreadsheets that teachers fill: XLSX, ODS, CSV and TSV, and a template to start from.

Any sheet is read that has a column for the question and one for the answer; ``template`` shows
all that can be said.
"""

from app.formats.base import Format, ImportResult, Upload
from app.formats.spreadsheet.columns import find_header
from app.formats.spreadsheet.reading import read
from app.formats.spreadsheet.template import template_csv, template_xlsx
from app.formats.spreadsheet.writing import write_csv, write_xlsx
from app.formats.tables import delimiter, is_workbook, read_head

__all__ = ["CSV", "XLSX", "template_csv", "template_xlsx"]


def _recognises_csv(upload: Upload) -> bool:
    """A header that we know; or a name that says so, and lines that do not deny it."""
    if upload.archive is not None or not upload.text or upload.root:
        return False
    if any(find_header(sheet.rows) for sheet in read_head(upload)):
        return True
    first = upload.text.lstrip().partition("\n")[0]
    return upload.name.lower().endswith((".csv", ".tsv")) and delimiter(upload.text) in first


def _read_xlsx(upload: Upload) -> ImportResult:
    return read(upload, "xlsx")


def _read_csv(upload: Upload) -> ImportResult:
    return read(upload, "csv")


XLSX = Format(
    name="xlsx",
    title="Tableur (XLSX, ODS)",
    recognises=is_workbook,
    read=_read_xlsx,
    write=write_xlsx,
)
CSV = Format(
    name="csv",
    title="Tableur (CSV)",
    recognises=_recognises_csv,
    read=_read_csv,
    write=write_csv,
)
