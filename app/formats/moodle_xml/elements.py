"""What a Moodle file is made of: elements with a text and files, answers; and what is lost."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from app.errors import N_, Problem
from app.formats.base import MediaOf, Place, loss
from app.questions.base import Question
from app.text.compare import Compare

__all__ = ["Writer", "cdata", "element", "plain"]

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IMAGE = re.compile(r'<img src="(media:[0-9a-f]{32})"')

_FRACTIONS = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667),
    *(14.28571, 12.5, 11.11111, 10, 5, 0),
)
"""What an answer may be worth, in %: by default Moodle refuses a file with anything else."""


def cdata(text: str) -> str:
    """Text for an element: as it stands, or in CDATA where it has to be."""
    text = _NOT_XML.sub("", text)
    if not re.search(r"[<&>]", text):
        return text
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, value: object) -> str:
    return f"<{name}>{cdata(str(value))}</{name}>"


def plain(text: str) -> str:
    """Plain text as HTML."""
    return escape(text, quote=False).replace("\n", "<br>")


def _percent(fraction: float) -> tuple[str, bool]:
    """A fraction as Moodle writes it, in %, and whether it is exactly that one."""
    wanted = abs(fraction) * 100
    nearest = min(_FRACTIONS, key=lambda known: abs(known - wanted))
    sign = "-" if fraction < 0 and nearest else ""
    return f"{sign}{nearest:g}", abs(nearest - wanted) < 0.05  # noqa: PLR2004 (33.3 is a third)


@dataclass
class Writer:
    """Writes elements, and gathers the losses of the question ``number`` and of the whole."""

    media_of: MediaOf
    losses: list[Problem] = field(default_factory=list)
    number: int = 0
    _told: set[str] = field(default_factory=set)

    # What Moodle cannot have

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """A loss of the question being written."""
        params = {"number": self.number, **params}
        self.losses.append(loss(code, text, hint, at=Place(), **params))

    def lose_once(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """A loss of the whole quiz."""
        if code not in self._told:
            self._told.add(code)
            self.losses.append(loss(code, text, hint, at=Place(), **params))

    # Elements

    def text(self, name: str, html: str, attributes: str = ' format="html"', more: str = "") -> str:
        """An element with a ``text``, and the images that it shows beside it."""
        files: list[str] = []

        def address(found: re.Match[str]) -> str:
            media = self.media_of(found[1])
            if media is None:
                self.lose(
                    "image",
                    N_("Question %(number)s : une image n’a pas été trouvée."),
                )
                return '<img src=""'
            encoded = base64.b64encode(media.data).decode()
            files.append(f'<file name="{media.file}" path="/" encoding="base64">{encoded}</file>')
            return f'<img src="@@PLUGINFILE@@/{media.file}"'

        shown = _IMAGE.sub(address, html)
        embedded = "".join(dict.fromkeys(files))
        return f"<{name}{attributes}><text>{cdata(shown)}</text>{embedded}{more}</{name}>"

    def combined(self, question: Question) -> Iterator[str]:
        """What is said of a right answer and of a wrong one, unless it is said of both."""
        right, wrong = question.feedback.right, question.feedback.wrong
        if right == wrong:
            right = wrong = ""
        for name, said in (("correct", right), ("partiallycorrect", wrong), ("incorrect", wrong)):
            yield self.text(f"{name}feedback", plain(said))

    def answer(
        self, fraction: float, html: str, feedback: str = "", more: str = "", how: str = "html"
    ) -> str:
        """An ``answer``, worth the nearest that Moodle knows."""
        percent, exactly = _percent(fraction)
        if not exactly:
            self.lose(
                "fraction",
                N_(
                    "Question %(number)s : une réponse vaut %(wanted)s %% ; Moodle mettra %(taken)s %%."
                ),
                wanted=f"{fraction * 100:.4g}",
                taken=percent,
            )
        said = self.text("feedback", plain(feedback))
        return self.text("answer", html, f' fraction="{percent}" format="{how}"', said + more)

    def typed(self, fraction: float, text: str, feedback: str = "", more: str = "") -> str:
        """An ``answer`` that is typed: its text is no HTML."""
        return self.answer(fraction, text, feedback, more, "moodle_auto_format")

    def spelling(self, compare: Compare) -> None:
        """What Moodle knows of typed answers: capitals count or not, and nothing else."""
        self.lose_once(
            "spelling",
            N_(
                "Moodle compare les réponses écrites lettre à lettre : il ne pardonne ni accent ni faute de frappe."
            ),
            N_("Ajoutez dans Moodle les variantes que vous acceptez."),
        )
        if compare.model_copy(update={"case": "ignore"}) != Compare():
            self.lose(
                "compare",
                N_(
                    "Question %(number)s : le réglage des accents, fautes ou articles n’est pas gardé."
                ),
            )
