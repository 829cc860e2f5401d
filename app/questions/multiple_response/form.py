"""On the page: checkboxes."""

from app.questions.widgets import ListForm

__all__ = ["AnswerForm"]


class AnswerForm(ListForm):
    """Checkboxes."""
