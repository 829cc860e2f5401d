"""What is told to whoever watches the server: readiness, counters, logs; and nothing of anybody."""

import io
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask_migrate import downgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.config import ConfigurationError, Settings
from app.extensions import db
from app.models import schema
from app.web.logs import JsonLines
from app.web.metrics import Counters, exposition, use_block
from tests.conftest import PASSWORD, Visitor, add_teacher
from tests.integration.pages import put, start

TOKEN = "a-token-that-is-long"
ASKING = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(sqlite_app: Flask) -> Flask:
    """The application with metrics, and with lines of JSON."""
    assert sqlite_app
    settings = sqlite_app.config["RELIRE"].model_copy(
        update={"metrics_token": TOKEN, "log": "json", "trusted_proxies": 1}
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Visitor
    return app


@pytest.fixture
def written(watched: Flask) -> Iterator[io.StringIO]:
    """What the application writes down."""
    out = io.StringIO()
    (handler,) = watched.logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(out)
    yield out
    watched.logger.setLevel(logging.NOTSET)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


# Ready


def test_a_server_that_can_save_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").text == "ready\n"


def test_a_server_before_its_migrations_is_alive_and_not_ready(
    app: Flask, client: FlaskClient
) -> None:
    assert app
    downgrade(revision="0001")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_a_database_that_is_half_a_copy_is_not_ready(app: Flask, client: FlaskClient) -> None:
    assert app
    with db.engine.connect().execution_options(write=True) as conn, conn.begin():
        schema.put_mark(conn, "elsewhere")
    assert client.get("/readyz").status_code == 503


def test_a_database_that_takes_no_writes_is_not_ready(app: Flask, client: FlaskClient) -> None:
    read_only = {
        "sqlite": "PRAGMA query_only=ON",
        "postgresql": "SET default_transaction_read_only = on",
    }
    name = db.engine.dialect.name
    assert app
    with db.engine.connect() as conn:
        conn.connection.dbapi_connection.execute(read_only[name])  # type: ignore[union-attr]
        conn.connection.dbapi_connection.commit()  # type: ignore[union-attr]
    if name == "sqlite":  # its pragma forbids to write, not to lock
        with db.engine.connect() as conn:
            conn.connection.dbapi_connection.execute("PRAGMA query_only=OFF")  # type: ignore[union-attr]
        database = Path(app.config["RELIRE"].instance) / "relire.db"
        db.engine.dispose()
        lock = __import__("sqlite3").connect(database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        assert client.get("/readyz").status_code == 503
        lock.close()
        assert client.get("/readyz").status_code == 200
    else:
        assert client.get("/readyz").status_code == 503


# Counters


def numbers(app: Flask) -> dict[str, float]:
    """The metrics, by name with labels."""
    answer = app.test_client().get("/metrics", headers=ASKING)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) ([\d.e+]+)$", answer.text, re.MULTILINE)
    assert len(found) == sum(not line.startswith("#") for line in answer.text.splitlines())
    return {name: float(value) for name, value in found}


def test_what_is_asked_and_saved_is_counted(watched: Flask) -> None:
    before, client = numbers(watched), watched.test_client()
    attempt = start(client)
    assert put(client, attempt, "sujet", None, 1).status_code == 200
    assert put(client, attempt, "sujet", None, 1).status_code == 409
    client.get("/nowhere")
    after = numbers(watched)
    grown = {name: value - before[name] for name, value in after.items() if value > before[name]}
    assert 0 < grown.pop("relire_save_seconds_sum") < 5
    assert {name: n for name, n in grown.items() if "_bucket" not in name} == {
        'relire_requests_total{part="health",status="2xx"}': 1,
        'relire_requests_total{part="other",status="4xx"}': 1,
        'relire_requests_total{part="taking",status="2xx"}': 1,
        'relire_requests_total{part="taking",status="3xx"}': 1,
        'relire_requests_total{part="taking",status="4xx"}': 1,
        'relire_saves_total{outcome="saved"}': 1,
        'relire_saves_total{outcome="refused"}': 1,
        "relire_save_seconds_count": 2,
        "relire_attempts_open": 1,
    }
    assert grown['relire_save_seconds_bucket{le="+Inf"}'] == 2


def test_buckets_tell_those_below_too(watched: Flask) -> None:
    client = watched.test_client()
    attempt = start(client)
    for seq in range(1, 4):
        put(client, attempt, "sujet", None, seq)
    buckets = [n for name, n in numbers(watched).items() if "_bucket" in name]
    assert buckets == sorted(buckets)


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN[1:]}]
)
def test_counters_are_for_whoever_has_the_token(watched: Flask, header: dict[str, str]) -> None:
    answer = watched.test_client().get("/metrics", headers=header)
    assert (answer.status_code, answer.text) == (401, "")


def test_without_a_token_there_are_no_counters_to_read(client: FlaskClient) -> None:
    assert client.get("/metrics", headers=ASKING).status_code == 404


def test_processes_count_together_without_waiting() -> None:
    counters = Counters(["relire_saves_total"])
    for block in (0, 1, 63):
        use_block(block)
        threads = [
            Thread(target=lambda: [counters.add(("relire_saves_total", 1)) for _ in range(1_000)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    use_block(0)
    assert dict(counters.totals()) == {"relire_saves_total": 12_000}
    assert "relire_saves_total 12000\n" in exposition(counters, 0)


def test_a_token_that_could_be_guessed_is_refused_and_not_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(instance=tmp_path, metrics_token="short")
    assert "RELIRE_METRICS_TOKEN" in str(refused.value)
    assert "short" not in str(refused.value)


# Logs


def test_each_request_is_one_line_that_names_nobody(watched: Flask, written: io.StringIO) -> None:
    client = watched.test_client()
    attempt = start(client)
    put(client, attempt, "sujet", None, 1)
    client.get("/healthz")
    told = lines(written)
    assert [(one["method"], one["endpoint"], one["status"]) for one in told] == [
        ("POST", "taking.start", 303),
        ("PUT", "taking.save_one", 200),
    ]
    assert all(re.fullmatch(r"[0-9a-f]{16}", one["request_id"]) for one in told)
    assert set().union(*told) == {
        "time", "level", "logger", "message", "request_id", "method", "endpoint", "status", "ms",
    }  # fmt: skip
    assert attempt.rpartition("/")[2] not in written.getvalue()


def test_an_answer_tells_its_id_and_a_proxy_may_give_it(
    watched: Flask, client: FlaskClient
) -> None:
    known = {"X-Request-Id": "proxy-4f2a90bb"}
    trusting = watched.test_client()
    assert trusting.get("/", headers=known).headers["X-Request-Id"] == "proxy-4f2a90bb"
    for strange in ("short", "x" * 65, "a b c d e f g h", '"};alert(1)//'):
        answer = trusting.get("/", headers={"X-Request-Id": strange})
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])
    assert client.get("/", headers=known).headers["X-Request-Id"] != "proxy-4f2a90bb"
    assert trusting.get("/nowhere").headers["X-Request-Id"]


def break_view(app: Flask, endpoint: str, error: Callable[[], Exception]) -> None:
    def broken(**_: object) -> None:
        assert request.form is not None, "a view has read what it breaks on"
        raise error()

    app.view_functions[endpoint] = broken  # type: ignore[assignment]


def test_an_error_is_told_with_its_traceback_and_without_what_was_sent(
    watched: Flask, written: io.StringIO
) -> None:
    client = watched.test_client()
    client.set_cookie("relire_learner", "the-cookie-of-somebody")

    def error() -> Exception:
        return ValueError(
            "Une Réponse, the-cookie-of-somebody, /attempts/AAAAAAAA, 10.1.2.3 and Ana.Lopes@ecole.example"
        )

    break_view(watched, "taking.save_one", error)
    answer = client.put(
        "/attempts/AAAAAAAA/responses/sujet", json={"answer": {"x": ["une réponse"]}, "seq": 1}
    )
    assert answer.status_code == 500
    told = lines(written)[0]
    assert (told["level"], told["error"], told["endpoint"]) == (
        "error",
        "ValueError",
        "taking.save_one",
    )
    assert "in broken" in told["traceback"]
    assert told["request_id"] == answer.headers["X-Request-Id"]
    for secret in ("ponse,", "the-cookie", "AAAAAAAA", "10.1.2.3", "Lopes"):
        assert secret not in written.getvalue(), secret


def test_no_secret_is_written_down_whatever_breaks(watched: Flask, written: io.StringIO) -> None:
    with watched.app_context():
        add_teacher()
        client = watched.test_client()
        secrets = {
            "setup token": ("setup.open_link", "get", "/setup/SETUPTOKENSETUP", {}),
            "password": (
                "security.login", "post", "/account/login",
                {"email": "ana.lopes@ecole.example", "password": PASSWORD},
            ),
            "recovery code": (
                "progress.recover", "post", "/me/recover", {"code": "ABCD EFGH JKLM"},
            ),
            "a second step": (
                "security.mf_recovery", "post", "/account/recovery-code", {"code": "secours-1234"},
            ),
        }  # fmt: skip
        for whole in (True, False):
            for endpoint, method, path, form in secrets.values():
                client.open(path, method=method.upper(), data=form)
                if whole:
                    break_view(
                        watched,
                        endpoint,
                        lambda path=path, form=form: IntegrityError(  # type: ignore[misc]
                            f"INSERT {path} {form}", form, Exception(str(form))
                        ),
                    )
                    client.open(path, method=method.upper(), data=form)
    told = written.getvalue()
    assert "IntegrityError" in told
    for secret in ("SETUPTOKEN", PASSWORD, "ABCD EFGH", "secours-1234", "ana.lopes"):
        assert secret not in told, secret


def test_values_of_a_statement_are_not_in_its_error(app: Flask) -> None:
    assert app
    with db.engine.connect() as conn, pytest.raises(Exception, match="hidden") as failed:
        conn.execute(text("SELECT nothing FROM nowhere WHERE x = :x"), {"x": "a secret answer"})
    assert "a secret answer" not in str(failed.value)


def test_a_message_of_gunicorn_names_no_path_and_no_address() -> None:
    def told(message: str, *args: object, error: bool = False) -> str:
        record = logging.LogRecord("gunicorn.error", 40, "", 1, message, args, None)
        if error:
            record.exc_info = (ValueError, ValueError("x"), None)
        return str(json.loads(JsonLines().format(record))["message"])

    assert told("Error handling request %s", "/setup/KEY", error=True) == "Error handling request …"
    assert told("Invalid request from ip=10.2.3.4: %s", "bad") == "Invalid request from … bad"
    assert told("Listening at: %s", "http://x (8)") == "Listening at: http://x (8)"


def test_counting_costs_little_of_a_save(watched: Flask) -> None:
    """The whole measure is `make bench`; this one catches a mistake by an order of magnitude."""
    counters: Counters = watched.extensions["relire_metrics"]
    name = next(iter(counters.places))
    begun = time.perf_counter()
    for _ in range(10_000):
        counters.add((name, 1.0), (name, 1.0), (name, 1.0))
    assert (time.perf_counter() - begun) / 10_000 < 50e-6
