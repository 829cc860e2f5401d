"""A quiz as a question bank for Moodle: its texts first, as descriptions, then its questions."""

from collections.abc import Iterable, Iterator
from html import escape

from app.domain.quiz import Quiz, Settings
from app.errors import N_
from app.formats.base import Export, MediaOf
from app.formats.moodle_xml import marks
from app.formats.moodle_xml.asking import WRITERS
from app.formats.moodle_xml.elements import Writer, cdata, element, plain
from app.questions.base import Question
from app.text.passage import Passage

__all__ = ["write"]

PENALTY = "0.3333333"
LONGEST_NAME = 80
OWN_COMMENTS = frozenset(("true_false", "essay"))
"""Types whose comments are not « right » and « wrong »."""


def write(quiz: Quiz, media_of: MediaOf) -> Export:
    """The quiz in Moodle XML, and what Moodle cannot have of it."""
    writer = Writer(media_of)
    _tell_of_quiz(quiz, writer)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<quiz>",
        _category(quiz),
        *(_description(passage, writer) for passage in quiz.passages),
        *_questions(quiz, writer),
        "</quiz>",
        "",
    ]
    data = "\n".join(lines).encode()
    return Export(data=data, suffix=".xml", type="application/xml", losses=writer.losses)


def _tell_of_quiz(quiz: Quiz, writer: Writer) -> None:
    if quiz.glossary:
        writer.lose_once(
            "glossary",
            N_("Le glossaire (%(count)s mots) n’a pas de place dans le fichier."),
            N_("Recopiez-le dans une activité « Glossaire » de Moodle."),
            count=len(quiz.glossary),
        )
    if quiz.description or quiz.licence or quiz.settings != Settings():
        writer.lose_once(
            "settings",
            N_("La présentation et les réglages du quiz ne sont pas dans le fichier."),
            N_("Donnez-les dans l’activité « Test » de Moodle."),
        )
    if any(question.evidence.quotes for question in quiz.questions):
        writer.lose_once(
            "evidence",
            N_("Moodle ne peut pas montrer les preuves dans le texte."),
            N_("Elles sont citées dans le commentaire général de chaque question."),
        )
    if any(question.subskill for question in quiz.questions):
        writer.lose_once("subskill", N_("Les sous-compétences ne sont pas dans le fichier."))


def _category(quiz: Quiz) -> str:
    path = f"$course$/top/{quiz.title.replace('/', '//')}"
    return f'<question type="category"><category><text>{cdata(path)}</text></category></question>'


def _description(passage: Passage, writer: Writer) -> str:
    named = [
        f'<p class="{mark}">{plain(said)}</p>'
        for mark, said in ((marks.BY, passage.by), (marks.SOURCE, passage.source))
        if said
    ]
    paragraphs = [
        ("<h4>{}</h4>" if paragraph.heading else "<p>{}</p>").format(
            plain(" ".join(sentence.text for sentence in paragraph.sentences))
        )
        for paragraph in passage.paragraphs
    ]
    inside = "\n".join([*named, *paragraphs])
    html = f'<div class="{marks.KINDS[passage.kind]}">{inside}</div>'
    return _question(writer, "description", passage.title, html, [element("defaultgrade", 0)])


def _questions(quiz: Quiz, writer: Writer) -> Iterator[str]:
    for item in quiz.items:
        writer.number, question = item.number, item.question
        write_it = WRITERS.get(question.type)
        if write_it is None:
            writer.lose(
                "type",
                N_("Question %(number)s : Moodle n’a pas de choix dans le texte ; elle manque."),
                N_("Refaites-la en choix unique entre quelques phrases."),
            )
            continue
        kind, html, parts = write_it(writer, question)
        shared = _shared(writer, question, (question.skill, quiz.level, *quiz.topics))
        yield _question(writer, kind, question.prompt, html, [*shared, *parts])


def _question(writer: Writer, kind: str, name: str, html: str, parts: Iterable[str]) -> str:
    short = " ".join(name.split())
    short = short if len(short) <= LONGEST_NAME else short[: LONGEST_NAME - 1] + "…"
    lines = [
        f'<question type="{kind}">',
        f"<name><text>{cdata(short)}</text></name>",
        writer.text("questiontext", html),
        *parts,
        "</question>",
    ]
    return "\n".join(lines)


def _shared(writer: Writer, question: Question, tags: Iterable[str]) -> Iterator[str]:
    """What every type has: comments, points, hints, id, tags."""
    yield writer.text("generalfeedback", plain(_general(question)) + _proof(question))
    if question.type != "cloze":  # there Moodle counts the gaps
        yield element("defaultgrade", f"{question.points:g}")
    yield element("penalty", 1 if question.type == "true_false" else PENALTY)
    yield element("hidden", 0)
    yield element("idnumber", question.id)
    for hint in question.hints:
        yield writer.text("hint", plain(hint))
    yield "<tags>" + "".join(f"<tag><text>{cdata(tag)}</text></tag>" for tag in tags) + "</tags>"


def _general(question: Question) -> str:
    """What is said of every answer; a text with gaps can have nothing else in Moodle."""
    if question.type in OWN_COMMENTS:
        return ""
    right, wrong = question.feedback.right, question.feedback.wrong
    if question.type == "cloze":
        return right or wrong
    return right if right == wrong else ""


def _proof(question: Question) -> str:
    evidence = question.evidence
    if not evidence.quotes:
        return ""
    mark = marks.PROOF if evidence.need == "all" else marks.ANY_PROOF
    quotes = " ".join(f"<q>{escape(quote)}</q>" for quote in evidence.quotes)
    return f'<p class="{mark}">{marks.PROVES} {quotes}</p>'
