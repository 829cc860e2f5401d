"""Kahoot's spreadsheets: the template from which questions are imported, and a game's report.

The template comes in many languages, so it is known by its shape: from row 8 on, a question,
four answers, a time, and the numbers of the right answers. The report says more of the players
than of the questions; each question is taken once, and no player.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.errors import N_, Message, Problem
from app.formats.base import Format, ImportResult, Intake, Place, Upload
from app.formats.tables import Row, Sheet, column_name, read_head, read_sheets

__all__ = ["FORMAT"]

HEADER_WITHIN = 15
ANSWERS = 4
_TIMES = re.compile(r"\b5\b.*\b20\b.*\b60\b", re.DOTALL)
"""The times that a header offers: « 5, 10, 20, 30, 60, 90, 120, or 240 secs »."""
_NUMBERS = re.compile(r"[1-6](?:\s*[,;./ ]\s*[1-6])*")
_REPORT = re.compile(r"answer ([1-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a sheet has what, by column from 0."""

    header: int
    prompt: int
    answers: tuple[int, ...]
    time: int
    key: int
    report: bool = False


def _template(row: Row) -> _Layout | None:
    """The layout under this header, if it is the template's."""
    for prompt in (1, 0, 2):
        answers = range(prompt + 1, prompt + 1 + ANSWERS)
        time, key = answers.stop, answers.stop + 1
        numbered = all(str(n) in row[column] for n, column in enumerate(answers, 1))
        if numbered and row[prompt].strip() and row[key].strip() and _TIMES.search(row[time]):
            return _Layout(row.number, prompt, tuple(answers), time, key)
    return None


def _report(row: Row) -> _Layout | None:
    """The layout under this header, if it is that of a report's table of all answers."""
    names = {text.strip().casefold(): n for n, text in enumerate(row.cells)}
    if not names.keys() >= {"question number", "question", "answer 1", "correct answers"}:
        return None
    answers = tuple(n for name, n in sorted(names.items()) if _REPORT.fullmatch(name))
    time = next((n for name, n in names.items() if name.startswith("time allotted")), -1)
    key = names["correct answers"]
    return _Layout(row.number, names["question"], answers, time, key, report=True)


def _layout(sheet: Sheet) -> _Layout | None:
    for row in sheet.rows:
        if row.number > HEADER_WITHIN:
            break
        if layout := _template(row) or _report(row):
            return layout
    return None


def _recognises(upload: Upload) -> bool:
    return any(map(_layout, read_head(upload)))


def _read(upload: Upload) -> ImportResult:
    intake = Intake("kahoot", upload)
    laid_out = ((sheet, layout) for sheet in read_sheets(upload) if (layout := _layout(sheet)))
    for sheet, layout in laid_out:
        file = f"{upload.name} › {sheet.name}" if sheet.name else upload.name
        seen: set[tuple[str, ...]] = set()
        timed = False
        for row in sheet.rows:
            asked = (row[layout.prompt], *(row[column] for column in layout.answers))
            if row.number <= layout.header or (layout.report and asked in seen):
                continue
            seen.add(asked)
            cell = f"{column_name(layout.prompt)}{row.number}"
            _ask(intake, row, layout, Place(file, row.number, layout.prompt + 1, cell))
            timed |= bool(row[layout.time].strip()) if layout.time >= 0 else False
        _tell_losses(intake, layout, Place(file, layout.header, 1), timed=timed)
    return intake.finish()


def _tell_losses(intake: Intake, layout: _Layout, at: Place, *, timed: bool) -> None:
    if timed:
        intake.lose(
            "lost-time",
            N_("Le temps accordé à chaque question n’est pas repris."),
            N_("Réglez plutôt la durée du quiz entier."),
            at=at,
        )
    if layout.report:
        intake.lose(
            "lost-players",
            N_("Les réponses et les scores des joueurs ne sont pas repris."),
            N_("Seules les questions le sont."),
            at=at,
        )


def _ask(intake: Intake, row: Row, layout: _Layout, at: Place) -> None:
    prompt = row[layout.prompt].strip()
    answers = {n: text for n, column in enumerate(layout.answers) if (text := row[column].strip())}
    if not answers:
        if prompt:
            intake.error(
                "no-answers",
                N_("Cette question n’a aucune réponse : ce n’est pas un quiz de Kahoot."),
                N_("Écrivez au moins deux réponses, ou supprimez la ligne."),
                at=at,
                excerpt=prompt,
            )
        return
    key = row[layout.key].strip()
    right = _named(key, answers) if layout.report else _numbered(key, answers)
    problems = list(_key_problems(key, right, at))
    first = min(right, default=-1)
    choices = [
        {"text": text, "key": n == first, **({"weight": 1} if n in right and n != first else {})}
        for n, text in answers.items()
    ]
    intake.question("single_choice", at, {"prompt": prompt, "choices": choices}, problems=problems)


def _numbered(key: str, answers: dict[int, str]) -> set[int]:
    """The answers of these numbers, such as « 1,3 »; none if a number has no answer."""
    if not _NUMBERS.fullmatch(key):
        return set()
    ranks = {int(number) - 1 for number in re.findall("[1-6]", key)}
    return ranks if ranks <= answers.keys() else set()


def _named(key: str, answers: dict[int, str]) -> set[int]:
    """The answers whose texts a report has joined with commas."""
    for size in range(1, len(answers) + 1):
        for some in combinations(answers, size):
            if ", ".join(answers[n] for n in some) == key:
                return set(some)
    return set()


def _key_problems(key: str, right: set[int], at: Place) -> Iterator[Problem]:
    """An answer that cannot be made out; or several, which Kahoot and Relire mean alike."""
    if key and not right:
        yield Problem(
            code="unclear-key",
            message=Message(N_("« %(key)s » ne désigne aucune des réponses."), {"key": key[:60]}),
            hint=Message(N_("Écrivez le numéro de la bonne réponse : 1, 2, 3 ou 4.")),
            file=at.file,
            line=at.line,
            column=at.column,
            cell=at.cell,
        )
    if len(right) > 1:
        # A player taps one answer and is right with any of these: a single choice in which each
        # earns all, and not a multiple response, in which all would be asked for.
        yield Problem(
            code="any-of-several",
            severity="warning",
            message=Message(
                N_("Plusieurs réponses sont justes : comme dans Kahoot, une seule suffit.")
            ),
            hint=Message(N_("S’il faut les trouver toutes, prenez le type « Choix multiples ».")),
            file=at.file,
            line=at.line,
            column=at.column,
            cell=at.cell,
        )


FORMAT = Format(
    name="kahoot",
    title="Kahoot (XLSX)",
    recognises=_recognises,
    read=_read,
)
