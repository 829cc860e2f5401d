"""Each left side finds its right side among all, with surplus ones.

The fraction is right pairs over all pairs. At least one surplus option is asked for, so that
the last pair is not given away; several left sides may share a right side.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from app.errors import N_, Message, Problem
from app.questions import base
from app.text.content import Content, Line, or_written
from app.text.passage import Reading

__all__ = ["Matching", "Pair"]


LONGEST_IN_LIST = 40
"""Characters that a closed list shows on a phone."""


_TWO_TEXTS = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "minItems": 2,
    "maxItems": 2,
}


class Pair(Content, json_schema_extra=or_written(_TWO_TEXTS)):
    """A left side and the right side that belongs to it; written ``[left, right]``."""

    left: Line
    right: Line
    feedback: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) == 2:  # noqa: PLR2004 (a pair)
            return {"left": value[0], "right": value[1]}
        return value

    @property
    def id(self) -> str:
        """The left side's id."""
        return base.ident(self.left)


class Matching(base.Question):
    """The learner gives each left side its right side."""

    title: ClassVar[str] = N_("Associations")
    rule: ClassVar[str] = N_("Chaque association juste compte pour une part égale des points.")
    hint: ClassVar[str] = N_("Choisissez une proposition pour chaque ligne.")

    type: Literal["matching"] = "matching"
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=30)
    distractors: tuple[Line, ...] = Field(default=(), max_length=20)
    shuffle: bool = True

    def rights(self) -> dict[str, str]:
        """All right sides by id, each once, with the surplus ones."""
        return {
            base.ident(text): text
            for text in [*(pair.right for pair in self.pairs), *self.distractors]
        }

    @property
    def long(self) -> bool:
        """Whether right sides are too long for a list: the page then shows them in full, lettered."""
        return any(len(text) > LONGEST_IN_LIST for text in self.rights().values())

    def read(self, raw: object, reading: Reading) -> dict[str, str] | None:
        """Left id → right id."""
        rights = self.rights()
        return base.read_map(raw, {pair.id: rights for pair in self.pairs})

    def _grade(self, answer: dict[str, str], reading: Reading, mode: base.Mode) -> base.Grade:
        parts = {
            pair.id: base.Verdict.RIGHT
            if answer.get(pair.id) == base.ident(pair.right)
            else base.Verdict.WRONG
            if pair.id in answer
            else base.Verdict.BLANK
            for pair in self.pairs
        }
        right = sum(verdict is base.Verdict.RIGHT for verdict in parts.values())
        fraction = Fraction(right, len(parts))
        feedback = [
            pair.feedback for pair in self.pairs if parts[pair.id] is not base.Verdict.RIGHT
        ]
        feedback.append(self.feedback.right if fraction == 1 else self.feedback.wrong)
        return base.graded(
            fraction, category=f"{right}/{len(parts)}", feedback=feedback, parts=parts
        )

    def key(self, reading: Reading) -> dict[str, str]:
        """Every pair as written."""
        return {pair.id: base.ident(pair.right) for pair in self.pairs}

    def _told(self, answer: dict[str, str], reading: Reading) -> tuple[str, ...]:
        rights = self.rights()
        return tuple(
            f"{pair.left} → {rights.get(answer.get(pair.id, ''), '…')}" for pair in self.pairs
        )

    def shown(self, rng: random.Random) -> base.Shown:
        """The right sides, shuffled unless their alphabet means something; the left sides stay."""
        rights = self.rights()
        if self.shuffle:
            return {"rights": base.shuffled(list(rights), rng)}
        return {"rights": sorted(rights, key=lambda right: rights[right].casefold())}

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        return base.given_parts(category, N_("Associations justes : %(right)s sur %(all)s"))

    def options(self) -> int:
        """The right sides."""
        return len(self.rights())

    def remark(self, answer: base.Answer | None) -> Message | None:
        """Lines left without a partner."""
        missing = len(self.pairs) - len(answer or {})
        if answer is not None and missing:
            return Message(N_("Il reste des lignes à associer : %(count)s."), {"count": missing})
        return super().remark(answer)

    def key_texts(self) -> tuple[str, ...]:
        """The right sides that have a left side."""
        return tuple(pair.right for pair in self.pairs)

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "correct": [[pair.left, pair.right] for pair in self.pairs],
            "distractors": list(self.distractors),
        }

    def problems(self) -> Iterator[Problem]:
        """Left sides differ, and one option at least is surplus."""
        yield from base.repeated([pair.left for pair in self.pairs], ("pairs",))
        if len(self.rights()) <= len({pair.right for pair in self.pairs}):
            yield Problem(
                code="no-distractor",
                severity="warning",
                message=Message(N_("La dernière association se devine : rien n’est en trop.")),
                hint=Message(N_("Ajoutez au moins une proposition à « distractors ».")),
                path=("pairs",),
            )
