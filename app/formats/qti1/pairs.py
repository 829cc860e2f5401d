"""Items whose options belong to something: to a left side, to a category, to a rank."""

import re
from html import escape
from itertools import pairwise

from app.errors import N_
from app.formats.qti1.asked import Asked, general_feedback, own_feedback
from app.formats.qti1.choices import read_choice
from app.formats.qti1.items import Response

__all__ = ["read_categories", "read_matching", "read_ordering"]


def read_matching(asked: Asked, responses: list[Response]) -> None:
    """Each response is a left side; its options are the right sides."""
    pairs = _grouped(asked, responses[0]) if len(responses) == 1 else []
    if len(responses) == 1 and not pairs:
        if label := asked.line(responses[0].label):  # the only left side belongs to the question
            asked.raw["prompt"] = f"{asked.raw['prompt']}\n{label}"
            html = asked.raw["prompt_html"]
            asked.raw["prompt_html"] = f"{html}<br>{escape(label)}" if html else ""
        read_choice(asked, responses[0])
        return
    if pairs:
        used = {text for pair in pairs for text in pair.values()}
        texts = [asked.line(option.html) for option in responses[0].options]
        surplus = [text for text in texts if text and text not in used]
        asked.put(
            "matching",
            {"pairs": pairs, "distractors": surplus, "feedback": general_feedback(asked)},
        )
        return
    lefts = _lefts(asked, responses)
    keys = [asked.keys.get(response.ident, -1) for response in responses]
    all_right = {
        response.ident: frozenset({response.options[key].ident})
        for response, key in zip(responses, keys, strict=True)
        if key >= 0
    }
    pairs = []
    offered: dict[str, None] = {}
    for left, response, key in zip(lefts, responses, keys, strict=True):
        rights = [asked.line(option.html) for option in response.options]
        if asked.item.rights and not any(rights):
            rights = [asked.line(html) for html in asked.item.rights]
        offered.update(dict.fromkeys(right for right in rights if right))
        if not 0 <= key < len(rights):
            asked.desk.intake.warn(
                "no-pair",
                N_(
                    "« %(left)s » n’a pas de réponse juste dans le fichier : la ligne est laissée de côté."
                ),
                N_("Ajoutez-la dans l’aperçu."),
                at=asked.at,
                left=left[:80],
            )
            continue
        said = own_feedback(asked, {**all_right, response.ident: frozenset()})
        pairs.append({"left": left, "right": rights[key], "feedback": said})
    used = {pair["right"] for pair in pairs}
    asked.lose_all_or_nothing()
    asked.put(
        "matching",
        {
            "pairs": pairs,
            "distractors": [right for right in offered if right not in used],
            "feedback": general_feedback(asked),
        },
    )


def _grouped(asked: Asked, response: Response) -> list[dict[str, str]]:
    """Pairs of one group of options: each condition names the two that belong together."""
    texts = {option.ident: asked.line(option.html) for option in response.options}
    pairs = []
    for _, test in asked.paid:
        two = [texts.get(ident, "") for ident in re.split(r"[,\s]+", test.value.strip())]
        if len(two) == 2 and all(two):  # noqa: PLR2004 (a pair)
            pairs.append({"left": two[0], "right": two[1]})
    return pairs


def _lefts(asked: Asked, responses: list[Response]) -> list[str]:
    """The left sides: each response's own label, or else the text that follows or precedes it."""
    if all(response.label for response in responses):
        return [asked.line(response.label) for response in responses]
    parts = asked.item.parts
    after = {
        id(one): two
        for one, two in pairwise(parts)
        if isinstance(one, Response) and isinstance(two, str)
    }
    before = {
        id(two): one
        for one, two in pairwise(parts)
        if isinstance(one, str) and isinstance(two, Response)
    }
    around = after if asked.item.rights else before
    taken = [around.get(id(response), "") for response in responses]
    prompt = [part for part in parts if isinstance(part, str) and part not in taken]
    marked = asked.desk.intake.html("<br>".join(prompt), asked.at, asked.desk.files)
    asked.raw |= {"prompt": marked.text or asked.item.title, "prompt_html": marked.html}
    return [asked.line(response.label or around.get(id(response), "")) for response in responses]


def read_categories(asked: Asked, responses: list[Response]) -> None:
    """Each response is a category, each option goes into one: a pair of an option and a category."""
    texts: dict[str, str] = {}
    home: dict[str, str] = {}
    for response in responses:
        name = asked.line(response.label)
        for option in response.options:
            texts.setdefault(option.ident, asked.line(option.html))
        for _, test in asked.paid:
            if test.respident == response.ident:
                home.setdefault(test.value, name)
    if lost := [text for ident, text in texts.items() if ident not in home]:
        asked.lose(
            "lost-distractors",
            N_("Des éléments qui ne vont dans aucune catégorie n’ont pas été repris : %(said)s."),
            said=", ".join(lost)[:120],
        )
    pairs = [{"left": text, "right": home[ident]} for ident, text in texts.items() if ident in home]
    used = {pair["right"] for pair in pairs}
    surplus = [name for one in responses if (name := asked.line(one.label)) not in used]
    asked.put(
        "matching", {"pairs": pairs, "distractors": surplus, "feedback": general_feedback(asked)}
    )


def read_ordering(asked: Asked, response: Response) -> None:
    texts = {option.ident: asked.line(option.html) for option in response.options}
    order: list[str] = []
    for condition in asked.paying:
        tests = [test for test, must in condition.test.leaves() if must and test.value in texts]
        if all(test.index.isdecimal() for test in tests):
            tests.sort(key=lambda test: int(test.index[:6]))
        order += [test.value for test in tests if test.value not in order]
    order = order if len(order) == len(texts) else list(texts)
    asked.lose_all_or_nothing()
    asked.put(
        "ordering",
        {"sequence": [texts[ident] for ident in order], "feedback": general_feedback(asked)},
    )
