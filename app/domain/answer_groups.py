"""The answers of a class to one question, the same ones together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from app.questions.base import Answer, Question
from app.text.compare import normalise
from app.text.passage import Reading

__all__ = ["AnswerGroup", "TypedGroup", "group_answers", "group_typed"]

VERDICTS = ("right", "partial", "pending", "wrong", "blank")
"""In the order in which groups are told."""

Given = tuple[int, Answer | None, int | None, str]
"""Attempt, answer, units (None while a person has to mark it), verdict."""


@dataclass(slots=True)
class AnswerGroup:
    """One answer, with all the attempts that gave it and earned the same."""

    answer: Answer | None
    told: tuple[str, ...]
    verdict: str
    units: int | None
    attempts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class TypedGroup:
    """One text that was typed in one part of the question."""

    part: str
    text: str
    verdict: str
    accepted: bool = False
    """Whether a teacher accepted this very text."""
    attempts: list[int] = field(default_factory=list)


def group_answers(
    question: Question, reading: Reading, given: Iterable[Given]
) -> Sequence[AnswerGroup]:
    """Answers by verdict, the commonest first; kinds of space and case do not part typed ones."""
    groups: dict[tuple[object, ...], AnswerGroup] = {}
    for attempt, answer, units, verdict in given:
        # Texts are read one by one, elsewhere: here only their marks are told.
        told = () if question.marked_by_person else question.told(answer, reading)
        key = (verdict, units, answer is None, tuple(normalise(line) for line in told))
        group = groups.setdefault(key, AnswerGroup(answer, told, verdict, units))
        group.attempts.append(attempt)
    return sorted(groups.values(), key=_order)


def group_typed(
    question: Question,
    reading: Reading,
    given: Iterable[Given],
    accepted: Collection[tuple[str, str]] = (),
) -> Sequence[TypedGroup]:
    """What was typed, part by part: nothing for questions in which nothing is.

    ``question`` judges as it does now, ``accepted`` says which texts (part, text) were accepted
    afterwards.
    """
    known = {(part, normalise(text)) for part, text in accepted}
    groups: dict[tuple[str, ...], TypedGroup] = {}
    for attempt, answer, _units, verdict in given:
        typed = question.typed(answer)
        parts = question.grade(answer, reading).parts if typed else {}
        for part, text in typed.items():
            # A gap is judged by the key alone; a question that is one by the mark it has.
            judged = parts[part].value if part in parts else verdict
            key = (part, judged, normalise(text))
            group = TypedGroup(part, text, judged, (part, normalise(text)) in known)
            groups.setdefault(key, group).attempts.append(attempt)
    return sorted(groups.values(), key=lambda one: (one.part, *_order(one)))


def _order(group: AnswerGroup | TypedGroup) -> tuple[int, int]:
    return VERDICTS.index(group.verdict), -len(group.attempts)
