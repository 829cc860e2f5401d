"""Orders to find and pairs to make."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from app.errors import N_, Problem
from app.formats.qti.asked import Asked, Item, no_key, with_feedback
from app.formats.qti.choices import Option, chosen, figures, options_of
from app.formats.qti.names import (
    kin,
)
from app.formats.qti.scoring import Response
from app.formats.xml import Element

__all__ = ["ask_associate", "ask_match", "ask_order"]


def ask_order(item: Item, interaction: Element) -> Iterator[Asked]:
    """An ordering; what has no rank in the right order is left and told."""
    options = {one.id: one for one in options_of(item, kin(interaction, "simplechoice"))}
    pictured = figures(options.values())
    response = item.response(interaction)
    steps = [options.pop(value) for value in response.correct if value in options]
    problems: list[Problem] = []
    if not steps:
        steps, options = list(options.values()), {}
        problems.append(
            no_key(
                N_("Le bon ordre n’est pas donné."),
                N_("Rangez les éléments dans l’aperçu, ou donnez l’ordre dans votre programme."),
            )
        )
    if options:
        item.lose(
            "extra-steps",
            N_("Éléments en trop dans une mise en ordre, laissés : %(steps)s."),
            steps=", ".join(option.text for option in options.values()),
        )
    asked = with_feedback(item, "ordering", {"sequence": [step.text for step in steps]})
    yield replace(asked, problems=tuple(problems), more=pictured)


def ask_match(item: Item, interaction: Element) -> Iterator[Asked]:
    """A matching of two lists, or the lines of a table."""
    sets = kin(interaction, "simplematchset")
    sides = [options_of(item, kin(one, "simpleassociablechoice")) for one in sets[:2]]
    if len(sides) < 2:  # noqa: PLR2004 (a left and a right side)
        return
    lefts, rights = ({option.id: option for option in side} for side in sides)
    response = item.response(interaction)
    pairs = [
        (first, then) if first in lefts and then in rights else (then, first)
        for first, then in response.pairs
    ]
    pairs = [pair for pair in dict.fromkeys(pairs) if pair[0] in lefts and pair[1] in rights]
    shuffle = interaction.get("shuffle", "false") == "true"
    yield from _paired(item, lefts, rights, pairs, response, shuffle=shuffle)


def ask_associate(item: Item, interaction: Element) -> Iterator[Asked]:
    """A matching made of one list: what stands first in each pair is on the left."""
    options = {one.id: one for one in options_of(item, kin(interaction, "simpleassociablechoice"))}
    response = item.response(interaction)
    pairs: dict[str, str] = {}
    for first, then in response.pairs:
        left, right = (then, first) if first in pairs else (first, then)
        if left in options and right in options and left not in pairs:
            pairs[left] = right
    lefts = {key: options[key] for key in pairs}
    rights = {key: one for key, one in options.items() if key not in lefts}
    rights |= {key: options[key] for key in pairs.values()}
    shuffle = interaction.get("shuffle", "false") == "true"
    yield from _paired(item, lefts, rights, list(pairs.items()), response, shuffle=shuffle)


def _paired(
    item: Item,
    lefts: dict[str, Option],
    rights: dict[str, Option],
    pairs: list[tuple[str, str]],
    response: Response,
    *,
    shuffle: bool,
) -> Iterator[Asked]:
    """A matching, the sides as they must stand; or one question for each line of a table."""
    pictured = figures([*lefts.values(), *rights.values()])
    if not pairs:
        raw = {
            "pairs": [[left.text, ""] for left in lefts.values()],
            "distractors": [right.text for right in rights.values()],
        }
        hint = N_("Donnez-les dans votre programme, puis exportez de nouveau.")
        problem = no_key(N_("Les bonnes paires ne sont pas données."), hint)
        yield Asked("matching", raw, (problem,), pictured)
        return
    worth = {item.mapping(response).get(" ".join(pair)) for pair in pairs}
    if len(worth) > 1:
        item.lose("weights", N_("Les paires n’ont pas le même poids : ici, elles sont égales."))
    item.lose_penalties(response)
    from_left, from_right = (_targets(pairs, side) for side in (0, 1))
    if any(len(found) > 1 for found in from_left.values()) or len(from_left) < len(lefts):
        if len(from_right) == len(pairs) == len(rights):
            lefts, rights = rights, lefts
            from_left = from_right
        elif any(len(found) > 1 for found in from_left.values()):
            yield from _rows(item, lefts, rights, from_left, shuffle=shuffle)
            return
    lefts = _with_partner(item, lefts, from_left)
    if len(lefts) == 1:
        yield from _rows(item, lefts, rights, from_left, shuffle=shuffle)
        return
    used = {found[0] for found in from_left.values()}
    yield Asked(
        "matching",
        {
            "pairs": [[left.text, rights[from_left[key][0]].text] for key, left in lefts.items()],
            "distractors": [right.text for key, right in rights.items() if key not in used],
            "shuffle": shuffle,
            "feedback": {"right": item.right, "wrong": item.wrong},
        },
        more=pictured,
    )


def _with_partner(
    item: Item, lefts: dict[str, Option], targets: dict[str, list[str]]
) -> dict[str, Option]:
    """The lines that have an answer; the others are left, and told."""
    for key, left in lefts.items():
        if key not in targets:
            item.lose(
                "no-partner",
                N_("« %(line)s » n’a pas de correspondance : la ligne est laissée."),
                line=left.text[:80],
            )
    return {key: left for key, left in lefts.items() if key in targets}


def _targets(pairs: list[tuple[str, str]], side: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair[side], []).append(pair[1 - side])
    return found


def _rows(
    item: Item,
    lefts: dict[str, Option],
    rights: dict[str, Option],
    targets: dict[str, list[str]],
    *,
    shuffle: bool,
) -> Iterator[Asked]:
    options = list(rights.values())
    lefts = _with_partner(item, lefts, targets)
    several = any(len(found) > 1 for found in targets.values())
    if len(lefts) > 1:
        item.lose(
            "split-table",
            N_("Un tableau à plusieurs réponses par ligne devient %(count)s questions."),
            count=len(lefts),
        )
    for key, left in lefts.items():
        response = Response("", correct=targets[key])
        asked = chosen(item, options, response, several=several, shuffle=shuffle)
        yield replace(asked, more=f"<p>{left.source or escape(left.text)}</p>")
