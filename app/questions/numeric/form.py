"""On the page: a text field."""

from app.questions import widgets
from app.questions.widgets import FEEDBACK, Group, Lines, Number, Rows, Text, TextForm

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(TextForm):
    """A text field."""


class EditForm(widgets.EditForm):
    """The accepted numbers, and their unit."""

    parts = Group(
        answers=Rows(
            Group(
                value=Number(),
                tolerance=Number(),
                fraction=Number(100),
                words=Lines(";"),
                feedback=Text(),
            ),
            typed=("value", "words", "feedback"),
        ),
        unit=Text(),
        feedback=FEEDBACK,
    )
