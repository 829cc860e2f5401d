"""What every file format shares: a file comes in, questions and problems come out.

A reader gets an ``Upload`` and fills an ``Intake``: questions as raw content, with the place
where each was written; passages; problems; losses. The intake checks each question by the same
rules as everything else, so that a bad question is reported and its neighbours survive.

*Problems* are what is wrong with the file. *Losses* are what was right, and cannot be carried.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.domain.quiz import Quiz
from app.domain.writing import check_question
from app.errors import N_, Message, Problem, UnreadableFile
from app.formats.archive import Archive, is_zip
from app.formats.images import Media, read_image
from app.questions.base import Question
from app.text.markup import Marked, read_html
from app.text.passage import GlossaryEntry, Passage, Reading, number

__all__ = [
    "ALIKE",
    "NONE_EARNS_ALL",
    "NO_RIGHT_SIDE",
    "SHOWN_AS_WRITTEN",
    "Beside",
    "Export",
    "Format",
    "ImportResult",
    "Imported",
    "Intake",
    "MediaOf",
    "Place",
    "Upload",
    "distinct_pairs",
    "loss",
    "raise_to_all",
    "read_text",
    "show_as_written",
]

Beside = Callable[[str], bytes | None]
"""Gives the content of a file named beside the one being read, or None if it is not there."""

MediaOf = Callable[[str], Media | None]
"""Gives an image by the name that a document uses (``media:…``), or None."""

MOST_QUESTIONS = 10_000
LONGEST_EXCERPT = 120
LONGEST_PARAGRAPH = 20_000
_FOLLOWS = frozenset(("gap-kind", "missing", "no-key", "too-short"))
"""What the rules of a room find wrong where the reader has already said, better, what is."""
TELL_EVERY = 250
"""Questions between two signs of progress."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


ALIKE = {
    "pair-twice": (
        N_("Une association est écrite deux fois : elle n’est reprise qu’une fois."),
        N_("Retirez la seconde de votre fichier si elle n’y sert à rien."),
    ),
    "left-twice": (
        N_("Deux associations commencent de même : un numéro distingue la seconde."),
        N_("Donnez à chacune un début différent, ou retirez celle qui est fausse."),
    ),
}
"""What is told, and how to mend it, where ``distinct_pairs`` changed something."""

SHOWN_AS_WRITTEN = (
    N_("Des options ne diffèrent que par leurs balises : elles sont montrées comme du code."),
    N_("Si ce n’en est pas, donnez-leur des textes différents."),
)
"""What is told where ``show_as_written`` changed something."""

NO_RIGHT_SIDE = (
    N_("Une association n’a pas de partie droite : elle a été laissée de côté."),
    N_("Écrivez-la dans votre fichier, ou ajoutez l’association dans l’aperçu."),
)
"""What is told of half a pair among whole ones."""

NONE_EARNS_ALL = (
    N_("Aucune réponse ne vaut 100 % : la meilleure a été portée à 100 %, les autres avec elle."),
    N_("Vérifiez les réponses dans l’aperçu, et leurs notes dans votre fichier."),
)
"""What is told, and how to mend it, where ``raise_to_all`` changed something."""


def nothing_beside(_name: str) -> None:
    """For a file that came alone."""
    return


def no_progress(_count: int) -> None:
    """For a reader whom nobody waits for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in which file or member, on which line or in which cell."""

    file: str = ""
    line: int = 0
    column: int = 0
    cell: str = ""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent, and what it seems to be: recognisers share what was found out."""

    data: bytes
    name: str
    beside: Beside = nothing_beside
    progress: Callable[[int], None] = no_progress
    """Told, now and then, how many questions have been found."""

    @cached_property
    def archive(self) -> Archive | None:
        """Its members, if it is a ZIP archive. Raises UnreadableFile where that means harm."""
        return Archive(self.data, self.name) if is_zip(self.data) else None

    @cached_property
    def decoded(self) -> tuple[str, str]:
        """Its text, and the encoding that was taken; empty if it is no text."""
        return read_text(self.data)

    @property
    def text(self) -> str:
        """Its text, with one newline at the end of lines; empty if it is no text."""
        return self.decoded[0]

    @cached_property
    def root(self) -> str:
        """The local name of its first XML element; empty if it is no XML. Cheap: nothing is parsed."""
        head = self.text[:20_000].lstrip()
        return _first_element(head) if head.startswith("<") else ""


def _first_element(head: str) -> str:
    """The first element after declarations and comments; each character is looked at once."""
    at = 0
    while (at := head.find("<", at)) >= 0:
        if head.startswith("<!--", at):
            end = head.find("-->", at)
        elif head.startswith(("<!", "<?"), at):
            end = head.find(">", at)
        else:
            found = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)").match(head, at)
            return found[1] if found else ""
        if end < 0:
            return ""
        at = end + 1
    return ""


def read_text(data: bytes) -> tuple[str, str]:
    """A text in the encodings of real files: with a byte order mark, UTF-8, else Windows-1252.

    Windows-1252 and not Latin-1, which has no œ, ’ or –. Gives the text with plain
    newlines and without control characters, and the encoding; both empty for what is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\x00" in data[:4_000]:
        return "", ""
    elif data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        encoding = "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data.decode(encoding, "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text), encoding


@dataclass(kw_only=True)
class Imported:
    """One question of a file: as it was written, and as it can be used if nothing is wrong."""

    raw: dict[str, Any]
    place: Place = Place()
    category: str = ""
    question: Question | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(kw_only=True)
class ImportResult:
    """What could be read of a file, and everything that could not.

    ``quiz`` is there when the file is a whole quiz without an error; ``items`` holds each
    question, usable or to be mended; ``header`` what the file says of the quiz as a whole.
    """

    format: str
    quiz: Quiz | None = None
    header: dict[str, Any] = field(default_factory=dict)
    items: list[Imported] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    glossary: list[GlossaryEntry] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)

    @property
    def reading(self) -> Reading:
        """The passages as one text."""
        return Reading(self.passages)

    @property
    def questions(self) -> list[Question]:
        """The questions that can be used, whatever befell the others."""
        return [item.question for item in self.items if item.question is not None]

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep something out."""
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass(frozen=True, kw_only=True)
class Export:
    """A quiz as a file of some format, and what that file could not carry."""

    data: bytes
    suffix: str
    type: str
    losses: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format: how to recognise it from its content, how to read it, how to write it.

    ``title`` and ``about`` are shown to teachers. ``read`` may raise UnreadableFile.
    """

    name: str
    title: str
    recognises: Callable[[Upload], bool]
    read: Callable[[Upload], ImportResult] | None = None
    write: Callable[[Quiz, MediaOf], Export] | None = None
    about: str = ""


def loss(code: str, text: str, hint: str = "", *, at: Place = Place(), **params: object) -> Problem:
    """Something that was right and cannot be carried."""
    return Problem(
        code=code,
        severity="warning",
        message=Message(text, params),
        hint=Message(hint, params) if hint else None,
        file=at.file,
        line=at.line,
        column=at.column,
        cell=at.cell,
    )


def raise_to_all(answers: Sequence[MutableMapping[str, Any]], name: str) -> bool:
    """Scale the shares that stand under a name until the best is 1; whether that was needed.

    Other programs accept a question of which no answer is worth 100 %: nobody could have full
    marks. Answers that all earn nothing stay as they are: nobody can tell which one is right.
    """
    best = max((answer[name] or 0.0 for answer in answers), default=0.0)
    if not 0 < best < 1:
        return False
    for answer in answers:
        share = answer[name] or 0.0
        answer[name] = 1.0 if share == best else round(max(-1.0, share / best), 7)
    return True


def distinct_pairs(pairs: Iterable[dict[str, str]]) -> tuple[list[dict[str, str]], set[str]]:
    """Pairs that a learner can tell apart by their left sides, and what was done for it.

    Other programs let two pairs begin alike. One that is written twice is kept once
    ("pair-twice"); of two with different right sides the second is numbered ("left-twice").
    """
    kept: list[dict[str, str]] = []
    done: set[str] = set()
    seen: set[tuple[str, str]] = set()
    alike: Counter[str] = Counter()
    for pair in pairs:
        left, right = _folded(pair["left"]), _folded(pair["right"])
        if (left, right) in seen:
            done.add("pair-twice")
            continue
        seen.add((left, right))
        alike[left] += 1
        if alike[left] > 1:
            done.add("left-twice")
        number = f" ({alike[left]})" if alike[left] > 1 else ""
        kept.append({**pair, "left": f"{pair['left']}{number}"})
    return kept, done


def show_as_written(
    choices: Sequence[MutableMapping[str, Any]], sources: Sequence[str], worth: Sequence[object]
) -> bool:
    """Take choices as code where tags alone tell a right one from a wrong one; whether it was so.

    « Which link is right? » has choices that all look alike as HTML. ``sources`` are what was
    written for each choice, ``worth`` is what each is worth.
    """
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    for choice, source, share in zip(choices, sources, worth, strict=True):
        other, other_share = seen.setdefault((choice["text"], choice["html"]), (source, share))
        if share != other_share and source.split() != other.split():
            break
    else:
        return False
    for choice, source in zip(choices, sources, strict=True):
        choice["text"], choice["html"] = " ".join(source.split()), ""
    return True


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _pieces(paragraph: str) -> Iterator[str]:
    """A paragraph in pieces that a sentence may have, cut between words where it must be."""
    while len(paragraph) > LONGEST_PARAGRAPH:
        cut = paragraph.rfind(" ", 0, LONGEST_PARAGRAPH)
        cut = cut if cut > 0 else LONGEST_PARAGRAPH
        yield paragraph[:cut]
        paragraph = paragraph[cut:]
    yield paragraph


class Intake:
    """Gathers what a reader finds, and checks it: ``finish`` gives the result."""

    def __init__(self, format_name: str, upload: Upload) -> None:
        self.upload = upload
        self.result = ImportResult(format=format_name)
        self._paragraphs = 0
        if upload.decoded[1] == "cp1252":
            self.warn(
                "encoding",
                N_("Le fichier n’est pas en UTF-8 : il a été lu comme un fichier de Windows."),
                N_("Vérifiez les accents dans l’aperçu."),
                at=Place(upload.name, 1, 1),
            )

    def error(
        self,
        code: str,
        text: str,
        hint: str = "",
        *,
        at: Place = Place(),
        excerpt: str = "",
        **params: object,
    ) -> None:
        """Report something that keeps a question, or the whole file, out."""
        self._report("error", code, text, hint, at, excerpt, params)

    def warn(
        self,
        code: str,
        text: str,
        hint: str = "",
        *,
        at: Place = Place(),
        excerpt: str = "",
        **params: object,
    ) -> None:
        """Report something guessed, or worth a look."""
        self._report("warning", code, text, hint, at, excerpt, params)

    def _report(
        self,
        severity: Any,
        code: str,
        text: str,
        hint: str,
        at: Place,
        excerpt: str,
        params: Mapping[str, object],
    ) -> None:
        at = at if at.file else replace(at, file=self.upload.name)
        self.result.problems.append(
            Problem(
                code=code,
                severity=severity,
                message=Message(text, params),
                hint=Message(hint, params) if hint else None,
                file=at.file,
                line=at.line,
                column=at.column,
                cell=at.cell,
                excerpt=" ".join(excerpt.split())[:LONGEST_EXCERPT],
            )
        )

    def lose(
        self, code: str, text: str, hint: str = "", *, at: Place = Place(), **params: object
    ) -> None:
        """Report something that cannot be carried, and why."""
        at = at if at.file else replace(at, file=self.upload.name)
        self.result.losses.append(loss(code, text, hint, at=at, **params))

    def passage(
        self,
        title: str,
        paragraphs: Iterable[str],
        *,
        kind: str = "text",
        by: str = "",
        source: str = "",
    ) -> tuple[str, ...]:
        """Add a text to read; the ids of its sentences, to quote or to choose from.

        ``paragraphs`` are plain text; one that starts with ``## `` is a heading.
        """
        short = (piece for paragraph in paragraphs for piece in _pieces(paragraph))
        numbered = number(short, self._paragraphs + 1)
        proper = [paragraph for paragraph in numbered if not paragraph.heading]
        if not proper:
            return ()
        self._paragraphs += len(proper)
        self.result.passages.append(
            Passage.model_validate(
                {
                    "id": f"texte-{len(self.result.passages) + 1}",
                    "kind": kind,
                    "title": " ".join(title.split())[:200] or "Texte",
                    "by": by,
                    "source": source,
                    "paragraphs": numbered,
                }
            )
        )
        return tuple(s.id for paragraph in proper for s in paragraph.sentences)

    def html(
        self, source: str, at: Place, files: Callable[[str], bytes | None] = nothing_beside
    ) -> Marked:
        """Read the HTML of a question; ``files`` gives the content of an image by its address.

        Images are checked and kept, what is lost is reported.
        """
        marked = read_html(source, lambda address: self._image(files(address)))
        for what in marked.lost:
            text, hint = _LOST_MARKUP[what]
            self.lose(f"lost-{what}", text, hint, at=at)
        return marked

    def image(self, data: bytes) -> str | None:
        """Keep an image; its name in documents (``media:…``), None if it cannot be shown."""
        return self._image(data)

    def _image(self, data: bytes | None) -> str | None:
        media = read_image(data) if data else None
        if media is None:
            return None
        self.result.media[media.name] = media
        return media.name

    def question(
        self,
        kind: str,
        at: Place,
        raw: Mapping[str, Any],
        *,
        category: str = "",
        problems: Iterable[Problem] = (),
    ) -> None:
        """Add a question of a type: the keys of its room, without ``id`` and ``type``.

        ``skill`` is « détail » unless given. It is checked in ``finish``, so passages may
        come later. ``problems`` are what the reader itself found wrong with it; with an error
        among them the question is shown to be mended and is not usable as it is.
        """
        self.expect(1)
        if len(self.result.items) % TELL_EVERY == 0:
            self.upload.progress(len(self.result.items))
        whole = {
            "id": f"q{len(self.result.items) + 1}",
            "type": kind,
            "skill": "détail",
            **{key: value for key, value in raw.items() if value not in (None, "")},
        }
        self.result.items.append(
            Imported(raw=whole, place=at, category=category, problems=list(problems))
        )

    def expect(self, count: int) -> None:
        """Say that so many questions will come. Raises UnreadableFile if they are too many.

        A reader that can count them beforehand spares reading them in vain.
        """
        if len(self.result.items) + count > MOST_QUESTIONS:
            raise UnreadableFile(
                [
                    Problem(
                        code="too-many-questions",
                        message=Message(
                            N_("Le fichier contient plus de %(most)s questions."),
                            {"most": MOST_QUESTIONS},
                        ),
                        hint=Message(N_("Exportez une catégorie à la fois.")),
                        file=self.upload.name,
                    )
                ]
            )

    def finish(self) -> ImportResult:
        """Check every question in its text; the result, with problems in the order of the file."""
        result = self.result
        reading = result.reading
        for item in result.items:
            question, problems = check_question(item.raw, reading)
            place = item.place if item.place.file else replace(item.place, file=self.upload.name)
            prompt = str(item.raw.get("prompt", ""))
            told = any(problem.severity == "error" for problem in item.problems)
            found = [one for one in problems if not (told and one.code in _FOLLOWS)]
            item.problems = [
                problem
                if problem.file
                else replace(
                    problem,
                    file=place.file,
                    line=place.line,
                    column=place.column,
                    cell=place.cell,
                    excerpt=" ".join(prompt.split())[:LONGEST_EXCERPT],
                )
                for problem in [*item.problems, *found]
            ]
            if not any(problem.severity == "error" for problem in item.problems):
                item.question = question
            result.problems += item.problems
        if not result.items and not result.errors:
            self.error(
                "no-question",
                N_("Aucune question n’a été trouvée dans ce fichier."),
                N_("Vérifiez que c’est bien le fichier exporté, et qu’il n’est pas vide."),
                at=Place(self.upload.name),
            )
        result.problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
        return result


_LOST_MARKUP: dict[str, tuple[str, str]] = {
    "audio": (
        N_("Un son n’a pas pu être repris."),
        N_("Relire ne fait travailler que la lecture : écrivez le texte du son."),
    ),
    "drawing": (
        N_("Un dessin (SVG) n’a pas pu être repris."),
        N_("Enregistrez-le en PNG et ajoutez-le à la question."),
    ),
    "embed": (N_("Un objet intégré n’a pas pu être repris."), ""),
    "formula": (
        N_("Une formule a été reprise comme un simple texte."),
        N_("Vérifiez-la dans l’aperçu."),
    ),
    "frame": (N_("Une page intégrée n’a pas pu être reprise."), ""),
    "image": (
        N_("Une image n’a pas pu être reprise : absente du fichier, trop grande ou illisible."),
        N_("Exportez avec les images, en PNG ou en JPEG."),
    ),
    "object": (N_("Un objet intégré n’a pas pu être repris."), ""),
    "table": (
        N_("Un tableau a été repris ligne par ligne."),
        N_("Vérifiez-le dans l’aperçu."),
    ),
    "video": (
        N_("Une vidéo n’a pas pu être reprise."),
        N_("Relire ne fait travailler que la lecture : écrivez ce qu’on y entend."),
    ),
}
