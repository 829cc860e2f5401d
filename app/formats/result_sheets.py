"""Results of a class as files that spreadsheets open: with accents, and without formulas."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from app.formats.tables import guarded, printable

__all__ = ["Cell", "results_csv", "results_xlsx"]

Cell = str | Decimal | None
"""A text, a number, or nothing."""


def results_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as CSV: UTF-8 with a byte order mark, semicolons, decimal commas."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}".replace(".", ",")
    return guarded(printable(cell or ""))


def results_xlsx(title: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as a workbook of one sheet: texts are texts, numbers numbers, and nothing runs."""
    # openpyxl takes a twentieth of a server's start, and is seldom needed.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "B2"
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, guarded(printable(value)))
                cell.data_type = "s"
            else:
                cell = WriteOnlyCell(sheet, None if value is None else float(value))
            cells.append(cell)
        sheet.append(cells)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()
