"""Taking a quiz. Everything works by plain forms; scripts use the same addresses, or PUT."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.domain.quiz import Item
from app.errors import N_, AlreadySubmitted, MalformedAnswer, Refused, StaleAnswer, TimeIsUp
from app.questions.base import Answer
from app.services import library, looking_up, read, run, run_grouped, taking
from app.services.taking import SaveReport, SavesForm, Sitting, Withheld
from app.web import comfort
from app.web.access import learner_token, remember
from app.web.corrections import render_correction
from app.web.filters import clock
from app.web.i18n import say, translate
from app.web.limits import limited
from app.web.passages import Look, render_passages
from app.web.question_forms import read_answers
from app.web.question_pages import attempt_bar, letters, question_pages
from app.web.taking.forms import StartForm

__all__ = ["bp"]

bp = Blueprint("taking", __name__)

ANSWER_LIMIT = 128 * 1024


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


@bp.post("/quizzes/<slug>/attempts")
@limited("300/minute")
def start(slug: str) -> ResponseReturnValue:
    """Open an attempt, or come back to the one that is open."""
    form = StartForm()
    if not form.validate_on_submit():
        return redirect(url_for("library.quiz", slug=slug), 303)
    started = run(taking.start_attempt, learner_token(), slug, *form.chosen(), now())
    # A page that outlives its browser, and is restored with it, can still be sent. A teacher's
    # session names them: it ends with the browser, whatever they try out.
    session.permanent = "_user_id" not in session
    page = redirect(url_for("taking.attempt", attempt_id=started.attempt_id), 303)
    return remember(page, started.token)


@bp.get("/attempts/<attempt_id>")
def attempt(attempt_id: str) -> ResponseReturnValue:
    """The text and its questions."""
    sitting = read(taking.get_sitting, learner_token(), attempt_id)
    return _closed(sitting) or _page(sitting)


@bp.post("/attempts/<attempt_id>")
def save(attempt_id: str) -> ResponseReturnValue:
    """Save all fields, for a browser without scripts; then do what the button said."""
    return _save(taking.save_answers, attempt_id)


def _save(case: SavesForm, attempt_id: str, question_id: str = "") -> ResponseReturnValue:
    form = partial(read_answers, fields=request.form)
    try:
        report = run(case, learner_token(), attempt_id, form, now())
    except (AlreadySubmitted, TimeIsUp):
        return attempt(attempt_id)  # which says so, and leads to the results
    return _after(attempt_id, report, question_id)


@bp.put("/attempts/<attempt_id>/responses/<question_id>")
def save_one(attempt_id: str, question_id: str) -> ResponseReturnValue:
    """Save one answer as it is made. 409 gives back what is stored if that is newer."""
    request.max_content_length = ANSWER_LIMIT
    sent = _json()
    try:
        saved = run_grouped(
            taking.save_answer,
            learner_token(),
            attempt_id,
            question_id,
            sent.get("answer"),
            _seq(sent.get("seq")),
            now(),
        )
    except StaleAnswer as error:
        return jsonify(message=say(error.message), answer=error.stored, seq=error.seq), 409
    return jsonify(saved_at=saved.saved_at.isoformat(), seq=saved.seq)


def _json() -> Mapping[str, Any]:
    try:
        sent = request.get_json()
    except RecursionError:
        sent = None
    if not isinstance(sent, dict):
        raise MalformedAnswer(N_('L’envoi doit être un objet JSON : {"answer": …, "seq": n}.'))
    return sent


def _seq(seq: object) -> int:
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < 2**53:
        raise MalformedAnswer(N_("« seq » doit être un entier, zéro ou plus."))
    return seq


@bp.post("/attempts/<attempt_id>/here")
def here(attempt_id: str) -> ResponseReturnValue:
    """The page is still open; the answer says until when, for the teacher may have moved that."""
    end = run(taking.note_presence, learner_token(), attempt_id, now())
    return jsonify(
        now=int(now().timestamp()), deadline=None if end is None else int(end.timestamp())
    )


def _learner() -> str | None:
    """Who is counted, as far as the counter needs to know: not a token that opens anything."""
    token = learner_token()
    return token[:12] if token else None


@bp.post("/attempts/<attempt_id>/lookups")
@limited("120/minute", by=_learner)
def look_up(attempt_id: str) -> ResponseReturnValue:
    """A word of the glossary was opened: it is counted, and nobody is noted with it."""
    word, sentence = request.form.get("word", -1, type=int), request.form.get("sentence", "")
    run_grouped(looking_up.count_lookup, learner_token(), attempt_id, word, sentence, now())
    return "", 204


@bp.post("/assignments/<assignment_id>/attempts")
@limited("300/minute")
@limited("10/minute", by=_learner)
def start_assigned(assignment_id: str) -> ResponseReturnValue:
    """Open an attempt on what a class was given; the limit is for guesses at its pass code."""
    code = request.form.get("pass_code", "")[:100]
    try:
        started = run(taking.start_assigned, learner_token(), assignment_id, code, now())
    except Refused as error:
        flash(say(error.message))
        return redirect(url_for("joining.assignment", assignment_id=assignment_id), 303)
    session.permanent = "_user_id" not in session
    return redirect(url_for("taking.attempt", attempt_id=started.attempt_id), 303)


@bp.post("/attempts/<attempt_id>/questions/<question_id>/try")
def try_question(attempt_id: str, question_id: str) -> ResponseReturnValue:
    """In training, check one answer."""
    case = partial(taking.try_question, question_id=question_id)
    return _save(case, attempt_id, question_id)


@bp.post("/attempts/<attempt_id>/questions/<question_id>/hint")
def use_hint(attempt_id: str, question_id: str) -> ResponseReturnValue:
    """In training, show the next hint."""
    case = partial(taking.use_hint, question_id=question_id)
    return _save(case, attempt_id, question_id)


@bp.get("/attempts/<attempt_id>/check")
def check(attempt_id: str) -> ResponseReturnValue:
    """Look over the answers before submitting."""
    sitting = read(taking.get_sitting, learner_token(), attempt_id)
    return _closed(sitting) or render_template("taking/check.html", **_context(sitting))


@bp.post("/attempts/<attempt_id>/submit")
def submit(attempt_id: str) -> ResponseReturnValue:
    """Close the attempt and mark it. Pressing twice changes nothing."""
    if run(taking.submit_attempt, learner_token(), attempt_id, now()):
        _say_time_is_up()
    return redirect(url_for("taking.results", attempt_id=attempt_id), 303)


@bp.get("/attempts/<attempt_id>/results")
def results(attempt_id: str) -> ResponseReturnValue:
    """The score, and each answer led back to the sentence that proves it."""
    found = read(taking.get_results, learner_token(), attempt_id, now())
    if found is None:
        return redirect(url_for("taking.attempt", attempt_id=attempt_id), 303)
    if isinstance(found, Withheld):
        return render_template("taking/withheld.html", attempt=found.attempt, later=found.later)
    quiz = found.attempt.quiz
    ladder = read(library.list_ladder, found.attempt.slug)
    return render_template(
        "taking/results.html",
        results=found,
        attempt=found.attempt,
        ladder=ladder,
        advice=library.next_rung(ladder, found.score.share),
        quiz=quiz,
        passages=render_passages(found.attempt.version_id, quiz, "evidence"),
        comfort=comfort.chosen(),
        correction=partial(render_correction, found.attempt.version_id, quiz),
    )


def _say_time_is_up() -> None:
    flash(translate("Le temps est écoulé. Vos réponses enregistrées sont comptées."))


def _closed(sitting: Sitting) -> ResponseReturnValue | None:
    """Where to go if the attempt takes no more answers; its time may have run out just now."""
    state, attempt_id = sitting.attempt.state, sitting.attempt.public_id
    if state.submitted is None and not state.expired(now()):
        return None
    if state.submitted is None:
        run(taking.expire_attempt, learner_token(), attempt_id, now())
        _say_time_is_up()
    return redirect(url_for("taking.results", attempt_id=attempt_id), 303)


def _context(sitting: Sitting) -> dict[str, Any]:
    quiz = sitting.attempt.quiz
    return {
        "sitting": sitting,
        "attempt": sitting.attempt,
        "quiz": quiz,
        "comfort": comfort.chosen(),
        "told_of": lambda question, answer: question.told(answer, quiz.reading),
    }


def _page(sitting: Sitting, report: SaveReport | None = None) -> str:
    """The attempt's page; with what was typed and could not be saved, if anything."""
    attempt, report = sitting.attempt, report or SaveReport()
    quiz = attempt.quiz
    look: Look = "glossary" if quiz.settings.shows_glossary(attempt.state.mode) else "plain"
    return render_template(
        "taking/attempt.html",
        **_context(sitting),
        bar=_bar(sitting, report),
        pages=[_question(sitting, item, report) for item in attempt.items],
        report=report,
        passages=render_passages(attempt.version_id, quiz, look),
    )


def _bar(sitting: Sitting, report: SaveReport) -> Markup:
    attempt = sitting.attempt
    put = {"count": str(len(sitting.answered)), "state": "saved"}
    if report.stale or report.unreadable:
        put["state"], put["message"] = "refused", translate("Réponse refusée")
    else:
        put["message"] = translate("Enregistré") if sitting.responses else translate("Prêt")
    deadline = attempt.state.deadline
    if deadline:
        put["deadline"] = str(int(deadline.timestamp()))
        put["now"] = str(int(now().timestamp()))
        put["until"] = clock(deadline)
    page = attempt_bar(attempt.version_id, attempt.quiz, timed=deadline is not None)
    shown = {"items": attempt.order} if attempt.order else {}
    put.update({f"n {item.question.id}": str(item.number) for item in attempt.items})
    return page.fill(list(sitting.answered), shown, put)


def _question(sitting: Sitting, item: Item, report: SaveReport) -> Markup:
    """One question: its page filled with the answer, or its correction once training is done."""
    attempt, question = sitting.attempt, item.question
    quiz, mode = attempt.quiz, attempt.state.mode
    state = sitting.training.get(question.id)
    more = {"attempt": attempt, "quiz": quiz, "item": item, "q": question, "state": state}
    shows = attempt.feedback == "now"
    if state and state.settled and shows:
        return Markup(render_template("taking/settled.html", **more))  # noqa: S704
    answer, seq = sitting.answer(question.id), sitting.seq(question.id)
    put = {"seq": str(seq), "number": str(item.number)}
    stale, message = report.stale.get(question.id), report.unreadable.get(question.id)
    if stale or message:
        answer = cast("Answer", report.given[question.id][0])
        put["error"] = render_template("taking/error.html", stale=stale, message=message, **more)
        put["described"] = f" e-{question.id}"
        put["conflict" if stale else "invalid"] = (
            " data-conflict" if stale else ' aria-invalid="true"'
        )
    if mode == "training" and shows and not question.marked_by_person:
        put["after"] = render_template("taking/train.html", **more)
    shown = question.laid_out(answer, attempt.shown.get(question.id, {}))
    put.update(letters(shown))
    return question_pages(attempt.version_id, quiz, mode)[question.id].fill(answer, shown, put)


def _after(attempt_id: str, report: SaveReport, question_id: str = "") -> ResponseReturnValue:
    """After a form: show again what could not be saved, else do what the button said."""
    if report.stale or report.unreadable:
        sitting = read(taking.get_sitting, learner_token(), attempt_id)
        return _page(sitting, report), 409 if report.stale else 422
    moved = request.form.get("move", "").partition(":")[0]
    if request.form.get("go") == "check" and not question_id:
        page = redirect(url_for("taking.check", attempt_id=attempt_id), 303)
    else:
        anchor = question_id or moved
        page = redirect(
            url_for(
                "taking.attempt",
                attempt_id=attempt_id,
                _anchor=f"q-{anchor}" if anchor else None,
            ),
            303,
        )
        if request.form.get("go") == "keep":
            flash(translate("Vos réponses sont enregistrées. Vous pouvez revenir plus tard."))
    return comfort.keep(page)
