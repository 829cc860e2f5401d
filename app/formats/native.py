"""The native format: a quiz in YAML, its texts in Markdown beside it.

Everything wrong is reported at once. The header, each passage and each question are read on
their own, so one bad question does not hide the others; cross-checks (evidence in the text,
keys, ids) come after. Problems carry file, line and column.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter

from app.domain.item_writing import warnings
from app.domain.quiz import Dossier, Quiz, repeated_ids
from app.domain.writing import check_question, validated
from app.errors import N_, Message, Path, Problem
from app.formats.base import Beside, Format, Imported, ImportResult, Place, Upload
from app.formats.native_images import read_images
from app.formats.native_writing import SUFFIX, write
from app.formats.yaml import Document, decode, read_yaml
from app.text.content import Content, Line, Prose, Slug
from app.text.passage import GlossaryEntry, Passage, Reading, number

__all__ = [
    "FORMAT",
    "Library",
    "beside",
    "read",
    "read_library",
    "read_path",
    "schema",
    "schema_text",
]


def _one_line(value: Any) -> Any:
    if isinstance(value, dict):
        return " · ".join(str(part) for part in value.values())
    return value


Source = Annotated[str, BeforeValidator(_one_line, json_schema_input_type=str | dict[str, str])]


class TextFile(Content):
    """The front matter of a text in Markdown."""

    id: Slug
    title: Line
    kind: str = "text"
    by: str = ""
    source: Source = ""
    glossary: tuple[GlossaryEntry, ...] = ()


class WrittenPassage(Content):
    """A passage as authors write it: here, or in a file beside the quiz."""

    file: Line | None = None
    id: Slug | None = None
    title: Line | None = None
    kind: str = "text"
    by: str = ""
    source: Source = ""
    paragraphs: tuple[Prose, ...] = ()


class WrittenQuiz(Quiz):
    """A quiz file as authors write it; this is what the published JSON Schema describes."""

    passages: tuple[WrittenPassage, ...] = ()  # type: ignore[assignment]


class _Header(WrittenQuiz):
    """All of a quiz file but its questions, which are read one by one."""

    questions: tuple[Any, ...] = Field(min_length=1, max_length=200)


def schema() -> dict[str, Any]:
    """The JSON Schema of a quiz file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(WrittenQuiz).json_schema(by_alias=True),
        "title": "Quiz Relire",
    }


@dataclass
class _Part:
    """Where a part of the quiz was written: its document, and the path to it."""

    document: Document
    file: str
    path: Path = ()

    @property
    def place(self) -> Place:
        return Place(self.file, *self.document.place(self.path))

    def locate(self, problem: Problem) -> Problem:
        line, column = self.document.place((*self.path, *problem.path))
        return replace(problem, file=self.file, line=line, column=column, path=())


def read(data: bytes, file: str, beside: Beside) -> ImportResult:
    """Read a quiz file. ``result.quiz`` is there only if nothing in it is an error."""
    result = ImportResult(format="native")
    text, problems = decode(data, file)
    result.problems += problems
    if text is None:
        return result
    text, result.media, problems = read_images(text, file, beside)
    result.problems += problems
    document = read_yaml(text, file)
    result.problems += document.problems
    whole = _Part(document, file)
    if not isinstance(document.value, dict):
        if not document.problems:
            result.problems.append(whole.locate(_not_a_quiz()))
        return result
    _read_quiz(document.value, whole, beside, result)
    result.problems = _in_order(result.problems)
    if result.errors:
        result.quiz = None
    return result


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """From the top of the file, each kind of problem once in one place."""
    once = {(one.file, one.line, one.column, one.code, str(one.message)): one for one in problems}
    return [once[place] for place in sorted(once)]


def _not_a_quiz() -> Problem:
    return Problem(
        code="not-a-quiz",
        message=Message(N_("Ce fichier n’est pas un quiz : il doit commencer par des clés.")),
        hint=Message(N_("La première ligne est « format: relire/1 ».")),
    )


def _read_quiz(value: dict[str, Any], whole: _Part, beside: Beside, result: ImportResult) -> None:
    header, problems = validated(_Header, value)
    result.problems += map(whole.locate, problems)
    written = value.get("passages")
    passages, glossary = _read_passages(
        written if isinstance(written, list) else [], whole, beside, result
    )
    result.passages, result.glossary = passages, glossary
    reading = Reading(passages)
    raw = value.get("questions")
    written_questions = raw if isinstance(raw, list) else []
    for n, one in enumerate(written_questions):
        part = _Part(whole.document, whole.file, ("questions", n))
        question, problems = check_question(one, reading)
        problems = [part.locate(problem) for problem in problems]
        result.items.append(
            Imported(
                raw=one if isinstance(one, dict) else {},
                place=part.place,
                question=question,
                problems=problems,
            )
        )
        result.problems += problems
    ids = [one.get("id") if isinstance(one, dict) else None for one in written_questions]
    result.problems += map(whole.locate, repeated_ids(ids))
    if header is None:
        return
    result.glossary += header.glossary
    result.header = {
        name: getattr(header, name)
        for name in Quiz.model_fields
        if name not in ("format", "passages", "glossary", "questions")
    }
    if result.errors:
        return
    quiz = Quiz.model_validate(
        {
            **{name: getattr(header, name) for name in Quiz.model_fields},
            "passages": passages,
            "glossary": result.glossary,
            "questions": result.questions,
        }
    )
    result.problems += map(whole.locate, warnings(quiz))
    result.quiz = quiz


def _read_passages(
    written: Sequence[Any], whole: _Part, beside: Beside, result: ImportResult
) -> tuple[list[Passage], list[GlossaryEntry]]:
    passages: list[Passage] = []
    glossary: list[GlossaryEntry] = []
    for n, one in enumerate(written):
        part = _Part(whole.document, whole.file, ("passages", n))
        first = 1 + sum(not p.heading for passage in passages for p in passage.paragraphs)
        spec, _ = validated(WrittenPassage, one)  # its problems were told with the header
        if spec is None:
            continue
        if spec.file is not None:
            text = _read_text_file(spec.file, part, beside, result)
            if text is None:
                continue
            front, paragraphs = text
            glossary += front.glossary
            raw: dict[str, Any] = {**front.model_dump(exclude={"glossary"})}
        else:
            paragraphs = list(spec.paragraphs)
            raw = {**spec.model_dump(exclude={"file", "paragraphs"})}
        raw["paragraphs"] = number(paragraphs, first)
        passage, problems = validated(Passage, raw)
        if all(paragraph.heading for paragraph in raw["paragraphs"]):
            problems.append(
                Problem(
                    code="empty-passage",
                    message=Message(N_("Ce texte est vide.")),
                    hint=Message(N_("Écrivez ses paragraphes, séparés par une ligne vide.")),
                )
            )
        result.problems += map(part.locate, problems)
        if passage is not None:
            passages.append(passage)
    return passages, glossary


def _read_text_file(
    name: str, part: _Part, beside: Beside, result: ImportResult
) -> tuple[TextFile, list[str]] | None:
    data = beside(name)
    if data is None:
        result.problems.append(
            part.locate(
                Problem(
                    code="text-not-found",
                    message=Message(
                        N_("Le texte « %(name)s » n’est pas à côté du quiz."), {"name": name}
                    ),
                    hint=Message(N_("Vérifiez son nom, et l’endroit où il est rangé.")),
                    path=("file",),
                )
            )
        )
        return None
    path = str(PurePosixPath(part.file).parent / name)
    text, problems = decode(data, path)
    result.problems += problems
    if text is None:
        return None
    lines = text.split("\n")
    bars = [n for n, line in enumerate(lines) if line.rstrip() == "---"]
    end = bars[1] if len(bars) > 1 and bars[0] == 0 else -1
    if end < 0:
        result.problems.append(
            Problem(
                code="no-front-matter",
                message=Message(
                    N_("Le texte doit commencer par son titre entre deux lignes « --- ».")
                ),
                hint=Message(N_('Par exemple : ---, id: article, title: "…", ---.')),
                file=path,
                line=1,
                column=1,
            )
        )
        return None
    document = read_yaml("\n".join(lines[1:end]), path, first_line=2)
    result.problems += document.problems
    front, problems = validated(TextFile, document.value)
    result.problems += map(_Part(document, path).locate, problems)
    if front is None:
        return None
    body = "\n".join(lines[end + 1 :])
    return front, [block for block in re.split(r"\n\s*\n", body) if block.strip()]


# A folder of quizzes.


@dataclass
class Library:
    """All that a folder holds: dossiers, their quizzes, and what is wrong."""

    dossiers: list[Dossier] = field(default_factory=list)
    quizzes: list[tuple[str | None, Quiz]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_library(folder: FilePath) -> Library:
    """Read every dossier and quiz under a folder."""
    library = Library()
    ids: dict[FilePath, str] = {}
    for path in sorted(folder.rglob("dossier.yaml")):
        dossier, problems = _read_dossier(path)
        library.problems += problems
        if dossier is not None:
            library.dossiers.append(dossier)
            ids[path.parent] = dossier.id
    files: dict[str, FilePath] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        result = read_path(path)
        library.problems += result.problems
        if result.quiz is None:
            continue
        library.quizzes.append((ids.get(path.parent), result.quiz))
        if (other := files.setdefault(result.quiz.id, path)) is not path:
            library.problems.append(_repeated_id(result.quiz.id, path, other))
    return library


def beside(file: FilePath) -> Beside:
    """What stands beside a file on disk, and nothing outside its folder."""
    folder = file.parent.resolve()

    def read_beside(name: str) -> bytes | None:
        try:
            found = (folder / name).resolve()
            return found.read_bytes() if found.is_relative_to(folder) and found.is_file() else None
        except (OSError, ValueError):  # a name that no file can have, or a file closed to us
            return None

    return read_beside


def read_path(path: FilePath) -> ImportResult:
    """Read a quiz file from disk; its texts must stand in its own folder."""
    return read(path.read_bytes(), str(path), beside(path))


def _read_dossier(path: FilePath) -> tuple[Dossier | None, list[Problem]]:
    text, problems = decode(path.read_bytes(), str(path))
    if text is None:
        return None, problems
    document = read_yaml(text, str(path))
    dossier, wrong = validated(Dossier, document.value)
    part = _Part(document, str(path))
    return dossier, [*document.problems, *map(part.locate, wrong)]


def _repeated_id(quiz_id: str, path: FilePath, other: FilePath) -> Problem:
    return Problem(
        code="repeated-quiz",
        message=Message(
            N_("L’identifiant « %(id)s » est déjà celui de %(other)s."),
            {"id": quiz_id, "other": other.name},
        ),
        hint=Message(N_("Changez l’un des deux.")),
        file=str(path),
    )


def schema_text() -> str:
    """The published schema file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _recognises(upload: Upload) -> bool:
    return (
        upload.name.lower().endswith((".yaml", ".yml"))
        or "format: relire/" in upload.text[:4_000]
        or (upload.archive is not None and any(upload.archive.ending(SUFFIX)))
    )


def _read_upload(upload: Upload) -> ImportResult:
    archive = upload.archive
    if archive is None:
        return read(upload.data, upload.name, upload.beside)
    member, *others = archive.ending(SUFFIX)
    file = f"{upload.name} › {member}"
    result = read(archive.read(member) or b"", file, lambda name: archive.near(member, name))
    result.problems += [_not_read(f"{upload.name} › {other}") for other in others]
    return result


def _not_read(file: str) -> Problem:
    return Problem(
        code="one-quiz",
        severity="warning",
        message=Message(N_("Un seul quiz d’une archive est lu : celui-ci ne l’a pas été.")),
        hint=Message(N_("Importez chaque quiz à part.")),
        file=file,
        line=1,
        column=1,
    )


FORMAT = Format(
    name="native",
    title="Relire (YAML)",
    recognises=_recognises,
    read=_read_upload,
    write=write,
)
