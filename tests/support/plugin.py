"""One PostgreSQL server for the whole test run, started by the first test that asks for one.

The fixtures:

- `postgres`: the shared server; `postgres.database()` lends a fresh database.
- `postgres_url`: one empty database for this whole process (each xdist worker has its own).
- `private_postgres`: a server that only this module's tests use, and may restart or stop.

A test that uses one of these, or the fixture `browser`, gets the marker of that name by itself:
`pytest -m "not postgres and not browser"` runs without either.
"""

import fcntl
import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.postgres import PostgresCluster, running_cluster

ROOM = pytest.StashKey[Path]()
WORKER_INPUT = "relire_room"
MARKED_FIXTURES = {
    "browser": "browser",
    "postgres": "postgres",
    "private_postgres": "postgres",
}


class WorkerNode(Protocol):
    """What we need of xdist's controller of a worker, which has no public type."""

    config: pytest.Config
    workerinput: dict[str, str]


def pytest_configure(config: pytest.Config) -> None:
    """Agree on a room, where the first worker to start the server leaves its address."""
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[ROOM] = Path(worker_input[WORKER_INPUT])
        return
    config.stash[ROOM] = Path(tempfile.mkdtemp(prefix="relire-tests-"))
    # Told to end, end as after Ctrl-C: with the server stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerNode) -> None:
    """Tell an xdist worker where the room is."""
    node.workerinput[WORKER_INPUT] = str(node.config.stash[ROOM])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, once all workers are gone."""
    room = config.stash.get(ROOM, None)
    if room is None or hasattr(config, "workerinput"):
        return
    try:
        if cluster := _read_address(room):
            cluster.stop()
    finally:
        shutil.rmtree(room, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if marker := MARKED_FIXTURES.get(fixture):
                item.add_marker(marker)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> PostgresCluster:
    """Give the server that all tests share."""
    room = pytestconfig.stash[ROOM]
    with (room / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _read_address(room) or _start(room)


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """Lend an empty database, the same for all tests of this process."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="module")
def private_postgres() -> Iterator[PostgresCluster]:
    """Lend a server that may be restarted and stopped."""
    with running_cluster() as cluster:
        yield cluster


def _address(room: Path) -> Path:
    return room / "postgres.json"


def _read_address(room: Path) -> PostgresCluster | None:
    if not _address(room).exists():
        return None
    noted = json.loads(_address(room).read_text())
    return PostgresCluster(Path(noted["directory"]), noted["port"])


def _start(room: Path) -> PostgresCluster:
    cluster = PostgresCluster.start()
    noted = {"directory": str(cluster.directory), "port": cluster.port}
    _address(room).write_text(json.dumps(noted))
    return cluster
