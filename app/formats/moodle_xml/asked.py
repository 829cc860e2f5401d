"""One question of a Moodle file: its texts, numbers, files and comments, whatever its type."""

import base64
import binascii
import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from typing import Any, get_args
from urllib.parse import quote, unquote

from app.domain.quiz import LEVELS
from app.errors import N_, Message, Problem, Severity
from app.formats.base import LONGEST_EXCERPT, NONE_EARNS_ALL, Intake, Place, raise_to_all
from app.formats.moodle_cloze import read_decimal
from app.formats.moodle_xml import marks
from app.formats.xml import Element, children, first, inner, text_of
from app.questions.base import Skill
from app.text.content import SLUG
from app.text.markup import Marked, images_in, is_lone_tag
from app.text.passage import Reading

__all__ = ["Asked", "Bank", "join"]

SKILLS = frozenset(get_args(Skill))
MOST_HINTS = 3
LONGEST_HINT = 1_000
MOST_POINTS = 100
MOST_TOPICS = 20
LONGEST_ID = 80
USUAL_PENALTIES = (0, 0.1, 0.3333333, 1)
"""Moodle's own, from the old to the new; 1 is that of a true or false."""

_DATA = re.compile(r"data:image/[a-z.+-]{1,20};base64,", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_NUMBERED = re.compile(r"q\d+")
_USUAL_PROMPTS = {
    **dict.fromkeys(("matching", "match", "ddmatch"), "Associez chaque élément au sien."),
    "ordering": "Remettez dans l’ordre.",
}
"""What a question asks if its author wrote nothing, where its type says it all."""
_SAYS_NOTHING = frozenset(
    (
        "votre réponse est correcte|votre réponse est partiellement correcte"
        "|votre réponse est incorrecte|your answer is correct|your answer is partially correct"
        "|your answer is incorrect|die antwort ist richtig|die antwort ist teilweise richtig"
        "|die antwort ist falsch|respuesta correcta|respuesta parcialmente correcta"
        "|respuesta incorrecta|risposta corretta|risposta parzialmente esatta|risposta errata"
        "|sua resposta está correta|sua resposta está parcialmente correta"
        "|sua resposta está incorreta|je antwoord is correct"
        "|je antwoord is gedeeltelijk correct|je antwoord is onjuist"
    ).split("|")
)
"""What Moodle itself puts there: the verdict says it already."""


def join(*texts: str) -> str:
    """The texts below one another, each once, without those that are empty."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


class Bank:
    """What is known of the whole file while its questions are read."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.category = ""
        self.categories: set[str] = set()
        self.levels: set[str] = set()
        self.topics: dict[str, None] = {}
        self.ids: set[str] = set()
        self._told: set[str] = set()
        self._reading = Reading(())

    def lose_once(self, code: str, text: str, hint: str = "", *, at: Place) -> None:
        """Report a loss of the whole file where it is first met."""
        if code not in self._told:
            self._told.add(code)
            self.intake.lose(code, text, hint, at=at)

    @property
    def reading(self) -> Reading:
        """The texts met so far."""
        passages = self.intake.result.passages
        if len(passages) != len(self._reading.passages):
            self._reading = Reading(passages)
        return self._reading


@dataclass
class Asked:
    """A question being read. ``problems`` are its own; ``figures`` are images to show with it."""

    element: Element
    at: Place
    bank: Bank
    problems: list[Problem] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    @property
    def type(self) -> str:
        """Moodle's name of its type."""
        return (self.element.get("type") or "").strip().lower()

    @property
    def name(self) -> str:
        """How its author calls it in the question bank."""
        return " ".join(text_of(first(self.element, "name")).split())

    def each(self, *names: str) -> Iterator[Element]:
        """Its own children of these names."""
        return children(self.element, *names)

    def value(self, *path: str) -> str:
        """A short value as text."""
        return text_of(first(self.element, *path))

    def number(self, *path: str) -> float | None:
        """A number, None if there is none."""
        return read_decimal(self.value(*path))

    def yes(self, name: str, *, default: bool) -> bool:
        """Whether a setting is on."""
        found = first(self.element, name)
        return default if found is None else text_of(found).lower() not in ("false", "0", "")

    # What is wrong, or lost

    def problem(
        self,
        code: str,
        text: str,
        hint: str,
        *,
        severity: Severity = "error",
        excerpt: str = "",
        **params: object,
    ) -> None:
        """Something wrong with this question."""
        self.problems.append(
            Problem(
                code=code,
                severity=severity,
                message=Message(text, params),
                hint=Message(hint, params) if hint else None,
                file=self.at.file,
                line=self.at.line,
                column=self.at.column,
                excerpt=" ".join((excerpt or self.name).split())[:LONGEST_EXCERPT],
            )
        )

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Something of this question that cannot be carried."""
        self.bank.intake.lose(code, text, hint, at=self.at, **params)

    def lose_once(self, code: str, text: str, hint: str = "") -> None:
        """Something that is lost for each question, told for the first."""
        self.bank.lose_once(code, text, hint, at=self.at)

    def raise_to_all(self, answers: Sequence[MutableMapping[str, Any]], name: str) -> None:
        """Make the best answer worth all, and say so where it was not."""
        if raise_to_all(answers, name):
            self.problem("none-earns-all", *NONE_EARNS_ALL, severity="warning")

    # Texts

    def source(self, element: Element | None) -> str:
        """The HTML of an element that has a ``text``, whatever its format was."""
        if element is None:
            return ""
        text = first(element, "text")
        holder = element if text is None else text  # very old files have none
        raw = inner(text) if text is not None and len(text) else holder.text or ""
        written = element.get("format") or self._format
        if written == "plain_text":
            return escape(raw.strip(), quote=False).replace("\n", "<br>")
        if written in ("moodle_auto_format", "markdown", "wiki_like"):
            return raw.strip().replace("\n", "<br>\n")
        return raw

    @cached_property
    def _format(self) -> str:
        text = first(self.element, "questiontext")
        return "html" if text is None else text.get("format") or "html"

    def html(self, source: str) -> Marked:
        """Read HTML of this question, with its images."""
        return self.bank.intake.html(source, self.at, self._file)

    def marked(self, element: Element | None) -> Marked:
        """What an element with a ``text`` says."""
        return self.html(self.source(element))

    def said(self, element: Element | None) -> str:
        """What an element says where only text can be shown: a comment, an indication."""
        return self.plain(self.source(element))

    def plain(self, source: str) -> str:
        """The text of HTML; its images are lost."""
        without, images = _IMAGE.subn("", source)
        if images:
            self.lose_once(
                "comment-image",
                N_("Les images des commentaires, des indices et des textes ne sont pas reprises."),
                N_("Mettez-les dans l’énoncé de la question."),
            )
        return self.html(without).text

    def literal(self, element: Element) -> str:
        """The text of an element that holds no HTML: an answer to type."""
        text = first(element, "text")
        return (element.text or "" if text is None else text_of(text)).strip()

    def line(self, source: str) -> str:
        """HTML where only plain text can stand: an image gets a name and moves to the prompt."""
        if is_lone_tag(source):
            return source.strip()
        marked = self.html(source)
        images = images_in(marked.html)
        if not images:
            return marked.text
        name = _without_brackets(marked.text) or f"Image {len(self.figures) + 1}"
        self.figures.append(f'{escape(name)} : <img src="{images[0]}" alt="{escape(name)}">')
        return name

    def option(self, source: str, rank: int) -> dict[str, Any]:
        """HTML of a choice: its text, and its HTML where that says more."""
        if is_lone_tag(source):
            return {"text": source.strip(), "html": ""}
        marked = self.html(source)
        text = marked.text
        if images_in(marked.html):
            text = _without_brackets(text) or f"Image {rank}"
        elif not text and marked.lost:
            text = f"Image {rank}"
        return {"text": text, "html": marked.html}

    def _file(self, address: str) -> bytes | None:
        """The content of an image: a file of this question, or written in its own address."""
        if found := _DATA.match(address):
            return _decoded(address[found.end() :])
        _, inside, name = address.partition("@@PLUGINFILE@@/")
        file = self._files.get(unquote(name.partition("?")[0])) if inside else None
        return None if file is None else _decoded(file.text or "")

    @cached_property
    def _files(self) -> dict[str, Element]:
        files: dict[str, Element] = {}
        for file in self.element.iter("file"):
            folder = (file.get("path") or "").strip("/")
            name = "/".join(part for part in (folder, file.get("name") or "") if part)
            files[name] = file
        if (old := first(self.element, "image_base64")) is not None:
            files[self.value("image")] = old
        return files

    # What every type has

    def question_source(self) -> str:
        """The HTML of the question, with the image that had a field of its own before Moodle 2."""
        source = self.source(first(self.element, "questiontext"))
        old = self.value("image")
        return f'{source}<br><img src="@@PLUGINFILE@@/{quote(old)}">' if old else source

    def common(self) -> dict[str, Any]:
        """Prompt, points, hints, skill and id, as the rooms read them."""
        marked = self.html(self.question_source())
        return {**self.prompt(marked.text, marked.html), **self.settings()}

    def prompt(self, text: str, html: str = "") -> dict[str, Any]:
        """The prompt, with the images that found no other place; the name if it is empty."""
        if not text and not html and self.name:
            self.problem(
                "no-text",
                N_("La question n’a pas de texte : son nom a été pris à la place."),
                N_("Écrivez la question elle-même dans « Texte de la question »."),
                severity="warning",
            )
            text = self.name
        text = text or ("" if html else _USUAL_PROMPTS.get(self.type, ""))
        if self.figures:
            html = "<br>".join([html or escape(text).replace("\n", "<br>"), *self.figures])
        if "$$" in text or "\\(" in text:
            self.lose_once(
                "lost-formula",
                N_("Les formules (LaTeX) ne sont pas mises en forme."),
                N_("Écrivez-les en toutes lettres, ou en image."),
            )
        return {"prompt": text or (html and "Regardez l’image."), "prompt_html": html}

    def settings(self) -> dict[str, Any]:
        """Points, hints, skill and id; what else Moodle says of a question is lost."""
        raw: dict[str, Any] = {"points": self._points(), "hints": self._hints(), **self._tags()}
        own = self.value("idnumber")
        if own not in self.bank.ids and _may_be_id(own):
            self.bank.ids.add(own)
            raw["id"] = own
        penalty = self.number("penalty") or 0
        if all(abs(penalty - usual) > 0.005 for usual in USUAL_PENALTIES):  # noqa: PLR2004 (rounded in old files)
            self.lose_once(
                "penalty",
                N_("Les pénalités par essai ne sont pas reprises."),
                N_("À l’entraînement, un second essai vaut toujours une partie des points."),
            )
        if self.yes("hidden", default=False):
            self.lose_once(
                "hidden",
                N_(
                    "Des questions sont cachées dans Moodle : elles sont reprises comme les autres."
                ),
                N_("Retirez dans l’aperçu celles dont vous ne voulez pas."),
            )
        return raw

    def _points(self) -> float:
        points = self.number("defaultgrade")
        if points is None:
            return 1
        if not 0 < points <= MOST_POINTS:
            self.problem(
                "points",
                N_("La question vaut %(points)s points : %(taken)s a été pris."),
                N_("Relire compte de 0 à 100 points par question, sans le zéro."),
                severity="warning",
                points=f"{points:g}",
                taken=1 if points <= 0 else MOST_POINTS,
            )
            return 1 if points <= 0 else MOST_POINTS
        return points

    def _hints(self) -> list[str]:
        written = [(first(hint, "hintcontent"), hint) for hint in self.each("hint")]
        said = [self.said(hint if old is None else old) for old, hint in written]
        hints = [hint for hint in said if hint]
        if len(hints) > MOST_HINTS:
            self.lose(
                "hints",
                N_("La question a %(count)s indices : les trois premiers sont repris."),
                count=len(hints),
            )
        if any(len(hint) > LONGEST_HINT for hint in hints):
            self.lose(
                "hint-length",
                N_("Un indice est trop long : ses %(most)s premiers caractères sont repris."),
                most=LONGEST_HINT,
            )
        return [hint[:LONGEST_HINT] for hint in hints[:MOST_HINTS]]

    def _tags(self) -> dict[str, Any]:
        """The skill if a tag names one; a level is kept for the file, the rest are topics."""
        raw: dict[str, Any] = {}
        for tag in (text_of(tag) for tags in self.each("tags") for tag in children(tags, "tag")):
            if "skill" not in raw and tag.casefold() in SKILLS:
                raw["skill"] = tag.casefold()
            elif tag.upper() in LEVELS:
                self.bank.levels.add(tag.upper())
            elif tag and len(self.bank.topics) < MOST_TOPICS:
                self.bank.topics[tag[:200]] = None
        return raw

    # Comments

    def comments(self) -> tuple[str, str]:
        """What is said of a right answer, and of any other."""
        right, partly, wrong = (
            self._comment(name)
            for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        )
        if partly and partly != wrong:
            self.lose_once(
                "partial-feedback",
                N_("Le commentaire d’une réponse partiellement juste n’est pas repris."),
                N_("Celui d’une réponse fausse sert pour les deux."),
            )
        general = self.general()
        return join(right, general), join(wrong, general)

    def _comment(self, name: str) -> str:
        text = self.said(first(self.element, name))
        plain = text.casefold().rstrip(" .!").removeprefix("a ")
        return "" if plain in _SAYS_NOTHING else text

    def general(self) -> str:
        """What is said of every answer, without the proof."""
        return self.plain(self._proved[0])

    def evidence(self) -> dict[str, Any]:
        """The proof that Relire wrote into the comment, if the text that it quotes is there."""
        return {"evidence": self._proved[1]} if self._proved[1] else {}

    @cached_property
    def _proved(self) -> tuple[str, dict[str, Any]]:
        source = self.source(first(self.element, "generalfeedback"))
        quotes, any_of_them = marks.quotes_in(source)
        found = [unescape(one) for one in quotes]
        if not found or not all(map(self.bank.reading.locate, found)):
            return source, {}
        evidence = {"quotes": found, "need": "any" if any_of_them else "all"}
        return marks.without_proof(source), evidence


def _may_be_id(own: str) -> bool:
    """Whether a number of Moodle's can name a question here, without looking like ours."""
    return len(own) <= LONGEST_ID and bool(SLUG.fullmatch(own)) and not _NUMBERED.fullmatch(own)


def _without_brackets(text: str) -> str:
    """The text of an image's choice; alone, its description needs no brackets."""
    inside = text[1:-1]
    return inside if text[:1] == "[" and text[-1:] == "]" and "[" not in inside else text


def _decoded(source: str) -> bytes | None:
    try:
        return base64.b64decode(source.strip())
    except (binascii.Error, ValueError):
        return None
