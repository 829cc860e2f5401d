"""The native format: everything wrong is told at once, in its place, and nothing raises."""

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import ROOT
from app.errors import Problem
from app.formats.base import ImportResult, Upload
from app.formats.native import FORMAT, Library, beside, read, read_library, read_path
from app.questions import QUESTION_TYPES
from tests.factories import EXAMPLE

HEADER = """\
format: relire/1
id: essai
title: "Essai"
level: B1
passages:
  - id: article
    title: "Un village en hiver"
    paragraphs:
      - "Le chat dort. Il rêve de miel."
questions:
"""
FIRST = HEADER.count("\n") + 1
"""The line on which questions start."""

GOOD = """\
  - id: bonne
    type: single_choice
    skill: global
    prompt: "De quoi parle ce texte ?"
    choices: [{ text: "D’un chat", key: true }, "D’un chien"]
    evidence: ["Le chat dort."]
"""


def read_text(text: str | bytes, beside_it: Mapping[str, bytes] | None = None) -> ImportResult:
    data = text if isinstance(text, bytes) else text.encode()
    result = read(data, "dossier/essai.quiz.yaml", (beside_it or {}).get)
    for problem in result.problems:
        assert str(problem.message)
        assert problem.hint is None or str(problem.hint)
        assert problem.file
        assert problem.line >= 1
        assert problem.column >= 1
    assert (result.quiz is None) == bool(result.errors)
    return result


def places(problems: Iterable[Problem]) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in problems]


def asked(kind: str, rest: str) -> str:
    """A file with one question, whose own keys start five lines below FIRST."""
    return (
        f"{HEADER}  - id: q\n    type: {kind}\n    skill: détail\n    points: 1\n"
        f'    prompt: "Quoi ?"\n{rest}'
    )


OWN = FIRST + 5


def test_the_example_has_no_error_and_one_question_of_each_type() -> None:
    result = read_path(EXAMPLE)
    assert result.errors == []
    assert result.quiz is not None
    assert {question.type for question in result.questions} == set(QUESTION_TYPES)


def test_the_built_in_library_has_no_error() -> None:
    library = read_library(ROOT / "quizzes")
    assert errors_of(library) == []
    assert library.dossiers
    assert library.quizzes


def test_a_small_quiz_is_read_whole() -> None:
    result = read_text(HEADER + GOOD)
    assert result.errors == []
    assert result.quiz is not None
    assert result.quiz.questions[0].evidence.sentences == ("p1s1",)


# One thing wrong: what it is, and where

CHOICES = "    choices: [{ text: oui, key: true }, non]\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        # The header
        (HEADER.replace("title: ", "titel: ", 1) + GOOD, "missing", 1, 1),
        (HEADER.replace("level: B1", "level: B9") + GOOD, "literal-error", 4, 1),
        (HEADER.replace("level: B1", "level: [B1]") + GOOD, "literal-error", 4, 1),
        (HEADER.replace("relire/1", "relire/2") + GOOD, "literal-error", 1, 1),
        (HEADER.replace("id: essai", "id: Essai") + GOOD, "string-pattern-mismatch", 2, 1),
        (HEADER.replace('"Essai"', "2019") + GOOD, "string-type", 3, 1),
        (HEADER.replace('"Essai"', '""') + GOOD, "string-too-short", 3, 1),
        (HEADER.replace('"Essai"', "null") + GOOD, "string-type", 3, 1),
        (HEADER.replace("level: B1", "level: B1\nsettings: { minutes: 0 }") + GOOD,
         "greater-than-equal", 5, 13),
        (HEADER.replace("level: B1", "level: B1\nsettings: { minutes: 1.5 }") + GOOD,
         "int-from-float", 5, 13),
        (HEADER.replace("level: B1", "level: B1\nsettings: 20") + GOOD, "model-type", 5, 1),
        (HEADER.replace("level: B1", "level: B1\ntopics: fêtes") + GOOD, "tuple-type", 5, 1),
        # The passages
        (HEADER.replace('- "Le chat dort. Il rêve de miel."', '- ""') + GOOD,
         "string-too-short", 9, 9),
        (HEADER.replace('- "Le chat dort. Il rêve de miel."', '- "## Un titre"') + GOOD,
         "empty-passage", 6, 5),
        (HEADER.replace('- "Le chat dort. Il rêve de miel."', "[]") + GOOD, "empty-passage", 6, 5),
        # The questions
        (HEADER, "tuple-type", 10, 1),
        (HEADER.replace("questions:", "questions: []"), "too-short", 10, 1),
        (HEADER.replace("questions:", "questions: q1"), "tuple-type", 10, 1),
        (HEADER.replace("questions:", "questions: { id: q }"), "tuple-type", 10, 1),
        (HEADER + "  - quoi\n", "not-a-question", FIRST, 5),
        (HEADER + "  - null\n", "not-a-question", FIRST, 5),
        (HEADER + "  - [1, 2]\n", "not-a-question", FIRST, 5),
        (asked("choix", CHOICES), "unknown-type", FIRST + 1, 5),
        (asked("[1]", CHOICES), "unknown-type", FIRST + 1, 5),
        (asked("{ a: 1 }", CHOICES), "unknown-type", FIRST + 1, 5),
        (asked("null", CHOICES), "unknown-type", FIRST + 1, 5),
        (HEADER + '  - id: q\n    prompt: "Quoi ?"\n', "unknown-type", FIRST, 5),
        (asked("single_choice", CHOICES).replace("id: q\n", "x: q\n").replace("  - x: q\n    type",
         "  - type"), "missing", FIRST, 5),
        (asked("single_choice", CHOICES).replace("points: 1", "points: un"), "float-parsing",
         FIRST + 3, 5),
        (asked("single_choice", CHOICES).replace("points: 1", "points: 0"), "greater-than",
         FIRST + 3, 5),
        (asked("single_choice", CHOICES).replace("points: 1", "points: nan"), "finite-number",
         FIRST + 3, 5),
        (asked("single_choice", CHOICES).replace("détail", "lecture"), "literal-error",
         FIRST + 2, 5),
        (asked("single_choice", CHOICES + "    choises: 3\n"), "unknown-key", OWN + 1, 5),
        (asked("single_choice", "    choices: [{ text: oui, key: true }, { txt: non }]\n")
         .replace("txt", "text: non, kee"), "unknown-key", OWN, 54),
        (asked("single_choice", CHOICES + '    evidence: ["Le chien dort."]\n'),
         "quote-not-in-text", OWN + 1, 16),
        (asked("single_choice", CHOICES + "    evidence: { any: ['Le chat', 'un chien'] }\n"),
         "quote-not-in-text", OWN + 1, 5),
        (asked("single_choice", CHOICES + "    evidence: 'dort. Il ronfle'\n"),
         "quote-not-in-text", OWN + 1, 5),
        (asked("single_choice", CHOICES + "    evidence: 3\n"), "model-type", OWN + 1, 5),
        (asked("single_choice", "    choices: [oui, non]\n"), "no-key", OWN, 5),
        (asked("single_choice", "    choices: [{ text: oui, key: true }]\n"), "too-short", OWN, 5),
        (asked("single_choice", "    choices: oui\n"), "tuple-type", OWN, 5),
        (asked("single_choice", "    choices:\n      - { text: oui, key: true }\n"
               "      - { text: non, key: true }\n"), "two-keys", OWN + 2, 22),
        (asked("single_choice", "    choices:\n      - { text: oui, key: true }\n      - 3\n"),
         "model-type", OWN + 2, 9),
        (asked("single_choice", "    choices:\n      - { text: oui, key: peut-être }\n"
               "      - non\n"), "bool-parsing", OWN + 1, 22),
        (asked("multiple_response", "    choices: [{ text: a, weight: nan }, { text: b }]\n"),
         "finite-number", OWN, 26),
        (asked("true_false", "    answer: peut-être\n"), "literal-error", OWN, 5),
        (asked("true_false", "    answer: true\n    justify: true\n"), "no-evidence", FIRST, 5),
        (asked("short_answer", "    answers: [{ text: miel, fraction: 2 }]\n"), "less-than-equal",
         OWN, 29),
        (asked("short_answer", "    answers: [3]\n"), "model-type", OWN, 15),
        (asked("numeric", "    answers: [{ value: trois }]\n"), "float-parsing", OWN, 17),
        (asked("numeric", "    answers: [{ value: 1e999 }]\n"), "finite-number", OWN, 17),
        (asked("matching", "    pairs: [[a, b], [c]]\n    distractors: [d]\n"), "model-type", OWN,
         21),
        (asked("matching", "    pairs: [[a, b], [c, d]]\n"), "no-distractor", OWN, 5),
        (asked("ordering", "    sequence: [un, deux, Un]\n"), "repeated-option", OWN, 26),
        (asked("cloze", "    body: 'Le {{1}} dort.'\n    gaps: { 2: { bank: chat } }\n"),
         "gap-undefined", OWN, 5),
        (asked("hot_text", "    select: { keys: ['Le chien'] }\n"), "quote-not-in-text", OWN, 22),
        (asked("essay", "    words: { least: 9, most: 3 }\n"), "words-range", OWN, 5),
        (asked("essay", "    rubric: [{ criterion: Style, points: 3 }]\n"), "rubric-total", OWN, 5),
        (HEADER + GOOD + GOOD, "repeated-id", FIRST + 6, 5),
        # The file
        (b"", "empty", 1, 1),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-utf8", 1, 1),
        ((HEADER + GOOD).encode("cp1252"), "not-utf8", 9, 28),
        ("Bonjour à tous.", "not-a-quiz", 1, 1),
        ("- a\n- b\n", "not-a-quiz", 1, 1),
        ("null\n", "not-a-quiz", 1, 1),
        ("# rien\n", "not-a-quiz", 1, 1),
        (HEADER + GOOD + "level: B2\n", "repeated-key", FIRST + 6, 1),
        (HEADER + GOOD.replace('"De quoi parle ce texte ?"', "Complétez : le chat"), "loose-colon",
         FIRST + 3, 13),
        (HEADER.replace('"Essai"', "Le quiz #1") + GOOD, "cut-by-comment", 3, 16),
        (HEADER.replace('"Essai"', "&x Essai") + GOOD, "alias", 3, 8),
        (HEADER.replace('"Essai"', "!!str Essai") + GOOD, "tag", 3, 8),
        (HEADER + GOOD + "    deep: " + "[" * 50, "too-deep", FIRST + 6, 29),
        (HEADER + GOOD + "---\n", "second-document", FIRST + 6, 1),
        (b"a: 1\n" * 500_000, "too-large", 1, 1),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_its_place(
    text: str | bytes, code: str, line: int, column: int
) -> None:
    assert (code, line, column) in places(read_text(text).problems)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (HEADER.replace("level:", "levl:") + GOOD, "Clé inconnue : « levl ».",
         "Vouliez-vous dire « level » ?"),
        (HEADER.replace("    title:", "    titre:") + GOOD, "Clé inconnue : « titre ».",
         "Vouliez-vous dire « title » ?"),
        (HEADER + GOOD.replace("prompt", "promt"), "Clé inconnue : « promt ».",
         "Vouliez-vous dire « prompt » ?"),
        (HEADER + GOOD.replace("key:", "keys:"), "Clé inconnue : « keys ».",
         "Vouliez-vous dire « key » ?"),
        (HEADER + GOOD + "    zzz: 1\n", "Clé inconnue : « zzz ».",
         "Retirez-la, ou corrigez son nom."),
        (asked("single_choise", CHOICES), "Type de question inconnu : « single_choise ».",
         "Vouliez-vous dire « single_choice » ?"),
        (HEADER.replace("B1", "B9") + GOOD, "« B9 » n’est pas possible ici.",
         "Choix : 'A1', 'A2', 'B1', 'B2', 'C1', 'C2'."),
        (HEADER.replace('"Essai"', "2019") + GOOD, "« title » doit être un texte.",
         'Mettez la valeur entre guillemets droits : "…".'),
        (HEADER + GOOD.replace("    skill: global\n", ""), "Il manque la clé « skill ».",
         "Ajoutez-la."),
        (HEADER + GOOD + GOOD, "L’identifiant « bonne » sert déjà à la question 1.",
         "Donnez à chaque question un identifiant à elle."),
        (HEADER + GOOD.replace("Le chat dort.", "Le chien dort."),
         "« Le chien dort. » n’est dans aucun texte du quiz.",
         "Recopiez la phrase telle qu’elle est écrite, dans un seul paragraphe."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_how_to_mend_it(text: str, message: str, hint: str) -> None:
    told = {str(p.message): str(p.hint) for p in read_text(text).problems}
    assert told.get(message) == hint


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        HEADER.replace("level: B1", "level: B9").replace('title: "Un', 'titre: "Un')
        + GOOD.replace("key: true", "key: false")
        + GOOD.replace("Le chat dort.", "Le chien dort.").replace("id: bonne", "id: preuve")
        + GOOD
        + "  - id: Mauvaise\n    type: essay\n    skill: lecture\n    prompt: 3\n"
    )
    assert places(read_text(text).errors) == [
        ("literal-error", 4, 1),
        ("unknown-key", 7, 5),
        ("no-key", 15, 5),
        ("quote-not-in-text", 16, 16),
        ("quote-not-in-text", 22, 16),
        ("repeated-id", 23, 5),
        ("quote-not-in-text", 28, 16),
        ("string-pattern-mismatch", 29, 5),
        ("literal-error", 31, 5),
        ("string-type", 32, 5),
    ]


def test_one_bad_question_does_not_hide_the_good_ones() -> None:
    bad = [
        "  - quoi\n",
        "  - { id: a, type: [1] }\n",
        GOOD.replace("key: true", "key: false").replace("bonne", "sans-cle"),
        GOOD.replace("dort", "ronfle").replace("bonne", "sans-preuve"),
    ]
    result = read_text(HEADER + "".join(bad) + GOOD)
    assert [question.id for question in result.questions] == ["bonne"]
    assert [problem.code for problem in result.errors] == [
        "not-a-question",
        "unknown-type",
        "no-key",
        "quote-not-in-text",
    ]
    assert result.quiz is None


def test_a_warning_keeps_nothing_out() -> None:
    result = read_text(asked("matching", "    pairs: [[a, b], [c, d]]\n"))
    assert {problem.severity for problem in result.problems} == {"warning"}
    assert result.quiz is not None


@pytest.mark.parametrize("line", range(1, (HEADER + GOOD).count("\n") + 1))
def test_no_key_holds_when_its_value_is_null(line: int) -> None:
    lines = (HEADER + GOOD).splitlines()
    key, colon, _ = lines[line - 1].partition(":")
    lines[line - 1] = key + colon + (" null" if colon else "")
    read_text("\n".join(lines))


def test_null_everywhere_is_told_and_does_not_raise() -> None:
    keys = ("id", "title", "level", "settings", "passages", "glossary", "questions", "topics")
    result = read_text("\n".join(f"{key}: null" for key in keys))
    assert len(result.errors) >= len(keys)
    for kind, room in QUESTION_TYPES.items():
        fields = [name for name in room.model_fields if name != "type"]
        text = f"{HEADER}  - type: {kind}\n" + "".join(f"    {name}: null\n" for name in fields)
        assert read_text(text).errors


# Texts beside the quiz

TEXT_FILE = """\
---
id: article
title: "Un village en hiver"
glossary:
  - { term: "aube", definition: "le lever du soleil" }
---

Le chat dort. Il rêve de miel.

## Le soir

Le chat s’éveille.
"""
WITH_FILE = HEADER.replace(
    """\
  - id: article
    title: "Un village en hiver"
    paragraphs:
      - "Le chat dort. Il rêve de miel."
""",
    "  - { file: textes/chat.md }\n",
)


def read_beside(text: str | bytes, name: str = "textes/chat.md") -> ImportResult:
    data = text if isinstance(text, bytes) else text.encode()
    return read_text(WITH_FILE + GOOD, {name: data})


def test_a_text_stands_beside_the_quiz_with_its_glossary() -> None:
    result = read_beside(TEXT_FILE)
    assert result.errors == []
    assert result.quiz is not None
    assert result.quiz.glossary[0].term == "aube"
    assert [p.number for p in result.quiz.reading.paragraphs()] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        TEXT_FILE.replace("\n", "\r\n"),
        TEXT_FILE.replace("\n", "\r"),
        "\ufeff" + TEXT_FILE,
        TEXT_FILE.replace("---\n", "---  \n"),
        TEXT_FILE.replace("\n\n", "\n \t\n"),
        TEXT_FILE.replace("\n\n", "\n\n\n\n"),
    ],
    ids=["Windows", "old Mac", "byte order mark", "spaces", "blank lines of spaces", "blank lines"],
)
def test_a_text_is_the_same_whatever_the_editor(text: str) -> None:
    assert read_beside(text).quiz == read_beside(TEXT_FILE).quiz


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (TEXT_FILE.removeprefix("---\n"), "no-front-matter", 1, 1),
        (TEXT_FILE.replace("---\n\n", "\n"), "no-front-matter", 1, 1),
        ("Le chat dort.\n", "no-front-matter", 1, 1),
        ("---\n---\nLe chat dort.\n", "model-type", 1, 1),
        (TEXT_FILE.replace("title:", "titre:"), "unknown-key", 3, 1),
        (TEXT_FILE.replace("id: article", "id: 3"), "string-type", 2, 1),
        (TEXT_FILE.replace("definition:", "def:"), "unknown-key", 5, 21),
        (TEXT_FILE.replace('"Un village en hiver"', "Un village : en hiver"), "loose-colon", 3, 8),
        (TEXT_FILE.replace("id: article", "id: *x"), "alias", 2, 5),
        (TEXT_FILE.encode("cp1252"), "not-utf8", 8, 19),
        (TEXT_FILE.replace("chat dort", "chat\x0bdort"), "unprintable", 8, 8),
        (b"", "empty", 1, 1),
    ],
)
def test_what_is_wrong_in_a_text_is_told_in_its_own_file(
    text: str | bytes, code: str, line: int, column: int
) -> None:
    first = read_beside(text).problems
    assert (code, "dossier/textes/chat.md", line, column) in [
        (p.code, p.file, p.line, p.column) for p in first
    ]


def test_a_text_without_paragraphs_is_told_where_the_quiz_names_it() -> None:
    result = read_beside(TEXT_FILE.partition("\nLe chat")[0])
    assert ("empty-passage", 6, 5) in places(result.errors)


def test_a_text_that_is_not_there_is_told_where_the_quiz_names_it() -> None:
    result = read_text(WITH_FILE + GOOD)
    assert ("text-not-found", 6, 7) in places(result.errors)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.md",
        "textes/../../secret.md",
        "/etc/hostname",
        "lien.md",
        "textes",
        ".",
        "a" * 400,
        "a\x00b",
        "textes/chat.md/chat.md",
    ],
)
def test_nothing_outside_the_folder_of_a_quiz_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "dossier"
    (folder / "textes").mkdir(parents=True)
    (folder / "textes" / "chat.md").write_text(TEXT_FILE)
    (tmp_path / "secret.md").write_text(TEXT_FILE)
    (folder / "lien.md").symlink_to(tmp_path / "secret.md")
    read_one = beside(folder / "essai.quiz.yaml")
    assert read_one("textes/chat.md") == TEXT_FILE.encode()
    assert read_one("textes/../textes/chat.md") is not None
    assert read_one(name) is None


# A folder


DOSSIER = 'format: relire-dossier/1\nid: chats\ntitle: "Chats"\ndescription: "Des chats."\n'


def errors_of(library: Library) -> list[Problem]:
    return [problem for problem in library.problems if problem.severity == "error"]


def test_a_folder_is_read_with_its_dossiers_and_its_quizzes(tmp_path: Path) -> None:
    (tmp_path / "chats").mkdir()
    (tmp_path / "chats" / "dossier.yaml").write_text(DOSSIER)
    (tmp_path / "chats" / "un.quiz.yaml").write_text(HEADER + GOOD)
    (tmp_path / "seul.quiz.yaml").write_text((HEADER + GOOD).replace("id: essai", "id: seul"))
    library = read_library(tmp_path)
    assert errors_of(library) == []
    assert [dossier.id for dossier in library.dossiers] == ["chats"]
    assert {(of, quiz.id) for of, quiz in library.quizzes} == {("chats", "essai"), (None, "seul")}


def test_two_quizzes_of_a_folder_have_two_ids(tmp_path: Path) -> None:
    for name in ("a.quiz.yaml", "b.quiz.yaml"):
        (tmp_path / name).write_text(HEADER + GOOD)
    (problem,) = errors_of(read_library(tmp_path))
    assert problem.code == "repeated-quiz"
    assert problem.file == str(tmp_path / "b.quiz.yaml")
    assert str(problem.message) == "L’identifiant « essai » est déjà celui de a.quiz.yaml."


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (DOSSIER.replace("title:", "titre:"), "unknown-key", 3),
        (DOSSIER.replace("id: chats\n", ""), "missing", 1),
        (DOSSIER + "a: *b\n", "alias", 5),
        ("", "empty", 1),
        ("- a\n", "model-type", 1),
    ],
)
def test_what_is_wrong_in_a_dossier_is_told_in_its_place(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    (tmp_path / "dossier.yaml").write_text(text)
    (tmp_path / "essai.quiz.yaml").write_text(HEADER + GOOD)
    library = read_library(tmp_path)
    told = {(p.code, p.file, p.line) for p in library.problems}
    assert (code, str(tmp_path / "dossier.yaml"), line) in told
    assert [quiz.id for _, quiz in library.quizzes] == ["essai"]


def test_the_format_is_recognised_by_its_name_or_its_first_line() -> None:
    assert FORMAT.recognises(Upload(b"", "quiz.yaml"))
    assert FORMAT.recognises(Upload(b"", "quiz.yml"))
    assert FORMAT.recognises(Upload(b"# Un quiz\nformat: relire/1\n", "quiz.txt"))
    assert not FORMAT.recognises(Upload(b"::Q1:: 1+1 {=2}", "quiz.gift"))


# Whatever befalls a file

LINES = EXAMPLE.read_text().splitlines()
SHARDS = ["", "\t", "- ", ": ", " #", '"', "'", "{", "}", "[", "]", "&a", "*a", "!b", "|", ">", "é",
          "null", "true", "-1", "1e999", "{{1}}", "\x00", "\u2028", "\n", "type: [1]", "---", "%"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), wounds=st.integers(1, 4))
def test_no_wound_of_a_file_raises(seed: int, wounds: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret with it)
    lines = list(LINES)
    for _ in range(wounds):
        at = dice.randrange(len(lines))
        line = lines[at]
        start = dice.randrange(len(line) + 1)
        end = dice.randrange(start, len(line) + 1)
        lines[at : at + 1] = dice.choice(
            [
                [],
                [line, line],
                [dice.choice(lines)],
                [" " * dice.randrange(9) + line.lstrip()],
                [line[:start] + line[end:]],
                [line[:start] + dice.choice(SHARDS) + line[end:]],
            ]
        ) or ["#"]
    text = "\n".join(lines)
    start = dice.randrange(len(text))
    if dice.random() < 0.2:
        text = text[:start] + text[start + dice.randrange(300) :]
    result = read_text(text)
    assert isinstance(result, ImportResult)
    assert result.quiz is not None or result.errors


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    assert read_text(data).errors
