"""How gunicorn serves Relire, whoever starts it: `make run`, systemd or a container.

Settings: https://docs.gunicorn.org/en/stable/settings.html
"""

import gc
import os
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

# Loading makes little garbage, and looking for it takes a tenth of the time.
gc.disable()

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
proc_name = "relire"

# SQLite is best served by one process, whose threads take turns to write.
# On PostgreSQL, WEB_CONCURRENCY adds processes.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
threads = 8

# The app is built once, before the workers: a mistake in its settings stops the start
# with one message, where a worker would die and be started again without end.
preload_app = True

timeout = 30
graceful_timeout = 30  # what a stop leaves to requests under way, so that no answer is cut off
keepalive = 5

# Workers prove that they live by touching a file: in memory, it cannot wait for a busy disk.
if Path("/dev/shm").is_dir():  # noqa: S108 — gunicorn makes a private file there
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# No address of Relire is long. Bodies are limited by the app, address by address.
limit_request_line = 2048
limit_request_fields = 64
limit_request_field_size = 8190

# Which proxies are believed is the app's RELIRE_TRUSTED_PROXIES, and nothing else.
forwarded_allow_ips = ""

# Learners' addresses and visits are personal data: not written down unless asked for.
accesslog = "-" if os.environ.get("RELIRE_ACCESS_LOG", "").lower() in {"1", "true", "yes"} else None
errorlog = "-"


class Lines(Logger):
    """gunicorn's own messages, written as the app's are; `logconfig_dict` would log every visit."""

    def setup(self, cfg: Any) -> None:
        """Choose how they look."""
        super().setup(cfg)
        if os.environ.get("RELIRE_LOG") == "json":
            from app.web.logs import JsonLines  # noqa: PLC0415 — the app is slow to load

            for handler in self.error_log.handlers:
                handler.setFormatter(JsonLines())


logger_class = Lines

# gunicorn's remote control would be one socket in the home folder, shared by all instances.
control_socket_disable = True


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the block where a new process counts, one that no other writes in; share what is loaded."""
    taken = {other.relire_block for other in server.WORKERS.values()}
    worker.relire_block = next(n for n in range(len(taken) + 1) if n not in taken)
    # What is loaded by now lives as long as the process: not to be looked over again and again,
    # which would also copy the memory that all processes share.
    gc.freeze()
    gc.enable()


def post_fork(_server: Any, worker: Any) -> None:
    """Let the new process count there."""
    from app.web import metrics  # noqa: PLC0415

    metrics.use_block(worker.relire_block)


def on_starting(_server: object) -> None:
    """Set up before serving, where `make run` asks for it: one start of Python does both."""
    if os.environ.get("RELIRE_SETUP") != "1":
        return
    from app.cli import invite_first_teacher, make_ready  # noqa: PLC0415 — only here is the app needed
    from app.config import Settings  # noqa: PLC0415
    from app.web import static  # noqa: PLC0415

    static.build(Settings.load())  # the app looks for them once, when it is made
    from wsgi import app  # noqa: PLC0415

    with app.app_context():
        make_ready()
        if link := invite_first_teacher():
            print(f"\nNobody teaches here yet. Make the first account (once): {link}\n", flush=True)  # noqa: T201
