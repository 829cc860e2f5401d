"""What makes a question weak is seen; what makes it good is left alone."""

from typing import Any

import pytest

from app.domain.item_writing import warnings
from app.domain.quiz import Quiz
from app.formats.native import read
from app.questions import QUESTION_TYPES
from app.text.passage import Passage, Reading, number

TEXT = [
    "Chaque hiver, le village accueille un petit marché. Les artisans arrivent malgré le froid.",
    "Zoé vend du miel depuis trois ans. Son frère prépare le pain. Elle a acheté une ruche.",
]
PASSAGE = Passage(id="article", title="Un village en hiver", paragraphs=number(TEXT, 1))
GOOD = "Bien lu : le texte le dit ainsi."


def choice(text: str, *, key: bool = False, feedback: str = GOOD) -> dict[str, Any]:
    return {"text": text, "key": key, "feedback": feedback}


def single(n: int = 1, **changes: Any) -> dict[str, Any]:
    quotes = ["accueille un petit marché", "malgré le froid", "depuis trois ans", "prépare le pain"]
    return {
        "id": f"q{n}",
        "type": "single_choice",
        "skill": "détail",
        "prompt": "Que raconte ce passage ?",
        "evidence": [quotes[(n - 1) % 4]],
        "choices": [
            choice("Une vente de saison", key=True),
            choice("Une fête au château"),
            choice("Un voyage à Paris !"),
        ],
        **changes,
    }


def quiz(*questions: dict[str, Any], **changes: Any) -> Quiz:
    reading = Reading([PASSAGE])
    placed = []
    for raw in questions:
        question = QUESTION_TYPES[raw["type"]].model_validate(raw)
        placed.append(question.placed(reading)[0])
    return Quiz.model_validate(
        {
            "id": "essai",
            "title": "Essai",
            "family": "comprehension",
            "level": "B1",
            "passages": [PASSAGE],
            "questions": placed,
            **changes,
        }
    )


def codes(*questions: dict[str, Any], **changes: Any) -> set[str]:
    return {warning.code for warning in warnings(quiz(*questions, **changes))}


def options(*texts: str) -> list[dict[str, Any]]:
    """Choices of which the first is the key."""
    return [choice(text, key=n == 0) for n, text in enumerate(texts)]


def test_a_good_question_has_no_warning() -> None:
    assert codes(single()) == set()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("no-evidence", {"evidence": []}),
        ("negative-stem", {"prompt": "Qu’est-ce que Zoé ne vend pas ?"}),
        ("negative-stem", {"prompt": "Tous ces faits sont racontés, sauf un : lequel ?"}),
        ("all-or-none", {"choices": options("Du miel", "Du pain", "Toutes ces réponses")}),
        ("all-or-none", {"choices": options("Du miel", "Du pain", "Aucune de ces réponses")}),
        ("overlapping-options", {"choices": options("Du miel frais", "Du miel", "Du pain")}),
        (
            "absolute",
            {"choices": options("Elle vend du miel", "Elle voyage toujours", "Elle dort")},
        ),
        (
            "key-much-longer",
            {"choices": options("Une vente de saison, dehors, dans la place", "Un bal", "Un vol")},
        ),
        (
            "no-feedback",
            {"choices": [choice("Une vente", key=True), choice("Un bal", feedback="")]},
        ),
        (
            "long-feedback",
            {"choices": [choice("Une vente", key=True, feedback="mot " * 26), choice("Un bal")]},
        ),
        (
            "echo",
            {
                "choices": options(
                    "Le village accueille des gens", "Une fête royale", "Un grand bal"
                )
            },
        ),
        ("title-key", {"choices": options("Un hiver au village", "Une fête", "Un grand bal")}),
    ],
)
def test_a_weak_question_is_told_why(code: str, changes: dict[str, Any]) -> None:
    found = [one for one in warnings(quiz(single(**changes))) if one.code == code]
    assert found
    assert found[0].severity == "warning"
    assert found[0].hint
    assert str(found[0].message)
    assert found[0].path[:2] == ("questions", 0)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("negative-stem", {"prompt": "Qu’est-ce que Zoé ne vend PAS ?"}),
        ("negative-stem", {"prompt": "Que veut dire « il ne vend pas » ?"}),
        (
            "absolute",
            {"choices": options("Elle vend toujours du miel", "Elle voyage toujours", "Elle dort")},
        ),
        (
            "echo",
            {"choices": options("Le village accueille", "Le village accueille un roi", "Un bal")},
        ),
        ("long-feedback", {"choices": [choice("Une vente", key=True, feedback="mot " * 25)]}),
    ],
)
def test_what_is_well_done_is_left_alone(code: str, changes: dict[str, Any]) -> None:
    if len(changes.get("choices", ())) == 1:
        changes["choices"].append(choice("Un bal"))
    assert code not in codes(single(**changes))


def test_the_key_must_not_be_a_word_of_the_glossary() -> None:
    weak = single(choices=options("caisse des abeilles", "maison de bois", "petit marché"))
    glossary = [{"term": "ruche", "definition": "caisse des abeilles"}]
    assert "glossary-key" in codes(weak, glossary=glossary)
    assert "glossary-key" not in codes(weak, glossary=glossary, settings={"glossary": "never"})


def test_keys_that_are_often_the_longest_are_seen() -> None:
    long_key = options("Une vente de saison ici", "Une fête", "Un bal")
    assert "key-longest" in codes(*(single(n, choices=long_key) for n in range(1, 5)))
    assert "key-longest" not in codes(*(single(n) for n in range(1, 5)))


def test_keys_that_stand_in_one_place_are_seen() -> None:
    assert "key-place" in codes(*(single(n) for n in range(1, 5)))
    spread = []
    for n in range(1, 5):
        three = options("Une vente de saison", "Une fête au château", "Un voyage à Paris !")
        spread.append(single(n, choices=three[-n % 3 :] + three[: -n % 3]))
    assert "key-place" not in codes(*spread)


def test_two_questions_on_one_sentence_are_seen_unless_their_skills_differ() -> None:
    one, two = single(1), single(2, evidence=["accueille un petit marché"])
    assert "shared-evidence" in codes(one, two)
    assert "shared-evidence" not in codes(one, {**two, "skill": "inférence"})


def test_a_question_that_shows_the_answer_of_another_is_seen() -> None:
    typed = {
        "id": "typed",
        "type": "short_answer",
        "skill": "vocabulaire",
        "prompt": "Quel mot désigne l’habitat des abeilles ?",
        "answers": ["ruche"],
        "evidence": ["acheté une ruche"],
        "feedback": {"right": GOOD, "wrong": GOOD},
    }
    shown = single(prompt="Qui a acheté une ruche ?")
    found = [one for one in warnings(quiz(typed, shown)) if one.code == "gives-away"]
    assert [one.path for one in found] == [("questions", 1, "prompt")]
    assert "gives-away" not in codes(typed, single())


def test_unknown_offered_to_some_statements_only_is_seen() -> None:
    def statement(n: int, *, answer: object, **more: object) -> dict[str, Any]:
        feedback = {"true": GOOD, "false": GOOD, "unknown": GOOD}
        return {
            "id": f"s{n}",
            "type": "true_false",
            "skill": "détail",
            "prompt": "Zoé vend du miel.",
            "answer": answer,
            "evidence": [["vend du miel", "prépare le pain"][n]],
            "feedback": feedback,
            **more,
        }

    assert "unknown-betrayed" in codes(statement(0, answer=True), statement(1, answer="unknown"))
    assert "unknown-betrayed" not in codes(
        statement(0, answer=True, unknown=True), statement(1, answer="unknown")
    )


def test_a_training_quiz_of_one_type_is_seen() -> None:
    many = [single(n) for n in range(1, 5)]
    assert "one-type" in codes(*many)
    assert "one-type" not in codes(*many, settings={"mode": "exam"})


def test_an_exam_that_does_not_make_25_points_is_seen() -> None:
    exam = {"settings": {"mode": "exam"}}
    assert "exam-points" in codes(single(), **exam)
    assert "exam-points" not in codes(single(points=25), **exam)
    assert "exam-points" not in codes(single(), family="vocabulaire", **exam)


def test_warnings_keep_no_quiz_out_and_carry_their_line() -> None:
    text = (
        "format: relire/1\nid: essai\ntitle: Essai\nlevel: B1\n"
        "passages:\n  - { id: a, title: Titre, paragraphs: ['Le marché ouvre tôt.'] }\n"
        "questions:\n"
        "  - id: un\n    type: essay\n    skill: global\n    prompt: Racontez.\n"
        "  - id: deux\n    type: numeric\n    skill: détail\n    prompt: Combien ?\n"
        "    answers: [{ value: 3 }]\n"
    )
    result = read(text.encode(), "essai.quiz.yaml", lambda _: None)
    assert result.quiz is not None
    assert {(one.code, one.line) for one in result.problems} == {
        ("no-evidence", 12),
        ("no-feedback", 12),
    }


def test_a_quiz_without_a_text_is_told_once_and_not_at_each_question() -> None:
    quiz = Quiz.model_validate(
        {
            "id": "sans-texte",
            "title": "Sans texte",
            "level": "B1",
            "questions": [{**single(n), "evidence": []} for n in (1, 2)],
        }
    )
    codes = [problem.code for problem in warnings(quiz)]
    assert codes.count("no-passage") == 1
    assert "no-evidence" not in codes
