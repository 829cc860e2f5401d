"""On the page: checkboxes in the text."""

from app.questions.widgets import ListForm

__all__ = ["AnswerForm"]


class AnswerForm(ListForm):
    """Checkboxes in the text."""
