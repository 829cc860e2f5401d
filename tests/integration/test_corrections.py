"""Corrections that are kept for all who gave the same answer say what a fresh one says."""

import re

from flask import Flask
from flask.testing import FlaskClient

from app.web.corrections import forget_corrections
from tests.integration.pages import put, start, submit


def articles(page: str) -> list[str]:
    return re.findall(r'<article class="card question".*?</article>', page, re.DOTALL)


def results(client: FlaskClient, **answers: str) -> str:
    attempt = start(client)
    for question, answer in answers.items():
        assert put(client, attempt, question, answer, 1).status_code == 200
    return submit(client, attempt)


def test_the_same_answer_of_another_learner_has_the_same_correction(sqlite_app: Flask) -> None:
    answers = {"mot": "ruches", "nombre": "3", "avis": "Oui."}
    fresh = articles(results(sqlite_app.test_client(), **answers))
    kept = articles(results(sqlite_app.test_client(), **answers))
    forget_corrections()
    anew = articles(results(sqlite_app.test_client(), **answers))
    assert len(fresh) == 10
    assert fresh == kept == anew


def test_another_answer_or_language_has_another_correction(sqlite_app: Flask) -> None:
    one, other = sqlite_app.test_client(), sqlite_app.test_client()
    results(one, mot="ruche")
    page = results(other, mot="miel")
    card = next(card for card in articles(page) if 'id="q-mot"' in card)
    assert "miel" in card
    assert "À revoir" in card
    one.set_cookie("relire_lang", "en")
    english = next(card for card in articles(results(one, mot="miel")) if 'id="q-mot"' in card)
    assert "À revoir" not in english


def test_a_long_answer_is_the_learner_s_alone(sqlite_app: Flask) -> None:
    essay = (
        "Je vendrais du miel et du pain à ce marché, car j’aime beaucoup les abeilles et la neige."
    )
    results(sqlite_app.test_client(), avis=essay * 2)
    other = results(sqlite_app.test_client(), avis="Non.")
    assert "les abeilles et la neige" not in other
