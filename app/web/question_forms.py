"""Question type → its forms: the one that learners answer, the one that mends the question."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.domain.kinds import blank, change_kind
from app.domain.quiz import Quiz
from app.errors import Problem
from app.questions import QUESTION_TYPES
from app.questions.cloze import form as cloze
from app.questions.essay import form as essay
from app.questions.hot_text import form as hot_text
from app.questions.matching import form as matching
from app.questions.multiple_response import form as multiple_response
from app.questions.numeric import form as numeric
from app.questions.ordering import form as ordering
from app.questions.short_answer import form as short_answer
from app.questions.single_choice import form as single_choice
from app.questions.true_false import form as true_false
from app.questions.widgets import AnswerForm, EditForm
from app.text.passage import Reading
from app.web.question_editing import Editing

__all__ = [
    "EDIT_FORMS",
    "QUESTION_FORMS",
    "blank",
    "change_kind",
    "edit_fields",
    "read_answers",
    "read_edited",
]

QUESTION_FORMS: dict[str, AnswerForm] = {
    "single_choice": single_choice.AnswerForm(),
    "multiple_response": multiple_response.AnswerForm(),
    "true_false": true_false.AnswerForm(),
    "short_answer": short_answer.AnswerForm(),
    "numeric": numeric.AnswerForm(),
    "cloze": cloze.AnswerForm(),
    "matching": matching.AnswerForm(),
    "ordering": ordering.AnswerForm(),
    "hot_text": hot_text.AnswerForm(),
    "essay": essay.AnswerForm(),
}

EDIT_FORMS: dict[str, EditForm] = {
    "single_choice": single_choice.EditForm(),
    "multiple_response": multiple_response.EditForm(),
    "true_false": true_false.EditForm(),
    "short_answer": short_answer.EditForm(),
    "numeric": numeric.EditForm(),
    "cloze": cloze.EditForm(),
    "matching": matching.EditForm(),
    "ordering": ordering.EditForm(),
    "hot_text": hot_text.EditForm(),
    "essay": essay.EditForm(),
}


def read_answers(quiz: Quiz, fields: MultiDict[str, str]) -> dict[str, tuple[object, int]]:
    """Question id → (raw answer, seq that the page was made from), for the questions sent.

    A question is sent if its hidden ``s.<id>`` is: unticked boxes send nothing themselves.
    """
    given: dict[str, tuple[object, int]] = {}
    for item in quiz.items:
        question = item.question
        seq = fields.get(f"s.{question.id}")
        if seq is not None:
            raw = QUESTION_FORMS[question.type].read(fields, question.id)
            given[question.id] = (raw, read_seq(seq))
    return given


def read_seq(seq: object) -> int:
    """A save's number; −1, older than any, if it is not one."""
    if isinstance(seq, str) and seq.isascii() and seq.isdigit() and len(seq) < 16:  # noqa: PLR2004
        return int(seq)
    return -1


def edit_fields(
    kind: str, raw: Mapping[str, Any], reading: Reading, problems: Sequence[Problem] = ()
) -> Markup:
    """The fields that mend a question, however wrong it is, each problem beside its field.

    They stand in a ``<form>`` of the page, which brings the rest: the token and the buttons.
    The paths of ``problems`` start inside the question.
    """
    form = Editing(EDIT_FORMS[kind], raw, reading, problems)
    html = render_template("components/edit_question.html", kind=kind, form=form)
    return Markup(html)  # noqa: S704 (a template's output)


def read_edited(
    kind: str, fields: MultiDict[str, str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The question as its form was sent, as raw content: it may still be wrong.

    What the form does not show, such as the ids of choices, is kept from ``before``.
    """
    known = {"type", *QUESTION_TYPES[kind].model_fields}
    kept = {key: value for key, value in before.items() if key in known}
    return {**EDIT_FORMS[kind].read(fields, kept), "type": kind}
