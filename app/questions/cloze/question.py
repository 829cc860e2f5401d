"""A text with gaps: typed, chosen from a list, or filled from a bank of words.

The body marks its gaps ``{{1}}``, ``{{2}}``…; the three kinds may stand in one text. The
fraction is the mean of the gaps. A word of the bank may serve several times.
"""

import random
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field

from app.errors import N_, Message, Problem
from app.questions import base
from app.text.compare import Compare
from app.text.content import Content, Line, Prose
from app.text.passage import Reading

__all__ = ["MARK", "Cloze", "Gap"]

MARK = re.compile(r"\{\{\s*([A-Za-z0-9_-]{1,20})\s*\}\}")
"""A gap in the body, with its name."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Typed = Annotated[
    tuple[base.AcceptedText, ...],
    BeforeValidator(_as_list, json_schema_input_type=Line | tuple[base.AcceptedText, ...]),
]


class Gap(Content):
    """One gap, of exactly one kind."""

    typed: _Typed = ()
    list: base.Choices = ()
    bank: str = ""

    @property
    def kind(self) -> Literal["typed", "list", "bank"]:
        """How the gap is filled."""
        return "typed" if self.typed else "list" if self.list else "bank"

    @property
    def expected(self) -> str:
        """The word that fills it."""
        if self.typed:
            return max(self.typed, key=lambda text: text.fraction).text
        return self.bank or next((choice.text for choice in self.list if choice.key), "")


class Cloze(base.Question):
    """The learner fills the gaps of a text."""

    title: ClassVar[str] = N_("Texte à trous")
    rule: ClassVar[str] = N_("Chaque trou compte pour une part égale des points.")
    hint: ClassVar[str] = N_("Complétez chaque trou.")

    type: Literal["cloze"] = "cloze"
    body: Prose
    gaps: dict[str, Gap] = Field(min_length=1, max_length=60)
    bank: tuple[Line, ...] = Field(default=(), max_length=60)
    compare: Compare = Compare()

    def pieces(self) -> Iterator[tuple[Literal["text", "gap"], str]]:
        """The body in order: runs of text and names of gaps."""
        for n, piece in enumerate(MARK.split(self.body)):
            if n % 2:
                yield "gap", piece
            elif piece:
                yield "text", piece

    @property
    def marks(self) -> tuple[str, ...]:
        """The names of the gaps, in the order of the body."""
        return tuple(MARK.findall(self.body))

    def bank_words(self) -> dict[str, str]:
        """The words of the bank by id: those listed, and any that a gap needs."""
        needed = [gap.bank for gap in self.gaps.values() if gap.kind == "bank"]
        return {base.ident(word): word for word in [*self.bank, *needed]}

    def offered(self, gap: str) -> dict[str, str]:
        """The words offered for a gap by id; none if it is typed."""
        known = self.gaps[gap]
        if known.kind == "bank":
            return self.bank_words()
        return {choice.id: choice.text for choice in known.list}

    def read(self, raw: object, reading: Reading) -> dict[str, str] | None:
        """Gap → typed text, or id of the word chosen."""
        given = base.read_parts(raw, self.gaps)
        read: dict[str, str] = {}
        for name, gap in self.gaps.items():
            value = given.get(name)
            filled = (
                base.read_text(value, limit=200)
                if gap.kind == "typed"
                else base.read_one(value, self.offered(name))
            )
            if filled is not None:
                read[name] = filled
        return read or None

    def _grade(self, answer: dict[str, str], reading: Reading, mode: base.Mode) -> base.Grade:
        total, feedback, parts = Fraction(0), [], {}
        notes: list[Message] = []
        for name in self.marks:
            fraction, note, told = self._grade_gap(self.gaps[name], answer.get(name))
            total += fraction
            parts[name] = (
                base.Verdict.RIGHT
                if fraction == 1
                else base.Verdict.PARTIAL
                if fraction
                else base.Verdict.WRONG
                if answer.get(name)
                else base.Verdict.BLANK
            )
            notes += [note] if note else []
            feedback.append(told)
        fraction = total / len(self.marks)
        feedback.append(self.feedback.right if fraction == 1 else self.feedback.wrong)
        right = sum(verdict is base.Verdict.RIGHT for verdict in parts.values())
        category = f"{right}/{len(parts)}"
        return base.graded(fraction, category=category, notes=notes, feedback=feedback, parts=parts)

    def _grade_gap(self, gap: Gap, given: str | None) -> tuple[Fraction, Message | None, str]:
        if given is None:
            return Fraction(0), None, ""
        if gap.kind == "typed":
            typed = base.score_typed(given, gap.typed, self.compare, self.skill)
            return typed.fraction, typed.note, typed.feedback
        if gap.kind == "bank":
            return Fraction(given == base.ident(gap.bank)), None, ""
        chosen = next(choice for choice in gap.list if choice.id == given)
        return _worth(chosen), None, chosen.feedback

    def typed(self, answer: base.Answer | None) -> dict[str, str]:
        """Gap → what was typed in it."""
        given = answer if isinstance(answer, dict) else {}
        return {name: given[name] for name in self.typed_parts() if name in given}

    def typed_parts(self) -> tuple[str, ...]:
        """The gaps that are typed, in the order of the body."""
        return tuple(name for name in self.marks if self.gaps[name].kind == "typed")

    def accepting(self, part: str, text: str, fraction: float) -> Self:
        """One more text for a gap."""
        gap = self.gaps[part]
        more = gap.model_copy(update={"typed": base.accepting(gap.typed, text, fraction)})
        return self.model_copy(update={"gaps": {**self.gaps, part: more}})

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        return base.given_parts(category, N_("Trous justes : %(right)s sur %(all)s"))

    def key(self, reading: Reading) -> dict[str, str]:
        """Every gap filled as expected."""
        return {
            name: gap.expected if gap.kind == "typed" else base.ident(gap.expected)
            for name, gap in self.gaps.items()
        }

    def filled(self, name: str, answer: base.Answer | None) -> str:
        """The word that an answer puts in a gap, or nothing."""
        given = answer.get(name, "") if isinstance(answer, dict) else ""
        return given if self.gaps[name].kind == "typed" else self.offered(name).get(given, "")

    def _told(self, answer: dict[str, str], reading: Reading) -> tuple[str, ...]:
        return tuple(
            f"({n}) {self.filled(name, answer) or '…'}" for n, name in enumerate(self.marks, 1)
        )

    def shown(self, rng: random.Random) -> base.Shown:
        """The words of each list, and of the bank, shuffled."""
        shown: dict[str, Sequence[str]] = {
            name: base.shuffled(list(self.offered(name)), rng)
            for name, gap in self.gaps.items()
            if gap.kind == "list"
        }
        if words := self.bank_words():
            shown["bank"] = base.shuffled(list(words), rng)
        return shown

    def remark(self, answer: base.Answer | None) -> Message | None:
        """Gaps left empty."""
        missing = len(self.gaps) - len(answer or {})
        if answer is not None and missing:
            return Message(N_("Il reste des trous à compléter : %(count)s."), {"count": missing})
        return super().remark(answer)

    def typed_keys(self) -> tuple[str, ...]:
        """The words of the gaps to type."""
        return tuple(gap.expected for gap in self.gaps.values() if gap.kind == "typed")

    def shown_texts(self) -> tuple[str, ...]:
        """The prompt, and the text around the gaps."""
        return (self.prompt, *(text for kind, text in self.pieces() if kind == "text"))

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        return {
            "body": self.body,
            "correct": [
                {
                    "kind": gap.kind,
                    "choices": list(self.offered(name).values()),
                    "correct": [text.text for text in gap.typed if text.fraction > 0]
                    or [choice.text for choice in gap.list if _worth(choice) == 1]
                    or [gap.expected],
                }
                for name, gap in self.gaps.items()
            ],
        }

    def problems(self) -> Iterator[Problem]:
        """Gaps and body match, each gap is of one kind and has its right word."""
        marks = self.marks
        for name in marks:
            if name not in self.gaps:
                yield Problem(
                    code="gap-undefined",
                    message=Message(N_("Le trou {{%(gap)s}} n’est pas décrit."), {"gap": name}),
                    hint=Message(N_("Ajoutez-le sous « gaps ».")),
                    path=("body",),
                )
            elif marks.count(name) > 1:
                yield Problem(
                    code="gap-repeated",
                    message=Message(N_("Le trou {{%(gap)s}} est écrit deux fois."), {"gap": name}),
                    hint=Message(N_("Donnez un nom à chacun.")),
                    path=("body",),
                )
        for name, gap in self.gaps.items():
            yield from self._gap_problems(name, gap)

    def _gap_problems(self, name: str, gap: Gap) -> Iterator[Problem]:
        if name not in self.marks:
            yield Problem(
                code="gap-unused",
                message=Message(N_("Le trou « %(gap)s » n’est pas dans le texte."), {"gap": name}),
                hint=Message(N_("Écrivez {{%(gap)s}} dans « body »."), {"gap": name}),
                path=("gaps", name),
            )
        if sum([bool(gap.typed), bool(gap.list), bool(gap.bank)]) != 1:
            yield Problem(
                code="gap-kind",
                message=Message(N_("Un trou est soit « typed », soit « list », soit « bank ».")),
                hint=Message(N_("Gardez-en exactement un.")),
                path=("gaps", name),
            )
            return
        if gap.kind == "list":
            keys = [n for n, choice in enumerate(gap.list) if choice.key]
            if not keys:
                yield base.no_key(("gaps", name, "list"))
            for n in keys[1:]:
                yield base.second_key(("gaps", name, "list", n, "key"))
            yield from base.repeated_choices(gap.list, ("gaps", name, "list"))
        if gap.kind == "typed" and not any(text.fraction == 1 for text in gap.typed):
            yield base.no_key(("gaps", name, "typed"))


def _worth(choice: base.Choice) -> Fraction:
    """All for the key; another word of a list may have a weight of its own, never below 0."""
    if choice.key or choice.weight is None:
        return Fraction(choice.key)
    return max(Fraction(0), base.exact(choice.weight))
