"""The life of an attempt: deadline, paces, saves, tries and hints."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from app.domain.attempt import (
    GRACE,
    AttemptState,
    Pace,
    begin,
    check_open,
    check_seq,
    final_grade,
    training,
)
from app.domain.quiz import Quiz, Settings
from app.errors import AlreadySubmitted, StaleAnswer, TimeIsUp
from app.questions.base import Answer, Question, Verdict, ident
from tests.factories import example_quiz

QUIZ = example_quiz()
READING = QUIZ.reading
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
DICE = Random(7)  # noqa: S311 (nothing is kept secret with it)

CHOICE = QUIZ.by_id["sujet"].question  # three choices: a second try is worth a third
WORD = QUIZ.by_id["mot"].question  # typed: a half
ESSAY = QUIZ.by_id["avis"].question


def limited(minutes: int | None) -> Quiz:
    return QUIZ.model_copy(update={"settings": Settings(minutes=minutes)})


@pytest.mark.parametrize(
    ("minutes", "pace", "seconds"),
    [
        (20, "normal", 1200),
        (20, "longer", 1600),  # a third more
        (15, "longer", 1200),
        (20, "none", None),
        (None, "normal", None),
        (None, "longer", None),
    ],
)
def test_an_exam_lasts_what_the_quiz_and_the_pace_say(
    minutes: int | None, pace: Pace, seconds: int | None
) -> None:
    plan = begin(limited(minutes), "exam", pace, NOON, DICE)
    expected = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert plan.deadline == expected


@pytest.mark.parametrize("pace", ["normal", "longer", "none"])
def test_training_has_no_limit(pace: Pace) -> None:
    assert begin(limited(20), "training", pace, NOON, DICE).deadline is None


def test_what_is_shown_is_decided_once_for_the_questions_that_have_an_order() -> None:
    plan = begin(QUIZ, "exam", "normal", NOON, DICE)
    assert plan.shown.keys() == {"sujet", "zoe", "definitions", "ordre", "resume"}
    assert sorted(plan.shown["sujet"]["choices"]) == sorted(CHOICE.shown(DICE)["choices"])


OPEN = AttemptState(mode="exam", started=NOON, deadline=NOON + timedelta(hours=1), submitted=None)


@pytest.mark.parametrize(
    "late", [timedelta(0), timedelta(hours=1), timedelta(hours=1) + GRACE], ids=str
)
def test_a_save_on_its_way_when_time_runs_out_is_taken(late: timedelta) -> None:
    check_open(OPEN, NOON + late)
    assert not OPEN.expired(NOON + late)


def test_a_later_save_is_refused() -> None:
    late = NOON + timedelta(hours=1, microseconds=1) + GRACE
    assert OPEN.expired(late)
    with pytest.raises(TimeIsUp, match="Le temps est écoulé"):
        check_open(OPEN, late)


def test_without_a_deadline_no_save_is_late() -> None:
    check_open(replace(OPEN, deadline=None), NOON + timedelta(days=400))


def test_a_submitted_attempt_takes_nothing_more_and_does_not_expire() -> None:
    closed = replace(OPEN, submitted=NOON)
    assert not closed.expired(NOON + timedelta(days=1))
    with pytest.raises(AlreadySubmitted):
        check_open(closed, NOON)


def test_a_newer_save_is_taken() -> None:
    check_seq(1, 0, None)
    check_seq(9, 2, "ruche")


@pytest.mark.parametrize("seq", [2, 1, 0, -1])
def test_an_older_save_or_a_tie_is_refused_with_what_is_stored(seq: int) -> None:
    with pytest.raises(StaleAnswer) as refused:
        check_seq(seq, 2, "ruche")
    assert (refused.value.stored, refused.value.seq) == ("ruche", 2)


# Training

KEY = CHOICE.key(READING)
WRONG = ident("D’un voyage à Paris")


def fraction_of(question: Question, *log: Answer | None) -> Fraction:
    return training(question, log, READING).fraction


@pytest.mark.parametrize(
    ("log", "fraction"),
    [
        ([], Fraction(0)),
        ([KEY], Fraction(1)),
        ([WRONG], Fraction(0)),
        ([WRONG, KEY], Fraction(1, 3)),
        ([WRONG, WRONG], Fraction(0)),
        ([None, KEY], Fraction(3, 4)),
        ([WRONG, None, KEY], Fraction(1, 4)),
        ([None], Fraction(0)),
    ],
)
def test_a_second_try_of_three_choices_is_worth_a_third_and_a_hint_costs_a_quarter(
    log: list[Answer | None], fraction: Fraction
) -> None:
    assert fraction_of(CHOICE, *log) == fraction


@pytest.mark.parametrize(
    ("log", "fraction"),
    [
        (["abeille", "ruche"], Fraction(1, 2)),
        (["ruches", "ruche"], Fraction(1, 2)),  # a half first, then a half of all
        (["ruches", "abeille"], Fraction(1, 2)),  # trying again costs nothing
        (["ruches", "ruches"], Fraction(1, 2)),
        (["abeille", "ruches"], Fraction(1, 4)),
        (["abeille", None, None, "ruche"], Fraction(1, 4)),
    ],
)
def test_the_better_of_two_tries_counts(log: list[Answer | None], fraction: Fraction) -> None:
    assert fraction_of(WORD, *log) == fraction


def test_a_right_answer_settles_the_question() -> None:
    state = training(CHOICE, [KEY], READING)
    assert state.settled
    assert state.tries_left == 0
    assert state.grade is not None
    assert state.grade.verdict is Verdict.RIGHT


def test_a_wrong_first_try_leaves_another() -> None:
    state = training(CHOICE, [WRONG], READING)
    assert not state.settled
    assert (state.tries_left, state.tries, state.hints) == (1, (WRONG,), 0)


def test_two_tries_settle_the_question_whatever_they_are() -> None:
    assert training(CHOICE, [WRONG, WRONG], READING).settled


def test_with_two_options_the_first_try_settles() -> None:
    two = CHOICE.model_validate(
        {**CHOICE.model_dump(), "choices": [{"text": "oui", "key": True}, "non"]}
    )
    assert training(two, [], READING).tries_left == 1
    state = training(two, [ident("non")], READING)
    assert state.settled
    assert state.fraction == 0


def test_hints_alone_settle_nothing() -> None:
    state = training(CHOICE, [None, None], READING)
    assert (state.hints, state.tries_left, state.settled, state.grade) == (2, 2, False, None)


def test_an_essay_is_settled_when_it_is_sent() -> None:
    state = training(ESSAY, ["Oui, bien sûr."], READING)
    assert state.settled
    assert state.fraction == 0


# The grade that counts


def test_in_an_exam_the_stored_answer_is_marked() -> None:
    grade, fraction = final_grade(CHOICE, KEY, [], READING, "exam")
    assert (grade.verdict, fraction) == (Verdict.RIGHT, Fraction(1))
    grade, fraction = final_grade(CHOICE, None, [], READING, "exam")
    assert (grade.verdict, fraction) == (Verdict.BLANK, Fraction(0))


@pytest.mark.parametrize(
    ("answer", "log", "verdict", "fraction"),
    [
        (None, [], "blank", Fraction(0)),
        (KEY, [], "right", Fraction(1)),  # given, never checked
        (KEY, [WRONG], "right", Fraction(1, 3)),  # counts as the second try
        (WRONG, [WRONG], "wrong", Fraction(0)),  # the same answer is not a second try
        (KEY, [WRONG, WRONG], "wrong", Fraction(0)),  # too late
        (WRONG, [KEY], "right", Fraction(1)),  # settled
        (None, [WRONG], "wrong", Fraction(0)),  # checked, then taken back
        (KEY, [None], "right", Fraction(3, 4)),
        (None, [None], "blank", Fraction(0)),
    ],
)
def test_in_training_an_answer_never_checked_counts_as_the_next_try(
    answer: Answer | None, log: list[Answer | None], verdict: str, fraction: Fraction
) -> None:
    grade, earned = final_grade(CHOICE, answer, log, READING, "training")
    assert (grade.verdict.value, earned) == (verdict, fraction)


@pytest.mark.parametrize("log", [[], ["Oui, bien sûr."]])
def test_in_training_too_an_essay_waits_for_a_person(log: list[Answer | None]) -> None:
    grade, fraction = final_grade(ESSAY, "Oui, bien sûr.", log, READING, "training")
    assert (grade.verdict, fraction) == (Verdict.PENDING, None)
