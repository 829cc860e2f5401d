"""A server starts without what it seldom needs."""

import subprocess
import sys

from app.config import ROOT

SELDOM_NEEDED = {"alembic", "openpyxl", "simplemma", "zxcvbn"}


def test_what_is_seldom_needed_is_not_loaded_at_the_start() -> None:
    loaded = "import sys, app; print(*{name.partition('.')[0] for name in sys.modules})"
    run = [sys.executable, "-c", loaded]
    found = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "flask" in found
    assert SELDOM_NEEDED.isdisjoint(found)
