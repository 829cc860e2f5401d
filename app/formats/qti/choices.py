"""Choice interactions, and the lists of choices that other interactions have."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from app.errors import N_
from app.formats.qti.asked import Asked, Item, lose_general_feedback
from app.formats.qti.names import (
    all_named,
    folded,
    kin,
)
from app.formats.qti.scoring import Response
from app.formats.xml import Element
from app.text.markup import Marked

__all__ = ["Option", "ask_choice", "chosen", "figures", "options_of"]

ALMOST = 1e-4
"""Weights are written with a few decimals."""

_IMAGE = re.compile(r'<img src="([^"]*)"')
_VERDICTS = {"vrai": "true", "faux": "false", "le texte ne le dit pas": "unknown"}
"""Choices that are the verdicts on a statement, in the words in which learners read them here:
those of other languages stay choices, as they were written."""


@dataclass(frozen=True)
class Option:
    """A choice of any interaction, read."""

    id: str
    text: str
    html: str
    feedback: str
    fixed: bool
    source: str
    """Its HTML as it is in the file."""

    def raw(self, **more: Any) -> dict[str, Any]:
        return {"text": self.text, "html": self.html, "feedback": self.feedback, **more}


def options_of(item: Item, elements: Iterable[Element]) -> list[Option]:
    """These elements as choices, in their order.

    What describes an image is left out of a text that has words of its own, unless only that
    tells two choices apart.
    """
    listed = list(elements)
    shown = [item.shown(element) for element in listed]
    words = [_words(element, one.text) for element, one in zip(listed, shown, strict=True)]
    if len(set(words)) < len(words):
        words = [one.text for one in shown]
    read = zip(listed, shown, words, strict=True)
    return [_option(item, *one, n) for n, one in enumerate(read, 1)]


def _option(item: Item, element: Element, marked: Marked, text: str, n: int) -> Option:
    identifier = element.get("identifier", "")
    pictured = element.find(".//img") is not None or element.find(".//object") is not None
    if pictured and text.startswith("[") and text.endswith("]"):
        text = text[1:-1]  # nothing but an image: its description is the choice
    if not text and pictured:
        text = f"Image {n}"
    said = [item.shown(one).text for one in all_named(element, "feedbackinline")]
    return Option(
        identifier,
        text or element.get("objectlabel", "") or folded(element) or identifier,
        marked.html,
        " ".join(said) or item.feedback.get(identifier, ""),
        element.get("fixed", "") == "true",
        item.renderer.inner(element),
    )


def _words(element: Element, text: str) -> str:
    """The text of a choice without what describes its images, if words are left."""
    left = text
    for image in all_named(element, "img", "object"):
        described = " ".join((image.get("alt") or folded(image)).split())
        left = left.replace(f"[{described}]", "", 1) if described else left
    left = "\n".join(line for one in left.split("\n") if (line := one.strip()))
    return left or text


def figures(options: Iterable[Option]) -> str:
    """The images of options that are shown as text alone, named, as HTML for the prompt."""
    return "".join(
        f'<p>{escape(one.text)} : <img src="{address}" alt="{escape(one.text)}"></p>'
        for one in options
        if "<img" in one.html
        for address in _IMAGE.findall(one.source)
    )


def _shuffle(item: Item, interaction: Element, options: list[Option]) -> bool:
    wanted = interaction.get("shuffle", "false") in ("true", "1")
    fixed = sum(option.fixed for option in options)
    if wanted and 0 < fixed < len(options):
        item.lose(
            "fixed-choices",
            N_("Certains choix ont une place fixe : tous gardent l’ordre du fichier."),
        )
    return wanted and not fixed


def ask_choice(item: Item, interaction: Element) -> Iterator[Asked]:
    """A single choice or a multiple response: the declared cardinality decides."""
    options = options_of(item, kin(interaction, "simplechoice"))
    response = item.response(interaction)
    several = response.cardinality in ("multiple", "ordered") or (
        not response.cardinality and interaction.get("maxchoices", "1") != "1"
    )
    shuffle = _shuffle(item, interaction, options)
    asked = chosen(item, options, response, several=several, shuffle=shuffle)
    yield _judged(asked) or asked


def _judged(asked: Asked) -> Asked | None:
    """The choice as a statement to judge, if its choices are just that; else None."""
    choices = asked.raw["choices"]
    said = [one["text"].casefold().rstrip(" .") for one in choices]
    verdicts = [_VERDICTS.get(one, "") for one in said]
    plain = not any("<img" in one["html"] or one.get("weight") for one in choices)
    keys = [verdict for verdict, one in zip(verdicts, choices, strict=True) if one["key"]]
    if asked.kind != "single_choice" or not plain or len(keys) != 1:
        return None
    if sorted(verdicts) not in (["false", "true"], ["false", "true", "unknown"]):
        return None
    told = {verdict: one["feedback"] for verdict, one in zip(verdicts, choices, strict=True)}
    raw = {"answer": keys[0], "unknown": "unknown" in verdicts, "feedback": told}
    return Asked("true_false", raw)


def chosen(
    item: Item, options: list[Option], response: Response, *, several: bool, shuffle: bool
) -> Asked:
    """The question of choosing one or several of these options."""
    ids = {option.id for option in options}
    mapping = {key: worth for key, worth in item.mapping(response).items() if key in ids}
    correct = [value for value in dict.fromkeys(response.correct) if value in ids]
    if not correct and not mapping:  # some tools name the right choice by its text
        texts = {option.text: option.id for option in options}
        correct = [texts[value] for value in response.correct if value in texts]
    if several:
        lose_general_feedback(item)
        choices = _several(item, options, correct, mapping, response)
    else:
        choices = _one(item, options, correct, mapping)
    kind = "multiple_response" if several else "single_choice"
    return Asked(kind, {"choices": choices, "shuffle": shuffle})


def _one(
    item: Item, options: list[Option], correct: list[str], mapping: dict[str, float]
) -> list[dict[str, Any]]:
    best = max(mapping.values(), default=0.0)
    keys = correct or [key for key, worth in mapping.items() if worth == best > 0]
    if len(keys) > 1:
        item.warn(
            "several-right",
            N_("Plusieurs choix sont justes, mais un seul peut être donné : chacun compte."),
            N_("Si tous sont à cocher, déclarez une réponse multiple dans votre programme."),
        )
    made: list[dict[str, Any]] = []
    for option in options:
        key = option.id == (keys[0] if keys else None) and not any(one["key"] for one in made)
        worth = mapping.get(option.id, 0.0) / best if best > 0 else 0.0
        weight = 1.0 if option.id in keys else max(-1.0, min(1.0, round(worth, 5)))
        feedback = option.feedback or (item.right if option.id in keys else item.wrong)
        raw = option.raw(key=key, weight=None if key or not weight else weight)
        made.append({**raw, "feedback": feedback})
    return made


def _several(
    item: Item,
    options: list[Option],
    correct: list[str],
    mapping: dict[str, float],
    response: Response,
) -> list[dict[str, Any]]:
    paid = [option.id for option in options if mapping.get(option.id, 0) > 0]
    if correct and paid and set(correct) != set(paid):
        item.lose(
            "weights",
            N_("Les points des choix ne vont pas avec les bonnes réponses : ils sont laissés."),
            N_("Vérifiez les bonnes réponses dans l’aperçu."),
        )
        mapping = {}
    total = sum(worth for worth in mapping.values() if worth > 0)
    if response.upper is not None and 0 < response.upper < total:
        item.lose("weights", N_("Le plafond des points est laissé : il faut tous les bons choix."))
    if not mapping:
        if item.scoring.template.removeprefix("cc2_").startswith("match"):
            item.lose(
                "all-or-nothing",
                N_("Notée tout ou rien dans le fichier : ici, chaque bon choix rapporte."),
            )
        return [option.raw(key=option.id in correct) for option in options]
    if _as_usual(options, mapping, paid, total):
        return [option.raw(key=option.id in paid) for option in options]
    return [
        option.raw(
            key=option.id in paid,
            weight=max(-1.0, min(1.0, round(mapping.get(option.id, 0.0) / total, 5))),
        )
        for option in options
    ]


def _as_usual(
    options: list[Option], mapping: dict[str, float], paid: list[str], total: float
) -> bool:
    """Whether the weights are those that a question without weights has here."""
    others = len(options) - len(paid)
    return all(
        abs(mapping.get(one.id, 0.0) / total - (1 / len(paid) if one.id in paid else -1 / others))
        < ALMOST
        for one in options
    )
