"""``flask data …``: move a school to another database, keep a copy of it, bring one back."""

from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from app.cli.groups import Commands
from app.cli.migrating import migrate
from app.cli.printing import settings
from app.config import Settings, engine_options
from app.errors import RelireError
from app.extensions import db, tune
from app.services import keeping, moving
from app.services.moving import Moved

__all__ = ["data"]

data = Commands("data", help="Move a school to another database, keep a copy, bring one back.")


def _open(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    tune(engine)
    return engine


def _open_file(path: Path) -> Engine:
    return _open(f"sqlite:///{path.absolute()}")


def _supported(_context: object, _parameter: object, url: str) -> str:
    try:
        Settings(database_url=url)
        make_url(url)
    except (ValidationError, ArgumentError):
        raise click.BadParameter("must start with sqlite:/// or postgresql+psycopg://") from None
    return url


def _print(one: Moved) -> None:
    click.echo(
        f"{one.table:<20} {one.contents.rows:>9,} rows  {one.contents.digest[:16]}"
        f"  {one.written:,} written"
    )


@data.command()
@click.option("--to", "url", required=True, callback=_supported, help="The other database.")
def copy(url: str) -> None:
    """Copy the school into another database, and check every row; go on where it was stopped.

    It can be run while the school works. Then stop the server, run it again (it writes what has
    changed), and start the server with RELIRE_DATABASE_URL set to the other database.
    """
    here = make_url(settings().database)
    if make_url(url) == here:
        raise click.ClickException("This is the database that is used already.")
    target = _open(url)
    try:
        done = moving.move(
            db.engine, target, here.render_as_string(hide_password=True), migrate, _print
        )
    except moving.NotEmpty as error:
        raise click.ClickException(f"The other database is not empty: {error}.") from None
    except OperationalError as error:
        raise click.ClickException(f"A database does not answer: {error.orig}") from None
    except RelireError as error:
        raise click.ClickException(f"Stopped: {error}.") from None
    finally:
        target.dispose()
    if done.changed:
        raise click.ClickException(
            f"The school was at work meanwhile ({', '.join(done.changed)}). Stop its server and run "
            "this again: only what changed will be written."
        )
    click.echo("The copy is whole, and the same row by row.")


@data.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Keep one moment of the school in FILE, while it works.

    Keep the secret key (secret_key in the instance) apart: it is not in the file.
    """
    try:
        keeping.backup(db.engine, file, _open_file, migrate)
    except RelireError as error:
        raise click.ClickException(f"Nothing was kept: {error}.") from None
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@data.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="In place of a school that is not empty.")
def restore(file: Path, *, force: bool) -> None:
    """Bring back the school that is kept in FILE, into whichever database is configured.

    Stop the server first.
    """
    try:
        kept = keeping.restore(file, db.engine, _open_file, migrate, force=force)
    except keeping.Occupied as error:
        raise click.ClickException(
            f"The database is not empty, and was left as it is (--force replaces it): {error}."
        ) from None
    except RelireError as error:
        raise click.ClickException(f"Nothing was changed: {error}.") from None
    click.echo("The school is back.")
    if kept:
        click.echo(f"What was there before is kept in {kept}")
