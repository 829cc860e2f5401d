"""The sheets beside the questions: the glossary, and what is said of the quiz as a whole."""

from typing import Any

from app.domain.quiz import FAMILIES, LEVELS, Settings
from app.formats.spreadsheet.notation import fold, restore, split
from app.formats.tables import Sheet
from app.text.passage import GlossaryEntry

__all__ = ["GLOSSARY", "QUIZ", "QUIZ_KEYS", "SAID", "glossary_of", "header_of"]

GLOSSARY, QUIZ = "Glossaire", "Quiz"
QUIZ_KEYS = {
    "Titre": "title",
    "Description": "description",
    "Niveau": "level",
    "Famille": "family",
    "Licence": "licence",
    "Thèmes": "topics",
    "Mode": "mode",
    "Minutes": "minutes",
    "Lexique": "glossary",
}
"""The lines of the sheet « Quiz »."""
SAID = {"training": "Entraînement", "exam": "Examen", "always": "Toujours", "never": "Jamais"}
"""Settings in words."""

_MEANT = {fold(word): setting for setting, word in SAID.items()}
MOST_MINUTES = 600


def glossary_of(sheet: Sheet) -> list[GlossaryEntry]:
    """The words under the header, but for those without a definition."""
    entries: list[GlossaryEntry] = []
    for row in sheet.rows[1:]:
        term, forms, word_class, definition, english = (row[n].strip() for n in range(5))
        if term and definition:
            entries.append(
                GlossaryEntry.model_validate(
                    {
                        "term": term[:1_000],
                        "forms": [restore(form)[:1_000] for form in split(forms)],
                        "class": word_class,
                        "definition": definition[:1_000],
                        "en": english,
                    }
                )
            )
    return entries


def header_of(sheet: Sheet) -> dict[str, Any]:
    """What the lines say, as far as it can be used."""
    keys = {fold(name): key for name, key in QUIZ_KEYS.items()}
    said = {keys[fold(row[0])]: row[1].strip() for row in sheet.rows if fold(row[0]) in keys}
    header: dict[str, Any] = {
        key: said[key] for key in ("title", "description", "licence") if said.get(key)
    }
    if said.get("level") in LEVELS:
        header["level"] = said["level"]
    family = next((one for one in FAMILIES if fold(one) == fold(said.get("family", ""))), None)
    if family:
        header["family"] = family
    if topics := [restore(topic) for topic in split(said.get("topics", ""))]:
        header["topics"] = tuple(topics)
    settings: dict[str, Any] = {
        key: _MEANT[fold(said[key])]
        for key in ("mode", "glossary")
        if fold(said.get(key, "")) in _MEANT
    }
    minutes = said.get("minutes", "")
    if minutes.isdecimal() and len(minutes) < 4 and 1 <= int(minutes) <= MOST_MINUTES:  # noqa: PLR2004
        settings["minutes"] = int(minutes)
    if settings:
        header["settings"] = Settings.model_validate(settings)
    return header
