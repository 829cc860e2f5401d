"""On the page: radio buttons."""

from app.questions.widgets import TextForm

__all__ = ["AnswerForm"]


class AnswerForm(TextForm):
    """Radio buttons."""
