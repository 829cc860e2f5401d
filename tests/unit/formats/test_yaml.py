"""YAML 1.2 as people write it: plain values, each in its place."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.yaml import DEEPEST, LARGEST, MOST_VALUES, decode, read_yaml


def value_of(text: str) -> Any:
    """The value of ``a``, in a document without a problem."""
    document = read_yaml(f"a: {text}\n", "essai.yaml")
    assert document.problems == []
    return document.value["a"]


def problem_of(text: str) -> tuple[str, int, int]:
    """The only problem: its code, line and column."""
    (problem,) = read_yaml(text, "essai.yaml").problems
    assert str(problem.message)
    assert problem.file == "essai.yaml"
    return problem.code, problem.line, problem.column


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("Oui", "Oui"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("tRue", "tRue"),
        ("false", False),
        ("null", None),
        ("Null", None),
        ("~", None),
        ("", None),
        ("012", 12),
        ("0o14", "0o14"),
        ("0x1F", "0x1F"),
        ("+3", 3),
        ("-3", -3),
        ("1_000", "1_000"),
        ("1 000", "1 000"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1,5", "1,5"),
        ("1.5.2", "1.5.2"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("12:30", "12:30"),
        ("2019-05-16", "2019-05-16"),
        ('"12"', "12"),
        ("'true'", "true"),
        ('"null"', "null"),
        ('""', ""),
        ("'l’aube'", "l’aube"),
        ("'l''aube'", "l'aube"),
        ('"a\\nb"', "a\nb"),
        ("[1, yes, 'x']", [1, "yes", "x"]),
        ("{b: 1, c: [2]}", {"b": 1, "c": [2]}),
        ("|\n  un\n  deux", "un\ndeux\n"),
        (">-\n  un\n  deux", "un deux"),
        ("http://exemple.fr:80/#haut", "http://exemple.fr:80/#haut"),
        ("C’est « ici »", "C’est « ici »"),
    ],
)
def test_values_are_what_people_mean(written: str, value: object) -> None:
    read = value_of(written)
    assert read == value
    assert type(read) is type(value)


def test_keys_are_texts() -> None:
    document = read_yaml("1: un\ntrue: deux\n'3': trois\n", "essai.yaml")
    assert document.value == {"1": "un", "true": "deux", "3": "trois"}


def test_a_number_too_long_to_be_one_is_no_trap() -> None:
    assert value_of("9" * 30) == float("9" * 30)
    assert value_of("9" * 5_000) == "9" * 5_000


def test_each_part_has_its_place() -> None:
    document = read_yaml("a: 1\nb:\n  - c: 2\n  - x\n", "essai.yaml")
    assert document.place(()) == (1, 1)
    assert document.place(("a",)) == (1, 1)
    assert document.place(("b", 0)) == (3, 5)
    assert document.place(("b", 0, "c")) == (3, 5)
    assert document.place(("b", 1)) == (4, 5)


def test_what_is_not_written_has_the_place_of_what_holds_it() -> None:
    document = read_yaml("a: 1\nb:\n  c: 2\n", "essai.yaml")
    assert document.place(("b", "d", 3, "e")) == (2, 1)
    assert document.place(("z",)) == (1, 1)


def test_lines_are_counted_from_where_the_document_starts() -> None:
    document = read_yaml("a: 1\na: 2\n", "texte.md", first_line=2)
    assert document.place(("a",)) == (3, 1)
    assert [problem.line for problem in document.problems] == [3]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: &x 2\n", "alias", 2, 4),
        ("a: 1\nb: *x\n", "alias", 2, 4),
        ("&x a: 1\n", "alias", 1, 1),
        ("a: !!str 1\n", "tag", 1, 4),
        ("a: !!python/object/apply:os.system [ls]\n", "tag", 1, 4),
        ("a: !perso 1\n", "tag", 1, 4),
        ("a: 1\nb: 2\na: 3\n", "repeated-key", 3, 1),
        ("? [a]\n: 1\n", "odd-key", 1, 3),
        ("a: 1\n---\nb: 2\n", "second-document", 2, 1),
        ('a: "x\\0y"\n', "unprintable", 1, 4),
        ('a: "\\ud800"\n', "unprintable", 1, 4),
        ('"\\x07": 1\n', "unprintable", 1, 1),
        ("a: [1\n", "not-yaml", 2, 1),
        ("a: 1\n  b: 2\n", "not-yaml", 2, 4),
        ("a:\n\t- 1\n", "not-yaml", 2, 1),
        ('a: "sans fin\n', "not-yaml", 2, 1),
        ('a: "\\UFFFFFFFF"\n', "not-yaml", 1, 1),
        ("%YAML 9.9\n---\na: 1\n", "not-yaml", 1, 1),
    ],
)
def test_what_is_refused_is_shown_in_its_place(
    text: str, code: str, line: int, column: int
) -> None:
    assert problem_of(text) == (code, line, column)


def test_a_bomb_of_aliases_does_not_unfold() -> None:
    lines = ["a0: &a0 [boum]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    document = read_yaml("\n".join(lines), "essai.yaml")
    assert document.value is None
    assert [problem.code for problem in document.problems] == ["alias"]


def test_depth_and_number_of_values_are_limited() -> None:
    assert problem_of("[" * 5_000)[0] == "too-deep"
    assert problem_of("[" * (DEEPEST + 1) + "1" + "]" * (DEEPEST + 1)) == (
        "too-deep",
        1,
        DEEPEST + 2,
    )
    assert read_yaml("[" * DEEPEST + "1" + "]" * DEEPEST, "essai.yaml").problems == []
    assert problem_of("[" + "1," * MOST_VALUES + "]")[0] == "too-deep"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("prompt: Il a dit : oui\n", [(1, 9)]),
        ("prompt: Complétez :\n", [(1, 9)]),
        ("q:\n  - title: Un: deux\n    prompt: Trois : quatre\n", [(2, 12), (3, 13)]),
    ],
)
def test_every_colon_that_breaks_the_file_is_shown(
    text: str, places: list[tuple[int, int]]
) -> None:
    problems = read_yaml(text, "essai.yaml").problems
    assert [(p.code, p.line, p.column) for p in problems] == [
        ("loose-colon", line, column) for line, column in places
    ]
    assert "guillemets" in str(problems[0].hint)


def test_a_colon_in_quotes_or_in_a_block_breaks_nothing() -> None:
    text = 'a: "Il a dit : oui"\nb: |\n  Il a dit : non\nc: Un: deux\n'
    problems = read_yaml(text, "essai.yaml").problems
    assert [(p.code, p.line) for p in problems] == [("loose-colon", 4)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: Le no #1 mondial\n", (1, 10)),
        ("a: Le numéro #1\n", (1, 14)),
        ("a: Produit # le meilleur\n", (1, 12)),
        ("a: [un mot # deux\n  ]\n", (1, 12)),
    ],
)
def test_a_comment_that_cuts_a_text_is_shown(text: str, place: tuple[int, int]) -> None:
    assert problem_of(text) == ("cut-by-comment", *place)


@pytest.mark.parametrize(
    "text",
    [
        "level: B1 # le niveau\n",
        "licence: CC-BY-4.0  # libre\n",
        "mode: exam # ou training\n",
        "answer: false # non\n",
        "points: 1.5 # et demi\n",
        'title: "Le numéro 1" # entre guillemets\n',
        "a: mot#dièse\n",
        "# un commentaire\na: 1\n",
    ],
)
def test_a_comment_that_cuts_nothing_is_free(text: str) -> None:
    assert read_yaml(text, "essai.yaml").problems == []


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"", "empty", 1, 1),
        (b" \n\t\n", "empty", 1, 1),
        ("a: 1\nb: été\n".encode("cp1252"), "not-utf8", 2, 4),
        ("a: été\nb: é".encode() + b"\xe9", "not-utf8", 2, 5),
        (b"\xef\xbb\xbf# \xc3\xa9\nab\xff", "not-utf8", 2, 3),
        ("a: 1".encode("utf-16"), "not-utf8", 1, 1),
        (b"PK\x03\x04\x00\x00", "not-text", 1, 1),
        ("a: é\nb: é\x07".encode(), "unprintable", 2, 5),
        ("a: \x92".encode(), "unprintable", 1, 4),
        (b" " * (LARGEST + 1), "too-large", 1, 1),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(
    data: bytes, code: str, line: int, column: int
) -> None:
    text, (problem,) = decode(data, "essai.yaml")
    assert text is None
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert str(problem.message)
    assert str(problem.hint)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_system_ends_its_lines_in_its_own_way(ending: str) -> None:
    data = ending.join(["\ufeffa: 1", "b: 2", ""]).encode()
    assert decode(data, "essai.yaml") == ("a: 1\nb: 2\n", [])


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("ab:-?#&*!|>%@`{}[],'\"\\ \n\t\u2028é~0.<"), max_size=40))
def test_no_text_raises(text: str) -> None:
    document = read_yaml(text, "essai.yaml")
    lines = text.count("\n") + 1
    for problem in document.problems:
        assert str(problem.message)
        assert 1 <= problem.line <= lines
        assert problem.column >= 1


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=40))
def test_no_bytes_raise(data: bytes) -> None:
    text, problems = decode(data, "essai.yaml")
    assert (text is None) == bool(problems)
