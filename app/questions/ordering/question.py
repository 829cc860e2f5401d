"""Put the steps back in order.

An answer gives ranks: ``{"3f2a91bc": "1", …}``. With C pairs in the right relative order out
of n(n−1)/2, the fraction is max(0, 4C/(n(n−1)) − 1): half the pairs, which is what chance
gives, earn nothing. The order first shown is worth 0, and an untouched question is blank.
"""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, ClassVar, Literal

from pydantic import Field

from app.errors import N_, Message, Problem
from app.questions import base
from app.text.content import Line
from app.text.passage import Reading

__all__ = ["Ordering"]


class Ordering(base.Question):
    """The learner ranks the steps."""

    title: ClassVar[str] = N_("Mise en ordre")
    rule: ClassVar[str] = N_("On compte les paires dans le bon ordre ; la moitié vaut zéro.")
    hint: ClassVar[str] = N_("Donnez à chaque élément son rang.")

    type: Literal["ordering"] = "ordering"
    sequence: tuple[Line, ...] = Field(min_length=2, max_length=20)

    def steps(self) -> dict[str, str]:
        """The steps by id, in the right order."""
        return {base.ident(text): text for text in self.sequence}

    def ranks(self) -> tuple[str, ...]:
        """The ranks to give: "1" to "n"."""
        return tuple(str(n) for n in range(1, len(self.sequence) + 1))

    def read(self, raw: object, reading: Reading) -> dict[str, str] | None:
        """Step → rank; steps may lack a rank or share one while the learner works."""
        ranks = self.ranks()
        return base.read_map(raw, dict.fromkeys(self.steps(), ranks))

    def _grade(self, answer: dict[str, str], reading: Reading, mode: base.Mode) -> base.Grade:
        concordant, pairs = self.concordant(answer)
        fraction = max(Fraction(0), Fraction(2 * concordant, pairs) - 1)
        note = Message(
            N_("%(right)s paires sur %(all)s dans le bon ordre."),
            {"right": concordant, "all": pairs},
        )
        return base.graded(
            fraction,
            category=f"{concordant}/{pairs}",
            notes=[note] if fraction < 1 else [],
            feedback=[self.feedback.right if fraction == 1 else self.feedback.wrong],
            parts={
                step: base.Verdict.RIGHT if answer.get(step) == str(n) else base.Verdict.WRONG
                for n, step in enumerate(self.steps(), 1)
            },
        )

    def concordant(self, ranks: dict[str, str]) -> tuple[int, int]:
        """Pairs ranked in the right relative order, and all pairs; a tie is not in order."""
        pairs = list(combinations(self.steps(), 2))
        right = sum(
            first in ranks and then in ranks and int(ranks[first]) < int(ranks[then])
            for first, then in pairs
        )
        return right, len(pairs)

    def key(self, reading: Reading) -> dict[str, str]:
        """Each step at its rank."""
        return dict(zip(self.steps(), self.ranks(), strict=True))

    def arranged(self, answer: base.Answer | None, shown: Sequence[str]) -> list[str]:
        """The steps as an answer arranges them; unranked ones last, in the order shown."""
        given = answer if isinstance(answer, dict) else {}
        places = {rank: n for n, rank in enumerate(self.ranks())}
        # What a form sent is shown again even where it is no rank at all.
        return sorted(shown, key=lambda step: places.get(given.get(step, ""), len(places)))

    def laid_out(self, answer: base.Answer | None, shown: base.Shown) -> base.Shown:
        """The steps stand as the answer ranks them."""
        return {**shown, "arranged": self.arranged(answer, shown["steps"])}

    def _told(self, answer: dict[str, str], reading: Reading) -> tuple[str, ...]:
        steps = self.steps()
        return tuple(
            f"{answer.get(step, '…')}. {steps[step]}" for step in self.arranged(answer, list(steps))
        )

    def shown(self, rng: random.Random) -> base.Shown:
        """A random order that is worth nothing as it stands."""
        order = base.shuffled(list(self.steps()), rng)
        concordant, pairs = self.concordant({step: str(n) for n, step in enumerate(order)})
        return {"steps": order if 2 * concordant <= pairs else order[::-1]}

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        return base.given_parts(category, N_("Paires en ordre : %(right)s sur %(all)s"))

    def remark(self, answer: base.Answer | None) -> Message | None:
        """Ranks that are missing or given twice."""
        if isinstance(answer, dict) and len(set(answer.values())) < len(self.sequence):
            return Message(N_("Chaque élément doit avoir un rang, et un seul."))
        return super().remark(answer)

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {"correct": list(self.sequence)}

    def problems(self) -> Iterator[Problem]:
        """No step twice."""
        yield from base.repeated(self.sequence, ("sequence",))
