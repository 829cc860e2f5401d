"""Classes: made, joined, minded, put away; what a teacher does is theirs alone."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotFound, Refused, RelireError
from app.extensions import db
from app.models.counts import list_counts, recount
from app.services import classes, joining, progress, read, run, taking
from tests.factories import histories
from tests.integration.authors import make_teacher
from tests.integration.classes import (
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
from tests.integration.pages import put, submit


def test_a_class_is_joined_by_its_code_and_the_code_to_come_back_is_shown_once(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    code = code_on(teacher, room)
    zoe = app.test_client()
    typed = zoe.post("/join", data={"code": code.lower().replace("-", " ")})
    assert typed.headers["Location"] == f"/join/{code}"
    assert "3e B" in zoe.get(f"/join/{code}").text
    joined = zoe.post(f"/join/{code}", data={"pseudonym": "  Zoé   la  vive "}).text
    recovery = re.search(r'id="code">([A-Z0-9-]{14})<', joined)
    assert recovery
    assert "Zoé la vive" in teacher.get(room).text
    assert "3e B" in zoe.get("/me").text

    other_device = app.test_client()
    other_device.post("/me/recover", data={"code": recovery[1]})
    assert "3e B" in other_device.get("/me").text
    assert zoe.get(f"/join/{code}").status_code == 303, "one is in it already"


def test_a_learner_of_this_browser_joins_as_who_they_are(app: Flask) -> None:
    teacher = make_teacher()
    token = join(code_of(teacher, make_class(teacher, "A")), "Zoé")
    assert join(code_of(teacher, make_class(teacher, "B")), "Zoé", token) == token
    names = [one.name for one in read(joining.list_my_classes, token, NOW)]
    assert names == ["A", "B"]
    assert app


@pytest.mark.parametrize("name", ["Zoé", "zoé", "ZOÉ ", " zoÉ"])
def test_a_pseudonym_is_of_one_member_whatever_its_case(app: Flask, name: str) -> None:
    teacher = make_teacher()
    code = code_of(teacher, make_class(teacher))
    join(code, "Zoé")
    with pytest.raises(Refused, match="déjà"):
        join(code, name)
    assert app


@pytest.mark.parametrize("name", ["", "  ", "…", "x" * 41, "zoe@ecole.example", "a\u202eb"])
def test_what_cannot_be_a_pseudonym_is_refused_kindly(
    app: Flask, teacher: FlaskClient, name: str
) -> None:
    code = code_on(teacher, new_class(teacher))
    answer = app.test_client().post(f"/join/{code}", data={"pseudonym": name})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text


def test_a_closed_door_and_a_former_code_open_nothing(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    code = code_on(teacher, room)
    visitor = app.test_client()
    teacher.post(f"{room}/joining", data={"joining": "0"})
    assert visitor.post(f"/join/{code}", data={"pseudonym": "Zoé"}).status_code == 422
    teacher.post(f"{room}/joining", data={"joining": "1"})
    teacher.post(f"{room}/code")
    assert visitor.get(f"/join/{code}").status_code == 404
    assert visitor.post("/join", data={"code": code}).status_code == 422
    assert visitor.get(f"/join/{code_on(teacher, room)}").status_code == 200


def test_guesses_at_codes_are_counted(app: Flask) -> None:
    guesser = app.test_client()
    codes = [guesser.get(f"/join/AAAA-{n:04}").status_code for n in range(130)]
    assert set(codes[:100]) == {404}
    assert codes[-1] == 429


def test_who_is_removed_has_no_access_and_can_be_taken_back(
    app: Flask, teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    assignment = give_by_page(teacher, room)
    attempt = begin(zoe, assignment)
    member = re.search(r"/members/(\d+)", teacher.get(room).text)
    assert member
    addresses = [attempt, f"{attempt}/check", f"/assignments/{assignment}"]
    assert [zoe.get(one).status_code for one in addresses] == [200] * 3
    teacher.post(f"{room}/members/{member[1]}/remove")
    assert [zoe.get(one).status_code for one in addresses] == [404] * 3
    assert put(zoe, attempt, "mot", "ruche", 1).status_code == 404
    assert zoe.post(f"/assignments/{assignment}/attempts").status_code == 404
    assert assignment not in zoe.get("/me").text
    assert zoe.get("/me/results.json").json == {"attempts": []}
    again = zoe.post(f"/join/{code_on(teacher, room)}", data={"pseudonym": "Zoé"})
    assert again.status_code == 422
    teacher.post(f"{room}/members/{member[1]}/restore")
    assert [zoe.get(one).status_code for one in addresses] == [200] * 3


def test_a_removed_member_cannot_take_back_a_pseudonym_that_is_taken(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    code = code_of(teacher, class_id)
    join(code, "Zoé")
    first = member_ids(teacher, class_id)["Zoé"]
    run(classes.remove_member, teacher, class_id, first, NOW)
    join(code, "zoé")
    with pytest.raises(Refused):
        run(classes.restore_member, teacher, class_id, first)
    assert app


def test_cards_let_in_and_void_the_former_ones(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    made = teacher.post(f"{room}/members", data={"names": "Zoé\n\n Ali \r\nLéa"}).text
    cards = re.findall(r'id-name">([^<]+)<.*?id-code">([A-Z0-9-]{14})<', made)
    assert [name for name, _ in cards] == ["Zoé", "Ali", "Léa"]
    zoe = app.test_client()
    assert zoe.post("/me/recover", data={"code": cards[0][1]}).status_code == 303
    assert "3e B" in zoe.get("/me").text
    again = dict(
        re.findall(
            r'id-name">([^<]+)<.*?id-code">([A-Z0-9-]{14})<', teacher.post(f"{room}/cards").text
        )
    )
    assert again.keys() == {"Zoé", "Ali", "Léa"}
    ali = app.test_client()
    assert ali.post("/me/recover", data={"code": cards[1][1]}).status_code == 422
    assert ali.post("/me/recover", data={"code": again["Ali"]}).status_code == 303


def test_of_many_new_members_all_or_none_come_in(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    with pytest.raises(Refused):
        run(classes.add_members, teacher, class_id, "Zoé\nAli\nzoé", NOW)
    assert member_ids(teacher, class_id) == {}
    assert app


def test_another_teacher_finds_no_class_until_a_link_makes_them_co_teacher(
    teacher: FlaskClient, other_teacher: FlaskClient
) -> None:
    room = new_class(teacher)
    assert other_teacher.get(room).status_code == 404
    link = re.search(r"(/teach/classes/shared/[\w-]+)", teacher.post(f"{room}/teachers").text)
    assert link
    assert "3e B" in other_teacher.get(link[1]).text
    assert other_teacher.post(link[1]).headers["Location"] == room
    assert other_teacher.get(room).status_code == 200
    assert other_teacher.post(f"{room}/teachers").status_code == 404, "the owner alone invites"
    assert other_teacher.get(f"{room}/purge").status_code == 200
    assert other_teacher.post(f"{room}/purge").status_code == 404, "and erases"
    user = re.search(r'name="user" value="(\d+)"', teacher.get(room).text)
    assert user
    teacher.post(f"{room}/teachers/remove", data={"user": user[1]})
    assert other_teacher.get(room).status_code == 404


# Doubles.


def submitted(token: str, assignment: str, answer: str) -> None:
    """An attempt that is handed in."""
    attempt = run(taking.start_assigned, token, assignment, "", NOW).attempt_id
    run(taking.save_answer, token, attempt, "mot", answer, 1, NOW)
    run(taking.submit_attempt, token, attempt, NOW)


def test_merged_doubles_are_one_learner_with_what_both_did(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    code, assignment = code_of(teacher, class_id), give(teacher, class_id)
    zoe, double = join(code, "Zoé"), join(code, "zoe2")
    submitted(zoe, assignment, "ruche")
    submitted(double, assignment, "miel")
    before = read(list_counts)
    ids = member_ids(teacher, class_id)
    run(classes.merge_members, teacher, class_id, ids["zoe2"], ids["Zoé"])
    assert member_ids(teacher, class_id).keys() == {"Zoé"}
    assert read(list_counts) == read(recount) == before
    for token in (zoe, double):  # both browsers open the one who stays
        task = read(joining.get_task, token, assignment, NOW)
        assert len(task.past) == 2
    assert app


def test_two_who_are_at_work_on_the_same_are_not_merged(app: Flask) -> None:
    teacher = make_teacher()
    class_id = make_class(teacher)
    code, assignment = code_of(teacher, class_id), give(teacher, class_id)
    for name in ("Zoé", "Ali"):
        run(taking.start_assigned, join(code, name), assignment, "", NOW)
    ids = member_ids(teacher, class_id)
    with pytest.raises(Refused, match="en cours"):
        run(classes.merge_members, teacher, class_id, ids["Ali"], ids["Zoé"])
    assert member_ids(teacher, class_id) == ids
    assert app


def test_a_double_of_two_classes_keeps_what_is_of_the_other(app: Flask) -> None:
    teacher, colleague = make_teacher(), make_teacher("Blaise")
    here, there = make_class(teacher), make_class(colleague, "6e A")
    given_here, given_there = give(teacher, here), give(colleague, there)
    zoe = join(code_of(teacher, here), "Zoé")
    double = join(code_of(teacher, here), "zoe2")
    join(code_of(colleague, there), "Zoé", double)
    submitted(double, given_here, "ruche")
    submitted(double, given_there, "miel")
    ids = member_ids(teacher, here)
    run(classes.merge_members, teacher, here, ids["zoe2"], ids["Zoé"])
    assert len(read(joining.get_task, zoe, given_here, NOW).past) == 1
    with pytest.raises(NotFound):
        read(joining.get_task, double, given_here, NOW)
    assert len(read(joining.get_task, double, given_there, NOW).past) == 1
    with pytest.raises(NotFound):
        read(joining.get_task, zoe, given_there, NOW)
    assert read(list_counts) == read(recount)
    assert app


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.integers(0, 3), st.integers(0, 1)),
        st.tuples(st.just("save"), st.integers(0, 3), st.sampled_from(["ruche", "miel", "x"])),
        st.tuples(st.just("submit"), st.integers(0, 3)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("erase"), st.integers(0, 3)),
    ),
    max_size=25,
)


class School:
    """A class of four browsers and two things to do."""

    def __init__(self, n: int) -> None:
        self.teacher = make_teacher()
        self.class_id = make_class(self.teacher, f"classe {n}")
        code = code_of(self.teacher, self.class_id)
        self.given = [give(self.teacher, self.class_id) for _ in range(2)]
        self.tokens = [join(code, f"élève {n}") for n in range(4)]
        self.members = [member_ids(self.teacher, self.class_id)[f"élève {n}"] for n in range(4)]
        self.attempts: dict[int, str] = {}
        self.seq = 0

    def step(self, kind: str, who: int, *more: Any) -> None:
        token, attempt = self.tokens[who], self.attempts.get(who, "?")
        if kind == "start":
            given = self.given[more[0]]
            self.attempts[who] = run(taking.start_assigned, token, given, "", NOW).attempt_id
        elif kind == "save":
            self.seq += 1
            run(taking.save_answer, token, attempt, "mot", more[0], self.seq, NOW)
        elif kind == "submit":
            run(taking.submit_attempt, token, attempt, NOW)
        elif kind == "merge":
            double, kept = self.members[who], self.members[more[0]]
            before = read(list_counts)
            run(classes.merge_members, self.teacher, self.class_id, double, kept)
            assert read(list_counts) == before
        else:
            run(progress.erase_learner, token)


@pytest.mark.parametrize("examples", [25])
def test_counts_equal_a_recount_through_merges_and_erasures(app: Flask, examples: int) -> None:
    schools = iter(range(10_000))

    @histories(examples)
    @given(STEPS)
    def any_history(steps: list[tuple[Any, ...]]) -> None:
        school = School(next(schools))
        for step in steps:
            try:
                school.step(*step)
            except RelireError:
                continue
        kept = read(list_counts)
        assert kept == read(recount)
        assert all(n > 0 for n in kept.values())

    assert app
    any_history()


# Put away, and erased.


def test_an_archived_class_is_closed_to_its_learners(app: Flask, teacher: FlaskClient) -> None:
    room = new_class(teacher)
    zoe = learner_of(app, code_on(teacher, room), "Zoé")
    assignment = give_by_page(teacher, room)
    attempt = begin(zoe, assignment)
    teacher.post(f"{room}/archive", data={"archived": "1"})
    assert "archivée depuis" not in teacher.get(room).text, "somebody is at work"
    submit(zoe, attempt)
    teacher.post(f"{room}/archive", data={"archived": "1"})
    assert "archivée depuis" in teacher.get(room).text
    assert zoe.get(f"/assignments/{assignment}").status_code == 404
    assert "3e B" not in zoe.get("/me").text


def test_the_purge_of_a_class_leaves_counts_right_and_other_classes_alone(app: Flask) -> None:
    teacher = make_teacher()
    old, new = make_class(teacher, "ancienne"), make_class(teacher, "nouvelle")
    given_old, given_new = give(teacher, old), give(teacher, new)
    zoe = join(code_of(teacher, old), "Zoé")
    ali = join(code_of(teacher, old), "Ali")
    join(code_of(teacher, new), "Ali", ali)
    for token, assignment in ((zoe, given_old), (ali, given_old), (ali, given_new)):
        submitted(token, assignment, "ruche")
    day = date(2027, 2, 1)
    run(classes.change_class, teacher, old, "ancienne", day, date(2026, 11, 25))
    assert run(classes.purge_due, date(2027, 1, 31), NOW) == 0
    assert run(classes.purge_due, day, NOW) == 1
    assert run(classes.purge_due, day, NOW) == 0, "once"
    assert not read(progress.get_progress, zoe, NOW).known
    assert len(read(progress.get_progress, ali, NOW).attempts) == 1
    assert read(list_counts) == read(recount)
    with db.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM attempt").scalar() == 1
    assert app


def test_a_class_is_kept_until_the_end_of_its_school_year(app: Flask) -> None:
    teacher = make_teacher()
    found = read(classes.get_room, teacher, make_class(teacher)).classroom
    assert found.purge_on == date(2027, 7, 31)
    summer = datetime(2027, 8, 20, tzinfo=UTC)
    later = run(classes.make_class, teacher, "rentrée", summer.date(), summer)
    assert read(classes.get_room, teacher, later).classroom.purge_on == date(2028, 7, 31)
    assert app
