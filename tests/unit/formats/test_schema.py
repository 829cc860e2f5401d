"""The published JSON Schema: the one that the program prints, true of what authors write."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from app.config import ROOT
from app.formats import native
from app.formats.yaml import read_yaml
from app.questions import QUESTION_TYPES
from tests.factories import EXAMPLE

PUBLISHED = ROOT / "quizzes" / "relire-1.schema.json"
SCHEMA = native.schema()
QUIZZES = [EXAMPLE, *sorted((ROOT / "quizzes").rglob("*.quiz.yaml"))]

Faults = Iterator[tuple[str, ...]]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], path: tuple[str, ...] = ()) -> Faults:
    """Where a value departs from what a schema allows, as far as our own schema goes."""
    if "$ref" in schema:
        yield from faults(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if "discriminator" in schema:
        mapping = schema["discriminator"]["mapping"]
        yield from faults(value, {"$ref": mapping[value["type"]]}, path)
    elif options := schema.get("anyOf"):
        found = [list(faults(value, option, path)) for option in options]
        yield from min(found, key=len)
    if "type" in schema and not _is_of(schema["type"], value):
        yield (*path, f"is no {schema['type']}")
        return
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        yield (*path, "is not among those listed")
    yield from _faults_of_text(value, schema, path)
    yield from _faults_of_number(value, schema, path)
    yield from _faults_of_array(value, schema, path)
    yield from _faults_of_object(value, schema, path)


def _is_of(kind: str, value: Any) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _faults_of_text(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Faults:
    if not isinstance(value, str):
        return
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield (*path, "has not the right length")
    if not re.search(schema.get("pattern", ""), value):
        yield (*path, "has not the right form")


def _faults_of_number(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Faults:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
        yield (*path, "is out of range")


def _faults_of_array(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Faults:
    if not isinstance(value, list):
        return
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield (*path, "has not the right length")
    for n, item in enumerate(value):
        yield from faults(item, schema.get("items", {}), (*path, str(n)))


def _faults_of_object(value: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Faults:
    if not isinstance(value, dict):
        return
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield (*path, key, "is missing")
    for key, inner in value.items():
        if key in known:
            yield from faults(inner, known[key], (*path, key))
        elif rest is False:
            yield (*path, key, "is unknown")
        else:
            yield from faults(inner, rest, (*path, key))


def written(path: Path) -> Any:
    return read_yaml(path.read_text(), path.name).value


def test_the_published_schema_is_the_one_that_the_program_prints() -> None:
    assert PUBLISHED.read_text() == native.schema_text(), (
        f"run: flask --app wsgi quizzes schema > {PUBLISHED.relative_to(ROOT)}"
    )


def test_the_command_prints_the_schema(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["quizzes", "schema"]).output == native.schema_text()


def test_the_schema_says_what_it_is_and_knows_every_type() -> None:
    assert SCHEMA["$schema"].startswith("https://json-schema.org/")
    assert SCHEMA["title"] == "Quiz Relire"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    known = SCHEMA["properties"]["questions"]["items"]["discriminator"]["mapping"]
    assert set(known) == set(QUESTION_TYPES)


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.name)
def test_the_schema_takes_every_quiz_that_the_program_takes(path: Path) -> None:
    assert list(faults(written(path), SCHEMA)) == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("single_choice", {"choices": [{"text": "oui", "key": True}, "non"]}),
        ("short_answer", {"answers": ["ruche"], "evidence": "trois ruches"}),
        ("true_false", {"answer": "unknown", "evidence": {"any": ["trois ruches", "miel"]}}),
        ("matching", {"pairs": [["a", "b"], {"left": "c", "right": "d"}]}),
        ("cloze", {"body": "{{1}} {{2}}", "gaps": {"1": {"typed": "a"}, "2": {"list": ["b"]}}}),
    ],
)
def test_what_may_be_written_in_short_is_in_the_schema(kind: str, fields: dict[str, Any]) -> None:
    shared = {"id": "q", "type": kind, "skill": "détail", "prompt": "Quoi ?"}
    QUESTION_TYPES[kind].model_validate({**shared, **fields})
    questions = SCHEMA["properties"]["questions"]
    assert list(faults([{**shared, **fields}], questions)) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("level",), "B9", "is not among those listed"),
        (("titre",), "Un titre", "is unknown"),
        (("questions", 0, "points"), 0, "is out of range"),
        (("questions", 0, "skill"), "lecture", "is not among those listed"),
        (("questions", 0, "choices"), [], "has not the right length"),
        (("questions", 0, "id"), "Deux Mots", "has not the right form"),
        (("questions", 0, "prompt"), 3, "is no string"),
        (("questions", 0, "sentences"), [], "is unknown"),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(
    path: tuple[str | int, ...], value: object, fault: str
) -> None:
    document = written(EXAMPLE)
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert fault in {found[-1] for found in faults(document, SCHEMA)}


def test_what_the_program_fills_in_is_not_for_authors() -> None:
    texts = json.dumps(SCHEMA["$defs"])
    assert "key_ids" not in texts
    choice = SCHEMA["$defs"]["Choice"]["anyOf"][0]["properties"]
    assert "id" not in choice
