"""ODS: the sheets of a workbook that LibreOffice and its like have written."""

from collections.abc import Iterator

from app.formats.archive import Archive
from app.formats.tables.sheet import MOST_COLUMNS, MOST_ROWS, Sheet, number_shown
from app.formats.tables.streams import stream
from app.formats.xml import Element, children, local

__all__ = ["CONTENT", "MIMETYPE", "read_ods"]

CONTENT = "content.xml"
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CELLS = ("table-cell", "covered-table-cell")


def read_ods(archive: Archive, most_rows: int = MOST_ROWS) -> Iterator[Sheet]:
    """The sheets, in order. Raises lxml's XMLSyntaxError where the file is damaged.

    A cell or a row that repeats itself is counted, and written out only as far as the caps go;
    an empty one, of which there may be a million, costs nothing.
    """
    sheet, number = Sheet("", most_rows=most_rows), 0
    cells, column = dict[int, str](), 0
    for element in stream(archive.read(CONTENT), *_CELLS, "table-row", "table"):
        match local(element):
            case "table-row":
                if not sheet.full():
                    sheet.add(number + 1, cells)
                number += _times(element, "number-rows-repeated")
                cells, column = {}, 0
            case "table":
                sheet.name = _attribute(element, "name")
                yield sheet
                sheet, number = Sheet("", most_rows=most_rows), 0
            case _:
                times = _times(element, "number-columns-repeated")
                if text := _text(element):
                    filled = range(column, min(column + times, MOST_COLUMNS + 1))
                    cells.update(dict.fromkeys(filled, text))
                column += times


def _attribute(element: Element, name: str) -> str:
    return next((str(value) for key, value in element.items() if str(key).endswith("}" + name)), "")


def _times(element: Element, name: str) -> int:
    said = _attribute(element, name)
    return max(1, int(said)) if said.isdecimal() and len(said) < 8 else 1  # noqa: PLR2004


def _text(cell: Element) -> str:
    match _attribute(cell, "value-type"):
        case "float" | "currency":
            return number_shown(_attribute(cell, "value"))
        case "boolean":
            return "Vrai" if _attribute(cell, "boolean-value") == "true" else "Faux"
    return "\n".join("".join(_runs(line)) for line in children(cell, "p", "h"))


def _runs(element: Element) -> Iterator[str]:
    """The text of a paragraph, with the spaces and line breaks that ODS writes as elements."""
    yield element.text or ""
    for child in element:
        match local(child):
            case "s":
                yield " " * min(_times(child, "c"), 1_000)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "annotation":
                pass
            case _:
                yield from _runs(child)
        yield child.tail or ""
