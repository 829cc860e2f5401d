"""H5P packages: every readable library, what is named as unreadable, and broken files."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import UnreadableFile
from app.formats import h5p, read_upload
from app.formats.archive import write_zip
from app.formats.base import ImportResult, Upload
from app.questions.base import Grade, Question
from app.questions.cloze.question import Cloze
from app.questions.hot_text.question import HotText
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse

LONG = "Le four chauffe depuis l’aube et la pâte lève. " * 4


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 3), "white").save(out, "PNG")
    return out.getvalue()


def packed(library: str, content: Any, **members: bytes) -> Upload:
    """A package of one main library."""
    manifest = {"title": "Essai", "mainLibrary": library, "language": "fr"}
    return Upload(
        write_zip(
            {
                "h5p.json": json.dumps(manifest).encode(),
                "content/content.json": json.dumps(content).encode(),
                **{f"content/{name}": data for name, data in members.items()},
            }
        ),
        "paquet.h5p",
    )


def read(library: str, content: Any, **members: bytes) -> ImportResult:
    upload = packed(library, content, **members)
    assert h5p.FORMAT.recognises(upload)
    return h5p._read(upload)


def only(result: ImportResult) -> Question:
    """The one question of a file without errors."""
    assert not result.errors, [str(problem.message) for problem in result.errors]
    (question,) = result.questions
    return question


def inside(library: str, params: Any, **more: Any) -> dict[str, Any]:
    return {"library": f"{library} 1.5", "params": params, **more}


def graded(result: ImportResult, answer: Any, n: int = 0) -> Grade:
    question = result.questions[n]
    return question.grade(question.read(answer, result.reading), result.reading)


def losses(result: ImportResult) -> list[str]:
    return [loss.code for loss in result.losses]


def choice(text: str, *, correct: bool = False, **said: str) -> dict[str, Any]:
    return {"text": f"<div>{text}</div>\n", "correct": correct, "tipsAndFeedback": said}


BREAD = {
    "question": "<p>Que vend le <strong>boulanger</strong> ?</p>\n",
    "answers": [
        choice("du poisson", chosenFeedback="<p>Au port !</p>", tip="<p>Nage-t-il ?</p>"),
        choice("du pain", correct=True, chosenFeedback="Oui."),
        choice("des clous"),
    ],
    "behaviour": {"type": "auto", "singlePoint": True, "randomAnswers": False},
}
TRUE = {
    "question": "<p>Le pain cuit.</p>",
    "correct": "false",
    "behaviour": {"feedbackOnCorrect": "Bien vu.", "feedbackOnWrong": "Relisez."},
}


# Each library


def test_one_right_answer_is_a_single_choice() -> None:
    question = only(read("H5P.MultiChoice", BREAD))
    assert isinstance(question, SingleChoice)
    assert question.prompt == "Que vend le boulanger ?"
    assert question.prompt_html == "Que vend le <strong>boulanger</strong> ?"
    assert question.outline() == {
        "choices": ["du poisson", "du pain", "des clous"],
        "correct": [1],
        "weights": [0.0, 1.0, 0.0],
    }
    assert [one.feedback for one in question.choices] == ["Au port !", "Oui.", ""]
    assert question.hints == ("du poisson : Nage-t-il ?",)
    assert not question.shuffle


def test_several_right_answers_are_worth_what_they_are_in_h5p() -> None:
    answers = [choice("a", correct=True), choice("b"), choice("c", correct=True), choice("d")]
    result = read("H5P.MultiChoice", {"question": "Quoi ?", "answers": [*answers, choice("e")]})
    question = only(result)
    assert question.type == "multiple_response"
    assert question.outline()["correct"] == [0, 2]
    assert question.outline()["weights"] == [0.5, -0.5, 0.5, -0.5, -0.5]
    assert question.points == 2
    ids = [one.id for one in question.authored_choices()]
    assert graded(result, [ids[0], ids[2]]).fraction == 1
    assert graded(result, [ids[0], ids[2], ids[4]]).fraction * 2 == 1  # type: ignore[operator]


def test_all_or_nothing_is_a_loss() -> None:
    answers = [choice("a", correct=True), choice("b", correct=True), choice("c")]
    settings = {"singlePoint": True}
    result = read("H5P.MultiChoice", {"question": "?", "answers": answers, "behaviour": settings})
    assert only(result).points == 1
    assert losses(result) == ["all-or-nothing"]


@pytest.mark.parametrize(
    ("style", "kind"), [("multi", "multiple_response"), ("single", "single_choice")]
)
def test_the_author_may_say_whether_one_or_several_are_chosen(style: str, kind: str) -> None:
    content = {**BREAD, "behaviour": {"type": style}}
    assert only(read("H5P.MultiChoice", content)).type == kind


def test_a_second_right_answer_of_a_single_choice_earns_all() -> None:
    answers = [choice("a", correct=True), choice("b", correct=True), choice("c")]
    content = {"question": "?", "answers": answers, "behaviour": {"type": "single"}}
    result = read("H5P.MultiChoice", content)
    ids = [one.id for one in only(result).authored_choices()]
    assert [graded(result, one).fraction for one in ids] == [1, 1, 0]


def test_what_is_said_of_a_choice_left_alone_is_a_loss() -> None:
    answers = [choice("a", correct=True, notChosenFeedback="Dommage."), choice("b")]
    result = read("H5P.MultiChoice", {"question": "?", "answers": answers})
    assert losses(result) == ["lost-feedback"]


def test_true_or_false_with_what_is_said_of_each() -> None:
    question = only(read("H5P.TrueFalse", TRUE))
    assert isinstance(question, TrueFalse)
    assert question.answer == "false"
    assert question.feedback.false == "Bien vu."
    assert question.feedback.true == "Relisez."


def test_true_or_false_without_a_key_is_guessed_and_told() -> None:
    result = read("H5P.TrueFalse", {"question": "Le pain cuit."})
    assert [problem.code for problem in result.problems] == ["no-key"]


def test_blanks_make_one_question_for_each_text() -> None:
    content = {
        "text": "<p>Complétez.</p>",
        "questions": [
            "<p>Le *pain/croissant:Il lève.* est *bon*, 2 ** 3.</p>",
            "<p>Puis :</p>",
            "<p>Le {{1}} est *chaud*.</p>",
        ],
    }
    result = read("H5P.Blanks", content)
    first, second = result.questions
    assert isinstance(first, Cloze)
    assert isinstance(second, Cloze)
    assert first.body == "Le {{1}} est {{2}}, 2 * 3."
    assert first.outline()["correct"] == [
        {"kind": "typed", "choices": [], "correct": ["pain", "croissant"]},
        {"kind": "typed", "choices": [], "correct": ["bon"]},
    ]
    assert first.hints == ("(1) Il lève.",)
    assert first.points == 2
    assert second.body == "Puis :\nLe { {1}} est {{1}}."
    assert graded(result, {"1": "croissant", "2": "bon"}).fraction == 1


@pytest.mark.parametrize(
    ("answer", "settings", "case"),
    [
        ("Paris", {}, "strict"),
        ("Paris", {"caseSensitive": False}, "ignore"),
        ("pain", {"caseSensitive": True}, "ignore"),
    ],
)
def test_capitals_count_where_the_answer_has_one(
    answer: str, settings: dict[str, bool], case: str
) -> None:
    question = only(read("H5P.Blanks", {"questions": [f"*{answer}*"], "behaviour": settings}))
    assert isinstance(question, Cloze)
    assert question.compare.case == case


def test_blanks_without_a_gap_are_an_error() -> None:
    result = read("H5P.Blanks", {"questions": []})
    assert [problem.code for problem in result.errors] == ["no-gap"]


def test_dragged_words_come_from_a_bank() -> None:
    content = {
        "taskDescription": "<p>Glissez les mots.</p>",
        "textField": "Le *chat:Il miaule.* dort.\nLe *chien\\+Oui.\\-Non.* aboie.",
        "distractors": "*loup* *ours*",
    }
    result = read("H5P.DragText", content)
    question = only(result)
    assert isinstance(question, Cloze)
    assert question.body == "Le {{1}} dort.\nLe {{2}} aboie."
    words = ["chat", "chien", "loup", "ours"]
    assert question.outline()["correct"] == [
        {"kind": "bank", "choices": words, "correct": ["chat"]},
        {"kind": "bank", "choices": words, "correct": ["chien"]},
    ]
    assert question.hints == ("(1) Il miaule.",)
    assert losses(result) == ["lost-feedback"]
    assert question.grade(question.key(result.reading), result.reading).fraction == 1


def marked(text: str) -> tuple[ImportResult, HotText]:
    result = read("H5P.MarkTheWords", {"taskDescription": "Les noms ?", "textField": text})
    question = only(result)
    assert isinstance(question, HotText)
    return result, question


def chosen(result: ImportResult, question: HotText) -> list[str]:
    """The words to find, each with the sentence and rank where it stands."""
    return list(question.key(result.reading))


def test_words_to_mark_make_a_document_and_a_question_on_it() -> None:
    result, question = marked("<p>Le *pain* est *bon*.</p><p>*Dehors*, il pleut.</p>")
    (document,) = result.passages
    assert document.kind == "document"
    assert [p.sentences[0].text for p in document.paragraphs] == [
        "Le pain est bon.",
        "Dehors, il pleut.",
    ]
    assert question.prompt == "Les noms ?"
    assert question.outline() == {"unit": "word", "correct": ["pain", "bon", "Dehors"]}
    assert question.points == 3
    assert chosen(result, question) == ["p1s1w2", "p1s1w4", "p2s1w1"]


def test_a_word_that_stands_several_times_is_found_where_it_is_marked() -> None:
    result, question = marked("Le pain est là. Le *pain* est bon, ce *pain*-là !")
    assert chosen(result, question)[0] == "p1s2w2"
    result, question = marked("Pain et pain. Du *pain*. Le *pain* frais.")
    assert chosen(result, question) == ["p1s2w2", "p1s3w2"]


def test_the_elided_article_of_a_marked_word_is_no_key() -> None:
    _, question = marked("Voici «*l’ami*», *savoir-faire* et *aujourd’hui*.")
    assert question.outline()["correct"] == ["ami", "savoir-faire", "aujourd’hui"]


def test_two_questions_on_one_text_share_it() -> None:
    params = [{"textField": "Le *pain* cuit."}, {"textField": "Le pain *cuit*."}]
    result = read(
        "H5P.QuestionSet", {"questions": [inside("H5P.MarkTheWords", one) for one in params]}
    )
    assert len(result.passages) == 1
    assert [question.key(result.reading) for question in result.questions] == [
        ["p1s1w2"],
        ["p1s1w3"],
    ]


def test_each_text_to_mark_offers_its_own_words() -> None:
    params = [{"textField": "Le *pain* cuit."}, {"textField": "Un *pain* dur."}]
    result = read(
        "H5P.QuestionSet", {"questions": [inside("H5P.MarkTheWords", one) for one in params]}
    )
    second = result.questions[1]
    assert isinstance(second, HotText)
    assert second.select.sentences == ("p2s1",)
    assert second.key(result.reading) == ["p2s1w2"]


def test_an_asterisk_around_several_words_is_told() -> None:
    result, _ = marked("Le *petit pain* est *bon*.")
    assert [problem.code for problem in result.problems] == ["astray-asterisk"] * 2


def test_no_word_to_mark_is_an_error() -> None:
    result = read("H5P.MarkTheWords", {"textField": "Le pain."})
    assert [problem.code for problem in result.errors] == ["no-key"]


def test_the_first_answer_of_a_single_choice_set_is_right() -> None:
    content = {
        "choices": [
            {"question": "<p>Un ?</p>", "answers": ["<p>juste</p>", "<p>faux</p>"]},
            {"question": "Deux ?", "answers": ["oui", "non", "peut-être"]},
            {"subContentId": "laissé-vide"},
        ]
    }
    result = read("H5P.SingleChoiceSet", content)
    assert [(q.prompt, q.outline()["correct"]) for q in result.questions] == [
        ("Un ?", [0]),
        ("Deux ?", [0]),
    ]


def test_an_essay_is_marked_by_a_person() -> None:
    content = {
        "taskDescription": "<p>Racontez.</p>",
        "keywords": [{"keyword": "pain", "options": {"points": 2}}],
        "solution": {"sample": "<p>Il était une fois.</p>"},
    }
    result = read("H5P.Essay", content)
    assert only(result).type == "essay"
    assert losses(result) == ["lost-keywords", "lost-solution"]


# What holds others


def test_a_question_set_keeps_its_questions_in_order() -> None:
    content = {
        "introPage": {"showIntroPage": True, "title": "À lire", "introduction": f"<p>{LONG}</p>"},
        "questions": [inside("H5P.MultiChoice", BREAD), inside("H5P.TrueFalse", TRUE)],
        "passPercentage": 50,
        "poolSize": 1,
    }
    result = read("H5P.QuestionSet", content)
    assert [question.type for question in result.questions] == ["single_choice", "true_false"]
    assert [passage.title for passage in result.passages] == ["À lire"]
    assert result.header["title"] == "Essai"
    assert losses(result) == ["drawn-questions"]


def test_a_short_introduction_describes_the_quiz() -> None:
    content = {
        "introPage": {"introduction": "<p>Bon courage !</p>"},
        "questions": [inside("H5P.TrueFalse", TRUE)],
    }
    assert read("H5P.QuestionSet", content).header["description"] == "Bon courage !"


def test_the_long_texts_of_a_column_are_read_before_its_questions() -> None:
    text = f"<h2>Le four</h2><p>{LONG}</p>"
    panels = [{"title": "Recette", "content": inside("H5P.AdvancedText", {"text": LONG})}]
    content = {
        "content": [
            {"content": inside("H5P.AdvancedText", {"text": text}, metadata={"title": "Texte A"})},
            {"content": inside("H5P.AdvancedText", {"text": "<p>Lisez.</p>"})},
            {"content": inside("H5P.Accordion", {"panels": panels})},
            {"content": inside("H5P.TrueFalse", TRUE)},
            {"content": inside("H5P.Image", {})},
            {"content": inside("H5P.Video", {})},
        ]
    }
    result = read("H5P.Column", content)
    assert [passage.title for passage in result.passages] == ["Texte A", "Essai"]
    assert result.passages[0].paragraphs[0].heading
    assert only(result).type == "true_false"
    assert losses(result) == ["short-text", "lone-image", "lost-video"]


def test_a_presentation_gives_its_questions_and_loses_its_slides() -> None:
    slides = [{"elements": [{"action": inside("H5P.TrueFalse", TRUE)}, {"x": 1}]}]
    result = read("H5P.CoursePresentation", {"presentation": {"slides": slides}})
    assert only(result).type == "true_false"
    assert losses(result) == ["lost-slides"]
    assert "Course Presentation" in str(result.losses[0].message)


@pytest.mark.parametrize(
    ("library", "name"),
    [
        ("H5P.Timeline", "Timeline"),
        ("H5P.DragQuestion", "Drag and Drop"),
        ("H5P.Dialogcards", "Dialog Cards"),
        ("H5P.Flashcards", "Flashcards"),
        ("H5P.ImageHotspots", "Image Hotspots"),
        ("H5P.InteractiveVideo", "Interactive Video"),
        ("H5P.Unheard", "Unheard"),
    ],
)
def test_a_library_that_cannot_be_read_is_named(library: str, name: str) -> None:
    alone = read(library, {"anything": 1})
    (problem,) = alone.errors
    assert name in str(problem.message)
    assert problem.file == "paquet.h5p › content/content.json"
    among = read(
        "H5P.QuestionSet", {"questions": [inside(library, {}), inside("H5P.TrueFalse", TRUE)]}
    )
    assert only(among).type == "true_false"
    assert name in str(among.losses[0].message)


# Images and places


def test_the_image_above_a_question_comes_with_it() -> None:
    media = {"type": inside("H5P.Image", {"file": {"path": "images/four.png#tmp"}, "alt": "Four"})}
    result = read("H5P.TrueFalse", {**TRUE, "media": media}, **{"images/four.png": png()})
    question = only(result)
    assert question.prompt == "Le pain cuit."
    assert len(question.images()) == 1
    assert 'alt="Four"' in question.prompt_html
    assert set(result.media) == set(question.images())


def test_an_image_that_is_not_there_is_a_loss() -> None:
    media = {"type": inside("H5P.Image", {"file": {"path": "images/four.png"}})}
    assert losses(read("H5P.TrueFalse", {**TRUE, "media": media})) == ["lost-image"]


def test_a_choice_that_is_only_an_image_is_numbered() -> None:
    answers = [
        {"text": '<img src="images/a.png" alt="">', "correct": True},
        {"text": "rien", "correct": False},
    ]
    result = read(
        "H5P.MultiChoice", {"question": "?", "answers": answers}, **{"images/a.png": png()}
    )
    assert only(result).outline()["choices"] == ["Image 1", "rien"]


def test_a_problem_is_told_at_its_line() -> None:
    text = (
        '{"questions": [\n  {"library": "H5P.TrueFalse 1.8", "params": {"question": "Vrai ?",'
        ' "correct": "true"}},\n  {"library": "H5P.MultiChoice 1.16", "params":\n'
        '    {"question": "Quoi ?", "answers": [{"text": "seul", "correct": true}]}}\n]}'
    )
    result = read_upload(Upload(text.encode(), "content.json"))
    assert result.format == "h5p"
    (problem,) = result.errors
    assert (problem.file, problem.line, problem.column) == ("content.json", 3, 3)


def test_a_content_without_its_package_is_recognised() -> None:
    for content in (
        BREAD,
        inside("H5P.MultiChoice", BREAD),
        {**inside("H5P.MultiChoice", {"metadata": {}, "params": BREAD}), "h5p": {"title": "T"}},
    ):
        upload = Upload(json.dumps(content).encode(), "content.json")
        assert h5p.FORMAT.recognises(upload)
        assert only(h5p._read(upload)).type == "single_choice"


@pytest.mark.parametrize("data", [b'{"quiz": {"title": "x"}}', b"[1, 2]", b"Q: Vrai ?\nA) a"])
def test_another_text_is_not_taken_for_h5p(data: bytes) -> None:
    assert not h5p.FORMAT.recognises(Upload(data, "f.json"))


def test_another_archive_is_not_taken_for_h5p() -> None:
    assert not h5p.FORMAT.recognises(Upload(write_zip({"imsmanifest.xml": b"<manifest/>"}), "z"))


def test_a_package_in_a_folder_is_read() -> None:
    upload = Upload(
        write_zip(
            {
                "essai/h5p.json": b'{"mainLibrary": "H5P.TrueFalse"}',
                "essai/content/content.json": json.dumps(TRUE).encode(),
            }
        ),
        "essai.zip",
    )
    assert only(read_upload(upload)).type == "true_false"


# Broken and hostile files


def refused(upload: Upload) -> str:
    with pytest.raises(UnreadableFile) as error:
        h5p._read(upload)
    (problem,) = error.value.problems
    assert problem.hint
    return problem.code


def test_a_package_without_content_is_refused() -> None:
    assert refused(Upload(write_zip({"h5p.json": b"{}"}), "p.h5p")) == "no-content"


def test_broken_json_is_refused_at_its_place() -> None:
    upload = Upload(
        write_zip({"h5p.json": b"{}", "content/content.json": b'{"a": 1,\n "b": }'}), "p.h5p"
    )
    with pytest.raises(UnreadableFile) as error:
        h5p._read(upload)
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("p.h5p › content/content.json", 2)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_json_that_is_too_deep_is_refused(opening: bytes) -> None:
    deep = opening * 100_000
    upload = Upload(write_zip({"h5p.json": b"{}", "content/content.json": deep}), "p.h5p")
    assert refused(upload) in ("too-deep", "not-json")


@pytest.mark.parametrize(
    ("library", "content"),
    [
        ("H5P.MultiChoice", {"question": "?", "answers": [choice("a")] * 60_000}),
        ("H5P.SingleChoiceSet", {"choices": [{"question": "?", "answers": ["a"] * 60_000}]}),
        ("H5P.Blanks", {"questions": ["*a* " * 100_000]}),
        ("H5P.MarkTheWords", {"textField": "*mot* " * 100_000}),
    ],
)
def test_what_is_too_large_to_be_meant_is_an_error(library: str, content: Any) -> None:
    upload = Upload(json.dumps(inside(library, content)).encode(), "content.json")
    assert [problem.code for problem in h5p._read(upload).errors] == ["too-large"]


def test_json_without_end_is_refused() -> None:
    flat = b'{"questions": [' + b"{}," * 500_000 + b"{}]}"
    assert refused(Upload(flat, "content.json")) == "too-large"


def test_a_text_of_one_endless_sentence_is_cut() -> None:
    result = read("H5P.AdvancedText", {"text": "mot " * 20_000})
    assert len(result.passages[0].paragraphs) > 1


def test_libraries_inside_each_other_without_end_are_refused() -> None:
    content: Any = {"content": []}
    for _ in range(40):
        content = {"content": [{"content": inside("H5P.Column", content)}]}
    result = read("H5P.Column", content)
    assert losses(result) == ["unreadable-library"]


def test_a_lone_surrogate_harms_nothing() -> None:
    upload = Upload(
        write_zip(
            {
                "h5p.json": b'{"mainLibrary": "H5P.SingleChoiceSet"}',
                "content/content.json": rb'{"choices":[{"question":"\ud800?","answers":["\udfff a","b"]}]}',
            }
        ),
        "p.h5p",
    )
    assert only(h5p._read(upload)).prompt == "?"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "library params content questions answers text correct choices question textField"
                " distractors media type behaviour introPage panels metadata title summaries summary"
                " paragraphs".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
LIBRARIES = st.sampled_from(
    [
        f"H5P.{name}"
        for name in (
            "MultiChoice TrueFalse Blanks DragText MarkTheWords SingleChoiceSet Essay QuestionSet"
            " Column Accordion AdvancedText CoursePresentation InteractiveBook Summary"
            " SortParagraphs".split()
        )
    ]
)


@settings(deadline=None)
@given(LIBRARIES, ANY, ANY)
def test_no_shape_of_content_raises(library: str, content: Any, more: Any) -> None:
    nested = {"content": [{"content": inside(library, content)}], "questions": [more]}
    for main, whole in ((library, content), ("H5P.Column", nested), ("H5P.QuestionSet", nested)):
        result = h5p._read(packed(main, whole))
        assert result.items or result.problems


WHOLE = packed("H5P.QuestionSet", {"questions": [inside("H5P.MultiChoice", BREAD)]}).data


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3))
@example(40, b"")
def test_no_mutilated_package_raises(at: int, bytes_: bytes) -> None:
    for data in (WHOLE[:at], WHOLE[:at] + bytes_ + WHOLE[at + len(bytes_) :]):
        result = read_upload(Upload(data, "p.h5p"))
        assert result.questions or result.problems
        assert "unreadable" not in {problem.code for problem in result.problems}


@settings(deadline=None)
@given(st.text("*ab :/’l.\n«(", max_size=40))
def test_marked_words_are_always_found_again(text: str) -> None:
    result = h5p._read(packed("H5P.MarkTheWords", {"textField": text.replace("\n", "<br>")}))
    for question in result.questions:
        assert question.key(result.reading)
    assert not [p for p in result.problems if p.code == "quote-not-in-text"]


# What reads as an activity without saying so


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            {"question": "Où ?", "answers": [{"text": "Là", "correct": True}, {"text": "Ici"}]},
            "single_choice",
        ),
        ({"question": "Il pleut.", "correct": "false"}, "true_false"),
        ({"taskDescription": "Racontez.", "keywords": []}, "essay"),
        ({"taskDescription": "Marquez.", "textField": "Le *pain* cuit."}, "hot_text"),
        ({"summaries": [{"summary": ["Juste", "Faux"]}]}, "single_choice"),
        ({"taskDescription": "Rangez.", "paragraphs": ["<p>Un</p>", "<p>Deux</p>"]}, "ordering"),
    ],
)
def test_a_bare_content_is_known_by_its_keys(content: dict[str, Any], kind: str) -> None:
    result = read_upload(Upload(json.dumps(content).encode(), "content.json"))
    assert (result.format, only(result).type) == ("h5p", kind)


@pytest.mark.parametrize(
    "text", ['{"question": "Où ?"', '{"question": {}}', '{"a": "question"}', "[1]"]
)
def test_other_json_is_left_to_others(text: str) -> None:
    assert not h5p.FORMAT.recognises(Upload(text.encode(), "content.json"))


def test_the_first_statement_of_a_summary_is_the_right_one() -> None:
    sets = [
        {"tip": "<p>Pensez au four.</p>", "summary": ["<p>Il cuit.</p>", "<p>Il gèle.</p>"]},
        {"summary": ["A", "B", "C"]},
    ]
    result = read("H5P.Summary", {"intro": "<p>Qu’est-ce qui est vrai ?</p>", "summaries": sets})
    first, second = result.questions
    assert first.outline()["choices"] == ["Il cuit.", "Il gèle."]
    assert first.outline()["correct"] == second.outline()["correct"] == [0]
    assert (first.prompt, first.hints) == ("Qu’est-ce qui est vrai ?", ("Pensez au four.",))


def test_paragraphs_to_sort_stand_in_the_right_order() -> None:
    content = {
        "taskDescription": "<p>Rangez.</p>",
        "paragraphs": ["<p>Le grain</p>", "<p>Le pain</p>"],
    }
    assert only(read("H5P.SortParagraphs", content)).outline()["correct"] == ["Le grain", "Le pain"]
