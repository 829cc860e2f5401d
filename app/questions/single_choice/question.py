"""One key among several choices: right or wrong, or as much as an author says it is worth."""

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field

from app.errors import N_, Problem
from app.questions import base
from app.text.passage import Reading

__all__ = ["SingleChoice"]


class SingleChoice(base.Question):
    """The learner picks one choice."""

    title: ClassVar[str] = N_("Choix unique")
    rule: ClassVar[str] = N_("Tout ou rien : la bonne réponse donne tous les points.")
    hint: ClassVar[str] = N_("Une seule réponse.")

    type: Literal["single_choice"] = "single_choice"
    choices: base.Choices = Field(min_length=2, max_length=26)
    shuffle: bool = True

    def read(self, raw: object, reading: Reading) -> str | None:
        """A choice's id."""
        return base.read_one(raw, self.by_id)

    def _grade(self, answer: str, reading: Reading, mode: base.Mode) -> base.Grade:
        chosen = self.by_id[answer]
        worth = self._worth(chosen)
        general = self.feedback.right if worth == 1 else self.feedback.wrong
        return base.graded(
            worth,
            category=answer,
            feedback=[chosen.feedback, general],
            parts={answer: base.Verdict.RIGHT if worth == 1 else base.Verdict.WRONG},
        )

    @staticmethod
    def _worth(choice: base.Choice) -> Fraction:
        """All for the key; another choice may have a weight of its own, never below 0.

        A weight of 1 makes it as right as the key: some files have two right answers of which
        either is enough.
        """
        if choice.key or choice.weight is None:
            return Fraction(choice.key)
        return max(Fraction(0), base.exact(choice.weight))

    def key(self, reading: Reading) -> str:
        """The key's id."""
        return next(choice.id for choice in self.choices if choice.key)

    def _told(self, answer: str, reading: Reading) -> tuple[str, ...]:
        return (self.by_id[answer].text,)

    def tempting(self, answer: base.Answer | None) -> tuple[base.Choice, ...]:
        """The other distractors, with what they get wrong."""
        return tuple(
            choice
            for choice in self.choices
            if self._worth(choice) < 1 and choice.feedback and choice.id != answer
        )

    def shown(self, rng: random.Random) -> base.Shown:
        """The choices, shuffled unless their own order means something."""
        ids = [choice.id for choice in self.choices]
        return {"choices": base.shuffled(ids, rng) if self.shuffle else ids}

    def options(self) -> int:
        """As many as there are choices."""
        return len(self.choices)

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        chosen = self.by_id.get(category)
        if chosen is None:
            return ()
        worth = self._worth(chosen)
        return (base.Given(chosen.id, chosen.text, right=worth == 1, lure=not worth),)

    def authored_choices(self) -> tuple[base.Choice, ...]:
        """All of them."""
        return self.choices

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "choices": [choice.text for choice in self.choices],
            "correct": [n for n, choice in enumerate(self.choices) if self._worth(choice) == 1],
            "weights": [1.0 if choice.key else choice.weight or 0.0 for choice in self.choices],
        }

    def problems(self) -> Iterator[Problem]:
        """Exactly one key, and no choice twice."""
        keys = [n for n, choice in enumerate(self.choices) if choice.key]
        if not keys:
            yield base.no_key()
        for n in keys[1:]:
            yield base.second_key(("choices", n, "key"))
        yield from base.repeated_choices(self.choices, ("choices",))

    @cached_property
    def by_id(self) -> dict[str, base.Choice]:
        """The choices by id."""
        return {choice.id: choice for choice in self.choices}
