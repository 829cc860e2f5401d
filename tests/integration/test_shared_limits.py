"""Rate limits with Redis: all processes count together; without it, each counts alone."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import ROOT
from tests.support.redis import running_redis

ASK = """
from app import create_app
app = create_app()
app.config["WTF_CSRF_ENABLED"] = False
form = {"email": "ana@ecole.example", "password": "x"}
print("statuses", *[app.test_client().post("/account/login", data=form).status_code for _ in range(6)])
"""


def statuses(instance: Path, redis: str) -> list[int]:
    """What another process answers to six wrong passwords; ten are allowed to one account."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**os.environ, "RELIRE_INSTANCE": str(instance), "RELIRE_REDIS_URL": redis},
        check=True,
        capture_output=True,
        text=True,
    )
    return [int(one) for one in re.findall(r"\b\d{3}\b", done.stdout)]


def test_two_processes_count_together(sqlite_app: Flask) -> None:
    instance = sqlite_app.config["RELIRE"].instance
    with running_redis() as redis:
        first, second = statuses(instance, redis), statuses(instance, redis)
    assert first == [200] * 6
    assert second == [200] * 4 + [429] * 2


def test_while_redis_is_away_each_counts_alone_and_nobody_is_refused(sqlite_app: Flask) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        instance = sqlite_app.config["RELIRE"].instance
        assert statuses(instance, url) == [200] * 6
        app = create_app(sqlite_app.config["RELIRE"].model_copy(update={"redis_url": url}))
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"email": "ana@ecole.example", "password": "x"}
    asked = [app.test_client().post("/account/login", data=form).status_code for _ in range(12)]
    assert asked == [200] * 10 + [429] * 2
