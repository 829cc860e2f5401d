"""A spreadsheet of questions, read row by row under a header that people wrote."""

import re
from collections.abc import Callable, Iterable
from typing import Any, get_args

from app.domain.quiz import LEVELS
from app.errors import N_, Problem, UnreadableFile
from app.formats.base import ImportResult, Intake, Place, Upload
from app.formats.spreadsheet.beside import GLOSSARY, QUIZ, glossary_of, header_of
from app.formats.spreadsheet.cells import Cells, Unclear, content_of, number_in
from app.formats.spreadsheet.columns import Columns, find_header
from app.formats.spreadsheet.kinds import PASSAGE, guess, kind_of
from app.formats.spreadsheet.notation import fold, restore, split
from app.formats.spreadsheet.settings import read_settings
from app.formats.spreadsheet.told import (
    no_header,
    odd_points,
    unclear_key,
    unknown_setting,
    unknown_type,
)
from app.formats.tables import MOST_COLUMNS, MOST_ROWS, Row, Sheet, column_name, read_sheets
from app.questions.base import Evidence, Skill
from app.text.content import SLUG

__all__ = ["MANUAL", "SKILLS", "read"]

MANUAL = "Mode d’emploi"
"""The sheet that explains the others."""
SKILLS = {fold(skill): skill for skill in get_args(Skill)}
"""A skill by its folded name."""
_NATURES = {"encadre": "sidebar", "document": "document", "sidebar": "sidebar"}


def read(upload: Upload, name: str) -> ImportResult:
    """Read the file as the format of that name. Raises UnreadableFile."""
    return _Reader(upload, name).read()


class _Reader:
    def __init__(self, upload: Upload, name: str) -> None:
        self.upload = upload
        self.intake = Intake(name, upload)
        self.guessed = False
        self.levels: dict[str, Place] = {}
        self.passages: dict[str, str] = {}
        """What a row may write to mean a text that is already there: its folded title or itself."""

    def read(self) -> ImportResult:
        asking, aside = self._sorted_out(read_sheets(self.upload))
        if not asking:
            raise UnreadableFile([no_header(self.upload.name)])
        for sheet in aside:
            self.intake.lose(
                "unread-sheet",
                N_("La feuille « %(name)s » n’a pas de colonne « Question » : elle n’est pas lue."),
                N_("Donnez à ses colonnes les titres du modèle, si elle doit l’être."),
                at=self._at(sheet, 1),
                name=sheet.name[:60],
            )
        for sheet, columns in asking:
            self._tell_unknown(sheet, columns)
            for row in self._below(sheet, columns):
                self._row(row, columns, sheet)
        self._level()
        return self.intake.finish()

    def _sorted_out(
        self, sheets: Iterable[Sheet]
    ) -> tuple[list[tuple[Sheet, Columns]], list[Sheet]]:
        """The sheets that ask questions, and those that say nothing; the others are read at once."""
        asking: list[tuple[Sheet, Columns]] = []
        aside: list[Sheet] = []
        for sheet in sheets:
            self._tell_caps(sheet)
            name, columns = fold(sheet.name), find_header(sheet.rows)
            if columns is not None and columns.asks:
                asking.append((sheet, columns))
            elif columns is not None:
                self._texts(sheet, columns)
            elif name == fold(GLOSSARY):
                self.intake.result.glossary += glossary_of(sheet)
            elif name == fold(QUIZ):
                self.intake.result.header |= header_of(sheet)
            elif name != fold(MANUAL):
                aside.append(sheet)
        return asking, aside

    def _at(self, sheet: Sheet, row: int, column: int = 0) -> Place:
        file = f"{self.upload.name} › {sheet.name}" if sheet.name else self.upload.name
        return Place(file, row, column + 1, f"{column_name(column)}{row}")

    def _tell_caps(self, sheet: Sheet) -> None:
        at = self._at(sheet, 1)
        if "rows" in sheet.cut:
            self.intake.warn(
                "too-many-rows",
                N_(
                    "La feuille est trop grande : la fin n’a pas été lue (%(most)s lignes au plus)."
                ),
                N_("Partagez-la en plusieurs fichiers."),
                at=at,
                most=MOST_ROWS,
            )
        if "columns" in sheet.cut:
            self.intake.warn(
                "too-many-columns",
                N_("Seules les %(most)s premières colonnes de la feuille ont été lues."),
                N_("Supprimez les colonnes inutiles, à droite."),
                at=at,
                most=MOST_COLUMNS,
            )
        if "cell" in sheet.cut:
            self.intake.warn(
                "long-cell",
                N_("Une cellule est trop longue : sa fin n’a pas été lue."),
                N_("Partagez un long texte en plusieurs textes."),
                at=at,
            )
        if sheet.unknown:
            self.intake.warn(
                "formula",
                N_(
                    "La formule de la cellule %(cell)s n’a pas de valeur : elle est lue comme vide."
                ),
                N_("Ouvrez le fichier dans votre tableur et enregistrez-le de nouveau."),
                at=at,
                cell=sheet.unknown[0],
            )

    def _tell_unknown(self, sheet: Sheet, columns: Columns) -> None:
        for name, text, hint in (
            (
                "time",
                N_("Le temps accordé à chaque question n’est pas repris."),
                N_("Réglez plutôt la durée du quiz entier."),
            ),
            (
                "image",
                N_("Les images et les sons d’une feuille ne sont pas repris."),
                N_("Ajoutez chaque image à sa question, dans l’aperçu."),
            ),
        ):
            column = columns.fields.get(name)
            if column is not None and any(
                row[column].strip() for row in self._below(sheet, columns)
            ):
                self.intake.lose(
                    f"lost-{name}", text, hint, at=self._at(sheet, columns.row, column)
                )
        for column, title in columns.unknown.items():
            if any(row[column].strip() for row in self._below(sheet, columns)):
                self.intake.lose(
                    "unknown-column",
                    N_("La colonne « %(title)s » n’est pas connue : elle n’est pas lue."),
                    N_("Donnez-lui l’un des noms du modèle, si elle doit l’être."),
                    at=self._at(sheet, columns.row, column),
                    title=title[:60],
                )

    @staticmethod
    def _below(sheet: Sheet, columns: Columns) -> Iterable[Row]:
        return (row for row in sheet.rows if row.number > columns.row)

    # ---- Texts, glossary, and the quiz as a whole.

    def _texts(self, sheet: Sheet, columns: Columns) -> None:
        for row in self._below(sheet, columns):
            self._passage(row, columns, columns.text(row, "title"))

    def _passage(self, row: Row, columns: Columns, title: str) -> None:
        text = columns.text(row, "passage")
        if not text:
            return
        added = self.intake.passage(
            title or f"Texte {len(self.intake.result.passages) + 1}",
            _paragraphs(text),
            kind=_NATURES.get(fold(columns.text(row, "nature")), "text"),
            by=columns.text(row, "author"),
            source=columns.text(row, "source"),
        )
        if added:
            self.passages[fold(title)] = self.passages[_plain(text)] = title

    def _shared_text(self, row: Row, columns: Columns) -> None:
        """The text beside a question, unless it is there already or only named."""
        text = columns.text(row, "passage")
        if text and fold(text) not in self.passages and _plain(text) not in self.passages:
            self._passage(row, columns, "")

    def _level(self) -> None:
        """The level that the questions say is the quiz's, if they agree."""
        if len(self.levels) == 1:
            self.intake.result.header.setdefault("level", next(iter(self.levels)))
        elif self.levels:
            levels = ", ".join(sorted(self.levels))
            self.intake.lose(
                "several-levels",
                N_("Les questions ont plusieurs niveaux (%(levels)s) : un quiz n’en a qu’un."),
                N_("Faites un quiz par niveau, ou choisissez-en un à la fin de l’import."),
                at=next(iter(self.levels.values())),
                levels=levels,
            )

    # ---- Questions.

    def _row(self, row: Row, columns: Columns, sheet: Sheet) -> None:
        named = columns.text(row, "type")
        kind = kind_of(named) if named else None
        prompt = columns.text(row, "prompt")
        if kind == PASSAGE:
            self._passage(row, columns, prompt or columns.text(row, "title"))
            return
        self._shared_text(row, columns)
        cells = self._cells(row, columns, prompt)
        at = self._at(sheet, row.number, columns.fields["prompt"])
        if not prompt and not cells.filled and not cells.key:
            return  # a text of its own, or a remark in the margin
        problems: list[Problem] = []
        if kind is None:
            kind = guess(prompt, cells.filled, cells.key)
            if named:
                problems.append(unknown_type(named, at))
            elif not self.guessed:
                self.guessed = True
                self._tell_guess(at)
        try:
            kind, own = content_of(kind, cells)
        except Unclear as unclear:
            kind = "single_choice" if kind == "choices" else kind
            own = unclear.raw
            problems.append(unclear_key(cells.key, kind, at))
        problems += [unknown_setting(text, at) for text in cells.settings.unknown]
        raw = {**self._shared(row, columns, cells, at, problems), **own}
        if cells.comment and "feedback" not in own and "choices" not in own:
            raw["feedback"] = {"right": cells.comment, "wrong": cells.comment, **raw["feedback"]}
        self.intake.question(
            kind, at, raw, category=columns.text(row, "category"), problems=problems
        )

    def _cells(self, row: Row, columns: Columns, prompt: str) -> Cells:
        choices = columns.ranked(row, columns.choices)
        settings = read_settings(columns.text(row, "settings"))
        if unit := columns.text(row, "unit"):
            settings.set.setdefault("unit", unit)
        return Cells(
            prompt=prompt,
            choices=[choices.get(rank, "") for rank in range(max(choices, default=-1) + 1)],
            comments=columns.ranked(row, columns.comments),
            key=columns.text(row, "key"),
            comment=columns.text(row, "comment"),
            tolerance=columns.text(row, "tolerance"),
            settings=settings,
        )

    def _shared(
        self, row: Row, columns: Columns, cells: Cells, at: Place, problems: list[Problem]
    ) -> dict[str, Any]:
        say = _cell_of(row, columns)
        quotes = [restore(piece) for piece in split(say("evidence"))]
        hints = [restore(piece) for piece in split(say("hint"))]
        hints += [text for column in columns.hints if (text := row[column].strip())]
        feedback = {name: text for name in ("right", "wrong") if (text := say(name))}
        named, skill = say("skill"), SKILLS.get(fold(say("skill")))
        if (level := say("level").upper()) in LEVELS:
            self.levels.setdefault(level, at)
        points = number_in(say("points")) if say("points") else None
        if say("points") and not points:
            problems.append(odd_points(say("points"), at))
        code = say("id")
        return {
            "id": code if SLUG.fullmatch(code) and len(code) <= 80 else None,  # noqa: PLR2004
            "prompt": cells.prompt,
            "skill": skill,
            "subskill": say("subskill") or (named if skill is None else ""),
            "points": points or None,
            "evidence": Evidence(quotes=tuple(quotes)).model_dump() | cells.settings.some("need"),
            "hints": hints,
            "feedback": feedback,
        }

    def _tell_guess(self, at: Place) -> None:
        self.intake.warn(
            "guessed-types",
            N_("Sans colonne « Type » remplie, le type des questions a été déduit des réponses."),
            N_("Vérifiez-le dans l’aperçu, ou remplissez la colonne « Type »."),
            at=at,
        )


def _cell_of(row: Row, columns: Columns) -> Callable[[str], str]:
    return lambda name: columns.text(row, name)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> list[str]:
    """Blank lines part paragraphs; where there is none, each line is one."""
    parted = re.split(r"\n[^\S\n]*\n", text)
    return parted if len(parted) > 1 else text.split("\n")
