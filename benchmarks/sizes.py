"""What pages cost where much was done. A page that grows with attempts belongs in this table."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

from flask import Flask
from sqlalchemy import Connection, text

from app.domain.assignment import Terms
from app.extensions import db
from app.services import accounts, assignments, classes, joining, read, run, taking
from benchmarks.timing import Case, cost_of, times_of
from benchmarks.wsgi import SLUG, Browser
from tests.conftest import add_teacher, sign_in

SIZES = (1_000, 10_000, 100_000)
ANSWERS = {"mot": ("ruche", "alvéole"), "nombre": ("3", "4"), "resume": ({"1": "a débuté"}, None)}
"""What learners of a class answer: one attempt for each way to choose, and the others like it."""

# Name → (what it costs is measured for) one who asks for it when so many attempts of one quiz are
# done; and for the teacher of a class in which so many learners have handed in one each.
PAGES: dict[str, Callable[[Browser, str], Case]] = {
    "results page": lambda browser, done: lambda: browser.get(f"{done}/results"),
    "my results": lambda browser, _done: lambda: browser.get("/me"),
    "submit": lambda browser, _done: lambda: browser.post(f"{browser.start()}/submit", {}),
}
OF_CLASS = {
    "live page of a class": "live",
    "results of a class": "results",
    "the same by total": "results?sort=total",
    "analysis of a class": "analysis",
}


def at_size(app: Flask, size: int, rounds: int) -> dict[str, float]:
    """Page → CPU milliseconds of this process once so many attempts are done."""
    browser = Browser(app.wsgi_app)
    done = browser.start()
    browser.post(f"{done}/submit", {})
    with app.app_context():
        there = read(lambda conn: conn.execute(text("SELECT count(*) FROM attempt")).scalar_one())
        run(_multiply, done.rpartition("/")[2], size - there)
    cases = {name: make(browser, done) for name, make in PAGES.items()}
    found = {name: _measured(page, rounds) for name, page in cases.items()}
    with app.app_context():
        teacher, given, first = _class(app, size)
    for name, page in OF_CLASS.items():
        found[name] = _measured(_get(teacher, f"/teach/assignments/{given}/{page}"), rounds)
    with app.app_context():
        _hand_in(first, given, {})
    again = _get(teacher, f"/teach/assignments/{given}/results")
    found["results, one handed in twice"] = _measured(again, rounds)
    return found


def _measured(page: Case, rounds: int) -> float:
    page()
    times = times_of(page)
    return min(cost_of(page, times) for _ in range(max(3, rounds // 3))) * 1000


def _get(browser: Browser, address: str) -> Case:
    path, _, query = address.partition("?")
    return lambda: browser.get(path, QUERY_STRING=query)


def _class(app: Flask, size: int) -> tuple[Browser, str, str]:
    """A teacher, what they gave to a class of this size, and the token of one of its learners."""
    now, name = datetime.now(UTC), f"Ana {size}"
    cookie = sign_in(app.test_client(), add_teacher(name)).get_cookie("relire_session")
    assert cookie
    teacher = read(accounts.find_teacher, f"ana.{size}@ecole.example")
    room = run(classes.make_class, teacher, name, now.date(), now)
    code = read(classes.get_room, teacher, room).classroom.join_code
    terms = Terms("exam", attempts_allowed=None)
    given = run(assignments.assign_quiz, teacher, room, SLUG, terms, "", now)
    ways = list(product(*ANSWERS.values()))
    first = ""
    for n, answers in enumerate(ways):
        token = run(joining.join_class, None, code, f"Élève {n}", now).token
        assert token
        attempt = _hand_in(token, given, dict(zip(ANSWERS, answers, strict=True)))
        run(_multiply, attempt, size // len(ways) - 1)
        first = first or token
    run(_count, given, size // len(ways))
    return Browser(app.wsgi_app, {"relire_session": cookie.value}), given, first


def _hand_in(token: str, given: str, answers: dict[str, object]) -> str:
    now = datetime.now(UTC)
    attempt = run(taking.start_assigned, token, given, "", now).attempt_id
    for question, answer in answers.items():
        run(taking.save_answer, token, attempt, question, answer, 1, now)
    run(taking.submit_attempt, token, attempt, now)
    return attempt


def _count(conn: Connection, given: str, times: int) -> None:
    """Count each attempt of a class so many times; and as many cells again of other classes."""
    values = {"given": given, "times": times}
    of = "(SELECT id FROM assignment WHERE public_id = :given)"
    key = "version_id, mode, question_id, category, units, total, n"
    numbers = "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < :times)"
    others = (
        f"INSERT INTO item_count (assignment_id, {key}) {numbers}"  # noqa: S608 (names of columns)
        f" SELECT 1000000 * {of} + i, {key} FROM k, item_count WHERE assignment_id = {of}"
    )
    own = f"UPDATE item_count SET n = n * :times WHERE assignment_id = {of}"  # noqa: S608
    for statement in (others, own):
        conn.execute(text(statement), values)


def _multiply(conn: Connection, public_id: str, more: int) -> None:
    """So many attempts more, each like this one, by learners of their own; of its class, if any."""
    if more < 1:
        return
    given: dict[str, object] = {"of": public_id, "more": more}
    for table in ("learner", "membership", "attempt"):
        last = f"SELECT coalesce(max(id), 0) FROM {table}"  # noqa: S608 (names of tables)
        given[table] = conn.execute(text(last)).scalar_one() + 1
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :more)"
    own = {
        "learner": {"id": ":learner + i", "recovery_hash": "NULL"},
        "membership": {
            "id": ":membership + i",
            "learner_id": ":learner + i",
            "pseudonym": "'Élève ' || (:membership + i)",
            "pseudonym_key": "'eleve ' || (:membership + i)",
        },
        "attempt": {
            "id": ":attempt + i",
            "public_id": "'copy-' || (:attempt + i)",
            "learner_id": ":learner + i",
        },
        "response": {"attempt_id": ":attempt + i"},
    }
    rows = {
        "learner": "learner o JOIN attempt a ON a.learner_id = o.id",
        "membership": "membership o JOIN attempt a ON a.learner_id = o.learner_id",
        "attempt": "attempt o JOIN attempt a ON a.id = o.id",
        "response": "response o JOIN attempt a ON a.id = o.attempt_id",
    }
    for table, instead in own.items():
        columns = [column.name for column in db.metadata.tables[table].columns]
        values = ", ".join(instead.get(column, f'o."{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        insert = (
            f"INSERT INTO {table} ({names}) {numbers}"  # noqa: S608 (names of tables)
            f" SELECT {values} FROM n, {rows[table]} WHERE a.public_id = :of"
        )
        conn.execute(text(insert), {key: given[key] for key in given if f":{key}" in insert})
        if conn.dialect.name == "postgresql" and "id" in columns:  # it counts only what it numbered
            last = f"(SELECT max(id) FROM {table})"  # noqa: S608
            conn.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    conn.execute(text("ANALYZE"))
