"""H5P's question types, each read into the question of ours that marks the same.

The points of a question are what it counts for in H5P: one for each gap, for each right choice
of several, for each word to find.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from app.errors import N_
from app.formats.base import Intake, Place
from app.formats.h5p.content import dig, flag, items, place_of, string
from app.formats.h5p.stars import Gap, drag_gap, pieces, read_marked, typed_gap
from app.text.markup import Marked
from app.text.sentences import count_words, split_sentences

__all__ = ["READERS", "Reader", "Task", "library_of"]

MOST_HINTS = 3
LONGEST_LINE = 1_000
LONGEST_QUOTE = 300
MOST_CHOICES = 200
MOST_GAPS = 500
LONGEST_MARKED = 100_000
"""Characters of a text to mark; more would be slow, and no task."""
LONGEST_SENTENCE = 20_000
LEAST_PASSAGE = 25
"""Words from which a text is something to read, not an instruction."""

_HEADING = re.compile(r"<h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)
_BRACES = re.compile(r"\{(?=\{)")
"""Two braces of the text itself, which would announce one of our gaps."""


@dataclass(frozen=True, slots=True)
class Task:
    """One H5P activity: its settings, where it stands, and its title."""

    params: Any
    at: Place
    title: str = ""


@dataclass
class Reader:
    """What all types share: where questions go, and the images of the package."""

    intake: Intake
    files: Callable[[str], bytes | None]
    texts: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Each text to mark that was added, with the quotes that say where it is."""

    def html(self, source: str, at: Place) -> Marked:
        """Read some HTML of the package."""
        return self.intake.html(source, at, self.files)

    def line(self, source: str, at: Place) -> str:
        """Read some HTML as one line of text."""
        return " ".join(self.html(source, at).text.split())

    def prompt(self, task: Task, source: str, otherwise: str = "") -> dict[str, Any]:
        """The prompt of a question, with the image above it."""
        marked = self.html(source, task.at)
        picture = self._picture(task)
        said = marked.html or escape(marked.text).replace("\n", "<br>")
        return {
            "prompt": marked.text or otherwise,
            "prompt_html": f"{picture}<br>{said or escape(otherwise)}" if picture else marked.html,
        }

    def _picture(self, task: Task) -> str:
        media = dig(task.params, "media", "type")
        media = media if isinstance(media, dict) else dig(task.params, "media")
        library = library_of(media)
        path = string(media, "params", "file", "path")
        if library == "H5P.Image" and path:
            alt = escape(string(media, "params", "alt"), quote=True)
            return self.html(f'<img src="{escape(path, quote=True)}" alt="{alt}">', task.at).html
        if library == "H5P.Video":
            self.html("<video>", task.at)
        elif library == "H5P.Audio":
            self.html("<audio>", task.at)
        return ""

    def choices(self, sources: Sequence[str], at: Place) -> list[dict[str, Any]]:
        """Choices with their texts; one that is only an image is named after it, or numbered."""
        read = []
        pictures = 0
        for source in sources:
            marked = self.html(source, at)
            pictures += bool(marked.html) and not marked.text
            text = marked.text or (f"Image {pictures}" if marked.html else "")
            read.append({"text": text, "html": marked.html})
        return read

    def passage(self, task: Task, source: str, title: str = "") -> bool:
        """Add a text to read, if it is long enough to be one."""
        text = self.html(_HEADING.sub("<p>## ", source), task.at).text
        if count_words(text) < LEAST_PASSAGE:
            return False
        self.intake.passage(title or task.title, text.split("\n"))
        return True

    def too_many(self, count: int, most: int, at: Place) -> bool:
        """Report an activity that is too large to be meant."""
        if count > most:
            self.intake.error(
                "too-large",
                N_("Cet exercice est trop grand : %(count)s éléments, %(most)s au plus."),
                N_("Partagez-le en plusieurs exercices."),
                at=at,
                count=count,
                most=most,
            )
        return count > most

    def hints(self, said: Sequence[str], at: Place) -> list[str]:
        """As many tips as a question can have."""
        told = [hint[:LONGEST_LINE] for hint in said if hint]
        if len(told) > MOST_HINTS:
            self.intake.lose(
                "lost-tips",
                N_("Trois indices au plus sont repris ; il y en a %(count)s."),
                at=at,
                count=len(told),
            )
        return told[:MOST_HINTS]


def library_of(content: Any) -> str:
    """The name of an activity's library, without its version; empty if it has none."""
    name = string(content, "library").split()
    return name[0] if name else ""


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


def _as_text(value: Any) -> str:
    return string({"text": value}, "text")


FILL = "Complétez le texte."


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
    "H5P.TrueFalse": _true_false,
}
"""The types that become questions."""
