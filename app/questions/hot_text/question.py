"""Choose sentences or words in the text itself.

A word that stands several times is the first one, unless it says which: « pain (2) ».
With K keys, t keys chosen and f other places chosen, the fraction is max(0, (t − f)/K).
The page allows no more choices than keys.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any, ClassVar, Literal, Self

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.errors import N_, Message, Problem
from app.questions import base
from app.text.content import Content, Line
from app.text.passage import Reading

__all__ = ["HotText", "Select"]

_WHICH = re.compile(r"(?P<word>.*\S) \((?P<rank>[1-9]\d{0,3})\)")


class Select(Content):
    """What can be chosen and what should be, as quotes; ids are filled in from the text.

    ``within`` limits the choice to the sentences that it quotes; for words it also keeps the
    question small enough to tab through.
    """

    unit: Literal["sentence", "word"] = "sentence"
    keys: tuple[Line, ...] = Field(min_length=1, max_length=100)
    within: tuple[Line, ...] = ()
    key_ids: SkipJsonSchema[tuple[str, ...]] = ()
    sentences: SkipJsonSchema[tuple[str, ...]] = ()


class HotText(base.Question):
    """The learner points at the text."""

    title: ClassVar[str] = N_("Choix dans le texte")
    rule: ClassVar[str] = N_("Chaque bon choix rapporte, chaque mauvais retire autant.")
    hint: ClassVar[str] = N_("Choisissez directement dans le texte.")

    type: Literal["hot_text"] = "hot_text"
    select: Select

    def choosable(self, reading: Reading) -> tuple[str, ...]:
        """Ids of the sentences or words that can be chosen, in reading order."""
        if self.select.unit == "sentence":
            return self.select.sentences
        return tuple(word.id for s in self.select.sentences for word in reading.words(s))

    def instruction(self) -> Message:
        """How many to choose."""
        most = {"most": len(self.select.key_ids)}
        if self.select.unit == "word":
            return Message(N_("À choisir dans le texte. Nombre de mots : %(most)s."), most)
        return Message(N_("À choisir dans le texte. Nombre de phrases : %(most)s."), most)

    def read(self, raw: object, reading: Reading) -> list[str] | None:
        """Ids of what was chosen."""
        return base.read_list(raw, self.choosable(reading))

    def _grade(self, answer: list[str], reading: Reading, mode: base.Mode) -> base.Grade:
        keys = self.select.key_ids
        right = sum(chosen in keys for chosen in answer)
        wrong = len(answer) - right
        fraction = max(Fraction(0), Fraction(right - wrong, len(keys)))
        return base.graded(
            fraction,
            category=",".join(sorted(answer)),
            feedback=[self.feedback.right if fraction == 1 else self.feedback.wrong],
            parts={
                chosen: base.Verdict.RIGHT if chosen in keys else base.Verdict.WRONG
                for chosen in answer
            },
        )

    def key(self, reading: Reading) -> list[str]:
        """Every place that should be chosen."""
        return list(self.select.key_ids)

    def _told(self, answer: list[str], reading: Reading) -> tuple[str, ...]:
        if self.select.unit == "sentence":
            return tuple(f"« {reading.sentence(chosen).text} »" for chosen in answer)
        found = (reading.word(chosen) for chosen in answer)
        return tuple(f"« {word.text} »" for word in found if word)

    def _given(self, category: str, reading: Reading) -> tuple[base.Given, ...]:
        """Each place chosen; a category that was cut in the middle of an id may lose that one."""
        given = []
        for chosen in category.split(","):
            word = reading.word(chosen)
            text = word.text if word else reading.sentence(chosen).text if chosen in reading else ""
            right = chosen in self.select.key_ids
            if text:
                given.append(base.Given(chosen, f"« {text} »", right=right, lure=not right))
        return tuple(given)

    def remark(self, answer: base.Answer | None) -> Message | None:
        """More choices than asked for."""
        most = len(self.select.key_ids)
        if answer is not None and len(answer) > most:
            return Message(
                N_("Vous avez fait %(count)s choix ; %(most)s au plus."),
                {"count": len(answer), "most": most},
            )
        return super().remark(answer)

    def placed(self, reading: Reading) -> tuple[Self, list[Problem]]:
        """Also finds what can be chosen, and the keys."""
        question, problems = super().placed(reading)
        sentences: dict[str, None] = {}
        for n, quote in enumerate(self.select.within):
            found = reading.locate(quote)
            if not found:
                problems.append(base.not_in_text(quote, ("select", "within", n)))
            sentences.update(dict.fromkeys(found))
        choosable = tuple(s for s in reading.sentence_ids if not sentences or s in sentences)
        keys: dict[str, None] = {}
        for n, quote in enumerate(self.select.keys):
            found = self._find(quote, choosable, reading)
            if not found:
                problems.append(base.not_in_text(quote, ("select", "keys", n)))
            keys.update(dict.fromkeys(found))
        select = self.select.model_copy(update={"key_ids": tuple(keys), "sentences": choosable})
        return question.model_copy(update={"select": select}), problems

    def _find(self, quote: str, within: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
        if self.select.unit == "sentence":
            return tuple(s for s in reading.locate(quote) if s in within)
        wanted, rank = _which(quote)
        found = (
            word.id
            for s in within
            for word in reading.words(s)
            if word.text.casefold() == wanted.casefold()
        )
        return tuple(islice(found, rank - 1, rank))

    def outline(self) -> dict[str, Any]:
        """What `inspect` prints of it."""
        keys = self.select.keys
        if self.select.unit == "word":
            keys = tuple(_which(key)[0] for key in keys)
        return {"unit": self.select.unit, "correct": list(keys)}

    def problems(self) -> Iterator[Problem]:
        """No key twice."""
        yield from base.repeated(self.select.keys, ("select", "keys"))


def _which(key: str) -> tuple[str, int]:
    """The word that a key names, and which of those that look alike: « pain (2) » is the second."""
    found = _WHICH.fullmatch(key)
    return (found["word"], int(found["rank"])) if found else (key, 1)
