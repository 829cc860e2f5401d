"""One question of a GIFT file: its texts in their formats, its answers one by one, its problems."""

import re
from bisect import bisect_right
from typing import Any

from app.errors import N_, Message, Problem
from app.formats.base import Intake, Place, Upload
from app.formats.gift.grammar import Mark, Written, bare, marks, split_general
from app.formats.gift.slips import SLIPS
from app.text.markdown import to_html
from app.text.markup import Marked, is_lone_tag

__all__ = ["OWN_FORMAT", "Asked", "Sheet"]

MOST_ANSWERS = 200
"""Beyond it a brace was forgotten; no type takes as many anyway."""

OWN_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_HTML = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|del|div|em|font|h[1-6]|hr|i|img|kbd|li|mark|ol|p|pre"
    r"|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|video|audio|iframe|math"
    r"|svg)(?:[\s/][^<>]{0,4000})?>|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
_EMPTY_TAGS = re.compile(r"(?:\s|&nbsp;|</?(?:p|br|div|span)\b[^<>]{0,400}>)*", re.IGNORECASE)


class Sheet:
    """The file being read: its places, the category of the moment, and the intake that it fills."""

    def __init__(self, upload: Upload) -> None:
        self.intake = Intake("gift", upload)
        self.category = ""
        self._truth_told = False
        self.file = upload.name
        self.text = upload.text
        self._lines = [0, *(one.end() for one in re.finditer("\n", upload.text))]

    def place(self, at: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._lines, at)
        return Place(self.file, line, at - self._lines[line - 1] + 1)

    def begins_line(self, at: int) -> bool:
        """Whether nothing stands before an offset on its line."""
        start = self._lines[bisect_right(self._lines, at) - 1]
        return not self.text[start:at].strip()

    def tell_truth(self, at: int, said: str) -> None:
        """Say once that a truth value is read which Moodle does not know."""
        if not self._truth_told:
            self._truth_told = True
            self.intake.warn(
                "truth-word",
                N_("« %(said)s » est lu comme vrai ou faux ; Moodle y verrait un mot à taper."),
                N_("Pour Moodle, écrivez {T} ou {F}, en majuscules."),
                at=self.place(at),
                said=said,
            )


class Asked:
    """One question being read: its texts and answers; ``found`` is what seems wrong with it."""

    def __init__(self, sheet: Sheet, one: Written) -> None:
        self.sheet = sheet
        self.one = one
        self.found: list[Problem] = []
        answers, general = split_general(one.answers or "")
        self.answers = answers.strip()
        self.answers_at = one.answers_at + len(answers) - len(answers.lstrip())
        self.signs: set[str] = set()
        self.format = OWN_FORMAT.match(one.prompt)
        self.prompt = self.said(one.prompt, one.at, lines=True)
        self.general = self.said(general, one.answers_at).text
        for slip in one.slips:
            severity, text, hint = SLIPS[slip.code]
            self.report(severity, slip.code, text, hint, at=slip.at)

    @property
    def broken(self) -> bool:
        """Whether something of its syntax keeps it out."""
        return any(problem.severity == "error" for problem in self.found)

    def report(
        self,
        severity: Any,
        code: str,
        text: str,
        hint: str,
        *,
        at: int | None = None,
        excerpt: str = "",
    ) -> None:
        """Say what is wrong with the question, or guessed."""
        place = self.sheet.place(self.one.at if at is None else at)
        self.found.append(
            Problem(
                code=code,
                message=Message(text),
                severity=severity,
                hint=Message(hint) if hint else None,
                file=place.file,
                line=place.line,
                column=place.column,
                excerpt=" ".join((excerpt or self.prompt.text).split())[:120],
            )
        )

    def warn(self, code: str, text: str, hint: str = "", **more: Any) -> None:
        """Something was guessed."""
        self.report("warning", code, text, hint, **more)

    def said(self, source: str, at: int, *, lines: bool = False, bare_text: bool = False) -> Marked:
        """What a piece of text says, in its own format or that of the question.

        A bare text has no format of its own in Moodle: it is HTML only where it looks like it.
        """
        own = OWN_FORMAT.match(source)
        kind = (own or (not bare_text and self.format) or [None, "moodle"])[1]
        text = bare(source[own.end() :] if own else source).strip()
        if not lines and is_lone_tag(text):
            return Marked(text)
        if kind == "markdown":
            text = to_html(text)
        elif kind == "plain" or (kind == "moodle" and not _HTML.search(text)):
            return Marked(_tidy(text) if lines else " ".join(text.split()))
        elif kind == "moodle":
            text = text.replace("\n", "<br>")
        marked = self.sheet.intake.html(
            text, self.sheet.place(at), lambda address: _beside(self.sheet.intake, address)
        )
        return marked if lines else Marked(" ".join(marked.text.split()), marked.html)

    def code(self, mark: Mark) -> str:
        """An answer as it was written, without escapes and format."""
        own = OWN_FORMAT.match(mark.text)
        return bare(mark.text[own.end() :] if own else mark.text).strip()

    def marks(self, skipped: int = 0, *, comments: bool = True) -> list[Mark]:
        """The answers one by one; those that are empty are left out, and told."""
        source, at = self.answers[skipped:], self.answers_at + skipped
        found = marks(source, at, MOST_ANSWERS + 1, comments=comments)
        self.signs = {mark.sign for mark in found}
        if len(found) > MOST_ANSWERS:
            self.report(
                "error",
                "too-many-answers",
                N_("Cette question a trop de réponses pour en être une."),
                N_("Vérifiez qu’une accolade « } » la termine bien."),
                at=found[MOST_ANSWERS].at,
            )
            del found[MOST_ANSWERS:]
        empty = [
            mark for mark in found if self._is_blank(mark) and not (skipped and mark.sign == "~")
        ]
        if empty:
            self.warn(
                "empty-option",
                N_("Une réponse vide a été laissée de côté."),
                at=empty[0].at,
            )
        gone = {mark.at for mark in empty}
        return [mark for mark in found if mark.at not in gone]

    def _is_blank(self, mark: Mark) -> bool:
        """Whether an answer says nothing, be it with tags: Moodle leaves it out as well."""
        said = self.code(mark)
        return not is_lone_tag(said) and _EMPTY_TAGS.fullmatch(said) is not None

    def feedback(self) -> dict[str, str]:
        """The general comment: it is shown whatever the answer."""
        return {"right": self.general, "wrong": self.general} if self.general else {}


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _beside(intake: Intake, address: str) -> bytes | None:
    """An image named in the text, if it was sent beside the file."""
    return intake.upload.beside(address.rpartition("@@PLUGINFILE@@/")[2])
