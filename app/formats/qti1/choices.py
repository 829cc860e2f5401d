"""Items with one list of options: single choice, several choices, true or false."""

from collections.abc import Iterable
from typing import Any

from app.errors import N_
from app.formats.qti1.asked import Asked, general_feedback, joined, meant, own_feedback
from app.formats.qti1.items import Option, Response
from app.formats.qti1.scoring import holds

__all__ = ["read_choice"]

_TRUE = frozenset({"true", "vrai", "t", "v", "yes", "oui", "wahr", "richtig", "verdadero"})
_RIGHT, _WRONG = ":correct", ":wrong"
"""What follows an option where each is judged, as in the KPRIM items of OLAT."""
_FALSE = frozenset({"false", "faux", "f", "no", "non", "falsch", "falso"})


def read_choice(asked: Asked, response: Response) -> None:
    kind = asked.kind
    several = response.cardinality == "multiple"
    if any(
        sign in kind
        for sign in ("multiple_answers", "multiple_response", "multiple answer", "multi-select")
    ):
        several = True
    elif "multiple_choice" in kind or "true_false" in kind or "multiple choice" in kind:
        several = False
    if several:
        _several(asked, response)
        return
    worth = [_worth(asked, response, option) for option in response.options]
    best = max(worth, default=0.0)
    key = worth.index(best) if best > 0 else -1
    if _is_true_false(asked, response):
        _true_false(asked, response, key)
        return
    choices = _choices(asked, response, {key})
    for n, choice in enumerate(choices):
        if n != key and best > 0 and worth[n]:
            choice["weight"] = max(-1.0, round(worth[n] / best, 5))
    asked.put("single_choice", {"choices": choices, "shuffle": response.shuffle})


def _worth(asked: Asked, response: Response, option: Option) -> float:
    """What is paid for choosing this alone."""
    chosen = frozenset({option.ident})
    paid = 0.0
    for condition in asked.item.conditions:
        if not condition.may_hold(chosen) or not holds(condition.test, {response.ident: chosen}):
            continue
        amount = condition.amount(asked.maximum)
        if condition.adds:
            paid += amount
        elif condition.sets or amount:
            paid = amount
            if not condition.goes_on:
                break
    return paid


def _choices(
    asked: Asked, response: Response, keys: Iterable[int], *, several: bool = False
) -> list[dict[str, Any]]:
    """The choices with their texts; one that is only an image is named after it, or numbered."""
    right = set(keys)
    general = general_feedback(asked)
    if several and any(general.values()):
        asked.lose(
            "lost-feedback",
            N_("Ce qui est dit de toute réponse juste ou fausse n’a pas été repris."),
            N_("Écrivez-le dans le commentaire de chaque choix."),
        )
    choices = []
    pictures = 0
    for n, option in enumerate(response.options):
        marked = asked.desk.intake.html(option.html, asked.at, asked.desk.files)
        pictures += bool(marked.html) and not marked.text
        said = [own_feedback(asked, {response.ident: frozenset({option.ident})})]
        if not several:
            said.append(general["right" if n in right else "wrong"])
        choices.append(
            {
                "text": marked.text or (f"Image {pictures}" if marked.html else ""),
                "html": marked.html,
                "key": n in right,
                "feedback": joined(said),
            }
        )
    return choices


def _is_true_false(asked: Asked, response: Response) -> bool:
    words = {_truth(asked, option) for option in response.options}
    if len(response.options) != 2 or words != {True, False}:  # noqa: PLR2004 (true and false)
        return False
    plain = {asked.line(option.html).lower() for option in response.options}
    return "true" in asked.kind or (
        not plain & {"yes", "oui", "no", "non", "t", "f", "v"} and "choice" not in asked.kind
    )


def _truth(asked: Asked, option: Option) -> bool | None:
    for said in (asked.line(option.html).lower().rstrip("."), option.ident.lower()):
        if said in _TRUE:
            return True
        if said in _FALSE:
            return False
    return None


def _true_false(asked: Asked, response: Response, key: int) -> None:
    if key < 0:
        asked.desk.intake.warn(
            "no-key",
            N_("La bonne réponse n’est pas marquée : « vrai » a été supposé."),
            N_("Vérifiez-la dans l’aperçu."),
            at=asked.at,
            excerpt=asked.raw["prompt"],
        )
    choices = _choices(asked, response, {key})
    feedback = {
        "true" if _truth(asked, option) else "false": choice["feedback"]
        for option, choice in zip(response.options, choices, strict=True)
    }
    right = key < 0 or bool(_truth(asked, response.options[key]))
    asked.put("true_false", {"answer": "true" if right else "false", "feedback": feedback})


def _judged(asked: Asked) -> frozenset[str]:
    """The options that are to be judged right, where a file has each judged right or wrong."""
    values = [test.value for _, test in asked.paid]
    if not all(value.endswith((_RIGHT, _WRONG)) for value in values):
        return frozenset()
    return frozenset(value.removesuffix(_RIGHT) for value in values if value.endswith(_RIGHT))


def _several(asked: Asked, response: Response) -> None:
    paying = asked.paying
    judged = _judged(asked)
    whole = [one for one in paying if len(list(one.test.leaves())) > 1]
    weights: dict[int, float] = {}
    if judged:
        keys = {n for n, option in enumerate(response.options) if option.ident in judged}
        asked.lose(
            "each-judged",
            N_("Chaque ligne est à juger juste ou fausse : ici, on coche celles qui sont justes."),
        )
    elif whole:
        best = max(whole, key=lambda one: one.amount(asked.maximum))
        keys = {n for test, must in best.test.leaves() if must for n in meant(response, test)}
        if "multiple_answers" not in asked.kind:
            asked.lose(
                "all-or-nothing",
                N_("Tout ou rien dans le fichier : Relire donne une part des points."),
            )
    else:
        worth = [_worth(asked, response, option) for option in response.options]
        keys = {n for n, paid in enumerate(worth) if paid > 0}
        total = sum(worth[n] for n in keys)
        if (
            keys
            and any(one.adds for one in paying)
            and "d2l_correct" not in {name for one in paying for name, _, _ in one.sets}
        ):
            weights = {n: round(paid / total, 5) for n, paid in enumerate(worth)}
    choices = _choices(asked, response, keys, several=True)
    for n, weight in weights.items():
        choices[n]["weight"] = max(-1.0, min(1.0, weight))
    asked.put("multiple_response", {"choices": choices, "shuffle": response.shuffle})
