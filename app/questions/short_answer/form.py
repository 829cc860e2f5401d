"""On the page: a text field."""

from app.questions.widgets import TextForm

__all__ = ["AnswerForm"]


class AnswerForm(TextForm):
    """A text field."""
