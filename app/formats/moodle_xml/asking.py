"""Each type of question as Moodle has it: its type there, its HTML, and the elements of its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from app.errors import N_
from app.formats.moodle_cloze import Alternative, write_blank
from app.formats.moodle_xml import marks
from app.formats.moodle_xml.elements import Writer, cdata, element, plain
from app.questions.base import Choice, Question
from app.questions.cloze.question import Cloze, Gap
from app.questions.essay.question import Essay
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.numeric.question import Numeric
from app.questions.ordering.question import Ordering
from app.questions.short_answer.question import ShortAnswer
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import VERDICTS, TrueFalse

__all__ = ["WRITERS"]

Written = tuple[str, str, Iterable[str]]


def _prompt(question: Question) -> str:
    return question.prompt_html or plain(question.prompt)


def _choice(choice: Choice) -> str:
    return choice.html or plain(choice.text)


def _yes(value: object) -> str:
    return "true" if value else "false"


def _single_choice(writer: Writer, question: Any) -> Written:
    asked: SingleChoice = question
    answers = [
        writer.answer(1 if one.key else one.weight or 0, _choice(one), one.feedback)
        for one in asked.choices
    ]
    return "multichoice", _prompt(asked), _chosen(writer, asked, "true", answers)


def _multiple_response(writer: Writer, question: Any) -> Written:
    asked: MultipleResponse = question
    weights = asked.outline()["weights"]
    answers = [
        writer.answer(weight, _choice(one), one.feedback)
        for one, weight in zip(asked.choices, weights, strict=True)
    ]
    return "multichoice", _prompt(asked), _chosen(writer, asked, "false", answers)


def _chosen(
    writer: Writer, question: SingleChoice | MultipleResponse, single: str, answers: Sequence[str]
) -> Iterator[str]:
    yield element("single", single)
    yield element("shuffleanswers", _yes(question.shuffle))
    yield element("answernumbering", "abc")
    yield from writer.combined(question)
    yield from answers


def _true_false(writer: Writer, question: Any) -> Written:
    asked: TrueFalse = question
    if asked.justify:
        writer.lose(
            "justify",
            N_("Question %(number)s : la phrase à choisir pour justifier n’est pas demandée."),
            N_("Demandez-la dans une rédaction, ou acceptez « vrai ou faux » seul."),
        )
    said = asked.feedback
    if len(asked.verdicts) == 2:  # noqa: PLR2004 (true and false)
        answers = [
            writer.typed(asked.answer == verdict, verdict, getattr(said, verdict))
            for verdict in asked.verdicts
        ]
        return "truefalse", _prompt(asked), answers
    writer.lose(
        "unknown",
        N_("Question %(number)s : « le texte ne le dit pas » en fait un choix unique dans Moodle."),
    )
    answers = [
        writer.answer(asked.answer == verdict, VERDICTS[verdict], getattr(said, verdict))
        for verdict in asked.verdicts
    ]
    parts = [element("single", "true"), element("shuffleanswers", "false"), *answers]
    return "multichoice", _prompt(asked), parts


def _short_answer(writer: Writer, question: Any) -> Written:
    asked: ShortAnswer = question
    writer.spelling(asked.compare)
    right, wrong = _said_apart(asked)
    parts = [element("usecase", int(asked.compare.case == "strict"))]
    parts += [
        writer.typed(
            one.fraction,
            one.text.replace("*", "\\*"),
            one.feedback or (right if one.fraction == 1 else ""),
        )
        for one in asked.answers
    ]
    if wrong:
        parts.append(writer.typed(0, "*", wrong))
    return "shortanswer", _prompt(asked), parts


def _numeric(writer: Writer, question: Any) -> Written:
    asked: Numeric = question
    right, wrong = _said_apart(asked)
    if any(one.words for one in asked.answers):
        writer.lose(
            "words",
            N_("Question %(number)s : Moodle n’accepte pas les nombres écrits en lettres."),
        )
    parts = [
        writer.typed(
            one.fraction,
            repr(one.value).removesuffix(".0"),
            one.feedback or (right if one.fraction == 1 else ""),
            element("tolerance", repr(one.tolerance)),
        )
        for one in asked.answers
    ]
    if wrong:
        parts.append(writer.typed(0, "*", wrong, element("tolerance", 0)))
    if asked.unit:
        unit = element("multiplier", 1) + element("unit_name", asked.unit)
        parts += [f"<units><unit>{unit}</unit></units>", element("unitgradingtype", 0)]
    parts.append(element("showunits", 0 if asked.unit else 3))
    return "numerical", _prompt(asked), parts


def _said_apart(question: Question) -> tuple[str, str]:
    """What is said of a right answer and of a wrong one; nothing if both hear the same."""
    right, wrong = question.feedback.right, question.feedback.wrong
    return ("", "") if right == wrong else (right, wrong)


def _matching(writer: Writer, question: Any) -> Written:
    asked: Matching = question
    if any(pair.feedback for pair in asked.pairs):
        writer.lose(
            "pair-feedback",
            N_("Question %(number)s : Moodle n’a pas de commentaire par association."),
        )
    sides = [(pair.left, pair.right) for pair in asked.pairs]
    sides += [("", distractor) for distractor in asked.distractors]
    parts = [element("shuffleanswers", _yes(asked.shuffle)), *writer.combined(asked)]
    parts += [
        writer.text(
            "subquestion",
            plain(left),
            more=f"<answer><text>{cdata(plain(right))}</text></answer>",
        )
        for left, right in sides
    ]
    return "matching", _prompt(asked), parts


def _ordering(writer: Writer, question: Any) -> Written:
    asked: Ordering = question
    writer.lose_once(
        "ordering",
        N_("Les mises en ordre demandent Moodle 4.4, ou le module « ordering » avant lui."),
    )
    parts = [
        element("layouttype", "VERTICAL"),
        element("selecttype", "ALL"),
        element("selectcount", 0),
        element("gradingtype", "RELATIVE_ALL_PREVIOUS_AND_NEXT"),
        element("showgrading", "SHOW"),
        *writer.combined(asked),
    ]
    parts += [
        writer.text("answer", plain(step), f' fraction="{n}.0000000" format="html"')
        for n, step in enumerate(asked.sequence, 1)
    ]
    return "ordering", _prompt(asked), parts


def _essay(writer: Writer, question: Any) -> Written:
    asked: Essay = question
    parts = [
        element("responseformat", "editor"),
        element("responserequired", 1),
        element("responsefieldlines", 15),
        element("minwordlimit", asked.words.least),
        element("maxwordlimit", asked.words.most),
    ]
    if asked.rubric:
        writer.lose(
            "rubric",
            N_("Question %(number)s : le barème devient une note pour le correcteur."),
        )
        lines = (f"<li>{plain(one.criterion)} : {one.points:g}</li>" for one in asked.rubric)
        parts.append(writer.text("graderinfo", f"<ul>{''.join(lines)}</ul>"))
    return "essay", _prompt(asked), parts


def _cloze(writer: Writer, question: Any) -> Written:
    asked: Cloze = question
    if any(gap.kind == "typed" for gap in asked.gaps.values()):
        writer.spelling(asked.compare)
    if any(gap.kind == "bank" for gap in asked.gaps.values()):
        writer.lose(
            "bank",
            N_("Question %(number)s : la banque de mots devient une liste dans chaque trou."),
        )
    if asked.feedback.right != asked.feedback.wrong:
        writer.lose(
            "feedback",
            N_("Question %(number)s : le commentaire de la bonne réponse sera montré à tous."),
        )
    weight = asked.points / len(asked.gaps)
    if not weight.is_integer():
        writer.lose(
            "points",
            N_("Question %(number)s : dans Moodle elle vaut %(taken)s points, un par trou."),
            taken=len(asked.gaps),
        )
        weight = 1
    body = "".join(
        plain(piece) if kind == "text" else _gap(asked, asked.gaps[piece], int(weight))
        for kind, piece in asked.pieces()
    )
    return "cloze", f'<div class="{marks.PROMPT}">{_prompt(asked)}</div>\n<p>{body}</p>', []


def _gap(question: Cloze, gap: Gap, weight: int) -> str:
    if gap.kind == "typed":
        name = "SHORTANSWER_C" if question.compare.case == "strict" else "SHORTANSWER"
        typed = (
            Alternative(one.text.replace("*", "\\*"), one.fraction, plain(one.feedback))
            for one in gap.typed
        )
        return write_blank(name, typed, weight)
    if gap.kind == "list":
        listed = (
            Alternative(_choice(one), 1 if one.key else one.weight or 0, plain(one.feedback))
            for one in gap.list
        )
        return write_blank("MULTICHOICE_S", listed, weight)
    words = question.bank_words().values()
    return write_blank(
        "MULTICHOICE_S", (Alternative(plain(word), int(word == gap.bank)) for word in words), weight
    )


WRITERS: dict[str, Callable[[Writer, Any], Written]] = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
}
