"""``flask users …``: links that let teachers in, each of which works once."""

import os
from datetime import UTC, datetime

import click

from app.cli.groups import Commands
from app.cli.printing import in_french, settings
from app.domain.credentials import normal_email
from app.errors import NotFound, Refused
from app.extensions import db
from app.services import accounts, read, run

__all__ = ["invite_first_teacher", "users"]

users = Commands("users", help="Let teachers in: every link works once.")


def invite_first_teacher() -> str:
    """The address where the first teacher makes their account; empty once somebody has one.

    Each call makes a new one, and voids the former. Leaves no connection open, as ``make_ready``.
    """
    token = run(accounts.make_setup_link, datetime.now(UTC))
    db.engine.dispose()
    return _link(token) if token else ""


def _link(token: str, site: str = "") -> str:
    at = site or settings().site_url or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    return f"{at.rstrip('/')}/setup/{token}"


def _address(text: str) -> str:
    try:
        return normal_email(text)
    except Refused as error:
        raise click.BadParameter(in_french(error.message)) from None


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
        raise click.ClickException(in_french(error.message)) from None
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
