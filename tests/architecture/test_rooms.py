"""Each question type has its room, its templates, its forms; each blueprint its contract."""

import re
import tomllib
from pathlib import Path

import pytest

from app.config import ROOT
from app.questions import QUESTION_TYPES
from app.web.question_forms import EDIT_FORMS, QUESTION_FORMS

TEMPLATES = {"ask.html", "review.html", "paper.html", "edit.html"}
FOLDERS = ROOT / "templates" / "questions"
ROOMS = ROOT / "app" / "questions"

every_kind = pytest.mark.parametrize("kind", QUESTION_TYPES)


@every_kind
def test_a_type_has_its_four_templates(kind: str) -> None:
    assert {path.name for path in (FOLDERS / kind).iterdir()} == TEMPLATES


@every_kind
def test_a_type_has_its_room(kind: str) -> None:
    room = ROOMS / kind
    assert {path.name for path in room.glob("*.py")} == {"__init__.py", "question.py", "form.py"}
    assert QUESTION_TYPES[kind].__module__ == f"app.questions.{kind}.question"


@every_kind
def test_a_type_has_its_forms(kind: str) -> None:
    assert type(QUESTION_FORMS[kind]).__module__ == f"app.questions.{kind}.form"
    assert type(EDIT_FORMS[kind]).__module__ == f"app.questions.{kind}.form"


def test_no_room_form_or_templates_are_without_a_type() -> None:
    kinds = set(QUESTION_TYPES)
    assert {path.name for path in FOLDERS.iterdir()} == kinds
    assert {path.parent.name for path in ROOMS.glob("*/question.py")} == kinds
    assert set(QUESTION_FORMS) == set(EDIT_FORMS) == kinds


def test_the_type_of_each_room_is_the_one_it_is_registered_under() -> None:
    assert {kind: room.model_fields["type"].default for kind, room in QUESTION_TYPES.items()} == {
        kind: kind for kind in QUESTION_TYPES
    }


def test_every_blueprint_is_bound_by_the_contract_of_fronts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {one["id"]: one for one in settings["tool"]["importlinter"]["contracts"]}
    folders = {path.parent.name for path in (ROOT / "app" / "web").glob("*/views.py")}
    assert set(contracts["fronts"]["modules"]) == {f"app.web.{name}" for name in folders}


def test_nothing_is_named_after_nothing() -> None:
    """A file that may hold anything ends up holding everything."""
    empty = re.compile(r"_?(utils?|helpers?|common|misc|tools?)\d*")
    found = [path for path in (ROOT / "app").rglob("*") if empty.fullmatch(path.stem)]
    assert found == []


def test_every_package_of_the_application_says_so() -> None:
    """A folder without __init__.py is invisible to the import contracts."""
    outside = {"migrations", "versions", "translations"}
    folders = {path.parent for path in (ROOT / "app").rglob("*.py")}
    bare: list[Path] = [
        folder
        for folder in folders
        if folder.name not in outside and not (folder / "__init__.py").exists()
    ]
    assert bare == []
