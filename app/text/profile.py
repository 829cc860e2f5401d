"""How hard a text is, in figures that anyone can reprint; a range with reasons, no verdict.

Readability is Kandel and Moles' French form of Flesch's formula (1958, "Application de l'indice
de Flesch à la langue française", Cahiers d'études de radio-télévision 19):
207 − 1.015 × words per sentence − 73.6 × syllables per word; the higher, the easier.

Lexical bands are Zipf values (the decimal logarithm of a word's occurrences in a thousand
million words): 5 and more is everyday, below 3 is rare.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from app.errors import N_, Message
from app.text.passage import Passage
from app.text.sentences import count_words, words

__all__ = ["BANDS", "Frequency", "Profile", "profile"]

Frequency = Callable[[str], float]
"""A word's Zipf value; 0 for a word that is not known."""

BANDS: tuple[tuple[str, float], ...] = (("everyday", 5.0), ("common", 4.0), ("uncommon", 3.0))
"""Bands by the lowest Zipf value; below the last, a word is rare."""

_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
_MUTE = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûüœæ])(e|es|ent)$", re.IGNORECASE)

LIMITS: tuple[tuple[str, float, float], ...] = (
    ("A2", 11.0, 0.015),
    ("B1", 14.0, 0.025),
    ("B2", 16.5, 0.035),
    ("C1", 24.0, 0.07),
)
"""Level → most words per sentence, largest share of rare words. The limits are ours, set on the
built-in texts: they rank texts and prove nothing, so two indices that disagree make a range."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of one text. Shares are of all words, names included."""

    words: int
    sentences: int
    words_per_sentence: float
    longest_sentence: int
    syllables_per_word: float
    readability: float
    bands: dict[str, float]
    levels: tuple[str, str]
    reasons: tuple[Message, ...]


def syllables(word: str) -> int:
    """Syllables as they are said, near enough for an average: groups of vowels, mute e left out."""
    return max(1, len(_VOWELS.findall(_MUTE.sub("", word))))


def profile(passages: Iterable[Passage], frequency: Frequency | None = None) -> Profile:
    """Measure passages together. Without a word list the bands are empty."""
    sentences = [
        sentence.text
        for passage in passages
        for paragraph in passage.paragraphs
        if not paragraph.heading
        for sentence in paragraph.sentences
    ]
    counted = [count_words(text) for text in sentences]
    every = [text[start:end] for text in sentences for start, end in words(text)]
    per_sentence = mean(counted)
    per_word = mean(map(syllables, every))
    bands = _bands(every, frequency) if frequency else {}
    levels, reasons = _levels(per_sentence, bands)
    return Profile(
        words=sum(counted),
        sentences=len(counted),
        words_per_sentence=per_sentence,
        longest_sentence=max(counted),
        syllables_per_word=per_word,
        readability=207 - 1.015 * per_sentence - 73.6 * per_word,
        bands=bands,
        levels=levels,
        reasons=reasons,
    )


def _bands(every: Sequence[str], frequency: Frequency) -> dict[str, float]:
    values = [frequency(word.casefold().rstrip("’'")) for word in every]
    shares, above = {}, float("inf")
    for name, least in BANDS:
        shares[name] = sum(least <= value < above for value in values) / len(values)
        above = least
    shares["rare"] = sum(value < above for value in values) / len(values)
    return shares


def _levels(
    per_sentence: float, bands: dict[str, float]
) -> tuple[tuple[str, str], tuple[Message, ...]]:
    by_length = next((level for level, most, _ in LIMITS if per_sentence <= most), "C2")
    reasons = [
        Message(
            N_("%(words)s mots par phrase : %(level)s"),
            {"words": f"{per_sentence:.1f}", "level": by_length},
        )
    ]
    if not bands:
        return (by_length, by_length), tuple(reasons)
    rare = bands["rare"]
    by_words = next((level for level, _, most in LIMITS if rare <= most), "C2")
    reasons.append(
        Message(
            N_("%(share)s %% de mots rares : %(level)s"),
            {"share": f"{rare * 100:.0f}", "level": by_words},
        )
    )
    return (min(by_length, by_words), max(by_length, by_words)), tuple(reasons)
