"""Servers to break, one for each database; whoever breaks one mends it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import fill, make_app
from tests.faults.disks import small_disk
from tests.faults.serving import Server, running
from tests.support.postgres import PostgresCluster, running_cluster


@pytest.fixture(scope="session")
def _sqlite_server(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("broken")
    (folder / "instance").mkdir()
    with small_disk(folder / "instance") as instance:
        shutil.copy(sqlite_template, instance / "relire.db")
        with running(Server(instance, folder / "server.log")) as server:
            yield server


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL server that may be restarted."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def _postgres_server(
    cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("broken")
    with cluster.database() as url:
        fill(make_app(folder, url))
        with running(Server(folder, folder / "server.log", url, workers=2)) as server:
            yield server


@pytest.fixture
def sqlite_server(_sqlite_server: Server) -> Server:
    """One process, as a small school has it."""
    _sqlite_server.start()
    return _sqlite_server


@pytest.fixture
def postgres_server(_postgres_server: Server) -> Server:
    """Two processes over one database."""
    _postgres_server.start()
    return _postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each in turn."""
    name = "sqlite_server" if request.param == "sqlite" else "postgres_server"
    server: Server = request.getfixturevalue(name)
    return server
