"""Our question types → the body, key and scoring of a QTI item."""

from collections.abc import Callable, Mapping
from typing import Any

from app.errors import N_
from app.formats.qti.dialects import Child
from app.formats.qti.page import RESPONSE, Page
from app.formats.qti.typed_bodies import write_cloze, write_numeric, write_short_answer
from app.questions.base import ident
from app.questions.essay.question import Essay
from app.questions.hot_text.question import HotText
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.ordering.question import Ordering
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse

__all__ = ["body_of"]


def body_of(page: Page) -> None:
    """Write a question's body, key and scoring on its page."""
    question = page.placed.question
    _WRITE[question.type](page, question)
    if question.evidence.quotes:
        page.lose(
            "evidence", N_("Question %(number)s : la phrase qui prouve la réponse n’y sera pas.")
        )
    if question.hints:
        page.lose("hints", N_("Question %(number)s : les indices n’y seront pas."))


# Choices.


def _write_choices(
    page: Page, options: list[dict[str, Any]], *, several: bool, shuffle: bool
) -> None:
    q = page.dialect.q
    made = []
    for option in options:
        told = option["feedback"]
        said = (
            q(
                "feedbackInline",
                f" {told}",
                outcomeIdentifier="FEEDBACK",
                identifier=option["id"],
                showHide="show",
            )
            if told
            else None
        )
        made.append(q("simpleChoice", option["content"], said, identifier=option["id"]))
    if any(option["feedback"] for option in options):
        page.of_choices = "multiple" if several else "single"
    page.body.append(
        q(
            "choiceInteraction",
            q("prompt", page.prompt()),
            made,
            responseIdentifier=RESPONSE,
            shuffle=shuffle,
            maxChoices=0 if several else 1,
        )
    )


def _options(page: Page, question: SingleChoice | MultipleResponse) -> list[dict[str, Any]]:
    return [
        {
            "id": f"C{n}",
            "content": page.marked(choice.text, choice.html),
            "feedback": choice.feedback,
        }
        for n, choice in enumerate(question.choices, 1)
    ]


def _single_choice(page: Page, question: SingleChoice) -> None:
    ids = [f"C{n}" for n in range(1, len(question.choices) + 1)]
    weights = {
        one: (1.0 if choice.key else choice.weight or 0.0) * page.points
        for one, choice in zip(ids, question.choices, strict=True)
    }
    keys = [one for one, choice in zip(ids, question.choices, strict=True) if choice.key]
    weighted = any(choice.weight and not choice.key for choice in question.choices)
    page.declare("identifier", keys, worth=weights if weighted else None)
    if weighted:
        page.score_mapping(RESPONSE)
    else:
        page.score_if(page.is_correct())
    _write_choices(page, _options(page, question), several=False, shuffle=question.shuffle)
    page.lose_general_feedback()


def _multiple_response(page: Page, question: MultipleResponse) -> None:
    ids = [f"C{n}" for n in range(1, len(question.choices) + 1)]
    weights = question.outline()["weights"]
    worth = {one: weight * page.points for one, weight in zip(ids, weights, strict=True)}
    keys = [one for one, weight in zip(ids, weights, strict=True) if weight > 0]
    page.declare("identifier", keys, several="multiple", worth=worth)
    page.score_mapping(RESPONSE)
    _write_choices(page, _options(page, question), several=True, shuffle=question.shuffle)
    page.lose_general_feedback()


def _true_false(page: Page, question: TrueFalse) -> None:
    options = [
        {
            "id": verdict,
            "content": question.names[verdict],
            "feedback": getattr(question.feedback, verdict),
        }
        for verdict in question.verdicts
    ]
    page.declare("identifier", [question.answer])
    page.score_if(page.is_correct())
    _write_choices(page, options, several=False, shuffle=False)
    page.lose("true-false", N_("Question %(number)s : un vrai ou faux devient un choix unique."))
    if question.justify:
        page.lose("justify", N_("Question %(number)s : la phrase à montrer ne sera pas demandée."))


# Pairs, orders, places in a text, essays.


def _matching(page: Page, question: Matching) -> None:
    q = page.dialect.q
    rights = {text: f"R{n}" for n, text in enumerate(question.rights().values(), 1)}
    pairs = [f"L{n} {rights[pair.right]}" for n, pair in enumerate(question.pairs, 1)]
    share = page.points / len(pairs)
    page.declare("directedPair", pairs, several="multiple", worth=dict.fromkeys(pairs, share))
    page.score_mapping(RESPONSE)
    sides = (
        [(f"L{n}", pair.left, 1) for n, pair in enumerate(question.pairs, 1)],
        [(one, text, len(pairs)) for text, one in rights.items()],
    )
    page.body.append(
        q(
            "matchInteraction",
            q("prompt", page.prompt()),
            [
                q(
                    "simpleMatchSet",
                    [
                        q("simpleAssociableChoice", text, identifier=one, matchMax=most)
                        for one, text, most in side
                    ],
                )
                for side in sides
            ],
            responseIdentifier=RESPONSE,
            shuffle=question.shuffle,
            maxAssociations=len(pairs),
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)
    if any(pair.feedback for pair in question.pairs):
        page.lose(
            "feedback", N_("Question %(number)s : les commentaires des lignes n’y seront pas.")
        )


def _ordering(page: Page, question: Ordering) -> None:
    q = page.dialect.q
    ids = {text: f"S{n}" for n, text in enumerate(sorted(question.sequence, key=ident), 1)}
    page.declare("identifier", [ids[text] for text in question.sequence], several="ordered")
    page.score_if(page.is_correct())
    page.body.append(
        q(
            "orderInteraction",
            q("prompt", page.prompt()),
            [q("simpleChoice", text, identifier=one) for text, one in ids.items()],
            responseIdentifier=RESPONSE,
            shuffle=True,
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)
    page.lose("all-or-nothing", N_("Question %(number)s : un ordre presque juste n’y vaudra rien."))


def _hot_text(page: Page, question: HotText) -> None:
    q, h = page.dialect.q, page.dialect.h
    select = question.select
    ids = {place: f"H{n}" for n, place in enumerate(question.choosable(page.reading), 1)}
    keys = [ids[key] for key in select.key_ids if key in ids]
    share = page.points / len(keys)
    worth = {one: share if one in keys else -share for one in ids.values()}
    page.declare("identifier", keys, several="multiple", worth=worth)
    page.score_mapping(RESPONSE)
    paragraphs: list[Child] = [
        h("p", *(_hot(page, question, sentence.id, ids) for sentence in paragraph.sentences))
        for paragraph in page.reading.paragraphs()
        if any(sentence.id in select.sentences for sentence in paragraph.sentences)
    ]
    page.body.append(
        q(
            "hottextInteraction",
            q("prompt", page.prompt()),
            paragraphs,
            responseIdentifier=RESPONSE,
            maxChoices=len(keys),
        )
    )
    page.say(question.feedback.right, question.feedback.wrong)


def _hot(page: Page, question: HotText, sentence: str, ids: Mapping[str, str]) -> list[Child]:
    """A sentence as one place to choose, or with its words as places; or as it stands."""
    q = page.dialect.q
    text = page.reading.sentence(sentence).text
    if sentence not in question.select.sentences:
        return [text, " "]
    if question.select.unit == "sentence":
        return [q("hottext", text, identifier=ids[sentence]), " "]
    content: list[Child] = []
    done = 0
    for word in page.reading.words(sentence):
        hot = q("hottext", word.text, identifier=ids[word.id])
        content += [text[done : word.start], hot]
        done = word.end
    return [*content, text[done:], " "]


def _essay(page: Page, question: Essay) -> None:
    q, h = page.dialect.q, page.dialect.h
    page.declare("string", [])
    if question.rubric:
        lines = [h("li", f"{one.criterion} ({one.points:g})") for one in question.rubric]
        page.body.append(q("rubricBlock", page.dialect.content(h("ul", lines)), view="scorer"))
        page.lose("rubric", N_("Question %(number)s : le barème devient une note au correcteur."))
    page.body.append(
        q(
            "extendedTextInteraction",
            q("prompt", page.prompt()),
            responseIdentifier=RESPONSE,
            expectedLength=question.words.most * 6,
        )
    )
    page.lose("words", N_("Question %(number)s : le nombre de mots demandé n’y sera pas."))
    page.lose_general_feedback()


_WRITE: dict[str, Callable[[Page, Any], None]] = {
    "cloze": write_cloze,
    "essay": _essay,
    "hot_text": _hot_text,
    "matching": _matching,
    "multiple_response": _multiple_response,
    "numeric": write_numeric,
    "ordering": _ordering,
    "short_answer": write_short_answer,
    "single_choice": _single_choice,
    "true_false": _true_false,
}
