"""Moodle's question types, each read into a room of Relire's."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.errors import N_
from app.formats.base import (
    ALIKE,
    NO_RIGHT_SIDE,
    SHOWN_AS_WRITTEN,
    distinct_pairs,
    show_as_written,
)
from app.formats.moodle_cloze import read_decimal
from app.formats.moodle_xml import gaps, marks
from app.formats.moodle_xml.asked import Asked, join
from app.formats.xml import Element, children, first, text_of
from app.questions.base import exact
from app.text.sentences import count_words

__all__ = ["READERS"]

TEXT_FROM = 25
"""Words from which a description is a text to read."""
MOST_WORDS = 2_000
ALMOST_ALL = 0.999

Read = tuple[str, dict[str, Any]] | None

_HEADING = re.compile(r"<h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)


def _fraction(answer: Element) -> float:
    """What an answer is worth, from -1 to 1; very old files have it in an element of its own."""
    own = first(answer, "fraction")
    if own is not None and text_of(own):
        worth = read_decimal(text_of(own)) or 0
    else:
        worth = (read_decimal(answer.get("fraction") or "0") or 0) / 100
    return 1.0 if worth >= ALMOST_ALL else max(-1.0, round(worth, 7))


def _multichoice(asked: Asked) -> Read:
    raw, choices = _with_choices(asked)
    if asked.yes("single", default=True):
        _pick_one(choices, asked)
        return "single_choice", raw
    _pick_several(choices)
    return "multiple_response", raw


def _with_choices(asked: Asked) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A question, and its choices with what Moodle says each is worth."""
    raw = asked.common()
    choices: list[dict[str, Any]] = []
    sources: list[str] = []
    for answer in asked.each("answer"):
        source = asked.source(answer)
        option = asked.option(source, len(choices) + 1)
        if option["text"]:
            said = asked.said(first(answer, "feedback"))
            choices.append({**option, "feedback": said, "weight": _fraction(answer)})
            sources.append(source)
    _tell_apart(choices)
    if show_as_written(choices, sources, [choice["weight"] for choice in choices]):
        asked.problem("shown-as-written", *SHOWN_AS_WRITTEN, severity="warning")
    right, wrong = asked.comments()
    raw |= {
        "choices": choices,
        "shuffle": asked.yes("shuffleanswers", default=False),
        "feedback": {"right": right, "wrong": wrong},
        **asked.evidence(),
    }
    return raw, choices


def _tell_apart(choices: list[dict[str, Any]]) -> None:
    """Number the choices that only their images tell apart."""
    seen: set[str] = set()
    for n, choice in enumerate(choices, 1):
        if "<img" in choice["html"] and choice["text"].casefold() in seen:
            choice["text"] = f"{choice['text']} ({n})"
        seen.add(choice["text"].casefold())


def _pick_one(choices: list[dict[str, Any]], asked: Asked) -> None:
    """The first that is worth all is the key; others keep what they are worth."""
    asked.raise_to_all(choices, "weight")
    full = [choice for choice in choices if choice["weight"] == 1]
    for choice in choices:
        choice["key"] = bool(full) and choice is full[0]
        if choice["key"] or choice["weight"] == 0:
            choice["weight"] = None
    if len(full) > 1:
        asked.problem(
            "two-right",
            N_("%(count)s réponses valent 100 %% : chacune sera comptée juste."),
            N_("S’il faut les cocher toutes, choisissez « Plusieurs réponses » dans Moodle."),
            severity="warning",
            count=len(full),
        )


def _pick_several(choices: list[dict[str, Any]]) -> None:
    """Weights are kept unless they are those that Relire would give by itself."""
    keys = sum(choice["weight"] > 0 for choice in choices)
    usual = {True: Fraction(1, keys or 1), False: Fraction(-1, len(choices) - keys or 1)}
    for choice in choices:
        choice["key"] = choice["weight"] > 0
    if all(exact(choice["weight"]) == usual[choice["key"]] for choice in choices):
        for choice in choices:
            choice["weight"] = None


def _all_or_nothing(asked: Asked) -> Read:
    """Plugins in which every right choice counts 100: « oumultiresponse », « multichoiceset »."""
    asked.lose_once(
        "own-scoring",
        N_("Le calcul des points de ce type de question n’est pas repris."),
        N_("Relire compte chaque bon choix, et retire chaque mauvais."),
    )
    raw, choices = _with_choices(asked)
    for choice in choices:
        choice |= {"key": choice["weight"] > 0, "weight": None}
    return "multiple_response", raw


def _truefalse(asked: Asked) -> Read:
    raw = asked.common()
    worth: dict[str, float] = {}
    said: dict[str, str] = {}
    for n, answer in enumerate(asked.each("answer")):
        name = asked.literal(answer).casefold()
        verdict = name if name in ("true", "false") else "false" if n else "true"
        worth[verdict] = _fraction(answer)
        said[verdict] = asked.said(first(answer, "feedback"))
    general = asked.general()
    true, false = worth.get("true", 0), worth.get("false", 0)
    if true == false:
        asked.problem(
            "no-key",
            N_("On ne sait pas si l’affirmation est vraie ou fausse."),
            N_("Dans Moodle, mettez 100 % à l’une des deux réponses et 0 % à l’autre."),
        )
    feedback = {verdict: join(said.get(verdict, ""), general) for verdict in ("true", "false")}
    raw |= {"answer": true >= false, "feedback": feedback, **asked.evidence()}
    return "true_false", raw


# Typed answers


def _shortanswer(asked: Asked) -> Read:
    raw = asked.common()
    general = asked.general()
    answers: dict[str, dict[str, Any]] = {}
    wrong = general
    for answer in asked.each("answer"):
        written = asked.literal(answer)
        said = asked.said(first(answer, "feedback"))
        worth = max(0.0, _fraction(answer))
        if written == "*" and worth == 0:
            wrong = join(said, general)
        elif written:
            text = gaps.without_wildcards(written, asked)
            best = answers.get(text)
            if text and (best is None or best["fraction"] < worth):
                answers[text] = {"text": text, "fraction": worth, "feedback": said}
    if not answers and any(asked.literal(answer) == "*" for answer in asked.each("answer")):
        asked.problem(
            "any-answer",
            N_("Toute réponse est acceptée (« * »)."),
            N_("Faites-en une rédaction, ou écrivez les réponses attendues."),
        )
    asked.raise_to_all(list(answers.values()), "fraction")
    raw |= {
        "answers": list(answers.values()),
        "feedback": {"right": general, "wrong": wrong},
        **asked.evidence(),
    }
    if asked.yes("usecase", default=False):
        raw["compare"] = {"case": "strict"}
    return "short_answer", raw


def _numerical(asked: Asked) -> Read:
    raw = asked.common()
    general = asked.general()
    wrong = general
    answers: list[dict[str, Any]] = []
    strange: list[str] = []
    for answer in asked.each("answer"):
        written = asked.literal(answer)
        said = asked.said(first(answer, "feedback"))
        value = read_decimal(written)
        if value is not None:
            tolerance = read_decimal(text_of(first(answer, "tolerance"))) or 0
            worth = max(0.0, _fraction(answer))
            answers.append(
                {"value": value, "tolerance": abs(tolerance), "fraction": worth, "feedback": said}
            )
        elif written in ("*", ""):
            wrong = join(said, wrong)
        else:
            strange.append(written)
    for written in strange:
        asked.problem(
            "not-a-number",
            N_("« %(written)s » n’est pas un nombre : cette réponse a été laissée de côté."),
            N_("Écrivez le nombre en chiffres, sans unité."),
            severity="warning" if answers else "error",
            excerpt=written,
            written=written[:60],
        )
    asked.raise_to_all(answers, "fraction")
    raw |= {
        "answers": answers,
        "unit": _unit(asked),
        "feedback": {"right": general, "wrong": wrong},
        **asked.evidence(),
    }
    return "numeric", raw


def _unit(asked: Asked) -> str:
    units = [
        (read_decimal(text_of(first(unit, "multiplier"))) or 1, text_of(first(unit, "unit_name")))
        for group in asked.each("units")
        for unit in children(group, "unit")
    ]
    units.sort(key=lambda unit: unit[0] != 1)  # the one in which the answer is written comes first
    if len(units) > 1:
        asked.lose(
            "units",
            N_("Une seule unité est reprise : %(unit)s."),
            N_("Précisez-la dans la question."),
            unit=units[0][1],
        )
    if asked.value("unitgradingtype") not in ("", "0"):
        asked.lose(
            "unit-grading",
            N_("L’unité n’est pas notée : elle peut manquer."),
            N_("Relire ne juge que le nombre."),
        )
    return units[0][1] if units else ""


# Several parts


def _matching(asked: Asked) -> Read:
    written: list[dict[str, str]] = []
    distractors: dict[str, None] = {}
    for subquestion in asked.each("subquestion"):
        left = asked.line(asked.source(subquestion))
        right = asked.line(asked.source(first(subquestion, "answer")))
        if left:
            written.append({"left": left, "right": right})
        elif right:
            distractors[right] = None
    whole = [pair for pair in written if pair["right"]]
    if len(written) > len(whole) > 1:
        asked.problem("no-right-side", *NO_RIGHT_SIDE, severity="warning")
        written = whole
    pairs, changed = distinct_pairs(written)
    for code, (text, hint) in ALIKE.items():
        if code in changed:
            asked.problem(code, text, hint, severity="warning")
    raw = asked.common()
    right_sides = {pair["right"] for pair in pairs}
    right, wrong = asked.comments()
    raw |= {
        "pairs": pairs,
        "distractors": [text for text in distractors if text not in right_sides],
        "shuffle": asked.yes("shuffleanswers", default=True),
        "feedback": {"right": right, "wrong": wrong},
        **asked.evidence(),
    }
    return "matching", raw


def _ordering(asked: Asked) -> Read:
    sequence = [asked.line(asked.source(answer)) for answer in asked.each("answer")]
    said = [text_of(first(answer, "feedback", "text")) for answer in asked.each("answer")]
    if any(said):
        asked.lose_once("step-feedback", N_("Les commentaires de chaque étape ne sont pas repris."))
    if asked.value("selecttype").upper() not in ("", "ALL", "0"):
        asked.lose_once(
            "subset",
            N_("Moodle ne montrait qu’une partie des étapes : toutes sont reprises."),
        )
    raw = asked.common()
    right, wrong = asked.comments()
    raw |= {
        "sequence": [text for text in sequence if text],
        "feedback": {"right": right, "wrong": wrong},
        **asked.evidence(),
    }
    return "ordering", raw


def _essay(asked: Asked) -> Read:
    raw = asked.common()
    least, most = (int(asked.number(name) or 0) for name in ("minwordlimit", "maxwordlimit"))
    words: dict[str, int] = {}
    if least > 0:
        words["least"] = min(least, MOST_WORDS)
    if most > 0 or least > 500:  # noqa: PLR2004 (what Relire allows where nothing is said)
        words["most"] = min(most or MOST_WORDS, MOST_WORDS)
    for name, text, hint in _ESSAY_LOSSES:
        if asked.value(name) not in ("", "0"):
            asked.lose(f"essay-{name}", text, hint)
    raw |= {"words": words or None, **asked.evidence()}
    return "essay", raw


_ESSAY_LOSSES = (
    (
        "graderinfo",
        N_("Les notes pour le correcteur ne sont pas reprises."),
        N_("Écrivez-les en critères du barème."),
    ),
    (
        "responsetemplate",
        N_("Le modèle de réponse n’est pas repris."),
        N_("Donnez-le dans l’énoncé."),
    ),
    ("attachments", N_("On ne peut pas joindre de fichier à une rédaction."), ""),
    (
        "generalfeedback",
        N_("Le commentaire général d’une rédaction n’est pas repris."),
        N_("Vous commenterez chaque copie en la corrigeant."),
    ),
)


def _essay_of_a_plugin(asked: Asked) -> Read:
    asked.lose_once(
        "own-scoring",
        N_("La correction automatique des rédactions n’est pas reprise."),
        N_("Vous corrigerez chaque copie, avec un barème."),
    )
    return _essay(asked)


def _description(asked: Asked) -> Read:
    """A text to read, if it is long enough to be one or was written by Relire."""
    source = asked.source(first(asked.element, "questiontext"))
    kind, own = "document", False
    for name, mark in marks.KINDS.items():
        if divided := marks.divided(source, mark):
            kind, own, source = name, True, divided[0] + divided[1]
    named: dict[str, str] = {}
    for name, mark in (("by", marks.BY), ("source", marks.SOURCE)):
        if divided := marks.divided(source, mark, "p"):
            said, source = divided
            named[name] = asked.plain(said)
    text = asked.plain(_HEADING.sub("<p>## ", source))
    if not own and count_words(text) < TEXT_FROM:
        asked.lose(
            "description",
            N_("La description « %(name)s » n’est pas une question : elle n’est pas reprise."),
            N_("Si les questions en dépendent, ajoutez-la au texte à lire."),
            name=asked.name[:80],
        )
        return None
    asked.bank.intake.passage(asked.name, text.split("\n"), kind=kind, **named)
    return None


READERS: dict[str, Callable[[Asked], Read]] = {
    "multichoice": _multichoice,
    "oumultiresponse": _all_or_nothing,
    "multichoiceset": _all_or_nothing,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "essayautograde": _essay_of_a_plugin,
    "description": _description,
    "cloze": gaps.cloze,
    "multianswer": gaps.cloze,
    "gapselect": gaps.gapselect,
    "ddwtos": gaps.ddwtos,
    "gapfill": gaps.gapfill,
}
"""Moodle's name of a type → what reads it: the room and its raw content, or None for no question."""
