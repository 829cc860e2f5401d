"""On the page: checkboxes."""

from app.questions import widgets
from app.questions.widgets import Flag, Group, ListForm, Number, choices

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(ListForm):
    """Checkboxes."""


class EditForm(widgets.EditForm):
    """The choices, some of them right; or their weights instead."""

    parts = Group(choices=choices(weight=Number(100)), shuffle=Flag(default=True))
