"""Texts with gaps: Cloze (« multianswer »), words to select or to drag, and « gapfill »."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from app.errors import N_
from app.formats.moodle_cloze import Alternative, Blank, read_cloze, read_decimal
from app.formats.moodle_xml import marks
from app.formats.moodle_xml.asked import Asked
from app.formats.xml import first, text_of
from app.text.markup import images_in, is_lone_tag

__all__ = ["cloze", "ddwtos", "gapfill", "gapselect", "without_wildcards"]

Read = tuple[str, dict[str, Any]]

COMPLETE = "Complétez le texte."
"""The prompt of a text that has none of its own."""
FULL = 0.999
MOST_SLIPS = 10
MOST_GAPS = 500
"""Far beyond what a question may have: such a text is not even looked at."""

_WILDCARD = re.compile(r"(?<!\\)\*")
_NUMBERED = re.compile(r"\[\[(\d{1,4})\]\]")
_BRACES = re.compile(r"\{(?=\{)")


def without_wildcards(written: str, asked: Asked) -> str:
    """An accepted text without « * », which stood for anything; the stars left are meant."""
    if _WILDCARD.search(written):
        asked.problem(
            "wildcard",
            N_("« %(written)s » : l’étoile, qui acceptait n’importe quoi, n’est pas reprise."),
            N_("Écrivez les réponses que vous acceptez, une par une."),
            severity="warning",
            excerpt=written,
            written=written[:80],
        )
        written = " ".join(_WILDCARD.sub(" ", written).split())
    return written.replace("\\*", "*")


def cloze(asked: Asked) -> Read:
    """A text in Moodle's own grammar."""
    text = read_cloze(asked.question_source())
    for slip in text.slips[:MOST_SLIPS]:
        asked.problem(
            f"gap-{slip.code}",
            N_("Ce trou n’est pas écrit comme Moodle l’attend : il est resté dans le texte.")
            if slip.code == "type"
            else N_("Ce trou n’est jamais fermé : il manque une accolade « } »."),
            N_("Modèle : {1:SHORTANSWER:=miel}, {1:MULTICHOICE:=miel~sel}."),
            severity="warning",
            excerpt=slip.excerpt,
        )
    blanks = text.blanks
    if len(blanks) > MOST_GAPS:
        asked.problem(
            "too-many-gaps",
            N_("Ce texte a %(count)s trous : il n’est pas repris."),
            N_("Coupez-le en plusieurs questions."),
            count=len(blanks),
        )
        return "cloze", {**asked.prompt(COMPLETE), **asked.settings()}
    if len(blanks) == 1 and blanks[0].kind == "choices" and len(_full(blanks[0])) != 1:
        return _several(text.pieces, blanks[0], asked)
    gaps = {str(n): _gap(blank, n, asked) for n, blank in enumerate(blanks, 1)}
    number = iter(gaps)
    html = "".join(
        f"{{{{{next(number)}}}}}" if isinstance(piece, Blank) else _BRACES.sub("{ ", piece)
        for piece in text.pieces
    )
    weights = [blank.weight for blank in blanks]
    if len(set(weights)) > 1:
        asked.lose(
            "gap-weights",
            N_("Les trous n’ont pas le même poids dans Moodle : ici, ils comptent autant."),
            N_("Séparez-les en plusieurs questions pour garder les poids."),
        )
    raw = _filled(html, gaps, asked)
    raw["points"] = min(100, sum(weights)) or 1
    if any(blank.case for blank in blanks):
        raw["compare"] = {"case": "strict"}
    return "cloze", raw


def _full(blank: Blank) -> list[Alternative]:
    return [one for one in blank.alternatives if one.fraction > 0]


def _gap(blank: Blank, number: int, asked: Asked) -> dict[str, Any]:
    if blank.kind in ("choice", "choices"):
        return _listed(blank, number, asked)
    typed: dict[str, dict[str, Any]] = {}
    for one in blank.alternatives:
        if one.text == "*" and one.fraction == 0:
            if one.feedback:
                asked.lose_once(
                    "gap-feedback",
                    N_("Dans un trou, le commentaire de « toute autre réponse » n’est pas repris."),
                )
            continue
        for text in _spellings(one, blank, asked):
            said = asked.plain(one.feedback)
            worth = 1.0 if one.fraction >= FULL else max(0.0, one.fraction)
            typed.setdefault(text, {"text": text, "fraction": worth, "feedback": said})
    asked.raise_to_all(list(typed.values()), "fraction")
    return {"typed": list(typed.values())}


def _spellings(one: Alternative, blank: Blank, asked: Asked) -> list[str]:
    """How an answer may be typed: a decimal number with its point or with a comma."""
    marked = "<" in one.text and not is_lone_tag(one.text)
    text = asked.html(one.text).text if marked else one.text
    if blank.kind == "short":
        return [found] if (found := without_wildcards(text, asked)) else []
    if read_decimal(text) is None:
        asked.problem(
            "not-a-number",
            N_("« %(written)s » n’est pas un nombre."),
            N_("Écrivez le nombre en chiffres : {1:NUMERICAL:=3,5:0,1}."),
            excerpt=blank.source,
            written=text[:60],
        )
        return [text]
    if one.tolerance:
        asked.lose_once(
            "gap-tolerance",
            N_("Dans un texte à trous, la tolérance des nombres n’est pas reprise."),
            N_("Faites-en une question numérique si l’à-peu-près compte."),
        )
    return list(dict.fromkeys([text, text.replace(".", ","), text.replace(",", ".")]))


def _listed(blank: Blank, number: int, asked: Asked) -> dict[str, Any]:
    choices: list[dict[str, Any]] = []
    for rank, one in enumerate(blank.alternatives, 1):
        option = asked.option(one.text, rank)
        if option["text"]:
            key = one.fraction > 0 if blank.kind == "choices" else one.fraction >= FULL
            said = asked.plain(one.feedback)
            partial = None if key or not one.fraction else max(-1.0, min(one.fraction, 1.0))
            choices.append({**option, "key": key, "feedback": said, "weight": partial})
    if not any(choice["key"] for choice in choices) and any(choice["weight"] for choice in choices):
        asked.raise_to_all(choices, "weight")
        for choice in choices:
            choice["key"] = choice["weight"] == 1
    keys = [choice for choice in choices if choice["key"]]
    if blank.kind == "choices" and len(keys) > 1:
        asked.problem(
            "gap-several",
            N_(
                "Le trou %(gap)s demandait plusieurs réponses à la fois : une seule se choisit ici, et chacune suffit."
            ),
            N_("Pour les demander toutes, faites-en une question à choix multiples."),
            severity="warning",
            excerpt=blank.source,
            gap=number,
        )
    for choice in keys[1:]:
        choice |= {"key": False, "weight": 1.0}
    return {"list": choices}


def _several(pieces: Sequence[str | Blank], blank: Blank, asked: Asked) -> Read:
    """A text whose one gap asks for several answers is a question with several answers."""
    html = "".join(piece for piece in pieces if isinstance(piece, str))
    marked = asked.html(html)
    choices = [
        {
            **asked.option(one.text, rank),
            "key": one.fraction > 0,
            "feedback": asked.plain(one.feedback),
        }
        for rank, one in enumerate(blank.alternatives, 1)
    ]
    general = asked.general()
    return "multiple_response", {
        **asked.prompt(marked.text, marked.html),
        **asked.settings(),
        "points": min(100, blank.weight) or 1,
        "choices": [choice for choice in choices if choice["text"]],
        "feedback": {"right": general, "wrong": general},
        **asked.evidence(),
    }


def _filled(html: str, gaps: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """A text with its gaps: what comes before the line of the first gap asks the question."""
    if divided := marks.divided(html, marks.PROMPT):
        prompt = asked.html(divided[0])
        said, prompt_html, body = prompt.text, prompt.html, asked.html(divided[1]).text
    else:
        marked = asked.html(html)
        lines = marked.text.split("\n")
        first_gap = next((n for n, line in enumerate(lines) if "{{" in line), 0)
        said, body = "\n".join(lines[:first_gap]), "\n".join(lines[first_gap:])
        said, prompt_html = said or COMPLETE, ""
        if images := images_in(marked.html):
            shown = "".join(f'<br><img src="{image}">' for image in images)
            prompt_html = escape(said).replace("\n", "<br>") + shown
    if not gaps:
        asked.problem(
            "no-gap",
            N_("Ce texte à trous n’a pas de trou."),
            N_("Écrivez-en au moins un dans Moodle, ou faites-en une description."),
        )
    right, wrong = asked.comments()
    return {
        **asked.prompt(said, prompt_html),
        **asked.settings(),
        "body": body,
        "gaps": gaps,
        "feedback": {"right": right, "wrong": wrong},
        **asked.evidence(),
    }


# Words to select or to drag


def gapselect(asked: Asked) -> Read:
    """Lists in the text: « [[1]] » is the place of the first word, with those of its group."""
    return _with_words(asked, "selectoption", banked=False)


def ddwtos(asked: Asked) -> Read:
    """Words to drag into the text: a bank, unless each gap has words of its own."""
    return _with_words(asked, "dragbox", banked=True)


def _with_words(asked: Asked, name: str, *, banked: bool) -> Read:
    words: list[tuple[str, str]] = [
        (asked.html(asked.source(box)).text, text_of(first(box, "group")) or "1")
        for box in asked.each(name)
    ]
    source = asked.question_source()
    wanted = [int(number) for number in _NUMBERED.findall(source)]
    used = {words[n - 1][1] for n in wanted if 0 < n <= len(words)}
    banked = banked and len(used) == 1
    gaps: dict[str, Any] = {}

    def gap(found: re.Match[str]) -> str:
        n = int(found[1])
        if not 0 < n <= len(words):
            asked.problem(
                "gap-without-word",
                N_("Le trou « %(gap)s » n’a pas de mot."),
                N_("Ajoutez le mot numéro %(number)s dans Moodle, ou retirez ce trou."),
                excerpt=found[0],
                gap=found[0],
                number=n,
            )
            return "…"
        gaps[str(len(gaps) + 1)] = _one_of(words, words[n - 1], banked=banked)
        return f"{{{{{len(gaps)}}}}}"

    raw = _filled(_NUMBERED.sub(gap, _BRACES.sub("{ ", source)), gaps, asked)
    if banked:
        raw["bank"] = list(dict.fromkeys(text for text, group in words if text and group in used))
    return "cloze", raw


def _one_of(
    words: list[tuple[str, str]], right: tuple[str, str], *, banked: bool
) -> dict[str, Any]:
    if banked:
        return {"bank": right[0]}
    offered = dict.fromkeys(text for text, group in words if text and group == right[1])
    return {"list": [{"text": text, "key": text == right[0]} for text in offered]}


def gapfill(asked: Asked) -> Read:
    """A plugin in which the right word stands in brackets: « Il [rit | sourit] »."""
    marks_of_gaps = (asked.value("delimitchars") or "[]").ljust(2, "]")
    opening, closing = marks_of_gaps[0], marks_of_gaps[1]
    between = f"[^{re.escape(opening + closing)}<>]{{1,200}}"
    answer = re.compile(f"{re.escape(opening)}({between}){re.escape(closing)}")
    source = _BRACES.sub("{ ", asked.question_source())
    answers = [asked.html(found).text for found in answer.findall(source)]
    others = [asked.html(text_of(first(one, "text"))).text for one in asked.each("answer")]
    offered = list(dict.fromkeys(text for text in (*answers, *others) if text))
    kind = asked.value("answerdisplay").lower()
    gaps: dict[str, Any] = {}

    def gap(found: re.Match[str]) -> str:
        right = asked.html(found[1]).text
        gaps[str(len(gaps) + 1)] = (
            {"bank": right}
            if kind == "dragdrop"
            else {"list": [{"text": text, "key": text == right} for text in offered]}
            if kind == "dropdown"
            else {"typed": [part for part in map(str.strip, right.split("|")) if part]}
        )
        return f"{{{{{len(gaps)}}}}}"

    raw = _filled(answer.sub(gap, source), gaps, asked)
    if kind == "dragdrop":
        raw["bank"] = offered
    if asked.yes("casesensitive", default=False):
        raw["compare"] = {"case": "strict"}
    return "cloze", raw
