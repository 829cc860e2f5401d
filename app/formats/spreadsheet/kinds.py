"""Question types by the names that people give them, and by what a row holds where none is given."""

import re

from app.formats.spreadsheet.notation import fold, pair, split

__all__ = ["NUMBER", "PASSAGE", "TITLES", "guess", "kind_of", "truth_of"]

PASSAGE = "passage"
CHOICES = "choices"
"""Named as a question with choices; how many are right tells which type it is."""

TITLES: dict[str, str] = {
    "single_choice": "Choix unique",
    "multiple_response": "Choix multiples",
    "true_false": "Vrai ou faux",
    "short_answer": "Réponse courte",
    "numeric": "Nombre",
    "matching": "Associations",
    "ordering": "Mise en ordre",
    "cloze": "Texte à trous",
    "hot_text": "Choix dans le texte",
    "essay": "Rédaction",
    PASSAGE: "Texte",
}
"""The names that we write. They stand in files: they are not translated."""

_MORE = {
    "single_choice": "single choice, qcu, choix simple, une seule réponse, radio, radio button,"
    " multiple choice single answer",
    "multiple_response": "multiple response, qrm, réponses multiples, plusieurs réponses,"
    " choix multiple plusieurs réponses, checkbox, cases à cocher, multiple answers, multi select,"
    " multiple select, multiple choice multiple answers",
    CHOICES: "qcm, multiple choice, mcq, mc, quiz, choix, questionnaire à choix multiples,"
    " question à choix multiples, multichoice",
    "true_false": "true false, true or false, vf, v f, vrai faux, vraifaux, tf, truefalse, boolean",
    "short_answer": "short answer, réponse brève, shortanswer, mot, texte court, fill in,"
    " réponse, réponse libre courte, type answer",
    "numeric": "numeric, numérique, number, numerical, calcul, réponse numérique",
    "matching": "matching, match, association, appariement, relier, à relier, correspondance",
    "ordering": "ordering, order, ordre, remise en ordre, classement, ranking, sequence, séquence",
    "cloze": "cloze, trous, à trous, texte lacunaire, lacunaire, fill in the blank,"
    " fill in the gaps, gap fill, compléter",
    "hot_text": "hot text, hottext, phrase à trouver, mot à trouver, sélection dans le texte",
    "essay": "essay, question ouverte, ouverte, open, open ended, production écrite, texte libre,"
    " réponse longue, long answer, paragraph",
    PASSAGE: "texte à lire, text, passage, document, article",
}
_KINDS = {
    fold(name): kind
    for names in (_MORE, TITLES, {kind: kind for kind in TITLES})
    for kind, listed in names.items()
    for name in listed.split(",")
}
_TRUTHS = {
    fold(name): truth
    for truth, names in {
        "true": "vrai, v, true, t, oui, exact, juste",
        "false": "faux, f, false, non, inexact",
        "unknown": "le texte ne le dit pas, non dit, on ne sait pas, unknown, not given, nsp",
    }.items()
    for name in names.split(",")
}
_SURE = frozenset(map(fold, "Vrai,Faux,V,F,True,False,Le texte ne le dit pas,Non dit".split(",")))
"""Texts that nobody would write as the choices of another question, as one may « Oui » and « Non »."""
NUMBER = re.compile(
    r"(?P<value>[+-]?[0-9][0-9   .,]{0,400}|[+-]?[.,][0-9]{1,400})"
    r"(?:\s*(?:±|\+/-|\+-)\s*(?P<tolerance>[0-9][0-9.,]{0,400}))?"
)
"""A number as people type it, with how far from it one may be."""


def kind_of(name: str) -> str | None:
    """The type of that name; "choices" where the right answers must tell, None if unknown."""
    return _KINDS.get(fold(name))


def truth_of(text: str) -> str | None:
    """The verdict that a text says: "true", "false" or "unknown"; None if it says none."""
    return _TRUTHS.get(fold(text)) or ("unknown" if text.strip() == "?" else None)


def guess(prompt: str, choices: list[str], key: str) -> str:
    """What a row without a type seems to be; "choices" where the right answers must tell."""
    if choices and all(fold(choice) in _SURE for choice in choices):
        return "true_false"
    if len(choices) > 1:
        paired = not key and all(pair(choice) for choice in choices)
        return "matching" if paired else CHOICES
    answer = key or next(iter(choices), "")
    if not answer:
        return "cloze" if re.search(r"\[[^\[\]]+\]", prompt) else "essay"
    if fold(answer) in _SURE:
        return "true_false"
    if NUMBER.fullmatch(answer):
        return "numeric"
    several = [piece for line in answer.split("\n") for piece in split(line)]
    if len(several) > 1 and all(pair(piece) for piece in several):
        return "matching"
    return "short_answer"
