"""One room for each question type. Adding a type adds its room and one line here."""

from app.questions.base import Question
from app.questions.cloze.question import Cloze
from app.questions.essay.question import Essay
from app.questions.hot_text.question import HotText
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.ordering.question import Ordering
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse

__all__ = ["QUESTION_TYPES"]

QUESTION_TYPES: dict[str, type[Question]] = {
    "single_choice": SingleChoice,
    "multiple_response": MultipleResponse,
    "true_false": TrueFalse,
    "short_answer": ShortAnswer,
    "numeric": Numeric,
    "cloze": Cloze,
    "matching": Matching,
    "ordering": Ordering,
    "hot_text": HotText,
    "essay": Essay,
}
