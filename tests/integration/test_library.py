"""The library, as a visitor meets it."""

from flask.testing import FlaskClient


def test_home_lists_the_dossier_and_its_quizzes(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "la Chine sans Nvidia" in page
    assert "/quizzes/ia-chine-comprehension-b1" in page


def test_an_unknown_quiz_is_a_404_in_words(client: FlaskClient) -> None:
    answer = client.get("/quizzes/nowhere")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
