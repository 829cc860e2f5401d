"""Correcting together: how the class answered, then the key, then the proof, without a name."""

import re

import pytest
from flask.testing import FlaskClient

from tests.integration.pages import put, start, submit, value_of
from tests.integration.test_drafting_pages import draft_of, publish


@pytest.fixture
def quiz(teacher: FlaskClient, client: FlaskClient) -> str:
    """The address of a quiz that three learners have taken: two were wrong."""
    draft = draft_of(teacher)
    teacher.post(f"{draft}/keep", data={"what": "wrong"})
    address = str(publish(teacher, draft).location)
    slug = address.rpartition("/")[2]
    for said in ("Sur la place", "À la gare", "À la gare"):
        learner = client.application.test_client()
        attempt = start(learner, slug)
        put(learner, attempt, "q1", value_of(learner.get(attempt).text, "q1", said), 1)
        submit(learner, attempt)
    return address


def step(client: FlaskClient, quiz: str, name: str, q: int = 1) -> str:
    answer = client.get(f"{quiz}/together?q={q}&step={name}")
    assert answer.status_code == 200
    return answer.text


def votes(page: str) -> dict[str, int]:
    found = re.findall(
        r'<span lang="fr">(?:.*: </span>)?([^<]+)</span>\s*<svg.*?<b>(\d+)</b>', page, re.DOTALL
    )
    return {said: int(n) for said, n in found}


def test_each_step_shows_one_thing_more(teacher: FlaskClient, quiz: str) -> None:
    asked = step(teacher, quiz, "question")
    assert "Où sont les artisans" in asked
    assert "Vos réponses" not in asked
    answers = step(teacher, quiz, "answers")
    assert votes(answers) == {"Sur la place": 1, "À la gare": 2, "Au lycée": 0}
    assert "✓" not in answers
    assert "✓" in step(teacher, quiz, "key")
    proof = step(teacher, quiz, "proof")
    assert "Le texte parle d’une place." in proof  # what the most chosen distractor gets wrong


def test_one_walks_through_all_questions_and_back(teacher: FlaskClient, quiz: str) -> None:
    address, seen = f"{quiz}/together", 0
    while address:
        page = teacher.get(address).text
        seen += 1
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == 2 * 4
    assert 'rel="prev"' in page


@pytest.mark.parametrize("query", ["?q=0", "?q=99", "?q=x", "?q=-1&step=zzz", "?step="])
def test_an_odd_address_shows_a_question_all_the_same(
    teacher: FlaskClient, quiz: str, query: str
) -> None:
    assert teacher.get(f"{quiz}/together{query}").status_code == 200


def test_nobody_else_sees_it(other_teacher: FlaskClient, client: FlaskClient, quiz: str) -> None:
    assert other_teacher.get(f"{quiz}/together").status_code == 404
    assert client.get(f"{quiz}/together").status_code == 303
