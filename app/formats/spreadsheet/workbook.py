"""Sheets as a workbook. Loaded where one is written: openpyxl takes a twentieth of a server's start."""

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.formats.spreadsheet.kinds import TITLES
from app.formats.spreadsheet.reading import SKILLS
from app.formats.tables import Table, written

__all__ = ["LISTED_ROWS", "xlsx_bytes"]

_LOOKS_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDTHS = {
    "Question": 50,
    "Texte": 60,
    "Bonne réponse": 28,
    "Preuve": 40,
    "Ce qu’on y écrit": 90,
    "Définition": 50,
    "Valeur": 60,
}
_LISTS = {"Type": tuple(TITLES.values()), "Compétence": tuple(SKILLS.values())}
"""Columns in which one may choose."""
LISTED_ROWS = 500
_SHADE = PatternFill("solid", fgColor="E8EEF7")


def xlsx_bytes(sheets: dict[str, Table]) -> bytes:
    """A workbook of these sheets, every cell a text, the header in bold and always in sight."""
    workbook = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "A2"
        for n, title in enumerate(rows[0], 1):
            column = get_column_letter(n)
            sheet.column_dimensions[column].width = _WIDTHS.get(title, 18)
            if title in _LISTS:
                sheet.data_validations.append(_list(_LISTS[title], column))
        cell_of = _cell_writer(sheet)
        for n, row in enumerate(rows):
            sheet.append([cell_of(text, header=n == 0) for text in row])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _list(texts: Iterable[str], column: str) -> DataValidation:
    """Texts to choose from in a column; others may be typed, as reading knows more names."""
    listed = DataValidation(type="list", formula1=f'"{",".join(texts)}"', allow_blank=True)
    listed.add(f"{column}2:{column}{LISTED_ROWS}")
    return listed


def _cell_writer(sheet: Any) -> Callable[..., object]:
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def cell_of(text: str, *, header: bool) -> object:
        cell = WriteOnlyCell(sheet, _LOOKS_CODED.sub("_x005F_", written(text)))
        cell.data_type = "s"
        cell.alignment = wrapped
        if header:
            cell.font, cell.fill = bold, _SHADE
        return cell

    return cell_of
