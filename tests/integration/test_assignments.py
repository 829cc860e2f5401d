"""A quiz given to a class: its terms hold, its exceptions too, and nothing saved is lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.cli import purging
from app.domain.assignment import Grant, Terms
from app.domain.attempt import GRACE
from app.domain.scoring import UNITS
from app.errors import NotFound, Refused, TimeIsUp
from app.extensions import db
from app.models import assigned, classroom
from app.models.counts import list_counts, recount
from app.services import assignments, classes, joining, library, progress, read, run, taking
from tests.factories import example_quiz
from tests.integration.authors import make_teacher
from tests.integration.classes import (
    EXAM,
    NOW,
    begin,
    code_of,
    code_on,
    give,
    give_by_page,
    join,
    learner_of,
    make_class,
    member_ids,
    new_class,
)
from tests.integration.pages import EXAMPLE, put, start, submit
from tests.integration.test_concurrency import posting, together, twin
from tests.integration.test_statements import counted

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Lesson:
    """A class at work: a teacher, two learners, and what they were given."""

    def __init__(self, terms: Terms = EXAM, code: str = "") -> None:
        self.teacher = make_teacher()
        self.class_id = make_class(self.teacher)
        join_code = code_of(self.teacher, self.class_id)
        self.zoe, self.ali = join(join_code, "Zoé"), join(join_code, "Ali")
        self.given = give(self.teacher, self.class_id, terms, code)
        self.members = member_ids(self.teacher, self.class_id)

    def start(self, token: str, now: datetime = NOW, code: str = "") -> str:
        return run(taking.start_assigned, token, self.given, code, now).attempt_id

    def save(self, token: str, attempt: str, now: datetime, seq: int = 1) -> None:
        run(taking.save_answer, token, attempt, "mot", "ruche", seq, now)

    def deadline(self, token: str, attempt: str) -> datetime | None:
        return read(taking.get_sitting, token, attempt).attempt.state.deadline

    def extend(self, minutes: int, member: str | None, now: datetime) -> None:
        one = self.members[member] if member else None
        run(assignments.extend, self.teacher, self.given, minutes, one, now)

    def close(self, now: datetime) -> None:
        run(assignments.close_now, self.teacher, self.given, now)


def test_a_learner_finds_takes_and_hands_in_what_the_class_was_given(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, minutes="30", attempts_allowed="1")
    page = zoe.get("/me").text
    assert f"/assignments/{given}" in page
    assert "30" in zoe.get(f"/assignments/{given}").text
    attempt = begin(zoe, given)
    assert begin(zoe, given) == attempt, "pressing twice starts once"
    put(zoe, attempt, "mot", "ruche", 1)
    results = submit(zoe, attempt)
    assert f"/assignments/{given}" in results
    refused = zoe.post(f"/assignments/{given}/attempts", follow_redirects=True)
    assert "tous les essais" in refused.text
    counts = read(list_counts)
    assert counts == read(recount)
    with db.engine.connect() as conn:
        number = conn.exec_driver_sql("SELECT id FROM assignment").scalar()
    assert {cell[1] for cell in counts} == {number}, "counted under the assignment"


def test_the_same_quiz_is_taken_for_the_class_and_for_oneself(app: Flask) -> None:
    lesson = Lesson()
    mine = run(taking.start_attempt, lesson.zoe, EXAMPLE, "exam", "normal", NOW).attempt_id
    theirs = lesson.start(lesson.zoe)
    assert mine != theirs
    offer = read(library.get_offer, EXAMPLE, lesson.zoe, NOW)
    assert offer.open_attempts == {"exam": mine}
    for attempt in (mine, theirs):
        run(taking.submit_attempt, lesson.zoe, attempt, NOW)
    assert {cell[1] > 0 for cell in read(list_counts)} == {True, False}
    assert read(list_counts) == read(recount)
    assert app


# When.


def test_nobody_begins_before_the_opening_or_after_the_closing(app: Flask) -> None:
    lesson = Lesson(replace(EXAM, opens=NOW + HOUR, closes=NOW + 2 * HOUR))
    with pytest.raises(Refused, match="pas encore"):
        lesson.start(lesson.zoe)
    lesson.start(lesson.zoe, NOW + HOUR)
    with pytest.raises(Refused, match="fermé"):
        lesson.start(lesson.ali, NOW + 2 * HOUR)
    assert app


def test_the_deadline_is_the_earlier_of_time_limit_and_closing(app: Flask) -> None:
    lesson = Lesson(replace(EXAM, minutes=30, closes=NOW + HOUR))
    early, late = lesson.start(lesson.zoe), lesson.start(lesson.ali, NOW + 50 * MINUTE)
    assert lesson.deadline(lesson.zoe, early) == NOW + 30 * MINUTE
    assert lesson.deadline(lesson.ali, late) == NOW + HOUR
    assert app


def test_an_exception_is_for_one_learner_alone(app: Flask) -> None:
    lesson = Lesson(replace(EXAM, minutes=30, closes=NOW + HOUR))
    grant = Grant(extra_minutes=10, closes=NOW + 3 * HOUR, more_attempts=1)
    run(assignments.grant_member, lesson.teacher, lesson.given, lesson.members["Zoé"], grant)
    first = lesson.start(lesson.zoe)
    assert lesson.deadline(lesson.zoe, first) == NOW + 40 * MINUTE
    other = lesson.start(lesson.ali)
    assert lesson.deadline(lesson.ali, other) == NOW + 30 * MINUTE
    run(taking.submit_attempt, lesson.zoe, first, NOW)
    run(taking.submit_attempt, lesson.ali, other, NOW)
    lesson.start(lesson.zoe, NOW + 2 * HOUR)
    with pytest.raises(Refused):
        run(taking.start_assigned, lesson.ali, lesson.given, "", NOW + 2 * HOUR)
    assert app


@pytest.mark.parametrize("who", [None, "Zoé"])
def test_time_that_is_added_moves_the_deadline_of_who_is_at_work(
    app: Flask, who: str | None
) -> None:
    lesson = Lesson(replace(EXAM, minutes=30, closes=NOW + HOUR))
    zoe, ali = lesson.start(lesson.zoe), lesson.start(lesson.ali)
    lesson.extend(5, who, NOW + MINUTE)
    assert lesson.deadline(lesson.zoe, zoe) == NOW + 35 * MINUTE
    assert lesson.deadline(lesson.ali, ali) == NOW + (35 if who is None else 30) * MINUTE
    assert app


def test_what_is_in_flight_when_a_teacher_closes_is_kept(app: Flask) -> None:
    lesson = Lesson(replace(EXAM, minutes=30))
    attempt = lesson.start(lesson.zoe)
    closed = NOW + 10 * MINUTE
    lesson.close(closed)
    lesson.save(lesson.zoe, attempt, closed + GRACE)
    with pytest.raises(TimeIsUp):
        lesson.save(lesson.zoe, attempt, closed + GRACE + MINUTE, seq=2)
    with db.engine.connect() as conn:
        number = conn.exec_driver_sql("SELECT id FROM assignment").scalar()
    run(taking.expire_assigned, number, closed + GRACE)
    assert read(taking.get_sitting, lesson.zoe, attempt).attempt.state.submitted is None
    run(taking.expire_assigned, number, closed + HOUR)
    found = read(taking.get_sitting, lesson.zoe, attempt).attempt
    assert (found.state.submitted, found.units) == (closed, UNITS), "as of the closing"
    assert read(list_counts) == read(recount)
    assert app


def test_closing_ends_later_dates_too_and_more_time_opens_again(app: Flask) -> None:
    lesson = Lesson()
    grant = Grant(closes=NOW + 3 * HOUR)
    run(assignments.grant_member, lesson.teacher, lesson.given, lesson.members["Zoé"], grant)
    lesson.close(NOW + MINUTE)
    with pytest.raises(Refused, match="fermé"):
        lesson.start(lesson.zoe, NOW + 2 * MINUTE)
    lesson.extend(15, "Zoé", NOW + 2 * MINUTE)
    lesson.start(lesson.zoe, NOW + 10 * MINUTE)
    with pytest.raises(Refused, match="fermé"):
        lesson.start(lesson.ali, NOW + 10 * MINUTE)
    lesson.extend(60, None, NOW + 30 * MINUTE)
    lesson.start(lesson.ali, NOW + 40 * MINUTE)
    assert app


def test_a_pass_code_opens_and_guesses_are_counted(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, pass_code="Orange bleue")
    address = f"/assignments/{given}/attempts"
    for guess in ("", "pomme"):
        answer = zoe.post(address, data={"pass_code": guess}, follow_redirects=True)
        assert "mot de passe de ce travail" in answer.text
    attempt = begin(zoe, given, pass_code=" ORANGE bleue ")
    assert begin(zoe, given) == attempt, "who has begun needs none to come back"
    codes = {zoe.post(address, data={"pass_code": str(n)}).status_code for n in range(10)}
    assert 429 in codes


# How often, and on what.


def test_no_learner_begins_more_attempts_than_allowed_from_many_devices_at_once(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, attempts_allowed="2")
    address = f"/assignments/{given}/attempts"
    for _ in range(2):
        attempt = begin(zoe, given)
        together([posting(twin(app, zoe), address) for _ in range(3)])
        jobs = [posting(twin(app, zoe), f"{attempt}/submit"), posting(twin(app, zoe), address)]
        together(jobs)
        submit(zoe, attempt)
    with db.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM attempt").scalar() == 2
    assert read(list_counts) == read(recount)


def test_an_edit_of_the_quiz_waits_for_the_teacher_and_never_moves_who_is_at_work(
    app: Flask,
) -> None:
    lesson = Lesson(replace(EXAM, attempts_allowed=2))
    attempt = lesson.start(lesson.zoe)
    quiz = example_quiz()
    run(library.add_quiz, quiz.model_copy(update={"title": "Autre titre"}), NOW)
    assert lesson.deadline(lesson.zoe, attempt) is None
    version = read(taking.get_sitting, lesson.zoe, attempt).attempt.version_id
    desk = read(assignments.get_desk, lesson.teacher, lesson.given, NOW)
    assert desk.newer is not None
    assert desk.assignment.version_id == version
    behind = read(assignments.list_given, lesson.teacher, EXAMPLE).behind
    assert [one.public_id for one in behind] == [lesson.given]
    run(assignments.move_to_latest, lesson.teacher, lesson.given)
    assert read(assignments.list_given, lesson.teacher, EXAMPLE).behind == []
    assert read(taking.get_sitting, lesson.zoe, attempt).attempt.version_id == version
    later = read(taking.get_sitting, lesson.ali, lesson.start(lesson.ali)).attempt
    assert later.version_id == desk.newer.version_id
    assert later.quiz.title == "Autre titre"
    assert app


def test_what_somebody_has_begun_is_closed_and_not_deleted(app: Flask) -> None:
    lesson = Lesson()
    lesson.start(lesson.zoe)
    with pytest.raises(Refused, match="fermez"):
        run(assignments.delete_assignment, lesson.teacher, lesson.given)
    other = give(lesson.teacher, lesson.class_id)
    run(assignments.delete_assignment, lesson.teacher, other)
    with pytest.raises(NotFound):
        read(joining.get_task, lesson.zoe, other, NOW)
    assert app


def test_shuffled_questions_are_numbered_as_they_are_shown(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    attempt = begin(zoe, give_by_page(teacher, room, shuffle="1"))
    page = zoe.get(attempt).text
    shown = re.findall(r'data-question="([\w-]+)"', page)
    assert sorted(shown) == sorted(example_quiz_ids())
    assert re.findall(r"Question (\d+) sur", page) == [str(n + 1) for n in range(len(shown))]
    assert re.findall(r'href="#q-([\w-]+)" data-step', page) == shown
    assert re.findall(r'data-question="([\w-]+)"', zoe.get(attempt).text) == shown, "for good"
    checked = zoe.get(f"{attempt}/check").text
    assert re.findall(r'#q-([\w-]+)"', checked) == shown


def example_quiz_ids() -> list[str]:
    return [item.question.id for item in example_quiz().items]


# What is shown afterwards.


@pytest.mark.parametrize("feedback", ["after", "never"])
def test_score_and_key_are_nowhere_before_they_may_be_seen(
    app: Flask, teacher: FlaskClient, feedback: str
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, feedback=feedback, mode="training")
    attempt = begin(zoe, given)
    page = zoe.get(attempt).text
    assert "/try" not in page
    put(zoe, attempt, "mot", "ruche", 1)
    tried = zoe.post(f"{attempt}/questions/mot/try", data={"q.mot": "ruche", "s.mot": "1"})
    assert tried.status_code == 409
    handed_in = submit(zoe, attempt)
    pages = [handed_in, *(zoe.get(one).text for one in ("/me", f"/assignments/{given}"))]
    assert not any("Réponse attendue" in one or "1 / " in one for one in pages)
    described = zoe.get("/me/results.json").json["attempts"][0]  # type: ignore[index]
    assert described["points"] is None
    assert {one["points"] for one in described["responses"]} == {None}
    assert {one["verdict"] for one in described["responses"]} == {None}
    teacher.post(f"/teach/assignments/{given}/close")
    with time_machine.travel(datetime.now(UTC) + MINUTE, tick=False):
        shown = "Réponse attendue" in zoe.get(f"{attempt}/results").text
        assert shown == (feedback == "after")
        scored = zoe.get("/me/results.json").json["attempts"][0]["points"]  # type: ignore[index]
        assert (scored is not None) == (feedback == "after")


def test_the_key_waits_for_the_last_learner(app: Flask) -> None:
    lesson = Lesson(replace(EXAM, feedback="after", closes=NOW + HOUR))
    grant = Grant(closes=NOW + 5 * HOUR)
    run(assignments.grant_member, lesson.teacher, lesson.given, lesson.members["Ali"], grant)
    attempt = lesson.start(lesson.zoe)
    run(taking.submit_attempt, lesson.zoe, attempt, NOW)

    def revealed(now: datetime) -> bool:
        return isinstance(read(taking.get_results, lesson.zoe, attempt, now), taking.Results)

    assert [revealed(NOW + n * HOUR) for n in (2, 4, 6)] == [False, False, True]
    hidden = [
        one.past.hidden
        for now in (NOW + 2 * HOUR, NOW + 6 * HOUR)
        for one in read(progress.get_progress, lesson.zoe, now).attempts
    ]
    assert hidden == [True, False]
    assert app


# Watched.


def test_the_live_page_says_who_is_where(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    code = code_on(teacher, room)
    zoe, ali = learner_of(app, code, "Zoé"), learner_of(app, code, "Ali")
    learner_of(app, code, "Léa")
    given = give_by_page(teacher, room, minutes="30")
    attempt = begin(zoe, given)
    put(zoe, attempt, "mot", "ruche", 1)
    put(zoe, attempt, "nombre", None, 1)
    submit(ali, begin(ali, given))

    def row(name: str) -> str:
        page = teacher.get(f"/teach/assignments/{given}/live").text
        found = re.search(rf"<tr><th scope=\"row\">{name}<.*?</tr>", page, re.DOTALL)
        assert found
        return re.sub(r"<[^>]+>|\s+", " ", found[0])

    assert "compose" in row("Zoé")
    assert "1 / 10" in row("Zoé")
    assert "rendu" in row("Ali")
    assert "pas commencé" in row("Léa")
    with time_machine.travel(datetime.now(UTC) + 3 * MINUTE, tick=False):
        assert "connexion perdue" in row("Zoé")
        alive = zoe.post(f"{attempt}/here")
        assert alive.json is not None
        assert alive.json["deadline"] > alive.json["now"]
        assert "compose" in row("Zoé")
    with time_machine.travel(datetime.now(UTC) + HOUR, tick=False):
        row("Zoé")  # looking at the page submits what nobody submitted
        assert "rendu" in row("Zoé")
    assert read(list_counts) == read(recount)


def test_what_ran_out_of_time_is_handed_in_though_nobody_comes_back(
    app: Flask, teacher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a learner, nor a teacher: the figures of the quiz would wait for ever."""
    room = new_class(teacher)
    code = code_on(teacher, room)
    given = give_by_page(teacher, room, minutes="30")
    attempts = {name: begin(learner_of(app, code, name), given) for name in ("Ali", "Zoé")}
    alone = app.test_client()
    attempts["alone"] = start(alone)
    untimed = app.test_client()
    start(untimed, mode="training")
    put(alone, attempts["alone"], "mot", "ruche", 1)

    def purge(*command: str) -> str:
        return app.test_cli_runner().invoke(args=command, catch_exceptions=False).output

    nothing = "0 classes purged.\n0 attempts handed in.\n"
    assert purge("data", "purge") == nothing
    with time_machine.travel(datetime.now(UTC) + 3 * HOUR, tick=False):
        first, *_ = read(taking.list_abandoned, datetime.now(UTC))

        def expire(conn: Connection, attempt_id: int, now: datetime) -> bool:
            if attempt_id == first:
                raise ValueError("this one is broken")
            return taking.expire(conn, attempt_id, now)

        monkeypatch.setattr(purging, "taking", SimpleNamespace(**vars(taking) | {"expire": expire}))
        assert "2 attempts handed in." in purge("data", "purge")
        monkeypatch.setattr(purging, "taking", taking)
        purge("setup")
        assert purge("data", "purge") == nothing, "a start hands in what there is, too"
        assert alone.get(attempts["alone"]).location.endswith("/results")
    assert sum(count for count in read(list_counts).values()) == 30
    assert read(list_counts) == read(recount)


@pytest.mark.parametrize("page", ["live", "live/places"])
def test_the_live_page_is_four_statements_whatever_the_class(
    app: Flask, teacher: FlaskClient, page: str
) -> None:
    room = new_class(teacher)
    code = code_on(teacher, room)
    given = give_by_page(teacher, room, minutes="30")
    for n in range(6):
        client = learner_of(app, code, f"élève {n}")
        attempt = begin(client, given)
        if n % 2:
            submit(client, attempt)
    teacher.get(f"/teach/assignments/{given}/{page}")
    with counted() as seen:
        assert teacher.get(f"/teach/assignments/{given}/{page}").status_code == 200
    assert len(seen) == 4, seen


def test_a_large_class_is_watched_a_page_at_a_time(
    app: Flask, teacher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (classroom, assigned):
        monkeypatch.setattr(module, "PAGE", 2)
    room = new_class(teacher)
    code = code_on(teacher, room)
    given = give_by_page(teacher, room, minutes="30", attempts_allowed="2")
    clients = {name: learner_of(app, code, name) for name in ("Ali", "Bo", "Zoé")}
    for name in ("Bo", "Zoé"):
        submit(clients[name], begin(clients[name], given))
    again = begin(clients["Zoé"], given)
    base = f"/teach/assignments/{given}/live"
    first, second = teacher.get(base).text, teacher.get(f"{base}?page=2").text
    shown = [re.findall(r'<tr><th scope="row">([^<]+)<', page) for page in (first, second)]
    assert shown == [["Ali", "Bo"], ["Zoé"]]
    for page in (first, second):
        assert "2 sur 3 ont commencé" in page
        assert "1 a rendu" in page, "Zoé is at it again"
    assert f'data-from="{base}/places?page=2"' in second
    with counted() as seen:
        assert "compose" in teacher.get(f"{base}/places?page=2").text
    assert len(seen) == 4, seen
    sent = {"from": "live", "page": "2", "minutes": "5"}
    assert teacher.post(f"/teach/assignments/{given}/extend", data=sent).location.endswith("page=2")
    members = dict.fromkeys(re.findall(r"/members/(\d+)", teacher.get(room).text))
    for member in list(members)[:2]:
        assert teacher.post(f"{room}/members/{member}/remove").status_code == 303
    assert "Zoé" in teacher.get(f"{base}?page=2").text, "the only page that is left"
    submit(clients["Zoé"], again)
    assert "1 a rendu" in teacher.get(base).text


def test_an_autosave_of_a_class_costs_no_more(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    attempt = begin(zoe, give_by_page(teacher, room))
    zoe.get(attempt)
    with counted() as seen:
        put(zoe, attempt, "mot", "ruche", 1)
    assert len(seen) == 2, seen
    with counted() as seen:
        zoe.get(attempt)
    assert len(seen) == 2, seen
    with counted() as seen:
        zoe.post(f"{attempt}/here")
    assert len(seen) == 1, seen


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": "0"},
        {"minutes": "x"},
        {"attempts_allowed": "-1"},
        {"mode": "x"},
        {"counts": ""},
        {"feedback": "x"},
        {"opens": "hier"},
        {"opens": "2027-01-02T10:00", "closes": "2027-01-01T10:00"},
        {"pass_code": "x" * 61},
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_form(
    teacher: FlaskClient, wrong: dict[str, str]
) -> None:
    room = new_class(teacher)
    data = {"quiz": EXAMPLE, "mode": "exam", "counts": "best", "feedback": "now", **wrong}
    answer = teacher.post(f"{room}/assignments", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_terms_are_read_back_as_the_clocks_of_the_school_show_them(teacher: FlaskClient) -> None:
    room = new_class(teacher)
    given = give_by_page(teacher, room, opens="2027-01-02T10:00", closes="2027-07-02T18:30")
    page = teacher.get(f"/teach/assignments/{given}").text
    assert 'value="2027-01-02T10:00"' in page
    assert 'value="2027-07-02T18:30"' in page
    with db.engine.connect() as conn:
        stored = conn.exec_driver_sql("SELECT opens FROM assignment").scalar()
    assert "09:00" in str(stored) or "10:00:00+01" in str(stored)


def test_what_one_learner_is_granted_is_written_on_the_page_and_taken_back(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    given = give_by_page(teacher, room, minutes="30", closes="2027-07-02T18:30")
    page = f"/teach/assignments/{given}"
    member = re.search(r"/members/(\d+)", teacher.get(room).text)
    assert member
    grant = {"extra_minutes": "12", "closes": "2027-08-02T18:30", "more_attempts": "2"}
    teacher.post(f"{page}/members/{member[1]}", data=grant)
    shown = teacher.get(page).text
    assert "+ 12 min" in shown
    assert 'value="2027-08-02T18:30"' in shown
    assert "42 min" in zoe.get(f"/assignments/{given}").text
    teacher.post(f"{page}/members/{member[1]}", data={"extra_minutes": "0"})
    assert "+ 12 min" not in teacher.get(page).text
    assert teacher.post(f"{page}/members/999999", data=grant).status_code == 404


def test_an_archived_class_is_given_nothing(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    run(classes.archive_class, teacher, class_id, archived=True, now=NOW)
    with pytest.raises(Refused):
        give(teacher, class_id)
    assert app


def test_a_quiz_of_somebody_else_is_not_given(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    with pytest.raises(NotFound):
        run(assignments.assign_quiz, teacher, class_id, "nulle-part", EXAM, "", NOW)
    assert app
