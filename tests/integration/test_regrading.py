"""Whatever is handed in, marked, accepted and erased, in any order: a recount gives the same."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.assignment import Terms
from app.errors import RelireError
from app.models import classroom, results
from app.models.attempt import AttemptRow, ResponseRow
from app.models.counts import list_counts, recount
from app.services import amending, marking, progress, read, run, taking
from app.services.amending import Wish
from app.services.marking import Marking, Row
from tests.factories import histories
from tests.integration.authors import make_teacher
from tests.integration.classes import code_of, give, join, make_class

ANSWERS = {
    "mot": ["ruche", "alvéole", "alveole", "miel"],
    "nombre": ["3", "quatre", "4"],
    "resume": [{"1": "a débuté"}, {"1": "a commencé"}],
    "avis": ["Oui, parce que."],
}
ACCEPTED = [
    ("mot", "", "alvéole"),
    ("mot", "", "miel"),
    ("nombre", "", "4"),
    ("resume", "1", "a débuté"),
]
WHO = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("take"),
            WHO,
            st.fixed_dictionaries({name: st.sampled_from(all_) for name, all_ in ANSWERS.items()}),
        ),
        st.tuples(st.just("accept"), st.sampled_from(ACCEPTED), st.sampled_from(["1", "0.5", "0"])),
        st.tuples(
            st.just("mark"), WHO, st.sampled_from(list(ANSWERS)), st.sampled_from(["0", "0,5", "1"])
        ),
        st.tuples(st.just("erase"), WHO),
    ),
    max_size=12,
)


class School:
    """A class of three, each with a latest attempt."""

    def __init__(self) -> None:
        self.teacher = make_teacher()
        self.class_id = make_class(self.teacher)
        self.code = code_of(self.teacher, self.class_id)
        terms = Terms("training", attempts_allowed=None)
        self.assignment = give(self.teacher, self.class_id, terms)
        self.tokens: dict[int, str] = {}
        self.attempts: dict[int, str] = {}

    def take(self, who: int, answers: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        if who not in self.tokens:
            self.tokens[who] = join(self.code, f"Élève {who}")
        token = self.tokens[who]
        attempt = run(taking.start_assigned, token, self.assignment, "", now).attempt_id
        for question, answer in answers.items():
            run(taking.save_answer, token, attempt, question, answer, 1, now)
        run(taking.submit_attempt, token, attempt, now)
        self.attempts[who] = attempt

    def accept(self, what: tuple[str, str, str], fraction: str) -> None:
        table = read(marking.get_table, self.teacher, self.assignment)
        wish = Wish(table.assignment.version_id, *what, fraction)
        seal = read(amending.preview_acceptance, self.teacher, self.assignment, wish).seal
        run(amending.accept_answer, self.teacher, self.assignment, wish, seal, datetime.now(UTC))

    def mark(self, who: int, question: str, points: str) -> None:
        sheet, given = self.attempts.get(who, "?"), Marking([points], why="x")
        run(
            marking.mark_answer,
            self.teacher,
            self.assignment,
            sheet,
            question,
            given,
            datetime.now(UTC),
        )

    def erase(self, who: int) -> None:
        run(progress.erase_learner, self.tokens.pop(who, None))


def sums(conn: Any) -> list[tuple[Any, ...]]:
    """Attempts whose total is not the sum of their marks."""
    made = func.coalesce(func.sum(ResponseRow.units), 0)
    return list(
        conn.execute(
            select(AttemptRow.id, AttemptRow.units, made)
            .join(ResponseRow, ResponseRow.attempt_id == AttemptRow.id)
            .where(AttemptRow.submitted.is_not(None))
            .group_by(AttemptRow.id, AttemptRow.units)
            .having(made != AttemptRow.units)
        )
    )


def figures(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """Question → what all earned, and how many wait: reckoned from what is shown of each."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        for question, mark in row.marks.items():
            earned, waiting = found.get(question, (0, 0))
            found[question] = (earned + (mark.units or 0), waiting + (mark.units is None))
    return found


def columns_and_pages_agree(school: School) -> None:
    """The sums under the table are those of its rows, and its pages make it up, however sorted."""
    whole = read(marking.get_table, school.teacher, school.assignment)
    shown = figures(whole.rows)
    for column in whole.columns:
        earned, waiting = shown.get(column.item.question.id, (0, 0))
        marked = sum(row.sheet.attempt is not None for row in whole.rows) - waiting
        most = marked * column.item.max_units
        assert column.pending == waiting
        assert column.earned == (earned / most if most else None)
    for sort in ("name", "total", "mot", "avis"):
        sorted_, *pages = (
            read(marking.get_table, school.teacher, school.assignment, sort, page)
            for page in (None, *range(1, whole.pages + 1))
        )
        rows = [row for page in pages for row in page.rows]
        assert rows == list(sorted_.rows)
        assert all(page.columns == whole.columns for page in pages)
        assert {row.sheet.member_id for row in rows} == {row.sheet.member_id for row in whole.rows}
        shares = [row.share for row in rows]
        assert sort != "total" or shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("examples", [25])
def test_any_history_is_counted_exactly(
    app: Flask, examples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom, "PAGE", 2)
    monkeypatch.setattr(results, "PAGE", 2)

    @histories(examples)
    @given(STEPS)
    def any_history(steps: list[tuple[Any, ...]]) -> None:
        school = School()
        for kind, *more in steps:
            try:
                getattr(school, kind)(*more)
            except RelireError:
                continue  # nobody there, or marked already: refused, and nothing changes
        kept = read(list_counts)
        assert kept == read(recount)
        assert all(n > 0 for n in kept.values())
        assert read(sums) == []
        columns_and_pages_agree(school)

    assert app
    any_history()
