"""What each element of a text2qti file means: questions, their responses and comments."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.errors import N_, Message, Problem
from app.formats.base import ImportResult, Intake, Place, Upload
from app.formats.text2qti.grammar import CHOICES, RESPONSES, Part, parts
from app.text.markdown import to_html
from app.text.markup import Marked

__all__ = ["read"]

SHORTEST_TEXT = 25
"""Words from which a text region is a text to read, not a mere instruction."""
MOST_ANSWERS = 200

_FIGURE = r"[+-]?(?:\d[\d_]*(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d{1,2})?"
_NEAR = re.compile(
    rf"\s*(?P<value>{_FIGURE})\s*(?:(?:\+-|±)\s*(?P<margin>{_FIGURE})\s*(?P<percent>%?))?\s*"
)
_BETWEEN = re.compile(rf"\s*\[\s*(?P<least>{_FIGURE})\s*[,;]\s*(?P<most>{_FIGURE})\s*\]\s*")
_TRUTH = {"true": "true", "vrai": "true", "false": "false", "faux": "false"}


@dataclass
class _Asked:
    """A question being gathered: its own part, what is said of it, and its responses."""

    part: Part
    points: str = ""
    general: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    responses: list[Part] = field(default_factory=list)
    comments: dict[int, list[str]] = field(default_factory=dict)


def read(upload: Upload) -> ImportResult:
    """Every question of a file, and what is wrong with it."""
    reader = _Reader(upload)
    for part in parts(upload.text):
        reader.take(part)
    reader.finish()
    return reader.intake.finish()


class _Reader:
    """Gathers the elements of each question, and hands the question over when it ends."""

    def __init__(self, upload: Upload) -> None:
        self.intake = Intake("text2qti", upload)
        self.file = upload.name
        self.asked: _Asked | None = None
        self.points = ""
        self.group_points = ""
        self.text_title = ""
        self.told: set[str] = set()

    def place(self, line: int, column: int = 1) -> Place:
        return Place(self.file, line, column)

    def _stray(self, part: Part) -> None:
        self.intake.warn(
            "stray",
            N_("Cette ligne n’appartient à aucune question."),
            N_("Supprimez-la, ou commencez-la par « Text: »."),
            at=self.place(part.line),
            excerpt=f"{part.marked} {part.text}",
        )

    def _unindented(self, part: Part) -> None:
        """A line that goes on without being indented; told once for the file."""
        if "unindented" not in self.told:
            self.told.add("unindented")
            self.intake.warn(
                "not-indented",
                N_("Une ligne qui continue la précédente n’est pas en retrait."),
                N_("Commencez-la par des espaces ; text2qti la refuserait."),
                at=self.place(part.line),
                excerpt=part.text,
            )

    def take(self, part: Part) -> None:
        """Read one element."""
        if part.kind == "question":
            self.finish()
            self.asked = _Asked(part, self.points or self.group_points)
            self.points = ""
        elif self.asked is not None and part.kind in RESPONSES:
            self.asked.responses.append(part)
        elif self.asked is not None and part.kind in ("feedback", "right", "wrong"):
            self._comment(self.asked, part)
        elif self.asked is not None and part.kind == "solution":
            self._lose_once(
                "solution", N_("Les corrigés (« ! ») ne sont pas repris."), "", part.line
            )
        elif part.kind == "unindented":
            self._unindented(part)
        elif part.kind in (*RESPONSES, "stray", "feedback", "right", "wrong", "solution"):
            self._stray(part)
        else:
            self.finish()
            self._around(part)

    def _comment(self, asked: _Asked, part: Part) -> None:
        said = self.said(part).text
        if part.kind != "feedback":
            (asked.right if part.kind == "right" else asked.wrong).append(said)
        elif asked.responses:
            asked.comments.setdefault(len(asked.responses) - 1, []).append(said)
        else:
            asked.general.append(said)

    def _around(self, part: Part) -> None:
        """What stands around the questions."""
        if part.kind in ("quiz_title", "quiz_description"):
            name = part.kind.removeprefix("quiz_")
            said = self.said(part).text
            if said:
                self.intake.result.header[name] = " ".join(said.split())
        elif part.kind == "points":
            self.points = part.text
        elif part.kind == "group_points":
            self.group_points = part.text
        elif part.kind == "text_title":
            self.text_title = part.text
        elif part.kind == "text":
            self._region(part)
        elif part.kind == "end_group":
            self.group_points = ""
        elif part.kind in _LOST:
            text, hint = _LOST[part.kind]
            self._lose_once(part.kind, text, hint, part.line)

    def _region(self, part: Part) -> None:
        text, title = self.said(part).text, self.text_title or "Texte"
        self.text_title = ""
        if len(text.split()) >= SHORTEST_TEXT:
            self.intake.passage(title, text.split("\n"), kind="document")
        elif text:
            self.intake.lose(
                "text",
                N_("Une consigne sans question n’est pas reprise : « %(said)s »"),
                N_("Recopiez-la dans les questions qu’elle annonce."),
                at=self.place(part.line),
                said=" ".join(text.split())[:80],
            )

    def _lose_once(self, code: str, text: str, hint: str, line: int) -> None:
        if code not in self.told:
            self.told.add(code)
            self.intake.lose(code, text, hint, at=self.place(line))

    def said(self, part: Part) -> Marked:
        """What an element says: Markdown, with the images that were sent beside the file."""
        indent = min(
            (len(one) - len(one.lstrip()) for one in part.lines[1:] if one.strip()), default=0
        )
        first, *rest = part.lines or [""]
        source = "\n".join([first.strip(), *(one[indent:] for one in rest)]).strip()
        return self.intake.html(to_html(source), self.place(part.line), self.intake.upload.beside)

    # One question.

    def finish(self) -> None:
        """Hand over the question that was being gathered."""
        asked, self.asked = self.asked, None
        if asked is None:
            return
        prompt = self.said(asked.part)
        found: list[Problem] = []
        kinds = {part.kind for part in asked.responses}
        if "upload" in kinds:
            self.intake.lose(
                "upload",
                N_("Une question qui demande un fichier n’est pas reprise : « %(said)s »"),
                at=self.place(asked.part.line),
                said=" ".join(prompt.text.split())[:80],
            )
            return
        if kinds & {"key", "choice"} and kinds <= {"key", "choice"}:
            kind, raw = self._choices(asked, found)
        elif kinds and kinds <= {"ticked", "unticked"}:
            kind, raw = "multiple_response", self._ticked(asked)
        elif kinds == {"typed"}:
            kind, raw = "short_answer", self._typed(asked)
        elif kinds == {"number"}:
            kind, raw = "numeric", self._numbers(asked, found)
        elif kinds == {"essay"}:
            kind, raw = "essay", self._essay(asked)
        else:
            kind, raw = self._mixed(asked, found)
        points = self._points(asked, found)
        self.intake.question(
            kind,
            self.place(asked.part.line),
            {"prompt": prompt.text, "prompt_html": prompt.html, "points": points, **raw},
            problems=found,
        )

    def _feedback(self, asked: _Asked) -> dict[str, str]:
        right, wrong = [*asked.general, *asked.right], [*asked.general, *asked.wrong]
        return {"right": " ".join(filter(None, right)), "wrong": " ".join(filter(None, wrong))}

    def _written(self, asked: _Asked) -> list[dict[str, Any]]:
        written = []
        for n, part in enumerate(asked.responses[:MOST_ANSWERS]):
            said = self.said(part)
            written.append(
                {
                    "text": " ".join(said.text.split()) or f"Image {n + 1}",
                    "html": said.html,
                    "feedback": " ".join(asked.comments.get(n, [])),
                    "key": part.kind in ("key", "ticked"),
                }
            )
        return written

    def _choices(self, asked: _Asked, found: list[Problem]) -> tuple[str, dict[str, Any]]:
        written = self._written(asked)
        keys = [n for n, choice in enumerate(written) if choice["key"]]
        verdicts = [_TRUTH.get(choice["text"].casefold()) for choice in written]
        if len(keys) == 1 and sorted(map(str, verdicts)) == ["false", "true"]:
            return "true_false", self._verdicts(asked, written, [str(one) for one in verdicts])
        if len(keys) > 1:
            found.append(
                self._problem(
                    "warning",
                    "several-keys",
                    N_("Plusieurs choix sont justes : lu comme un choix multiple."),
                    N_("Écrivez « [*] » et « [ ] » au lieu de « *a) » et « b) »."),
                    asked.responses[keys[1]],
                )
            )
        kind = "multiple_response" if len(keys) > 1 else "single_choice"
        return kind, {"choices": written, "feedback": self._feedback(asked)}

    def _verdicts(
        self, asked: _Asked, written: list[dict[str, Any]], verdicts: list[str]
    ) -> dict[str, Any]:
        general = self._feedback(asked)
        feedback = {
            verdict: " ".join(
                filter(None, [choice["feedback"], general["right" if choice["key"] else "wrong"]])
            )
            for verdict, choice in zip(verdicts, written, strict=True)
        }
        answer = next(v for v, choice in zip(verdicts, written, strict=True) if choice["key"])
        return {"answer": answer, "feedback": feedback}

    def _ticked(self, asked: _Asked) -> dict[str, Any]:
        return {"choices": self._written(asked), "feedback": self._feedback(asked)}

    def _typed(self, asked: _Asked) -> dict[str, Any]:
        answers = [
            {"text": " ".join(part.text.split()), "feedback": " ".join(asked.comments.get(n, []))}
            for n, part in enumerate(asked.responses[:MOST_ANSWERS])
        ]
        return {"answers": answers, "feedback": self._feedback(asked)}

    def _numbers(self, asked: _Asked, found: list[Problem]) -> dict[str, Any]:
        answers = []
        for part in asked.responses[:MOST_ANSWERS]:
            bounds = _number(part.text)
            if bounds is None:
                found.append(
                    self._problem(
                        "error",
                        "not-a-number",
                        N_("Une réponse numérique n’est pas un nombre."),
                        N_("Écrivez « = 5 », « = 3.14 +- 0.01 » ou « = [3.1, 3.2] »."),
                        part,
                    )
                )
            else:
                answers.append({"value": float(bounds[0]), "tolerance": float(bounds[1])})
        return {"answers": answers, "feedback": self._feedback(asked)}

    def _essay(self, asked: _Asked) -> dict[str, Any]:
        if asked.general or asked.right or asked.wrong or asked.comments:
            self.intake.lose(
                "essay-feedback",
                N_("Le commentaire d’une rédaction n’est pas repris."),
                at=self.place(asked.part.line),
            )
        return {}

    def _mixed(self, asked: _Asked, found: list[Problem]) -> tuple[str, dict[str, Any]]:
        """No response at all, or of several kinds: the question is shown to be mended."""
        if asked.responses:
            code, text = "mixed", N_("Cette question mêle plusieurs sortes de réponses.")
            hint = N_("Gardez-en une : « a) », « [ ] », « * », « = » ou « ____ ».")
        else:
            code, text = "no-response", N_("Cette question n’a pas de réponse.")
            hint = N_("Ajoutez des choix (« *a) »), une réponse (« * » ou « = ») ou « ____ ».")
        found.append(self._problem("error", code, text, hint, asked.part))
        if any(part.kind in CHOICES for part in asked.responses):
            return "single_choice", {"choices": self._written(asked)}
        return "essay", {}

    def _points(self, asked: _Asked, found: list[Problem]) -> float | None:
        if not asked.points:
            return None
        points = _decimal(asked.points) if re.fullmatch(_FIGURE, asked.points) else None
        if points is None or not 0 < points <= 100:  # noqa: PLR2004 (the most that a question may have)
            found.append(
                self._problem(
                    "warning",
                    "points",
                    N_("Le nombre de points n’est pas lisible : la question en vaut 1."),
                    N_("Écrivez par exemple « Points: 2 »."),
                    asked.part,
                )
            )
            return None
        return float(points)

    def _problem(self, severity: Any, code: str, text: str, hint: str, part: Part) -> Problem:
        return Problem(
            code=code,
            message=Message(text),
            severity=severity,
            hint=Message(hint),
            file=self.file,
            line=part.line,
            column=1,
            excerpt=" ".join(f"{part.marked} {part.text}".split())[:120],
        )


def _number(text: str) -> tuple[Decimal, Decimal] | None:
    """A value and its tolerance."""
    if between := _BETWEEN.fullmatch(text):
        least, most = _decimal(between["least"]), _decimal(between["most"])
        return (least + most) / 2, abs(most - least) / 2
    near = _NEAR.fullmatch(text)
    if near is None:
        return None
    value, margin = _decimal(near["value"]), _decimal(near["margin"] or "0")
    return value, abs(value * margin / 100 if near["percent"] else margin)


def _decimal(figures: str) -> Decimal:
    return Decimal(figures.replace("_", "").replace(",", "."))


_LOST: dict[str, tuple[str, str]] = {
    "title": (N_("Les titres des questions ne sont pas repris."), ""),
    "group": (
        N_("Un groupe de questions tirées au sort est repris en entier."),
        N_("Retirez du quiz celles que vous ne voulez pas."),
    ),
    "option": (
        N_("Les réglages du quiz ne sont pas repris."),
        N_("Ils se choisissent dans Relire."),
    ),
    "code": (
        N_("Un programme qui écrit des questions n’est pas exécuté."),
        N_("Lancez-le avec text2qti et importez le fichier QTI qu’il produit."),
    ),
}
