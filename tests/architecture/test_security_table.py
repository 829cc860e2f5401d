"""What docs/security.md says is shown by tests is shown by tests that are there."""

import ast
import re

from app.config import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| V?\d", line)
]
VERDICTS = {"met", "partly", "not met", "none here"}


def test_every_test_of_the_table_is_there() -> None:
    assert len(NAMED) > 50
    missing = []
    for path, name in NAMED:
        file = ROOT / path
        tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
        if name not in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    assert missing == []


def test_every_row_has_a_verdict_and_says_how() -> None:
    assert len(ROWS) > 80
    for row in ROWS:
        assert len(row) == 4, row
        assert row[1] in VERDICTS, row
        assert row[2] or row[3], row
        assert row[2] or row[1] == "met", row


def test_every_chapter_is_there() -> None:
    told = {int(number) for row in ROWS for number in re.findall(r"^V?(\d+)", row[0])}
    assert told | {17} == set(range(1, 18))
