"""``flask quizzes …``: check, publish, list and inspect quiz files; take them in and out."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.cli.groups import Commands
from app.cli.printing import in_french, print_problems, settings
from app.domain.quiz import LEVELS
from app.errors import NotFound, Problem, Refused
from app.extensions import db
from app.formats import FORMATS, native, read_upload
from app.formats.base import ImportResult, Upload
from app.services import accounts, drafting, library, read, run, transfer
from app.services.transfer import Received
from app.text.profile import Frequency
from app.text.profile import profile as measure

__all__ = ["quizzes", "sync_folder"]

quizzes = Commands("quizzes", help="Check, list and publish quiz files.")


@quizzes.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Print every problem of quiz files, or of all quizzes under a folder. Exit 1 on an error."""
    problems: list[Problem] = []
    for path in paths:
        found = native.read_library(path) if path.is_dir() else native.read_path(path)
        problems += found.problems
    if print_problems(problems):
        raise SystemExit(1)


@quizzes.command()
@click.option(
    "--from", "folder", type=click.Path(exists=True, path_type=Path), help="Another folder."
)
def sync(folder: Path | None) -> None:
    """Bring the built-in library up to date. Doing it again changes nothing."""
    sync_folder(folder or settings().library)


def sync_folder(folder: Path, *, quiet: bool = False) -> None:
    """Publish what a folder says; ``quiet`` does nothing where nothing has changed."""
    stamp = _stamp(folder)
    kept = settings().instance / "library.stamp"
    if quiet and kept.is_file() and kept.read_text() == stamp:
        return
    found = native.read_library(folder)
    if print_problems(problem for problem in found.problems if problem.severity == "error"):
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
    return "\n".join([str(db.engine.url), *seen])  # which leaves its password out


@quizzes.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def list_(*, as_json: bool) -> None:
    """List the quizzes that are offered, with their counts and how types and skills are spread."""
    described: list[dict[str, Any]] = [
        {
            "slug": one.slug,
            "dossier": one.dossier,
            "title": one.quiz.title,
            "level": one.quiz.level,
            "items": len(one.quiz.questions),
            "points": one.quiz.max_units / 1_000_000,
            "words": one.quiz.reading.word_count,
            "types": Counter(question.type for question in one.quiz.questions),
            "skills": Counter(question.skill for question in one.quiz.questions),
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
            f"{one['words']:>5} words  {_told(one['types'])}"
        )
    click.echo(
        f"{len(described)} quizzes, {sum(one['items'] for one in described)} items, "
        f"{sum(one['points'] for one in described):g} points"
    )
    for name in ("types", "skills"):
        spread = Counter[str]()
        for one in described:
            spread.update(one[name])
        click.echo(f"{name}: {_told(spread)}")


def _told(spread: Counter[str]) -> str:
    """How many of each, the most first."""
    return ", ".join(f"{what} {n}" for what, n in spread.most_common())


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
        print_problems(result.problems)
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
        "message": in_french(problem.message),
        "hint": in_french(problem.hint),
    }


@quizzes.command("profile")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def profile_(paths: tuple[Path, ...]) -> None:
    """Print how hard the texts are: words, sentences, readability, frequency of the words.

    The frequencies need wordfreq (requirements/dev.txt); without it the rest is printed.
    """
    frequency = _word_frequency()
    for folder in paths or (settings().library,):
        seen = set()
        for _, quiz in sorted(native.read_library(folder).quizzes, key=lambda one: one[1].level):
            for passage in quiz.passages:
                if (quiz.level, passage.title) in seen:
                    continue  # several quizzes share it
                seen.add((quiz.level, passage.title))
                found = measure([passage], frequency)
                bands = " ".join(f"{name} {share:.0%}" for name, share in found.bands.items())
                reasons = " ; ".join(map(in_french, found.reasons))
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


@quizzes.command("export")
@click.argument("slug")
@click.option(
    "--format",
    "name",
    default="native",
    type=click.Choice([name for name, one in FORMATS.items() if one.write]),
)
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="The file.")
def export(slug: str, name: str, out: Path | None) -> None:
    """Write the quiz that is offered at SLUG as a file; what the format cannot carry is printed."""
    try:
        quiz = read(library.get_quiz, slug).quiz
    except NotFound:
        raise click.ClickException(f"No quiz is offered at {slug}: see `quizzes list`.") from None
    write = FORMATS[name].write
    assert write is not None  # noqa: S101 (the choices above)
    made = write(quiz, read(transfer.pictures_of, quiz).get)
    target = out or Path(f"{slug}{made.suffix}")
    target.write_bytes(made.data)
    for loss in made.losses:
        click.echo(
            f"{target}: not carried: {in_french(loss.message)} {in_french(loss.hint)}".strip()
        )


@quizzes.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--for", "email", help="The teacher whose quiz it becomes.")
@click.option("--title", help="Its title, where the file has none.")
@click.option("--level", type=click.Choice(LEVELS), help="Its level, where the file has none.")
@click.option("--publish", is_flag=True, help="Offer it at once.")
def import_(file: Path, email: str | None, title: str | None, level: Any, *, publish: bool) -> None:
    """Take a file in, of any format: as a draft of a teacher, or else into the library.

    Without --for it must be a whole quiz in the native format. Exit 1 if nothing was taken in.
    """
    result = _read_any(file)
    failed = print_problems(result.problems)
    now = datetime.now(UTC)
    if email is None:
        if result.quiz is None or failed:
            raise click.ClickException(
                "Not a whole quiz in the native format: name a teacher (--for)."
            )
        run(library.add_quiz, result.quiz, now)
        click.echo(f"Published at /quizzes/{result.quiz.id}")
        return
    if not result.items:
        raise SystemExit(1)
    try:
        user = read(accounts.find_teacher, email)
        draft = run(transfer.open_preview, user, [Received(file.name, file.read_bytes())], now)
        (kept,) = read(transfer.list_waiting, user, draft)
        run(transfer.store_result, user, draft, kept, result, now)
        opened = read(drafting.get_draft, user, draft)
        header = opened.draft.body.header.model_copy(
            update={key: value for key, value in {"title": title, "level": level}.items() if value}
        )
        run(drafting.put_header, user, draft, header, opened.draft.seq, now)
        slug = run(drafting.add_draft_to_quizzes, user, draft, now)
        if publish:
            run(drafting.publish_draft, user, draft, now, listed=True)
    except NotFound:
        raise click.ClickException(
            f"Nobody with an open account has the address {email}."
        ) from None
    except Refused as error:
        raise click.ClickException(in_french(error.message)) from None
    click.echo(f"/quizzes/{slug}" if publish else f"/teach/quizzes/{slug}")
