"""How often the words of a glossary were looked up, in which sentence, and never by whom.

A look-up is counted under what the attempt is of, as its answers are (``models.counts``); nothing
in the table leads to a learner, so erasing one leaves it as it is. It goes with its version, with
its assignment, and when the class of the assignment is purged, for the class's figures go then.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Connection, ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.attempt import Attempt, upserts
from app.questions.base import Mode

__all__ = ["LookupCountRow", "add_lookups", "drop_lookups"]


class LookupCountRow(db.Model):  # type: ignore[name-defined, misc]
    """How many times this word of this sentence was looked up."""

    __tablename__ = "lookup_count"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("quiz_version.id", ondelete="CASCADE"), primary_key=True
    )
    assignment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 for attempts that learners chose themselves."""
    mode: Mapped[Mode] = mapped_column(String(16), primary_key=True)
    sentence_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its place in the version's glossary, from 0."""
    n: Mapped[int] = mapped_column(BigInteger)


_COUNT = upserts(
    lambda insert: insert.on_conflict_do_update(
        index_elements=[column.name for column in LookupCountRow.__table__.primary_key],
        set_={"n": LookupCountRow.n + insert.excluded.n},
    ),
    LookupCountRow,
)


def add_lookups(conn: Connection, attempt: Attempt, entry: int, sentences: Sequence[str]) -> None:
    """Count one look-up of a word in each of these sentences."""
    scope = {
        "version_id": attempt.version_id,
        "assignment_id": attempt.assignment_id or 0,
        "mode": attempt.state.mode,
        "entry": entry,
        "n": 1,
    }
    # In one order: two who count at once wait for each other, never both.
    rows = [{**scope, "sentence_id": sentence} for sentence in sorted(sentences)]
    if rows:
        conn.execute(_COUNT[conn.dialect.name], rows)


def drop_lookups(conn: Connection, assignment_ids: Collection[int]) -> None:
    """Forget what was looked up in attempts at these assignments."""
    conn.execute(delete(LookupCountRow).where(LookupCountRow.assignment_id.in_(assignment_ids)))
