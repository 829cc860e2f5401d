"""Results of a class: the table, the marks given by hand, answers accepted afterwards, files."""

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.models import classroom, results
from app.models.counts import list_counts, recount
from app.services import read
from tests.integration.classes import (
    begin,
    code_on,
    give_by_page,
    learner_of,
    new_class,
)
from tests.integration.pages import form_of, put, sent_by, submit
from tests.integration.test_statements import counted

ESSAY = "Oui, parce que le miel est bon."


class Room:
    """A class of two who have handed in the example, and one who has not begun."""

    def __init__(self, app: Flask, teacher: FlaskClient) -> None:
        self.app, self.teacher = app, teacher
        self.address = new_class(teacher)
        self.code = code_on(teacher, self.address)
        self.id = give_by_page(teacher, self.address, attempts_allowed="3")
        self.learners: dict[str, FlaskClient] = {}
        self.attempts: dict[str, str] = {}

    @property
    def base(self) -> str:
        return f"/teach/assignments/{self.id}"

    def join(self, name: str) -> FlaskClient:
        self.learners[name] = learner_of(self.app, self.code, name)
        return self.learners[name]

    def take(self, name: str, **answers: object) -> str:
        client = self.learners.get(name) or self.join(name)
        attempt = begin(client, self.id)
        for question, answer in answers.items():
            assert put(client, attempt, question, answer, 1).status_code == 200
        submit(client, attempt)
        self.attempts[name] = attempt.rpartition("/")[2]
        return attempt

    def get(self, path: str) -> str:
        answer = self.teacher.get(f"{self.base}{path}")
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def member(self, name: str) -> str:
        found = re.search(rf"/learners/(\d+)\"[^>]*>{name}<", self.get("/results"))
        assert found
        return found[1]

    def totals(self) -> dict[str, str]:
        rows = csv.reader(io.StringIO(self.csv()), delimiter=";")
        head, *lines = rows
        place = head.index("Total")
        return {line[0]: line[place] for line in lines}

    def csv(self) -> str:
        return self.teacher.get(f"{self.base}/results.csv").data.decode("utf-8-sig")


@pytest.fixture
def room(app: Flask, teacher: FlaskClient) -> Room:
    room = Room(app, teacher)
    room.take("Zoé", mot="ruche", nombre="3", avis=ESSAY)
    room.take("Abel", mot="alvéole", nombre="4", avis="Non.")
    room.join("Chloé")
    return room


def counts_are_right() -> None:
    kept = read(list_counts)
    assert kept == read(recount)
    assert all(n > 0 for n in kept.values())


# The table


def names(page: str) -> list[str]:
    return re.findall(r'/learners/\d+">([^<]+)</a>', page)


def test_the_table_shows_each_learner_by_name_or_by_mark(room: Room) -> None:
    page = room.get("/results")
    assert names(page) == ["Abel", "Chloé", "Zoé"]
    assert "2 sur 3 ont rendu" in page.replace("\u202f", " ")
    assert names(room.get("/results?sort=total")) == ["Zoé", "Abel", "Chloé"]
    assert names(room.get("/results?sort=mot"))[0] == "Zoé"
    assert names(room.get("/results?sort=nonsense")) == ["Abel", "Chloé", "Zoé"]


def test_the_attempt_that_counts_is_the_best(room: Room) -> None:
    room.take("Abel", mot="ruche")
    room.take("Abel")
    assert room.totals() == {"Abel": "1", "Chloé": "", "Zoé": "2"}


@pytest.mark.parametrize(("rule", "total"), [("best", "2"), ("first", "1"), ("last", "0")])
def test_which_attempt_counts_is_what_the_assignment_says(
    app: Flask, teacher: FlaskClient, rule: str, total: str
) -> None:
    room = Room(app, teacher)
    room.id = give_by_page(teacher, room.address, attempts_allowed="3", counts=rule)
    room.take("Zoé", mot="ruche")
    room.take("Zoé", mot="ruche", nombre="3")
    room.take("Zoé")
    assert room.totals() == {"Zoé": total}


def test_the_table_costs_four_statements(room: Room) -> None:
    room.get("/results")
    with counted() as seen:
        room.get("/results")
    assert len(seen) == 4, seen


def test_a_year_of_a_school_is_shown_a_page_at_a_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (classroom, results):
        monkeypatch.setattr(module, "PAGE", 2)
    first, second = room.get("/results"), room.get("/results?page=2")
    assert (names(first), names(second)) == (["Abel", "Chloé"], ["Zoé"])
    for page in (first, second):
        assert "2 sur 3 ont rendu" in page.replace("\u202f", " ")
        assert re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL) == re.findall(
            r"<tfoot>.*?</tfoot>", first, re.DOTALL
        )
    assert "Page 1 sur 2" in first
    following = re.search(r'href="([^"]+)">Page suivante', room.get("/results?sort=total"))
    assert following
    page = room.teacher.get(unescape(following[1])).text
    assert (names(page), "Page précédente" in page) == (["Chloé"], True)
    with counted() as seen:
        room.get("/results?page=2")
    assert len(seen) == 4, seen
    assert len(room.csv().splitlines()) == 4, "a file has everybody"


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "2", "1" + "0" * 30, "%00"])
def test_a_page_that_is_not_there_is_the_first(room: Room, page: str) -> None:
    assert names(room.get(f"/results?page={page}")) == ["Abel", "Chloé", "Zoé"]


@pytest.mark.parametrize("sort", ["%00", "name%00", "é" * 200, "'", "%F0%9F"])
def test_what_is_no_column_sorts_nothing(room: Room, sort: str) -> None:
    assert names(room.get(f"/results?sort={sort}")) == ["Abel", "Chloé", "Zoé"]


def test_who_was_removed_keeps_what_they_handed_in(room: Room) -> None:
    for name in ("Abel", "Chloé"):
        room.teacher.post(f"{room.address}/members/{room.member(name)}/remove")
    assert names(room.get("/results")) == ["Abel", "Zoé"]
    assert (
        room.teacher.get(f"{room.base}/results/learners/{room.member('Abel')}").status_code == 200
    )


# Who may see it


PAGES = (
    "results",
    "results/questions/mot",
    "essays/avis",
    "results.csv",
    "results.xlsx",
    "together",
)


def test_only_the_teachers_of_the_class_see_it(room: Room, other_teacher: FlaskClient) -> None:
    member = room.member("Zoé")
    for page in (*PAGES, f"results/learners/{member}"):
        assert room.teacher.get(f"{room.base}/{page}").status_code == 200, page
        assert other_teacher.get(f"{room.base}/{page}").status_code == 404, page
        assert room.learners["Zoé"].get(f"{room.base}/{page}").status_code == 303, page
    sheet = room.attempts["Zoé"]
    for page in (f"essays/avis/{sheet}", f"results/learners/{member}/{sheet}/mot"):
        answer = other_teacher.post(f"{room.base}/{page}", data={"points": "1"})
        assert answer.status_code == 404, page


@pytest.mark.parametrize(
    "page",
    [
        "results/questions/forged",
        "essays/mot",
        "essays/forged",
        "results/learners/999999",
        "results.pdf",
    ],
)
def test_what_is_made_up_is_nowhere(room: Room, page: str) -> None:
    assert room.teacher.get(f"{room.base}/{page}").status_code == 404


def test_a_member_of_another_class_is_nowhere(room: Room, app: Flask, teacher: FlaskClient) -> None:
    other = Room(app, teacher)
    other.take("Denis")
    foreign = f"{room.base}/results/learners/{other.member('Denis')}"
    assert teacher.get(foreign).status_code == 404
    mine = f"{room.base}/results/learners/{room.member('Zoé')}/{other.attempts['Denis']}/mot"
    assert teacher.post(mine, data={"points": "1", "why": "x"}).status_code == 404


# Texts


def essay(room: Room, name: str, **changed: object) -> int:
    sheet = room.attempts[name]
    page = room.get(f"/essays/avis?text={sheet}")
    sent = sent_by(form_of(page, f"{room.base}/essays/avis/{sheet}"))
    sent.setlist("points", list(changed.pop("points", ["2", "0,5", "1"])))  # type: ignore[call-overload]
    for key, value in changed.items():
        sent[key] = str(value)
    return room.teacher.post(f"{room.base}/essays/avis/{sheet}", data=sent).status_code


def test_texts_are_marked_by_rubric_without_names(room: Room) -> None:
    page = room.get("/essays/avis")
    assert "Zoé" not in page.split("<h1>")[1]
    assert "Abel" not in page
    assert essay(room, "Zoé", comment="Bel élan.") == 303
    assert room.totals()["Zoé"] == "5,5"
    counts_are_right()
    seen = room.learners["Zoé"].get(f"/attempts/{room.attempts['Zoé']}/results").text
    assert "Bel élan." in seen
    assert "Ana Lopes" in seen
    assert "en attente de correction" not in seen
    assert essay(room, "Abel") == 303
    assert "Tous les textes sont corrigés" in room.get("/essays/avis")
    assert "Bel élan." in room.get("/essays/avis")  # to be used again
    counts_are_right()


@pytest.mark.parametrize(
    "points", [["3", "1", "2"], ["-1", "0", "0"], ["x", "0", "0"], ["1"], ["NaN", "1", "1"], []]
)
def test_points_out_of_range_are_refused(room: Room, points: list[str]) -> None:
    before = room.totals()
    assert essay(room, "Zoé", points=points) == 422
    assert room.totals() == before


def test_a_button_pressed_twice_marks_once(room: Room) -> None:
    sheet = room.attempts["Zoé"]
    sent = {"points": ["1", "1", "1"], "rubric": "1", "seen": "0", "comment": "Bien."}
    for _ in range(2):
        answer = room.teacher.post(f"{room.base}/essays/avis/{sheet}", data=sent)
        assert answer.status_code == 303
    page = room.get(f"/results/learners/{room.member('Zoé')}")
    assert page.count("<b>3</b> · Ana Lopes") == 1


def test_two_teachers_at_once_do_not_overwrite_each_other(room: Room) -> None:
    sheet = room.attempts["Zoé"]
    sent = {"points": ["1", "1", "1"], "rubric": "1", "seen": "0"}
    room.teacher.post(f"{room.base}/essays/avis/{sheet}", data=sent)
    late = room.teacher.post(
        f"{room.base}/essays/avis/{sheet}", data={**sent, "points": ["0", "0", "0"]}
    )
    assert late.status_code == 422
    assert "vient de corriger" in late.text
    assert room.totals()["Zoé"] == "5"


def test_a_mark_corrected_by_hand_keeps_who_when_and_why(room: Room) -> None:
    member, sheet = room.member("Abel"), room.attempts["Abel"]
    address = f"{room.base}/results/learners/{member}/{sheet}/mot"
    sent = {"points": "0,5", "why": "L’idée y est", "comment": "Presque.", "seen": "0"}
    assert room.teacher.post(address, data=sent).status_code == 303
    assert room.totals()["Abel"] == "0,5"
    page = room.get(f"/results/learners/{member}")
    assert "L’idée y est" in page
    learner = room.learners["Abel"].get(f"/attempts/{sheet}/results").text
    assert "Presque." in learner
    assert "L’idée y est" not in learner
    counts_are_right()
    assert room.teacher.post(address, data={**sent, "points": "2"}).status_code == 303
    assert room.totals()["Abel"] == "0,5"  # the question has one point


def test_an_erasure_after_marks_leaves_the_counts_right(room: Room) -> None:
    essay(room, "Zoé")
    room.learners["Zoé"].post("/me/erase")
    counts_are_right()
    assert names(room.get("/results")) == ["Abel", "Chloé"]


# Accepting an answer


def acceptance(
    room: Room, text: str, question: str = "mot", **more: str
) -> tuple[str, dict[str, str]]:
    page = room.get(f"/results/questions/{question}")
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    query = {"version": version[1], "text": text, "part": "", **more}
    address = f"{room.base}/results/questions/{question}/accept"
    preview = room.teacher.get(address, query_string=query)
    assert preview.status_code == 200
    forms = form_of(preview.text, address)
    form = next(
        one
        for one in forms.getroottree().findall(".//form")
        if one.get("method") == "post" and one.get("action") == address
    )
    return preview.text, dict(sent_by(form))


def accept(room: Room, sent: dict[str, str], question: str = "mot") -> int:
    address = f"{room.base}/results/questions/{question}/accept"
    return room.teacher.post(address, data=sent).status_code


def test_an_accepted_answer_marks_everybody_anew_and_tells_them(room: Room) -> None:
    room.take("Denis", mot="alveole")
    preview, sent = acceptance(room, "alvéole")
    assert "2 notes changeraient" in preview
    assert "Abel : de 0 à 1" in preview.replace("\u202f", " ")
    assert accept(room, sent) == 303
    assert room.totals()["Abel"] == "1"
    counts_are_right()
    page = room.learners["Abel"].get(f"/attempts/{room.attempts['Abel']}/results").text
    assert "Votre réponse a été acceptée après coup" in page
    room.take("Elsa", mot="alvéole")  # who comes later is marked like the others
    assert room.totals()["Elsa"] == "1"
    counts_are_right()


def test_half_of_the_points_and_back_again(room: Room) -> None:
    before = room.totals()
    _, sent = acceptance(room, "alvéole", fraction="0.5")
    accept(room, sent)
    assert room.totals()["Abel"] == "0,5"
    _, sent = acceptance(room, "alvéole", fraction="0")
    accept(room, sent)
    assert room.totals() == before
    counts_are_right()


def test_a_preview_that_is_stale_is_shown_again(room: Room) -> None:
    _, sent = acceptance(room, "alvéole")
    room.take("Denis", mot="alvéole")
    assert accept(room, sent) == 409
    assert room.totals()["Abel"] == "0"


def test_pressed_twice_it_is_decided_once(room: Room) -> None:
    _, sent = acceptance(room, "alvéole")
    assert [accept(room, sent), accept(room, sent)] == [303, 409]
    assert room.totals()["Abel"] == "1"
    counts_are_right()


def test_a_mark_given_by_hand_stays(room: Room) -> None:
    address = f"{room.base}/results/learners/{room.member('Abel')}/{room.attempts['Abel']}/mot"
    room.teacher.post(address, data={"points": "0,25", "why": "x", "seen": "0"})
    preview, sent = acceptance(room, "alvéole")
    assert "0 note changerait" in preview
    accept(room, sent)
    assert room.totals()["Abel"] == "0,25"


def test_numbers_and_gaps_are_accepted_too(room: Room) -> None:
    room.take("Denis", nombre="quatre", resume={"1": "a débuté"})
    for text, question, more in (
        ("quatre", "nombre", {}),
        ("4", "nombre", {}),
        ("a débuté", "resume", {"part": "1"}),
    ):
        _, sent = acceptance(room, text, question, **more)
        assert accept(room, sent, question) == 303
    assert room.totals()["Denis"] == "1,333333"
    assert room.totals()["Abel"] == "1"
    counts_are_right()


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("mot", {"part": "7"}),
        ("mot", {"version": "99999"}),
        ("sujet", {"part": ""}),
        ("forged", {}),
    ],
)
def test_what_cannot_be_accepted_is_nowhere(
    room: Room, question: str, changed: dict[str, str]
) -> None:
    _, sent = acceptance(room, "alvéole")
    assert accept(room, {**sent, **changed}, question) == 404


def test_a_quiz_of_others_is_amended_for_ones_own_class_alone(
    room: Room, app: Flask, other_teacher: FlaskClient
) -> None:
    other = Room(app, other_teacher)
    other.take("Denis", mot="alvéole")
    _, sent = acceptance(room, "alvéole")
    accept(room, sent)
    assert room.totals()["Abel"] == "1"
    assert other.totals()["Denis"] == "0"
    other.take("Elsa", mot="alvéole")
    assert other.totals()["Elsa"] == "0"
    counts_are_right()


# Files


def test_files_have_accents_and_no_formulas(app: Flask, teacher: FlaskClient) -> None:
    room = Room(app, teacher)
    room.take("=1+1", mot="ruche")
    answer = teacher.get(f"{room.base}/results.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, line = csv.reader(io.StringIO(room.csv()), delimiter=";")
    assert line[0] == "'=1+1"
    assert head[-2:] == ["Rendu le", "Durée en minutes"]
    book = load_workbook(io.BytesIO(teacher.get(f"{room.base}/results.xlsx").data))
    rows = list(book.active.iter_rows())
    assert (rows[1][0].value, rows[1][0].data_type) == ("'=1+1", "s")
    total = head.index("Total")
    assert (rows[1][total].value, rows[1][total].data_type) == (1, "n")
    assert all(cell.data_type != "f" for row in rows for cell in row)


# Correcting together


def test_correcting_together_counts_this_class_alone(
    room: Room, app: Flask, teacher: FlaskClient
) -> None:
    other = Room(app, teacher)
    other.take("Denis")
    assert "2 essais" in room.get("/together").replace("\u202f", " ")
    assert "1 essai<" in other.get("/together").replace("\u202f", " ")
