"""On the page: radio buttons for the verdict, and for the sentence in the text."""

from app.questions import widgets
from app.questions.widgets import Flag, Group, MapForm, Text

__all__ = ["AnswerForm", "EditForm"]


class AnswerForm(MapForm):
    """Radio buttons for the verdict, and for the sentence in the text."""


class EditForm(widgets.EditForm):
    """The verdict, what is offered and asked besides, and what is said of each verdict."""

    parts = Group(
        answer=Text(),
        unknown=Flag(),
        justify=Flag(),
        feedback=Group(true=Text(), false=Text(), unknown=Text(), sentence=Text()),
    )
