"""Taking a quiz: start, save, try, submit, and the results.

Whatever changes an attempt locks it first, so a save that races a submit is either counted
or refused, never acknowledged and lost.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain import assignment, scoring
from app.domain import attempt as rules
from app.domain.amendment import amended
from app.domain.attempt import Pace, Plan, Training
from app.domain.quiz import Item, Quiz
from app.errors import N_, MalformedAnswer, Message, NoMoreTries, NotFound, Refused, StaleAnswer
from app.models import assigned, content
from app.models import attempt as attempts
from app.models import learner as learners
from app.models.attempt import Attempt, Response, Sitter
from app.models.counts import Count, Tally, add_counts
from app.models.marking import list_amendments
from app.models.reviewing import Correction, review
from app.questions.base import Answer, Mode

__all__ = [
    "Correction",
    "Form",
    "Given",
    "Results",
    "SaveReport",
    "Saved",
    "SavesForm",
    "Sitting",
    "Started",
    "Withheld",
    "expire",
    "expire_assigned",
    "expire_attempt",
    "get_results",
    "get_sitting",
    "list_abandoned",
    "note_presence",
    "save_answer",
    "save_answers",
    "start_assigned",
    "start_attempt",
    "submit_attempt",
    "try_question",
    "use_hint",
]


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt that is open; ``token`` is there if the learner is new to this browser."""

    attempt_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt under way, with all that its page shows."""

    attempt: Attempt
    responses: Mapping[str, Response]
    training: Mapping[str, Training]

    def answer(self, question_id: str) -> Answer | None:
        """The stored answer."""
        response = self.responses.get(question_id)
        return response.answer if response else None

    def seq(self, question_id: str) -> int:
        """The number of the stored save; 0 before the first."""
        response = self.responses.get(question_id)
        return response.seq if response else 0

    @property
    def answered(self) -> frozenset[str]:
        """Ids of the questions with an answer."""
        return frozenset(
            question for question, response in self.responses.items() if response.answer is not None
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """An acknowledged save."""

    seq: int
    saved_at: datetime


Given = Mapping[str, tuple[object, int]]
"""Question id → (raw answer, seq that the page was made from)."""
Form = Callable[[Quiz], Given]
"""What was sent, which only the quiz's questions can read."""


@dataclass(slots=True)
class SaveReport:
    """What became of a whole form: saved, refused as stale, or not readable."""

    given: Given = field(default_factory=dict)
    saved: int = 0
    stale: dict[str, StaleAnswer] = field(default_factory=dict)
    unreadable: dict[str, Message] = field(default_factory=dict)


SavesForm = Callable[[Connection, str | None, str, Form, datetime], SaveReport]
"""A use case that saves a whole form: of which learner, on which attempt, and when."""


@dataclass(frozen=True, slots=True)
class Results:
    """A submitted attempt, explained."""

    attempt: Attempt
    score: scoring.Score
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A submitted attempt whose score and key its learner may not see, or not yet."""

    attempt: Attempt
    later: bool
    """Whether they will."""


def start_attempt(
    conn: Connection, token: str | None, slug: str, mode: Mode, pace: Pace, now: datetime
) -> Started:
    """Open an attempt, or find the one that is open already: pressing twice starts once.

    A visitor becomes a learner here, and not before. Raises NotFound.
    """
    published = content.find_published(conn, slug)
    if published is None:
        raise NotFound
    learner, new_token = learners.find_learner(conn, token), None
    if learner is None:
        learner = learners.add_learner(conn, now)
        new_token = learners.add_device(conn, learner, now)
    sitter = Sitter(learner, published.quiz_id, published.version_id, mode)
    open_id = None if new_token else attempts.find_open_attempt(conn, sitter)
    if open_id is None:
        plan = rules.begin(published.quiz, mode, pace, now, random.SystemRandom())
        open_id = _add(conn, sitter, plan, now)
    return Started(open_id, new_token)


def _add(conn: Connection, sitter: Sitter, plan: Plan, now: datetime) -> str:
    open_id = attempts.add_attempt(conn, sitter, plan, now)
    open_id = open_id or attempts.find_open_attempt(conn, sitter)
    if open_id is None:  # the other request's attempt was submitted in between
        raise NotFound
    return open_id


def start_assigned(
    conn: Connection, token: str | None, assignment_id: str, pass_code: str, now: datetime
) -> Started:
    """Open an attempt on what a class was given, or find the one that is open already.

    Raises NotFound for who is not in the class; Refused where it is not open, no attempt is
    left, or the pass code is wrong.
    """
    given = assigned.find_given(conn, token, assignment_id, lock=True)
    if given is None:
        raise NotFound
    sitter = Sitter(given.learner_id, given.quiz_id, given.version_id, given.terms.mode, given.id)
    open_id = attempts.find_open_attempt(conn, sitter)
    if open_id is None:
        used = assigned.count_attempts(conn, given.id, given.learner_id)
        assignment.check_start(given.terms, given.grant, used, now)
        if not given.opened_by(pass_code):
            raise Refused(N_("Ce n’est pas le mot de passe de ce travail."))
        rng = random.SystemRandom()
        plan = replace(
            rules.begin(given.quiz, given.terms.mode, "none", now, rng),
            deadline=assignment.deadline(given.terms, given.grant, now),
            order=rules.shuffled(given.quiz, rng) if given.terms.shuffle else (),
        )
        open_id = _add(conn, sitter, plan, now)
    return Started(open_id, None)


def _get(conn: Connection, token: str | None, attempt_id: str, *, lock: bool = False) -> Attempt:
    attempt = attempts.find_attempt(conn, token, attempt_id, lock=lock) if token else None
    if attempt is None:
        raise NotFound
    return attempt


def _item(attempt: Attempt, question_id: str) -> Item:
    item = attempt.quiz.by_id.get(question_id)
    if item is None:
        raise NotFound
    return item


def _training(conn: Connection, attempt: Attempt) -> dict[str, Training]:
    if attempt.state.mode != "training":
        return {}
    quiz, logs = attempt.quiz, attempts.list_tries(conn, attempt.id)
    accepted = (
        amended(quiz, list_amendments(conn, attempt.version_id, attempt.assignment_id))
        if logs
        else {}
    )
    return {
        question_id: rules.training(
            accepted.get(question_id, quiz.by_id[question_id].question), log, quiz.reading
        )
        for question_id, log in logs.items()
    }


def get_sitting(conn: Connection, token: str | None, attempt_id: str) -> Sitting:
    """The attempt with its answers. Raises NotFound."""
    attempt = _get(conn, token, attempt_id)
    responses = attempts.list_responses(conn, attempt.id)
    return Sitting(attempt, responses, _training(conn, attempt))


def save_answer(
    conn: Connection,
    token: str | None,
    attempt_id: str,
    question_id: str,
    raw: object,
    seq: int,
    now: datetime,
) -> Saved:
    """Save one answer, if it is newer than what is stored.

    Raises NotFound, MalformedAnswer, StaleAnswer, TimeIsUp, AlreadySubmitted, NoMoreTries.
    """
    attempt = _get(conn, token, attempt_id, lock=True)
    rules.check_open(attempt.state, now)
    question = _item(attempt, question_id).question
    answer = question.read(raw, attempt.quiz.reading)
    if attempt.state.mode == "training":
        log = attempts.list_tries(conn, attempt.id, question_id).get(question_id, [])
        _check_unsettled(rules.training(question, log, attempt.quiz.reading))
    if not attempts.put_response(conn, attempt.id, question_id, answer, seq, now):
        stored = attempts.find_response(conn, attempt.id, question_id)
        raise StaleAnswer(stored.answer if stored else None, stored.seq if stored else 0)
    return Saved(seq, now)


def _check_unsettled(state: Training) -> None:
    if state.settled:
        raise NoMoreTries(N_("Cette question est déjà corrigée."))


def save_answers(
    conn: Connection,
    token: str | None,
    attempt_id: str,
    form: Form,
    now: datetime,
) -> SaveReport:
    """Save a whole form.

    Every answer that can be saved is; the report names the others. Answers that did not
    change are left alone, whatever the age of the page. Raises NotFound, TimeIsUp,
    AlreadySubmitted.
    """
    attempt = _get(conn, token, attempt_id, lock=True)
    rules.check_open(attempt.state, now)
    responses = attempts.list_responses(conn, attempt.id)
    return _save_answers(conn, attempt, responses, _training(conn, attempt), form, now)


def _save_answers(
    conn: Connection,
    attempt: Attempt,
    responses: Mapping[str, Response],
    training: Mapping[str, Training],
    form: Form,
    now: datetime,
) -> SaveReport:
    report, changed = SaveReport(form(attempt.quiz)), []
    for question_id, (raw, base_seq) in report.given.items():
        question = _item(attempt, question_id).question
        if question_id in training and training[question_id].settled:
            continue
        stored = responses.get(question_id)
        stored_answer, stored_seq = (stored.answer, stored.seq) if stored else (None, 0)
        try:
            answer = question.read(raw, attempt.quiz.reading)
            if answer == stored_answer:
                continue
            rules.check_seq(base_seq + 1, stored_seq, stored_answer)
        except StaleAnswer as error:
            report.stale[question_id] = error
        except MalformedAnswer as error:
            report.unreadable[question_id] = error.message
        else:
            changed.append((question_id, answer, base_seq + 1))
    attempts.put_responses(conn, attempt.id, changed, now)
    report.saved = len(changed)
    return report


def try_question(
    conn: Connection,
    token: str | None,
    attempt_id: str,
    form: Form,
    now: datetime,
    question_id: str,
) -> SaveReport:
    """In training: save the form, then check one answer. A blank answer is not a try.

    The same answer checked twice in a row is one try: a button pressed twice costs nothing.
    Raises NoMoreTries in an exam.
    """
    attempt, state, report = _train(conn, token, attempt_id, form, now, question_id)
    if state.settled or question_id in report.stale or question_id in report.unreadable:
        return report
    stored = attempts.find_response(conn, attempt.id, question_id)
    answer = stored.answer if stored else None
    if answer is not None and answer != (state.tries or (None,))[-1]:
        number = len(state.tries) + state.hints + 1
        attempts.add_try(conn, attempt.id, question_id, number, answer, now)
    return report


def use_hint(
    conn: Connection,
    token: str | None,
    attempt_id: str,
    form: Form,
    now: datetime,
    question_id: str,
) -> SaveReport:
    """In training: save the form, then open the question's next hint, if there is one left.

    Raises NoMoreTries in an exam.
    """
    attempt, state, report = _train(conn, token, attempt_id, form, now, question_id)
    hints = _item(attempt, question_id).question.hints
    if not state.settled and state.hints < len(hints):
        number = len(state.tries) + state.hints + 1
        attempts.add_try(conn, attempt.id, question_id, number, None, now)
    return report


def _train(
    conn: Connection,
    token: str | None,
    attempt_id: str,
    form: Form,
    now: datetime,
    question_id: str,
) -> tuple[Attempt, Training, SaveReport]:
    """What a try and a hint begin with: the form is saved, so that nothing typed is lost."""
    attempt = _get(conn, token, attempt_id, lock=True)
    rules.check_open(attempt.state, now)
    _item(attempt, question_id)
    if attempt.state.mode != "training":
        raise NoMoreTries(N_("En examen, il n’y a ni correction immédiate ni indice."))
    if attempt.feedback != "now":
        raise NoMoreTries(N_("Pour ce travail, la correction ne vient pas pendant l’essai."))
    training = _training(conn, attempt)
    responses = attempts.list_responses(conn, attempt.id)
    report = _save_answers(conn, attempt, responses, training, form, now)
    return attempt, training.get(question_id, Training()), report


def submit_attempt(conn: Connection, token: str | None, attempt_id: str, now: datetime) -> bool:
    """Mark the attempt, store its score and count it. Doing it again changes nothing.

    Past its deadline it is submitted as of the deadline: what was saved in time counts. True if
    it is the deadline that closed it.
    """
    attempt = _get(conn, token, attempt_id, lock=True)
    if attempt.state.submitted is None:
        _submit(conn, attempt, now)
    deadline = attempt.state.deadline
    return deadline is not None and (attempt.state.submitted or now) >= deadline


def expire_attempt(conn: Connection, token: str | None, attempt_id: str, now: datetime) -> None:
    """Submit an attempt whose time is over; leave any other alone."""
    attempt = _get(conn, token, attempt_id, lock=True)
    if attempt.state.expired(now):
        _submit(conn, attempt, now)


def expire_assigned(conn: Connection, assignment_id: int, now: datetime) -> None:
    """Submit the attempts of an assignment whose time is over and whose learners are gone."""
    for overdue in attempts.list_overdue(conn, now - rules.GRACE, assignment_id):
        expire(conn, overdue, now)


def list_abandoned(conn: Connection, now: datetime) -> list[int]:
    """All attempts whose time is over and whose learners are gone, the oldest first."""
    return attempts.list_overdue(conn, now - rules.GRACE)


def expire(conn: Connection, attempt_id: int, now: datetime) -> bool:
    """Submit an attempt by its number if its time is over; whether it was."""
    attempt = attempts.get_attempt(conn, attempt_id)
    expired = attempt.state.expired(now)
    if expired:
        _submit(conn, attempt, now)
    return expired


def note_presence(
    conn: Connection, token: str | None, attempt_id: str, now: datetime
) -> datetime | None:
    """Note that the page of an attempt is open; its deadline, which its teacher may have moved.

    Raises NotFound where the attempt is not under way.
    """
    found = attempts.note_seen(conn, token, attempt_id, now) if token else None
    if found is None:
        raise NotFound
    return found[0]


def _submit(conn: Connection, attempt: Attempt, now: datetime) -> None:
    quiz, mode = attempt.quiz, attempt.state.mode
    responses = attempts.list_responses(conn, attempt.id)
    logs = attempts.list_tries(conn, attempt.id) if mode == "training" else {}
    # Read once the attempt is locked: whoever accepts an answer holds off submits until commit.
    accepted = amended(quiz, list_amendments(conn, attempt.version_id, attempt.assignment_id))
    rows, marks, counts = [], [], []
    for item in quiz.items:
        question = accepted.get(item.question.id, item.question)
        response = responses.get(question.id)
        grade, fraction = rules.final_grade(
            question,
            response.answer if response else None,
            logs.get(question.id, ()),
            quiz.reading,
            mode,
        )
        mark = scoring.mark(question, fraction)
        category = attempts.category(grade.category)
        marks.append(mark)
        counts.append(Count(question.id, category, mark.units or 0))
        rows.append(
            {
                "question_id": question.id,
                "fraction": None if fraction is None else float(fraction),
                "units": mark.units,
                "verdict": grade.verdict.value,
                "category": category,
            }
        )
    score = scoring.score(marks)
    deadline = attempt.state.deadline
    submitted = min(now, deadline) if deadline else now
    attempts.put_grades(conn, attempt.id, rows, now)
    attempts.close_attempt(conn, attempt.id, submitted, score)
    add_counts(
        conn, Tally(attempt.version_id, attempt.assignment_id or 0, mode, score.units, counts)
    )


def get_results(
    conn: Connection, token: str | None, attempt_id: str, now: datetime
) -> Results | Withheld | None:
    """The results, or None while the attempt is not submitted. Raises NotFound."""
    attempt = _get(conn, token, attempt_id)
    if attempt.state.submitted is None:
        return None
    if attempt.feedback != "now" and not assigned.is_revealed(conn, attempt, now):
        return Withheld(attempt, later=attempt.feedback == "after")
    corrections, score = review(
        conn, attempt.id, attempt.quiz, attempt.state.mode, attempt.quiz.items
    )
    return Results(attempt, score, corrections)
