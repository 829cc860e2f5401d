"""YAML 1.2 as people write it: plain values, each with its line and column.

Events are read from ruamel.yaml and turned into plain values here, because authors need
three things that loaders do not give: the place of every value, all that is refused in one
pass, and no alias (a file of 300 bytes can otherwise unfold into gigabytes).
"""

import re
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from app.errors import N_, Message, Path, Problem

__all__ = ["Document", "decode", "read_yaml"]

DEEPEST = 20
MOST_VALUES = 50_000
LARGEST = 2_000_000

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_KEYWORD = re.compile(r"[a-z0-9_./-]+|[A-Z0-9_./-]+")  # `level: B1 # …` loses nothing
_LOOSE_COLON = re.compile(r"^\s*(?:- +)?[\w-]+:\s+([^\s\"'\[{|>&*!%@`#].*?:(?:\s.*)?)$")
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_BLOCK = re.compile(r"^(\s*)(?:- +)?(?:[\w-]+:\s*)?[|>][+-]?\d?\s*(?:#.*)?$")


@dataclass
class Document:
    """A YAML document: its value, the place of each part, and its problems."""

    value: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of a value, or of the nearest thing around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, (1, 1))


class _TooMuchError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def decode(data: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text of a file in UTF-8, with or without a byte order mark; else what is wrong."""

    def problem(code: str, text: str, hint: str, line: int = 1, column: int = 1) -> list[Problem]:
        return [
            Problem(
                code=code,
                message=Message(text),
                hint=Message(hint),
                file=file,
                line=line,
                column=column,
            )
        ]

    if len(data) > LARGEST:
        return None, problem(
            "too-large",
            N_("Le fichier est trop grand : 2 Mo au plus."),
            N_("Partagez-le en plusieurs quiz."),
        )
    if not data.strip():
        return None, problem("empty", N_("Le fichier est vide."), N_("Partez d’un quiz existant."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()  # its object has no byte order mark
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        return None, problem(
            "not-utf8",
            N_("Le fichier n’est pas en UTF-8."),
            N_("Dans votre éditeur, « Enregistrer sous », codage UTF-8."),
            line,
            column,
        )
    if "\x00" in text:
        return None, problem(
            "not-text", N_("Ce n’est pas un fichier de texte."), N_("Choisissez le fichier YAML.")
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := _UNPRINTABLE.search(text):
        return None, problem(
            "unprintable",
            N_("Un caractère invisible empêche de lire le fichier."),
            N_("Effacez-le, avec ce qui l’entoure, et retapez le mot."),
            text.count("\n", 0, odd.start()) + 1,
            odd.start() - text.rfind("\n", 0, odd.start()),
        )
    return text, []


def read_yaml(text: str, file: str, first_line: int = 1) -> Document:
    """Read one document. ``first_line`` is where it starts in its file."""
    document = Document()
    lines = text.split("\n")
    reader = _Reader(document, file, lines, first_line)
    try:
        document.value = reader.read(YAML(typ="safe", pure=True).parse(StringIO(text)))
    except _TooMuchError as stop:
        document.problems.append(stop.problem)
    except MarkedYAMLError as error:
        document.problems.extend(_syntax(error, lines, file, first_line))
    except (YAMLError, ValueError, OverflowError, RecursionError):
        document.problems.append(reader.problem("not-yaml", N_("Ce n’est pas du YAML."), 0, 0))
    return document


class _Reader:
    def __init__(self, document: Document, file: str, lines: list[str], first_line: int) -> None:
        self.document = document
        self.file = file
        self.lines = lines
        self.first_line = first_line
        self.values = 0

    def problem(
        self, code: str, text: str, line: int, column: int, hint: str = "", **params: object
    ) -> Problem:
        return Problem(
            code=code,
            message=Message(text, params),
            hint=Message(hint, params) if hint else None,
            file=self.file,
            line=line + self.first_line,
            column=column + 1,
        )

    def at(self, event: Event, code: str, text: str, hint: str = "", **params: object) -> Problem:
        mark = event.start_mark
        return self.problem(code, text, mark.line, mark.column, hint, **params)

    def read(self, events: Any) -> Any:
        for event in events:
            if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                value = self._value(event, events, ())
                self._no_more(events)
                return value
        return None

    def _no_more(self, events: Any) -> None:
        """What follows is read too, so that its errors are seen; a second document is one."""
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self.document.problems.append(
                    self.at(
                        event,
                        "second-document",
                        N_("Ce qui suit « --- » ne serait pas lu : un fichier, un quiz."),
                        N_("Retirez cette ligne, ou faites deux fichiers."),
                    )
                )

    def _value(self, event: Event, events: Any, path: Path) -> Any:
        self._count(event, path)
        self._refuse(event)
        mark = event.start_mark
        self.document.places.setdefault(path, (mark.line + self.first_line, mark.column + 1))
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        return None

    def _mapping(self, events: Any, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_event in events:
            if isinstance(key_event, MappingEndEvent):
                break
            self._refuse(key_event)
            if not isinstance(key_event, ScalarEvent):
                raise _TooMuchError(
                    self.at(key_event, "odd-key", N_("Une clé doit être un simple mot."))
                )
            key = key_event.value
            here = (*path, key)
            if key in mapping:
                self.document.problems.append(
                    self.at(
                        key_event,
                        "repeated-key",
                        N_("La clé « %(key)s » est écrite deux fois."),
                        N_("Gardez-en une seule."),
                        key=key,
                    )
                )
            mark = key_event.start_mark
            self.document.places[here] = (mark.line + self.first_line, mark.column + 1)
            mapping[key] = self._value(next(events), events, here)
        return mapping

    def _sequence(self, events: Any, path: Path) -> list[Any]:
        sequence: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            sequence.append(self._value(event, events, (*path, len(sequence))))
        return sequence

    def _scalar(self, event: ScalarEvent) -> Any:
        value: str = event.value
        if event.style is not None:
            return value
        folded = value.lower() if value.lower() in _WORDS else None
        if folded is not None and value in (folded, folded.title(), folded.upper()):
            return _WORDS[folded]
        if _INT.fullmatch(value) and len(value) < 20:  # noqa: PLR2004
            return int(value)
        if _FLOAT.fullmatch(value) and len(value) < 40:  # noqa: PLR2004
            return float(value)
        self._lint_comment(event, value)
        return value

    def _lint_comment(self, event: ScalarEvent, value: str) -> None:
        """An unquoted `` #`` cuts the rest of the line in silence: say so where it cut prose."""
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""
        if re.match(r"\s+#", rest) and not _KEYWORD.fullmatch(value):
            self.document.problems.append(
                self.problem(
                    "cut-by-comment",
                    N_("Le signe « # » coupe la ligne après « %(value)s »."),
                    mark.line,
                    mark.column + len(rest) - len(rest.lstrip()),
                    N_('Mettez toute la valeur entre guillemets droits : "…".'),
                    value=value[-40:],
                )
            )

    def _count(self, event: Event, path: Path) -> None:
        self.values += 1
        if self.values > MOST_VALUES or len(path) > DEEPEST:
            raise _TooMuchError(
                self.at(
                    event,
                    "too-deep",
                    N_("Le fichier contient trop de valeurs, ou trop imbriquées."),
                    N_("Partagez-le en plusieurs quiz."),
                )
            )

    def _refuse(self, event: Event) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _TooMuchError(
                self.at(
                    event,
                    "alias",
                    N_("Les ancres et les alias (« & » et « * ») ne sont pas acceptés."),
                    N_("Recopiez la valeur, ou mettez-la entre guillemets."),
                )
            )
        if isinstance(event, ScalarEvent) and _UNPRINTABLE.search(event.value):
            raise _TooMuchError(
                self.at(
                    event,
                    "unprintable",
                    N_("Ce texte contient un caractère de contrôle."),
                    N_("Retirez « \\ » et ce qui le suit, ou n’écrivez que des lettres."),
                )
            )
        if getattr(event, "tag", None) not in (None, "!"):
            raise _TooMuchError(
                self.at(
                    event,
                    "tag",
                    N_("Les étiquettes YAML (« ! ») ne sont pas acceptées."),
                    N_("Retirez l’étiquette, ou mettez la valeur entre guillemets."),
                )
            )


def _syntax(error: MarkedYAMLError, lines: list[str], file: str, first_line: int) -> list[Problem]:
    """A syntax error stops the parser, so the one that authors make most is looked for everywhere."""
    loose = [
        Problem(
            code="loose-colon",
            message=Message(
                N_("Une valeur sans guillemets contient « : » : « %(value)s »."),
                {"value": value[:60]},
            ),
            hint=Message(N_('Mettez toute la valeur entre guillemets droits : "…".')),
            file=file,
            line=line + first_line,
            column=column + 1,
        )
        for line, column, value in _loose_colons(lines)
    ]
    if loose:
        return loose
    mark = error.problem_mark or error.context_mark
    return [
        Problem(
            code="not-yaml",
            message=Message(
                N_("Ce n’est pas du YAML à cet endroit (%(problem)s)."),
                {"problem": error.problem or error.context or "?"},
            ),
            hint=Message(
                N_("Vérifiez l’alignement des lignes et les guillemets, ici ou juste avant.")
            ),
            file=file,
            line=(mark.line if mark else 0) + first_line,
            column=(mark.column if mark else 0) + 1,
        )
    ]


def _loose_colons(lines: list[str]) -> list[tuple[int, int, str]]:
    found, block = [], -1
    for n, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if block >= 0:
            if not line.strip() or indent > block:
                continue
            block = -1
        if start := _BLOCK.match(line):
            block = len(start.group(1))
        elif match := _LOOSE_COLON.match(line):
            found.append((n, match.start(1), match.group(1)))
    return found
