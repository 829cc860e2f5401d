"""Disks that are soon full: a small one in memory where the machine lets us mount it, else a
limit on how long a file of the server may grow."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.serving import Server

SIZE = 32 * 1024 * 1024
FILLER = "filler"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """The folder, on a disk of its own where that may be."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def full(server: Server) -> Iterator[None]:
    """While inside, there is no room for a single page more."""
    if server.instance.is_mount():
        with _filled(server.instance):
            yield
    else:
        with no_growth(server):
            yield


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    filler = disk / FILLER
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def no_growth(server: Server) -> Iterator[None]:
    """The same by a limit on the length of files, on the processes as they run."""
    log = server.instance / "relire.db-wal"
    least = min(path.stat().st_size for path in (log, server.instance / "relire.db"))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in server.workers():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (least // 2, hard))
    try:
        yield
    finally:
        for pid in server.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
