"""What rooms' forms share: an answer's fields, and the fields that mend a question."""

from app.questions.widgets.answers import AnswerForm, ListForm, MapForm, TextForm
from app.questions.widgets.editing import COMPARE, FEEDBACK, EditForm, choices
from app.questions.widgets.parts import (
    MOST_ROWS,
    Flag,
    Group,
    Lines,
    Number,
    Rows,
    Sent,
    Text,
    listed,
    mapping,
    written,
)

__all__ = [
    "COMPARE",
    "FEEDBACK",
    "MOST_ROWS",
    "AnswerForm",
    "EditForm",
    "Flag",
    "Group",
    "Lines",
    "ListForm",
    "MapForm",
    "Number",
    "Rows",
    "Sent",
    "Text",
    "TextForm",
    "choices",
    "listed",
    "mapping",
    "written",
]
