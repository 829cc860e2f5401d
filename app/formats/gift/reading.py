"""A GIFT file as a whole: its questions, and the texts between them."""

import re

from app.errors import N_
from app.formats.base import ImportResult, Upload
from app.formats.gift.asked import Sheet
from app.formats.gift.grammar import Category, Written, scan
from app.formats.gift.meaning import Meaning

__all__ = ["read"]

MOST_PARTS = 30_000
MOST_BACKSLASHES = 1_000_000
"""A file of 10 MB that Moodle wrote, all in HTML, has some 500,000."""
SHORTEST_TEXT = 25
"""Words from which a description is a text to read, not a mere instruction."""

_CATEGORY_ROOT = re.compile(r"\$[a-z]+\$/?(?:top/?)?|top/")


def read(upload: Upload) -> ImportResult:
    """Every question of a file, and what is wrong with it."""
    reader = _Reader(upload)
    if upload.text.count("\\") > MOST_BACKSLASHES:
        reader.refuse()
        return reader.intake.finish()
    for n, part in enumerate(scan(upload.text)):
        if n == MOST_PARTS:
            reader.stop(part)
            break
        reader.take(part)
    return reader.intake.finish()


class _Reader:
    """Takes each part of a file: a category, a question, or a text between questions."""

    def __init__(self, upload: Upload) -> None:
        self.sheet = Sheet(upload)
        self.intake = self.sheet.intake
        self._titles = 0

    def stop(self, part: Category | Written) -> None:
        """Leave the rest of a file that no teacher has written."""
        self.intake.error(
            "too-many-parts",
            N_("Le fichier a plus de %(most)s parties : la suite n’a pas été lue."),
            N_("Exportez une catégorie à la fois."),
            at=self.sheet.place(part.at),
            most=MOST_PARTS,
        )

    def refuse(self) -> None:
        """Read nothing of a file that would cost too much, and says nothing."""
        self.intake.error(
            "backslashes",
            N_("Le fichier a trop de barres obliques inverses (« \\ ») pour être lu."),
            N_("Exportez-le de nouveau."),
            at=self.sheet.place(max(0, self.sheet.text.find("\\"))),
        )

    def take(self, part: Category | Written) -> None:
        """Read one part."""
        if isinstance(part, Category):
            self.sheet.category = _CATEGORY_ROOT.sub("", part.name, count=1).strip()
            return
        question = Meaning(self.sheet, part)
        if part.answers is None and not question.broken:
            self._description(question)
            return
        self._name(part)
        question.read()

    def _name(self, one: Written) -> None:
        if one.title and not self._titles:
            self.intake.lose(
                "titles",
                N_("Les noms des questions (« ::nom:: ») ne sont pas repris."),
                at=self.sheet.place(one.at),
            )
        self._titles += bool(one.title)

    def _description(self, question: Meaning) -> None:
        one = question.one
        text = question.prompt.text
        if len(text.split()) < SHORTEST_TEXT:
            self.intake.lose(
                "description",
                N_("Une consigne sans question n’est pas reprise : « %(said)s »"),
                N_("Recopiez-la dans les questions qu’elle annonce."),
                at=self.sheet.place(one.at),
                said=" ".join((text or one.title).split())[:80],
            )
            return
        self.intake.passage(one.title or "Texte", text.split("\n"), kind="document")
