"""A question as the cells of a row, by the name of their column: what ``cells`` reads back."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from app.formats.spreadsheet.keys import letter, write_keys
from app.formats.spreadsheet.kinds import TITLES
from app.formats.spreadsheet.notation import Said, escape, join
from app.formats.spreadsheet.settings import write_settings
from app.questions.base import AcceptedText, Choice, Question
from app.questions.cloze.question import Cloze, Gap
from app.questions.essay.question import Essay
from app.questions.hot_text.question import HotText
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.ordering.question import Ordering
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse

__all__ = ["row_of"]

Own = Iterator[tuple[str, str]]


def row_of(question: Question) -> dict[str, str]:
    """The texts of a question by column; blank ones may be left out."""
    shared = {
        "Type": TITLES[question.type],
        "Question": question.prompt,
        "Points": f"{question.points:g}".replace(".", ",") if question.points != 1 else "",
        "Compétence": question.skill,
        "Sous-compétence": question.subskill,
        "Preuve": join(question.evidence.quotes),
        "Indice": join(question.hints),
        "Réglages": write_settings(question),
        "Identifiant": question.id,
    }
    if not isinstance(question, TrueFalse):
        shared["Commentaire juste"] = question.feedback.right
        shared["Commentaire faux"] = question.feedback.wrong
    return shared | dict(_OWN[question.type](question))


def _listed(texts: Sequence[str], comments: Sequence[str] = ()) -> Own:
    for rank, text in enumerate(texts):
        yield f"Choix {letter(rank)}", text
    for rank, comment in enumerate(comments):
        yield f"Commentaire {letter(rank)}", comment


def _choices(question: SingleChoice | MultipleResponse) -> Own:
    choices = question.choices
    yield from _listed([one.text for one in choices], [one.feedback for one in choices])
    single = isinstance(question, SingleChoice)
    worths = {
        rank: None if single and one.key else one.weight
        for rank, one in enumerate(choices)
        if one.key or one.weight is not None
    }
    yield "Bonne réponse", write_keys(worths, [one.text for one in choices])


def _true_false(question: TrueFalse) -> Own:
    told = question.feedback
    yield "Bonne réponse", {"true": "Vrai", "false": "Faux", "unknown": "Non dit"}[question.answer]
    for rank, comment in enumerate((told.true, told.false, told.unknown, told.sentence)):
        yield f"Commentaire {letter(rank)}", comment


def _accepted(one: AcceptedText) -> Said:
    return Said(one.text, one.fraction if one.fraction != 1 else None, one.feedback)


def _short_answer(question: ShortAnswer) -> Own:
    yield "Bonne réponse", " | ".join(str(_accepted(one)) for one in question.answers)


def _numeric(question: Numeric) -> Own:
    said: list[Said] = []
    for one in question.answers:
        near = f" ± {_figures(one.tolerance)}" if one.tolerance else ""
        worth = one.fraction if one.fraction != 1 else None
        said.append(Said(f"{_figures(one.value)}{near}", worth, one.feedback))
        said += [Said(word) for word in one.words]
    yield "Bonne réponse", " | ".join(map(str, said))


def _figures(value: float) -> str:
    figures = f"{Decimal(repr(value)):f}"
    return (figures.rstrip("0").rstrip(".") if "." in figures else figures).replace(".", ",")


def _matching(question: Matching) -> Own:
    pairs = [f"{escape(one.left)} = {escape(one.right)}" for one in question.pairs]
    surplus = [escape(text) for text in question.distractors]
    yield from _listed([*pairs, *surplus], [one.feedback for one in question.pairs])


def _ordering(question: Ordering) -> Own:
    return _listed(question.sequence)


def _cloze(question: Cloze) -> Own:
    bank = list(question.bank_words().values())
    yield from _listed(bank)
    folded = {word.casefold() for word in bank}
    yield (
        "Bonne réponse",
        "".join(
            escape(piece) if what == "text" else f"[{_gap(question.gaps[piece], folded)}]"
            for what, piece in question.pieces()
        ),
    )


def _gap(gap: Gap, bank: set[str]) -> str:
    if gap.kind == "bank":
        return escape(gap.bank)
    if gap.kind == "list":
        return " | ".join(str(_option(one)) for one in gap.list)
    said = [_accepted(one) for one in gap.typed]
    if len(said) == 1 and said[0].text.casefold() in bank:  # typed, though the bank has it
        said = [Said(said[0].text, 1.0, said[0].feedback)]
    return " | ".join(map(str, said))


def _option(choice: Choice) -> Said:
    return Said(choice.text, None, choice.feedback, starred=choice.key)


def _hot_text(question: HotText) -> Own:
    yield from _listed([escape(quote) for quote in question.select.within])
    yield "Bonne réponse", join(question.select.keys)


def _essay(question: Essay) -> Own:
    return _listed([f"{escape(one.criterion)} = {_figures(one.points)}" for one in question.rubric])


_OWN: dict[str, Callable[[Any], Own]] = {
    "single_choice": _choices,
    "multiple_response": _choices,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "hot_text": _hot_text,
    "essay": _essay,
}
