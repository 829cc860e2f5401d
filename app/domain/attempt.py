"""The life of an attempt: start, save, try, submit, expire.

The server's clock alone decides. A save that was already on its way when time ran out is
kept (``GRACE``); whatever comes later is refused, and what was saved counts.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from app.domain.quiz import Quiz
from app.domain.scoring import training_fraction, tries_allowed
from app.errors import N_, AlreadySubmitted, StaleAnswer, TimeIsUp
from app.questions.base import Answer, Grade, Mode, Question, Shown, Verdict
from app.text.passage import Reading

__all__ = [
    "GRACE",
    "PACES",
    "AttemptState",
    "Pace",
    "Plan",
    "Training",
    "begin",
    "check_open",
    "check_seq",
    "final_grade",
    "shuffled",
    "training",
]

GRACE = timedelta(seconds=10)

Pace = Literal["normal", "longer", "none"]
PACES: dict[Pace, Fraction | None] = {
    "normal": Fraction(1),
    "longer": Fraction(4, 3),
    "none": None,
}
"""The time limit as a multiple of the quiz's own; one third more is what French exams grant."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided once, when an attempt starts."""

    deadline: datetime | None
    shown: dict[str, Shown]
    order: tuple[str, ...] = ()
    """The ids of the questions as they are shown; empty for the order of the quiz."""


@dataclass(frozen=True, slots=True)
class AttemptState:
    """Where an attempt stands."""

    mode: Mode
    started: datetime
    deadline: datetime | None
    submitted: datetime | None

    def expired(self, now: datetime) -> bool:
        """Whether its time is over and nothing more can arrive."""
        return self.submitted is None and self.deadline is not None and now > self.deadline + GRACE


def begin(quiz: Quiz, mode: Mode, pace: Pace, now: datetime, rng: random.Random) -> Plan:
    """Set the deadline, and shuffle the choices once and for all. Training has no limit."""
    share = PACES[pace]
    limit = quiz.settings.minutes if mode == "exam" else None
    deadline = now + timedelta(minutes=float(limit * share)) if limit and share else None
    shown = {item.question.id: item.question.shown(rng) for item in quiz.items}
    return Plan(deadline, {question: order for question, order in shown.items() if order})


def shuffled(quiz: Quiz, rng: random.Random) -> tuple[str, ...]:
    """The ids of the questions in an order of chance."""
    ids = [item.question.id for item in quiz.items]
    rng.shuffle(ids)
    return tuple(ids)


def check_open(state: AttemptState, now: datetime) -> None:
    """Raise AlreadySubmitted or TimeIsUp if the attempt takes no more answers."""
    if state.submitted is not None:
        raise AlreadySubmitted(N_("Cet essai est déjà terminé."))
    if state.expired(now):
        raise TimeIsUp(
            N_(
                "Le temps est écoulé. Vos réponses déjà enregistrées sont comptées ; "
                "celle-ci est arrivée après."
            )
        )


def check_seq(seq: int, stored_seq: int, stored: Answer | None) -> None:
    """Raise StaleAnswer if this save is not newer than what is stored."""
    if seq <= stored_seq:
        raise StaleAnswer(stored, stored_seq)


@dataclass(frozen=True, slots=True)
class Training:
    """How far a question has come in training."""

    tries: tuple[Answer, ...] = ()
    hints: int = 0
    grade: Grade | None = None
    """The grade of the last try."""
    fraction: Fraction = Fraction(0)
    """What the tries and hints leave of the points."""
    settled: bool = False
    tries_left: int = 0


def training(question: Question, log: Sequence[Answer | None], reading: Reading) -> Training:
    """Where a question stands, from its log: checked answers in order, None for a hint.

    The second try earns part of what is left to earn, and the best try counts: trying again
    never costs anything.
    """
    tries = tuple(answer for answer in log if answer is not None)
    hints = len(log) - len(tries)
    hints_before = [log[:n].count(None) for n, answer in enumerate(log) if answer is not None]
    allowed = tries_allowed(question)
    grades = [question.grade(answer, reading, "training") for answer in tries]
    if not grades:
        return Training(hints=hints, tries_left=allowed)
    settled = grades[-1].verdict in (Verdict.RIGHT, Verdict.PENDING) or len(tries) >= allowed
    return Training(
        tries=tries,
        hints=hints,
        grade=grades[-1],
        fraction=training_fraction(
            question,
            [
                (grade.fraction or Fraction(0), before)
                for grade, before in zip(grades, hints_before, strict=True)
            ],
        ),
        settled=settled,
        tries_left=0 if settled else allowed - len(tries),
    )


def final_grade(
    question: Question,
    answer: Answer | None,
    log: Sequence[Answer | None],
    reading: Reading,
    mode: Mode,
) -> tuple[Grade, Fraction | None]:
    """The grade of the answer that counts, and the fraction that it earns.

    In training, an answer that was given but never checked counts as the next try.
    """
    if mode == "exam":
        grade = question.grade(answer, reading, mode)
        return grade, grade.fraction
    state = training(question, log, reading)
    if answer is not None and not state.settled and answer != (state.tries or (None,))[-1]:
        state = training(question, [*log, answer], reading)
    if state.grade is None:
        return question.grade(None, reading, mode), Fraction(0)
    return state.grade, None if state.grade.fraction is None else state.fraction
