"""Commands: ``setup`` makes ready to serve, ``quizzes`` minds the library, ``users`` lets teachers in."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from flask_migrate import upgrade
from sqlalchemy import inspect as inspect_database

from app.config import Settings
from app.domain.credentials import normal_email
from app.errors import Message, NotFound, Problem, Refused
from app.extensions import db
from app.formats import native, read_upload
from app.formats.base import ImportResult, Upload
from app.services import accounts, library, read, run
from app.text.profile import Frequency
from app.text.profile import profile as measure
from app.web import static
from app.web.i18n import say

__all__ = ["init_app", "invite_first_teacher", "make_ready"]

quizzes = AppGroup("quizzes", help="Check, list and publish quiz files.")
users = AppGroup("users", help="Let teachers in: every link works once.")


def _settings() -> Settings:
    settings: Settings = current_app.config["RELIRE"]
    return settings


def _in_french(message: Message | None) -> str:
    with force_locale("fr"):
        return say(message) if message else ""


def _line(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}"
    hint = f" {_in_french(problem.hint)}" if problem.hint else ""
    return f"{place}: {problem.severity}: {_in_french(problem.message)}{hint}"


def _print_problems(problems: Iterable[Problem]) -> bool:
    """Print them, errors and warnings; True if any is an error."""
    failed = False
    for problem in problems:
        click.echo(_line(problem))
        failed = failed or problem.severity == "error"
    return failed


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Bring the database, the built-in library and the static files up to date; quick if they are."""
    make_ready()


def make_ready() -> None:
    """What ``setup`` does; leaves no connection open, so that a server may fork after it."""
    settings = _settings()
    static.build(settings)
    if _database_is_behind():
        upgrade()
    _sync(settings.library, quiet=True)
    db.engine.dispose()


def _database_is_behind() -> bool:
    """Whether a migration is to be run; spares loading Alembic when none is."""
    versions = Path(current_app.extensions["migrate"].directory) / "versions"
    heads = {path.name.partition("_")[0] for path in versions.glob("*.py")}
    with db.engine.connect() as conn:
        if not inspect_database(conn).has_table("alembic_version"):
            return True
        current = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return max(heads, default="") != current


@quizzes.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Print every problem of quiz files, or of all quizzes under a folder. Exit 1 on an error."""
    problems: list[Problem] = []
    for path in paths:
        found = native.read_library(path) if path.is_dir() else native.read_path(path)
        problems += found.problems
    if _print_problems(problems):
        raise SystemExit(1)


@quizzes.command()
@click.option(
    "--from", "folder", type=click.Path(exists=True, path_type=Path), help="Another folder."
)
def sync(folder: Path | None) -> None:
    """Bring the built-in library up to date. Doing it again changes nothing."""
    _sync(folder or _settings().library)


def _sync(folder: Path, *, quiet: bool = False) -> None:
    stamp = _stamp(folder)
    kept = _settings().instance / "library.stamp"
    if quiet and kept.is_file() and kept.read_text() == stamp:
        return
    found = native.read_library(folder)
    if _print_problems(problem for problem in found.problems if problem.severity == "error"):
        raise SystemExit(1)
    done = run(library.sync_library, found.dossiers, found.quizzes, datetime.now(UTC))
    kept.write_text(stamp)
    if not quiet or done.changed:
        click.echo(
            f"Library: {done.changed} quizzes published, {done.unchanged} unchanged, "
            f"{done.withdrawn} withdrawn."
        )


def _stamp(folder: Path) -> str:
    """What changes when a file of the library or the database does."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    seen = [f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files]
    return "\n".join([str(db.engine.url), *seen])


@quizzes.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def list_(*, as_json: bool) -> None:
    """List the quizzes that are offered, with their counts."""
    described: list[dict[str, Any]] = [
        {
            "slug": one.slug,
            "dossier": one.dossier,
            "title": one.quiz.title,
            "level": one.quiz.level,
            "items": len(one.quiz.questions),
            "points": one.quiz.max_units / 1_000_000,
            "words": one.quiz.reading.word_count,
            "types": sorted({question.type for question in one.quiz.questions}),
            "skills": sorted({question.skill for question in one.quiz.questions}),
        }
        for shelf in read(library.list_shelves)
        for one in shelf.quizzes
    ]
    if as_json:
        click.echo(json.dumps(described, ensure_ascii=False, indent=1))
        return
    for one in described:
        click.echo(
            f"{one['level']}  {one['slug']:<32} {one['items']:>3} items  {one['points']:>5g} points  "
            f"{one['words']:>5} words  {', '.join(one['types'])}"
        )


@quizzes.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def inspect(file: Path, *, as_json: bool) -> None:
    """Read a file and print what it holds, storing nothing. Exit 1 if no question was read."""
    result = _read_any(file)
    if as_json:
        click.echo(json.dumps(_inspected(result), ensure_ascii=False, indent=1))
    else:
        for question in result.questions:
            click.echo(f"{question.type:<18} {question.prompt}")
        _print_problems(result.problems)
    if not result.questions:
        raise SystemExit(1)


def _read_any(file: Path) -> ImportResult:
    return read_upload(Upload(file.read_bytes(), str(file), native.beside(file)))


def _inspected(result: ImportResult) -> dict[str, Any]:
    return {
        "format": result.format,
        "questions": [
            {
                "type": question.type,
                "prompt": question.prompt,
                **question.outline(),
                "points": question.points,
                "skill": question.skill,
                "evidence": list(question.evidence.quotes),
            }
            for question in result.questions
        ],
        "problems": [_described(problem) for problem in result.problems],
        "losses": [_described(loss) for loss in result.losses],
    }


def _described(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "cell": problem.cell,
        "text": problem.excerpt,
        "message": _in_french(problem.message),
        "hint": _in_french(problem.hint),
    }


@quizzes.command("profile")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def profile_(paths: tuple[Path, ...]) -> None:
    """Print how hard the texts are: words, sentences, readability, frequency of the words.

    The frequencies need wordfreq (requirements/dev.txt); without it the rest is printed.
    """
    frequency = _word_frequency()
    for folder in paths or (_settings().library,):
        seen = set()
        for _, quiz in sorted(native.read_library(folder).quizzes, key=lambda one: one[1].level):
            for passage in quiz.passages:
                if (quiz.level, passage.title) in seen:
                    continue  # several quizzes share it
                seen.add((quiz.level, passage.title))
                found = measure([passage], frequency)
                bands = " ".join(f"{name} {share:.0%}" for name, share in found.bands.items())
                reasons = " ; ".join(map(_in_french, found.reasons))
                click.echo(
                    f"{quiz.level}  {passage.title}: {found.words} words, "
                    f"{found.words_per_sentence:.1f} a sentence (longest {found.longest_sentence}), "
                    f"readability {found.readability:.0f}, {bands or 'no word list'} → "
                    f"{'–'.join(dict.fromkeys(found.levels))} ({reasons})"
                )


def _word_frequency() -> Frequency | None:
    try:
        from wordfreq import zipf_frequency  # noqa: PLC0415 (optional: 57 MB)
    except ImportError:
        return None
    return lambda word: float(zipf_frequency(word, "fr"))


@quizzes.command()
def schema() -> None:
    """Print the JSON Schema of a quiz file, with which editors complete it."""
    click.echo(native.schema_text(), nl=False)


def invite_first_teacher() -> str:
    """The address where the first teacher makes their account; empty once somebody has one.

    Each call makes a new one, and voids the former. Leaves no connection open, as ``make_ready``.
    """
    token = run(accounts.make_setup_link, datetime.now(UTC))
    db.engine.dispose()
    return _link(token) if token else ""


def _link(token: str, site: str = "") -> str:
    at = site or _settings().site_url or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    return f"{at.rstrip('/')}/setup/{token}"


def _address(text: str) -> str:
    try:
        return normal_email(text)
    except Refused as error:
        raise click.BadParameter(_in_french(error.message)) from None


site_option = click.option("--site", default="", help="Where the server is: https://relire.example")


@users.command("add-teacher")
@click.argument("email")
@click.option("--admin", is_flag=True, help="They mind the accounts of others, too.")
@site_option
def add_teacher(email: str, site: str, *, admin: bool) -> None:
    """Print a link with which EMAIL makes their account."""
    role: accounts.Role = "admin" if admin else "teacher"
    try:
        token = run(accounts.invite, _address(email), role, None, datetime.now(UTC))
    except Refused as error:
        raise click.ClickException(_in_french(error.message)) from None
    click.echo(_link(token, site))


@users.command("reset-link")
@click.argument("email")
@site_option
def reset_link(email: str, site: str) -> None:
    """Print a link with which EMAIL chooses a new password."""
    try:
        token = run(accounts.reset_link_for, _address(email), datetime.now(UTC))
    except NotFound:
        raise click.ClickException(
            f"Nobody with an open account has the address {email}."
        ) from None
    click.echo(_link(token, site))


@users.command("list")
def list_users() -> None:
    """List who has an account, and who was invited."""
    found = read(accounts.list_people, datetime.now(UTC))
    for one in found.people:
        state = "" if one.active else "  closed"
        click.echo(f"{one.role:<8} {one.email}  {one.name}{state}")
    for link in found.invitations:
        click.echo(f"{link.role:<8} {link.email}  invited until {link.expires:%Y-%m-%d}")


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(users)
    app.cli.add_command(setup)
    app.cli.add_command(quizzes)
