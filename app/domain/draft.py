"""A quiz being written: a header, passages, and questions that may still be wrong.

A draft is what an upload becomes first, and what editing a quiz works on. Its questions are
raw content, kept as they were written however wrong they are; a quiz is made of it only when
nothing is wrong any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from app.domain.quiz import Family, Level, Quiz, Settings
from app.domain.writing import check_question, validated
from app.errors import N_, Message, Problem
from app.questions.base import Question
from app.text.content import Content
from app.text.passage import GlossaryEntry, Passage, Reading, number

__all__ = [
    "MOST_QUESTIONS",
    "SLUG_PLACE",
    "Checked",
    "Header",
    "WrittenItem",
    "assemble",
    "blank_title",
    "free_key",
    "header_of",
    "paragraphs_of",
    "renumbered",
    "to_passage",
]

MOST_QUESTIONS = 200
"""Of one quiz: more would be no quiz any more, but a bank of questions."""

SLUG_PLACE = "brouillon"
"""Stands for the address of a quiz that has none yet."""


class Header(Content):
    """What a quiz says of itself; a draft may lack its title and its level."""

    title: str = Field(default="", max_length=1_000)
    description: str = Field(default="", max_length=20_000)
    level: Level | None = None
    family: Family = "autre"
    licence: str = Field(default="", max_length=1_000)
    topics: tuple[str, ...] = ()
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """A question of a draft: its key is the id that it has in the quiz."""

    key: str
    raw: Mapping[str, Any]


@dataclass(slots=True)
class Checked:
    """A draft looked over: the quiz that it makes, if any, and what is wrong, by question."""

    quiz: Quiz | None
    problems: list[Problem] = field(default_factory=list)
    wrong: dict[str, list[Problem]] = field(default_factory=dict)


def header_of(quiz: Quiz) -> Header:
    """The header of a quiz, to go on writing it."""
    return Header.model_validate({name: getattr(quiz, name) for name in Header.model_fields})


def blank_title(name: str) -> str:
    """A first title made from the name of a file: « notes_CM2.xlsx » gives « notes CM2 »."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    for _ in range(2):  # « exemple.quiz.yaml »
        stem = stem.rpartition(".")[0] or stem
    return " ".join(stem.replace("_", " ").replace("-", " ").split())[:120]


def paragraphs_of(text: str) -> list[str]:
    """A pasted text as paragraphs: parted by blank lines, or else by every line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    blocks = [block for block in text.split("\n\n") if block.strip()]
    if len(blocks) == 1:
        blocks = [line for line in text.split("\n") if line.strip()]
    return [" ".join(block.split()) for block in blocks]


def to_passage(
    text: str, *, title: str, kind: str = "text", by: str = "", source: str = ""
) -> tuple[Passage | None, list[Problem]]:
    """A pasted text as a passage, still numbered by itself; or what is wrong with it."""
    numbered = number(paragraphs_of(text), 1)
    passage, problems = validated(
        Passage,
        {
            "id": "texte",
            "kind": kind,
            "title": title,
            "by": by,
            "source": source,
            "paragraphs": numbered,
        },
    )
    if not any(not paragraph.heading for paragraph in numbered):
        problems.append(
            Problem(
                code="empty-passage",
                message=Message(N_("Ce texte est vide.")),
                hint=Message(
                    N_("Collez-y le texte à lire ; une ligne vide sépare deux paragraphes.")
                ),
                path=("paragraphs",),
            )
        )
        return None, problems
    return passage, problems


def renumbered(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """The passages numbered as one text, whatever they were before."""
    placed: list[Passage] = []
    first = 1
    for n, passage in enumerate(passages, 1):
        raw = [
            "## " * paragraph.heading + " ".join(sentence.text for sentence in paragraph.sentences)
            for paragraph in passage.paragraphs
        ]
        paragraphs = number(raw, first)
        first += sum(not paragraph.heading for paragraph in paragraphs)
        placed.append(passage.model_copy(update={"id": f"texte-{n}", "paragraphs": paragraphs}))
    return tuple(placed)


def free_key(wanted: str, taken: Iterable[str]) -> str:
    """A key like the one wanted that no other question has."""
    known = set(taken)
    if wanted not in known:
        return wanted
    stem = wanted[:70]
    n = 2
    while f"{stem}-{n}" in known:
        n += 1
    return f"{stem}-{n}"


def assemble(
    header: Header,
    passages: Sequence[Passage],
    glossary: Sequence[GlossaryEntry],
    items: Sequence[WrittenItem],
    slug: str = SLUG_PLACE,
) -> Checked:
    """Make a quiz of a draft. ``quiz`` is None as long as anything is wrong."""
    reading = Reading(passages)
    questions: list[Question] = []
    checked = Checked(None)
    for item in items:
        question, problems = check_question({**item.raw, "id": item.key}, reading)
        if question is None:
            checked.wrong[item.key] = problems
        else:
            questions.append(question)
    checked.problems += _header_problems(header, len(items))
    if checked.wrong or checked.problems:
        return checked
    checked.quiz = Quiz.model_validate(
        {
            "id": slug,
            **{name: getattr(header, name) for name in Header.model_fields},
            "passages": tuple(passages),
            "glossary": tuple(glossary),
            "questions": tuple(questions),
        }
    )
    return checked


def _header_problems(header: Header, items: int) -> list[Problem]:
    found = []
    if not header.title.strip():
        found.append(
            ("no-title", N_("Le quiz n’a pas de titre."), N_("Donnez-lui un titre."), "title")
        )
    if header.level is None:
        found.append(
            (
                "no-level",
                N_("Le niveau n’est pas choisi."),
                N_("Choisissez le niveau des lecteurs, de A1 à C2."),
                "level",
            )
        )
    if not items:
        found.append(
            (
                "no-item",
                N_("Aucune question n’est gardée."),
                N_("Gardez ou ajoutez au moins une question."),
                "questions",
            )
        )
    if items > MOST_QUESTIONS:
        found.append(
            (
                "too-many-items",
                N_("%(count)s questions sont gardées ; un quiz en a %(most)s au plus."),
                N_("Écartez-en, ou faites plusieurs quiz du même fichier."),
                "questions",
            )
        )
    params = {"count": items, "most": MOST_QUESTIONS}
    return [
        Problem(code=code, message=Message(text, params), hint=Message(hint), path=(field_,))
        for code, text, hint, field_ in found
    ]
