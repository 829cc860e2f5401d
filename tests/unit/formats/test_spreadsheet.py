"""Spreadsheets: any header that people write, any way to say what is right, and back again."""

import csv
import time
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.domain.quiz import Quiz
from app.errors import Problem, UnreadableFile
from app.formats.archive import write_zip
from app.formats.base import Format, ImportResult, Upload
from app.formats.native import read_library
from app.formats.spreadsheet import CSV, XLSX, template_csv, template_xlsx
from app.formats.spreadsheet.notation import Said, escape, fold, join, restore, said, split
from app.formats.tables import delimiter
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from tests.factories import example_quiz
from tests.unit.formats.quizzes import lines, quizzes

ROOT = Path(__file__).parents[3]
LIBRARY = [quiz for _, quiz in read_library(ROOT / "quizzes").quizzes]
Rows = Sequence[Sequence[Any]]


def no_image(_name: str) -> None:
    return


def read(data: bytes, name: str) -> ImportResult:
    """Read as the application would, and check that every problem is told in full."""
    upload = Upload(data, name)
    one = next(one for one in (XLSX, CSV) if one.recognises(upload))
    assert one.read is not None
    result = one.read(upload)
    for problem in (*result.problems, *result.losses):
        assert str(problem.message)
        assert str(problem.hint)
        assert problem.file.startswith(name)
    return result


def as_csv(rows: Rows, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Rows, title: str = "Feuille 1") -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def ods(table: str) -> bytes:
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>{table}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return write_zip({"mimetype": mimetype, "content.xml": content.encode()})


def ask(*cells: str, header: Sequence[str]) -> Question:
    """The one question of a sheet, read without an error."""
    result = read(as_csv([header, cells]), "notes.csv")
    assert result.errors == []
    assert len(result.questions) == 1
    return result.questions[0]


def codes(result: ImportResult) -> list[str]:
    return [problem.code for problem in result.problems]


TEMPLATES = [(template_xlsx(), "m.xlsx"), (template_csv(), "m.csv")]
FOUR = ("Question", "A", "B", "C", "D", "Bonne réponse")


# ---- The template.


@pytest.mark.parametrize(("data", "name"), TEMPLATES)
def test_the_template_gives_one_question_of_each_type_without_a_problem(
    data: bytes, name: str
) -> None:
    result = read(data, name)
    assert result.problems == result.losses == []
    assert [question.type for question in result.questions] == [
        kind
        for kind in (
            "single_choice multiple_response true_false short_answer numeric matching ordering"
            " cloze hot_text essay"
        ).split()
        if kind in QUESTION_TYPES
    ]
    assert len(result.questions) == len(QUESTION_TYPES)
    assert [passage.title for passage in result.passages] == ["Un village en hiver"]
    assert all(
        question.evidence.sentences for question in result.questions if question.type != "essay"
    )


def test_the_template_has_a_manual_that_names_its_columns() -> None:
    workbook = load_workbook(BytesIO(TEMPLATES[0][0]))
    assert workbook.sheetnames == ["Questions", "Textes", "Mode d’emploi"]
    header = [str(cell.value) for cell in workbook["Questions"][1]]
    manual = "\n".join(str(row[0].value) for row in workbook["Mode d’emploi"].iter_rows())
    for name in header:
        assert name.rpartition(" ")[0] in manual or name in manual


def test_the_template_lets_one_choose_the_type_and_the_skill() -> None:
    sheet = load_workbook(BytesIO(TEMPLATES[0][0]))["Questions"]
    lists = {str(one.sqref)[0]: str(one.formula1) for one in sheet.data_validations.dataValidation}
    assert sheet["A1"].value == "Type"
    assert lists["A"].startswith('"Choix unique,Choix multiples,Vrai ou faux,')
    assert max(len(text) for text in lists.values()) <= 255
    assert len(lists) == 2


# ---- Headers.


@pytest.mark.parametrize(
    "header",
    [
        ("Question", "Réponse 1", "Réponse 2", "Réponse 3", "Bonne réponse"),
        ("ENONCE", "choix a", "choix b", "choix c", "Bonnes réponses"),
        ("Énoncé de la question", "Option 1", "Option 2", "Option 3", "Correct"),
        ("question text", "Answer A", "Answer B", "Answer C", "Correct Answer(s)"),
        ("Intitulé", "Proposition n° 1", "Proposition n° 2", "Proposition n° 3", "Réponse"),
        ("Question", "Réponse", "Réponse", "Réponse", "Bonne(s) réponse(s)"),
        ("Question", "option0", "option1", "option2", "Clé"),
    ],
)
def test_headers_are_known_by_many_names(header: Sequence[str]) -> None:
    question = ask("Où est Zoé ?", "Ici", "Là", "Ailleurs", "B", header=header)
    assert question.outline()["choices"] == ["Ici", "Là", "Ailleurs"]
    assert question.outline()["correct"] == [1]


def test_columns_come_in_any_order_and_the_header_below_a_title() -> None:
    rows = [
        ["Mes questions"],
        [],
        ["Classe de 3e B", "Question facile"],
        ["Bonne réponse", "Points", "Choix B", "Question", "Choix A"],
        ["A", "2,5", "Non", "Ça va ?", "Oui"],
    ]
    for data, name in ((as_csv(rows), "q.csv"), (as_xlsx(rows), "q.xlsx")):
        result = read(data, name)
        question = result.questions[0]
        assert question.outline()["choices"] == ["Oui", "Non"]
        assert question.points == 2.5
        place = result.items[0].place
        assert (place.line, place.column, place.cell) == (5, 4, "D5")
    assert place.file == "q.xlsx › Feuille 1"


def test_an_unknown_column_is_a_loss_and_an_empty_one_is_nothing() -> None:
    header = ["Question", "A", "B", "Réponse", "Couleur", "Vide", "Temps", "Image"]
    result = read(as_csv([header, ["Q ?", "a", "b", "A", "bleu", "", "20", "x.png"]]), "q.csv")
    assert sorted(loss.code for loss in result.losses) == [
        "lost-image",
        "lost-time",
        "unknown-column",
    ]


def test_a_sheet_without_a_header_says_what_it_needs() -> None:
    upload = Upload(as_csv([["Capitale ?", "Paris"], ["Fleuve ?", "Seine"]]), "q.csv")
    assert CSV.recognises(upload)
    assert CSV.read is not None
    with pytest.raises(UnreadableFile) as error:
        CSV.read(upload)
    assert [problem.code for problem in error.value.problems] == ["no-header"]


@pytest.mark.parametrize(
    "text", ["::Q1:: Où ? {=ici ~là}", "Une phrase, puis une autre.", "<quiz/>"]
)
def test_other_texts_are_not_claimed(text: str) -> None:
    assert not CSV.recognises(Upload(text.encode(), "notes.txt"))
    assert not XLSX.recognises(Upload(text.encode(), "notes.xlsx"))


# ---- What is right.


@pytest.mark.parametrize(
    ("key", "correct"),
    [
        ("B", [1]),
        ("b", [1]),
        ("2", [1]),
        ("Réponse 2", [1]),
        ("cire", [1]),
        ("CIRE", [1]),
        ("A,C", [0, 2]),
        ("A ; C", [0, 2]),
        ("1;3", [0, 2]),
        ("A et C", [0, 2]),
        ("AC", [0, 2]),
        ("miel ; pollen, frais", [0, 2]),
        ("pollen, frais", [2]),
    ],
)
def test_the_key_is_a_letter_a_number_or_the_words(key: str, correct: list[int]) -> None:
    question = ask("Quoi ?", "miel", "cire", "pollen, frais", "sel", key, header=FOUR)
    assert question.outline()["correct"] == correct
    assert question.type == ("single_choice" if len(correct) == 1 else "multiple_response")


def test_the_words_of_a_choice_come_before_its_number() -> None:
    question = ask("1 + 2 ?", "2", "3", "4", "5", "3", header=FOUR)
    assert question.outline()["correct"] == [1]


@pytest.mark.parametrize("key", ["E", "5", "rien", "A ; Z", "D"])
def test_a_key_that_names_no_choice_is_told_and_the_question_kept(key: str) -> None:
    result = read(as_csv([FOUR, ["Quoi ?", "miel", "cire", "pollen", "", key]]), "q.csv")
    told = [(one.cell, one.excerpt) for one in result.problems if one.code == "unclear-key"]
    assert told == [("A2", key)]
    assert [choice["text"] for choice in result.items[0].raw["choices"]] == [
        "miel",
        "cire",
        "pollen",
    ]
    assert result.questions == []


def test_a_blank_choice_keeps_the_letters_of_the_others() -> None:
    question = ask("Quoi ?", "miel", "", "pollen", "sel", "D", header=FOUR)
    assert question.outline() == {
        "choices": ["miel", "pollen", "sel"],
        "correct": [2],
        "weights": [0.0, 0.0, 1.0],
    }


def test_no_key_at_all_is_the_rooms_own_error() -> None:
    result = read(as_csv([FOUR, ["Quoi ?", "miel", "cire", "", "", ""]]), "q.csv")
    assert "no-key" in codes(result)


def test_what_a_choice_is_worth_may_be_said() -> None:
    question = ask("Quoi ?", "a", "b", "c", "d", "A (50 %) ; B (50%) ; C (-25,5 %)", header=FOUR)
    assert question.type == "multiple_response"
    assert question.outline()["weights"] == [0.5, 0.5, -0.255, 0.0]
    half = ask("Choix unique", "Quoi ?", "a", "b", "c", "", "A ; C (50 %)", header=("Type", *FOUR))
    assert half.outline()["weights"] == [1.0, 0.0, 0.5]


# ---- Types.


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("Q ?", "a", "b", "", "", "A"), "single_choice"),
        (("Q ?", "a", "b", "c", "", "A,B"), "multiple_response"),
        (("Q.", "Vrai", "Faux", "", "", "Vrai"), "true_false"),
        (("Q.", "Faux", "Vrai", "", "", "A"), "true_false"),
        (("Q.", "", "", "", "", "faux"), "true_false"),
        (("Q ?", "", "", "", "", "ruche | ruches"), "short_answer"),
        (("Q ?", "ruche", "", "", "", ""), "short_answer"),
        (("Q ?", "", "", "", "", "12,5 ± 0,5"), "numeric"),
        (("Q ?", "", "", "", "", "1 945"), "numeric"),
        (("Q", "un = 1", "deux = 2", "trois = 3", "", ""), "matching"),
        (("Q", "", "", "", "", "un = 1 | deux = 2"), "matching"),
        (("Zoé [vend|vendait] du miel.", "", "", "", "", ""), "cloze"),
        (("Racontez.", "", "", "", "", ""), "essay"),
    ],
)
def test_a_type_left_out_is_guessed_and_said_once(cells: Sequence[str], kind: str) -> None:
    result = read(as_csv([FOUR, cells, cells]), "q.csv")
    assert [item.raw["type"] for item in result.items] == [kind, kind]
    assert codes(result).count("guessed-types") == 1
    assert result.errors == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("QCM", "single_choice"),
        ("qcu", "single_choice"),
        ("Multiple choice", "single_choice"),
        ("choix multiple", "multiple_response"),
        ("Vrai/Faux", "true_false"),
        ("V/F", "true_false"),
        ("Réponses courtes", "short_answer"),
        ("single_choice", "single_choice"),
        ("Question ouverte", "essay"),
    ],
)
def test_types_are_known_by_many_names(name: str, kind: str) -> None:
    result = read(as_csv([("Type", *FOUR), (name, "Q", "a", "b", "c", "", "A")]), "q.csv")
    assert result.items[0].raw["type"] == kind
    assert "unknown-type" not in codes(result)


def test_an_unknown_type_is_said_and_guessed() -> None:
    result = read(as_csv([("Type", *FOUR), ("Bidule", "Q", "a", "b", "", "", "A")]), "q.csv")
    assert codes(result) == ["unknown-type"]
    assert result.questions[0].type == "single_choice"


def test_comments_go_where_they_are_said() -> None:
    header = ("Question", "A", "B", "Réponse", "Commentaire 1", "Feedback B", "Explication")
    own = ask("Q ?", "a", "b", "A", "Oui.", "Non.", "", header=header)
    assert [choice.feedback for choice in own.authored_choices()] == ["Oui.", "Non."]
    shared = ask("Q ?", "a", "b", "A", "Oui.", "", "Voir §2.", header=header)
    assert [choice.feedback for choice in shared.authored_choices()] == ["Oui.", "Voir §2."]
    typed = ask("Q ?", "", "", "mot", "", "", "Voir §2.", header=header)
    assert (typed.feedback.right, typed.feedback.wrong) == ("Voir §2.", "Voir §2.")


def test_skill_level_hint_proof_and_text_are_read() -> None:
    header = ("Texte", "Question", "Réponse", "Compétence", "Niveau", "Preuve", "Indice")
    text = "Le chat dort.\n\nIl rêve de miel."
    rows = [
        header,
        (text, "Qui dort ?", "le chat", "Détail", "b1", "Le chat dort.", "Début | Un animal"),
        (text, "Que rêve-t-il ?", "miel", "oral", "B1", "Il rêve", ""),
    ]
    result = read(as_csv(rows), "q.csv")
    assert result.errors == []
    assert len(result.passages) == 1
    assert [len(passage.paragraphs) for passage in result.passages] == [2]
    first, second = result.questions
    assert (first.skill, second.skill, second.subskill) == ("détail", "détail", "oral")
    assert first.hints == ("Début", "Un animal")
    assert (first.evidence.sentences, second.evidence.sentences) == (("p1s1",), ("p2s1",))
    assert result.header == {"level": "B1"}


def test_several_levels_are_a_loss() -> None:
    rows = [("Question", "Réponse", "Niveau"), ("Q ?", "a", "A1"), ("R ?", "b", "B2")]
    result = read(as_csv(rows), "q.csv")
    assert [loss.code for loss in result.losses] == ["several-levels"]
    assert result.header == {}


def test_a_text_may_stand_in_its_own_sheet_and_be_named() -> None:
    workbook = load_workbook(BytesIO(TEMPLATES[0][0]))
    questions = workbook["Questions"]
    questions.cell(1, questions.max_column + 1, "Texte")
    questions.cell(2, questions.max_column, "un village en HIVER")
    out = BytesIO()
    workbook.save(out)
    result = read(out.getvalue(), "m.xlsx")
    assert len(result.passages) == 1
    assert result.problems == []


def test_odd_points_and_settings_are_said() -> None:
    header = ("Question", "Réponse", "Points", "Réglages")
    result = read(as_csv([header, ("Q ?", "a", "beaucoup", "accents stricts ; vite")]), "q.csv")
    assert sorted(codes(result)) == ["guessed-types", "odd-points", "unknown-setting"]
    assert result.questions[0].points == 1


# ---- What writes files: Excel, LibreOffice, others.


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_files_come_in_every_dress(delimiter: str, encoding: str) -> None:
    rows = [FOUR, ["Où est l’œuf, ici ; ou là ?", "près", "loin", "", "", "A"]]
    result = read(as_csv(rows, delimiter, encoding), "q.csv")
    assert result.questions[0].prompt == "Où est l’œuf, ici ; ou là ?"
    assert ("encoding" in codes(result)) == (encoding == "cp1252")


def test_excel_may_say_what_separates_the_cells() -> None:
    data = b'sep=,\r\nQuestion,R\xc3\xa9ponse\r\n"Un ; deux ?",trois\r\n'
    result = read(data, "q.csv")
    assert result.questions[0].prompt == "Un ; deux ?"
    assert result.items[0].place.line == 3


def test_cells_have_the_texts_that_a_reader_sees() -> None:
    rows = [
        ["Question", "Réponse"],
        ["Combien ?", 3],
        ["Combien ?", 12.5],
        ["Quand ?", date(1945, 5, 8)],
        ["Vrai ?", True],
    ]
    result = read(as_xlsx(rows), "q.xlsx")
    assert [question.outline()["correct"] for question in result.questions] == [
        [{"value": 3.0, "tolerance": 0.0}],
        [{"value": 12.5, "tolerance": 0.0}],
        ["08/05/1945"],
        True,
    ]


def test_a_sheet_without_questions_is_a_loss() -> None:
    workbook = load_workbook(BytesIO(TEMPLATES[0][0]))
    workbook.create_sheet("Notes de classe").append(["Léa", 12])
    out = BytesIO()
    workbook.save(out)
    result = read(out.getvalue(), "m.xlsx")
    assert [(loss.code, loss.file) for loss in result.losses] == [
        ("unread-sheet", "m.xlsx › Notes de classe")
    ]


def test_a_formula_is_never_run() -> None:
    rows = [["Question", "Réponse"], ["Combien ?", "=1+2"]]
    result = read(as_xlsx(rows), "q.xlsx")
    assert "formula" in codes(result)
    assert result.items[0].raw["type"] == "essay"


def test_merged_cells_have_the_text_of_the_first() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["Texte", "Question", "Réponse"],
        ["Le chat dort.", "Qui ?", "chat"],
        ["", "Q ?", "x"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    out = BytesIO()
    workbook.save(out)
    result = read(out.getvalue(), "q.xlsx")
    assert len(result.passages) == 1
    assert len(result.questions) == 2


def test_libreoffice_repeats_cells_and_keeps_remarks_apart() -> None:
    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'

    head = "".join(map(cell, ("Question", "A", "B", "C", "D", "Réponse")))
    row = (
        cell("Deux<text:s text:c='2'/>espaces<text:line-break/>et une ligne")
        + cell("a")
        + '<table:table-cell office:value-type="float" office:value="2"/>'
        + '<table:table-cell table:number-columns-repeated="2"/>'
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>non</text:p>'
        "</office:annotation><text:p>A</text:p></table:table-cell>"
        + '<table:table-cell table:number-columns-repeated="16378"/>'
    )
    data = ods(
        f'<table:table table:name="Une"><table:table-row>{head}</table:table-row>'
        f"<table:table-row>{row}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    result = read(data, "q.ods")
    assert result.format == "xlsx"
    question = result.questions[0]
    assert question.prompt == "Deux  espaces\net une ligne"
    assert question.outline()["choices"] == ["a", "2"]
    assert result.items[0].place.cell == "A2"


# ---- Harm.


def quick(data: bytes, name: str) -> tuple[ImportResult | None, list[str]]:
    """What is said of a hostile file, and that it is said soon."""
    start = time.process_time()
    try:
        result = read(data, name)
        told = [*codes(result)]
    except UnreadableFile as error:
        result, told = None, [problem.code for problem in error.problems]
    assert time.process_time() - start < 8
    return result, told


def sheet_xml(rows: str) -> bytes:
    """A workbook whose one sheet holds these rows."""
    names = (
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    return write_zip(
        {
            "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="S" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r1" Target="/xl/s.xml"/></Relationships>',
            "xl/s.xml": f"<worksheet {names}><sheetData>{rows}</sheetData></worksheet>".encode(),
        }
    )


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


GOOD = (
    f'<row r="1">{inline("A1", "Question")}{inline("B1", "Réponse")}</row>'
    f'<row r="2">{inline("A2", "Qui ?")}{inline("B2", "Zoé")}</row>'
)
FEW_CELLS = sheet_xml(GOOD)


def test_two_cells_far_apart_are_two_cells() -> None:
    result, told = quick(
        sheet_xml(f'{GOOD}<row r="1048576">{inline("XFD1048576", "loin")}</row>'), "q.xlsx"
    )
    assert result is not None
    assert len(result.questions) == 1
    assert "too-many-rows" in told


def test_the_columns_beyond_the_last_one_read_are_said() -> None:
    rows = [["Question", "Réponse", *["x"] * 16_000], ["Qui ?", "Zoé", *["y"] * 16_000]]
    result, told = quick(as_csv(rows), "q.csv")
    assert result is not None
    assert len(result.questions) == 1
    assert "too-many-columns" in told
    _, told = quick(sheet_xml(GOOD + f'<row r="3">{inline("XFD3", "z")}</row>'), "q.xlsx")
    assert "too-many-columns" in told


def test_a_bomb_of_rows_is_cut_and_said() -> None:
    rows = "".join(f'<row><c r="F{n}"><v>{n}</v></c></row>' for n in range(3, 60_000))
    result, told = quick(sheet_xml(GOOD + rows), "q.xlsx")
    assert result is not None
    assert len(result.questions) == 1
    assert "too-many-rows" in told
    _, told = quick(
        as_csv([FOUR, ["Qui ?", "a", "b", "", "", "A"], *[[""] * 8 + ["x"]] * 30_000]), "q.csv"
    )
    assert "too-many-rows" in told


def test_cells_that_repeat_themselves_a_billion_times_are_counted_not_written() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="9999999"><table:table-cell'
        ' table:number-columns-repeated="9999999" office:value-type="string"><text:p>'
        '<text:s text:c="9999999"/>x</text:p></table:table-cell></table:table-row>'
    )
    _, told = quick(ods(f'<table:table table:name="T">{row * 50}</table:table>'), "q.ods")
    assert told == ["no-header"]


def test_a_cell_that_never_ends_is_told_with_its_line() -> None:
    data = b'Question;Reponse\nQ ?;a\n"' + b"x" * 9_000_000
    upload = Upload(data, "q.csv")
    assert CSV.recognises(upload)
    result, told = quick(data, "q.csv")
    assert result is None
    assert told == ["endless-cell"]


def test_one_line_of_ten_megabytes_is_answered_soon() -> None:
    quick(b"Question;Reponse\n" + b"a;" * 4_000_000, "q.csv")
    quick(b"\xff;" * 4_000_000 + b"\nx", "q.csv")
    assert not CSV.recognises(Upload(b"[" * 9_000_000, "q.txt"))


def test_an_xml_trap_in_a_sheet_is_refused() -> None:
    data = write_zip(
        {
            "xl/workbook.xml": b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>'
        }
    )
    _, told = quick(data, "q.xlsx")
    assert told in (["broken-workbook"], ["no-header"])


def test_a_sheet_that_points_outside_or_nowhere_is_empty() -> None:
    data = write_zip(
        {
            "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="S" r:id="x"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": b'<R><R Id="x" Target="../../../etc/passwd"/></R>',
        }
    )
    assert quick(data, "q.xlsx")[1] == ["no-header"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_mutilated_file_is_answered_in_words(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([*(one for one, _ in TEMPLATES), FEW_CELLS])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(whole) - 1)))
        whole[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=10))
    told = told_of(bytes(whole))
    assert all(str(problem.message) for problem in told)


def told_of(data: bytes) -> list[Problem]:
    """Every problem that either reader has with a file."""
    told: list[Problem] = []
    for one in (XLSX, CSV):
        try:
            upload = Upload(data, "q.csv")
            if one.recognises(upload) and one.read is not None:
                told += one.read(upload).problems
        except UnreadableFile as error:
            told += error.problems
    return told


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(
            lines() | st.sampled_from(["A", "1", "a = b", "[x]", "[]", "|", "#", "()", "\\"]),
            max_size=9,
        ),
        max_size=5,
    )
)
def test_any_cells_under_a_header_are_read(rows: list[list[str]]) -> None:
    header = ["Type", "Question", "A", "B", "Réponse", "Preuve", "Réglages", "Texte", "Points"]
    for kind in (*QUESTION_TYPES, ""):
        cells = [[kind, *row] for row in rows] + [["", "Qui ?", "", "", "x"]]
        read(as_csv([header, *[row + [""] * (9 - len(row)) for row in cells]]), "q.csv")


def test_rows_of_any_length_are_read_whatever_their_sentences_hold() -> None:
    rows = [
        ["Question", "A", "B", "Réponse"],
        ["Qui, donc ?", "Luc", "Lucie"],
        ["Où, donc ?", "Ici"],
        ["Quand ?", "Hier", "Demain", "Demain", "Lundi"],
    ]
    assert delimiter(as_csv(rows).decode()) == ";"


# ---- And back again.


def carried(quiz: Quiz) -> list[Any]:
    """What a spreadsheet carries of the questions: all but names that nobody sees, and marks."""
    told = []
    for question in quiz.questions:
        document = question.model_dump(exclude={"prompt_html"})
        for choice in document.get("choices", ()):
            del choice["id"], choice["html"]
            paid = choice["weight"] is not None and choice["weight"] > 0
            choice["key"] = choice["key"] or (paid and question.type == "multiple_response")
        if question.type == "cloze":
            document["bank"] = list(question.bank_words().values())  # type: ignore[attr-defined]
            for gap in document["gaps"].values():
                for choice in gap["list"]:
                    del choice["id"], choice["html"]
        if question.type == "true_false":
            document["unknown"] = len(question.verdicts) == 3  # type: ignore[attr-defined]
        told.append(document)
    return told


def check_back(quiz: Quiz, one: Format) -> ImportResult:
    assert one.write is not None
    export = one.write(quiz, no_image)
    result = read(export.data, "essai" + export.suffix)
    assert [(str(p.message), p.excerpt) for p in result.errors] == []
    assert result.format == one.name
    again = quiz.model_copy(update={"questions": tuple(result.questions)})
    assert carried(again) == carried(quiz)
    texts = [
        (p.kind, " ".join(p.title.split()), p.by, p.source, p.paragraphs) for p in result.passages
    ]
    assert texts == [
        (p.kind, " ".join(p.title.split()), p.by, p.source, p.paragraphs) for p in quiz.passages
    ]
    return result


@pytest.mark.parametrize("one", [XLSX, CSV], ids=lambda one: one.name)
@pytest.mark.parametrize("quiz", [example_quiz(), *LIBRARY], ids=lambda quiz: quiz.id)
def test_the_quizzes_that_we_have_come_back_the_same(quiz: Quiz, one: Format) -> None:
    result = check_back(quiz, one)
    assert result.problems == result.losses == []
    if one is XLSX:
        assert result.glossary == list(quiz.glossary)
        header = {
            **result.header,
            "settings": quiz.settings.model_validate(result.header["settings"]),
        }
        assert Quiz.model_validate({**quiz.model_dump(by_alias=True), **header}) == quiz


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(quizzes(), st.sampled_from([XLSX, CSV]))
def test_any_quiz_comes_back_but_for_what_is_listed(quiz: Quiz, one: Format) -> None:
    check_back(quiz, one)


def test_what_a_sheet_cannot_carry_is_listed() -> None:
    quiz = example_quiz()
    first = quiz.questions[0].model_copy(update={"prompt_html": "Un <strong>mot</strong>"})
    marked = quiz.model_copy(update={"questions": (first, *quiz.questions[1:])})
    assert XLSX.write is not None
    assert CSV.write is not None
    assert [loss.code for loss in XLSX.write(marked, no_image).losses] == ["lost-markup"]
    assert [loss.code for loss in CSV.write(quiz, no_image).losses] == [
        "lost-glossary",
        "lost-header",
    ]


def test_no_cell_of_an_export_is_a_formula() -> None:
    quiz = example_quiz()
    first = quiz.questions[0].model_copy(update={"prompt": "=HYPERLINK(1)"})
    risky = quiz.model_copy(update={"questions": (first, *quiz.questions[1:]), "title": "@SUM(1)"})
    assert XLSX.write is not None
    assert CSV.write is not None
    workbook = load_workbook(BytesIO(XLSX.write(risky, no_image).data))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value)[0] in "=+-@\t\r"]
    text = CSV.write(risky, no_image).data
    assert text.startswith(b"\xef\xbb\xbfType;Question;")
    assert b";'=HYPERLINK(1);" in text


def test_a_thousand_questions_are_read_in_seconds() -> None:
    header = ("Type", *FOUR, "Commentaire A", "Preuve", "Texte")
    row = (
        "QCM",
        "Qui dort ?",
        "chat",
        "chien",
        "loup",
        "ours",
        "A",
        "Oui.",
        "Le chat dort.",
        "Le chat dort.",
    )
    data = as_xlsx([header, *[row] * 1_000])
    start = time.process_time()
    result = read(data, "q.xlsx")
    assert len(result.questions) == 1_000
    assert time.process_time() - start < 4


def test_more_options_than_letters_come_back_too() -> None:
    quiz = example_quiz()
    pairs = [{"left": f"g{n}", "right": f"d{n}", "feedback": f"c{n}"} for n in range(30)]
    asked = {"type": "matching", "prompt": "Q", "skill": "global", "pairs": pairs}
    surplus = {"distractors": [f"s{n}" for n in range(20)]}
    question = QUESTION_TYPES["matching"].model_validate({"id": "q", **asked, **surplus})
    result = check_back(quiz.model_copy(update={"questions": (question,)}), XLSX)
    assert result.problems == []


def test_letters_that_are_choices_themselves_are_told_from_letters() -> None:
    quiz = example_quiz()
    choices = [
        {"text": text, "key": text in ("Paris", "C")} for text in ("Paris", "A", "C", "A ; C")
    ]
    asked = {"type": "multiple_response", "prompt": "Q ?", "skill": "global", "choices": choices}
    question = QUESTION_TYPES["multiple_response"].model_validate({"id": "q", **asked})
    result = check_back(quiz.model_copy(update={"questions": (question,)}), CSV)
    assert result.questions[0].outline()["correct"] == [0, 2]


# ---- Inside a cell.


@given(st.lists(lines(), min_size=1, max_size=4))
def test_texts_that_share_a_cell_come_apart_again(texts: list[str]) -> None:
    assert [restore(piece) for piece in split(join(texts))] == texts


@given(
    lines(),
    st.none() | st.sampled_from([0.0, 0.5, 0.33333, -1.0]),
    st.just("") | lines(),
    st.booleans(),
)
def test_a_text_its_worth_and_its_comment_come_apart_again(
    text: str,
    worth: float | None,
    feedback: str,
    starred: bool,  # noqa: FBT001
) -> None:
    one = Said(text, worth, feedback, starred)
    assert said(split(str(one))[0]) == one
    assert restore(split(escape(text))[0]) == text


def test_names_fold_accents_capitals_and_plurals() -> None:
    assert fold("Bonne(s) Réponses :") == fold("BONNE REPONSE")
    assert fold("Mode d’emploi") == fold("mode d'emploi")
