"""What a teacher reads of a question's figures: a word, a sentence, and who chose what."""

from collections.abc import Sequence

import pytest

from app.domain.answer_table import AnswerRow, answer_table
from app.domain.hard_sentences import Lookup, hardest, looked_up, losses
from app.domain.item_advice import advise, correlation_error, reliability
from app.domain.quiz import dump, load
from app.domain.statistics import Chosen, ItemAnalysis
from app.questions.base import Given
from tests.factories import example_questions, example_quiz

QUIZ = example_quiz()
EXAMPLES = example_questions()
SINGLE, NUMBER = EXAMPLES["single_choice"], EXAMPLES["numeric"]
THIRDS = (20, 20, 20)


def figures(facility: float | None, discrimination: float | None) -> ItemAnalysis:
    others = dict.fromkeys(
        (
            "sd",
            "upper_lower",
            "alpha_if_dropped",
            "effective_weight",
            "discriminative_efficiency",
            "variance",
            "rest_variance",
            "covariance",
            "covariance_max",
        )
    )
    return ItemAnalysis(facility=facility, discrimination=discrimination, **others)


def row(text: str, thirds: tuple[int, int, int], *, lure: bool = True) -> AnswerRow:
    return AnswerRow(Given(text, text, right=not lure, lure=lure), thirds)


KEY = row("oui", (6, 12, 17), lure=False)
FALLS = row("non", (14, 8, 3))


def advice(
    facility: float | None, discrimination: float | None, *rows: AnswerRow
) -> tuple[str, str, list[str]]:
    found = advise(figures(facility, discrimination), rows, THIRDS)
    return found.level, found.label, [str(sentence) for sentence in found.sentences]


def test_a_good_question_is_to_be_kept() -> None:
    level, label, sentences = advice(0.6, 0.4, KEY, FALLS)
    assert (level, label) == ("ok", "Bonne question")
    assert sentences == ["Réussie surtout par ceux qui réussissent le reste : à garder."]


def test_a_question_that_contradicts_the_others_has_its_key_checked() -> None:
    level, label, sentences = advice(0.5, -0.01, KEY, FALLS)
    assert (level, label) == ("ko", "À revoir")
    assert sentences[0].startswith("Se contredit avec le reste")
    assert "Vérifiez la clé" in sentences[0]


def test_a_lure_that_attracts_the_best_is_named() -> None:
    level, _, sentences = advice(0.5, 0.1, KEY, row("peut-être", (3, 4, 4)))
    assert level == "ko"
    assert sentences[0] == "Le leurre « peut-être » attire les meilleurs : relisez-le."
    assert sentences[1].startswith("Distingue mal")


@pytest.mark.parametrize("thirds", [(3, 4, 3), (5, 4, 4)])
def test_a_lure_that_few_of_the_best_take_or_fewer_than_of_the_weakest_does_its_work(
    thirds: tuple[int, int, int],
) -> None:
    assert advice(0.6, 0.4, KEY, row("peut-être", thirds))[0] == "ok"


def test_a_right_answer_attracts_the_best_as_it_should() -> None:
    assert advice(0.6, 0.4, KEY)[0] == "ok"


@pytest.mark.parametrize(
    ("facility", "discrimination", "label"),
    [
        (0.93, 0.1, "Trop facile"),
        (1, None, "Trop facile"),
        (0.92, 0.3, "Bonne question"),
        (0.19, 0.3, "Trop difficile"),
        (0.2, 0.2, "Bonne question"),
        (0.5, 0.19, "Distingue mal"),
        (0.5, 0, "Distingue mal"),
        (None, None, "Bonne question"),
    ],
)
def test_limits(facility: float | None, discrimination: float | None, label: str) -> None:
    assert advice(facility, discrimination, KEY, FALLS)[1] == label


def test_a_lure_that_nobody_takes_is_to_be_replaced() -> None:
    idle = row("jamais", (0, 0, 0))
    level, _, sentences = advice(0.6, 0.4, KEY, FALLS, idle)
    assert level == "ok"
    assert sentences[-1] == "Personne ne choisit « jamais » : ce leurre est à remplacer."
    assert len(advice(0.95, 0.4, KEY, idle)[2]) == 1, "an easy question says so already"


def test_a_third_without_attempts_accuses_nobody() -> None:
    found = advise(figures(0.5, 0.4), [row("non", (0, 0, 0))], (0, 0, 0))
    assert found.level == "ok"


def test_how_far_chance_moves_a_correlation() -> None:
    assert correlation_error(10) == pytest.approx(0.378, abs=5e-4)
    assert correlation_error(28) == 0.2
    assert correlation_error(3) is None


def test_reliability_is_told_in_words() -> None:
    told = [reliability(alpha).partition(" :")[0] for alpha in (1, 0.8, 0.79, 0.5, 0, -2)]
    assert told == [
        "excellente",
        "bonne",
        "correcte",
        "fragile",
        "faible",
        "les questions se contredisent",
    ]


# Who chose what.


def told(rows: Sequence[AnswerRow]) -> list[tuple[str, int]]:
    return [(str(one.given.words), one.n) for one in rows]


def test_choices_stand_in_the_order_of_the_author_taken_or_not() -> None:
    ids = [choice.id for choice in SINGLE.authored_choices()]
    chosen = [Chosen("blank", (1, 0, 0)), Chosen(ids[1], (2, 1, 0)), Chosen(ids[0], (0, 1, 4))]
    assert told(answer_table(SINGLE, QUIZ.reading, chosen)) == [
        ("D’un marché d’hiver", 5),
        ("D’un voyage à Paris", 3),
        ("De la fabrication du pain", 0),
        ("Sans réponse", 1),
    ]


def test_choices_ticked_together_count_one_by_one() -> None:
    question = EXAMPLES["multiple_response"]
    one, two, three, _ = (choice.id for choice in question.authored_choices())
    chosen = [Chosen(f"{one},{two}", (0, 1, 2)), Chosen(f"{one},{three}", (3, 0, 0))]
    rows = answer_table(question, QUIZ.reading, chosen)
    assert [row.thirds for row in rows] == [(3, 1, 2), (0, 1, 2), (3, 0, 0), (0, 0, 0)]


def test_rare_answers_are_told_as_one_but_right_ones_never() -> None:
    chosen = [Chosen(f"={n}", (40 - n, 0, 0)) for n in range(10, 30)]
    chosen += [Chosen("answer0", (0, 0, 1)), Chosen("blank", (0, 2, 0))]
    rows = answer_table(NUMBER, QUIZ.reading, chosen)
    names = [str(row.given.words) for row in rows]
    assert names[:2] == ["10", "11"]
    assert names[-3:] == ["3", "D’autres réponses, plus rares", "Sans réponse"]
    assert sum(row.n for row in rows) == sum(one.n for one in chosen)
    assert len(rows) == 15


# Where reading fails.


def test_a_sentence_loses_what_its_questions_lose_by_their_points() -> None:
    lost = losses(QUIZ, {"zoe": 0.5, "arrivee": 1.0, "definitions": 0.25, "avis": None})
    assert list(lost) == ["p1s2", "p2s1", "p2s2"]
    assert lost["p2s1"].share == 0.5
    assert [item.question.id for item in lost["p1s2"].items] == ["arrivee", "definitions"]
    assert lost["p1s2"].share == 0.375
    assert lost["p1s2"].step == 2
    assert losses(QUIZ, {}) == {}


def test_two_points_weigh_twice_as_much_as_one() -> None:
    dearer = QUIZ.model_copy(
        update={
            "questions": tuple(
                one.model_copy(update={"points": 3.0 if one.id == "definitions" else 1.0})
                for one in QUIZ.questions
            )
        }
    )
    quiz = load(dump(dearer))
    lost = losses(quiz, {"arrivee": 1.0, "definitions": 0.0})
    assert lost["p1s2"].share == 0.75
    assert lost["p1s2"].step == 4


def test_words_that_were_looked_up_are_told_by_sentence_the_commonest_first() -> None:
    looked = looked_up(
        QUIZ,
        [Lookup("p2s2", 0, 2), Lookup("p1s2", 1, 1), Lookup("p2s2", 1, 3), Lookup("p2s2", 0, 2)],
    )
    assert list(looked) == ["p1s2", "p2s2"]
    assert looked["p2s2"].words == [("ruche", 4), ("aube", 3)]
    assert looked["p2s2"].n == 7
    assert looked_up(QUIZ, []) == {}


def test_the_hardest_sentence_is_the_most_missed_then_the_most_looked_up() -> None:
    lost = losses(QUIZ, {"zoe": 0.5, "arrivee": 0.5, "definitions": 0.5})
    looked = looked_up(QUIZ, [Lookup("p2s2", 0, 2), Lookup("p1s1", 1, 9)])
    found = hardest(QUIZ, lost, looked)
    assert [one.id for one in found] == ["p2s2", "p1s2", "p2s1", "p1s1"]
    assert found[0].loss
    assert found[0].looked
    assert found[-1].loss is None
    assert found[-1].looked == looked["p1s1"]
