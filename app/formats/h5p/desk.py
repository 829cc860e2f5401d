"""Where activities become questions: what every type of H5P needs while it is read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from app.errors import N_
from app.formats.base import Intake, Place
from app.formats.h5p.content import dig, string
from app.text.markup import Marked
from app.text.sentences import count_words

__all__ = ["LONGEST_LINE", "Reader", "Task", "library_of"]

MOST_HINTS = 3
LONGEST_LINE = 1_000
LEAST_PASSAGE = 25
"""Words from which a text is something to read, not an instruction."""

_HEADING = re.compile(r"<h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Task:
    """One H5P activity: its settings, where it stands, and its title."""

    params: Any
    at: Place
    title: str = ""


@dataclass
class Reader:
    """What all types share: where questions go, and the images of the package."""

    intake: Intake
    files: Callable[[str], bytes | None]
    texts: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Each text to mark that was added, with the quotes that say where it is."""

    def html(self, source: str, at: Place) -> Marked:
        """Read some HTML of the package."""
        return self.intake.html(source, at, self.files)

    def line(self, source: str, at: Place) -> str:
        """Read some HTML as one line of text."""
        return " ".join(self.html(source, at).text.split())

    def prompt(self, task: Task, source: str, otherwise: str = "") -> dict[str, Any]:
        """The prompt of a question, with the image above it."""
        marked = self.html(source, task.at)
        picture = self._picture(task)
        said = marked.html or escape(marked.text).replace("\n", "<br>")
        return {
            "prompt": marked.text or otherwise,
            "prompt_html": f"{picture}<br>{said or escape(otherwise)}" if picture else marked.html,
        }

    def _picture(self, task: Task) -> str:
        media = dig(task.params, "media", "type")
        media = media if isinstance(media, dict) else dig(task.params, "media")
        library = library_of(media)
        path = string(media, "params", "file", "path")
        if library == "H5P.Image" and path:
            alt = escape(string(media, "params", "alt"), quote=True)
            return self.html(f'<img src="{escape(path, quote=True)}" alt="{alt}">', task.at).html
        if library == "H5P.Video":
            self.html("<video>", task.at)
        elif library == "H5P.Audio":
            self.html("<audio>", task.at)
        return ""

    def choices(self, sources: Sequence[str], at: Place) -> list[dict[str, Any]]:
        """Choices with their texts; one that is only an image is named after it, or numbered."""
        read = []
        pictures = 0
        for source in sources:
            marked = self.html(source, at)
            pictures += bool(marked.html) and not marked.text
            text = marked.text or (f"Image {pictures}" if marked.html else "")
            read.append({"text": text, "html": marked.html})
        return read

    def passage(self, task: Task, source: str, title: str = "") -> bool:
        """Add a text to read, if it is long enough to be one."""
        text = self.html(_HEADING.sub("<p>## ", source), task.at).text
        if count_words(text) < LEAST_PASSAGE:
            return False
        self.intake.passage(title or task.title, text.split("\n"))
        return True

    def too_many(self, count: int, most: int, at: Place) -> bool:
        """Report an activity that is too large to be meant."""
        if count > most:
            self.intake.error(
                "too-large",
                N_("Cet exercice est trop grand : %(count)s éléments, %(most)s au plus."),
                N_("Partagez-le en plusieurs exercices."),
                at=at,
                count=count,
                most=most,
            )
        return count > most

    def hints(self, said: Sequence[str], at: Place) -> list[str]:
        """As many tips as a question can have."""
        told = [hint[:LONGEST_LINE] for hint in said if hint]
        if len(told) > MOST_HINTS:
            self.intake.lose(
                "lost-tips",
                N_("Trois indices au plus sont repris ; il y en a %(count)s."),
                at=at,
                count=len(told),
            )
        return told[:MOST_HINTS]


def library_of(content: Any) -> str:
    """The name of an activity's library, without its version; empty if it has none."""
    name = string(content, "library").split()
    return name[0] if name else ""
