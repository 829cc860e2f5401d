"""On the page: a list for each left side."""

from app.questions.widgets import MapForm

__all__ = ["AnswerForm"]


class AnswerForm(MapForm):
    """A list for each left side."""
