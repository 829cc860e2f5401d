"""What docs/deploy.md and deploy/ say is what the code does."""

import json
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from ruamel.yaml import YAML

from app.config import ROOT, Settings
from app.web.drafting.views import LARGEST_FORM, LARGEST_UPLOAD, UPLOADS
from app.web.metrics import HELP

DOCS = (ROOT / "docs" / "deploy.md").read_text()
DEPLOY = sorted((ROOT / "deploy").iterdir())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
UNIT = (ROOT / "deploy" / "relire.service").read_text()
BESIDE = {"RELIRE_SETUP", "RELIRE_ACCESS_LOG"}
"""What gunicorn.conf.py reads by itself."""
WORDS = (*DEPLOY, ROOT / "docs" / "deploy.md")


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.name)
def test_only_settings_that_exist_are_named(path: Path) -> None:
    known = {f"RELIRE_{name.upper()}" for name in Settings.model_fields} | BESIDE
    assert set(re.findall(r"\bRELIRE_[A-Z_]+\b", path.read_text())) - known == set()


def test_what_gunicorn_reads_by_itself_is_what_is_listed() -> None:
    read = set(re.findall(r'"(RELIRE_\w+)"', (ROOT / "gunicorn.conf.py").read_text()))
    assert read - {f"RELIRE_{name.upper()}" for name in Settings.model_fields} == BESIDE


def lines(language: str = "sh") -> Iterator[str]:
    for block in re.findall(rf"^```{language}\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def commands() -> list[list[str]]:
    """What follows `relire-flask` or `flask --app wsgi`, in the docs and in deploy/."""
    texts = "\n".join([*lines(), *(path.read_text() for path in DEPLOY)])
    found = re.findall(r"(?:^|\s)(?:relire-flask|flask --app wsgi) ([a-z][^#\n']*)", texts)
    return [shlex.split(one) for one in found]


def test_commands_of_the_docs_exist(sqlite_app: Flask) -> None:
    told = commands()
    assert {tuple(one[:2]) for one in told} >= {("data", "backup"), ("users", "add-teacher")}
    for words in told:
        command: click.Command = sqlite_app.cli
        context = click.Context(command)
        while isinstance(command, click.Group):
            found = command.get_command(context, words.pop(0))
            assert found is not None, words
            command = found
        options = {name for one in command.params for name in one.opts if name.startswith("--")}
        assert {word for word in words if word.startswith("--")} <= options
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        assert len(words) >= len(arguments)


def test_what_is_made_and_copied_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = {line.split()[3] for line in lines() if line.startswith("make -C ")}
    assert made
    assert made <= targets
    named = re.findall(r"(?:/opt/relire/|`|-f )(deploy/[\w.-]+|docs/[\w.-]+)", f"{DOCS}\n{UNIT}")
    assert {f"deploy/{path.name}" for path in DEPLOY} - set(named) == set()
    for name in (*named, *re.findall(r"\]\(\.\./([^)#]+)\)", DOCS)):
        assert (ROOT / name).exists(), name


def test_nginx_takes_large_bodies_where_relire_does_and_nowhere_else(sqlite_app: Flask) -> None:
    (pattern,) = re.findall(r"location ~ (\S+) \{", NGINX)
    for rule in sqlite_app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            path = re.sub("<[^>]+>", "x1", rule.rule)
            assert bool(re.search(pattern, path)) == (rule.endpoint in UPLOADS), rule
    plain, large = (int(size) << 20 for size in re.findall(r"client_max_body_size (\d+)m;", NGINX))
    assert (plain >= LARGEST_FORM, large) == (True, LARGEST_UPLOAD)


def test_nginx_sends_static_files_as_relire_does(tmp_path: Path) -> None:
    from app import create_app  # noqa: PLC0415
    from app.web import static  # noqa: PLC0415

    settings = Settings.load(instance=tmp_path, https=True)
    static.build(settings)
    client = create_app(settings).test_client()
    page = client.get("/healthz")
    (script,) = (ROOT / "static" / "js").glob("relire.js")
    built = next((tmp_path / "static").iterdir())
    sent = client.get(f"/static/{built.name}/js/{script.name}")
    told = dict(re.findall(r'add_header (\S+) "?([^";]+)"? always;', NGINX))
    sent.close()
    assert told["Cache-Control"] == sent.headers["Cache-Control"]
    for name in set(told) - {"Cache-Control"}:
        assert told[name] == page.headers[name]
    # nginx is another user, who passes through the instance and may read this alone.
    for path in (tmp_path / "static").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_a_stop_waits_for_requests_under_way() -> None:
    graceful = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["graceful_timeout"]
    (stop,) = re.findall(r"TimeoutStopSec=(\d+)", UNIT)
    assert int(stop) > graceful
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    assert f"stop_grace_period: {stop}s" in compose


def test_the_image_is_made_of_files_that_are_there() -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE)
    assert copied
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
    services = YAML(typ="safe").load(ROOT / "deploy" / "compose.yaml")["services"]
    assert set(services) == {"relire", "database", "redis"}


def test_metrics_of_the_docs_are_those_that_are_counted() -> None:
    table = re.findall(r"^\| `(relire_\w+?)(?:\{[^}]*\})?` \|", DOCS, re.MULTILINE)
    assert set(table) == set(HELP)


def test_the_line_of_the_docs_is_one_that_is_written() -> None:
    (line,) = lines("json")
    assert list(json.loads(line)) == [
        "time", "level", "logger", "message", "request_id", "method", "endpoint", "status", "ms",
    ]  # fmt: skip
