"""Writing QTI 2.2 and 3: what is read again is the quiz, but for the losses that were listed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import assume, given, settings
from lxml import etree

from app.domain.quiz import Quiz
from app.formats import FORMATS, read_upload
from app.formats.base import Export, ImportResult, Upload
from app.formats.images import Media, read_image
from app.questions.base import Question
from app.questions.cloze.question import Cloze
from app.questions.true_false.question import TrueFalse
from app.text.markup import read_html
from app.text.sentences import words
from tests.factories import example_quiz
from tests.unit.formats.qti_files import picture
from tests.unit.formats.quizzes import quizzes
from tests.unit.questions.variants import VARIANTS

NAMES = ["qti22", "qti3"]


def write(name: str, quiz: Quiz, media: dict[str, Media] | None = None) -> Export:
    written = FORMATS[name].write
    assert written is not None
    return written(quiz, (media or {}).get)


def read(export: Export) -> ImportResult:
    result = read_upload(Upload(export.data, "paquet.zip"))
    assert result.format == "qti", [str(problem.message) for problem in result.problems]
    return result


def lost(export: Export) -> dict[int, set[str]]:
    """The number of a question → what was said to be lost of it; 0 for the quiz."""
    found: dict[int, set[str]] = {}
    for loss in export.losses:
        number = loss.message.params.get("number", 0)
        assert isinstance(number, int)
        found.setdefault(number, set()).add(loss.code)
    return found


def files(export: Export) -> dict[str, bytes]:
    with ZipFile(BytesIO(export.data)) as package:
        return {name: package.read(name) for name in package.namelist()}


# What of a question is carried, in a form that does not depend on how it is written.


def folded(text: str) -> str:
    return " ".join(text.split())


def carried(question: Question, losses: set[str]) -> Any:
    """The question without what its losses say is gone."""
    prompt = read_html(question.prompt_html).text if question.prompt_html else question.prompt
    own = CARRIED[question.type](question, losses)
    kind, own = own if isinstance(own, tuple) else (question.type, own)
    return {"type": kind, "prompt": folded(prompt), "points": question.points, **own}


def general(question: Question, losses: set[str]) -> dict[str, Any]:
    if "general-feedback" in losses:
        return {}
    return {"right": folded(question.feedback.right), "wrong": folded(question.feedback.wrong)}


def of_choices(question: Any, _losses: set[str]) -> dict[str, Any]:
    told = question.outline()
    return {
        "choices": [(folded(one.text), folded(one.feedback)) for one in question.choices],
        "correct": told["correct"],
        "weights": [round(weight, 3) for weight in told["weights"]],
        "shuffle": question.shuffle,
    }


def of_true_false(question: TrueFalse, losses: set[str]) -> Any:
    assert "true-false" in losses
    assert not question.justify or "justify" in losses
    choices = [
        (question.names[verdict], folded(getattr(question.feedback, verdict)))
        for verdict in question.verdicts
    ]
    key = question.verdicts.index(question.answer)
    weights = [float(n == key) for n in range(len(choices))]
    return "single_choice", {
        "choices": choices,
        "correct": [key],
        "weights": weights,
        "shuffle": False,
    }


def texts(accepted: Any, losses: set[str]) -> Any:
    return [
        (
            folded(one.text),
            round(one.fraction, 3),
            "" if "feedback" in losses else folded(one.feedback),
        )
        for one in accepted
    ]


def of_short_answer(question: Any, losses: set[str]) -> Any:
    case = question.compare.case
    return {"answers": texts(question.answers, losses), "case": case, **general(question, losses)}


def of_numeric(question: Any, losses: set[str]) -> Any:
    answers = [
        (
            one.value,
            0 if "tolerance" in losses else one.tolerance,
            round(one.fraction, 3),
            () if "words" in losses else one.words,
            "" if "feedback" in losses else folded(one.feedback),
        )
        for one in question.answers
    ]
    return {"answers": answers, "unit": question.unit, **general(question, losses)}


def of_cloze(question: Cloze, losses: set[str]) -> Any:
    pieces: list[Any] = []
    for kind, piece in question.pieces():
        if kind == "text":
            pieces += [folded(piece)] if folded(piece) else []
            continue
        gap = question.gaps[piece]
        if gap.kind == "typed":
            pieces.append(texts(gap.typed, losses))
        else:
            offered = [folded(text) for text in question.offered(piece).values()]
            pieces.append((sorted(offered), folded(gap.expected)))
    case = question.compare.case if any(gap.typed for gap in question.gaps.values()) else "ignore"
    return {"pieces": pieces, "case": case, **general(question, losses)}


def of_matching(question: Any, losses: set[str]) -> Any:
    return {
        "pairs": [(folded(one.left), folded(one.right)) for one in question.pairs],
        "rights": sorted(map(folded, question.rights().values())),
        "shuffle": question.shuffle,
        **general(question, losses),
    }


CARRIED: dict[str, Callable[[Any, set[str]], Any]] = {
    "single_choice": of_choices,
    "multiple_response": of_choices,
    "true_false": of_true_false,
    "short_answer": of_short_answer,
    "numeric": of_numeric,
    "cloze": of_cloze,
    "matching": of_matching,
    "ordering": lambda question, losses: {
        "sequence": [folded(step) for step in question.sequence],
        **general(question, losses),
    },
    "hot_text": lambda question, losses: {
        "keys": question.select.key_ids,
        "sentences": question.select.sentences,
        "unit": question.select.unit,
        **general(question, losses),
    },
    "essay": lambda _question, _losses: {},
}


def assert_same(quiz: Quiz, export: Export) -> None:
    result = read(export)
    assert [str(problem.message) for problem in result.errors] == []
    assert result.header["title"] == folded(quiz.title)
    assert [
        [(p.heading, [folded(s.text) for s in p.sentences]) for p in passage.paragraphs]
        for passage in result.passages
    ] == [
        [(p.heading, [folded(s.text) for s in p.sentences]) for p in passage.paragraphs]
        for passage in quiz.passages
    ]
    losses = lost(export)
    assert len(result.items) == len(quiz.questions)
    for number, (question, again) in enumerate(
        zip(quiz.questions, result.questions, strict=True), 1
    ):
        gone = losses.get(number, set())
        if "gap-alone" in gone:
            assert again.type == "short_answer"
            continue
        if question.evidence.quotes:
            assert "evidence" in gone
        if question.hints:
            assert "hints" in gone
        assert carried(again, gone) == carried(question, gone)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_comes_back(name: str) -> None:
    quiz = example_quiz()
    assert_same(quiz, write(name, quiz))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_comes_back(name: str, variant: str) -> None:
    document = example_quiz().model_dump(mode="json", by_alias=True)
    question = {**VARIANTS[variant].model_dump(mode="json"), "id": "essai"}
    quiz = Quiz.model_validate({**document, "questions": [question]})
    assert_same(quiz, write(name, quiz))


PRIVATE = {chr(code) for code in range(0xE000, 0xE004)}


def usual(quiz: Quiz) -> bool:
    """No text twice, no sentence of one word, and no character with which reading marks gaps."""
    sentences = [
        folded(sentence.text) for p in quiz.reading.paragraphs() for sentence in p.sentences
    ]
    paragraphs = [[s.text for s in p.sentences] for one in quiz.passages for p in one.paragraphs]
    return (
        len(set(sentences)) == len(sentences)
        and len({str(one) for one in paragraphs}) == len(paragraphs)
        and not PRIVATE & set(quiz.model_dump_json())
        and all(len(words(text)) > 1 for text in sentences)
    )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(quiz=quizzes())
def test_any_quiz_comes_back_but_for_its_listed_losses(name: str, quiz: Quiz) -> None:
    assume(usual(quiz))
    assert_same(quiz, write(name, quiz))


# The package itself.


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_listed_and_every_listed_file_is_there(name: str) -> None:
    members = files(write(name, example_quiz()))
    manifest = etree.fromstring(members["imsmanifest.xml"])
    listed = {str(one.get("href")) for one in manifest.iter("{*}file")}
    assert listed == members.keys() - {"imsmanifest.xml"}
    assert members["imsmanifest.xml"].startswith(b"<?xml")


@pytest.mark.parametrize(
    ("name", "root"), [("qti22", "assessmentItem"), ("qti3", "qti-assessment-item")]
)
def test_items_are_spelt_as_their_version_spells_them(name: str, root: str) -> None:
    item = etree.fromstring(files(write(name, example_quiz()))["items/q001.xml"])
    assert etree.QName(item).localname == root
    names = {etree.QName(one).localname for one in item.iter()}
    html = {"div", "h2", "p", "br"}
    if name == "qti3":
        assert all(one.startswith("qti-") for one in names - html)
        assert item.get("time-dependent") == "false"
        assert "qti-assessment-stimulus-ref" in names
    else:
        assert not any(one.startswith("qti-") for one in names)
        assert item.get("timeDependent") == "false"
        assert "h2" in names


@pytest.mark.parametrize("name", NAMES)
def test_elements_stand_in_the_order_of_the_specification(name: str) -> None:
    order = [
        "responsedeclaration", "outcomedeclaration", "assessmentstimulusref", "itembody",
        "responseprocessing", "modalfeedback",
    ]  # fmt: skip
    for file, data in files(write(name, example_quiz())).items():
        if file.startswith("items/"):
            item = etree.fromstring(data)
            tags = [
                etree.QName(one).localname.removeprefix("qti-").replace("-", "").lower()
                for one in item
            ]
            assert [order.index(tag) for tag in tags] == sorted(order.index(tag) for tag in tags)
            identifiers = [one.get("identifier") for one in item.iter("{*}simpleChoice")]
            assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("name", NAMES)
def test_images_travel_with_their_question(name: str) -> None:
    media = read_image(picture())
    assert media is not None
    html = f'Que voit-on ?<br><img src="{media.name}" alt="Un carré">'
    quiz = with_prompt(html)
    export = write(name, quiz, {media.name: media})
    assert files(export)[f"images/{media.file}"] == media.data
    again = read(export)
    assert again.questions[0].prompt_html == html
    assert again.media[media.name].data == media.data
    assert "lost-image" not in lost(export).get(1, set())


@pytest.mark.parametrize("name", NAMES)
def test_an_image_that_is_gone_is_told_and_its_description_stays(name: str) -> None:
    quiz = with_prompt(f'Que voit-on ?<img src="media:{"0" * 32}" alt="Un carré">')
    export = write(name, quiz)
    assert "lost-image" in lost(export)[1]
    assert read(export).questions[0].prompt == "Que voit-on ?Un carré"


def with_prompt(html: str) -> Quiz:
    document = example_quiz().model_dump(mode="json", by_alias=True)
    first = {**document["questions"][0], "prompt": "Que voit-on ?", "prompt_html": html}
    return Quiz.model_validate({**document, "questions": [first]})


def test_the_same_quiz_gives_the_same_bytes() -> None:
    assert write("qti3", example_quiz()).data == write("qti3", example_quiz()).data
