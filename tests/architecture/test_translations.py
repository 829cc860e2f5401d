"""Everything that a reader may see is marked for translation, and has its English."""

import ast
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from app.config import ROOT

_MARKS = re.search(r"--keywords='([^']+)'", (ROOT / "Makefile").read_text())
assert _MARKS, "the Makefile says how texts are marked"
KEYWORDS = parse_keywords(_MARKS[1].split())
"""What marks a text, as `make translations` has it."""
SAYERS = {
    "AlreadySubmitted",
    "MalformedAnswer",
    "Message",
    "NoMoreTries",
    "NotFound",
    "Refused",
    "TimeIsUp",
    "translate",
}
"""Whoever takes a sentence that a reader will see: it must be marked, too."""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")

Said = str | tuple[str, ...]


def said() -> dict[Said, str]:
    """All that is marked for translation → where it stands."""
    found: dict[Said, str] = {}
    for folder, method, pattern in (
        ("app", "python", "**.py"),
        ("templates", "jinja2", "**.html"),
    ):
        for name, line, message, *_ in extract_from_dir(
            str(ROOT / folder),
            method_map=[(pattern, method)],
            options_map={pattern: {"encoding": "utf-8", "silent": "false"}},
            keywords=KEYWORDS,
        ):
            text = tuple(message) if isinstance(message, tuple | list) else message
            found.setdefault(text, f"{folder}/{name}:{line}")
    return found


SAID = said()


def english() -> Catalog:
    path = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is not written yet; make translations starts it")
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def _forms(text: Said | list[str] | None) -> tuple[str, ...]:
    return () if text is None else (text,) if isinstance(text, str) else tuple(text)


def missing(catalog: Catalog) -> Iterator[str]:
    for text, place in sorted(SAID.items(), key=lambda one: one[1]):
        known = catalog.get(_forms(text)[0])
        if known is None:
            yield f"{place}: not in the catalogue (make translations): {text!r}"
        elif not all(_forms(known.string)) or not known.string:
            yield f"{place}: not translated: {text!r}"
        elif known.fuzzy:
            yield f"{place}: marked fuzzy: {text!r}"


def test_texts_are_found_in_code_and_in_templates() -> None:
    places = {place.partition("/")[0] for place in SAID.values()}
    assert places == {"app", "templates"}
    assert len(SAID) > 100


def test_every_text_has_its_english() -> None:
    lacking = list(missing(english()))
    assert not lacking, f"{len(lacking)} texts lack their English:\n" + "\n".join(lacking)


def test_a_translation_keeps_what_is_to_be_filled_in() -> None:
    broken = []
    for one in english():
        if not one.id or not one.string:
            continue
        wanted = {found for form in _forms(one.id) for found in PLACEHOLDER.findall(form)}
        for form in _forms(one.string):
            strange = set(PLACEHOLDER.findall(form)) - wanted
            lost = wanted - set(PLACEHOLDER.findall(form)) if len(_forms(one.id)) == 1 else set()
            if strange or lost:
                broken.append((one.id, form, strange | lost))
    assert broken == []


def test_whatever_is_said_is_marked() -> None:
    unmarked = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Name)
                or not node.args
            ):
                continue
            first = node.args[0]
            if node.func.id in SAYERS and isinstance(first, ast.Constant):
                text = first.value
                if text and text not in SAID:
                    unmarked.append(f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}")
    assert not unmarked, "mark with N_():\n" + "\n".join(unmarked)
