"""An attempt from start to results, on both databases."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.domain.scoring import UNITS
from app.extensions import db
from app.models.counts import list_counts, recount
from app.services import library, read, run
from tests.factories import example_quiz
from tests.integration.pages import EXAMPLE, fields, put, start, submit, value_of

QUIZ = example_quiz()
KEYS = {item.question.id: item.question.key(QUIZ.reading) for item in QUIZ.items}


def answer_all(client: FlaskClient, attempt: str) -> None:
    for question, key in KEYS.items():
        answer = key if key is not None else "mot " * 60
        assert put(client, attempt, question, answer, 1).status_code == 200


def test_every_key_earns_all_points_and_the_essay_waits(client: FlaskClient) -> None:
    attempt = start(client)
    answer_all(client, attempt)
    page = submit(client, attempt)
    total = sum(item.max_units for item in QUIZ.items if item.question.type != "essay") / UNITS
    assert f">{total:g}<small> / {total:g}" in page
    assert "5 points en attente de correction" in page


def test_every_proof_is_marked_in_the_text_and_leads_back(client: FlaskClient) -> None:
    attempt = start(client)
    page = submit(client, attempt)
    for item in QUIZ.items:
        for sentence in item.question.evidence.sentences:
            assert f'<mark id="{sentence}">' in page
            assert f'href="#{sentence}"' in page
        if item.question.evidence.sentences:
            assert f'class="ref" href="#q-{item.question.id}"' in page


def test_a_blank_attempt_is_worth_nothing(client: FlaskClient) -> None:
    page = submit(client, start(client))
    assert ">0<small>" in page
    assert page.count("Sans réponse") >= len(QUIZ.items)


def test_pressing_start_twice_opens_one_attempt(client: FlaskClient) -> None:
    assert start(client) == start(client)


def test_training_and_exam_are_two_attempts(client: FlaskClient) -> None:
    assert start(client, mode="exam") != start(client, mode="training")


def test_pressing_submit_twice_scores_once(client: FlaskClient) -> None:
    attempt = start(client)
    answer_all(client, attempt)
    token = re.compile(r'name="csrf_token" value="[^"]+"')  # it tells the second it was made in
    first, again = (token.sub("", submit(client, attempt)) for _ in range(2))
    assert again == first
    assert read(list_counts) == read(recount)


def test_an_attempt_is_resumed_with_its_answers_and_its_order(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    first, again = client.get(attempt).text, client.get(attempt).text
    assert 'value="ruche"' in first
    choices = [re.findall(r'name="q\.sujet" value="(\w+)"', page) for page in (first, again)]
    assert choices[0] == choices[1]
    assert len(choices[0]) == 3


@pytest.mark.parametrize("seq", [1, 0])
def test_a_tie_or_an_older_save_is_refused_with_what_is_stored(
    client: FlaskClient, seq: int
) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    refused = put(client, attempt, "mot", "abeille", seq)
    assert refused.status_code == 409
    assert (refused.json["answer"], refused.json["seq"]) == ("ruche", 1)  # type: ignore[index]


def test_a_form_saves_every_field_and_goes_on_to_the_check_page(client: FlaskClient) -> None:
    attempt = start(client)
    page = client.get(attempt).text
    key = value_of(page, "sujet", "D’un marché d’hiver")
    data = dict(fields(page)) | {"q.sujet": key, "q.mot": "ruche", "go": "check"}
    answer = client.post(attempt, data=data)
    assert answer.headers["Location"] == f"{attempt}/check"
    check = client.get(f"{attempt}/check").text
    assert "D’un marché d’hiver" in check
    assert "8 questions restent sans réponse" in check


def test_a_form_from_an_old_page_does_not_overwrite_and_shows_both(client: FlaskClient) -> None:
    attempt = start(client)
    old = dict(fields(client.get(attempt).text))
    put(client, attempt, "mot", "ruche", 1)
    answer = client.post(attempt, data=old | {"q.mot": "abeille", "q.nombre": "3"})
    assert answer.status_code == 409
    assert 'value="abeille"' in answer.text, "what was typed is shown again"
    assert "ruche" in answer.text, "and what is stored is named"
    assert 'value="3"' in client.get(attempt).text, "the other answers are saved"
    again = client.post(attempt, data=dict(fields(answer.text)) | {"q.mot": "abeille"})
    assert again.status_code == 303
    assert 'value="abeille"' in client.get(attempt).text


def test_an_answer_that_is_too_long_is_refused_in_words_and_shown_again(
    client: FlaskClient,
) -> None:
    attempt = start(client)
    data = dict(fields(client.get(attempt).text)) | {"q.mot": "a" * 600, "q.nombre": "3"}
    answer = client.post(attempt, data=data)
    assert answer.status_code == 422
    assert "a" * 600 in answer.text
    assert "500 caractères au plus" in answer.text
    assert 'value="3"' in client.get(attempt).text


def test_the_move_buttons_put_steps_in_order_without_a_script(client: FlaskClient) -> None:
    attempt = start(client)
    page = client.get(attempt).text
    shown = page.split('name="order.ordre" value="')[1].split('"')[0].split()
    data = dict(fields(page)) | {"order.ordre": " ".join(shown), "move": f"ordre:{shown[0]}:down"}
    client.post(attempt, data=data)
    stored = client.get("/me/results.json").json["attempts"][0]["responses"]  # type: ignore[index]
    ranks = next(one["answer"] for one in stored if one["question"] == "ordre")
    assert ranks == {shown[1]: "1", shown[0]: "2", shown[2]: "3"}


HOSTILE = [
    None,
    [],
    {},
    3,
    True,
    "x" * 100_000,
    ["x"] * 1_000,
    {"verdict": "perhaps"},
    {"nowhere": "x"},
    [["deep"]],
    {"verdict": {"a": 1}},
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("question", list(KEYS))
def test_hostile_answers_are_refused_in_words(client: FlaskClient, question: str) -> None:
    attempt = start(client)
    for seq, answer in enumerate(HOSTILE, 1):
        saved = put(client, attempt, question, answer, seq)
        assert saved.status_code in (200, 400), (answer, saved.text)
        assert saved.status_code == 200 or saved.json["message"]  # type: ignore[index]
    assert client.get(attempt).status_code == 200
    submit(client, attempt)


@pytest.mark.parametrize("seq", [-1, "1", None, 1.5, True, 2**60])
def test_a_strange_seq_is_refused(client: FlaskClient, seq: object) -> None:
    assert put(client, start(client), "mot", "ruche", seq).status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '"x"', "[" * 100_000, '{"answer": 1e999}'])
def test_a_body_that_is_not_our_json_is_refused_in_words(client: FlaskClient, body: str) -> None:
    answer = client.put(
        f"{start(client)}/responses/mot", data=body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json["message"]  # type: ignore[index]


def test_an_unknown_question_is_a_404(client: FlaskClient) -> None:
    assert put(client, start(client), "nowhere", "x", 1).status_code == 404


def test_a_save_that_is_too_big_is_a_413(client: FlaskClient) -> None:
    assert put(client, start(client), "avis", "x" * 300_000, 1).status_code == 413


class TestTime:
    """A time limit kept by the server's clock alone."""

    start_time = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def test_saves_are_taken_until_the_deadline_and_a_moment_after(
        self, client: FlaskClient
    ) -> None:
        with time_machine.travel(self.start_time, tick=False) as clock:
            attempt = start(client)
            clock.shift(timedelta(minutes=20, seconds=9))
            assert put(client, attempt, "mot", "ruche", 1).status_code == 200
            clock.shift(timedelta(seconds=2))
            late = put(client, attempt, "nombre", "3", 1)
            assert late.status_code == 409
            assert "Le temps est écoulé" in late.json["message"]  # type: ignore[index]

    def test_what_was_saved_counts_when_time_runs_out(self, client: FlaskClient) -> None:
        with time_machine.travel(self.start_time, tick=False) as clock:
            attempt = start(client)
            put(client, attempt, "mot", "ruche", 1)
            clock.shift(timedelta(minutes=30))
            page = client.get(attempt, follow_redirects=True).text
            assert "Le temps est écoulé" in page
            assert ">1<small>" in page
            described = client.get("/me/results.json").json["attempts"][0]  # type: ignore[index]
            assert described["submitted"].startswith("2026-03-01T09:20:00")

    def test_a_third_more_time_can_be_asked_for(self, client: FlaskClient) -> None:
        with time_machine.travel(self.start_time, tick=False) as clock:
            attempt = start(client, pace="longer")
            clock.shift(timedelta(minutes=26))
            assert put(client, attempt, "mot", "ruche", 1).status_code == 200

    @pytest.mark.parametrize("how", [{"pace": "none"}, {"mode": "training"}])
    def test_without_limit_there_is_no_deadline(
        self, client: FlaskClient, how: dict[str, str]
    ) -> None:
        with time_machine.travel(self.start_time, tick=False) as clock:
            attempt = start(client, **how)
            clock.shift(timedelta(days=30))
            assert put(client, attempt, "mot", "ruche", 1).status_code == 200

    def test_a_clock_set_back_reopens_nothing(self, client: FlaskClient) -> None:
        with time_machine.travel(self.start_time, tick=False) as clock:
            attempt = start(client)
            clock.shift(timedelta(minutes=30))
            client.get(attempt)
            clock.shift(timedelta(minutes=-30))
            assert put(client, attempt, "mot", "ruche", 1).status_code == 409


class TestTraining:
    """Question by question, with hints and a second try."""

    def check(self, client: FlaskClient, attempt: str, question: str, **data: str) -> str:
        page = client.get(attempt).text
        answer = client.post(
            f"{attempt}/questions/{question}/try",
            data=dict(fields(page)) | {f"q.{question}": data["answer"]},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        return answer.text

    def mark(self, client: FlaskClient, attempt: str, question: str) -> float:
        submit(client, attempt)
        responses = client.get("/me/results.json").json["attempts"][0]["responses"]  # type: ignore[index]
        return float(next(one["points"] for one in responses if one["question"] == question))

    def test_a_right_answer_is_settled_and_shows_its_proof(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        page = self.check(client, attempt, "mot", answer="ruche")
        assert "Voir dans le texte" in page
        assert 'name="q.mot"' not in page
        assert put(client, attempt, "mot", "autre", 9).status_code == 409
        assert self.mark(client, attempt, "mot") == 1

    def test_a_second_try_with_three_choices_is_worth_a_third(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        page = client.get(attempt).text
        wrong = value_of(page, "sujet", "D’un voyage à Paris")
        right = value_of(page, "sujet", "D’un marché d’hiver")
        self.check(client, attempt, "sujet", answer=wrong)
        self.check(client, attempt, "sujet", answer=right)
        assert self.mark(client, attempt, "sujet") == pytest.approx(1 / 3)

    def test_a_hint_costs_a_quarter(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        page = client.get(attempt).text
        assert "Relisez la première phrase." not in page
        data = dict(fields(page))
        hinted = client.post(
            f"{attempt}/questions/sujet/hint", data=data, follow_redirects=True
        ).text
        assert "Relisez la première phrase." in hinted
        client.post(f"{attempt}/questions/sujet/hint", data=data)  # there is no other
        self.check(client, attempt, "sujet", answer=value_of(page, "sujet", "D’un marché d’hiver"))
        assert self.mark(client, attempt, "sujet") == 0.75

    def test_the_same_wrong_answer_checked_twice_is_one_try(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        self.check(client, attempt, "mot", answer="miel")
        assert 'name="q.mot"' in self.check(client, attempt, "mot", answer="miel")
        self.check(client, attempt, "mot", answer="ruche")
        assert self.mark(client, attempt, "mot") == 0.5

    def test_checking_keeps_all_that_was_typed_elsewhere(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        data = dict(fields(client.get(attempt).text)) | {"q.mot": "miel", "q.nombre": "trois"}
        client.post(f"{attempt}/questions/mot/try", data=data)
        assert 'value="trois"' in client.get(attempt).text

    def test_a_blank_answer_is_not_a_try(self, client: FlaskClient) -> None:
        attempt = start(client, mode="training")
        assert 'name="q.mot"' in self.check(client, attempt, "mot", answer=" ")
        self.check(client, attempt, "mot", answer="ruche")
        assert self.mark(client, attempt, "mot") == 1

    def test_in_an_exam_there_is_no_try_and_no_hint(self, client: FlaskClient) -> None:
        attempt = start(client)
        for what in ("try", "hint"):
            assert client.post(f"{attempt}/questions/mot/{what}").status_code == 409


def test_the_glossary_is_closed_in_an_exam_and_open_in_training(client: FlaskClient) -> None:
    assert 'class="gloss"' not in client.get(start(client)).text
    assert 'class="gloss"' in client.get(start(client, mode="training")).text


def test_a_new_version_leaves_a_running_attempt_alone(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "ruche", 1)
    changed = QUIZ.model_copy(update={"questions": QUIZ.questions[:2]})
    run(library.sync_library, [], [(None, changed)], datetime.now(UTC))
    assert "Combien de colonies" in client.get(attempt).text
    assert ">1<small>" in submit(client, attempt)
    assert "2 questions" in client.get("/").text
    assert "Combien de colonies" not in client.get(start(client)).text


def test_stored_answers_are_json_in_their_canonical_form(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "mot", "  l’été \u00a0 ", 1)
    with db.engine.connect() as conn:
        stored = conn.exec_driver_sql("SELECT answer FROM response").scalar_one()
    assert json.loads(stored) == "l’été"


def test_the_example_is_in_the_library(client: FlaskClient) -> None:
    assert f"/quizzes/{EXAMPLE}" in client.get("/").text


def test_a_submit_after_the_deadline_says_so_and_counts_what_was_saved(client: FlaskClient) -> None:
    with time_machine.travel(TestTime.start_time, tick=False) as clock:
        attempt = start(client)
        put(client, attempt, "mot", "ruche", 1)
        clock.shift(timedelta(minutes=20, seconds=3))
        page = submit(client, attempt)
        assert "Le temps est écoulé" in page
        assert ">1<small>" in page


def test_a_page_with_a_refused_answer_does_not_say_that_all_is_saved(client: FlaskClient) -> None:
    attempt = start(client)
    put(client, attempt, "nombre", "3", 1)
    data = dict(fields(client.get(attempt).text)) | {"q.mot": "a" * 600}
    assert 'data-state="refused"' in client.post(attempt, data=data).text
