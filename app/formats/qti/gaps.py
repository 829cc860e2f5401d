"""Texts with gaps, and the lone gap that is a short answer or a number."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.errors import N_, Problem
from app.formats.qti.asked import Asked, Item, no_key, with_feedback
from app.formats.qti.choices import chosen, figures, options_of
from app.formats.qti.names import (
    GAP,
    Renderer,
    is_element,
    kin,
    number_in,
)
from app.formats.qti.scoring import Response
from app.formats.xml import Element

__all__ = ["ask_gap_match", "ask_gaps", "ask_one_gap"]


def ask_one_gap(item: Item, gap: Element) -> Asked | None:
    """The question of an item's only gap, if it is typed: a word, or a number."""
    if gap.tag != "textentryinteraction":
        return None
    response = item.response(gap)
    if response.base in ("integer", "float") and (numbers := _numbers(item, response)):
        return with_feedback(item, "numeric", {"answers": numbers})
    answers, strict = _accepted(item, response)
    raw: dict[str, Any] = {"answers": answers}
    if strict:
        raw["compare"] = {"case": "strict"}
    if answers:
        return with_feedback(item, "short_answer", raw)
    if item.scoring.human:
        return Asked("essay", {})
    return Asked("short_answer", raw, (_no_answer(),))


def _no_answer() -> Problem:
    return no_key(N_("Aucune réponse attendue n’est donnée."), N_("Ajoutez-la dans l’aperçu."))


def _accepted(item: Item, response: Response) -> tuple[list[dict[str, Any]], bool]:
    """The texts accepted with what they earn, and whether capitals count."""
    mapping = item.mapping(response)
    best = max(mapping.values(), default=1.0)
    worth = {
        key: max(0.0, round(value / best, 5)) for key, value in mapping.items()
    } or dict.fromkeys(response.correct, 1.0)
    spellings: dict[str, set[float]] = {}
    for text, fraction in worth.items():
        spellings.setdefault(text.casefold(), set()).add(fraction)
    strict = response.sensitive or any(len(found) > 1 for found in spellings.values())
    feedback = {text: item.feedback.get(text, "") for text in worth}
    made = [
        {"text": text, "fraction": fraction, "feedback": feedback[text]}
        for text, fraction in worth.items()
    ]
    return made, strict


def _numbers(item: Item, response: Response) -> list[dict[str, Any]]:
    mode, far = item.scoring.tolerance.get(response.identifier, ("absolute", 0.0))
    mapping = item.mapping(response)
    best = max(mapping.values(), default=1.0)
    worth = mapping or dict.fromkeys(response.correct, best)
    found = []
    for text, value in worth.items():
        number = number_in(text)
        if number is not None:
            tolerance = far if mode == "absolute" else round(abs(number) * far / 100, 9)
            fraction = max(0.0, round(value / best, 5))
            found.append({"value": number, "tolerance": tolerance, "fraction": fraction})
    return found


def ask_gaps(item: Item, text: str, gaps: Iterable[tuple[str, Element]]) -> Asked:
    """A text with several gaps, each by the name by which the text marks it."""
    raw: dict[str, Any] = {"body": _body(item, text), "gaps": {}}
    gaps = list(gaps)
    best = {worth for _, gap in gaps if (worth := item.response(gap).best) > 0}
    _lose_weights(item, best)
    for name, gap in gaps:
        response = item.response(gap)
        if gap.tag == "inlinechoiceinteraction":
            options = options_of(item, kin(gap, "inlinechoice"))
            asked = chosen(item, options, response, several=False, shuffle=True)
            raw["gaps"][name] = {
                "list": [{**choice, "weight": None} for choice in asked.raw["choices"]]
            }
            continue
        typed, strict = _accepted(item, response)
        raw["gaps"][name] = {"typed": typed}
        if strict:
            raw["compare"] = {"case": "strict"}
        if response.identifier in item.scoring.tolerance:
            item.lose(
                "gap-tolerance",
                N_("La tolérance d’un nombre dans un texte à trous est laissée."),
                N_("Ajoutez dans l’aperçu les valeurs acceptées."),
            )
    asked = with_feedback(item, "cloze", raw)
    full = all(
        gap.get("typed") or any(one["key"] for one in gap.get("list", ()))
        for gap in raw["gaps"].values()
    )
    return asked if full else replace(asked, problems=(_no_answer(),))


def _body(item: Item, html: str) -> str:
    """The text as a body with ``{{n}}``; braces of its own are kept apart."""
    text = item.marked(html).text.replace("{{", "{ {")
    return GAP.sub(r"{{\1}}", text)


def ask_gap_match(item: Item, interaction: Element) -> Iterator[Asked]:
    """A text whose gaps share a bank of words."""
    response = item.response(interaction)
    options = options_of(item, kin(interaction, "gaptext", "gapimg"))
    bank = {option.id: option.text for option in options}
    renderer = Renderer()
    inside = [
        one
        for one in interaction
        if is_element(one) and one.tag not in ("prompt", "gaptext", "gapimg")
    ]
    html = "".join(renderer.outer(one) for one in inside)
    names = {gap.get("identifier", ""): str(n) for n, gap in enumerate(renderer.gaps, 1)}
    filled: dict[str, list[str]] = {}
    for first, then in response.pairs:
        word, gap = (first, then) if first in bank else (then, first)
        if word in bank and gap in names:
            filled.setdefault(names[gap], []).append(bank[word])
    if any(len(found) > 1 for found in filled.values()):
        item.lose(
            "several-words",
            N_("Un trou accepte plusieurs étiquettes : seule la première est gardée."),
        )
    gaps = {name: {"bank": filled[name][0]} if name in filled else {} for name in names.values()}
    mapping = item.mapping(response)
    _lose_weights(item, {mapping.get(" ".join(pair), 0.0) for pair in response.pairs})
    item.lose_penalties(response)
    raw = {"body": _body(item, html), "gaps": gaps, "bank": list(dict.fromkeys(bank.values()))}
    problems = () if all(gaps.values()) else (_no_answer(),)
    yield replace(with_feedback(item, "cloze", raw), problems=problems, more=figures(options))


def _lose_weights(item: Item, worth: set[float]) -> None:
    if len(worth) > 1:
        item.lose(
            "weights",
            N_("Les trous n’ont pas le même poids dans le fichier : ici, ils comptent autant."),
            N_("Séparez-les en plusieurs questions pour garder les poids."),
        )
