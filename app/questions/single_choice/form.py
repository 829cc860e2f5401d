"""On the page: radio buttons."""

from app.questions import widgets
from app.questions.widgets import Flag, Group, Number, TextForm, choices

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(TextForm):
    """Radio buttons."""


class EditForm(widgets.EditForm):
    """The choices, one of them right; a distractor may have a weight."""

    parts = Group(choices=choices(only="key", weight=Number(100)), shuffle=Flag(default=True))
