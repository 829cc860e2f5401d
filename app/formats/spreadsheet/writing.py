"""A quiz written as a spreadsheet, in the columns of the template: reading gives the quiz back.

Names that nobody sees are not carried: those of choices, of gaps, and of texts.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from app.domain.quiz import Quiz
from app.errors import N_, Problem
from app.formats.base import Export, MediaOf, loss
from app.formats.spreadsheet.beside import GLOSSARY, QUIZ, QUIZ_KEYS, SAID
from app.formats.spreadsheet.keys import letter
from app.formats.spreadsheet.kinds import PASSAGE, TITLES
from app.formats.spreadsheet.notation import join
from app.formats.spreadsheet.rows import row_of
from app.formats.tables import LONGEST_WRITTEN, MOST_COLUMNS, Table, written
from app.questions.base import Question
from app.questions.numeric.question import Numeric
from app.text.passage import Passage

__all__ = [
    "QUESTIONS",
    "TEXTS",
    "csv_bytes",
    "table",
    "write_csv",
    "write_xlsx",
]

QUESTIONS, TEXTS = "Questions", "Textes"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NATURES = {"text": "", "sidebar": "Encadré", "document": "Document"}


def write_xlsx(quiz: Quiz, _media_of: MediaOf) -> Export:
    """The quiz as a workbook: questions, texts, glossary, and the quiz as a whole."""
    from app.formats.spreadsheet.workbook import xlsx_bytes  # noqa: PLC0415 (it loads openpyxl)

    sheets = {QUESTIONS: table(map(row_of, quiz.questions))}
    if quiz.passages:
        sheets[TEXTS] = table(map(_text_row, quiz.passages), first=("Titre", "Texte"))
    if quiz.glossary:
        sheets[GLOSSARY] = _glossary(quiz)
    sheets[QUIZ] = _whole(quiz)
    return Export(
        data=xlsx_bytes(sheets), suffix=".xlsx", type=XLSX_TYPE, losses=list(_losses(quiz))
    )


def write_csv(quiz: Quiz, _media_of: MediaOf) -> Export:
    """The quiz as one sheet of text: its texts are rows of the type « Texte »."""
    texts = (
        {"Type": TITLES[PASSAGE], "Question": row.pop("Titre"), **row}
        for row in map(_text_row, quiz.passages)
    )
    losses = list(_losses(quiz))
    if quiz.glossary:
        losses.append(
            loss(
                "lost-glossary",
                N_("Le lexique n’est pas dans le fichier CSV, qui n’a qu’une feuille."),
                N_("Exportez en XLSX pour le garder."),
            )
        )
    losses.append(
        loss(
            "lost-header",
            N_("Le titre, le niveau et les réglages du quiz ne sont pas dans le fichier CSV."),
            N_("Exportez en XLSX pour les garder."),
        )
    )
    rows = [*texts, *map(row_of, quiz.questions)]
    return Export(
        data=csv_bytes(table(rows)), suffix=".csv", type="text/csv; charset=utf-8", losses=losses
    )


def _losses(quiz: Quiz) -> Iterator[Problem]:
    for number, question in enumerate(quiz.questions, 1):
        if question.images():
            yield loss(
                "lost-image",
                N_("Question %(number)s : une feuille ne peut pas porter son image."),
                N_("Exportez au format Relire pour la garder."),
                number=number,
            )
        elif question.prompt_html or any(one.html for one in question.authored_choices()):
            yield loss(
                "lost-markup",
                N_("Question %(number)s : les mots marqués (gras, italique) deviennent du texte."),
                N_("Exportez au format Relire pour les garder."),
                number=number,
            )
        if _words_like_numbers(question):
            yield loss(
                "lost-words",
                N_("Question %(number)s : un nombre accepté « en lettres » est écrit en chiffres."),
                number=number,
            )
        if any(len(text) > LONGEST_WRITTEN for text in row_of(question).values()):
            yield loss(
                "long-cell",
                N_("Question %(number)s : un texte est trop long pour une cellule, il est coupé."),
                N_("Exportez au format Relire pour le garder."),
                number=number,
            )
    for passage in quiz.passages:
        if len(_text_row(passage)["Texte"]) > LONGEST_WRITTEN:
            yield loss(
                "long-cell",
                N_("Le texte « %(title)s » est trop long pour une cellule : il est coupé."),
                N_("Exportez au format Relire pour le garder."),
                title=passage.title,
            )


def _words_like_numbers(question: Question) -> bool:
    return isinstance(question, Numeric) and any(
        any(figure.isdigit() for figure in word) for one in question.answers for word in one.words
    )


# ---- Sheets.


def _text_row(passage: Passage) -> dict[str, str]:
    paragraphs = (
        ("## " if paragraph.heading else "") + " ".join(one.text for one in paragraph.sentences)
        for paragraph in passage.paragraphs
    )
    return {
        "Titre": passage.title,
        "Texte": "\n\n".join(paragraphs),
        "Nature": NATURES[passage.kind],
        "Auteur": passage.by,
        "Source": passage.source,
    }


def _glossary(quiz: Quiz) -> Table:
    header = ["Mot", "Formes", "Classe", "Définition", "Anglais"]
    rows = (
        [one.term, join(one.forms), one.word_class, one.definition, one.en] for one in quiz.glossary
    )
    return [header, *rows]


def _whole(quiz: Quiz) -> Table:
    settings = quiz.settings
    values = {
        **{key: str(getattr(quiz, key)) for key in ("title", "description", "level", "licence")},
        "family": quiz.family,
        "topics": join(quiz.topics),
        "mode": SAID[settings.mode],
        "minutes": str(settings.minutes or ""),
        "glossary": SAID[settings.glossary],
    }
    return [["Quiz", "Valeur"], *([name, values[key]] for name, key in QUIZ_KEYS.items())]


_FIRST = ("Type", "Question", "Texte")
_LAST = (
    "Commentaire",
    "Commentaire juste",
    "Commentaire faux",
    "Points",
    "Compétence",
    "Sous-compétence",
    "Preuve",
    "Indice",
    "Réglages",
    "Identifiant",
    "Nature",
    "Auteur",
    "Source",
)


def table(rows: Iterable[dict[str, str]], first: tuple[str, ...] = _FIRST) -> Table:
    """Rows by the names of their columns, under one header; columns that are all blank left out."""
    listed = [{name: text for name, text in row.items() if text} for row in rows]
    used = {name for row in listed for name in row}
    ranks = [letter(rank) for rank in range(MOST_COLUMNS)]
    names = [
        *first,
        *(f"Choix {rank}" for rank in ranks),
        "Bonne réponse",
        *(f"Commentaire {rank}" for rank in ranks),
        *_LAST,
    ]
    kept = [name for name in names if name in used]
    return [kept, *([row.get(name, "") for name in kept] for row in listed)]


# ---- Files.


def csv_bytes(rows: Table) -> bytes:
    """A sheet as French spreadsheets open it: UTF-8 with a byte order mark, and semicolons."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([written(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
