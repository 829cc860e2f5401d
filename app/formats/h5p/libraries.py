"""H5P's question types, each read into the question of ours that marks the same.

The points of a question are what it counts for in H5P: one for each gap, for each right choice
of several, for each word to find.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.errors import N_
from app.formats.h5p.content import dig, flag, items, place_of, string
from app.formats.h5p.desk import LONGEST_LINE, Reader, Task
from app.formats.h5p.stars import Gap, drag_gap, pieces, read_marked, typed_gap
from app.text.sentences import split_sentences

__all__ = ["READERS"]

LONGEST_QUOTE = 300
MOST_CHOICES = 200
MOST_GAPS = 500
LONGEST_MARKED = 100_000
"""Characters of a text to mark; more would be slow, and no task."""
LONGEST_SENTENCE = 20_000

_BRACES = re.compile(r"\{(?=\{)")
"""Two braces of the text itself, which would announce one of our gaps."""


def _multi_choice(reader: Reader, task: Task) -> None:
    params, at = task.params, task.at
    answers = items(params, "answers")
    if reader.too_many(len(answers), MOST_CHOICES, at):
        return
    choices = reader.choices([string(answer, "text") for answer in answers], at)
    keys = sum(flag(answer, "correct", default=False) for answer in answers)
    tips = []
    unsaid = False
    for choice, answer in zip(choices, answers, strict=True):
        choice["key"] = flag(answer, "correct", default=False)
        said = dig(answer, "tipsAndFeedback")
        choice["feedback"] = reader.line(string(said, "chosenFeedback"), at)
        unsaid = unsaid or bool(reader.line(string(said, "notChosenFeedback"), at))
        if tip := reader.line(string(said, "tip"), at):
            tips.append(f"{choice['text']} : {tip}")
    if unsaid:
        reader.intake.lose(
            "lost-feedback",
            N_("Ce qui est dit d’un choix qui n’a pas été coché n’a pas été repris."),
            N_("Écrivez-le dans le commentaire d’un autre choix."),
            at=at,
        )
    raw = {
        **reader.prompt(task, string(params, "question")),
        "choices": choices,
        "hints": reader.hints(tips, at),
        "shuffle": flag(params, "behaviour", "randomAnswers", default=True),
    }
    style = string(params, "behaviour", "type")
    several = style == "multi" or (
        style != "single"
        and (keys != 1 or not flag(params, "behaviour", "singleAnswer", default=True))
    )
    if not several:
        reader.intake.question("single_choice", at, {**raw, "choices": _only_one(choices)})
        return
    if flag(params, "behaviour", "singlePoint", default=False):
        reader.intake.lose(
            "all-or-nothing",
            N_("Tout ou rien dans H5P : Relire donne une part des points."),
            at=at,
        )
    elif 0 < keys != len(choices) - keys:
        # H5P takes one point for each wrong choice, whatever their number.
        for choice in choices:
            choice["weight"] = round((1 if choice["key"] else -1) / keys, 5)
        raw["points"] = _points(keys)
    else:
        raw["points"] = _points(keys)
    reader.intake.question("multiple_response", at, raw)


def _only_one(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One key; a second right choice earns all as well."""
    found = False
    for choice in choices:
        if choice["key"] and found:
            choice.update(key=False, weight=1.0)
        found = found or choice["key"]
    return choices


def _true_false(reader: Reader, task: Task) -> None:
    params = task.params
    if dig(params, "correct") is None:
        reader.intake.warn(
            "no-key",
            N_("La bonne réponse n’est pas marquée : « vrai » a été supposé."),
            N_("Vérifiez-la dans l’aperçu."),
            at=task.at,
            excerpt=string(params, "question"),
        )
    right = flag(params, "correct", default=True)
    said = {
        "true": reader.line(string(params, "behaviour", "feedbackOnCorrect"), task.at),
        "false": reader.line(string(params, "behaviour", "feedbackOnWrong"), task.at),
    }
    feedback = said if right else {"true": said["false"], "false": said["true"]}
    reader.intake.question(
        "true_false",
        task.at,
        {
            **reader.prompt(task, string(params, "question")),
            "answer": "true" if right else "false",
            "feedback": feedback,
        },
    )


def _single_choice_set(reader: Reader, task: Task) -> None:
    for one in items(task.params, "choices"):
        if not string(one, "question") and not items(one, "answers"):
            continue  # the editor leaves an empty one behind
        if reader.too_many(len(items(one, "answers")), MOST_CHOICES, task.at):
            continue
        choices = reader.choices([_as_text(answer) for answer in items(one, "answers")], task.at)
        for n, choice in enumerate(choices):
            choice["key"] = n == 0
        line, column = place_of(one)
        asked = Task(one, replace(task.at, line=line, column=column), task.title)
        reader.intake.question(
            "single_choice",
            asked.at,
            {**reader.prompt(asked, string(one, "question")), "choices": choices},
        )


def _summary(reader: Reader, task: Task) -> None:
    """One question for each set of statements; the first of a set is the right one."""
    for one in items(task.params, "summaries"):
        said = items(one, "summary")
        if reader.too_many(len(said), MOST_CHOICES, task.at):
            continue
        choices = reader.choices([_as_text(statement) for statement in said], task.at)
        for n, choice in enumerate(choices):
            choice["key"] = n == 0
        line, column = place_of(one)
        reader.intake.question(
            "single_choice",
            replace(task.at, line=line, column=column),
            {
                **reader.prompt(task, string(task.params, "intro"), TRUEST),
                "choices": choices,
                "hints": reader.hints([reader.line(string(one, "tip"), task.at)], task.at),
            },
        )


def _sort_paragraphs(reader: Reader, task: Task) -> None:
    """Paragraphs to put in order; the file has them in the right one."""
    paragraphs = [reader.line(_as_text(one), task.at) for one in items(task.params, "paragraphs")]
    if reader.too_many(len(paragraphs), MOST_CHOICES, task.at):
        return
    reader.intake.question(
        "ordering",
        task.at,
        {
            **reader.prompt(task, string(task.params, "taskDescription"), SORT),
            "sequence": [one for one in paragraphs if one],
        },
    )


def _as_text(value: Any) -> str:
    return string({"text": value}, "text")


FILL = "Complétez le texte."
SORT = "Rangez les éléments dans l’ordre."
TRUEST = "Choisissez l’énoncé juste."


def _blanks(reader: Reader, task: Task) -> None:
    """One question for each text; a text without a gap is read before the next one."""
    params = task.params
    before = ""
    asked = 0
    for source in items(params, "questions"):
        body = before + reader.html(_as_text(source), task.at).text
        if not any(gap for _, gap in pieces(body)):
            before = f"{body}\n" if body else before
            continue
        before = ""
        asked += _cloze(reader, task, body, string(params, "text"), typed_gap, _typed)
    if before:
        reader.intake.lose(
            "no-gap",
            N_("Un texte sans trou n’a pas été repris : « %(said)s »."),
            N_("Entourez d’astérisques les mots à trouver : *mot*."),
            at=task.at,
            said=" ".join(before.split())[:80],
        )
    if not asked and not before:
        _nothing_to_fill(reader, task)


def _nothing_to_fill(reader: Reader, task: Task) -> None:
    reader.intake.error(
        "no-gap",
        N_("Cet exercice n’a aucun trou à compléter."),
        N_("Entourez d’astérisques les mots à trouver : *mot*."),
        at=task.at,
    )


def _typed(gap: Gap) -> Mapping[str, Any]:
    return {"typed": list(gap.texts)}


def _banked(gap: Gap) -> Mapping[str, Any]:
    return {"bank": gap.texts[0]}


def _drag_text(reader: Reader, task: Task) -> None:
    params = task.params
    lines = string(params, "textField").replace("\r\n", "\n").replace("\n", "<br>")
    surplus = reader.html(string(params, "distractors"), task.at).text
    distractors = [
        word for inside, gap in pieces(surplus) if gap for word in drag_gap(inside).texts
    ]
    body = reader.html(lines, task.at).text
    if not _cloze(
        reader, task, body, string(params, "taskDescription"), drag_gap, _banked, distractors
    ):
        _nothing_to_fill(reader, task)


def _cloze(
    reader: Reader,
    task: Task,
    text: str,
    prompt: str,
    read_gap: Callable[[str], Gap],
    written: Callable[[Gap], Mapping[str, Any]],
    distractors: Sequence[str] = (),
) -> bool:
    """Add a text with gaps; whether it has any."""
    if reader.too_many(text.count("*") // 2, MOST_GAPS, task.at):
        return True
    body: list[str] = []
    gaps: dict[str, Mapping[str, Any]] = {}
    found: list[Gap] = []
    for piece, inside in pieces(text):
        gap = read_gap(piece) if inside else None
        if gap is None or not gap.texts:
            body.append(_BRACES.sub("{ ", piece))
            continue
        found.append(gap)
        gaps[str(len(found))] = written(gap)
        body.append(f"{{{{{len(found)}}}}}")
    if not found:
        return False
    if any(gap.right or gap.wrong for gap in found):
        reader.intake.lose(
            "lost-feedback",
            N_("Ce qui est dit de chaque mot glissé n’a pas été repris."),
            N_("Écrivez-le dans les commentaires de la question."),
            at=task.at,
        )
    tips = [f"({n}) {gap.tip}" for n, gap in enumerate(found, 1) if gap.tip]
    raw = {
        **reader.prompt(task, prompt, FILL),
        "body": "".join(body),
        "gaps": gaps,
        "hints": reader.hints(tips, task.at),
        "points": _points(len(found)),
    }
    if written is _banked:
        words = [text for gap in found for text in gap.texts]
        raw["bank"] = list(dict.fromkeys([*words, *distractors]))
    elif flag(task.params, "behaviour", "caseSensitive", default=True) and any(
        text != text.lower() for gap in found for text in gap.texts
    ):
        raw["compare"] = {"case": "strict"}
    reader.intake.question("cloze", task.at, raw)
    return True


def _points(count: int) -> float:
    return float(min(100, max(1, count)))


def _mark_the_words(reader: Reader, task: Task) -> None:
    text = reader.html(string(task.params, "textField"), task.at).text
    longest = max(map(len, split_sentences(text))) if 0 < len(text) <= LONGEST_MARKED else len(text)
    if reader.too_many(longest, LONGEST_SENTENCE, task.at):
        return
    marked = read_marked(text)
    for token in marked.astray:
        reader.intake.warn(
            "astray-asterisk",
            N_("L’astérisque de « %(word)s » n’entoure pas un mot : H5P ne le marque pas."),
            N_("Entourez un seul mot, sans espace : *mot*."),
            at=task.at,
            excerpt=token,
            word=token[:40],
        )
    if not marked.keys:
        reader.intake.error(
            "no-key",
            N_("Aucun mot à trouver n’est marqué dans le texte."),
            N_("Entourez d’astérisques chaque mot à trouver : *mot*."),
            at=task.at,
            excerpt=" ".join(marked.paragraphs),
        )
        return
    if marked.paragraphs not in reader.texts:
        reader.intake.passage(task.title, marked.paragraphs, kind="document")
        reader.texts[marked.paragraphs] = _quotes(marked.paragraphs)
    reader.intake.question(
        "hot_text",
        task.at,
        {
            **reader.prompt(
                task, string(task.params, "taskDescription"), "Choisissez les mots dans le texte."
            ),
            "select": {
                "unit": "word",
                "keys": list(marked.keys),
                "within": list(reader.texts[marked.paragraphs]),
            },
            "points": _points(len(marked.keys)),
        },
    )


def _quotes(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """What to quote of a text so that all its sentences are meant: its paragraphs, if they fit."""
    quotes: list[str] = []
    for paragraph in paragraphs:
        if len(paragraph) <= LONGEST_LINE:
            quotes.append(paragraph)
        else:
            quotes += [sentence[:LONGEST_QUOTE] for sentence in split_sentences(paragraph)]
    return tuple(quotes)


def _essay(reader: Reader, task: Task) -> None:
    params = task.params
    reader.intake.question("essay", task.at, reader.prompt(task, string(params, "taskDescription")))
    if items(params, "keywords"):
        reader.intake.lose(
            "lost-keywords",
            N_("Les mots-clés qui corrigeaient cette rédaction n’ont pas été repris."),
            N_("Dans Relire, une personne la corrige : écrivez un barème."),
            at=task.at,
        )
    if reader.line(string(params, "solution", "sample"), task.at):
        reader.intake.lose(
            "lost-solution",
            N_("La réponse modèle de cette rédaction n’a pas été reprise."),
            N_("Gardez-la pour la correction."),
            at=task.at,
        )


READERS: dict[str, Callable[[Reader, Task], None]] = {
    "H5P.Blanks": _blanks,
    "H5P.DragText": _drag_text,
    "H5P.Essay": _essay,
    "H5P.MarkTheWords": _mark_the_words,
    "H5P.MultiChoice": _multi_choice,
    "H5P.SingleChoiceSet": _single_choice_set,
    "H5P.SortParagraphs": _sort_paragraphs,
    "H5P.Summary": _summary,
    "H5P.TrueFalse": _true_false,
}
"""The types that become questions."""
