"""What the repository says of itself is true, and holds on any machine."""

import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.config import ROOT, Settings

README = (ROOT / "README.md").read_text()
IGNORED = [
    line.strip("/")
    for line in (ROOT / ".gitignore").read_text().splitlines()
    if line and not line.startswith("#")
]
# Written in two halves, so that this file does not name them itself.
REGISTRIES = [
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
        ("crates", ".io"),
        ("rubygems", ".org"),
        ("deb.", "debian.org"),
        ("jsdelivr", ".net"),
        ("unpkg", ".com"),
        ("index", "-url"),
    )
]
HERE = re.compile(r"(?<![\w.-])/(?:root|work|home)/")
PLUMBING = re.compile(r"--no-emit-index-url")


def files() -> Iterator[Path]:
    """Every file that belongs to the repository and is a text."""
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            relative = str(path.relative_to(ROOT))
            if path.name == ".git" or any(
                fnmatch(path.name, known) or fnmatch(relative, known) for known in IGNORED
            ):
                continue
            if path.is_dir():
                folders.append(path)
            elif b"\x00" not in path.read_bytes()[:4096]:
                yield path


def test_the_files_are_found_at_all() -> None:
    found = {str(path.relative_to(ROOT)) for path in files()}
    assert {"README.md", "app/__init__.py", ".ci/run", "requirements/run.txt"} <= found
    assert not any(name.startswith((".venv", "instance", ".git/")) for name in found)


def test_no_file_names_a_registry_of_packages() -> None:
    named = [
        (str(path.relative_to(ROOT)), host)
        for path in files()
        for host in REGISTRIES
        if host in PLUMBING.sub("", path.read_text(errors="replace"))
    ]
    assert named == []


def test_no_file_names_a_place_of_one_machine() -> None:
    named = [
        (str(path.relative_to(ROOT)), found[0])
        for path in files()
        if (found := HERE.search(path.read_text(errors="replace")))
    ]
    assert named == []


# The README


def readme_lines() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


FLASK = ".venv/bin/flask --app wsgi "
COMMANDS = [
    line.partition("  #")[0].removeprefix(FLASK).strip()
    for line in readme_lines()
    if line.startswith(FLASK)
]


def test_the_readme_shows_commands() -> None:
    assert {"quizzes check", "quizzes sync", "quizzes list", "quizzes inspect"} <= {
        " ".join(command.split()[:2]) for command in COMMANDS
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(ROOT)
    done = runner.invoke(args=shlex.split(command))
    assert done.exit_code == 0, done.output


def test_what_the_readme_makes_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z-]+)", README, re.MULTILINE))
    assert named
    assert named - targets == set()


def test_the_readme_tells_every_setting_and_no_other() -> None:
    settings = {f"RELIRE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"^\| `(RELIRE_\w+)`", README, re.MULTILINE)) == settings


def test_the_readme_leads_to_files_that_are_there() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    rows = re.findall(r"^\| `([a-z/]+)` \|", README, re.MULTILINE)
    assert linked
    assert rows
    assert [name for name in (*linked, *rows) if not (ROOT / name).exists()] == []


def pins(name: str) -> set[str]:
    """The packages that a list pins."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {canonicalize_name(one) for one in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_pins_hold_all_that_the_oldest_python_needs(name: str) -> None:
    pinned = pins("run") | pins(name)
    oldest = {"python_version": "3.11", "python_full_version": "3.11.0", "extra": ""}
    needed = {
        canonicalize_name(one.name)
        for package in metadata.distributions()
        if canonicalize_name(package.name) in pinned
        for one in map(Requirement, package.requires or ())
        if one.marker is None or one.marker.evaluate(oldest)
    }
    assert needed - pinned == set()
