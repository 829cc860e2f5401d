"""One assessment item → questions: what is a text to read, what is asked, and what is left out."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from app.errors import N_
from app.formats.base import Beside, Intake, Place
from app.formats.qti.asked import Asked, Item
from app.formats.qti.asking import ASK, UNSUPPORTED
from app.formats.qti.gaps import ask_gaps, ask_one_gap
from app.formats.qti.names import (
    GAP,
    Block,
    Inline,
    Piece,
    Renderer,
    Text,
    all_named,
    child,
    folded,
    in_sentence,
    kin,
    pieces,
)
from app.formats.qti.scoring import declared, points_of, scoring_of
from app.formats.xml import Element
from app.text.markup import read_html
from app.text.sentences import count_words

__all__ = ["Shelf", "read_item", "read_stimulus"]

PASSAGE_WORDS = 40
"""From so many words on, what stands before a question is a text to read."""

DONE = "stimulusref"
"""What an element becomes whose text has been read: nothing is left to show there."""

DEFAULT_PROMPT = "Complétez le texte."
"""What is asked where a text with gaps comes alone (in the language of the quiz)."""

MOST_HINTS, LONGEST_HINT = 3, 1_000

NO_PROMPT = "Répondez à la question."
"""What is asked where nothing at all is (in the language of the quiz)."""

LONGEST_UNIT = 20
"""Characters of a unit after a number; more is a sentence."""

_HEADING = re.compile(r"<h[1-6]>(?=[^<])")
_LINE_END = re.compile(r"</?(?:br|p|div|li|td|th|tr|blockquote)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]")


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


def read_item(
    root: Element,
    shelf: Shelf,
    at: Place,
    files: Beside,
    category: str,
    stimulus: Callable[[str], bool],
) -> None:
    """Give the questions of an item to the intake, and what it lets one read to the shelf.

    ``stimulus`` adds the shared text of an address; whether it is there.
    """
    intake = shelf.intake
    item = Item(intake, at, declared(root), scoring_of(root), files=files)
    _read_feedback(root, item)
    _tell_losses(root, item)
    body = child(root, "itembody")
    if body is None or _is_drawn_by_lot(root, body, item):
        if body is None:
            intake.warn(
                "no-body",
                N_("Un exercice est vide."),
                N_("Vérifiez-le dans le programme qui l’a exporté."),
                at=at,
            )
        return
    _read_stimuli(root, body, item, stimulus)
    _read_inner_texts(body, item, shelf)
    found = _with_passage(pieces(body, item.renderer), item, shelf, root.get("title", ""))
    asked = list(_ask_all(found, item))
    if not asked:
        _tell_no_question(found, item, shelf, root.get("title", ""))
        return
    points = points_of(root)
    title = " ".join(root.get("title", "").split())
    for prompt, one in asked:
        raw = {**one.raw, **_prompt(prompt + one.more, title, one, item)}
        if hints := _hints(body, item):
            raw["hints"] = hints
        if points is not None:
            raw["points"] = max(0.01, round(points / len(asked), 4))
        intake.question(one.kind, at, raw, category=category, problems=one.problems)
    if len(asked) > 1 and "split-table" not in item.told:
        item.lose(
            "split",
            N_("Un exercice à plusieurs parties devient %(count)s questions."),
            N_("Elles se suivent ; vérifiez leurs consignes dans l’aperçu."),
            count=len(asked),
        )
    if item.scoring.custom:
        item.warn(
            "custom-scoring",
            N_(
                "La notation programmée de l’exercice est laissée : les réponses déclarées comptent."
            ),
            N_("Vérifiez la bonne réponse et les points dans l’aperçu."),
        )


def _hints(body: Element, item: Item) -> list[str]:
    """What a learner may ask to see before answering."""
    told = [" ".join(item.shown(one).text.split()) for one in all_named(body, "infocontrol")]
    if len(told) > MOST_HINTS:
        item.lose(
            "lost-tips",
            N_("Trois indices au plus sont repris ; il y en a %(count)s."),
            count=len(told),
        )
    return [one[:LONGEST_HINT] for one in told if one][:MOST_HINTS]


def _read_feedback(root: Element, item: Item) -> None:
    for one in all_named(root, "modalfeedback", "feedbackblock"):
        if any(str(inner.tag).endswith("interaction") for inner in one.iter()):
            continue  # a step of an adaptive item, which is asked
        name, said = one.get("identifier", ""), item.shown(one).text
        role = item.scoring.roles.get(name, _role(name))
        if one.get("showhide", "show") == "hide":  # shown unless that is the case
            opposite = {"right": "wrong", "wrong": "right"}
            role = "wrong" if role in _typed(item) else opposite.get(role, name)
        if not said or "solution" in one.get("outcomeidentifier", "").lower():
            continue
        if role in ("right", "wrong"):
            setattr(item, role, " ".join(filter(None, (getattr(item, role), said))))
        else:
            item.feedback[role] = said
    for one in all_named(root, "rationale"):
        item.feedback.setdefault(one.get("identifier", ""), item.shown(one).text)
    choices = {one.get("identifier") for one in all_named(root, "simplechoice", "hottext")}
    values = {value for response in item.responses.values() for value in response.mapping}
    if lost := item.feedback.keys() - choices - values - _typed(item):
        item.lose(
            "feedback",
            N_("Commentaires dont la condition n’est pas reprise : %(count)s."),
            count=len(lost),
        )


def _typed(item: Item) -> set[str]:
    return {value for response in item.responses.values() for value in response.correct}


def _role(name: str) -> str:
    """What the name of a feedback says of it, where nothing else does; else the name itself."""
    low = name.lower()
    if any(word in low for word in ("incorrect", "wrong", "faux", "notok")):
        return "wrong"
    return "right" if any(word in low for word in ("correct", "right", "juste")) else name


def _tell_losses(root: Element, item: Item) -> None:
    if any(
        "candidate" not in one.get("view", "candidate") for one in all_named(root, "rubricblock")
    ):
        item.lose("rubric", N_("Les consignes pour le correcteur ne sont pas reprises."))
    if next(all_named(root, "endattemptinteraction"), None) is not None:
        item.lose("hint", N_("Un bouton d’aide ou de fin n’est pas repris."))
    if root.get("adaptive", "") == "true":
        item.lose("adaptive", N_("L’exercice s’adaptait aux essais : il est posé une fois."))


def _is_drawn_by_lot(root: Element, body: Element, item: Item) -> bool:
    """Whether the item makes its own values, so that nothing in it can be known beforehand."""
    printed = next(all_named(body, "printedvariable", "templateinline", "templateblock"), None)
    if printed is not None or next(all_named(root, "setcorrectresponse"), None) is not None:
        item.lose(
            "template",
            N_("Un exercice aux valeurs tirées au sort n’est pas repris : « %(title)s »."),
            N_("Exportez-le avec des valeurs fixes."),
            title=root.get("title", "")[:80],
        )
        return True
    if child(root, "templateprocessing") is not None:
        item.lose("template", N_("Le tirage au sort d’un exercice n’est pas repris."))
    return False


def _read_stimuli(
    root: Element, body: Element, item: Item, stimulus: Callable[[str], bool]
) -> None:
    """The shared texts that the item names: beside its body, or as objects in it."""
    named = [one.get("href", "") for one in kin(root, "assessmentstimulusref")]
    for one in [*all_named(body, "object", "include")]:
        address = one.get("data") or one.get("href") or ""
        text = "html" in one.get("type", "") or one.tag == "include"
        if address and text and stimulus(address):
            one.tag = DONE
    for address in named:
        if not stimulus(address):
            item.warn(
                "no-stimulus",
                N_("Le texte à lire « %(name)s » n’est pas dans le fichier."),
                N_("Exportez-le avec les exercices."),
                name=address[:80],
            )


def _read_inner_texts(body: Element, item: Item, shelf: Shelf) -> None:
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


def _with_passage(found: list[Piece], item: Item, shelf: Shelf, title: str) -> list[Piece]:
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
    if count_words(_TAG.sub(" ", html)) < PASSAGE_WORDS or "<img" in html:
        return found
    if not shelf.add("" if "<h" in html else title, html, item.at):
        return found
    return [*kept, *found[end:]]


def _ask_all(found: list[Piece], item: Item) -> Iterator[tuple[str, Asked]]:
    """Each question with the HTML that comes before it; runs of gaps are one text."""
    alone = sum(not isinstance(one, Text) for one in found) == 1
    before: list[str] = []
    runs = [list(run) for _, run in groupby(found, key=lambda one: isinstance(one, Block))]
    for n, run in enumerate(runs):
        if isinstance(run[0], Block):
            for block in run:
                if isinstance(block, Block):
                    after = _texts(runs[n + 1]) if alone and n + 1 < len(runs) else ""
                    yield from _ask_block(block.element, "".join(before), after, item)
                    before = []
        elif any(isinstance(one, Inline) for one in run):
            yield _ask_run(run, "".join(before), item, last=n == len(runs) - 1)
            before = []
        else:
            before.append(_texts(run))


def _texts(run: Iterable[Piece]) -> str:
    return "".join(one.html for one in run if isinstance(one, Text))


def _ask_block(
    element: Element, before: str, after: str, item: Item
) -> Iterator[tuple[str, Asked]]:
    prompt = item.renderer.inner(child(element, "prompt"))
    ask = ASK.get(str(element.tag))
    if ask is None:
        what = UNSUPPORTED.get(str(element.tag), N_("une forme d’exercice inconnue"))
        item.lose(
            "unsupported",
            N_("Une question n’est pas reprise : %(what)s."),
            N_("Posez-la autrement, par exemple avec un choix."),
            what=what,
        )
        return
    for asked in ask(item, element):
        yield f"{before}<p>{prompt}</p>{after}", asked


def _ask_run(run: list[Piece], before: str, item: Item, *, last: bool) -> tuple[str, Asked]:
    """A run of texts of which some have gaps: a short answer, or a text with gaps."""
    inline = [n for n, one in enumerate(run) if isinstance(one, Inline)]
    first, end = inline[0], len(run) if last else inline[-1] + 1
    numbers = [gap for one in run if isinstance(one, Inline) for gap in one.gaps]
    gaps = [item.renderer.gaps[number - 1] for number in numbers]
    if len(gaps) == 1 and (asked := ask_one_gap(item, gaps[0])):
        alone = _alone(run, first, asked, before)
        if alone is not None:
            prompt, one = alone
            return before + prompt, one
    lead, body = run[:first], run[first:end]
    html = "".join(map(_html, body))
    named = zip(map(str, numbers), gaps, strict=True)
    return before + _texts(lead), ask_gaps(item, html, named)


def _alone(run: list[Piece], first: int, asked: Asked, before: str) -> tuple[str, Asked] | None:
    """The only gap as an answer to what stands around it; None if it is a gap in a sentence."""
    sides = GAP.split(_html(run[first]))
    ahead = _TAG.sub("", _LINE_END.split(sides[0])[-1]).strip()
    after = _TAG.sub("", _LINE_END.split(sides[-1])[0]).strip()
    others = "".join(_html(one) for n, one in enumerate(run) if n != first)
    if asked.kind == "numeric":
        unit = after.strip(" .?!;")
        if not ahead and unit and len(unit) <= LONGEST_UNIT and not _TAG.sub("", sides[0]).strip():
            return others, replace(asked, raw={**asked.raw, "unit": unit})
        html = "".join(_html(one) for one in run)
        return GAP.sub("___" if _WORD.search(after) else "", html), asked
    if in_sentence(_TAG.sub("", before + _texts(run[:first])), ahead, after):
        return None
    return GAP.sub("", "".join(_html(one) for one in run)), asked


def _html(piece: Piece) -> str:
    return "" if isinstance(piece, Block) else piece.html


def _prompt(html: str, title: str, asked: Asked, item: Item) -> dict[str, Any]:
    """The prompt of a question, from what stands before it; else its item's title."""
    marked = item.marked(html)
    if marked.text or marked.html:
        return {"prompt": marked.text or title or "Image", "prompt_html": marked.html}
    if asked.kind == "cloze":
        return {"prompt": DEFAULT_PROMPT}
    if title:
        item.warn(
            "title-as-prompt",
            N_("La question n’a pas d’énoncé : son titre en tient lieu."),
            N_("Écrivez l’énoncé dans l’aperçu."),
        )
        return {"prompt": title}
    item.warn(
        "no-prompt",
        N_("La question n’a ni énoncé ni titre."),
        N_("Écrivez l’énoncé dans l’aperçu."),
    )
    return {"prompt": NO_PROMPT}


def _tell_no_question(found: list[Piece], item: Item, shelf: Shelf, title: str) -> None:
    html = "".join(one.html for one in found if isinstance(one, Text))
    if any(isinstance(one, Block) for one in found):
        return  # its loss is told
    if count_words(_TAG.sub(" ", html)) >= PASSAGE_WORDS and shelf.add(title, html, item.at):
        return
    item.lose(
        "no-question",
        N_("Une page sans question n’est pas reprise : « %(title)s »."),
        title=title[:80],
    )
