"""Kahoot's spreadsheets, known by their shape in any language."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.errors import Problem, UnreadableFile
from app.formats.base import ImportResult, Upload
from app.formats.kahoot import FORMAT
from app.formats.spreadsheet import template_csv, template_xlsx

ENGLISH = (
    "Question - max 120 characters",
    *(f"Answer {n} - max 75 characters" for n in range(1, 5)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
)
FRENCH = (
    "Question – 120 caractères maximum",
    *(f"Réponse {n} – 75 caractères maximum" for n in range(1, 5)),
    "Temps (s) : 5, 10, 20, 30, 60, 90, 120 ou 240 secondes",
    "Bonne(s) réponse(s) : une au moins",
)
REPORT = (
    "Question Number",
    "Question",
    *(f"Answer {n}" for n in range(1, 7)),
    "Correct Answers",
    "Time Allotted to Answer (seconds)",
    "Player",
    "Answer",
    "Correct / Incorrect",
    "Answer Time (seconds)",
)
ROWS = (
    ("Qui vend du miel ?", "Zoé", "Léa", "Tom", "Max", 20, 1),
    ("Quels mots sont des noms ?", "miel", "froid, hiver", "dormir", "ruche", 30, "1,4"),
    ("La Terre est ronde.", "Vrai", "Faux", None, None, 5, "1"),
)


def template(header: Sequence[str], rows: Sequence[Sequence[Any]] = ROWS) -> list[list[Any]]:
    """The sheet as it is downloaded: seven rows of advice, the header, and numbered rows."""
    top: list[list[Any]] = [["", "Quiz"], [], ["", "Add questions…"], [], [], [], []]
    return [*top, ["", *header], *([n, *row] for n, row in enumerate(rows, 1))]


def as_xlsx(**sheets: Sequence[Sequence[Any]]) -> bytes:
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(data: bytes, name: str = "kahoot.xlsx") -> ImportResult:
    upload = Upload(data, name)
    assert FORMAT.recognises(upload)
    assert FORMAT.read is not None
    result = FORMAT.read(upload)
    assert result.format == "kahoot"
    assert all(str(one.message) and str(one.hint) for one in (*result.problems, *result.losses))
    return result


@pytest.mark.parametrize("header", [ENGLISH, FRENCH])
def test_the_template_is_read_in_any_language(header: Sequence[str]) -> None:
    result = read(as_xlsx(Sheet1=template(header)))
    assert result.errors == []
    assert [question.prompt for question in result.questions] == [row[0] for row in ROWS]
    first, _, last = result.questions
    assert first.outline()["choices"] == ["Zoé", "Léa", "Tom", "Max"]
    assert first.outline()["correct"] == [0]
    assert last.outline()["choices"] == ["Vrai", "Faux"]
    place = result.items[0].place
    assert (place.file, place.cell) == ("kahoot.xlsx › Sheet1", "B9")
    assert [loss.code for loss in result.losses] == ["lost-time"]


def test_any_of_several_right_answers_earns_all_and_that_is_said() -> None:
    result = read(as_xlsx(Sheet1=template(ENGLISH)))
    several = result.questions[1]
    assert several.type == "single_choice"
    assert several.outline()["correct"] == [0, 3]
    assert several.outline()["weights"] == [1.0, 0.0, 0.0, 1.0]
    assert [(one.code, one.cell) for one in result.problems] == [("any-of-several", "B10")]


def test_a_template_saved_as_text_is_read_too() -> None:
    out = StringIO()
    csv.writer(out, delimiter=";").writerows(template(FRENCH))
    result = read(out.getvalue().encode("cp1252"), "kahoot.csv")
    assert len(result.questions) == 3


@pytest.mark.parametrize("key", [7, "5", "4", "x", "1;9"])
def test_a_key_without_an_answer_is_told_at_its_place(key: object) -> None:
    rows = [("Qui ?", "Zoé", "Léa", "Tom", "", 20, key), ROWS[0]]
    result = read(as_xlsx(Sheet1=template(ENGLISH, rows)))
    assert "unclear-key" in [problem.code for problem in result.problems]
    assert {problem.cell for problem in result.errors} == {"B9"}
    assert len(result.questions) == 1
    assert len(result.items) == 2


def test_an_open_question_is_told_and_an_empty_line_is_nothing() -> None:
    rows = [("", "", "", "", "", "", ""), ("Racontez.", "", "", "", "", 20, ""), ROWS[0]]
    result = read(as_xlsx(Sheet1=template(ENGLISH, rows)))
    assert [problem.code for problem in result.problems] == ["no-answers"]
    assert len(result.questions) == 1


def test_a_report_gives_each_question_once_and_no_player() -> None:
    def row(n: int, asked: Sequence[object], key: str, player: str) -> list[object]:
        return [f"{n} Quiz", asked[0], *asked[1:5], "", "", key, 20, player, "x", "Correct", 3]

    rows = [
        REPORT,
        row(1, ROWS[0], "Zoé", "Abeille"),
        row(1, ROWS[0], "Zoé", "Bourdon"),
        row(2, ROWS[1], "miel, froid, hiver", "Abeille"),
        row(2, ROWS[1], "miel, froid, hiver", "Bourdon"),
    ]
    result = read(as_xlsx(Overview=[["Kahoot"]], RawReportData_Data=rows))
    assert [question.outline()["correct"] for question in result.questions] == [[0], [0, 1]]
    assert result.questions[0].outline()["choices"] == ["Zoé", "Léa", "Tom", "Max"]
    assert [loss.code for loss in result.losses] == ["lost-time", "lost-players"]
    assert "Abeille" not in str(result)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (template_xlsx(), "modele.xlsx"),
        (template_csv(), "modele.csv"),
        (b"Question;R\xc3\xa9ponse 1;R\xc3\xa9ponse 2;Correct\nQ ?;a;b;1\n", "notes.csv"),
        (b"::Q:: Qui ? {=Zo\xc3\xa9 ~L\xc3\xa9a}", "notes.gift"),
    ],
)
def test_other_sheets_are_not_claimed(data: bytes, name: str) -> None:
    assert not FORMAT.recognises(Upload(data, name))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
WHOLE = as_xlsx(Sheet1=template(ENGLISH))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 200), st.binary(max_size=20))
def test_a_mutilated_file_is_answered_in_words(start: int, length: int, put: bytes) -> None:
    data = WHOLE[:start] + put + WHOLE[start + length :]
    assert all(str(problem.message) for problem in told_of(data))


def told_of(data: bytes) -> list[Problem]:
    """Every problem of a file, read or refused."""
    try:
        upload = Upload(data, "kahoot.xlsx")
        if FORMAT.recognises(upload) and FORMAT.read is not None:
            return FORMAT.read(upload).problems
    except UnreadableFile as error:
        return error.problems
    return []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXTS | st.integers(0, 9) | st.booleans(), max_size=7), max_size=4))
def test_any_cells_under_the_header_are_read(rows: list[list[Any]]) -> None:
    padded = [[str(cell) for cell in row] + [""] * (7 - len(row)) for row in rows]
    out = StringIO()
    csv.writer(out).writerows(template(ENGLISH, [*padded, ROWS[0]]))
    read(out.getvalue().encode(), "kahoot.csv")
