"""Aiken, the simplest text format: a question, its lettered options, ``ANSWER: B``.

Lines decide, in one pass. What stands between a blank line and a question that has begun is no
part of it: a text to read if it is long, else a loss. A bad question is shown to be mended.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.domain.quiz import Quiz
from app.errors import N_, Message, Problem
from app.formats.base import Export, Format, ImportResult, Intake, MediaOf, Place, Upload, loss
from app.questions.base import Question
from app.questions.single_choice.question import SingleChoice

__all__ = ["FORMAT"]

SHORTEST_TEXT = 25
"""Words from which a stray paragraph is a text to read."""
MOST_OPTIONS = 26
LONGEST_PROMPT = 100
"""Lines; beyond it, this is prose and not a question."""

_OPTION = re.compile(r"[^\S\n]*(?P<letter>[A-Z])[.)][^\S\n]*(?P<text>\S.*)")
_SMALL_OPTION = re.compile(r"[^\S\n]*(?P<letter>[a-z])[.)][^\S\n]+(?P<text>\S.*)")
_ANSWER = re.compile(
    r"[^\S\n]*(?:ANSWERS?|R[ÉEée]PONSES?|BONNE R[ÉEée]PONSE|CORRECTE?)[^\S\n]*:[^\S\n]*(?P<said>.*)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z](?:\s*(?:[,;/&+]|et|ou)\s*[A-Za-z])*(?=\s*(?:[.):]|$|\s))")


@dataclass
class _Option:
    letter: str
    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass
class _Asked:
    """A question being gathered."""

    lines: list[str] = field(default_factory=list)
    line: int = 0
    options: list[_Option] = field(default_factory=list)
    small: int = 0
    """The line of its first small letter, if it has any."""

    @property
    def prompt(self) -> str:
        return "\n".join(self.lines)


def _recognises(upload: Upload) -> bool:
    """Whether a line that gives an answer follows lettered options, or is all that is missing."""
    if upload.root:
        return False
    options = 0
    for line in upload.text[:400_000].split("\n"):
        if _OPTION.match(line) or _SMALL_OPTION.match(line):
            options += 1
        elif options > 1 and (answer := _ANSWER.match(line)):
            if _LETTERS.match(answer["said"]):
                return True
        elif line.strip():
            options = 0
    blocks = [block for block in re.split(r"\n\s*\n", upload.text[:100_000]) if block.strip()]
    return 0 < len(blocks) <= 2 * sum(map(_asks, blocks))


def _asks(block: str) -> bool:
    """Whether a block is a text with options under it."""
    lines = block.strip().split("\n")
    letters = [option["letter"] for line in lines if (option := _OPTION.match(line))]
    return letters[:2] == ["A", "B"] and not _OPTION.match(lines[0])


def _read(upload: Upload) -> ImportResult:
    reader = _Reader(upload)
    lines = upload.text.split("\n")
    restarts = _restarts(lines)
    blank = True
    for n, line in enumerate(lines, 1):
        if not line.strip():
            blank = True
            continue
        reader.take(line, n, after_blank=blank, restarts=restarts[n - 1])
        blank = False
    reader.abandon()
    return reader.intake.finish()


def _restarts(lines: list[str]) -> list[bool]:
    """For each line, whether the next line of options or answer starts a list again at A."""
    following = [False] * len(lines)
    starts = False
    for n in range(len(lines) - 1, -1, -1):
        following[n] = starts
        option = _OPTION.match(lines[n]) or _SMALL_OPTION.match(lines[n])
        if option:
            starts = option["letter"].upper() == "A"
        elif _ANSWER.match(lines[n]):
            starts = False
    return following


class _Reader:
    def __init__(self, upload: Upload) -> None:
        self.intake = Intake("aiken", upload)
        self.file = upload.name
        self.asked = _Asked()
        self.stray: list[str] = []
        self.stray_line = 0

    def place(self, line: int, column: int = 1) -> Place:
        return Place(self.file, line, column)

    def take(self, line: str, n: int, *, after_blank: bool, restarts: bool) -> None:
        """Read one line that is not blank."""
        answer = _ANSWER.match(line)
        option = self._option(line)
        if answer and (self.asked.options or self.asked.lines):
            self._finish(answer["said"].strip(), n, answer.start("said") + 1)
        elif option:
            self._add(option, n)
        elif self.asked.options and (after_blank or restarts):
            self.abandon()
            self._say(line, n, after_blank=False)
        elif self.asked.options:
            self.asked.options[-1].lines.append(line.strip())
        else:
            self._say(line, n, after_blank=after_blank)

    def _option(self, line: str) -> re.Match[str] | None:
        """An option, if the line is one where it stands: prose may begin with a letter too."""
        asked = self.asked
        expected = chr(ord("A") + min(len(asked.options), MOST_OPTIONS))
        found = _OPTION.match(line)
        if found and (
            found["letter"] == expected
            or (asked.options and line[found.end("letter") + 1 :][:1].isspace())
        ):
            return found
        found = _SMALL_OPTION.match(line)
        if found and (asked.lines or asked.options) and found["letter"].upper() == expected:
            return found
        return None

    def _say(self, line: str, n: int, *, after_blank: bool) -> None:
        """A line of a question's text; what a blank line cuts off was no part of it."""
        asked = self.asked
        if asked.lines and (after_blank or len(asked.lines) >= LONGEST_PROMPT):
            self._put_aside()
        if not self.asked.lines:
            self.asked.line = n
        self.asked.lines.append(line.strip())

    def _put_aside(self) -> None:
        if not self.stray:
            self.stray_line = self.asked.line
        self.stray.append(" ".join(self.asked.lines))
        self.asked = _Asked()

    def _tell_stray(self) -> None:
        """What stood between two questions: a text, or a loss."""
        if not self.stray:
            return
        words = sum(len(paragraph.split()) for paragraph in self.stray)
        if words >= SHORTEST_TEXT:
            first, *rest = self.stray
            titled = rest and len(first.split()) < SHORTEST_TEXT
            self.intake.passage(
                first if titled else "Texte", rest if titled else self.stray, kind="document"
            )
        else:
            self.intake.lose(
                "stray",
                N_("Ce texte n’appartient à aucune question : « %(said)s »"),
                N_("Un énoncé ne doit pas contenir de ligne vide."),
                at=self.place(self.stray_line),
                said=" ".join(self.stray)[:80],
            )
        self.stray = []

    def _add(self, option: re.Match[str], n: int) -> None:
        asked = self.asked
        asked.line = asked.line or n
        if option["letter"].islower():
            asked.small = asked.small or n
        asked.options.append(
            _Option(
                option["letter"].upper(), [option["text"].strip()], n, option.start("letter") + 1
            )
        )

    def abandon(self) -> None:
        """End a question that has no line for its answer."""
        asked = self.asked
        if not asked.options:
            if asked.lines:
                self._put_aside()
            self._tell_stray()
            return
        missing = self._problem(
            "no-answer",
            N_("Il manque la ligne de la bonne réponse."),
            N_("Ajoutez « ANSWER: » et sa lettre après les options."),
            self.place(asked.options[-1].line),
            asked.prompt,
        )
        self._give([missing], ())

    def _finish(self, said: str, n: int, column: int) -> None:
        asked = self.asked
        letters = _LETTERS.match(said)
        known = {option.letter: option for option in asked.options}
        named = [option for option in asked.options if option.text.casefold() == said.casefold()]
        if letters:
            chosen = [one.upper() for one in re.findall(r"\b[A-Za-z]\b", letters[0])]
        else:
            chosen = [option.letter for option in named]
        problems = []
        if not chosen or not set(chosen) <= set(known):
            problems.append(
                self._problem(
                    "bad-letter",
                    N_("La bonne réponse n’est pas la lettre d’une option."),
                    N_("Après « ANSWER: », écrivez la lettre d’une des options."),
                    self.place(n, column),
                    said or asked.prompt,
                )
            )
        small = letters and letters[0] != letters[0].upper()
        if (small or asked.small) and not problems:
            self.intake.warn(
                "small-letter",
                N_("Les lettres sont en minuscules : Moodle ne les lirait pas."),
                N_("Écrivez « A. » et « ANSWER: A »."),
                at=self.place(asked.small or n, 1 if asked.small else column),
                excerpt=asked.prompt,
            )
        self._give(problems, chosen)

    def _give(self, problems: list[Problem], chosen: Iterable[str]) -> None:
        """Hand over the question, with what is wrong with it."""
        asked, keys = self.asked, set(chosen)
        self.asked = _Asked()
        self._tell_stray()
        problems += self._order_problems(asked)
        if len(asked.options) < 2:  # noqa: PLR2004 (a choice)
            problems.append(
                self._problem(
                    "few-options",
                    N_("Une question a au moins deux options."),
                    N_("Écrivez-les « A. … », « B. … », chacune sur sa ligne."),
                    self.place(asked.line),
                    asked.prompt,
                )
            )
        several = len(keys) > 1
        if several:
            self.intake.warn(
                "several-keys",
                N_("Plusieurs lettres sont justes : lu comme un choix multiple."),
                N_("Aiken n’admet qu’une lettre ; Moodle ne garderait que la première."),
                at=self.place(asked.line),
                excerpt=asked.prompt,
            )
        self.intake.question(
            "multiple_response" if several else "single_choice",
            self.place(asked.line),
            {
                "prompt": asked.prompt,
                "choices": [
                    {"text": option.text, "key": option.letter in keys}
                    for option in asked.options[: 4 * MOST_OPTIONS]
                ],
            },
            problems=problems,
        )

    def _order_problems(self, asked: _Asked) -> list[Problem]:
        for n, option in enumerate(asked.options):
            if option.letter != chr(ord("A") + min(n, MOST_OPTIONS)):
                return [
                    self._problem(
                        "letters-order",
                        N_("Les lettres des options ne se suivent pas."),
                        N_("Elles vont de A à Z dans l’ordre, sans saut ni répétition."),
                        self.place(option.line, option.column),
                        option.text,
                    )
                ]
        return []

    def _problem(self, code: str, text: str, hint: str, at: Place, excerpt: str) -> Problem:
        return Problem(
            code=code,
            message=Message(text),
            hint=Message(hint),
            file=at.file,
            line=at.line,
            column=at.column,
            excerpt=" ".join(excerpt.split())[:120],
        )


# Writing.


def _write(quiz: Quiz, _media_of: MediaOf) -> Export:
    losses = [
        loss("header", N_("Aiken ne garde que les questions : ni texte, ni niveau, ni preuves."))
    ]
    parts = []
    for item in quiz.items:
        question = item.question
        if not isinstance(question, SingleChoice):
            losses.append(
                loss(
                    "question",
                    N_("La question %(number)s n’est pas un choix unique : elle n’y est pas."),
                    N_("Le format GIFT en reprend davantage."),
                    number=item.number,
                )
            )
            continue
        parts.append(_written(question))
        losses += [
            replace(one, message=replace(one.message, params={"number": item.number}))
            for one in _lost(question)
        ]
    return Export(
        data="\n".join(parts).encode(), suffix=".aiken.txt", type="text/plain", losses=losses
    )


def _written(question: SingleChoice) -> str:
    prompt = " ".join(question.prompt.split())
    if _OPTION.match(prompt) or _SMALL_OPTION.match(prompt) or _ANSWER.match(prompt):
        prompt = f"« {prompt} »"  # it must not be taken for an option
    lines = [prompt]
    key = ""
    for n, choice in enumerate(question.choices):
        letter = chr(ord("A") + n)
        lines.append(f"{letter}. {' '.join(choice.text.split())}")
        key = letter if choice.key else key
    return "\n".join([*lines, f"ANSWER: {key}", ""])


def _lost(question: SingleChoice) -> Iterable[Problem]:
    if (
        any(choice.feedback for choice in question.choices)
        or question.feedback.wrong
        or question.feedback.right
    ):
        yield loss("feedback", N_("Question %(number)s : ses commentaires ne sont pas repris."))
    if any(choice.weight for choice in question.choices):
        yield loss(
            "weights", N_("Question %(number)s : les poids de ses choix ne sont pas repris.")
        )
    if question.points != 1:
        yield loss("points", N_("Question %(number)s : ses points ne sont pas repris."))
    if question.hints:
        yield loss("hints", N_("Question %(number)s : ses indices ne sont pas repris."))
    if not question.shuffle:
        yield loss("order", N_("Question %(number)s : Moodle pourra mélanger ses choix."))
    yield from _lost_marks(question)


def _lost_marks(question: Question) -> Iterable[Problem]:
    if question.images():
        yield loss("images", N_("Question %(number)s : ses images ne sont pas reprises."))
    if question.prompt_html or any(choice.html for choice in question.authored_choices()):
        yield loss("marks", N_("Question %(number)s : ses mots marqués ne le sont plus."))


FORMAT = Format(
    name="aiken",
    title="Aiken",
    about=N_("Le plus simple : une question, ses options A, B, C, puis « ANSWER: B »."),
    recognises=_recognises,
    read=_read,
    write=_write,
)
