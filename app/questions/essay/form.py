"""On the page: a text area."""

from app.questions.widgets import TextForm

__all__ = ["AnswerForm"]


class AnswerForm(TextForm):
    """A text area."""
