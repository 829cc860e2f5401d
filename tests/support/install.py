"""Brings what tests drive and pip cannot install: Chromium, a PostgreSQL and a Redis server.

`python -m tests.support.install` does nothing where all are there. It installs Debian's packages
where it may do so without asking; otherwise it says what to install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from tests.support.chromium import find_chromium
from tests.support.postgres import find_postgres
from tests.support.redis import find_redis

NEEDS: dict[str, Callable[[], object]] = {
    "chromium": find_chromium,
    "postgresql": find_postgres,
    "redis-server": find_redis,
}


def main() -> int:
    """Install what is missing; the exit status says whether all is there."""
    packages = [package for package, find in NEEDS.items() if _complaint(find)]
    if packages and (administrator := _administrator()) is not None:
        print(f"Installing for the tests: {', '.join(packages)}", flush=True)
        apt = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
        # An update may fail for a source that has nothing to do with us: the install will tell.
        subprocess.run([*apt, "update"], check=False, stdout=subprocess.DEVNULL)
        subprocess.run([*apt, "install", "--yes", *packages], check=False, stdin=subprocess.DEVNULL)
    complaints = [complaint for find in NEEDS.values() if (complaint := _complaint(find))]
    print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)
    return 1 if complaints else 0


def _complaint(find: Callable[[], object]) -> str:
    """Say what is missing, or nothing."""
    try:
        find()
    except LookupError as error:
        return str(error)
    return ""


def _administrator() -> list[str] | None:
    """Say what to put before a command that installs, or None if we may not install."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(
            ["sudo", "--non-interactive", "true"], check=False, capture_output=True
        )
        if allowed.returncode == 0:
            return ["sudo", "--non-interactive"]
    return None


if __name__ == "__main__":
    sys.exit(main())
