"""One person who joined a class twice becomes one learner, and no count changes."""

from typing import Any

from sqlalchemy import Connection, select, update

from app.errors import N_, Refused
from app.models import learner as learners
from app.models.assignment import AssignmentExceptionRow, AssignmentRow
from app.models.attempt import AttemptRow, lock_attempts
from app.models.classroom import Member, drop_member, is_elsewhere

__all__ = ["merge"]


def merge(conn: Connection, classroom_id: int, double: Member, kept: Member) -> None:
    """Move what a double did to the member who stays.

    A double of no other class goes altogether: all their attempts move, and their browsers open
    the one who stays. One who is in another class keeps what is not of this one. Raises Refused
    where both have an attempt under way on the same thing.
    """
    for learner in sorted((double.learner_id, kept.learner_id)):
        lock_attempts(conn, learner)
    elsewhere = is_elsewhere(conn, double, classroom_id)
    moving: Any = AttemptRow.learner_id == double.learner_id
    if elsewhere:
        given = select(AssignmentRow.id).where(AssignmentRow.classroom_id == classroom_id)
        moving &= AttemptRow.assignment_id.in_(given)
    if _under_way(conn, moving) & _under_way(conn, AttemptRow.learner_id == kept.learner_id):
        raise Refused(
            N_(
                "Les deux ont un essai en cours sur le même quiz : attendez que l’un soit rendu, "
                "puis fusionnez."
            )
        )
    conn.execute(update(AttemptRow).where(moving).values(learner_id=kept.learner_id))
    granted = select(AssignmentExceptionRow.assignment_id).where(
        AssignmentExceptionRow.membership_id == kept.id
    )
    conn.execute(
        update(AssignmentExceptionRow)
        .where(
            AssignmentExceptionRow.membership_id == double.id,
            AssignmentExceptionRow.assignment_id.not_in(granted),
        )
        .values(membership_id=kept.id)
    )
    if elsewhere:
        drop_member(conn, double.id)
    else:
        learners.move_devices(conn, double.learner_id, kept.learner_id)
        learners.delete_learner(conn, double.learner_id)


def _under_way(conn: Connection, whose: Any) -> set[tuple[int | None, int | None, str | None]]:
    """What of these attempts is not submitted: an assignment, or a quiz in a mode."""
    rows = conn.execute(
        select(AttemptRow.assignment_id, AttemptRow.quiz_id, AttemptRow.mode).where(
            whose, AttemptRow.submitted.is_(None)
        )
    )
    return {(row[0], None, None) if row[0] else (None, row[1], row[2]) for row in rows}
