"""Where reading fails: how many points were lost on the questions that each sentence proves."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.quiz import Item, Quiz

__all__ = ["Loss", "losses"]

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
