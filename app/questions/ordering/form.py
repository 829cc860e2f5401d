"""On the page: a rank for each step, and buttons that move it up or down."""

from werkzeug.datastructures import MultiDict

from app.questions import widgets
from app.questions.widgets import FEEDBACK, Group, Lines, MapForm

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(MapForm):
    """A rank for each step. ``move=<question>:<step>:up`` moves one step, without a script.

    The form carries the order on the page, ``order.<question>``, for a first move.
    """

    def read(self, fields: MultiDict[str, str], question_id: str) -> dict[str, str]:
        """Step → rank, after the move if a button was pressed."""
        ranks = super().read(fields, question_id)
        question, _, move = fields.get("move", "").partition(":")
        if question != question_id:
            return ranks
        step, _, direction = move.partition(":")
        shown = fields.get(f"order.{question_id}", "").split()
        order = sorted(shown, key=lambda one: _rank(ranks.get(one), len(shown)))
        if step in order:
            old = order.index(step)
            new = old + (-1 if direction == "up" else 1)
            if 0 <= new < len(order):
                order[old], order[new] = order[new], order[old]
        return {one: str(n) for n, one in enumerate(order, 1)}


def _rank(rank: str | None, last: int) -> int:
    return int(rank) if rank and rank.isascii() and rank.isdigit() and len(rank) < 4 else last + 1  # noqa: PLR2004


class EditForm(widgets.EditForm):
    """The steps, one per line, in the right order."""

    parts = Group(sequence=Lines(), feedback=FEEDBACK)
