"""What an item lets one read: shared texts, texts of its own, what stands before its question."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import N_
from app.formats.base import Intake, Place
from app.formats.qti.asked import Item
from app.formats.qti.names import Block, Piece, Renderer, Text, all_named, child, folded, kin
from app.formats.xml import Element
from app.text.markup import read_html
from app.text.sentences import count_words

__all__ = ["Shelf", "is_long", "read_inner_texts", "read_stimuli", "read_stimulus", "with_passage"]

PASSAGE_WORDS = 40
"""From so many words on, what stands before a question is a text to read."""

DONE = "stimulusref"
"""What an element becomes whose text has been read: nothing is left to show there."""

_HEADING = re.compile(r"<h[1-6]>(?=[^<])")
_TAG = re.compile(r"<[^<>]*>")


def is_long(html: str) -> bool:
    """Whether some HTML is a text to read rather than words around a question."""
    return count_words(_TAG.sub(" ", html)) >= PASSAGE_WORDS


@dataclass
class Shelf:
    """The texts met so far, so that items which share one share it here too."""

    intake: Intake
    seen: set[object] = field(default_factory=set)

    def add(self, title: str, html: str, at: Place) -> bool:
        """Add the text of some HTML once; whether there was any."""
        marked = read_html(_HEADING.sub(lambda tag: f"{tag[0]}## ", html))
        paragraphs = tuple(line for line in marked.text.split("\n") if line.strip(" •|"))
        if not paragraphs:
            return False
        if paragraphs in self.seen:
            return True
        self.seen.add(paragraphs)
        headings = [line for line in paragraphs if line.startswith("## ")]
        named = title or (headings[0][3:] if headings else "")
        if not self.intake.passage(named, paragraphs):
            return False
        if "<img" in html:
            self.intake.lose(
                "text-image",
                N_("Une image dans un texte à lire n’a pas pu être reprise."),
                N_("Ajoutez-la à une question, dans l’aperçu."),
                at=at,
            )
        return True


def read_stimulus(root: Element, shelf: Shelf, at: Place) -> bool:
    """Add a shared text, of any of the forms it has; whether there was any."""
    body = child(root, "stimulusbody")
    if body is None:
        body = child(root, "body") if root.tag == "html" else root
    html = Renderer().inner(body)
    return shelf.add(root.get("title", "") or folded(child(root, "head", "title")), html, at)


def read_stimuli(root: Element, body: Element, item: Item, stimulus: Callable[[str], bool]) -> None:
    """The shared texts that the item names: beside its body, or as objects in it."""
    named = [one.get("href", "") for one in kin(root, "assessmentstimulusref")]
    for one in [*all_named(body, "object", "include")]:
        address = one.get("data") or one.get("href") or ""
        text = "html" in one.get("type", "") or one.tag == "include"
        if address and text and stimulus(address):
            one.tag = DONE
        elif one.tag == "include":
            _tell_missing(item, address)
    for address in named:
        if not stimulus(address):
            _tell_missing(item, address)


def _tell_missing(item: Item, address: str) -> None:
    item.warn(
        "no-stimulus",
        N_("Le texte à lire « %(name)s » n’est pas dans le fichier."),
        N_("Exportez-le avec les exercices."),
        name=address[:80],
    )


def read_inner_texts(body: Element, item: Item, shelf: Shelf) -> None:
    """The texts to read that an item holds and marks as such, by their class."""
    for one in [*all_named(body, "div", "section", "article")]:
        marked = "stimulus" in one.get("class", "").split()
        if not marked or any(str(inner.tag).endswith("interaction") for inner in one.iter()):
            continue
        title = one[0] if len(one) and one[0].tag in ("h1", "h2") else None
        rest = [inner for inner in one if inner is not title]
        html = "".join(item.renderer.outer(inner) for inner in rest)
        if shelf.add(folded(title), html, item.at):
            one.tag = DONE


def with_passage(found: list[Piece], item: Item, shelf: Shelf, title: str) -> list[Piece]:
    """The pieces without the long text before the first question, which becomes a passage."""
    end = next((n for n, one in enumerate(found) if not isinstance(one, Text)), 0)
    before = [one for one in found[:end] if isinstance(one, Text)]
    after = found[end] if end else None
    own = isinstance(after, Block) and folded(child(after.element, "prompt"))
    kept = [one for one in before if one.lead]
    texts = [one for one in before if not one.lead]
    if not own and not kept and texts:
        kept = texts[-1:]
        texts = texts[:-1]
    html = "".join(one.html for one in texts)
    if not is_long(html) or "<img" in html:
        return found
    if not shelf.add("" if "<h" in html else title, html, item.at):
        return found
    return [*kept, *found[end:]]
