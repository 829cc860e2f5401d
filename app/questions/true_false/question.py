"""Is the statement true, false, or not said by the text? With or without its proof.

With a justification, the learner also chooses, in the whole text, the sentence that proves
the verdict. In an exam both must be right; in training the verdict alone earns one third.
« Le texte ne le dit pas » has no sentence to show, so it needs none.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from app.errors import N_, Message, Path, Problem
from app.questions import base
from app.text.content import Content
from app.text.passage import Reading

__all__ = ["VERDICTS", "TrueFalse", "VerdictFeedback"]

TruthValue = Literal["true", "false", "unknown"]
VERDICTS: dict[str, str] = {
    "true": "Vrai",
    "false": "Faux",
    "unknown": "Le texte ne le dit pas",
}


def _as_text(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


class VerdictFeedback(Content):
    """What is said for each verdict, and for a right verdict with the wrong sentence."""

    true: str = ""
    false: str = ""
    unknown: str = ""
    sentence: str = ""


class TrueFalse(base.Question):
    """The learner judges a statement, and may have to prove it."""

    title: ClassVar[str] = N_("Vrai ou faux")
    rule: ClassVar[str] = N_("Tout ou rien : la bonne réponse donne tous les points.")
    hint: ClassVar[str] = N_("Vrai ou faux, d’après le texte.")

    type: Literal["true_false"] = "true_false"
    answer: Annotated[
        TruthValue,
        BeforeValidator(_as_text, json_schema_input_type=bool | Literal["unknown"]),
    ]
    unknown: bool = False
    justify: bool = False
    feedback: VerdictFeedback = VerdictFeedback()  # type: ignore[assignment]

    @property
    def verdicts(self) -> tuple[TruthValue, ...]:
        """The verdicts offered."""
        if self.unknown or self.answer == "unknown":
            return ("true", "false", "unknown")
        return ("true", "false")

    @property
    def names(self) -> dict[str, str]:
        """The verdicts in words, in the language of the text."""
        return VERDICTS

    def marking(self, mode: base.Mode) -> Message:
        """With a justification, the sentence counts too."""
        if not self.justify:
            return super().marking(mode)
        if mode == "training":
            return Message(N_("Vrai ou faux seul vaut un tiers des points ; avec la phrase, tout."))
        return Message(N_("La réponse et la phrase doivent être justes toutes les deux."))

    def read(self, raw: object, reading: Reading) -> dict[str, str] | None:
        """``{"verdict": …, "sentence": …}``, whichever is given."""
        parts: dict[str, Any] = {"verdict": self.verdicts}
        if self.justify:
            parts["sentence"] = reading.sentence_ids
        return base.read_map(raw, parts)

    def _grade(self, answer: dict[str, str], reading: Reading, mode: base.Mode) -> base.Grade:
        verdict, sentence = answer.get("verdict", ""), answer.get("sentence", "")
        right = verdict == self.answer
        told = getattr(self.feedback, verdict, "") if verdict else ""
        parts = {"verdict": base.Verdict.RIGHT if right else base.Verdict.WRONG}
        if not self.needs_sentence:
            return base.graded(Fraction(right), category=verdict, feedback=[told], parts=parts)
        proved = sentence in self.evidence.sentences
        parts["sentence"] = base.Verdict.RIGHT if proved else base.Verdict.WRONG
        notes = []
        if not right:
            fraction = Fraction(0)
        elif proved:
            fraction = Fraction(1)
        else:
            fraction = Fraction(1, 3) if mode == "training" else Fraction(0)
            told = self.feedback.sentence
            notes = [Message(N_("Le verdict est exact ; la phrase choisie ne le prouve pas."))]
        category = f"{verdict}+{'proof' if proved else 'other'}"
        return base.graded(fraction, category=category, feedback=[told], parts=parts, notes=notes)

    @property
    def needs_sentence(self) -> bool:
        """Whether a right answer shows a sentence."""
        return self.justify and self.answer != "unknown"

    def key(self, reading: Reading) -> dict[str, str]:
        """The verdict, with the first sentence that proves it."""
        key: dict[str, str] = {"verdict": self.answer}
        if self.needs_sentence:
            key["sentence"] = self.evidence.sentences[0]
        return key

    def _told(self, answer: dict[str, str], reading: Reading) -> tuple[str, ...]:
        told = []
        if verdict := answer.get("verdict"):
            told.append(VERDICTS[verdict])
        if sentence := answer.get("sentence"):
            told.append(f"« {reading.sentence(sentence).text} »")
        return tuple(told)

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        verdict, _, proof = category.partition("+")
        right = verdict == self.answer and proof != "other"
        lure = verdict != self.answer and verdict in VERDICTS
        if verdict not in VERDICTS:
            words: str | Message = Message(N_("Une phrase, sans vrai ni faux"))
        elif proof == "proof":
            words = Message(N_("%(verdict)s, avec la bonne phrase"), {"verdict": VERDICTS[verdict]})
        elif proof:
            words = Message(N_("%(verdict)s, sans la bonne phrase"), {"verdict": VERDICTS[verdict]})
        else:
            words = VERDICTS[verdict]
        return (base.Given(category, words, right=right, lure=lure),)

    def options(self) -> int:
        """The verdicts; a justified answer has a whole text to choose from."""
        return 4 if self.justify else len(self.verdicts)

    def remark(self, answer: base.Answer | None) -> Message | None:
        """A verdict that still needs its sentence, or a sentence without verdict."""
        if isinstance(answer, dict) and self.justify:
            if "verdict" not in answer:
                return Message(N_("Choisissez aussi vrai ou faux."))
            if "sentence" not in answer and answer["verdict"] != "unknown":
                return Message(N_("Choisissez aussi la phrase qui le prouve."))
        return super().remark(answer)

    def comments(self) -> Iterator[tuple[Path, str]]:
        """One for each verdict offered."""
        for verdict in self.verdicts:
            yield ("feedback", verdict), getattr(self.feedback, verdict)

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "correct": {"true": True, "false": False}.get(self.answer, "unknown"),
            "justify": self.justify,
        }

    def problems(self) -> Iterator[Problem]:
        """A justification needs a sentence to find."""
        if self.needs_sentence and not self.evidence.quotes:
            yield Problem(
                code="no-evidence",
                message=Message(N_("La phrase à trouver n’est pas indiquée.")),
                hint=Message(N_("Citez-la dans « evidence ».")),
                path=("evidence",),
            )
