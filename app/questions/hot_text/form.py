"""On the page: checkboxes in the text."""

from app.questions import widgets
from app.questions.widgets import FEEDBACK, Group, Lines, ListForm, Text

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(ListForm):
    """Checkboxes in the text."""


class EditForm(widgets.EditForm):
    """What can be chosen, and what should be: one per line."""

    parts = Group(
        select=Group(unit=Text("sentence"), keys=Lines(), within=Lines()),
        feedback=FEEDBACK,
    )
