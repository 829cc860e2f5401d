"""Erasing what learners did, so that the counts stay right."""

from sqlalchemy import Connection, delete

from app.models import learner as learners
from app.models.attempt import AttemptRow, lock_attempts
from app.models.counts import add_counts, list_tallies

__all__ = ["erase_attempts", "erase_learner"]


def erase_learner(conn: Connection, learner_id: int) -> None:
    """Delete everything about a learner, and take it back out of the counts."""
    lock_attempts(conn, learner_id)
    for tally in list_tallies(conn, learner_id):
        add_counts(conn, tally, sign=-1)
    learners.delete_learner(conn, learner_id)


def erase_attempts(conn: Connection, learner_id: int, assignment_ids: set[int]) -> None:
    """Delete what a learner did of some assignments, and take it back out of the counts."""
    lock_attempts(conn, learner_id)
    for tally in list_tallies(conn, learner_id):
        if tally.assignment_id in assignment_ids:
            add_counts(conn, tally, sign=-1)
    conn.execute(
        delete(AttemptRow).where(
            AttemptRow.learner_id == learner_id, AttemptRow.assignment_id.in_(assignment_ids)
        )
    )
