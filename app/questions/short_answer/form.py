"""On the page: a text field."""

from app.questions import widgets
from app.questions.widgets import COMPARE, FEEDBACK, Group, Number, Rows, Text, TextForm

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(TextForm):
    """A text field."""


class EditForm(widgets.EditForm):
    """The accepted texts, and how strictly they are compared."""

    parts = Group(
        answers=Rows(
            Group(text=Text(), fraction=Number(100), feedback=Text()), typed=("text", "feedback")
        ),
        compare=COMPARE,
        feedback=FEEDBACK,
    )
