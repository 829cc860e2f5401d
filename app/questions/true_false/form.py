"""On the page: radio buttons for the verdict, and for the sentence in the text."""

from app.questions.widgets import MapForm

__all__ = ["AnswerForm"]


class AnswerForm(MapForm):
    """Radio buttons for the verdict, and for the sentence in the text."""
