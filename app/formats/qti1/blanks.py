"""Items where something is written: in gaps of a text, on a line, or at length."""

import re
from typing import Any

from app.errors import N_
from app.formats.qti1.asked import Asked, general_feedback
from app.formats.qti1.items import Response
from app.formats.qti1.ranges import read_numbers
from app.formats.qti1.scoring import Test

__all__ = ["is_blanks", "read_blanks", "read_typed"]

FILL = "Complétez le texte."
_BLANKS = ("fill_in_multiple", "dropdown", "blank plus", "multiplefib", "cloze")
"""Signs, in what files call a type of question, that it is a text with gaps."""
_BRACES = re.compile(r"\{(?=\{)")
"""Two braces of the text itself, which would announce one of our gaps."""
_BEFORE_STOP = re.compile(r" ([.,)])")


def is_blanks(asked: Asked) -> bool:
    """Whether the answers belong into the text itself."""
    kind, responses = asked.kind, asked.item.responses
    if any(sign in kind for sign in _BLANKS):
        return True
    if len(responses) < 2:  # noqa: PLR2004 (a text with gaps that does not say so has several)
        return bool(not kind and responses and responses[0].chosen and _marks(asked)[1])
    if all(response.kind in ("response_str", "response_num") for response in responses):
        return True
    return not kind and all(_marks(asked).values())


def _marks(asked: Asked) -> dict[int, str]:
    """Where each response stands in the text, by its number: ``[name]``; empty if nowhere."""
    text, marks = asked.raw["prompt"], {}
    for n, response in enumerate(asked.item.responses, 1):
        names = (
            asked.line(response.label),
            response.ident.removeprefix("response_"),
            response.ident,
        )
        marks[n] = next((f"[{name}]" for name in names if name and f"[{name}]" in text), "")
    return marks


def read_blanks(asked: Asked) -> None:
    """A text with gaps: ``[name]`` in the text, or the responses where they stand."""
    responses = asked.item.responses
    text = _BRACES.sub("{ ", asked.raw["prompt"])
    marks = _marks(asked)
    if not any(marks.values()):
        text = _flowing(asked)
    else:
        for n, mark in marks.items():
            gap = f"{{{{{n}}}}}"
            text = text.replace(mark, gap, 1) if mark else f"{text}\n{gap}"
    gaps: dict[str, dict[str, Any]] = {}
    bank: dict[str, None] = {}
    for n, response in enumerate(responses, 1):
        gaps[str(n)] = _gap(asked, response, n, bank)
    asked.lose_all_or_nothing()
    asked.put(
        "cloze",
        {
            "prompt": FILL,
            "prompt_html": _pictures(asked),
            "body": text,
            "gaps": gaps,
            "bank": list(bank),
            "feedback": general_feedback(asked),
        },
    )


def _pictures(asked: Asked) -> str:
    """The images of the text, above it: a text with gaps has none."""
    images = re.findall(r"<img [^>]*>", asked.raw["prompt_html"])
    return f"{'<br>'.join(images)}<br>{FILL}" if images else ""


def _flowing(asked: Asked) -> str:
    """The text with each response where it stands."""
    written: list[str] = []
    n = 0
    for part in asked.item.parts:
        if isinstance(part, Response):
            n += 1
            label = asked.line(part.label)
            written.append(f"{label} {{{{{n}}}}}" if label else f"{{{{{n}}}}}")
        else:
            text = asked.desk.intake.html(part, asked.at, asked.desk.files).text
            written.append(_BRACES.sub("{ ", text))
    return _BEFORE_STOP.sub(r"\1", " ".join(one for one in written if one))


def _gap(asked: Asked, response: Response, n: int, bank: dict[str, None]) -> dict[str, Any]:
    if response.chosen and response.kind == "response_str":  # its conditions name texts
        best = max(_accepted(asked, response), key=lambda one: one["fraction"], default={})
        texts = [asked.line(option.html) for option in response.options]
        return {"list": [{"text": text, "key": text == best.get("text")} for text in texts]}
    dropdown = not asked.kind or "dropdown" in (response.style or asked.kind)
    if response.options and (dropdown or response.style == "wordbank"):
        key = asked.keys.get(response.ident, -1)
        texts = [asked.line(option.html) for option in response.options]
        if not dropdown and key >= 0:
            bank.update(dict.fromkeys(texts))
            return {"bank": texts[key]}
        return {"list": [{"text": text, "key": m == key} for m, text in enumerate(texts)]}
    return {"typed": _accepted(asked, response, n)}


def _accepted(asked: Asked, response: Response, n: int = 0) -> list[dict[str, Any]]:
    """The texts that are accepted, each with its part of the points."""
    texts = {option.ident: asked.line(option.html) for option in response.options}
    worth: dict[str, float] = {}
    said: dict[str, str] = {}
    if response.chosen and "fill_in_multiple" in asked.kind:
        # Canvas lists every accepted text; its conditions name only the first.
        worth = {text: asked.maximum for text in texts.values() if text}
    for condition, test in asked.paid:
        mine = test.respident == response.ident
        if n and len(asked.item.responses) > 1 and test.index.isdecimal():
            mine = int(test.index[:6]) == n
        text = " ".join((texts.get(test.value) or test.value).split())
        if not mine or not text or not test.name.startswith(("vareq", "vars", "varin")):
            continue
        _warn_of(asked, test, response)
        worth[text] = max(worth.get(text, 0.0), condition.amount(asked.maximum))
        said[text] = asked.said(*condition.said)
    best = max(worth.values(), default=1.0)
    return [
        {"text": text, "fraction": round(paid / best, 5), "feedback": said.get(text, "")}
        for text, paid in worth.items()
    ]


def _warn_of(asked: Asked, test: Test, response: Response) -> None:
    """Say where a comparison of the file is looser than ours."""
    if test.name == "varsubstring" or response.algorithm in ("textcontainsanswer", "textregex"):
        asked.lose(
            "looser-comparison",
            N_(
                "Dans le fichier, il suffit que la réponse contienne « %(said)s » ; ici, elle doit l’être."
            ),
            N_("Ajoutez dans l’aperçu les autres réponses à accepter."),
            said=test.value[:80],
        )


def read_typed(asked: Asked) -> None:
    """A text or a number to write, or an essay."""
    item = asked.item
    if item.responses and (answers := read_numbers(asked)):
        asked.put("numeric", {"answers": answers, "feedback": general_feedback(asked)})
        return
    accepted = _accepted(asked, item.responses[0]) if item.responses else []
    essay = any(sign in asked.kind for sign in ("essay", "short response", "long answer"))
    if accepted and not essay:
        strict = any(test.strict and test.value != test.value.lower() for _, test in asked.paid)
        asked.put(
            "short_answer",
            {
                "prompt": _with_blank(asked),
                "answers": accepted,
                "feedback": general_feedback(asked),
                "compare": {"case": "strict"} if strict else {},
            },
        )
        return
    known = any(
        sign in asked.kind for sign in ("short_answer", "fib", "fill", "numerical", "short answer")
    )
    if known and not essay:
        kind = "numeric" if "numerical" in asked.kind else "short_answer"
        asked.put(kind, {"answers": []})
        return
    if any(general_feedback(asked).values()):
        asked.lose(
            "lost-feedback",
            N_("Le commentaire d’une rédaction n’a pas été repris : une personne la corrige."),
        )
    asked.put("essay", {})


def _with_blank(asked: Asked) -> str:
    """The prompt, with a blank where text goes on after the response."""
    parts = asked.item.parts
    last = max(n for n, part in enumerate(parts) if isinstance(part, Response))
    if last == 0 or not any(isinstance(part, str) and part for part in parts[last + 1 :]):
        return str(asked.raw["prompt"])
    blank = "_____"
    return " ".join(blank if isinstance(part, Response) else asked.line(part) for part in parts)
