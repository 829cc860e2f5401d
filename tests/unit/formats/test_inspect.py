"""What `flask quizzes inspect FILE --json` and `flask quizzes check PATH…` print.

Other programs read it: one example of each type stands here, as it is printed.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from app.config import ROOT
from app.questions import QUESTION_TYPES
from tests.factories import EXAMPLE

PROOF = "Les artisans s’installent dès l’aube, malgré le froid."

PRINTED: list[dict[str, Any]] = [
    {
        "type": "single_choice",
        "prompt": "De quoi parle surtout ce texte ?",
        "choices": ["D’un marché d’hiver", "D’un voyage à Paris", "De la fabrication du pain"],
        "correct": [0],
        "weights": [1.0, 0.0, 0.0],
        "points": 1.0,
        "skill": "global",
        "evidence": ["accueille un petit marché"],
    },
    {
        "type": "multiple_response",
        "prompt": "Que sait-on de Zoé ? Deux réponses.",
        "choices": [
            "Elle vend du miel.",
            "Elle a un frère boulanger.",
            "Elle déteste l’hiver.",
            "Elle travaille avec son frère.",
        ],
        "correct": [0, 1],
        "weights": [0.5, 0.5, -0.5, -0.5],
        "points": 2.0,
        "skill": "détail",
        "evidence": ["Nous vendons surtout du miel", "la sœur du boulanger"],
    },
    {
        "type": "true_false",
        "prompt": "Les artisans arrivent l’après-midi.",
        "correct": False,
        "justify": True,
        "points": 1.0,
        "skill": "détail",
        "evidence": [PROOF],
    },
    {
        "type": "short_answer",
        "prompt": "Quel mot du texte veut dire « maison des abeilles » ?",
        "correct": ["ruche", "ruches"],
        "weights": [1.0, 0.5],
        "points": 1.0,
        "skill": "vocabulaire",
        "evidence": ["trois ruches"],
    },
    {
        "type": "numeric",
        "prompt": "Combien de colonies d’abeilles Zoé avait-elle au début ?",
        "correct": [{"value": 3.0, "tolerance": 0.0}],
        "weights": [1.0],
        "points": 1.0,
        "skill": "détail",
        "evidence": ["avec trois ruches"],
    },
    {
        "type": "matching",
        "prompt": "Associez chaque mot à sa définition.",
        "correct": [["aube", "lever du soleil"], ["ruche", "maison des abeilles"]],
        "distractors": ["coucher du soleil"],
        "points": 1.0,
        "skill": "vocabulaire",
        "evidence": ["dès l’aube", "trois ruches"],
    },
    {
        "type": "ordering",
        "prompt": "Remettez les faits dans l’ordre du texte.",
        "correct": [
            "Le marché est présenté.",
            "Les artisans s’installent.",
            "Zoé parle du miel.",
        ],
        "points": 1.0,
        "skill": "détail",
        "evidence": ["Les artisans s’installent"],
    },
    {
        "type": "cloze",
        "prompt": "Complétez le résumé.",
        "body": "Zoé {{1}} en 2019 avec trois {{2}} ; {{3}} est boulanger.",
        "correct": [
            {"kind": "typed", "choices": [], "correct": ["a commencé"]},
            {"kind": "list", "choices": ["ruches", "roches", "riches"], "correct": ["ruches"]},
            {"kind": "bank", "choices": ["son frère", "sa sœur"], "correct": ["son frère"]},
        ],
        "points": 1.0,
        "skill": "grammaire",
        "evidence": ["Elle a commencé en 2019 avec trois ruches."],
    },
    {
        "type": "hot_text",
        "prompt": "Choisissez la phrase qui montre que les artisans sont courageux.",
        "unit": "sentence",
        "correct": [PROOF],
        "points": 1.0,
        "skill": "inférence",
        "evidence": [PROOF],
    },
    {
        "type": "essay",
        "prompt": "Aimeriez-vous vendre à ce marché ? Répondez en 60 mots.",
        "correct": None,
        "words": {"least": 50, "most": 90},
        "rubric": [
            {"criterion": "Deux arguments", "points": 2.0},
            {"criterion": "Connecteurs logiques", "points": 1.0},
            {"criterion": "Présent et conditionnel justes", "points": 2.0},
        ],
        "points": 5.0,
        "skill": "point de vue",
        "evidence": [],
    },
]


def inspect(runner: FlaskCliRunner, path: Path) -> tuple[int, dict[str, Any]]:
    done: Result = runner.invoke(args=["quizzes", "inspect", str(path), "--json"])
    printed: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, printed


def errors_of(done: Result) -> list[str]:
    """The lines that a check printed of errors."""
    return [line for line in done.output.splitlines() if ": error: " in line]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The example with a level that does not exist and a question without key."""
    path = tmp_path / "casse.quiz.yaml"
    text = EXAMPLE.read_text()
    text = text.replace("level: B1", "level: B9")
    text = text.replace('{ text: "D’un marché d’hiver", key: true,', '{ text: "D’un marché",')
    path.write_text(text)
    return path


def test_one_example_of_each_type_is_printed_as_agreed(runner: FlaskCliRunner) -> None:
    code, printed = inspect(runner, EXAMPLE)
    assert code == 0
    assert {question["type"] for question in PRINTED} == set(QUESTION_TYPES)
    for question, expected in zip(printed["questions"], PRINTED, strict=True):
        assert question == expected
    assert printed["format"] == "native"
    assert printed["losses"] == []
    assert [one for one in printed["problems"] if one["severity"] == "error"] == []


def test_what_the_text_does_not_say_is_printed_as_unknown(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    path = tmp_path / "inconnu.quiz.yaml"
    path.write_text(
        EXAMPLE.read_text()
        .replace("answer: false  ", "answer: unknown")
        .replace("justify: true ", "justify: false")
    )
    _, printed = inspect(runner, path)
    (question,) = [one for one in printed["questions"] if one["type"] == "true_false"]
    assert question["correct"] == "unknown"
    assert question["justify"] is False


def test_problems_are_printed_with_the_questions_that_could_be_read(
    runner: FlaskCliRunner, broken: Path
) -> None:
    code, printed = inspect(runner, broken)
    assert code == 0
    assert [one["type"] for one in printed["questions"]] == [one["type"] for one in PRINTED[1:]]
    assert [one for one in printed["problems"] if one["severity"] == "error"] == [
        {
            "severity": "error",
            "code": "literal-error",
            "file": str(broken),
            "line": 6,
            "column": 1,
            "cell": "",
            "text": "",
            "message": "«\u202fB9\u202f» n’est pas possible ici.",
            "hint": "Choix\u00a0: 'A1', 'A2', 'B1', 'B2', 'C1', 'C2'.",
        },
        {
            "severity": "error",
            "code": "no-key",
            "file": str(broken),
            "line": 28,
            "column": 5,
            "cell": "",
            "text": "",
            "message": "Aucune bonne réponse n’est marquée.",
            "hint": "Marquez la bonne réponse («\u202fkey: true\u202f»).",
        },
    ]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\x00", b"a: [1", b"format: relire/1\n"])
def test_a_file_without_a_question_exits_with_one(
    runner: FlaskCliRunner, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "rien.quiz.yaml"
    path.write_bytes(data)
    code, printed = inspect(runner, path)
    assert code == 1
    assert printed["questions"] == []
    assert printed["problems"]


def test_without_json_types_and_prompts_are_listed_for_people(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["quizzes", "inspect", str(EXAMPLE)])
    assert done.exit_code == 0
    listed = [f"{one['type']:<18} {one['prompt']}" for one in PRINTED]
    assert done.output.splitlines()[: len(listed)] == listed


def test_check_prints_each_problem_with_its_place_and_exits_with_one(
    runner: FlaskCliRunner, broken: Path
) -> None:
    done = runner.invoke(args=["quizzes", "check", str(EXAMPLE), str(broken)])
    assert done.exit_code == 1
    first, second = errors_of(done)
    assert re.fullmatch(rf"{re.escape(str(broken))}:6:1: error: «.B9.» .*", first)
    assert re.fullmatch(rf"{re.escape(str(broken))}:28:5: error: Aucune bonne réponse .*", second)


def test_check_finds_no_error_in_what_we_publish(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["quizzes", "check", str(EXAMPLE), str(ROOT / "quizzes")])
    assert (done.exit_code, errors_of(done)) == (0, [])


def test_check_prints_warnings_and_lets_them_pass(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "avis.quiz.yaml"
    path.write_text(EXAMPLE.read_text().replace('    distractors: ["coucher du soleil"]\n', ""))
    done = runner.invoke(args=["quizzes", "check", str(path)])
    assert done.exit_code == 0
    assert errors_of(done) == []
    assert re.search(rf"^{re.escape(str(path))}:\d+:\d+: warning: .+$", done.output, re.MULTILINE)


def test_check_reads_a_folder_even_without_a_dossier(runner: FlaskCliRunner, broken: Path) -> None:
    done = runner.invoke(args=["quizzes", "check", str(broken.parent)])
    assert done.exit_code == 1
    assert len(errors_of(done)) == 2


def test_a_path_that_is_not_there_is_a_mistake_of_use(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["quizzes", "check", "nulle-part.quiz.yaml"]).exit_code == 2
