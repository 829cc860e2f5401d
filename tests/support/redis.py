"""A Redis server of one's own: private, on loopback, keeping nothing on disk.

with running_redis() as url:
    …
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 10.0


class RedisNotFoundError(LookupError):
    """No Redis server is installed."""


def find_redis() -> str:
    """Say where the server's program is."""
    if path := shutil.which("redis-server"):
        return path
    message = "Tests need a Redis server. On Debian: sudo apt install redis-server"
    raise RedisNotFoundError(message)


@contextmanager
def running_redis() -> Iterator[str]:
    """Lend the address of a server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="relire-redis-") as folder:
        server = subprocess.Popen(
            [find_redis(), *quiet, "--dir", folder], stdout=subprocess.DEVNULL
        )
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as conn:
                conn.sendall(b"PING\r\n")
                if conn.recv(16).startswith(b"+PONG"):
                    return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)
