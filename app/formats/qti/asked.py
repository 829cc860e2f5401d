"""What every interaction needs while it becomes a question: its item, and the question to be."""

from dataclasses import dataclass, field
from typing import Any

from app.errors import N_, Message, Problem
from app.formats.base import Beside, Intake, Place, nothing_beside
from app.formats.qti.names import Renderer
from app.formats.qti.scoring import Response, Scoring
from app.formats.xml import Element
from app.text.markup import Marked

__all__ = ["Asked", "Item", "lose_general_feedback", "no_key", "with_feedback"]


@dataclass
class Item:
    """An item being read: where it stands, how it is marked, and what gives its files."""

    intake: Intake
    at: Place
    responses: dict[str, Response]
    scoring: Scoring
    feedback: dict[str, str] = field(default_factory=dict)
    """Identifier → what is said; identifiers may be those of choices."""
    right: str = ""
    wrong: str = ""
    renderer: Renderer = field(default_factory=Renderer)
    files: Beside = nothing_beside
    told: set[str] = field(default_factory=set)
    """The codes of the losses reported so far."""

    def marked(self, html: str) -> Marked:
        """HTML of the item, read."""
        return self.intake.html(html, self.at, self.files)

    def shown(self, element: Element | None) -> Marked:
        """What an element of the item shows."""
        return self.marked(self.renderer.inner(element))

    def response(self, interaction: Element) -> Response:
        """The declaration of an interaction's response; an empty one if there is none."""
        name = interaction.get("responseidentifier", "")
        found = self.responses.get(name)
        if found is None and len(self.responses) == 1:
            found = next(iter(self.responses.values()))
        response = found or Response(name)
        known = self.scoring.worth.get(response.identifier, {})
        if known and not response.mapping and set(response.correct) <= known.keys():
            response.mapping = dict(known)
        elif set(known) - set(response.correct) - set(response.mapping):
            self.scoring.custom = True
        return response

    def mapping(self, response: Response) -> dict[str, float]:
        """What each value is worth; empty if the item is marked all or nothing."""
        exact = self.scoring.template.removeprefix("cc2_").startswith("match")
        if response.best <= 0 or (exact and response.correct):
            return {}
        return response.mapping

    def lose_penalties(self, response: Response) -> None:
        """Report that wrong answers cost points, where here they cost none."""
        if response.punishes and self.mapping(response):
            self.lose(
                "penalties",
                N_(
                    "Une mauvaise réponse retire des points dans le fichier ; ici, elle n’en ôte pas."
                ),
            )

    def lose(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report a loss at the item."""
        self.told.add(code)
        self.intake.lose(code, text, hint, at=self.at, **params)

    def warn(self, code: str, text: str, hint: str = "", **params: object) -> None:
        """Report something guessed about the item."""
        self.intake.warn(code, text, hint, at=self.at, excerpt="", **params)


@dataclass(frozen=True)
class Asked:
    """A question to be: its type, the keys of its room, and what the reader found wrong.

    ``more`` is HTML for the prompt beyond the text of the item.
    """

    kind: str
    raw: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    more: str = ""


def no_key(text: str, hint: str) -> Problem:
    return Problem(code="no-key", message=Message(text), hint=Message(hint))


def with_feedback(item: Item, kind: str, raw: dict[str, Any]) -> Asked:
    return Asked(kind, {**raw, "feedback": {"right": item.right, "wrong": item.wrong}})


def lose_general_feedback(item: Item) -> None:
    if item.right or item.wrong:
        item.lose(
            "general-feedback",
            N_("Le commentaire général n’est pas repris : « %(said)s »."),
            N_("Donnez un commentaire à chaque choix, dans l’aperçu."),
            said=(item.right or item.wrong)[:80],
        )
