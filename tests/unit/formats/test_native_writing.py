"""The native format, written: reading gives the same quiz, and a person can go on from there."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.config import ROOT
from app.domain.quiz import Quiz
from app.formats.archive import Archive, write_zip
from app.formats.base import Export, ImportResult, Upload
from app.formats.images import Media, read_image
from app.formats.native import FORMAT, read_library
from app.formats.native_writing import write
from app.formats.yaml import read_yaml
from app.formats.yaml_writing import Word, write_yaml
from tests.factories import example_quiz
from tests.unit.formats.quizzes import TRICKY, lines, quizzes

LIBRARY = [quiz for _, quiz in read_library(ROOT / "quizzes").quizzes]


def no_image(_name: str) -> None:
    return


def read(export: Export, name: str = "essai") -> ImportResult:
    upload = Upload(export.data, name + export.suffix)
    assert FORMAT.recognises(upload)
    assert FORMAT.read is not None
    return FORMAT.read(upload)


def picture(kind: str = "PNG", colour: str = "red") -> Media:
    out = BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, format=kind)
    media = read_image(out.getvalue())
    assert media is not None
    return media


def with_images(*images: Media) -> Quiz:
    quiz = example_quiz()
    first, *others = quiz.questions
    html = "Regardez : " + "".join(f'<img src="{image.name}" alt="Ruche">' for image in images)
    return quiz.model_copy(
        update={"questions": (first.model_copy(update={"prompt_html": html}), *others)}
    )


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(quizzes())
def test_reading_gives_any_quiz_back(quiz: Quiz) -> None:
    result = read(write(quiz, no_image))
    assert [str(problem.message) for problem in result.errors] == []
    assert result.quiz == quiz


@pytest.mark.parametrize("quiz", [example_quiz(), *LIBRARY], ids=lambda quiz: quiz.id)
def test_the_quizzes_that_we_have_come_back_the_same(quiz: Quiz) -> None:
    export = write(quiz, no_image)
    assert (export.suffix, export.losses) == (".quiz.yaml", [])
    assert read(export).quiz == quiz


def test_a_quiz_without_a_text_comes_back_too() -> None:
    quiz = example_quiz()
    kept = [one for one in quiz.questions if one.type in ("single_choice", "essay", "cloze")]
    bare = [one.model_copy(update={"evidence": type(one.evidence)()}) for one in kept]
    alone = quiz.model_copy(update={"passages": (), "glossary": (), "questions": tuple(bare)})
    assert read(write(alone, no_image)).quiz == alone


def test_it_is_written_as_a_person_would() -> None:
    text = write(example_quiz(), no_image).data.decode()
    assert text.startswith("format: relire/1\nid: marche-de-noel-b1\ntitle: ")
    assert (
        """\
  - id: arrivee
    type: true_false
    skill: détail
    prompt: "Les artisans arrivent l’après-midi."
    answer: false
    justify: true
    evidence:
      - "Les artisans s’installent dès l’aube, malgré le froid."
"""
        in text
    )
    assert '      - ["aube", "lever du soleil"]\n' in text
    assert max(len(line) for line in text.split("\n")) <= 110
    for left_out in ("null", "subskill", "language", "sentences", "shuffle", "family"):
        assert left_out not in text


def test_a_long_text_is_folded_and_lines_stay_lines() -> None:
    written = write_yaml({"long": "mot " * 60 + "fin", "lignes": "un\ndeux", "mot": Word("B1")})
    assert "long: >-\n  mot mot" in written
    assert "lignes: |-\n  un\n  deux\n" in written
    assert written.endswith("mot: B1\n")


@given(st.sampled_from(TRICKY) | lines(300), st.integers(0, 3))
def test_any_text_comes_back_from_yaml(text: str, depth: int) -> None:
    value: object = [text, {"mot": Word(text)}]
    expected: object = [text, {"mot": text}]
    for _ in range(depth):
        value, expected = {text: [value]}, {text: [expected]}
    document = read_yaml(write_yaml({"racine": value}), "essai")
    assert document.problems == []
    assert document.value == {"racine": expected}


def test_invisible_characters_are_left_out_and_said() -> None:
    quiz = example_quiz().model_copy(update={"description": "a\x07b\x9fc"})
    export = write(quiz, no_image)
    assert [loss.code for loss in export.losses] == ["lost-characters"]
    again = read(export).quiz
    assert again is not None
    assert again.description == "abc"


def test_images_travel_in_an_archive_and_come_back() -> None:
    image, photo = picture(), picture("JPEG")
    quiz = with_images(image, photo)
    export = write(quiz, {one.name: one for one in (image, photo)}.get)
    assert (export.suffix, export.losses) == (".zip", [])
    names = Archive(export.data, "essai").names
    assert names == (
        "marche-de-noel-b1.quiz.yaml",
        f"images/{image.digest}.png",
        f"images/{photo.digest}.jpeg",
    )
    result = read(export)
    assert result.errors == []
    assert result.quiz is not None
    shown = result.quiz.questions[0].images()
    assert shown[0] == image.name
    assert set(shown) == set(result.media)
    assert result.media[image.name] == image


def test_a_quiz_with_a_plain_image_is_exactly_the_same() -> None:
    image = picture()
    quiz = with_images(image)
    assert read(write(quiz, {image.name: image}.get)).quiz == quiz


def test_an_image_that_is_another_one_gets_its_own_name() -> None:
    image, other = picture(), picture(colour="blue")
    export = write(
        with_images(image), {image.name: Media(image.digest, other.type, other.data)}.get
    )
    result = read(export)
    assert result.quiz is not None
    assert result.quiz.questions[0].images() == (other.name,)
    assert list(result.media) == [other.name]


def test_an_image_that_is_gone_is_said_both_ways() -> None:
    export = write(with_images(picture()), no_image)
    assert [loss.code for loss in export.losses] == ["lost-image"]
    result = read(export)
    missing = [one for one in result.problems if one.code == "image-not-found"]
    lines = export.data.decode().split("\n")
    assert [lines[one.line - 1][one.column - 1 :].startswith("media:") for one in missing] == [True]
    assert result.quiz is not None


def test_no_program_comes_in_as_an_image() -> None:
    image = picture()
    export = write(
        with_images(image),
        {image.name: Media(image.digest, "image/png", b"<svg onload='x()'/>")}.get,
    )
    result = read(export)
    assert result.media == {}
    assert "image-not-found" in [problem.code for problem in result.problems]


def test_only_the_first_quiz_of_an_archive_is_read_and_that_is_said() -> None:
    text = write(example_quiz(), no_image).data
    upload = Upload(write_zip({"a.quiz.yaml": text, "b.quiz.yaml": text}), "deux.zip")
    assert FORMAT.read is not None
    result = FORMAT.read(upload)
    assert result.quiz is not None
    assert [one.file for one in result.problems if one.code == "one-quiz"] == [
        "deux.zip › b.quiz.yaml"
    ]
