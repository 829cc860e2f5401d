"""Question type → its form on the page, and a whole page of answers read back."""

from werkzeug.datastructures import MultiDict

from app.domain.quiz import Quiz
from app.questions.cloze.form import AnswerForm as Cloze
from app.questions.essay.form import AnswerForm as Essay
from app.questions.hot_text.form import AnswerForm as HotText
from app.questions.matching.form import AnswerForm as Matching
from app.questions.multiple_response.form import AnswerForm as MultipleResponse
from app.questions.numeric.form import AnswerForm as Numeric
from app.questions.ordering.form import AnswerForm as Ordering
from app.questions.short_answer.form import AnswerForm as ShortAnswer
from app.questions.single_choice.form import AnswerForm as SingleChoice
from app.questions.true_false.form import AnswerForm as TrueFalse
from app.questions.widgets import AnswerForm

__all__ = ["QUESTION_FORMS", "read_answers"]

QUESTION_FORMS: dict[str, AnswerForm] = {
    "single_choice": SingleChoice(),
    "multiple_response": MultipleResponse(),
    "true_false": TrueFalse(),
    "short_answer": ShortAnswer(),
    "numeric": Numeric(),
    "cloze": Cloze(),
    "matching": Matching(),
    "ordering": Ordering(),
    "hot_text": HotText(),
    "essay": Essay(),
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
