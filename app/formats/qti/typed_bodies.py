"""Questions whose answer is typed, and texts with gaps."""

from collections.abc import Callable

from app.errors import N_
from app.formats.qti.dialects import Child, text_lines
from app.formats.qti.names import in_sentence
from app.formats.qti.page import RESPONSE, Page
from app.formats.xml import Element
from app.questions.cloze.question import Cloze, Gap
from app.questions.numeric.question import Numeric
from app.questions.short_answer.question import ShortAnswer

__all__ = ["write_cloze", "write_numeric", "write_short_answer"]


def write_short_answer(page: Page, question: ShortAnswer) -> None:
    """Write a text entry, with what each accepted text earns."""
    worth = {one.text: one.fraction * page.points for one in question.answers}
    first = next(one.text for one in question.answers if one.fraction == 1)
    page.declare("string", [first], worth=worth, sensitive=question.compare.case == "strict")
    page.score_mapping(RESPONSE)
    _write_entry(page)
    _say_of_texts(page, question)
    _lose_tolerance(page)


def _say_of_texts(page: Page, question: ShortAnswer) -> None:
    """What is said of each text, then of the others."""
    q = page.dialect.q
    told = [one for one in question.answers if one.feedback]
    for n, one in enumerate(told, 1):
        page.feedback[f"answer{n}"] = one.feedback
        value = q("baseValue", one.text, baseType="string")
        test = q("match", q("variable", identifier=RESPONSE), value)
        said = q("baseValue", f"answer{n}", baseType="identifier")
        given = q("setOutcomeValue", said, identifier="FEEDBACK")
        page.rules.append(q("responseCondition", q("responseIf", test, given)))
    if told and (question.feedback.right or question.feedback.wrong):
        page.lose_general_feedback()
    else:
        page.say(question.feedback.right, question.feedback.wrong)


def _lose_tolerance(page: Page) -> None:
    page.lose(
        "typed",
        N_("Question %(number)s : ailleurs, une faute de frappe ou d’accent compte faux."),
        N_("Ajoutez les graphies que vous acceptez."),
    )


def _write_entry(page: Page, after: str = "") -> None:
    q, h = page.dialect.q, page.dialect.h
    entry = q("textEntryInteraction", responseIdentifier=RESPONSE, expectedLength=30)
    page.body.append(h("div", h("p", page.prompt()), h("p", entry, f" {after}" if after else None)))


def write_numeric(page: Page, question: Numeric) -> None:
    """Write a text entry that takes a number, with its tolerance if there is one value."""
    q = page.dialect.q
    values = {_number(one.value): one for one in question.answers}
    first = next(one for one in question.answers if one.fraction == 1)
    worth = {value: one.fraction * page.points for value, one in values.items()}
    far = first.tolerance
    page.declare("float", [_number(first.value)], worth=worth if len(worth) > 1 else None)
    if len(worth) > 1:
        page.score_mapping(RESPONSE)
        if any(one.tolerance for one in question.answers):
            page.lose("tolerance", N_("Question %(number)s : les tolérances n’y seront pas."))
    else:
        ends = {"tolerance": f"{_number(far)} {_number(far)}"} if far else {}
        mode = "absolute" if far else "exact"
        correct = q("correct", identifier=RESPONSE)
        variable = q("variable", identifier=RESPONSE)
        page.score_if(q("equal", variable, correct, toleranceMode=mode, **ends))
    _write_entry(page, question.unit)
    page.say(question.feedback.right, question.feedback.wrong)
    if any(one.words for one in question.answers):
        page.lose("words", N_("Question %(number)s : le nombre devra être en chiffres."))
    if any(one.feedback for one in question.answers):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des valeurs n’y seront pas.")
        )


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


# Gaps.


def write_cloze(page: Page, question: Cloze) -> None:
    """Write a text with gaps; words to place if all its gaps have the bank."""
    if {gap.kind for gap in question.gaps.values()} == {"bank"}:
        _bank(page, question)
    else:
        _gaps(page, question)
    page.say(question.feedback.right, question.feedback.wrong)


def _body(page: Page, question: Cloze, gap: Callable[[str], Element]) -> Element:
    """The body as one paragraph, so that it stays in one piece."""
    content: list[Child] = []
    for kind, piece in question.pieces():
        content += text_lines(page.dialect, piece) if kind == "text" else [gap(piece)]
    return page.dialect.h("p", content)


def _bank(page: Page, question: Cloze) -> None:
    q = page.dialect.q
    share = page.points / len(question.marks)
    words = {text: f"W{n}" for n, text in enumerate(question.bank_words().values(), 1)}
    names = {name: f"G{n}" for n, name in enumerate(question.marks, 1)}
    pairs = [f"{words[question.gaps[name].bank]} {names[name]}" for name in names]
    most = len(names)
    page.declare("directedPair", pairs, several="multiple", worth=dict.fromkeys(pairs, share))
    page.score_mapping(RESPONSE)
    page.body.append(
        q(
            "gapMatchInteraction",
            q("prompt", page.prompt()),
            [q("gapText", text, identifier=one, matchMax=most) for text, one in words.items()],
            _body(page, question, lambda name: q("gap", identifier=names[name])),
            responseIdentifier=RESPONSE,
            shuffle=True,
        )
    )


def _gaps(page: Page, question: Cloze) -> None:
    share = page.points / len(question.marks)
    names = {name: f"{RESPONSE}_{n}" for n, name in enumerate(question.marks, 1)}
    sensitive = question.compare.case == "strict"
    for name, response in names.items():
        gap = question.gaps[name]
        if gap.kind == "typed":
            worth = {one.text: one.fraction * share for one in gap.typed}
            page.declare("string", [gap.expected], name=response, worth=worth, sensitive=sensitive)
        else:
            key = next(
                n for n, (text, _) in enumerate(_offered(question, gap), 1) if text == gap.expected
            )
            worth = {f"C{key}": share}
            page.declare("identifier", [f"C{key}"], name=response, worth=worth)
    page.score_mapping(*names.values())
    body = _body(page, question, lambda name: _gap(page, question, name, names[name]))
    page.body.append(page.dialect.h("div", page.dialect.h("p", page.prompt()), body))
    gaps = question.gaps.values()
    if _stands_alone(question):
        page.lose("gap-alone", N_("Question %(number)s : le trou devient une réponse courte."))
    if any(gap.kind == "bank" for gap in gaps):
        page.lose("bank", N_("Question %(number)s : les étiquettes deviennent des listes."))
    if any(told for gap in gaps for _, told in _offered(question, gap)) or any(
        one.feedback for gap in gaps for one in gap.typed
    ):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des trous n’y seront pas.")
        )
    if any(gap.kind == "typed" for gap in gaps):
        _lose_tolerance(page)


def _stands_alone(question: Cloze) -> bool:
    """Whether the only gap comes after its text, as the answer to a question does."""
    if [gap.kind for gap in question.gaps.values()] != ["typed"]:
        return False
    sides = {"ahead": "", "after": ""}
    side = "ahead"
    for kind, piece in question.pieces():
        if kind == "gap":
            side = "after"
        else:
            sides[side] += piece
    ahead, after = sides["ahead"].split("\n")[-1], sides["after"].split("\n")[0]
    return not in_sentence(question.prompt, ahead, after)


def _offered(question: Cloze, gap: Gap) -> list[tuple[str, str]]:
    """The words to choose from in a gap, with what is said of each."""
    if gap.kind == "bank":
        return [(text, "") for text in question.bank_words().values()]
    return [(choice.text, choice.feedback) for choice in gap.list]


def _gap(page: Page, question: Cloze, name: str, response: str) -> Element:
    q = page.dialect.q
    gap = question.gaps[name]
    if gap.kind == "typed":
        return q("textEntryInteraction", responseIdentifier=response, expectedLength=15)
    choices = [
        q("inlineChoice", text, identifier=f"C{n}")
        for n, (text, _) in enumerate(_offered(question, gap), 1)
    ]
    return q("inlineChoiceInteraction", choices, responseIdentifier=response, shuffle=True)
