"""Any quiz, for the laws that every full export obeys: reading it gives the quiz back."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app.domain.quiz import FAMILIES, LEVELS, Quiz
from app.domain.writing import check_question
from app.questions.base import ident
from app.text.passage import Reading, number

Draw = Callable[[st.SearchStrategy[Any]], Any]

TRICKY = (
    "Il dit : oui",
    "un # dièse",
    "- tiret",
    "'apostrophe",
    "‘guillemet’",
    '"droits"',
    "=1+1",
    "+33 6",
    "-5",
    "@toi",
    "12",
    "12,5",
    "1e3",
    "true",
    "null",
    "Non",
    "A",
    "B ; C",
    "Vrai",
    "faux",
    "miel | cire",
    "à moitié (50 %)",
    r"C:\temp\x",
    r"fin\\",
    "[sic]",
    "[trou]",
    "*étoile",
    "a = b",
    "{{9}}",
    "# titre",
    "## intertitre",
    "l’œuf « ancien »",
    "\N{NO-BREAK SPACE}!",
    "ligne\u2028suite",
    "\ufeffmarque",
    "deux\nlignes",
    "tab\tulation",
    "%s %(x)s",
    "_x000D_",
    "🐝 ruche",
    "&amp; <b>gras</b>",
    "phrase longue " * 12 + "fin",
    "mot  double " * 12 + "fin",
)

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t\x85")


def folded(text: str) -> str:
    """Two options that are the same folded cannot be told apart."""
    return " ".join(text.casefold().split())


def lines(most: int = 40) -> st.SearchStrategy[str]:
    """A text that may stand anywhere."""
    some = st.text(CHARACTERS, min_size=1, max_size=most).map(str.strip).filter(bool)
    return st.sampled_from(TRICKY).map(str.strip) | some


def several(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Texts that can be told apart."""
    return st.lists(lines(), min_size=least, max_size=most, unique_by=folded)


comments = st.just("") | lines()
fractions = st.sampled_from([1.0, 1.0, 0.5, 0.0, 0.333, 0.33333])
numbers = st.sampled_from([0.0, 3.0, -12.5, 1e22, 0.1, 1945.0, 1e-7]) | st.floats(-1e6, 1e6)


def _choice(draw: Draw, text: str, *, key: bool = False) -> dict[str, Any]:
    return {"text": text, "key": key, "feedback": draw(comments)}


def _single_choice(draw: Draw, _: Reading) -> dict[str, Any]:
    texts = draw(several(2, 6))
    key = draw(st.integers(0, len(texts) - 1))
    choices = [_choice(draw, text, key=n == key) for n, text in enumerate(texts)]
    if draw(st.booleans()):
        choices[key - 1]["weight"] = draw(st.sampled_from([0.5, -0.25, 0.33333]))
    return {"choices": choices, "shuffle": draw(st.booleans())}


def _multiple_response(draw: Draw, _: Reading) -> dict[str, Any]:
    texts = draw(several(3, 7))
    keys = draw(st.integers(1, len(texts) - 1))
    choices = [_choice(draw, text, key=n < keys) for n, text in enumerate(texts)]
    if draw(st.booleans()):
        for n, choice in enumerate(choices):
            choice["weight"] = round(1 / keys, 5) if n < keys else -0.5
    return {"choices": draw(st.permutations(choices)), "shuffle": draw(st.booleans())}


def _true_false(draw: Draw, reading: Reading) -> dict[str, Any]:
    answer = draw(st.sampled_from(["true", "false", "unknown"]))
    names = ("true", "false", "unknown", "sentence")
    return {
        "answer": answer,
        "unknown": draw(st.booleans()),
        "justify": draw(st.booleans()) and bool(reading.sentence_ids),
        "feedback": {name: draw(comments) for name in names},
    }


def _accepted(draw: Draw) -> list[dict[str, Any]]:
    texts = draw(several(1, 4))
    return [
        {"text": text, "fraction": draw(fractions) if n else 1.0, "feedback": draw(comments)}
        for n, text in enumerate(texts)
    ]


def _compare(draw: Draw) -> dict[str, str]:
    return {
        "case": draw(st.sampled_from(["ignore", "strict"])),
        "accents": draw(st.sampled_from(["strict", "warn", "ignore"])),
        "typos": draw(st.sampled_from(["auto", "none"])),
        "articles": draw(st.sampled_from(["ignore", "strict"])),
    }


def _short_answer(draw: Draw, _: Reading) -> dict[str, Any]:
    return {"answers": _accepted(draw), "compare": _compare(draw)}


def _numeric(draw: Draw, _: Reading) -> dict[str, Any]:
    words = st.lists(st.sampled_from(["trois", "douze et demi", "mille"]), max_size=2, unique=True)
    answers = [
        {
            "value": value,
            "tolerance": draw(st.sampled_from([0.0, 0.5, 0.001])),
            "fraction": draw(fractions) if n else 1.0,
            "words": draw(words),
            "feedback": draw(comments),
        }
        for n, value in enumerate(draw(st.lists(numbers, min_size=1, max_size=3, unique=True)))
    ]
    return {"answers": answers, "unit": draw(st.sampled_from(["", "km", "euros"]))}


def _matching(draw: Draw, _: Reading) -> dict[str, Any]:
    lefts, rights = draw(several(2, 4)), draw(several(3, 7))
    pairs = [
        {"left": left, "right": right, "feedback": draw(comments)}
        for left, right in zip(lefts, rights, strict=False)
    ]
    surplus = rights[len(pairs) :]
    return {
        "pairs": pairs[: len(rights)],
        "distractors": surplus,
        "shuffle": draw(st.booleans()),
    }


def _ordering(draw: Draw, _: Reading) -> dict[str, Any]:
    return {"sequence": draw(several(2, 6))}


def _cloze(draw: Draw, _: Reading) -> dict[str, Any]:
    bank = draw(several(2, 4))
    gaps: dict[str, Any] = {}
    body = draw(comments)
    for n in range(1, draw(st.integers(1, 4)) + 1):
        kind = draw(st.sampled_from(["typed", "list", "bank"]))
        if kind == "typed":
            gaps[str(n)] = {"typed": _accepted(draw)}
        elif kind == "list":
            texts = draw(several(2, 4))
            key = draw(st.integers(0, len(texts) - 1))
            options = [_choice(draw, text, key=k == key) for k, text in enumerate(texts)]
            gaps[str(n)] = {"list": options}
        else:
            gaps[str(n)] = {"bank": draw(st.sampled_from(bank))}
        body += f" {{{{{n}}}}} {draw(comments)}"
    banked = any("bank" in gap for gap in gaps.values())
    return {
        "body": body.replace("{{9}}", ""),
        "gaps": gaps,
        "bank": bank if banked else [],
        "compare": _compare(draw),
    }


def _hot_text(draw: Draw, reading: Reading) -> dict[str, Any] | None:
    if not reading.sentence_ids:
        return None
    within = draw(st.lists(st.sampled_from(reading.sentence_ids), unique=True, max_size=3))
    unit = draw(st.sampled_from(["sentence", "word"]))
    if unit == "sentence":
        chosen = draw(st.sampled_from(within or reading.sentence_ids))
        keys = [reading.sentence(chosen).text]
    else:
        words = [word.text for one in within or reading.sentence_ids for word in reading.words(one)]
        if not words:
            return None
        keys = [draw(st.sampled_from(words))]
    quotes = [reading.sentence(one).text for one in within]
    return {"select": {"unit": unit, "keys": keys, "within": quotes}}


def _essay(draw: Draw, _: Reading) -> dict[str, Any]:
    least = draw(st.integers(1, 100))
    rubric = [
        {"criterion": text, "points": draw(st.sampled_from([0.5, 1.0, 2.0]))}
        for text in draw(st.lists(lines(), max_size=3))
    ]
    more = {"points": sum(line["points"] for line in rubric)} if rubric else {}
    return {"words": {"least": least, "most": least + 50}, "rubric": rubric, **more}


ROOMS: dict[str, Callable[[Draw, Reading], dict[str, Any] | None]] = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "hot_text": _hot_text,
    "essay": _essay,
}

SENTENCES = (
    "Le chat dort.",
    "Il rêve : « Du miel ! »",
    "Zoé n’a que trois ruches (dont une vide).",
    "À 8 h 30, le marché ouvre.",
    "= Une phrase étrange.",
    "- Qui vient ?",
    "Une phrase qui n’en finit pas " + "et qui continue " * 10 + "s’arrête.",
)


@st.composite
def passages(draw: Draw) -> list[dict[str, Any]]:
    """None, one or two texts, whose paragraphs are numbered as one text."""
    made, first = [], 1
    for n in range(draw(st.integers(0, 2))):
        texts = draw(
            st.lists(
                st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join)
                | lines(80),
                min_size=1,
                max_size=3,
            )
        )
        paragraphs = number([*draw(st.sampled_from([[], ["## Un intertitre"]])), *texts], first)
        proper = sum(not paragraph.heading for paragraph in paragraphs)
        if not proper:
            continue
        first += proper
        made.append(
            {
                "id": f"texte-{n + 1}",
                "kind": draw(st.sampled_from(["text", "sidebar", "document"])),
                "title": draw(lines()),
                "by": draw(comments),
                "source": draw(comments),
                "paragraphs": paragraphs,
            }
        )
    return made


def _shared(draw: Draw, reading: Reading, n: int) -> dict[str, Any]:
    ids = reading.sentence_ids
    proofs = draw(st.lists(st.sampled_from(ids), max_size=2)) if ids else []
    quotes = [reading.sentence(one).text for one in proofs]
    prompt = draw(lines())
    evidence = {
        "quotes": quotes,
        "need": draw(st.sampled_from(["all", "any"])) if quotes else "all",
    }
    return {
        "id": f"question-{n}",
        "skill": draw(st.sampled_from(["détail", "global", "point de vue", "grammaire"])),
        "subskill": draw(comments),
        "points": draw(st.sampled_from([1.0, 2.0, 0.5])),
        "prompt": prompt,
        "prompt_html": draw(st.sampled_from(["", "Un mot <strong>important</strong> :"])),
        "evidence": evidence,
        "hints": draw(st.lists(lines(), max_size=3)),
        "feedback": {"right": draw(comments), "wrong": draw(comments)},
    }


@st.composite
def quizzes(draw: Draw, leave_out: frozenset[str] = frozenset()) -> Quiz:
    """A quiz of a few questions that has no error; questions that would have one are left out."""
    texts = draw(passages())
    model = Quiz.model_validate(
        {
            "id": "essai",
            "title": draw(lines()),
            "family": draw(st.sampled_from(FAMILIES)),
            "description": draw(comments),
            "level": draw(st.sampled_from(LEVELS)),
            "licence": draw(comments),
            "topics": draw(st.lists(lines(), max_size=2)),
            "settings": {
                "mode": draw(st.sampled_from(["exam", "training"])),
                "minutes": draw(st.none() | st.integers(1, 600)),
                "glossary": draw(st.sampled_from(["training", "always", "never"])),
            },
            "passages": texts,
            "glossary": [
                {
                    "term": draw(lines()),
                    "forms": draw(st.lists(lines(), max_size=2)),
                    "class": draw(comments),
                    "definition": draw(lines()),
                    "en": draw(comments),
                }
                for _ in range(draw(st.integers(0, 2)))
            ],
            "questions": [ALWAYS],
        }
    )
    reading, questions = model.reading, []
    kinds = st.sampled_from([kind for kind in ROOMS if kind not in leave_out])
    for n in range(draw(st.integers(1, 4))):
        kind = draw(kinds)
        own = ROOMS[kind](draw, reading)
        if own is None:
            continue
        question, _ = check_question({"type": kind, **_shared(draw, reading, n), **own}, reading)
        if question is not None:
            questions.append(question)
    return model.model_copy(update={"questions": tuple(questions) or model.questions})


ALWAYS: dict[str, Any] = {
    "id": "toujours",
    "type": "single_choice",
    "skill": "global",
    "prompt": "Que dit le texte ?",
    "choices": [{"text": "Oui", "key": True, "id": ident("Oui")}, "Non"],
}
