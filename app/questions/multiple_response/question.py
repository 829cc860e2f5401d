"""Several keys among several choices, with partial credit.

With K keys, D distractors, t keys chosen and f distractors chosen, the fraction is
max(0, t/K − f/D): choosing everything earns nothing. An author may give weights instead;
they are summed, between 0 and 1. Where those of the keys make less than 1, all are raised in
proportion: whoever finds every key earns all.
"""

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field

from app.errors import N_, Message, Problem
from app.questions import base
from app.text.passage import Reading

__all__ = ["MultipleResponse"]

ALMOST_ONE = Fraction(1, 200)
"""Weights written as 33.33333 % miss 1 by a hair."""


class MultipleResponse(base.Question):
    """The learner ticks any number of choices."""

    title: ClassVar[str] = N_("Choix multiples")
    rule: ClassVar[str] = N_(
        "Chaque bonne réponse rapporte, chaque mauvaise retire ; jamais moins de zéro."
    )
    hint: ClassVar[str] = N_("Plusieurs réponses possibles.")

    type: Literal["multiple_response"] = "multiple_response"
    choices: base.Choices = Field(min_length=2, max_length=26)
    shuffle: bool = True

    def read(self, raw: object, reading: Reading) -> list[str] | None:
        """Ids of the choices ticked."""
        return base.read_list(raw, [choice.id for choice in self.choices])

    def _grade(self, answer: list[str], reading: Reading, mode: base.Mode) -> base.Grade:
        chosen = [choice for choice in self.choices if choice.id in answer]
        fraction = self._fraction(chosen)
        general = self.feedback.right if fraction == 1 else self.feedback.wrong
        return base.graded(
            fraction,
            category=",".join(sorted(answer)),
            feedback=[*(choice.feedback for choice in chosen), general],
            parts={
                choice.id: base.Verdict.RIGHT if self._pays(choice) else base.Verdict.WRONG
                for choice in chosen
            },
        )

    def _fraction(self, chosen: list[base.Choice]) -> Fraction:
        if self._weighted:
            total = _summed(chosen) / min(Fraction(1), self._paid or Fraction(1))
            if abs(total - 1) < ALMOST_ONE:
                return Fraction(1)
            return min(Fraction(1), max(Fraction(0), total))
        keys = sum(choice.key for choice in self.choices)
        distractors = len(self.choices) - keys
        right = sum(choice.key for choice in chosen)
        wrong = len(chosen) - right
        penalty = Fraction(wrong, distractors) if distractors else Fraction(0)
        return max(Fraction(0), Fraction(right, keys) - penalty)

    @cached_property
    def by_id(self) -> dict[str, base.Choice]:
        """The choices by id."""
        return {choice.id: choice for choice in self.choices}

    def marking(self, mode: base.Mode) -> Message:
        """Weighted choices are not worth the same."""
        if self._weighted:
            return Message(N_("Les choix n’ont pas tous le même poids ; jamais moins de zéro."))
        return super().marking(mode)

    @property
    def _weighted(self) -> bool:
        return any(choice.weight for choice in self.choices)

    @cached_property
    def _paid(self) -> Fraction:
        """What the keys' weights make together: 1 but for a slip of the author."""
        return _summed([choice for choice in self.choices if self._pays(choice)])

    def _pays(self, choice: base.Choice) -> bool:
        return (choice.weight or 0) > 0 if self._weighted else choice.key

    def key(self, reading: Reading) -> list[str]:
        """Ids of all keys."""
        return [choice.id for choice in self.choices if self._pays(choice)]

    def _told(self, answer: list[str], reading: Reading) -> tuple[str, ...]:
        return tuple(choice.text for choice in self.choices if choice.id in answer)

    def tempting(self, answer: base.Answer | None) -> tuple[base.Choice, ...]:
        """The other distractors, with what they get wrong."""
        return tuple(
            choice
            for choice in self.choices
            if not self._pays(choice) and choice.feedback and choice.id not in (answer or ())
        )

    def shown(self, rng: random.Random) -> base.Shown:
        """The choices, shuffled unless their own order means something."""
        ids = [choice.id for choice in self.choices]
        return {"choices": base.shuffled(ids, rng) if self.shuffle else ids}

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        """Each choice ticked; a category that was cut in the middle of an id loses that one."""
        chosen = [self.by_id[one] for one in category.split(",") if one in self.by_id]
        return tuple(
            base.Given(
                choice.id, choice.text, right=self._pays(choice), lure=not self._pays(choice)
            )
            for choice in chosen
        )

    def authored_choices(self) -> tuple[base.Choice, ...]:
        """All of them."""
        return self.choices

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "choices": [choice.text for choice in self.choices],
            "correct": [n for n, choice in enumerate(self.choices) if self._pays(choice)],
            "weights": [self._weight(choice) for choice in self.choices],
        }

    def _weight(self, choice: base.Choice) -> float:
        if self._weighted:
            return choice.weight or 0.0
        alike = sum(other.key == choice.key for other in self.choices)
        return round((1 if choice.key else -1) / alike, 5)

    def problems(self) -> Iterator[Problem]:
        """At least one key; one distractor, and weights of the keys that make 1, are better."""
        pays = [choice for choice in self.choices if self._pays(choice)]
        if not pays:
            yield base.no_key()
        elif len(pays) == len(self.choices):
            yield Problem(
                code="no-distractor",
                severity="warning",
                message=Message(N_("Tous les choix sont justes : il n’y a rien à choisir.")),
                hint=Message(N_("Ajoutez au moins un choix faux.")),
                path=("choices",),
            )
        if self._weighted and pays and abs(self._paid - 1) >= ALMOST_ONE:
            yield Problem(
                code="weights-not-one",
                severity="warning",
                message=Message(
                    N_("Les poids des bonnes réponses font %(total)s, pas 1."),
                    {"total": f"{float(self._paid):g}"},
                ),
                hint=Message(N_("Partagez 1 entre les bonnes réponses.")),
                path=("choices",),
            )
        yield from base.repeated_choices(self.choices, ("choices",))


def _summed(choices: Iterable[base.Choice]) -> Fraction:
    return sum((base.exact(choice.weight or 0) for choice in choices), Fraction(0))
