"""A PostgreSQL server of the tests' own: private, on loopback, and gone afterwards.

    with running_cluster() as cluster, cluster.database() as url:
        engine = create_engine(url)

PostgreSQL refuses to run as root, so root runs it as the user that Debian's package makes.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import psycopg
from psycopg import sql

SUPERUSER = "relire"
UNPRIVILEGED_USER = "postgres"
START_TRIES = 3

# Tests outlive no power cut, so nothing is forced to disk. Commits still reach the log before they
# are acknowledged (synchronous_commit stays on): a killed server must lose none of them.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "100"}

StopMode = Literal["smart", "fast", "immediate"]


class PostgresNotFoundError(LookupError):
    """No PostgreSQL server is installed."""


class PostgresError(RuntimeError):
    """A PostgreSQL program failed; the message is what it said."""


def find_postgres() -> Path:
    """Say which folder holds `initdb`, `pg_ctl` and `postgres`; the newest, if there are several."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_first = sorted(installed, key=lambda path: float(path.parts[-3]), reverse=True)
    if newest_first:
        return newest_first[0].parent
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    message = "Tests need a PostgreSQL server. On Debian: sudo apt install postgresql"
    raise PostgresNotFoundError(message)


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """A running server: where its files are, and the port it listens on."""

    directory: Path
    port: int

    @classmethod
    def start(cls) -> Self:
        """Make a new server and wait until it answers. Whoever starts it stops it."""
        directory = Path(tempfile.mkdtemp(prefix="relire-pg-"))
        try:
            if owner := _owner():
                shutil.chown(directory, owner.pw_uid, owner.pw_gid)
            cluster = cls(directory, port=0)
            cluster._initialise()
            return cluster._start_on_a_free_port()
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise

    def stop(self) -> None:
        """Stop the server at once and remove all that it wrote."""
        try:
            self._pg_ctl("stop", "--mode=immediate")
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def restart(self, mode: StopMode = "fast") -> None:
        """Restart on the same port; `immediate` is as good as a crash.

        Only for a server that no other test uses.
        """
        self._pg_ctl("restart", f"--mode={mode}")

    def url(self, database: str = "postgres") -> str:
        """Give the address of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create a database, or copy the one named `template`, and give its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, even one that something is still connected to."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    @contextmanager
    def database(self, template: str = "template0", name: str = "") -> Iterator[str]:
        """Lend the address of a database of one's own."""
        name = name or f"test_{secrets.token_hex(6)}"
        try:
            yield self.create_database(name, template)
        finally:
            self.drop_database(name)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _initialise(self) -> None:
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        lines = [f"{name} = {value}" for name, value in SETTINGS.items()]
        lines += ["listen_addresses = '127.0.0.1'", f"unix_socket_directories = '{self.directory}'"]
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join(["", *lines, ""]))

    def _start_on_a_free_port(self) -> Self:
        """Try again if another program takes the free port before the server does."""
        for tries_left in reversed(range(START_TRIES)):
            port = _free_port()
            with (self._data / "postgresql.conf").open("a") as conf:
                conf.write(f"port = {port}\n")
            try:
                self._pg_ctl("start")
            except PostgresError:
                if not tries_left:
                    raise
            else:
                return type(self)(self.directory, port)
        raise AssertionError

    def _pg_ctl(self, action: str, *arguments: str) -> None:
        log = self.directory / "server.log"
        # The server keeps the log open for ever: pg_ctl's own output must not be a pipe to us.
        logging = () if action == "stop" else (f"--log={log}",)
        try:
            self._run("pg_ctl", action, f"--pgdata={self._data}", "--wait", *logging, *arguments)
        except PostgresError as error:
            if log.exists():
                error.add_note(log.read_text(errors="replace")[-2000:])
            raise

    def _run(self, program: str, *arguments: str) -> None:
        owner = _owner()
        done = subprocess.run(
            [find_postgres() / program, *arguments],
            check=False,
            cwd=self.directory,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            user=owner and owner.pw_uid,
            group=owner and owner.pw_gid,
            extra_groups=[] if owner else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        if done.returncode:
            message = f"{program} failed:\n{done.stdout}"
            raise PostgresError(message)

    def _execute(self, statement: sql.Composed) -> None:
        conninfo = self.url().replace("+psycopg", "")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster() -> Iterator[PostgresCluster]:
    """Lend a server of one's own, for tests that restart or break it."""
    cluster = PostgresCluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _owner() -> pwd.struct_passwd | None:
    """Say which user the server runs as, if that is another than ours."""
    return pwd.getpwnam(UNPRIVILEGED_USER) if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
