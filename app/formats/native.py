"""The native format: a quiz in YAML, its texts in Markdown beside it.

Everything wrong is reported at once. The header, each passage and each question are read on
their own, so one bad question does not hide the others; cross-checks (evidence in the text,
keys, ids) come after. Problems carry file, line and column.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from app.domain.item_writing import warnings
from app.domain.quiz import Dossier, Quiz, repeated_ids
from app.errors import N_, Message, Path, Problem
from app.formats.base import Beside, Format, ImportResult
from app.formats.yaml import Document, decode, read_yaml
from app.questions import QUESTION_TYPES
from app.questions.base import Question
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

SUFFIX = ".quiz.yaml"


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

    passages: Annotated[tuple[WrittenPassage, ...], Field(min_length=1)]  # type: ignore[assignment]


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
    header, problems = _validated(_Header, value)
    result.problems += map(whole.locate, problems)
    written = value.get("passages")
    passages, glossary = _read_passages(
        written if isinstance(written, list) else [], whole, beside, result
    )
    result.reading = reading = Reading(passages)
    raw = value.get("questions")
    written_questions = raw if isinstance(raw, list) else []
    for n, one in enumerate(written_questions):
        part = _Part(whole.document, whole.file, ("questions", n))
        question, problems = _read_question(one)
        if question is not None:
            question, lost = question.placed(reading)
            problems += [*question.problems(), *lost]
            if not any(problem.severity == "error" for problem in problems):
                result.questions.append(question)
        result.problems += map(part.locate, problems)
    ids = [one.get("id") if isinstance(one, dict) else None for one in written_questions]
    result.problems += map(whole.locate, repeated_ids(ids))
    if header is None or result.errors:
        return
    quiz = Quiz.model_validate(
        {
            **{name: getattr(header, name) for name in Quiz.model_fields},
            "passages": passages,
            "glossary": [*glossary, *header.glossary],
            "questions": result.questions,
        }
    )
    result.problems += map(whole.locate, warnings(quiz))
    result.quiz = quiz


def _read_question(raw: Any) -> tuple[Question | None, list[Problem]]:
    if not isinstance(raw, dict):
        return None, [
            Problem(
                code="not-a-question",
                message=Message(N_("Une question est une suite de clés : id, type, prompt…")),
                hint=Message(N_("Alignez les clés sous « - id: … ».")),
            )
        ]
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in QUESTION_TYPES:
        known = ", ".join(QUESTION_TYPES)
        return None, [
            Problem(
                code="unknown-type",
                message=Message(N_("Type de question inconnu : « %(type)s »."), {"type": kind}),
                hint=_did_you_mean(str(kind), QUESTION_TYPES)
                or Message(N_("Types connus : %(known)s."), {"known": known}),
                path=("type",),
            )
        ]
    return _validated(QUESTION_TYPES[kind], raw)


def _read_passages(
    written: Sequence[Any], whole: _Part, beside: Beside, result: ImportResult
) -> tuple[list[Passage], list[GlossaryEntry]]:
    passages: list[Passage] = []
    glossary: list[GlossaryEntry] = []
    for n, one in enumerate(written):
        part = _Part(whole.document, whole.file, ("passages", n))
        first = 1 + sum(not p.heading for passage in passages for p in passage.paragraphs)
        spec, _ = _validated(WrittenPassage, one)  # its problems were told with the header
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
        passage, problems = _validated(Passage, raw)
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
    front, problems = _validated(TextFile, document.value)
    result.problems += map(_Part(document, path).locate, problems)
    if front is None:
        return None
    body = "\n".join(lines[end + 1 :])
    return front, [block for block in re.split(r"\n\s*\n", body) if block.strip()]


def _validated(model: type[Any], value: Any) -> tuple[Any, list[Problem]]:
    """The value as a model, or None and its problems, with paths inside the value."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=True)
        return None, [_problem(one, model) for one in wrong if not _follows(one, wrong)]


def _follows(error: Any, others: Sequence[Any]) -> bool:
    """Whether a list is only too short because some of its elements could not be read."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in others
    )


def _did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return Message(N_("Vouliez-vous dire « %(word)s » ?"), {"word": close[0]}) if close else None


_SAID: dict[str, tuple[str, str]] = {
    "missing": (N_("Il manque la clé « %(key)s »."), N_("Ajoutez-la.")),
    "string_type": (
        N_("« %(key)s » doit être un texte."),
        N_('Mettez la valeur entre guillemets droits : "…".'),
    ),
    "string_too_short": (N_("« %(key)s » est vide."), N_("Écrivez sa valeur.")),
    "string_too_long": (N_("« %(key)s » est trop long : %(max_length)s caractères au plus."), ""),
    "string_pattern_mismatch": (
        N_(
            "« %(key)s » ne peut avoir que des minuscules sans accent, des chiffres et des traits d’union."
        ),
        N_("Par exemple : ma-question-1."),
    ),
    "literal_error": (N_("« %(input)s » n’est pas possible ici."), N_("Choix : %(expected)s.")),
    "too_short": (N_("« %(key)s » doit avoir au moins %(min_length)s éléments."), ""),
    "too_long": (N_("« %(key)s » a trop d’éléments : %(max_length)s au plus."), ""),
    "tuple_type": (N_("« %(key)s » doit être une liste."), N_("Une ligne « - » par élément.")),
    "dict_type": (N_("« %(key)s » doit être une suite de clés."), ""),
    "model_type": (N_("« %(key)s » doit être une suite de clés."), ""),
    "bool_type": (N_("« %(key)s » vaut true ou false."), ""),
    "bool_parsing": (N_("« %(key)s » vaut true ou false."), ""),
    "float_type": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "finite_number": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "float_parsing": (N_("« %(key)s » doit être un nombre."), N_("Avec un point : 1.5.")),
    "int_type": (N_("« %(key)s » doit être un nombre entier."), ""),
    "int_parsing": (N_("« %(key)s » doit être un nombre entier."), ""),
    "int_from_float": (N_("« %(key)s » doit être un nombre entier."), ""),
    "greater_than": (N_("« %(key)s » doit dépasser %(gt)s."), ""),
    "greater_than_equal": (N_("« %(key)s » ne peut être inférieur à %(ge)s."), ""),
    "less_than_equal": (N_("« %(key)s » ne peut dépasser %(le)s."), ""),
}


def _problem(error: Any, model: type[Any]) -> Problem:
    path: Path = tuple(error["loc"])
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "?")
    if error["type"] == "extra_forbidden":
        return Problem(
            code="unknown-key",
            message=Message(N_("Clé inconnue : « %(key)s »."), {"key": key}),
            hint=_did_you_mean(key, _keys(model, path[:-1]))
            or Message(N_("Retirez-la, ou corrigez son nom.")),
            path=path,
        )
    context = error.get("ctx", {})
    params = {**context, "key": key, "input": str(error.get("input"))[:60]}
    if "expected" in params:  # pydantic lists in English
        params["expected"] = params["expected"].replace(" or ", ", ")
    text, hint = _SAID.get(error["type"], (N_("La valeur de « %(key)s » ne convient pas."), ""))
    return Problem(
        code=error["type"].replace("_", "-"),
        message=Message(text, params),
        hint=Message(hint, params) if hint else None,
        path=path,
    )


def _keys(model: Any, path: Path) -> set[str]:
    """The keys known where a path leads, as far as types tell."""
    for step in path:
        if isinstance(step, str) and hasattr(model, "model_fields"):
            found = next(
                (f for name, f in model.model_fields.items() if step in (name, f.alias)), None
            )
            model = found.annotation if found else None
        while model is not None and not hasattr(model, "model_fields"):
            model = next((a for a in reversed(get_args(model)) if a is not Ellipsis), None)
    if not hasattr(model, "model_fields"):
        return set()
    return {field.alias or name for name, field in model.model_fields.items()}


FORMAT = Format(
    name="native",
    recognises=lambda data, name: name.endswith((".yaml", ".yml")) or b"relire/" in data[:400],
    read=read,
)


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
    dossier, wrong = _validated(Dossier, document.value)
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
