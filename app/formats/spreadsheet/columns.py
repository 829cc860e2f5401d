"""Which column says what: names in French and in English, in any order, spelt as people do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.formats.spreadsheet.notation import fold
from app.formats.tables import Row

__all__ = ["FIELDS", "Columns", "find_header"]

HEADER_WITHIN = 15
"""Rows from the top among which the header is looked for."""

FIELDS: dict[str, str] = {
    "type": "type, type de question, question type, kind, genre, nature de la question",
    "prompt": "question, énoncé, énoncé de la question, intitulé, texte de la question, consigne,"
    " question text, prompt, stem, libellé",
    "key": "bonne réponse, réponse correcte, réponse juste, réponse exacte, réponse attendue,"
    " bon choix, correct, correcte, correct answer, right answer, correct option, corrigé, solution,"
    " clé, key, answer key, réponse, answer",
    "comment": "commentaire, feedback, explication, rétroaction, explanation, general feedback,"
    " commentaire général, correction",
    "right": "commentaire juste, commentaire si juste, si juste, correct feedback, feedback juste",
    "wrong": "commentaire faux, commentaire si faux, si faux, incorrect feedback, feedback faux",
    "points": "points, pts, barème, score, note, marks, nombre de points",
    "skill": "compétence, skill, habileté",
    "subskill": "sous compétence, subskill, notion",
    "level": "niveau, level, cecr, cecrl, cefr, niveau cecrl",
    "evidence": "preuve, evidence, citation, phrase preuve, justification, phrase du texte",
    "hint": "indice, aide, hint, coup de pouce",
    "passage": "texte, text, passage, document, support, article, texte à lire, contenu",
    "tolerance": "tolérance, marge, marge d erreur",
    "unit": "unité, unit",
    "settings": "réglages, paramètres, setting",
    "id": "identifiant, id, identifier, référence, ref, code",
    "category": "catégorie, category, thème, tag, étiquette, chapitre",
    "time": "temps, durée, time, time limit, temps limite, secondes",
    "image": "image, media, photo, audio, video, son",
    "number": "n, no, num, numéro, number, rang",
    "title": "titre, title",
    "author": "auteur, author",
    "source": "source, origine",
    "nature": "nature, nature du texte",
}
"""Field → its names; accents, capitals and plurals do not count."""

_NAMES = {fold(name): one for one, names in FIELDS.items() for name in names.split(",")}
_CHOICE = re.compile(
    r"(?:choix|choice|option|proposition|reponse|answer|distracteur|element|mauvaise reponse)"
    r"(?: n| no| numero)? ?([a-z]|[0-9]{1,3})"
)
_ALONE = re.compile(r"choix|choice|option|proposition|distracteur|element|mauvaise reponse")
_LETTER = re.compile(r"[a-z]")
_COMMENT = re.compile(
    r"(?:commentaire|feedback|explication|retroaction)(?: choix| reponse| option)?"
    r"(?: n| no| numero)? ?([a-z]|[0-9]{1,3})"
)
_HINT = re.compile(r"(?:indice|hint|aide) ?([0-9]{1,2})")


@dataclass(slots=True)
class Columns:
    """Where each field stands, by column from 0."""

    row: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    choices: dict[int, int] = field(default_factory=dict)
    """Rank of a choice (from 0) → its column."""
    comments: dict[int, int] = field(default_factory=dict)
    hints: list[int] = field(default_factory=list)
    unknown: dict[int, str] = field(default_factory=dict)

    def text(self, row: Row, name: str) -> str:
        """The stripped text of a field; empty if there is no such column."""
        return row[self.fields[name]].strip() if name in self.fields else ""

    def ranked(self, row: Row, of: dict[int, int]) -> dict[int, str]:
        """The texts of numbered columns by rank, blanks left out."""
        return {rank: text for rank, column in sorted(of.items()) if (text := row[column].strip())}

    @property
    def known(self) -> int:
        """How many columns were recognised."""
        return len(self.fields) + len(self.choices) + len(self.comments)

    @property
    def asks(self) -> bool:
        """Whether these are the columns of questions."""
        return "prompt" in self.fields and (
            bool(self.choices) or not self.fields.keys().isdisjoint(("key", "type"))
        )

    @property
    def tells(self) -> bool:
        """Whether these are the columns of texts to read."""
        return "passage" in self.fields and "title" in self.fields and not self.asks


def find_header(rows: Iterable[Row]) -> Columns | None:
    """The header among the first rows: the row where most columns have a name that we know."""
    best: Columns | None = None
    for row in rows:
        if row.number > HEADER_WITHIN:
            break
        found = _columns(row)
        if (found.asks or found.tells) and (best is None or found.known > best.known):
            best = found
    return best


def _columns(row: Row) -> Columns:
    columns = Columns(row.number)
    names = {n: fold(text) for n, text in enumerate(row.cells) if text.strip()}
    listed = list(names.values())
    for n, name in names.items():
        if found := _CHOICE.fullmatch(name):
            columns.choices.setdefault(_rank(found[1]), n)
        elif found := _COMMENT.fullmatch(name):
            columns.comments.setdefault(_rank(found[1]), n)
        elif _HINT.fullmatch(name):
            columns.hints.append(n)
        elif _ALONE.fullmatch(name) or (listed.count(name) > 1 and _NAMES.get(name) == "key"):
            columns.choices.setdefault(max(columns.choices, default=-1) + 1, n)
        elif (known := _NAMES.get(name)) and known not in columns.fields:
            columns.fields[known] = n
        elif _LETTER.fullmatch(name):
            columns.choices.setdefault(_rank(name), n)
        else:
            columns.unknown[n] = row.cells[n].strip()
    columns.choices, columns.comments = _from_0(columns.choices), _from_0(columns.comments)
    return columns


def _rank(said: str) -> int:
    return int(said) - 1 if said.isdecimal() else ord(said) - ord("a")


def _from_0(ranked: dict[int, int]) -> dict[int, int]:
    """Programs, unlike people, may count from 0."""
    return {rank + 1: n for rank, n in ranked.items()} if -1 in ranked else ranked
