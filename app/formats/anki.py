"""Anki: each question becomes a card, and so does each word of the glossary.

A text file of tab-separated fields under Anki's own headers. The first field is a lasting id:
a quiz that is exported again brings its cards up to date instead of doubling them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape

from app.domain.quiz import Quiz
from app.errors import N_, Problem
from app.formats.base import Export, MediaOf, Upload, loss
from app.formats.base import Format as FileFormat
from app.questions.base import Question, ident
from app.questions.cloze.question import Cloze
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.ordering.question import Ordering
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse
from app.text.passage import GlossaryEntry, Reading

__all__ = ["FORMAT", "write"]

HEADERS = (
    "#separator:tab",
    "#html:true",
    "#notetype:Basic",
    "#deck:{deck}",
    "#guid column:1",
    "#tags column:4",
)
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

Card = tuple[str, str, str, str]
"""Id, front, back and tags, each as it stands in the file."""


def write(quiz: Quiz, _media_of: MediaOf) -> Export:
    """The quiz as a deck: what is asked in front, the answer with its proof at the back."""
    cards = [_card(quiz, question) for question in quiz.questions if not question.marked_by_person]
    seen: Counter[str] = Counter()
    for entry in quiz.glossary:
        seen[entry.term] += 1
        cards.append(_word(quiz, entry, seen[entry.term]))
    deck = _SPACE.sub(" ", _CONTROL.sub("", quiz.title)).replace("::", ":").strip()
    lines = [*(header.format(deck=deck) for header in HEADERS), *map("\t".join, cards)]
    return Export(
        data="\n".join([*lines, ""]).encode(),
        suffix=".txt",
        type="text/plain; charset=utf-8",
        losses=list(_losses(quiz)),
    )


def _card(quiz: Quiz, question: Question) -> Card:
    return (
        f"relire-{quiz.id}-{question.id}",
        "<br>".join(_front(question)),
        "<br>".join(_back(question, quiz.reading)),
        " ".join(map(_tag, ("relire", quiz.level, question.skill))),
    )


def _front(question: Question) -> Iterator[str]:
    yield f"<b>{_html(question.prompt)}</b>"
    if isinstance(question, Cloze):
        body = "".join(
            text if what == "text" else f"({question.marks.index(text) + 1}) ____"
            for what, text in question.pieces()
        )
        yield from map(_html, body.split("\n"))
    if offered := _offered(question):
        yield f"<ul>{''.join(f'<li>{_html(text)}</li>' for text in offered)}</ul>"


def _offered(question: Question) -> list[str]:
    """What a learner chooses from, in an order that tells nothing."""
    match question:
        case SingleChoice() | MultipleResponse():
            return [choice.text for choice in question.choices]
        case TrueFalse():
            return [question.names[verdict] for verdict in question.verdicts]
        case Ordering():
            return sorted(question.sequence)
        case Matching():
            rights = " / ".join(sorted(question.rights().values()))
            return [*(f"{pair.left} → ?" for pair in question.pairs), rights]
        case Cloze():
            return [
                f"({n}) {' / '.join(sorted(words))}"
                for n, name in enumerate(question.marks, 1)
                if (words := question.offered(name).values())
            ]
    return []


def _back(question: Question, reading: Reading) -> Iterator[str]:
    told = question.told(question.key(reading), reading)
    for line in told:
        yield f"<b>{_html(line)}</b>"
    if feedback := _feedback(question):
        yield _html(feedback)
    for one in question.evidence.sentences:
        sentence = reading.sentence(one).text
        if f"« {sentence} »" not in told:
            yield f"<i>{_html(sentence)}</i>"


def _feedback(question: Question) -> str:
    """What is said of a right answer."""
    if isinstance(question, TrueFalse):
        return {
            "true": question.feedback.true,
            "false": question.feedback.false,
            "unknown": question.feedback.unknown,
        }[question.answer]
    keys = [choice.feedback for choice in question.authored_choices() if choice.key]
    return " ".join(text for text in keys if text) or question.feedback.right


def _word(quiz: Quiz, entry: GlossaryEntry, rank: int) -> Card:
    """A word; ``rank`` tells it from the same word with another meaning."""
    front = f"<b>{_html(entry.term)}</b>"
    if entry.word_class:
        front += f" <i>({_html(entry.word_class)})</i>"
    back = _html(entry.definition) + (f"<br><i>{_html(entry.en)}</i>" if entry.en else "")
    return (
        f"relire-{quiz.id}-mot-{ident(f'{entry.term}/{entry.word_class}/{rank}')}",
        front,
        back,
        " ".join(map(_tag, ("relire", quiz.level, "lexique"))),
    )


def _html(text: str) -> str:
    return (
        _SPACE.sub(" ", escape(_CONTROL.sub("", text), quote=False)).strip().replace('"', "&quot;")
    )


def _tag(text: str) -> str:
    """Anki parts tags by spaces."""
    return _SPACE.sub("-", text)


def _losses(quiz: Quiz) -> Iterator[Problem]:
    if quiz.passages:
        yield loss(
            "lost-passages",
            N_("Le texte n’est pas dans les cartes : seules le sont les phrases qui prouvent."),
            N_("Les questions sur l’ensemble du texte se prêtent mal à des cartes."),
        )
    for number, question in enumerate(quiz.questions, 1):
        if question.marked_by_person:
            yield loss(
                "lost-question",
                N_("Question %(number)s : une rédaction ne fait pas une carte, elle est laissée."),
                number=number,
            )
            continue
        if question.images():
            yield loss(
                "lost-image",
                N_("Question %(number)s : son image n’est pas dans la carte."),
                N_("Ajoutez-la dans Anki."),
                number=number,
            )
        elif question.prompt_html or any(one.html for one in question.authored_choices()):
            yield loss(
                "lost-markup",
                N_("Question %(number)s : les mots marqués deviennent du simple texte."),
                number=number,
            )
        if question.hints:
            yield loss(
                "lost-hints",
                N_("Question %(number)s : les indices ne sont pas dans la carte."),
                number=number,
            )
        if any(text and text not in _feedback(question) for _, text in question.comments()):
            yield loss(
                "lost-feedback",
                N_("Question %(number)s : seul le commentaire de la bonne réponse est repris."),
                number=number,
            )


def _never(_upload: Upload) -> bool:
    return False


FORMAT = FileFormat(
    name="anki",
    title="Anki (cartes)",
    recognises=_never,
    write=write,
)
