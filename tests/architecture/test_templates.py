"""Macros are there to be used, and an import to be needed."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, nodes

from app.config import ROOT

FOLDER = ROOT / "templates"
PATHS = {str(path.relative_to(FOLDER)): path for path in sorted(FOLDER.rglob("*.html"))}
ENVIRONMENT = Environment(autoescape=True)

Use = tuple[str, str]
"""A file of macros, and a macro of it."""


@cache
def parsed(name: str) -> nodes.Template:
    return ENVIRONMENT.parse(PATHS[name].read_text())


def _named(expression: nodes.Expr) -> list[str]:
    """The templates that an expression can name: any text may stand where it computes one."""
    if isinstance(expression, nodes.Const):
        return [str(expression.value)]
    parts = expression.nodes if isinstance(expression, nodes.Concat) else []
    pattern = "".join(
        re.escape(str(part.value)) if isinstance(part, nodes.Const) else "[^/]+" for part in parts
    )
    return [name for name in PATHS if re.fullmatch(pattern, name)]


@cache
def shown_in(name: str) -> frozenset[str]:
    """A template, and all that it includes."""
    found = {name}
    for include in parsed(name).find_all(nodes.Include):
        for inner in PATHS.keys() & _named(include.template):
            found |= shown_in(inner)
    return frozenset(found)


def imports(name: str) -> Iterator[Use]:
    """The files of macros that a template imports, with the name that it gives them."""
    for one in parsed(name).find_all(nodes.Import):
        for file in _named(one.template):
            yield file, one.target


def calls(name: str) -> set[Use]:
    """What is taken from what in a template: ``icon.logo`` is ("icon", "logo")."""
    return {
        (one.node.name, one.attr)
        for one in parsed(name).find_all(nodes.Getattr)
        if isinstance(one.node, nodes.Name)
    }


def uses() -> set[Use]:
    """All macros that are called, from their own file or another."""
    used = {
        (name, called.name)
        for name in PATHS
        for call in parsed(name).find_all(nodes.Call)
        if isinstance(called := call.node, nodes.Name)
    }
    for name in PATHS:
        for file, alias in imports(name):
            for inner in shown_in(name):
                used |= {(file, macro) for of, macro in calls(inner) if of == alias}
        for one in parsed(name).find_all(nodes.FromImport):
            for file in _named(one.template):
                used |= {(file, n if isinstance(n, str) else n[0]) for n in one.names}
    return used


MACROS = {(name, macro.name) for name in PATHS for macro in parsed(name).find_all(nodes.Macro)}


def references(name: str) -> list[list[str]]:
    """What each extends, include and import of a template can name."""
    return [
        _named(one.template)
        for one in parsed(name).find_all(nodes.Stmt)
        if isinstance(one, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends)
    ]


def shown_by_code() -> set[str]:
    """The templates that a text of the code names, computed parts standing for any text."""
    found: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value in PATHS:
                found.add(str(node.value))
            elif isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^/]+"
                    for part in node.values
                )
                found |= {name for name in PATHS if re.fullmatch(pattern, name)}
    return found


def test_macros_are_found_at_all() -> None:
    assert ("components/icons.html", "logo") in MACROS & uses()


def test_every_macro_is_used() -> None:
    assert MACROS - uses() == set()


def test_every_macro_that_is_called_is_there() -> None:
    files = {file for file, _ in MACROS}
    called = {
        (file, macro)
        for name in PATHS
        for file, alias in imports(name)
        for inner in shown_in(name)
        for of, macro in calls(inner)
        if of == alias and file in files
    }
    assert called - MACROS == set()


def test_no_template_imports_what_it_does_not_use() -> None:
    idle = [
        (name, alias)
        for name in PATHS
        for _, alias in imports(name)
        if not any(of == alias for inner in shown_in(name) for of, _ in calls(inner))
    ]
    assert idle == []


def test_no_template_takes_a_macro_that_it_does_not_call() -> None:
    idle = []
    for name in PATHS:
        called = {
            call.node.name
            for call in parsed(name).find_all(nodes.Call)
            if isinstance(call.node, nodes.Name)
        }
        for one in parsed(name).find_all(nodes.FromImport):
            names = {n if isinstance(n, str) else n[1] for n in one.names}
            idle += [(name, macro) for macro in names - called]
    assert idle == []


def test_every_template_that_is_named_is_there() -> None:
    for name in PATHS:
        for named in references(name):
            assert named, f"{name} names no template"
            assert set(named) <= PATHS.keys(), name


def test_every_template_is_shown_by_somebody() -> None:
    named = {one for name in PATHS for several in references(name) for one in several}
    assert PATHS.keys() - named - shown_by_code() == set()
