"""What commands print: problems in French, one a line, with their place."""

from collections.abc import Iterable

import click
from flask import current_app
from flask_babel import force_locale

from app.config import Settings
from app.errors import Message, Problem
from app.web.i18n import say

__all__ = ["in_french", "print_problems", "settings"]


def settings() -> Settings:
    """The settings of the application that the command is run for."""
    known: Settings = current_app.config["RELIRE"]
    return known


def in_french(message: Message | None) -> str:
    """A message as its readers see it."""
    with force_locale("fr"):
        return say(message) if message else ""


def _line(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}"
    hint = f" {in_french(problem.hint)}" if problem.hint else ""
    return f"{place}: {problem.severity}: {in_french(problem.message)}{hint}"


def print_problems(problems: Iterable[Problem]) -> bool:
    """Print them, errors and warnings; True if any is an error."""
    failed = False
    for problem in problems:
        click.echo(_line(problem))
        failed = failed or problem.severity == "error"
    return failed
