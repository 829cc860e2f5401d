"""A word or a few, typed, judged kindly and exactly (``text.compare``)."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from app.errors import N_, Message, Path, Problem
from app.questions import base
from app.text.compare import Compare
from app.text.passage import Reading

__all__ = ["ShortAnswer"]


class ShortAnswer(base.Question):
    """The learner types a short text."""

    title: ClassVar[str] = N_("Réponse courte")
    rule: ClassVar[str] = N_("La bonne réponse donne tous les points ; les majuscules sont libres.")
    hint: ClassVar[str] = N_("Écrivez un mot ou quelques mots.")

    type: Literal["short_answer"] = "short_answer"
    answers: tuple[base.AcceptedText, ...] = Field(min_length=1, max_length=100)
    compare: Compare = Compare()

    def marking(self, mode: base.Mode) -> Message:
        """What an accent or a slip of the finger costs."""
        return base.typed_marking(self.skill, self.compare)

    def read(self, raw: object, reading: Reading) -> str | None:
        """The text as typed."""
        return base.read_text(raw)

    def _grade(self, answer: str, reading: Reading, mode: base.Mode) -> base.Grade:
        typed = base.score_typed(answer, self.answers, self.compare, self.skill)
        general = self.feedback.right if typed.fraction == 1 else self.feedback.wrong
        return base.graded(
            typed.fraction,
            category=typed.category,
            notes=[typed.note] if typed.note else [],
            feedback=[typed.feedback or general],
        )

    def key(self, reading: Reading) -> str:
        """The first text that earns all."""
        return next(answer.text for answer in self.answers if answer.fraction == 1)

    def _told(self, answer: str, reading: Reading) -> tuple[str, ...]:
        return (answer,)

    def typed(self, answer: base.Answer | None) -> dict[str, str]:
        """The text."""
        return {"": answer} if isinstance(answer, str) else {}

    def typed_parts(self) -> tuple[str, ...]:
        """The question is one."""
        return ("",)

    def accepting(self, part: str, text: str, fraction: float) -> Self:
        """One more text; what is nearly it is judged as for those of the author."""
        return self.model_copy(update={"answers": base.accepting(self.answers, text, fraction)})

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        return base.given_typed(category, self.answers, self.compare, self.skill)

    def typed_keys(self) -> tuple[str, ...]:
        """Every text that earns something."""
        return tuple(answer.text for answer in self.answers if answer.fraction > 0)

    def comments(self) -> Iterator[tuple[Path, str]]:
        """A right answer may have its own; a wrong one needs one for all that is not foreseen."""
        told = all(answer.feedback for answer in self.answers if answer.fraction == 1)
        return (comment for comment in super().comments() if not told or "right" not in comment[0])

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "correct": [answer.text for answer in self.answers if answer.fraction > 0],
            "weights": [answer.fraction for answer in self.answers if answer.fraction > 0],
        }

    def problems(self) -> Iterator[Problem]:
        """One text earns all the points."""
        if not any(answer.fraction == 1 for answer in self.answers):
            yield Problem(
                code="no-key",
                message=Message(N_("Aucune réponse ne donne tous les points.")),
                hint=Message(N_("Laissez au moins une réponse sans « fraction ».")),
                path=("answers",),
            )
