"""What to do with a question, from the figures of its analysis.

The limits are those of the usual handbooks (Ebel and Frisbie, 1991, "Essentials of Educational
Measurement"): a discrimination of 0.2 is the least to ask of an item, one below 0 speaks against
its key. They are read from ``ENOUGH`` attempts on: with fewer, chance alone explains them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from app.domain.answer_table import AnswerRow
from app.domain.statistics import ItemAnalysis
from app.errors import N_, Message

__all__ = [
    "AIMED_AT",
    "ENOUGH",
    "Advice",
    "advise",
    "correlation_error",
    "reliability",
]

ENOUGH = 30
"""Attempts before a question is judged."""
TELLS_APART = 0.2
TOO_EASY, TOO_HARD = 0.92, 0.2
TEMPTING = 0.2
"""The part of the highest third that a lure must not take."""
AIMED_AT = (0.3, 0.85, TELLS_APART)
"""Facility from, facility to, and discrimination from: where a question is at its best."""

Level = Literal["ok", "warn", "ko"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with a question: a word, and the sentences that say why."""

    level: Level
    label: str
    """To translate."""
    sentences: tuple[Message, ...]


def correlation_error(n: int) -> float | None:
    """Standard error of a correlation of n attempts, 1/√(n − 3) by Fisher's z; None up to 3."""
    return 1 / sqrt(n - 3) if n > 3 else None  # noqa: PLR2004 (the formula)


def advise(item: ItemAnalysis, rows: Sequence[AnswerRow], thirds: tuple[int, int, int]) -> Advice:
    """What the figures of an item say, the most pressing first."""
    findings = [
        finding
        for finding in (
            _against(item),
            *(_tempting(row, thirds) for row in rows),
            _out_of_reach(item),
            _dull(item),
        )
        if finding is not None
    ]
    if not findings:
        good = Message(N_("Réussie surtout par ceux qui réussissent le reste : à garder."))
        findings = [("ok", N_("Bonne question"), good)]
    level, label, _ = findings[0]
    sentences = [sentence for _, _, sentence in findings]
    return Advice(level, label, (*sentences, *_idle(rows, item)))


Finding = tuple[Level, str, Message]


def _against(item: ItemAnalysis) -> Finding | None:
    if item.discrimination is None or item.discrimination >= 0:
        return None
    return (
        "ko",
        N_("À revoir"),
        Message(
            N_(
                "Se contredit avec le reste : ceux qui réussissent les autres questions "
                "la manquent. Vérifiez la clé."
            )
        ),
    )


def _tempting(row: AnswerRow, thirds: tuple[int, int, int]) -> Finding | None:
    """A lure that takes many of the best, and no fewer of them than of the weakest."""
    low, _, high = thirds
    if not row.given.lure or not high or row.thirds[2] < TEMPTING * high:
        return None
    if low and row.thirds[0] * high > row.thirds[2] * low:
        return None
    text = Message(
        N_("Le leurre « %(text)s » attire les meilleurs : relisez-le."),
        {"text": str(row.given.words)},
    )
    return "ko", N_("À revoir"), text


def _out_of_reach(item: ItemAnalysis) -> Finding | None:
    if item.facility is None:
        return None
    if item.facility > TOO_EASY:
        sentence = N_("Trop facile pour distinguer : presque tout le monde réussit.")
        return "warn", N_("Trop facile"), Message(sentence)
    if item.facility < TOO_HARD:
        sentence = N_(
            "Presque personne ne réussit : vérifiez la clé, puis la preuve dans le texte."
        )
        return "warn", N_("Trop difficile"), Message(sentence)
    return None


def _dull(item: ItemAnalysis) -> Finding | None:
    """Positive, but too low to tell anybody apart; an easy item is not blamed twice."""
    if item.facility is not None and not TOO_HARD <= item.facility <= TOO_EASY:
        return None
    if item.discrimination is None or not 0 <= item.discrimination < TELLS_APART:
        return None
    sentence = N_(
        "Distingue mal : on la réussit presque aussi souvent quand on manque le reste. "
        "Resserrez l’énoncé ou les choix."
    )
    return "warn", N_("Distingue mal"), Message(sentence)


def _idle(rows: Sequence[AnswerRow], item: ItemAnalysis) -> list[Message]:
    """Lures that nobody took, where the question is not so easy that none could be taken."""
    if item.facility is not None and item.facility > TOO_EASY:
        return []
    return [
        Message(
            N_("Personne ne choisit « %(text)s » : ce leurre est à remplacer."),
            {"text": str(row.given.words)},
        )
        for row in rows
        if row.given.lure and not row.n
    ]


_STEPS = (
    (0.9, N_("excellente : la note ne doit presque rien au hasard")),
    (0.8, N_("bonne : la note peut compter")),
    (0.7, N_("correcte : la note donne une bonne idée")),
    (0.5, N_("fragile : ne décidez pas sur cette seule note")),
    (0.0, N_("faible : trop peu de questions, ou des questions qui mesurent autre chose")),
)
_CONTRADICTORY = N_("les questions se contredisent : cherchez celles à revoir")


def reliability(alpha: float) -> str:
    """What α says of the whole quiz, to translate."""
    return next((word for least, word in _STEPS if alpha >= least), _CONTRADICTORY)
