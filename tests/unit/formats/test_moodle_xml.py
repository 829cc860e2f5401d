"""Moodle XML: each type of question, places of problems, hostile files, and there and back."""

import base64
import time
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.quiz import Quiz
from app.domain.writing import written
from app.formats import read_upload
from app.formats.base import ImportResult, Upload
from app.formats.images import Media, read_image
from app.formats.moodle_xml import FORMAT
from app.questions import QUESTION_TYPES
from app.questions.base import Question
from tests.factories import example_quiz
from tests.unit.questions.variants import VARIANTS

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
EXAMPLE = example_quiz()


def read(*questions: str, name: str = "banque.xml") -> ImportResult:
    return read_raw(HEAD + "\n".join(questions) + "\n</quiz>\n", name)


def read_raw(text: str | bytes, name: str = "banque.xml") -> ImportResult:
    return read_upload(Upload(text if isinstance(text, bytes) else text.encode(), name))


def asked(kind: str, *parts: str, text: str = "Que dit le texte ?") -> str:
    return (
        f'<question type="{kind}"><name><text>Essai</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
        f"{''.join(parts)}</question>"
    )


def answer(fraction: float | str, text: str, feedback: str = "", more: str = "") -> str:
    said = f"<feedback><text><![CDATA[{feedback}]]></text></feedback>" if feedback else ""
    cdata = f"<text><![CDATA[{text}]]></text>"
    return f'<answer fraction="{fraction}">{cdata}{said}{more}</answer>'


def only(*questions: str) -> Any:
    result = read(*questions)
    assert [p for p in result.problems if p.severity == "error"] == []
    (question,) = result.questions
    return question


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def picture(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 3), colour).save(out, "PNG")
    return out.getvalue()


def file(name: str, data: bytes, path: str = "/") -> str:
    encoded = base64.b64encode(data).decode()
    return f'<file name="{name}" path="{path}" encoding="base64">{encoded}</file>'


# One of each type


def test_a_choice_has_its_key_its_comments_and_its_order() -> None:
    question = only(
        asked(
            "multichoice",
            "<single>true</single><shuffleanswers>0</shuffleanswers>",
            answer(0, "<p>Le <b>pain</b></p>", "<p>C’est son frère.</p>"),
            answer("100.00000", "Le miel", "Oui&nbsp;!"),
            answer("33,33333", "La cire"),
            text="<p>Que vend <em>Zoé</em> ?</p>",
        )
    )
    assert question.type == "single_choice"
    assert (question.prompt, question.prompt_html) == (
        "Que vend Zoé ?",
        "Que vend <em>Zoé</em> ?",
    )
    assert [(c.text, c.key, c.feedback, c.weight) for c in question.choices] == [
        ("Le pain", False, "C’est son frère.", None),
        ("Le miel", True, "Oui\u00a0!", None),
        ("La cire", False, "", 0.3333333),
    ]
    assert question.choices[0].html == "Le <strong>pain</strong>"
    assert not question.shuffle


def test_a_choice_without_settings_is_single_and_keeps_its_order() -> None:
    question = only(asked("multichoice", answer(100, "oui"), answer(0, "non")))
    assert (question.type, question.shuffle) == ("single_choice", False)


def test_two_right_answers_of_a_single_choice_are_both_right_and_told() -> None:
    result = read(asked("multichoice", answer(100, "a"), answer(0, "b"), answer(100, "c")))
    assert result.questions[0].outline()["correct"] == [0, 2]
    assert "two-right" in codes(result.problems)


def test_several_answers_keep_their_weights() -> None:
    question = only(
        asked(
            "multichoice",
            "<single>false</single>",
            answer(33.33333, "a"),
            answer(33.33333, "b"),
            answer(33.33333, "c"),
            answer(-50, "d"),
            answer(0, "e"),
        )
    )
    assert question.type == "multiple_response"
    assert question.outline()["correct"] == [0, 1, 2]
    assert question.outline()["weights"] == [0.3333333, 0.3333333, 0.3333333, -0.5, 0]


def test_weights_that_relire_would_give_are_left_to_it() -> None:
    question = only(
        asked(
            "multichoice",
            "<single>false</single>",
            answer(50, "a"),
            answer(50, "b"),
            answer(-33.33333, "c"),
            answer(-33.33333, "d"),
            answer(-33.33333, "e"),
        )
    )
    assert [choice.weight for choice in question.choices] == [None] * 5


def test_plugins_in_which_each_right_choice_counts_100_are_several_answers() -> None:
    result = read(asked("oumultiresponse", answer(100, "a"), answer(100, "b"), answer(0, "c")))
    assert result.questions[0].outline()["correct"] == [0, 1]
    assert codes(result.losses) == ["own-scoring"]


def test_comments_on_all_answers_are_kept_but_not_moodles_own() -> None:
    question = only(
        asked(
            "multichoice",
            "<generalfeedback><text>Voyez le §1.</text></generalfeedback>"
            "<correctfeedback><text><![CDATA[<p>Votre réponse est correcte.</p>]]></text>"
            "</correctfeedback><incorrectfeedback><text>Presque.</text></incorrectfeedback>",
            answer(100, "a"),
            answer(0, "b"),
        )
    )
    assert (question.feedback.right, question.feedback.wrong) == (
        "Voyez le §1.",
        "Presque.\nVoyez le §1.",
    )


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        (answer(100, "true") + answer(0, "false"), "true"),
        (answer(0, "true") + answer(100, "false"), "false"),
        (answer(100, "false") + answer(0, "true"), "false"),
        (answer(0, "Vrai") + answer(100, "Faux"), "false"),
        (answer(100, "Vrai") + answer(0, "Faux"), "true"),
    ],
)
def test_true_or_false_goes_by_name_else_by_order(answers: str, right: str) -> None:
    assert only(asked("truefalse", answers)).answer == right


def test_true_or_false_has_a_comment_for_each_verdict() -> None:
    question = only(asked("truefalse", answer(100, "true", "Oui."), answer(0, "false", "Non.")))
    assert (question.feedback.true, question.feedback.false) == ("Oui.", "Non.")


def test_neither_true_nor_false_is_an_error() -> None:
    result = read(asked("truefalse", answer(0, "true"), answer(0, "false")))
    assert codes(result.errors) == ["no-key"]
    assert len(result.items) == 1


def test_a_short_answer_accepts_texts_and_comments_on_all_others() -> None:
    question = only(
        asked(
            "shortanswer",
            "<usecase>1</usecase>",
            answer(100, "ruche"),
            answer(50, "ruches", "Au singulier."),
            answer(0, "roche", "C’est une pierre."),
            answer(0, "*", "Relisez la dernière phrase."),
            answer(100, r"3 \* 4"),
        )
    )
    assert [(a.text, a.fraction, a.feedback) for a in question.answers] == [
        ("ruche", 1, ""),
        ("ruches", 0.5, "Au singulier."),
        ("roche", 0, "C’est une pierre."),
        ("3 * 4", 1, ""),
    ]
    assert question.feedback.wrong == "Relisez la dernière phrase."
    assert question.compare.case == "strict"


def test_a_star_inside_an_answer_is_told() -> None:
    result = read(asked("shortanswer", answer(100, "*la ruche*")))
    assert result.questions[0].outline()["correct"] == ["la ruche"]
    (problem,) = result.problems
    assert (problem.code, problem.severity, problem.excerpt) == (
        "wildcard",
        "warning",
        "*la ruche*",
    )


def test_a_short_answer_that_accepts_anything_is_an_error() -> None:
    assert "any-answer" in codes(read(asked("shortanswer", answer(100, "*"))).errors)


def test_a_number_has_its_tolerance_its_unit_and_a_comment_on_all_others() -> None:
    question = only(
        asked(
            "numerical",
            answer(100, "3,5", "Exact.", "<tolerance>0.1</tolerance>"),
            answer(50, "4", "", "<tolerance></tolerance>"),
            answer(0, "*", "Comptez encore."),
            "<units><unit><multiplier>1</multiplier><unit_name>km</unit_name></unit></units>",
        )
    )
    assert [(a.value, a.tolerance, a.fraction, a.feedback) for a in question.answers] == [
        (3.5, 0.1, 1, "Exact."),
        (4, 0, 0.5, ""),
    ]
    assert (question.unit, question.feedback.wrong) == ("km", "Comptez encore.")


def test_the_numbers_of_old_files_are_read() -> None:
    old = "<answer>12<fraction>1</fraction><tolerance>2</tolerance></answer>"
    (only_answer,) = only(asked("numerical", old)).answers
    assert (only_answer.value, only_answer.tolerance, only_answer.fraction) == (12, 2, 1)


def test_what_is_no_number_and_a_second_unit_are_told() -> None:
    unit = "<unit><multiplier>{}</multiplier><unit_name>{}</unit_name></unit>"
    result = read(
        asked(
            "numerical",
            answer(100, "trois"),
            f"<units>{unit.format(1000, 'm')}{unit.format(1, 'km')}</units>",
        )
    )
    assert "not-a-number" in codes(result.errors)
    assert result.items[0].raw["unit"] == "km"
    assert codes(result.losses) == ["units"]


def pair(left: str, right: str) -> str:
    return (
        f"<subquestion><text><![CDATA[{left}]]></text>"
        f"<answer><text>{right}</text></answer></subquestion>"
    )


def test_matching_has_pairs_and_answers_too_many() -> None:
    question = only(
        asked(
            "matching",
            "<shuffleanswers>true</shuffleanswers>",
            pair("<p>l’aube</p>", "le matin"),
            pair("la ruche", "les abeilles"),
            pair("", "le soir"),
            pair("", "le matin"),
        )
    )
    assert question.outline() == {
        "correct": [["l’aube", "le matin"], ["la ruche", "les abeilles"]],
        "distractors": ["le soir"],
    }


def test_an_image_to_match_gets_a_name_and_moves_to_the_prompt() -> None:
    image = '<img src="@@PLUGINFILE@@/a%20b.png" alt="{}">'
    result = read(
        asked(
            "matching",
            file("a b.png", picture()),
            pair(image.format("une ruche"), "les abeilles"),
            pair(image.format(""), "le pain"),
            pair("", "le sel"),
        )
    )
    (question,) = result.questions
    assert [one[0] for one in question.outline()["correct"]] == ["une ruche", "Image 2"]
    assert question.prompt_html.count("<img") == 2
    assert "Image 2 : <img" in question.prompt_html


def test_ordering_is_in_the_order_of_the_file() -> None:
    question = only(
        asked("ordering", answer(1, "<p>un</p>"), answer(2, "deux"), answer(3, "trois"))
    )
    assert question.sequence == ("un", "deux", "trois")


def test_an_essay_has_limits_and_tells_what_it_loses() -> None:
    result = read(
        asked(
            "essay",
            "<minwordlimit>50</minwordlimit><maxwordlimit>120</maxwordlimit>",
            "<attachments>2</attachments>",
            "<graderinfo><text>Deux arguments.</text></graderinfo>",
            "<responsetemplate><text>Cher ami,</text></responsetemplate>",
        )
    )
    (question,) = result.questions
    assert question.outline()["words"] == {"least": 50, "most": 120}
    assert codes(result.losses) == [
        "essay-graderinfo",
        "essay-responsetemplate",
        "essay-attachments",
    ]


def test_a_long_description_is_a_text_to_read() -> None:
    text = (
        "<h3>Un marché</h3><p>Chaque hiver, le village d’Œuilly accueille un petit marché sur la "
        "place. Les artisans s’installent dès l’aube, malgré le froid et la neige.</p>"
        "<p>Zoé vend du miel, son frère du pain.</p>"
    )
    result = read(
        asked("description", text=text), asked("truefalse", answer(100, "true"), answer(0, "false"))
    )
    (passage,) = result.passages
    assert (passage.kind, passage.title) == ("document", "Essai")
    assert [p.heading for p in passage.paragraphs] == [True, False, False]
    assert len(result.questions) == 1


def test_a_short_description_is_lost_in_words() -> None:
    result = read(asked("description", text="Lisez bien !"), asked("essay"))
    assert codes(result.losses) == ["description"]
    assert result.passages == []


def test_a_text_with_gaps_of_each_kind() -> None:
    question = only(
        asked(
            "cloze",
            text="<p>Complétez le résumé.</p><p>Zoé {1:SA:=vend~%50%donne#Presque.} du "
            "{1:MC:=miel~sel#Non.~%50%sucre} en {1:NM:=3,5} minutes.</p>",
        )
    )
    assert question.type == "cloze"
    assert (question.prompt, question.body) == (
        "Complétez le résumé.",
        "Zoé {{1}} du {{2}} en {{3}} minutes.",
    )
    assert question.points == 3
    assert question.outline()["correct"] == [
        {"kind": "typed", "choices": [], "correct": ["vend", "donne"]},
        {"kind": "list", "choices": ["miel", "sel", "sucre"], "correct": ["miel"]},
        {"kind": "typed", "choices": [], "correct": ["3,5", "3.5"]},
    ]


def test_a_text_with_gaps_alone_gets_a_prompt() -> None:
    question = only(asked("multianswer", text="Zoé {1:SAC:=vend} du miel."))
    assert (question.prompt, question.compare.case) == ("Complétez le texte.", "strict")


def test_weights_margins_and_comments_that_gaps_cannot_have_are_lost() -> None:
    result = read(asked("cloze", text="{1:NM:=3:0.5#Oui~*#Non} et {2:SA:=a}"))
    assert codes(result.losses) == ["gap-tolerance", "gap-feedback", "gap-weights"]
    assert result.questions[0].points == 3


def test_a_gap_with_several_answers_is_a_question_with_several_answers() -> None:
    question = only(asked("cloze", text="<p>Que vend Zoé ?</p>{1:MULTIRESPONSE:=miel~=cire~sel}"))
    assert (question.type, question.prompt) == ("multiple_response", "Que vend Zoé ?")
    assert question.outline()["correct"] == [0, 1]


def test_each_of_several_answers_that_a_gap_asks_for_is_enough() -> None:
    result = read(asked("cloze", text="Le {1:SA:=lait} et {1:MR:=le miel~=le sel~le sable}"))
    (question,) = result.questions
    assert question.outline()["correct"][1]["correct"] == ["le miel", "le sel"]
    assert "gap-several" in codes(result.problems)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("multichoice", "<single>true</single>"),
        ("shortanswer", ""),
        ("numerical", ""),
    ],
)
def test_where_no_answer_earns_all_the_best_one_does(kind: str, parts: str) -> None:
    answers = (answer(50, "12"), answer(25, "13"), answer(0, "14"))
    result = read(asked(kind, parts, *answers))
    (question,) = result.questions
    assert question.outline()["weights"][:2] == [1, 0.5]
    assert "none-earns-all" in codes(result.problems)


def test_where_no_word_of_a_list_earns_all_the_best_one_does() -> None:
    result = read(asked("cloze", text="Le {1:MC:sable~%50%sel} fond."))
    (question,) = result.questions
    assert question.outline()["correct"][0]["correct"] == ["sel"]
    assert "none-earns-all" in codes(result.problems)


def test_where_every_answer_earns_nothing_nobody_knows_the_right_one() -> None:
    result = read(asked("multichoice", answer(0, "le sel"), answer(0, "le miel")))
    assert "no-key" in codes(result.errors)


def test_what_is_no_number_beside_numbers_is_left_out() -> None:
    result = read(asked("numerical", answer(100, "12"), answer(100, "douze")))
    (question,) = result.questions
    assert question.outline()["correct"] == [{"value": 12, "tolerance": 0}]
    assert "not-a-number" in codes(result.problems)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Rien.", "no-gap"), ("{1:MULTICHOIX:=a~b}", "gap-type"), ("{1:SA:=a", "gap-closed")],
)
def test_a_text_without_gaps_is_an_error_with_its_reason(text: str, code: str) -> None:
    result = read(asked("cloze", text=text))
    assert code in codes(result.problems)
    assert "no-gap" in codes(result.errors)


def word(name: str, text: str, group: int = 1) -> str:
    return f"<{name}><text>{text}</text><group>{group}</group></{name}>"


def test_words_to_select_are_lists_by_group() -> None:
    question = only(
        asked(
            "gapselect",
            *(word("selectoption", *one) for one in (("chat", 1), ("dort", 2), ("chien", 1))),
            text="Le [[1]] [[2]].",
        )
    )
    assert question.body == "Le {{1}} {{2}}."
    assert question.outline()["correct"] == [
        {"kind": "list", "choices": ["chat", "chien"], "correct": ["chat"]},
        {"kind": "list", "choices": ["dort"], "correct": ["dort"]},
    ]


def test_words_to_drag_are_a_bank() -> None:
    question = only(
        asked(
            "ddwtos",
            *(word("dragbox", one) for one in ("chat", "dort", "chien")),
            text="Le [[1]] [[2]], le [[1]] rêve.",
        )
    )
    assert [gap.bank for gap in question.gaps.values()] == ["chat", "dort", "chat"]
    assert question.bank == ("chat", "dort", "chien")


def test_a_gap_without_its_word_is_an_error() -> None:
    result = read(asked("gapselect", word("selectoption", "chat"), text="Le [[1]] [[7]]."))
    (error,) = result.errors
    assert (error.code, error.excerpt) == ("gap-without-word", "[[7]]")


@pytest.mark.parametrize(
    ("display", "kind"), [("gapfill", "typed"), ("dragdrop", "bank"), ("dropdown", "list")]
)
def test_gapfill_has_its_words_in_brackets(display: str, kind: str) -> None:
    question = only(
        asked(
            "gapfill",
            f"<answerdisplay>{display}</answerdisplay><delimitchars>[]</delimitchars>",
            answer(100, "rit"),
            answer(0, "lit"),
            text="Il [rit] et [dort].",
        )
    )
    assert question.body == "Il {{1}} et {{2}}."
    assert [gap.kind for gap in question.gaps.values()] == [kind, kind]
    assert [gap.expected for gap in question.gaps.values()] == ["rit", "dort"]


@pytest.mark.parametrize(
    "kind",
    ["calculated", "calculatedmulti", "calculatedsimple", "ddimageortext", "ddmarker", "random",
     "randomsamatch", "coderunner", "stack", "pmatch", "", "éà"],
)  # fmt: skip
def test_types_that_relire_has_not_are_told_with_what_to_do(kind: str) -> None:
    result = read(asked(kind), asked("essay"))
    (loss,) = result.losses
    assert "Essai" in str(loss.message)
    assert str(loss.hint)
    assert len(result.questions) == 1


# What every type has


def test_categories_name_what_follows() -> None:
    category = '<question type="category"><category><text>{}</text></category></question>'
    result = read(
        asked("essay"),
        category.format("$course$/top/Lecture/B1 et B2"),
        asked("essay"),
        category.format("$course$/Texte 1//2"),
        asked("essay"),
    )
    assert [item.category for item in result.items] == ["", "B1 et B2", "Texte 1/2"]


def test_tags_give_the_skill_and_the_level() -> None:
    tags = "<tags><tag><text>Inférence</text></tag><tag><text>b1</text></tag><tag><text>abeilles</text></tag></tags>"
    result = read(asked("essay", tags))
    assert result.questions[0].skill == "inférence"
    assert result.header["level"] == "B1"
    assert result.header["topics"] == ("abeilles",)


def test_points_hints_and_ids_are_kept() -> None:
    hints = "".join(f"<hint><text>Indice {n}</text></hint>" for n in range(1, 5))
    result = read(
        asked("essay", f"<defaultgrade>2.5</defaultgrade><idnumber>avis-1</idnumber>{hints}"),
        asked("essay", "<idnumber>avis-1</idnumber>"),
        asked("essay", "<idnumber>q1</idnumber>"),
    )
    first, second, third = result.questions
    assert (first.points, first.hints) == (2.5, ("Indice 1", "Indice 2", "Indice 3"))
    assert [first.id, second.id, third.id] == ["avis-1", "q2", "q3"]
    assert codes(result.losses) == ["hints"]


@pytest.mark.parametrize(("grade", "points"), [("0", 1), ("0.0000000", 1), ("250", 100), ("", 1)])
def test_points_out_of_range_are_told(grade: str, points: float) -> None:
    result = read(asked("essay", f"<defaultgrade>{grade}</defaultgrade>"))
    assert result.questions[0].points == points
    assert codes(result.problems) == (["points"] if grade else [])


def test_a_question_without_text_takes_its_name() -> None:
    result = read(asked("essay", text=""))
    assert result.questions[0].prompt == "Essai"
    assert codes(result.problems) == ["no-text"]


def test_matching_without_any_text_says_what_to_do() -> None:
    result = read(
        f"<question type='matching'>{pair('a', 'b')}{pair('c', 'd')}{pair('', 'e')}</question>",
        "<question type='essay'></question>",
    )
    assert [q.prompt for q in result.questions] == ["Associez chaque élément au sien."]
    assert [(p.code, p.line) for p in result.errors] == [("missing", 4)]


def test_losses_of_the_whole_file_are_told_once() -> None:
    odd = "<penalty>0.75</penalty><hidden>1</hidden>"
    assert codes(read(asked("essay", odd), asked("essay", odd)).losses) == ["penalty", "hidden"]


@pytest.mark.parametrize(
    ("form", "text", "prompt"),
    [
        ("html", "a &lt; b<br>c", "a < b\nc"),
        ("plain_text", "a < b\nc", "a < b\nc"),
        ("moodle_auto_format", "un <b>mot</b>\nici", "un mot\nici"),
        ("markdown", "un\ndeux", "un\ndeux"),
    ],
)
def test_texts_may_be_of_several_formats(form: str, text: str, prompt: str) -> None:
    question = only(asked("essay", text=text).replace('format="html"', f'format="{form}"'))
    assert question.prompt == prompt


def test_tags_outside_cdata_and_named_entities_are_read() -> None:
    text = "<text><p>Tom &amp; <b>Zoé</b>&nbsp;: l&rsquo;&eacute;t&eacute; & plus</p></text>"
    question = only(asked("essay").replace("<text><![CDATA[Que dit le texte ?]]></text>", text))
    assert question.prompt == "Tom & Zoé\u00a0: l’été & plus"


# Images


def test_images_come_with_the_file_or_in_their_address() -> None:
    data = base64.b64encode(picture("blue")).decode()
    result = read(
        asked(
            "multichoice",
            file("une image.png", picture()),
            answer(100, f'<img src="data:image/png;base64,{data}" alt="bleu">'),
            answer(0, '<img src="@@PLUGINFILE@@/une%20image.png?time=1">'),
            text='Voyez : <img src="@@PLUGINFILE@@/une%20image.png" alt="rouge">',
        )
    )
    (question,) = result.questions
    assert len(result.media) == 2
    assert question.outline()["choices"] == ["bleu", "Image 2"]
    assert set(question.images()) == result.media.keys()
    assert result.losses == []


def test_the_image_of_very_old_files_is_read() -> None:
    data = base64.b64encode(picture()).decode()
    old = f"<image>moodle.png</image><image_base64>\n{data}\n</image_base64>"
    assert len(only(asked("essay", old)).images()) == 1


@pytest.mark.parametrize(
    "address",
    ["https://ailleurs.example/a.png", "@@PLUGINFILE@@/absente.png", "data:image/png;base64,????"],
)
def test_an_image_that_is_not_there_is_a_loss(address: str) -> None:
    result = read(asked("essay", text=f'Voyez <img src="{address}"> bien.'))
    assert codes(result.losses) == ["lost-image"]
    assert result.media == {}


def test_an_image_in_a_comment_is_a_loss() -> None:
    said = '<img src="@@PLUGINFILE@@/a.png"> Non.'
    result = read(asked("multichoice", answer(100, "a", said), answer(0, "b")))
    assert codes(result.losses) == ["comment-image"]


# Files that are wrong, or hostile


def test_problems_are_told_where_their_question_starts() -> None:
    wrong = asked("multichoice", answer(0, "a"), answer(0, "b"))
    result = read(asked("essay"), "  " + wrong)
    (error,) = result.errors
    assert (error.code, error.file, error.line, error.column) == ("no-key", "banque.xml", 4, 3)


def test_lines_are_right_beyond_65535() -> None:
    result = read("\n" * 70_000 + asked("truefalse"))
    assert result.errors[0].line == 70_003


def test_a_broken_question_costs_no_other() -> None:
    broken = "<question type='essay'>\n<name><text>a</name></question>"
    result = read(asked("essay"), broken, asked("essay"))
    assert len(result.questions) == 2
    (error,) = result.errors
    assert (error.code, error.line, error.column) == ("not-xml", 5, 21)


def test_a_file_that_was_cut_gives_the_questions_before_the_cut() -> None:
    whole = HEAD + asked("essay") + "\n" + asked("essay") + "\n</quiz>"
    result = read_raw(whole[: whole.rindex("<questiontext")])
    assert len(result.questions) == 1
    assert [(p.code, p.severity, p.line) for p in result.problems] == [
        ("question-cut", "error", 4),
        ("file-cut", "warning", 4),
    ]


def test_questions_in_comments_are_none() -> None:
    result = read(f"<!-- {asked('essay')} -->", asked("essay"))
    assert (len(result.questions), result.problems) == (1, [])


def test_questions_without_a_quiz_around_them_are_read() -> None:
    result = read_raw("<!-- question: 1 -->\n" + asked("essay") + asked("essay"))
    assert (len(result.questions), result.problems) == (2, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_real_files_are_read(encoding: str) -> None:
    text = HEAD + asked("essay", text="Où est l’œuf ?") + "\r\n</quiz>"
    assert read_raw(text.encode(encoding)).questions[0].prompt == "Où est l’œuf ?"


def test_an_empty_quiz_is_an_error() -> None:
    assert codes(read().errors) == ["no-question"]


def test_entities_of_a_file_are_not_unfolded() -> None:
    bomb = '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
    outside = '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'
    for doctype in (bomb, outside):
        text = doctype + HEAD + asked("essay").replace("<![CDATA[Que dit", "&b;&a;<![CDATA[Que dit")
        result = read_raw(text)
        assert result.questions[0].prompt.startswith("&b;&a;")
        assert [(p.code, p.line, p.column) for p in result.errors] == [("xml-entity", 1, 17)]


def test_a_question_with_thousands_of_answers_is_left_out_and_the_next_one_read() -> None:
    many = asked("multichoice", *(answer(0, f"choix {n}") for n in range(2_100)))
    result = read(many, asked("essay"))
    assert codes(result.errors) == ["too-many-parts"]
    assert [question.type for question in result.questions] == ["essay"]


def test_a_text_with_hundreds_of_gaps_is_told_in_one_problem() -> None:
    result = read(asked("cloze", text="{1:SA:=miel} " * 501))
    assert result.questions == []
    assert codes(result.errors) == ["too-many-gaps"]


def test_scripts_are_dropped() -> None:
    text = '<script>alert(1)</script><b onclick="x()">Que</b> <a href="javascript:x()">dit</a> ?'
    question = only(asked("multichoice", answer(100, text), answer(0, "b"), text=text))
    assert (question.prompt, question.prompt_html) == ("Que dit ?", "<strong>Que</strong> dit ?")
    assert question.choices[0].html == "<strong>Que</strong> dit ?"


@pytest.mark.parametrize(
    "hostile",
    [
        "<question type='essay'>" * 20_000,
        "<question/></question>" * 50_000,
        "<question type='essay'>" + "<a>" * 100_000,
        "<![CDATA[" * 100_000,
        "<!--" * 100_000,
        asked("essay", text="<div>" * 20_000),
        asked("essay", text="<img " * 20_000),
        asked("essay", text="&" * 100_000),
        asked("essay", text='<p class="relire-preuve">' * 20_000),
        asked("gapselect", text="[[1]]" * 20_000),
        asked("gapselect", text="[[" * 50_000),
        asked("gapfill", text="[" * 50_000 + "a]" * 20_000),
        asked("cloze", text="{1:SA:=a" * 20_000),
        asked("multichoice", *(answer(0, f"choix {n}") for n in range(5_000))),
        asked("essay", file("a.png", b"\0" * 2_000_000), text='<img src="@@PLUGINFILE@@/a.png">'),
        asked("matching", *(pair(str(n), str(n)) for n in range(3_000))),
        "</question>" * 100_000,
        asked("essay", "<defaultgrade>" + "9" * 10_000 + "</defaultgrade>"),
    ],
    ids=range(18),
)
def test_hostile_files_cost_little_and_are_answered_in_words(hostile: str) -> None:
    start = time.process_time()
    result = read(hostile)
    assert time.process_time() - start < 5
    assert result.questions or result.problems
    assert "unreadable" not in codes(result.problems)


def test_the_cost_grows_as_the_file_does() -> None:
    one = asked(
        "multichoice",
        answer(100, "<p>Le <b>miel</b></p>", "Oui."),
        answer(0, "<p>Le pain</p>", "Non."),
        answer(0, "<p>Le sel</p>", "Non."),
        "<generalfeedback><text>Voyez le §1.</text></generalfeedback>",
    )

    def cost(count: int) -> float:
        start = time.process_time()
        assert len(read(*[one] * count).questions) == count
        return time.process_time() - start

    assert min(cost(600), cost(600)) < 12 * min(cost(100), cost(100))


SAMPLE = (
    HEAD
    + "\n".join(
        [
            asked("multichoice", "<single>true</single>", answer(100, "a", "Oui"), answer(0, "b")),
            asked("cloze", text="Zoé {1:SA:=vend~%50%donne#Presque} du {1:MC:=miel~sel}."),
            asked("numerical", answer(100, "3", "", "<tolerance>1</tolerance>")),
            asked("matching", pair("a", "b"), pair("c", "d"), pair("", "e")),
            asked("ddwtos", word("dragbox", "chat"), text="Le [[1]]."),
            asked("description", text="<p>Chaque hiver, le village</p>" * 10),
        ]
    )
    + "\n</quiz>\n"
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SAMPLE)),
            st.integers(0, 40),
            st.sampled_from(
                ["", "<", ">", "</text>", "<question>", "]]>", "<![CDATA[", "&", "&#0;", '"',
                 "{1:SA:", "}", "~", "[[9]]", "\0", "é", 'fraction="x"', "-1e999"]
            ),
        ),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_a_mutilated_file_never_raises(cuts: list[tuple[int, int, str]]) -> None:
    text = SAMPLE
    for start, length, put in cuts:
        text = text[:start] + put + text[start + length :]
    result = FORMAT.read(Upload(text.encode(), "x.xml")) if FORMAT.read else None
    assert result is not None
    assert result.questions or result.problems


# There and back


def back_again(quiz: Quiz, media: dict[str, Media] | None = None) -> tuple[list[str], ImportResult]:
    assert FORMAT.write is not None
    export = FORMAT.write(quiz, (media or {}).get)
    assert export.suffix == ".xml"
    for loss in export.losses:
        assert str(loss.message)
    result = read_raw(export.data)
    assert result.errors == []
    return codes(export.losses), result


def quiz_of(*questions: Question) -> Quiz:
    named = [q.model_copy(update={"id": f"a{n}"}) for n, q in enumerate(questions)]
    kept = {name: getattr(EXAMPLE, name) for name in Quiz.model_fields}
    return Quiz.model_validate({**kept, "questions": named})


def test_the_example_comes_back_but_for_its_losses() -> None:
    quiz = EXAMPLE
    losses, result = back_again(quiz)
    assert losses == [
        "glossary",
        "settings",
        "evidence",
        "justify",
        "spelling",
        "compare",
        "words",
        "ordering",
        "bank",
        "points",
        "type",
        "rubric",
    ]
    assert [p.paragraphs for p in result.passages] == [p.paragraphs for p in quiz.passages]
    assert [p.source for p in result.passages] == [p.source for p in quiz.passages]
    assert result.header == {"title": quiz.title, "level": quiz.level, "topics": quiz.topics}
    before = {q.id: written(q) for q in quiz.questions}
    after = {q.id: written(q) for q in result.questions}
    assert after.keys() == before.keys() - {"courage"}
    for same in ("sujet", "zoe", "definitions", "ordre"):
        assert after[same] == before[same]
    lost = {"arrivee": "justify", "mot": "compare", "avis": "rubric"}
    for name, key in lost.items():
        assert after[name] == {k: v for k, v in before[name].items() if k != key}


@pytest.mark.parametrize("name", [name for name in VARIANTS if "hot_text" not in name])
def test_every_question_comes_back_with_the_same_key(name: str) -> None:
    question = VARIANTS[name]
    losses, result = back_again(quiz_of(question))
    (again,) = result.questions
    assert (again.prompt, again.skill, again.hints) == (
        question.prompt,
        question.skill,
        question.hints,
    )
    assert again.evidence == question.evidence
    if "points" not in losses:
        assert again.points == question.points
    if not {"unknown", "bank"} & set(losses):
        ours, theirs = question.outline(), again.outline()
        assert theirs["correct"] == ours["correct"]
        assert theirs.get("choices") == ours.get("choices")
        assert theirs.get("weights", []) == pytest.approx(ours.get("weights", []), abs=1e-3)


@pytest.mark.parametrize("name", [name for name in VARIANTS if "hot_text" in name])
def test_a_choice_in_the_text_is_lost(name: str) -> None:
    losses, result = back_again(quiz_of(VARIANTS[name], VARIANTS["essay"]))
    assert "type" in losses
    assert [question.id for question in result.questions] == ["a1"]


def texts(longest: int = 40) -> st.SearchStrategy[str]:
    """What may stand on one line, spaced as it would be shown."""
    alphabet = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
    return st.text(
        st.one_of(alphabet, st.sampled_from("<>&{}~#=%*\\\"'[]: ")), max_size=longest
    ).map(lambda text: " ".join(text.split()) or "mot")


def different(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(texts(), min_size=least, max_size=most, unique_by=str.casefold)


def made(kind: str, raw: dict[str, Any]) -> Question:
    shared = {"id": "a0", "skill": "détail", "type": kind}
    question: Question = QUESTION_TYPES[kind].model_validate({**shared, **raw})
    return question


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(
        st.sampled_from(
            ["single_choice", "multiple_response", "true_false", "short_answer", "numeric",
             "matching", "ordering", "cloze", "essay"]
        )
    )  # fmt: skip
    said = texts()
    options = draw(different(3, 5))
    comments = {"right": draw(said), "wrong": draw(said)}
    raw: dict[str, Any] = {"prompt": draw(texts(80)), "points": draw(st.sampled_from([1, 2, 0.5]))}
    if kind in ("single_choice", "multiple_response"):
        raw["choices"] = [
            {
                "text": text,
                "key": n == 0 or (n == 1 and kind != "single_choice"),
                "feedback": draw(said),
            }
            for n, text in enumerate(options)
        ]
        raw |= {"feedback": comments, "shuffle": draw(st.booleans())}
    elif kind == "true_false":
        raw |= {
            "answer": draw(st.booleans()),
            "feedback": {"true": draw(said), "false": draw(said)},
        }
    elif kind == "short_answer":
        fractions = [1, *(draw(st.sampled_from([1, 0.5, 0])) for _ in options[1:])]
        raw["answers"] = [
            {"text": text, "fraction": fraction, "feedback": draw(said)}
            for text, fraction in zip(options, fractions, strict=True)
        ]
        raw["feedback"] = {"wrong": draw(said)}
    elif kind == "numeric":
        value = draw(st.floats(-1e6, 1e6))
        tolerance = draw(st.floats(0, 100))
        raw["answers"] = [{"value": value, "tolerance": tolerance, "feedback": draw(said)}]
        raw |= {"unit": draw(st.sampled_from(["", "km", "°C"])), "feedback": {"wrong": draw(said)}}
    elif kind == "matching":
        raw |= {"pairs": list(zip(options, reversed(options), strict=True)), "feedback": comments}
        raw["distractors"] = [text for text in draw(different(1, 2)) if text not in options]
    elif kind == "ordering":
        raw |= {"sequence": options, "feedback": comments}
    elif kind == "cloze":
        before, between = (draw(texts()).replace("{{", "{") for _ in range(2))
        raw |= {"body": f"{before} {{{{1}}}} {between} {{{{2}}}}.", "points": 2}
        typed = [{"text": text, "feedback": draw(said)} for text in options]
        listed = [
            {"text": text, "key": n == 1, "feedback": draw(said)} for n, text in enumerate(options)
        ]
        raw["gaps"] = {"1": {"typed": typed}, "2": {"list": listed}}
    else:
        raw["words"] = {"least": draw(st.integers(1, 50)), "most": draw(st.integers(50, 2000))}
    return made(kind, raw)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.lists(questions(), min_size=1, max_size=3))
def test_questions_come_back_as_they_went(going: list[Question]) -> None:
    quiz = quiz_of(*going)
    losses, result = back_again(quiz)
    assert set(losses) <= {"glossary", "settings", "spelling", "ordering"}
    assert [written(question) for question in result.questions] == [
        written(question) for question in quiz.questions
    ]


def test_a_topic_named_like_a_skill_is_no_skill() -> None:
    quiz = quiz_of(VARIANTS["essay"]).model_copy(update={"topics": ("argumentation",)})
    _, result = back_again(quiz)
    assert result.questions[0].skill == "point de vue"
    assert result.header["topics"] == ("argumentation",)


def test_a_text_with_gaps_keeps_the_comment_on_the_right_answer() -> None:
    raw = {"prompt": "?", "body": "Un {{1}}.", "gaps": {"1": {"typed": "mot"}}}
    question = made("cloze", {**raw, "feedback": {"right": "Oui.", "wrong": "Non."}})
    losses, result = back_again(quiz_of(question))
    assert "feedback" in losses
    assert result.questions[0].feedback.right == "Oui."


def test_images_come_back() -> None:
    media = read_image(picture())
    assert media is not None
    shown = f'<img src="{media.name}" alt="une ruche">'
    question = made(
        "single_choice",
        {
            "prompt": "Voyez [une ruche]",
            "prompt_html": f"Voyez {shown}",
            "choices": [{"text": "une ruche", "html": shown, "key": True}, "rien"],
        },
    )
    losses, result = back_again(quiz_of(question), {media.name: media})
    assert "image" not in losses
    assert result.media == {media.name: media}
    assert set(result.questions[0].images()) == {media.name}
    assert written(result.questions[0]) == written(quiz_of(question).questions[0])
    assert "image" in back_again(quiz_of(question))[0]


def test_what_moodle_would_refuse_is_rounded_and_told() -> None:
    choices = [{"text": str(n), "key": n < 1, "weight": None if n < 1 else 0.37} for n in range(3)]
    losses, result = back_again(quiz_of(made("single_choice", {"prompt": "?", "choices": choices})))
    assert losses.count("fraction") == 2
    assert result.questions[0].outline()["weights"] == [1, 0.4, 0.4]


# What Moodle takes and learners could not tell apart.


def pair(left: str, right: str) -> str:
    return (
        f"<subquestion><text><![CDATA[{left}]]></text>"
        f"<answer><text><![CDATA[{right}]]></text></answer></subquestion>"
    )


def test_pairs_that_begin_alike_are_kept_once_or_numbered() -> None:
    pairs = (("le miel", "sucré"), ("le miel", "sucré"), ("le sel", "salé"), ("le sel", "blanc"))
    result = read(asked("matching", *(pair(left, right) for left, right in pairs)))
    (question,) = result.questions
    assert question.outline()["correct"] == [
        ["le miel", "sucré"],
        ["le sel", "salé"],
        ["le sel (2)", "blanc"],
    ]
    assert {"pair-twice", "left-twice"} <= set(codes(result.problems))


def test_a_pair_without_its_right_side_is_left_out_if_others_remain() -> None:
    pairs = (pair("miel", "sucré"), pair("sel", "salé"), pair("eau", ""))
    result = read(asked("matching", *pairs))
    (question,) = result.questions
    assert question.outline()["correct"] == [["miel", "sucré"], ["sel", "salé"]]
    assert "no-right-side" in codes(result.problems)
    assert read(asked("matching", *pairs[1:])).questions == []


def test_a_tag_alone_is_what_the_question_is_about() -> None:
    question = only(asked("multichoice", answer(100, "<h2>"), answer(0, "<header>")))
    assert question.outline()["choices"] == ["<h2>", "<header>"]
    question = only(asked("matching", pair("<ul>", "liste"), pair("lien", "<a>")))
    assert question.outline()["correct"] == [["<ul>", "liste"], ["lien", "<a>"]]
    question = only(asked("cloze", text="Le gras : {1:SHORTANSWER:=&lt;b&gt;}."))
    assert question.outline()["correct"][0]["correct"] == ["<b>"]


def test_choices_that_only_their_tags_tell_apart_are_shown_as_code() -> None:
    right, wrong = '<a href="/ici">ici</a>', '<a lien="/ici">ici</a>'
    result = read(asked("multichoice", answer(100, right), answer(0, wrong)))
    (question,) = result.questions
    assert question.outline()["choices"] == [right, wrong]
    assert "shown-as-written" in codes(result.problems)
