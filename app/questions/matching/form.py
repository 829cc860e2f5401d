"""On the page: a list for each left side."""

from typing import Any

from app.questions import widgets
from app.questions.widgets import FEEDBACK, Flag, Group, Lines, MapForm, Rows, Text

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(MapForm):
    """A list for each left side."""


def _two_sides(raw: Any) -> Any:
    """A pair that was written as a list of two."""
    if isinstance(raw, list | tuple) and len(raw) == 2:  # noqa: PLR2004 (a pair)
        return {"left": raw[0], "right": raw[1]}
    return {"left": raw} if isinstance(raw, str) else raw


class EditForm(widgets.EditForm):
    """The pairs, and the right sides that belong to none."""

    parts = Group(
        pairs=Rows(
            Group(left=Text(), right=Text(), feedback=Text()),
            typed=("left", "right", "feedback"),
            expand=_two_sides,
        ),
        distractors=Lines(),
        shuffle=Flag(default=True),
        feedback=FEEDBACK,
    )
