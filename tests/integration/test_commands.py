"""The commands that set up and mind the library."""

import json
from pathlib import Path

from flask.testing import FlaskCliRunner

from app.config import ROOT
from app.extensions import db
from tests.conftest import make_app
from tests.factories import EXAMPLE
from tests.support.postgres import PostgresCluster


def test_setup_is_quiet_when_nothing_changed(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["setup"]).exit_code == 0
    again = runner.invoke(args=["setup"])
    assert (again.exit_code, again.output) == (0, "")


def test_setup_leaves_the_password_of_the_database_in_no_file(
    postgres: PostgresCluster, tmp_path: Path
) -> None:
    with postgres.database() as url:
        app = make_app(tmp_path, url.replace("@", ":bicyclette@"))
        assert app.test_cli_runner().invoke(args=["setup"]).exit_code == 0
        with app.app_context():
            db.engine.dispose()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "library.stamp" in written
    assert [path for path in written if b"bicyclette" in path.read_bytes()] == []


def test_sync_publishes_once_and_withdraws_what_is_gone(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "library" / "dossier"
    folder.mkdir(parents=True)
    (folder / "dossier.yaml").write_text(
        "format: relire-dossier/1\nid: essai\ntitle: Essai\ndescription: Un essai.\n"
    )
    quiz = folder / "un.quiz.yaml"
    quiz.write_text(EXAMPLE.read_text().replace("marche-de-noel-b1", "essai-b1"))
    sync = ["quizzes", "sync", "--from", str(folder.parent)]
    built_in = len(list(ROOT.glob("quizzes/*/*.quiz.yaml")))
    said = f"1 quizzes published, 0 unchanged, {built_in} withdrawn"
    assert said in runner.invoke(args=sync).output
    assert "0 quizzes published, 1 unchanged, 0 withdrawn" in runner.invoke(args=sync).output
    quiz.write_text(quiz.read_text().replace("Un hiver", "Un long hiver"))
    assert "1 quizzes published" in runner.invoke(args=sync).output
    listed = json.loads(runner.invoke(args=["quizzes", "list", "--json"]).output)
    assert {"essai-b1", "marche-de-noel-b1"} == {one["slug"] for one in listed}


def test_sync_refuses_a_broken_file_and_stores_nothing(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "dossier.yaml").write_text("format: relire-dossier/1\nid: essai\n")
    refused = runner.invoke(args=["quizzes", "sync", "--from", str(folder)])
    assert refused.exit_code == 1
    assert "error" in refused.output
    assert "essai" not in runner.invoke(args=["quizzes", "list"]).output


def test_list_counts_what_is_offered(runner: FlaskCliRunner) -> None:
    listed = runner.invoke(args=["quizzes", "list"]).output
    assert "ia-chine-comprehension-b1" in listed
    assert "25 points" in listed


def test_list_tells_how_types_are_spread_over_all_that_is_offered(runner: FlaskCliRunner) -> None:
    offered = json.loads(runner.invoke(args=["quizzes", "list", "--json"]).output)
    essays = sum(one["types"].get("essay", 0) for one in offered)
    assert f"essay {essays}" in runner.invoke(args=["quizzes", "list"]).output.splitlines()[-2]


def test_a_database_that_is_not_there_yet_is_told_with_what_makes_it(tmp_path: Path) -> None:
    commands = make_app(tmp_path).test_cli_runner()
    for wanted in (["quizzes", "list"], ["users", "list"]):
        refused = commands.invoke(args=wanted)
        assert refused.exit_code == 1
        assert "flask --app wsgi setup" in refused.output
