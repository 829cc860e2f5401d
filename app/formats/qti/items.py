"""One assessment item → questions: what is a text to read, what is asked, and what is left out."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from app.errors import N_
from app.formats.base import Beside, Place
from app.formats.qti.asked import Asked, Item
from app.formats.qti.asking import ASK, UNSUPPORTED
from app.formats.qti.gaps import ask_gaps, ask_one_gap
from app.formats.qti.names import (
    GAP,
    Block,
    Inline,
    Piece,
    Text,
    all_named,
    child,
    in_sentence,
    pieces,
)
from app.formats.qti.said import hints_of, read_feedback, tell_losses
from app.formats.qti.scoring import declared, points_of, scoring_of
from app.formats.qti.texts import Shelf, is_long, read_inner_texts, read_stimuli, with_passage
from app.formats.xml import Element

__all__ = ["read_item"]

DEFAULT_PROMPT = "Complétez le texte."
"""What is asked where a text with gaps comes alone (in the language of the quiz)."""

MOST_OPTIONS = 1_000
"""Beyond these no program meant it: to compare them all would be slow."""
_OPTIONS = ("simplechoice", "simpleassociablechoice", "hottext", "gaptext", "gapimg", "gap")

NO_PROMPT = "Répondez à la question."
"""What is asked where nothing at all is (in the language of the quiz)."""

LONGEST_UNIT = 20
"""Characters of a unit after a number; more is a sentence."""

_LINE_END = re.compile(r"</?(?:br|p|div|li|td|th|tr|blockquote)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]")


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
    read_feedback(root, item)
    tell_losses(root, item)
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
    read_stimuli(root, body, item, stimulus)
    read_inner_texts(body, item, shelf)
    found = with_passage(pieces(body, item.renderer), item, shelf, root.get("title", ""))
    asked = list(_ask_all(found, item))
    if not asked:
        _tell_no_question(found, item, shelf, root.get("title", ""))
        return
    points = points_of(root)
    title = " ".join(root.get("title", "").split())
    for prompt, one in asked:
        raw = {**one.raw, **_prompt(prompt + one.more, title, one, item)}
        if hints := hints_of(body, item):
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
        elif sum(len(one.gaps) for one in run if isinstance(one, Inline)) > MOST_OPTIONS:
            _tell_too_large(item, _texts(run))
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
    if _is_too_large(element, item):
        _tell_too_large(item, prompt)
        return
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


def _is_too_large(interaction: Element, item: Item) -> bool:
    """Whether it has more options than anybody meant: to compare them all would be slow."""
    right = item.responses.get(interaction.get("responseidentifier", ""))
    options = sum(1 for _ in all_named(interaction, *_OPTIONS))
    return max(options, len(right.correct) if right else 0) > MOST_OPTIONS


def _tell_too_large(item: Item, html: str) -> None:
    item.intake.error(
        "too-many-choices",
        N_("Cette question a plus de %(most)s choix, trous ou réponses."),
        N_("Partagez-la en plusieurs questions dans votre programme."),
        at=item.at,
        excerpt=_TAG.sub(" ", html[:1_000]),
        most=MOST_OPTIONS,
    )


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
    if any(not isinstance(one, Text) for one in found):
        return  # what was wrong with it is told
    if is_long(html) and shelf.add(title, html, item.at):
        return
    item.lose(
        "no-question",
        N_("Une page sans question n’est pas reprise : « %(title)s »."),
        title=title[:80],
    )
