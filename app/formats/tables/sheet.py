"""A sheet as rows of text, and the caps under which every reader fills it."""

import re
from dataclasses import dataclass, field

__all__ = [
    "LONGEST_CELL",
    "LONGEST_WRITTEN",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Row",
    "Sheet",
    "Table",
    "column_name",
    "column_number",
    "guarded",
    "number_shown",
    "printable",
    "written",
]

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 200_000
LONGEST_CELL = 40_000
"""Characters; what a spreadsheet itself allows is less."""
LONGEST_WRITTEN = 32_000
"""Characters of a cell that we write; spreadsheets cut beyond 32,767 without a word."""

Table = list[list[str]]
"""A sheet to write: rows of texts, the header first."""


# Their wide forms count too where one writes Japanese or Chinese.
_RUNS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'['=+\-@\t\r\n＝＋－＠]")


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without the characters that no spreadsheet can hold."""
    return _NOT_IN_XML.sub("", text)


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula: behind an apostrophe if it looks like one."""
    return f"'{text}" if _RUNS.match(text) or _GUARDED.match(text) else text


def written(text: str) -> str:
    """The text as we write it into a cell: nothing that a spreadsheet cannot hold, or would run."""
    return guarded(printable(text).replace("\r", "")[:LONGEST_WRITTEN])


def unguarded(text: str) -> str:
    """The text without that apostrophe."""
    return text[1:] if _GUARDED.match(text) else text


@dataclass(slots=True)
class Row:
    """A row that has something in it: its number from 1, its texts from column A on."""

    number: int
    cells: list[str]

    def __getitem__(self, column: int) -> str:
        """The text of a column (from 0); empty beyond the last one."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(slots=True)
class Sheet:
    """A sheet's rows, and what is not in them.

    ``cut`` names the caps that were met ("rows", "columns", "cell"); ``unknown`` the cells whose
    formula was never worked out by the program that wrote the file.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    most_rows: int = MOST_ROWS
    _cells: int = 0

    def full(self) -> bool:
        """Whether no row can be added any more; it then says that it was cut."""
        full = len(self.rows) >= self.most_rows or self._cells >= MOST_CELLS
        if full:
            self.cut.add("rows")
        return full

    def add(self, number: int, cells: dict[int, str]) -> None:
        """Add a row of texts by column (from 0), unless nothing is in it."""
        self._cells += len(cells)
        filled = {column: text for column, text in cells.items() if text.strip()}
        kept = {column: text for column, text in filled.items() if column < MOST_COLUMNS}
        if len(kept) < len(filled):
            self.cut.add("columns")
        if not kept:
            return
        row = [""] * (max(kept) + 1)
        for column, text in kept.items():
            if len(text) > LONGEST_CELL:
                self.cut.add("cell")
            row[column] = unguarded(text[:LONGEST_CELL])
        self.rows.append(Row(number, row))


def column_name(column: int) -> str:
    """The letters of a column counted from 0: A to Z, then AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def column_number(letters: str) -> int:
    """The column, counted from 0, of these capital letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def number_shown(value: str) -> str:
    """A stored number as a French reader writes it: 3 for 3.0, 0,1 for 0.10000000000000001."""
    try:
        number = float(value)
    except ValueError:
        return value
    if not abs(number) < 1e15:  # noqa: PLR2004 (beyond, a sheet has no digit left)
        return value
    if number.is_integer():
        return str(int(number))
    return f"{number:.15g}".replace(".", ",")
