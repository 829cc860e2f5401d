"""The same subject at other levels: from a quiz, from results, and in one's own results."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.quiz import Dossier
from app.services import library, read, run
from app.services.library import next_rung
from tests.factories import example_quiz
from tests.integration.pages import put, start, submit

LEVELS = ("A2", "B1", "B2")


@pytest.fixture
def ladder(app: Flask) -> FlaskClient:
    """One dossier with a comprehension at three levels, and one vocabulary quiz."""
    quiz = example_quiz()
    quizzes = [
        quiz.model_copy(
            update={"id": f"hiver-{level.lower()}", "level": level, "family": "comprehension"}
        )
        for level in LEVELS
    ]
    words = quiz.model_copy(update={"id": "hiver-mots-b1", "level": "B1", "family": "vocabulaire"})
    dossier = Dossier(id="hiver", title="L’hiver", description="Un village.")
    run(
        library.sync_library,
        [dossier],
        [("hiver", one) for one in (*quizzes, words)],
        datetime.now(UTC),
    )
    return app.test_client()


def test_a_quiz_leads_to_the_same_subject_at_the_other_levels(ladder: FlaskClient) -> None:
    page = ladder.get("/quizzes/hiver-b1").text
    assert 'href="/quizzes/hiver-a2"' in page
    assert 'href="/quizzes/hiver-b2"' in page


@pytest.mark.usefixtures("ladder")
def test_a_quiz_without_its_like_elsewhere_leads_to_the_comprehension() -> None:
    rungs = read(library.list_ladder, "hiver-mots-b1")
    assert [rung.published.slug for rung in rungs] == ["hiver-a2", "hiver-mots-b1", "hiver-b2"]


@pytest.mark.usefixtures("ladder")
@pytest.mark.parametrize(("share", "level"), [(1.0, "B2"), (0.8, "B2"), (0.6, None), (0.1, "A2")])
def test_a_score_suggests_one_level_up_or_down(share: float, level: str | None) -> None:
    rung = next_rung(read(library.list_ladder, "hiver-b1"), share)
    assert (rung.level if rung else None) == level


@pytest.mark.usefixtures("ladder")
def test_nothing_stands_above_the_last_level() -> None:
    assert next_rung(read(library.list_ladder, "hiver-b2"), 1.0) is None


def test_results_suggest_the_next_text_and_my_results_show_the_ladder(ladder: FlaskClient) -> None:
    attempt = start(ladder, "hiver-b1")
    put(ladder, attempt, "mot", "ruche", 1)
    assert "Essayez le même sujet en A2" in submit(ladder, attempt)
    page = ladder.get("/me").text
    assert "Un sujet, plusieurs niveaux" in page
    assert page.count("pas encore essayé") == 2


def test_a_quiz_alone_has_no_ladder(client: FlaskClient) -> None:
    assert "Le même sujet" not in client.get("/quizzes/marche-de-noel-b1").text
