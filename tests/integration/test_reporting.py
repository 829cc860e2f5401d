"""The analysis of a quiz: from the counts alone, for its own teachers alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.models import content
from app.models.account import UserRow
from app.models.content import find_own
from app.models.share import put_share
from app.services import read, reporting, run
from app.services.reporting import VersionReport
from tests.integration.test_statements import MOST, counted
from tests.sittings import own_quiz, publish_as, sit

SLUG = "hiver-classe"
QUIZ = own_quiz(SLUG)
PAGE = f"/teach/quizzes/{SLUG}/analysis"
NOW = datetime.now(UTC)


def user_id(name: str) -> int:
    found = read(lambda conn: conn.scalar(select(UserRow.id).where(UserRow.name == name)))
    assert found is not None
    return found


@pytest.fixture
def owned(teacher: FlaskClient) -> FlaskClient:
    """Ana, whose quiz nobody has taken yet."""
    publish_as(user_id("Ana Lopes"), QUIZ)
    return teacher


@pytest.fixture
def few(owned: FlaskClient) -> FlaskClient:
    """Four attempts: too few to judge a question."""
    for right in (0, 3, 5, 9):
        sit(QUIZ, right)
    return owned


@pytest.fixture
def many(owned: FlaskClient) -> FlaskClient:
    """Thirty attempts: from now on questions are judged."""
    for n in range(30):
        sit(QUIZ, n % 10)
    return owned


def version_report(mode: Any = "exam") -> VersionReport:
    found = read(reporting.get_report, user_id("Ana Lopes"), SLUG, None, mode).found
    assert found is not None
    return found


def table(page: str, caption: str) -> list[list[str]]:
    """The rows of the table of that caption, cell by cell."""
    (found,) = html.fromstring(page).xpath(f"//table[starts-with(caption, '{caption}')]")
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
        for row in found.xpath("tbody/tr")
    ]


def test_figures_follow_from_the_attempts(many: FlaskClient) -> None:
    assert many
    report = version_report()
    assert report.whole.n == 30
    assert report.points == 10
    assert [item.question.id for item in report.unmarked] == ["avis"]
    # Three attempts got each number of right answers from 0 to 9.
    facilities = [one.figures.facility for one in report.items]
    assert facilities[:2] == [0.9, 0.8]
    assert all(one.advice for one in report.items)
    sums = [sum(row.n for row in one.answers) for one in report.items if one.item.number != 2]
    assert sums == [30] * 8


def test_a_page_shows_figures_pictures_and_tables(many: FlaskClient) -> None:
    page = many.get(PAGE)
    assert page.status_code == 200
    text = page.text
    assert "Trop tôt" not in text
    rows = table(text, "Les questions une par une")
    assert len(rows) == 9
    assert rows[0][0].startswith("Q1 De quoi parle")
    assert rows[0][1] == "90 %"
    assert table(text, "Réponses à la question 1")[1] == [
        "leurre : D’un voyage à Paris",
        "",
        "3 33 %",
        "0 0 %",
        "0 0 %",
        "3",
    ]
    assert len(table(text, "Par question")) == 9
    assert table(text, "Répartition des notes sur 10")[0] == ["0", "3"]
    pictures = html.fromstring(text).xpath("//svg[@role='img']")
    assert len(pictures) == 4
    for picture in pictures:
        names = [picture.get_element_by_id(name) for name in picture.get("aria-labelledby").split()]
        assert all(name.text for name in names)


def test_no_digest_is_shown(many: FlaskClient) -> None:
    text = many.get(PAGE).text
    shown = html.fromstring(text).text_content()
    for choice in QUIZ.by_id["sujet"].question.authored_choices():
        assert choice.text in shown
        assert choice.id not in shown
    assert "exact:" not in shown
    assert "wrong" not in shown


def test_few_attempts_are_counted_but_not_judged(few: FlaskClient) -> None:
    text = few.get(PAGE).text
    assert "Trop tôt pour juger une question" in text
    assert "Il y a 4 essais" in text
    assert "0,38" in text
    assert table(text, "Les questions une par une")[0][1] == "3 sur 4"
    for judgement in ("Discrimination", "À faire", "Bonne question", "Cohérence", "Tiers du bas"):
        assert judgement not in text


def test_where_reading_fails(many: FlaskClient) -> None:
    page = many.get(f"{PAGE}/text")
    assert page.status_code == 200
    rows = table(page.text, "Les phrases")
    losses = [int(row[-1].split()[0]) for row in rows]
    assert losses == sorted(losses, reverse=True)
    assert len(rows) == len(version_report().lost) == 4
    tinted = html.fromstring(page.text).xpath("//*[contains(@class, 'lost') and @id]")
    assert {one.get("id") for one in tinted} == {"p1s1", "p1s2", "p2s1", "p2s2"}


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/text"])
def test_without_attempts_a_page_says_so(owned: FlaskClient, path: str) -> None:
    page = owned.get(path)
    assert page.status_code == 200
    assert "Aucun essai terminé" in page.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/text"])
def test_an_unpublished_quiz_has_nothing_to_analyse(teacher: FlaskClient, path: str) -> None:
    run(content.add_quiz, user_id("Ana Lopes"), SLUG)
    page = teacher.get(path)
    assert page.status_code == 200
    assert "pas encore été publié" in page.text


def test_modes_are_apart(few: FlaskClient) -> None:
    sit(QUIZ, 9, "training")
    assert version_report("training").whole.n == 1
    assert version_report("exam").whole.n == 4
    page = few.get(f"{PAGE}?mode=training").text
    assert "Il y a 1 essai." in page
    assert "Examen (4)" in page
    assert "Il y a 4 essais." in few.get(PAGE).text, "the mode that was taken most"


def test_a_version_that_was_taken_comes_before_a_newer_one(few: FlaskClient) -> None:
    def write(conn: Any) -> None:
        own = find_own(conn, SLUG)
        assert own is not None
        newer = QUIZ.model_copy(update={"title": "Un autre titre"})
        content.add_version(conn, own.quiz_id, newer, NOW)

    run(write)
    assert "Il y a 4 essais" in few.get(PAGE).text
    assert "Aucun essai terminé" in few.get(f"{PAGE}?version=2").text
    assert few.get(f"{PAGE}?version=3").status_code == 404
    assert few.get(f"{PAGE}?version=x&mode=y").status_code == 200


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/text"])
def test_it_is_nowhere_for_another_teacher(
    few: FlaskClient, other_teacher: FlaskClient, app: Flask, path: str
) -> None:
    assert few.get(path).status_code == 200
    assert other_teacher.get(path).status_code == 404
    assert app.test_client().get(path).status_code == 303


def test_a_colleague_with_whom_it_is_shared_sees_it(
    few: FlaskClient, other_teacher: FlaskClient
) -> None:
    def share(conn: Any) -> None:
        own = find_own(conn, SLUG)
        assert own is not None
        put_share(conn, own.quiz_id, user_id("Blaise Kouassi"), "read", NOW)

    run(share)
    assert few
    assert other_teacher.get(PAGE).status_code == 200


def test_the_quiz_leads_to_its_analysis(owned: FlaskClient) -> None:
    assert f'href="{PAGE}"' in owned.get(f"/teach/quizzes/{SLUG}").text


def test_a_page_asks_the_counts_and_never_the_responses(
    few: FlaskClient, other_teacher: FlaskClient
) -> None:
    def share(conn: Any) -> None:
        own = find_own(conn, SLUG)
        assert own is not None
        put_share(conn, own.quiz_id, user_id("Blaise Kouassi"), "read", NOW)

    run(share)
    for client, statements in ((few, 4), (other_teacher, 5)):
        for path in (PAGE, f"{PAGE}/text"):
            client.get(path)
            with counted() as seen:
                assert client.get(path).status_code == 200
            assert len(seen) == statements <= MOST, seen
            assert not any("response" in one or " attempt" in one for one in seen)
