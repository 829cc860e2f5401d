"""XLSX: the sheets of a workbook that Excel and its like have written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from posixpath import join, normpath

from app.formats.archive import Archive
from app.formats.tables.sheet import MOST_ROWS, Sheet, column_name, column_number, number_shown
from app.formats.tables.streams import parsed, stream
from app.formats.xml import Element, children, local

__all__ = ["WORKBOOK", "read_xlsx"]

WORKBOOK = "xl/workbook.xml"

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What a number format says without meaning it: texts, escapes, colours."""
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of the formats for dates and times that every workbook has without saying so."""


def read_xlsx(archive: Archive, most_rows: int = MOST_ROWS) -> Iterator[Sheet]:
    """The visible sheets, in order. Raises lxml's XMLSyntaxError where one is damaged."""
    workbook = parsed(archive.read(WORKBOOK))
    targets = {
        str(one.get("Id")): str(one.get("Target"))
        for one in parsed(archive.read("xl/_rels/workbook.xml.rels"))
    }
    reader = _Reader(
        [_said(one) for one in stream(archive.read("xl/sharedStrings.xml"), "si")],
        _date_styles(archive.read("xl/styles.xml")),
        _first_day(workbook),
    )
    for one in workbook.iter("{*}sheet"):
        link = next((str(value) for name, value in one.items() if str(name).endswith("}id")), "")
        target = targets.get(link, "")
        member = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        data = archive.read(member)
        if data is not None and one.get("state", "visible") == "visible":
            yield reader.read(Sheet(str(one.get("name")), most_rows=most_rows), data)


def _first_day(workbook: Element) -> datetime:
    """The day from which dates are counted; a sheet's dates have no time zone."""
    old_mac = any(one.get("date1904") in ("1", "true") for one in workbook.iter("{*}workbookPr"))
    return datetime(1904, 1, 1) if old_mac else datetime(1899, 12, 30)  # noqa: DTZ001


def _said(element: Element) -> str:
    """A text in runs; the small letters that tell how it is read are no part of it."""
    runs = (
        run.text or ""
        for run in element.iter("{*}t")
        if (parent := run.getparent()) is None or local(parent) != "rPh"
    )
    return _decoded("".join(runs))


def _decoded(text: str) -> str:
    return _CODED.sub(lambda code: chr(int(code[1], 16)), text)


def _date_styles(data: bytes | None) -> dict[str, bool]:
    """Style → whether it shows a number as a date or a time."""
    root = parsed(data)
    own = {
        str(one.get("numFmtId")): _UNSAID.sub("", str(one.get("formatCode"))).lower()
        for one in root.iter("{*}numFmt")
    }
    styles: dict[str, bool] = {}
    for table in root.iter("{*}cellXfs"):
        for n, one in enumerate(children(table, "xf")):
            number = str(one.get("numFmtId"))
            if number in own:
                styles[str(n)] = re.search("[dmyhs]", own[number]) is not None
            else:
                styles[str(n)] = number.isdecimal() and int(number) in _DATE_FORMATS
    return styles


@dataclass
class _Reader:
    """Reads the cells of a workbook's sheets."""

    texts: list[str]
    dates: dict[str, bool]
    first_day: datetime

    def read(self, sheet: Sheet, data: bytes) -> Sheet:
        """The sheet, filled with the rows of that part of the archive."""
        number, cells, column = 0, dict[int, str](), -1
        for element in stream(data, "c", "row"):
            if local(element) == "c":
                found = _CELL.fullmatch(str(element.get("r", "")))
                column = column_number(found[1]) if found else column + 1
                cells[column] = self._text(element)
                if not cells[column] and element.find("{*}f") is not None:
                    sheet.unknown.append(f"{column_name(column)}{_number(element, number)}")
                continue
            if sheet.full() or (number := _number(element, number)) > 50 * MOST_ROWS:
                sheet.cut.add("rows")
                break
            sheet.add(number, cells)
            cells, column = {}, -1
        return sheet

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _said(cell)
        value = cell.findtext("{*}v") or ""
        match kind:
            case "s":
                rank = int(value) if value.isdecimal() else -1
                return self.texts[rank] if 0 <= rank < len(self.texts) else ""
            case "b":
                return "Vrai" if value.strip() in ("1", "true") else "Faux" if value else ""
            case "n":
                return self._number(value.strip(), str(cell.get("s", "0")))
            case "e":  # #N/A, #REF!…
                return ""
        return _decoded(value)

    def _number(self, value: str, style: str) -> str:
        if not self.dates.get(style):
            return number_shown(value)
        try:
            days = float(value)
            when = self.first_day + timedelta(days=days)
        except (ValueError, OverflowError):
            return value
        if 0 <= days < 1:
            return when.strftime("%H:%M")
        return when.strftime("%d/%m/%Y" if days.is_integer() else "%d/%m/%Y %H:%M")


def _number(element: Element, before: int) -> int:
    """The number of a row, or of a cell's row: as said, else the one after the row before."""
    row = element if local(element) == "row" else element.getparent()
    said = "" if row is None else str(row.get("r", ""))
    return int(said) if said.isdecimal() and len(said) < 8 else before + 1  # noqa: PLR2004
