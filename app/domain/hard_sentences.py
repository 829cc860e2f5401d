"""Where reading fails: the points lost on the questions that a sentence proves, its words looked up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.quiz import Item, Quiz

__all__ = ["HardSentence", "Looked", "Lookup", "Loss", "hardest", "looked_up", "losses"]

STEPS = (0.1, 0.25, 0.4, 0.6)


@dataclass(frozen=True, slots=True)
class Loss:
    """What was lost on the questions that a sentence proves."""

    items: tuple[Item, ...]
    share: float
    """Of their points, 0–1: of a question that is right or wrong, how often it was missed."""

    @property
    def step(self) -> int:
        """From 0 (hardly ever missed) to 4 (missed more often than not), for a tint."""
        return sum(self.share >= step for step in STEPS)


def losses(quiz: Quiz, facilities: Mapping[str, float | None]) -> dict[str, Loss]:
    """Sentence id → what was lost there, in reading order, from question id → facility.

    Questions without a facility prove nothing here; nor do sentences that prove no other.
    """
    proved = quiz.proves()
    found = {}
    for sentence in quiz.reading.sentence_ids:
        known = [
            (item, facility)
            for item in proved.get(sentence, ())
            if (facility := facilities.get(item.question.id)) is not None
        ]
        if known:
            lost = sum((1 - facility) * item.max_units for item, facility in known)
            worth = sum(item.max_units for item, _ in known)
            found[sentence] = Loss(tuple(item for item, _ in known), lost / worth)
    return found


@dataclass(frozen=True, slots=True)
class Lookup:
    """How many times a word of a sentence was looked up."""

    sentence: str
    entry: int
    """The place of the word in the glossary, from 0."""
    n: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up in a sentence."""

    words: Sequence[tuple[str, int]]
    """Each word with how many times, the most looked up first."""

    @property
    def n(self) -> int:
        """How many times in all."""
        return sum(n for _, n in self.words)


def looked_up(quiz: Quiz, lookups: Iterable[Lookup]) -> dict[str, Looked]:
    """Sentence id → what was looked up there, in reading order."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for one in lookups:
        words[one.sentence][quiz.glossary[one.entry].term] += one.n
    return {
        sentence: Looked(words[sentence].most_common())
        for sentence in quiz.reading.sentence_ids
        if sentence in words
    }


@dataclass(frozen=True, slots=True)
class HardSentence:
    """A sentence with what was lost on it and looked up in it; at least one of the two."""

    id: str
    loss: Loss | None
    looked: Looked | None


def hardest(
    quiz: Quiz, lost: Mapping[str, Loss], looked: Mapping[str, Looked]
) -> list[HardSentence]:
    """The sentences on which most points were lost first, then those most looked up."""
    found = [
        HardSentence(sentence, lost.get(sentence), looked.get(sentence))
        for sentence in quiz.reading.sentence_ids
        if sentence in lost or sentence in looked
    ]
    return sorted(
        found,
        key=lambda one: (
            -1.0 if one.loss is None else one.loss.share,
            0 if one.looked is None else one.looked.n,
        ),
        reverse=True,
    )
