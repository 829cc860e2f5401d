"""H5P packages: what is inside is named by its library, and each readable library has its reader.

A package is a ZIP with ``h5p.json``, which names the main library, and ``content/content.json``,
which holds its settings. Libraries that hold others (a column, a question set, the slides of a
presentation) are opened; those that Relire cannot read are named in words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from urllib.parse import unquote

from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.archive import Archive
from app.formats.base import Format, ImportResult, Intake, Place, Upload, read_text
from app.formats.h5p.content import dig, flag, items, parse, place_of, string
from app.formats.h5p.desk import Reader, Task, library_of
from app.formats.h5p.libraries import READERS

__all__ = ["FORMAT"]

MOST_ACTIVITIES = 20_000
MOST_OBJECTS = 400_000
DEEPEST = 12
"""How many libraries may stand inside each other."""

_NAMES = {
    "H5P.AdvancedBlanks": "Advanced Fill the Blanks",
    "H5P.ArithmeticQuiz": "Arithmetic Quiz",
    "H5P.BranchingScenario": "Branching Scenario",
    "H5P.Crossword": "Crossword",
    "H5P.Dialogcards": "Dialog Cards",
    "H5P.Dictation": "Dictation",
    "H5P.DragQuestion": "Drag and Drop",
    "H5P.FindTheWords": "Find the Words",
    "H5P.Flashcards": "Flashcards",
    "H5P.GameMap": "Game Map",
    "H5P.GuessTheAnswer": "Guess the Answer",
    "H5P.ImageHotspotQuestion": "Find the Hotspot",
    "H5P.ImageHotspots": "Image Hotspots",
    "H5P.ImageMultipleHotspotQuestion": "Find Multiple Hotspots",
    "H5P.ImagePair": "Image Pairing",
    "H5P.ImageSequencing": "Image Sequencing",
    "H5P.InteractiveVideo": "Interactive Video",
    "H5P.MemoryGame": "Memory Game",
    "H5P.MultiMediaChoice": "Image Choice",
    "H5P.PersonalityQuiz": "Personality Quiz",
    "H5P.Questionnaire": "Questionnaire",
    "H5P.SpeakTheWords": "Speak the Words",
    "H5P.SpeakTheWordsSet": "Speak the Words Set",
    "H5P.Timeline": "Timeline",
}
"""What H5P calls the libraries that we do not read."""

_SPEAKS_OF_H5P = re.compile(
    r'"(?:library|mainLibrary)"\s*:\s*"H5P\.'
    r'|"(?:tipsAndFeedback|overallFeedback|checkAnswerButton|behaviour)"\s*:'
)


_KEY_OF_ACTIVITY = re.compile(r'"(?:question|taskDescription|textField|summaries)"\s*:')


def _recognises(upload: Upload) -> bool:
    if upload.archive is not None:
        return _folder(upload.archive) is not None
    text = upload.text.lstrip()
    if not text.startswith("{"):
        return False
    return _SPEAKS_OF_H5P.search(text) is not None or _is_content(text)


def _is_content(text: str) -> bool:
    """Whether it has the keys of an activity, although nothing in it speaks of H5P."""
    if _KEY_OF_ACTIVITY.search(text) is None or text.count("{") > MOST_OBJECTS:
        return False
    try:
        content = parse(text)
    except (ValueError, RecursionError):
        return False
    asks = ("question", "taskDescription", "textField", "summaries")
    return any(dig(content, key) for key in asks) and bool(_guessed(content))


def _folder(archive: Archive) -> str | None:
    """The folder of the package inside the archive: none at all, or one that was zipped along."""
    found = [name for name in archive.ending("h5p.json") if name.rpartition("/")[2] == "h5p.json"]
    return min(found, key=len).removesuffix("h5p.json") if found else None


def _read(upload: Upload) -> ImportResult:
    intake = Intake("h5p", upload)
    if upload.archive is None:
        _read_bare(intake, upload)
    else:
        _read_package(intake, upload.archive, upload.name)
    return intake.finish()


def _read_package(intake: Intake, archive: Archive, file: str) -> None:
    folder = _folder(archive) or ""
    manifest = _parsed(archive.read(f"{folder}h5p.json") or b"", f"{file} › {folder}h5p.json")
    member = f"{folder}content/content.json"
    data = archive.read(member)
    at = Place(f"{file} › {member}", 1, 1)
    if data is None:
        raise UnreadableFile(
            [
                Problem(
                    code="no-content",
                    message=Message(N_("Le paquet H5P n’a pas de contenu (content/content.json).")),
                    hint=Message(N_("Téléchargez-le de nouveau avec « Réutiliser », en .h5p.")),
                    file=file,
                )
            ]
        )
    title = string(manifest, "title")
    intake.result.header["title"] = title
    content = _parsed(data, at.file)
    reader = Reader(intake, _files(lambda name: archive.read(f"{folder}content/{name}")))
    library = string(manifest, "mainLibrary") or _guessed(content)
    _open(_Opened(reader, at.file), library, Task(content, at, title), 0)


def _read_bare(intake: Intake, upload: Upload) -> None:
    """A ``content.json`` without its package; some programs wrap it with the name of its library."""
    content = _parsed(upload.data, upload.name)
    title = string(content, "title") or string(content, "h5p", "title")
    library = library_of(content) or string(content, "mainLibrary")
    if isinstance(dig(content, "params"), dict):
        content = dig(content, "params")
        if isinstance(dig(content, "params"), dict) and isinstance(dig(content, "metadata"), dict):
            content = dig(content, "params")
    elif isinstance(dig(content, "content"), dict) and string(content, "mainLibrary"):
        content = dig(content, "content")
    if title:
        intake.result.header["title"] = title
    reader = Reader(intake, _files(upload.beside))
    opened = _Opened(reader, upload.name)
    task = Task(content, Place(upload.name, 1, 1), title)
    _open(opened, library or _guessed(content), task, 0)


def _parsed(data: bytes, file: str) -> Any:
    """The JSON of a member. Raises UnreadableFile with the place of what is wrong."""
    code, line, column = "not-json", 1, 1
    text = read_text(data)[0]
    message = N_("Le JSON est mal formé à cet endroit.")
    hint = N_("Le fichier a sans doute été coupé ou modifié : exportez-le de nouveau.")
    try:
        if text.count("{") <= MOST_OBJECTS:
            return parse(text)
        code, message = "too-large", N_("Le JSON est trop grand pour un contenu H5P.")
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    except RecursionError:
        code, message = "too-deep", N_("Le JSON a trop de niveaux : ce n’est pas un contenu H5P.")
    excerpt = (text.splitlines() or [""])[min(line, len(text.splitlines()) or 1) - 1]
    raise UnreadableFile(
        [
            Problem(
                code=code,
                message=Message(message),
                hint=Message(hint),
                file=file,
                line=line,
                column=column,
                excerpt=excerpt[max(0, column - 40) : column + 40].strip(),
            )
        ]
    )


def _files(read: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """Gives an image by the path that the content names; H5P may leave « #tmp » after it."""

    def by_path(address: str) -> bytes | None:
        path = unquote(address).partition("#")[0].partition("?")[0]
        return read(path) if path and ":" not in path else None

    return by_path


def _guessed(content: Any) -> str:
    """The library of a content that does not name it, from the keys that only it has."""
    questions = items(content, "questions")
    for found, library in (
        (any(library_of(one) for one in questions), "H5P.QuestionSet"),
        (any(isinstance(one, str) for one in questions), "H5P.Blanks"),
        (isinstance(dig(content, "answers"), list), "H5P.MultiChoice"),
        (any(items(one, "answers") for one in items(content, "choices")), "H5P.SingleChoiceSet"),
        (dig(content, "correct") is not None, "H5P.TrueFalse"),
        (dig(content, "distractors") is not None or dig(content, "dropZoneIndex"), "H5P.DragText"),
        (isinstance(dig(content, "textField"), str), "H5P.MarkTheWords"),
        (isinstance(dig(content, "keywords"), list), "H5P.Essay"),
        (any(dig(one, "content") for one in items(content, "content")), "H5P.Column"),
        (isinstance(dig(content, "presentation"), dict), "H5P.CoursePresentation"),
        (isinstance(dig(content, "chapters"), list), "H5P.InteractiveBook"),
        (isinstance(dig(content, "panels"), list), "H5P.Accordion"),
        (isinstance(dig(content, "summaries"), list), "H5P.Summary"),
        (any(isinstance(one, str) for one in items(content, "paragraphs")), "H5P.SortParagraphs"),
    ):
        if found:
            return library
    return ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A content file being read."""

    reader: Reader
    file: str
    count: Iterator[int] = field(default_factory=count)

    def task(self, content: Any, inside: Task) -> Task:
        """An activity inside another one, at its own place."""
        line, column = place_of(content)
        at = replace(inside.at, line=line, column=column) if line else inside.at
        title = string(content, "metadata", "title") or inside.title
        return Task(dig(content, "params"), at, title)


def _open(opened: _Opened, library: str, task: Task, depth: int) -> None:
    """Read an activity: a question, a text, or what holds others."""
    if next(opened.count) > MOST_ACTIVITIES:
        raise UnreadableFile(
            [
                Problem(
                    code="too-many-questions",
                    message=Message(
                        N_("Le fichier contient plus de %(most)s activités."),
                        {"most": MOST_ACTIVITIES},
                    ),
                    hint=Message(N_("Partagez-le en plusieurs fichiers.")),
                    file=opened.file,
                )
            ]
        )
    if depth > DEEPEST:
        _refuse(opened, library, task, depth)
    elif library in READERS:
        READERS[library](opened.reader, task)
    elif library in _HOLDERS:
        for inside in _HOLDERS[library](opened, task):
            _open(opened, library_of(inside), opened.task(inside, task), depth + 1)
    elif library in _TEXTS:
        _text(opened, task, string(task.params, "text"))
    elif library == "H5P.Accordion":
        _accordion(opened, task)
    elif library in _SEEN:
        opened.reader.html(_SEEN[library], task.at)
    elif library == "H5P.Image":
        opened.reader.intake.lose(
            "lone-image",
            N_("Une image placée entre les questions n’a pas été reprise."),
            N_("Ajoutez-la à la question qui en parle, dans l’aperçu."),
            at=task.at,
        )
    else:
        _refuse(opened, library, task, depth)


_TEXTS = ("H5P.AdvancedText", "H5P.Text", "H5P.Table")
_SEEN = {"H5P.Video": "<video>", "H5P.Audio": "<audio>"}
"""What is seen or heard beside questions, and the HTML whose loss says the same."""


def _refuse(opened: _Opened, library: str, task: Task, depth: int) -> None:
    """Name an activity that cannot be read: an error if it is the whole file, else a loss."""
    name = _NAMES.get(library) or library.removeprefix("H5P.") or "?"
    text = N_("L’activité « %(name)s » (%(library)s) ne peut pas être reprise.")
    hint = N_(
        "Relire lit les questions à choix, vrai ou faux, textes à trous, mots à glisser ou à marquer, mises en ordre et rédactions."
    )
    tell = opened.reader.intake.lose if depth else opened.reader.intake.error
    tell("unreadable-library", text, hint, at=task.at, name=name[:80], library=library[:80] or "?")


def _text(opened: _Opened, task: Task, source: str, title: str = "") -> None:
    if opened.reader.passage(task, source, title):
        return
    if said := opened.reader.line(source, task.at):
        opened.reader.intake.lose(
            "short-text",
            N_("Un court texte n’a pas été repris : « %(said)s »."),
            N_("Ajoutez-le à la consigne de la question qui le suit, s’il y sert."),
            at=task.at,
            said=said[:80],
        )


def _accordion(opened: _Opened, task: Task) -> None:
    """The panels of an accordion are the parts of one text."""
    parts = []
    for panel in items(task.params, "panels"):
        inside = dig(panel, "content")
        if library_of(inside) not in ("", *_TEXTS):
            _refuse(opened, library_of(inside), opened.task(inside, task), 1)
            continue
        parts.append(f"<h2>{string(panel, 'title')}</h2>{string(inside, 'params', 'text')}")
    _text(opened, task, "".join(parts))


def _column(_opened: _Opened, task: Task) -> Iterator[Any]:
    for part in items(task.params, "content"):
        yield dig(part, "content")


def _book(_opened: _Opened, task: Task) -> Iterator[Any]:
    yield from items(task.params, "chapters")


def _slides(opened: _Opened, task: Task) -> Iterator[Any]:
    opened.reader.intake.lose(
        "lost-slides",
        N_(
            "La présentation « Course Presentation » n’est pas reprise : seules ses questions et ses textes le sont."
        ),
        N_("Vérifiez que les questions se comprennent sans les diapositives."),
        at=task.at,
    )
    for slide in items(task.params, "presentation", "slides"):
        for element in items(slide, "elements"):
            if isinstance(dig(element, "action"), dict):
                yield dig(element, "action")


def _question_set(opened: _Opened, task: Task) -> Iterator[Any]:
    params, intake = task.params, opened.reader.intake
    introduction = string(params, "introPage", "introduction")
    if flag(params, "introPage", "showIntroPage", default=True) and introduction:
        title = string(params, "introPage", "title") or task.title
        if not opened.reader.passage(task, introduction, title):
            intake.result.header["description"] = opened.reader.line(introduction, task.at)
    pool = dig(params, "poolSize")
    if isinstance(pool, int) and 0 < pool < len(items(params, "questions")):
        intake.lose(
            "drawn-questions",
            N_("H5P tire %(count)s questions au hasard ; Relire les pose toutes."),
            at=task.at,
            count=pool,
        )
    yield from items(params, "questions")


_HOLDERS: dict[str, Callable[[_Opened, Task], Iterator[Any]]] = {
    "H5P.Column": _column,
    "H5P.CoursePresentation": _slides,
    "H5P.InteractiveBook": _book,
    "H5P.QuestionSet": _question_set,
    "H5P.Row": _column,
    "H5P.RowColumn": _column,
}
"""Libraries that hold others, and how."""

FORMAT = Format(
    name="h5p",
    title="H5P",
    recognises=_recognises,
    read=_read,
    about=N_(
        "Un paquet .h5p : questions à choix, textes à trous, mots à marquer, séries de questions."
    ),
)
