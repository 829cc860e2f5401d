"""On the page: a text area."""

from app.questions import widgets
from app.questions.widgets import Group, Number, Rows, Text, TextForm

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(TextForm):
    """A text area."""


class EditForm(widgets.EditForm):
    """How many words, and the rubric."""

    parts = Group(
        words=Group(least=Number(), most=Number()),
        rubric=Rows(Group(criterion=Text(), points=Number()), typed=("criterion", "points")),
    )
