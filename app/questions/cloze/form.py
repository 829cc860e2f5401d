"""On the page: a field or a list in each gap."""

from app.questions.widgets import MapForm

__all__ = ["AnswerForm"]


class AnswerForm(MapForm):
    """A field or a list in each gap."""
