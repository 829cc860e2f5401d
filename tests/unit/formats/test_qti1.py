"""QTI 1.2: one example of each type, as Canvas, cartridges and Blackboard write it; packages."""

from html import escape
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.formats import qti, qti1, read_upload
from app.formats.archive import write_zip
from app.formats.base import ImportResult, Upload
from app.questions.base import Question
from app.questions.cloze.question import Cloze
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse

OPTIONS = {"a": "le pain", "b": "le miel", "c": "le sel"}
LONG = "Le four chauffe depuis l’aube et la pâte lève. " * 4
FIB = '<render_fib><response_label ident="answer1"/></render_fib>'


# How items are written


def meta(**fields: str) -> str:
    return "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel>"
        f"<fieldentry>{value}</fieldentry></qtimetadatafield>"
        for name, value in fields.items()
    )


def text(said: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}">{escape(said)}</mattext></material>'


def choose(
    ident: str = "response1",
    options: dict[str, str] = OPTIONS,
    cardinality: str = "Single",
    label: str = "",
) -> str:
    labels = "".join(
        f'<response_label ident="{name}">{text(said)}</response_label>'
        for name, said in options.items()
    )
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}">{text(label) if label else ""}'
        f"<render_choice>{labels}</render_choice></response_lid>"
    )


def write(ident: str = "response1", render: str = FIB) -> str:
    return f'<response_str ident="{ident}" rcardinality="Single">{render}</response_str>'


def eq(value: str, ident: str = "response1", more: str = "") -> str:
    return f'<varequal respident="{ident}"{more}>{value}</varequal>'


def when(test: str, score: str = "", said: str = "", action: str = "Set", more: str = "") -> str:
    paid = f'<setvar action="{action}" varname="SCORE">{score}</setvar>' if score else ""
    shown = "".join(
        f'<displayfeedback feedbacktype="Response" linkrefid="{one}"/>' for one in said.split()
    )
    return f"<respcondition{more}><conditionvar>{test}</conditionvar>{paid}{shown}</respcondition>"


def says(**said: str) -> str:
    return "".join(
        f'<itemfeedback ident="{ident}"><flow_mat>{text(what)}</flow_mat></itemfeedback>'
        for ident, what in said.items()
    )


def item(
    presentation: str, *conditions: str, after: str = "", most: str = "100", **fields: str
) -> str:
    return (
        f'<item ident="i" title="Question"><itemmetadata><qtimetadata>{meta(**fields)}'
        f"</qtimetadata></itemmetadata><presentation>{presentation}</presentation>"
        f'<resprocessing><outcomes><decvar maxvalue="{most}" minvalue="0" varname="SCORE"'
        f' vartype="Decimal"/></outcomes>{"".join(conditions)}</resprocessing>{after}</item>'
    )


def document(*items: str, title: str = "Essai", section: str = "") -> bytes:
    lines = "\n".join(items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">\n'
        f'<assessment ident="a1" title="{title}"><section ident="root_section">{section}\n'
        f"{lines}\n</section></assessment></questestinterop>"
    ).encode()


def read(*items: str, **more: str) -> ImportResult:
    upload = Upload(document(*items, **more), "essai.xml")
    assert qti1.FORMAT.recognises(upload)
    result = qti1.FORMAT.read
    assert result is not None
    return result(upload)


def only(result: ImportResult) -> Question:
    """The one question of a file without errors."""
    assert not result.errors, [str(problem.message) for problem in result.errors]
    (question,) = result.questions
    return question


def asked(*parts: str, **more: str) -> Question:
    return only(read(item(*parts, **more)))


def losses(result: ImportResult) -> list[str]:
    return [loss.code for loss in result.losses]


# Choices


def test_the_choice_that_is_paid_for_is_the_key() -> None:
    question = asked(
        text("<p>Que vend le <b>boulanger</b> ?</p>") + choose(),
        when("<other/>", said="general_fb", more=' continue="Yes"'),
        when(eq("b"), said="b_fb", more=' continue="Yes"'),
        when(eq("a"), "100", said="correct_fb", more=' continue="No"'),
        when("<other/>", said="general_incorrect_fb"),
        after=says(
            b_fb="Au rucher.", correct_fb="Oui.", general_incorrect_fb="Non.", general_fb="§ 1"
        ),
        question_type="multiple_choice_question",
        points_possible="2.0",
    )
    assert isinstance(question, SingleChoice)
    assert question.prompt == "Que vend le boulanger ?"
    assert question.prompt_html == "Que vend le <strong>boulanger</strong> ?"
    assert question.outline() == {
        "choices": ["le pain", "le miel", "le sel"],
        "correct": [0],
        "weights": [1.0, 0.0, 0.0],
    }
    assert question.points == 2
    assert [choice.feedback for choice in question.choices] == [
        "Oui. § 1",
        "Au rucher. Non. § 1",
        "Non. § 1",
    ]


def test_part_of_the_points_is_a_weight() -> None:
    question = asked(
        text("Quoi ?") + choose(),
        when(eq("a"), "100"),
        when(eq("b"), "50"),
        when(eq("c"), "-25"),
    )
    assert question.outline()["weights"] == [1.0, 0.5, -0.25]


def test_without_a_key_the_question_is_to_be_mended() -> None:
    result = read(item(text("Quoi ?") + choose(), when("<other/>", "0")))
    assert [problem.code for problem in result.errors] == ["no-key"]
    assert result.items[0].raw["choices"][0]["text"] == "le pain"


@pytest.mark.parametrize(
    ("options", "right", "answer"),
    [
        ({"1": "True", "2": "False"}, "2", "false"),
        ({"1": "Vrai", "2": "Faux"}, "1", "true"),
        ({"true": "Exact", "false": "Inexact"}, "false", "false"),
    ],
)
def test_true_or_false(options: dict[str, str], right: str, answer: str) -> None:
    question = asked(
        text("Le pain cuit.") + choose(options=options),
        when(eq(right), "100", said="correct_fb"),
        after=says(correct_fb="Oui."),
        question_type="true_false_question",
    )
    assert isinstance(question, TrueFalse)
    assert question.answer == answer
    assert getattr(question.feedback, answer) == "Oui."


def test_a_choice_between_yes_and_no_stays_one() -> None:
    assert asked(
        text("Oui ?") + choose(options={"1": "Oui", "2": "Non"}), when(eq("1"), "1")
    ).type == ("single_choice")


def test_not_marks_what_must_not_be_chosen() -> None:
    both = f"<and>{eq('a')}<not>{eq('b')}</not>{eq('c')}</and>"
    result = read(
        item(
            text("Lesquels ?") + choose(cardinality="Multiple"),
            when(both, "100"),
            question_type="multiple_answers_question",
        )
    )
    question = only(result)
    assert question.type == "multiple_response"
    assert question.outline()["correct"] == [0, 2]
    assert losses(result) == []


def test_all_or_nothing_of_other_programs_is_a_loss() -> None:
    both = f"<and>{eq('a')}<not>{eq('b')}</not>{eq('c')}</and>"
    result = read(
        item(
            text("Lesquels ?") + choose(cardinality="Multiple"),
            when(both, "100"),
            cc_profile="cc.multiple_response.v0p1",
        )
    )
    assert only(result).outline()["correct"] == [0, 2]
    assert losses(result) == ["all-or-nothing"]


def test_where_each_option_is_judged_those_to_be_judged_right_are_the_key() -> None:
    verdicts = {"a": "correct", "b": "wrong", "c": "correct"}
    judged = [eq(f"{name}:{verdict}") for name, verdict in verdicts.items()]
    rules = [
        rule
        for test in judged
        for rule in (
            when(test, "0.25", action="Add"),
            when(f"<not>{test}</not>", "-0.25", action="Add"),
        )
    ]
    result = read(item(text("Jugez.") + choose(cardinality="Multiple"), *rules))
    assert only(result).outline()["correct"] == [0, 2]
    assert losses(result) == ["each-judged"]


@pytest.mark.parametrize("variable", ["SCORE", "FIBSCORE1", "que_score", ""])
def test_a_score_may_have_any_name(variable: str) -> None:
    rule = when(eq("b"), "1").replace('varname="SCORE"', f'varname="{variable}"')
    assert asked(text("Lequel ?") + choose(), rule).outline()["correct"] == [1]


def test_a_variable_that_is_no_score_pays_nothing() -> None:
    other = when(eq("c"), "1").replace("SCORE", "ATTEMPTS")
    assert asked(text("Lequel ?") + choose(), other, when(eq("b"), "1")).outline()["correct"] == [1]


def test_points_that_are_added_are_weights() -> None:
    question = asked(
        text("Lesquels ?") + choose(cardinality="Multiple"),
        when(eq("a"), "1", action="Add"),
        when(eq("c"), "1", action="Add"),
        when(eq("b"), "1", action="Subtract"),
        most="2",
    )
    assert question.outline()["correct"] == [0, 2]
    assert question.outline()["weights"] == [0.5, -0.5, 0.5]
    assert question.points == 2


def test_a_choice_that_is_only_an_image_is_numbered() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    upload = Upload(
        document(
            item(
                text('<img src="$IMS-CC-FILEBASE$/dossier%20a/four.png?canvas_download=1">Quoi ?')
                + choose(options={"a": '<img src="four.png">', "b": "rien"}),
                when(eq("a"), "100"),
            )
        ),
        "essai.xml",
        lambda name: out.getvalue() if name.endswith("four.png") else None,
    )
    question = only(qti1.FORMAT.read(upload))  # type: ignore[misc]
    assert question.outline()["choices"] == ["Image 1", "rien"]
    assert len(question.images()) == 2


def test_the_only_line_of_a_matching_is_part_of_the_question() -> None:
    question = asked(
        text("<b>Reliez.</b>") + choose(label="Le facteur"),
        when(eq("a"), "100"),
        question_type="matching_question",
    )
    assert question.prompt == "Reliez.\nLe facteur"
    assert question.prompt_html.endswith("Le facteur")


def test_the_name_of_the_only_gap_is_no_part_of_the_text() -> None:
    question = asked(
        text("Le facteur vient à [moyen].") + choose("response_moyen", label="moyen"),
        when(eq("a", "response_moyen"), "100"),
    )
    assert question.type == "cloze"
    assert getattr(question, "body", "") == "Le facteur vient à {{1}}."


# Texts and numbers


def test_accepted_texts_with_what_is_said_of_each() -> None:
    question = asked(
        text("Capitale ?") + write(),
        when(eq("Paris") + eq("Lutèce"), "100"),
        when(eq("Lyon"), "50", said="lyon"),
        after=says(lyon="Presque.", general_incorrect_fb="Relisez."),
        question_type="short_answer_question",
    )
    assert question.type == "short_answer"
    assert question.outline() == {
        "correct": ["Paris", "Lutèce", "Lyon"],
        "weights": [1.0, 1.0, 0.5],
    }
    assert question.feedback.wrong == "Relisez."


def test_text_goes_on_after_a_blank() -> None:
    question = asked(text("Le") + write() + text("aboie."), when(eq("chien"), "100"))
    assert question.prompt == "Le _____ aboie."


def test_a_pattern_is_a_loss() -> None:
    result = read(
        item(
            text("Capitale ?") + write(),
            when('<varsubstring respident="response1">Par</varsubstring>', "100"),
            cc_profile="cc.pattern_match.v0p1",
        )
    )
    assert only(result).outline()["correct"] == ["Par"]
    assert losses(result) == ["looser-comparison"]


def bounds(low: str, high: str) -> str:
    return (
        f'<vargte respident="response1">{low}</vargte><varlte respident="response1">{high}</varlte>'
    )


def test_numbers_with_their_tolerance() -> None:
    question = asked(
        text("Combien ?") + write(),
        when(f"<or>{eq('5.0')}<and>{bounds('4.9', '5.1')}</and></or>", "100"),
        when(bounds("7", "8"), "50"),
        when(eq("12"), "25"),
        question_type="numerical_question",
    )
    assert question.type == "numeric"
    assert question.outline() == {
        "correct": [
            {"value": 5.0, "tolerance": 0.1},
            {"value": 7.5, "tolerance": 0.5},
            {"value": 12.0, "tolerance": 0.0},
        ],
        "weights": [1.0, 0.5, 0.25],
    }


def test_an_essay_is_marked_by_a_person() -> None:
    assert (
        asked(text("Racontez.") + write(), when("<other/>"), question_type="essay_question").type
        == "essay"
    )
    assert asked(text("Racontez.") + write()).type == "essay"


# Several answers


def blanks(kind: str, *conditions: str) -> Question:
    return asked(
        text("<p>Le [chat] et la [souris] {{x}}.</p>")
        + choose("response_chat", {"1": "chat", "2": "matou"}, label="chat")
        + choose("response_souris", {"3": "souris", "4": "mulot"}, label="souris"),
        when(eq("2" if kind == "dropdown" else "1", "response_chat"), "50", action="Add"),
        when(eq("3", "response_souris"), "50", action="Add"),
        *conditions,
        question_type="multiple_dropdowns_question"
        if kind == "dropdown"
        else "fill_in_multiple_blanks_question",
    )


def test_every_text_that_canvas_lists_for_a_blank_is_accepted() -> None:
    question = blanks("typed")
    assert isinstance(question, Cloze)
    assert question.body == "Le {{1}} et la {{2}} { {x}}."
    assert [gap["correct"] for gap in question.outline()["correct"]] == [
        ["chat", "matou"],
        ["souris", "mulot"],
    ]


def test_dropdowns_are_lists_in_the_text() -> None:
    assert blanks("dropdown").outline()["correct"] == [
        {"kind": "list", "choices": ["chat", "matou"], "correct": ["matou"]},
        {"kind": "list", "choices": ["souris", "mulot"], "correct": ["souris"]},
    ]


def test_new_quizzes_fill_a_blank_from_a_bank() -> None:
    labels = "".join(
        f'<response_label ident="{n}" answer_type="wordbank"'
        f' scoring_algorithm="TextEquivalence">{text(word)}</response_label>'
        for n, word in enumerate(("chat", "loup"))
    )
    question = asked(
        text("Le [b1] dort.")
        + f'<response_lid ident="response_b1">{text("b1")}<render_choice>{labels}'
        "</render_choice></response_lid>",
        when(eq("0", "response_b1"), "100", action="Add"),
        question_type="fill_in_multiple_blanks_question",
    )
    assert question.outline()["correct"] == [
        {"kind": "bank", "choices": ["chat", "loup"], "correct": ["chat"]}
    ]


def test_gaps_stand_where_the_responses_are() -> None:
    gap = '<render_fib rows="1"/>'
    result = read(
        item(
            text("Le") + write("r1", gap) + text("dort dans la") + write("r2", gap) + text("."),
            when(
                f"<and><or>{eq('chat', 'r1')}{eq('chien', 'r1')}</or>{eq('niche', 'r2')}</and>", "1"
            ),
        )
    )
    question = only(result)
    assert isinstance(question, Cloze)
    assert question.body == "Le {{1}} dort dans la {{2}}."
    assert [gap["correct"] for gap in question.outline()["correct"]] == [
        ["chat", "chien"],
        ["niche"],
    ]
    assert losses(result) == ["all-or-nothing"]


def test_a_text_may_have_gaps_to_type_in_and_gaps_with_a_list() -> None:
    listed = "".join(
        f'<response_label ident="{n}">{text(said)}</response_label>'
        for n, said in enumerate(("du lait", "du vin"))
    )
    question = asked(
        text("Le")
        + write("gap_0", "<render_fib/>")
        + text("boit")
        + write("gap_1", f"<render_choice>{listed}</render_choice>")
        + text("."),
        when(eq("chat", "gap_0"), "1", action="Add"),
        when(eq("du lait", "gap_1"), "1", action="Add"),
        when(eq("du vin", "gap_1"), "0", action="Add"),
        questiontype="CLOZE QUESTION",
    )
    assert question.outline()["correct"] == [
        {"kind": "typed", "choices": [], "correct": ["chat"]},
        {"kind": "list", "choices": ["du lait", "du vin"], "correct": ["du lait"]},
    ]


def test_names_in_the_text_are_gaps_though_the_file_does_not_say_so() -> None:
    question = asked(
        text("Le [a] dort dans la [b].")
        + choose("response_a", {"1": "chat", "2": "loup"}, label="a")
        + choose("response_b", {"3": "niche", "4": "mer"}, label="b"),
        when(eq("1", "response_a"), "50", action="Add"),
        when(eq("3", "response_b"), "50", action="Add"),
    )
    assert isinstance(question, Cloze)
    assert question.body == "Le {{1}} dort dans la {{2}}."


def test_gaps_inside_one_response() -> None:
    render = (
        f'<render_fib>{text("Le ")}<response_label ident="G1"/>{text(" dort là : ")}'
        f'<response_label ident="G2"/></render_fib>'
    )
    question = asked(
        write("F", render),
        when(eq("chat", "F", ' index="1"'), "1", action="Add"),
        when(eq("niche", "F", ' index="2"'), "1", action="Add"),
        most="2",
    )
    assert isinstance(question, Cloze)
    assert [gap["correct"] for gap in question.outline()["correct"]] == [["chat"], ["niche"]]


TOWNS = {"p": "Paris", "r": "Rome", "o": "Oslo"}


def test_responses_with_the_same_options_are_a_matching() -> None:
    question = asked(
        text("Associez.")
        + choose("r1", TOWNS, label="France")
        + choose("r2", TOWNS, label="Italie"),
        when(eq("p", "r1"), "50", action="Add"),
        when(eq("r", "r2"), "50", action="Add"),
        when(f"<not>{eq('p', 'r1')}</not>", said="r1_fb"),
        after=says(r1_fb="Ville lumière."),
        question_type="matching_question",
    )
    assert question.type == "matching"
    assert question.prompt == "Associez."
    assert question.outline() == {
        "correct": [["France", "Paris"], ["Italie", "Rome"]],
        "distractors": ["Oslo"],
    }
    assert [pair.feedback for pair in question.pairs] == ["Ville lumière.", ""]  # type: ignore[attr-defined]


def test_a_line_without_its_partner_is_told() -> None:
    result = read(
        item(
            "".join(choose(f"r{n}", TOWNS, label=f"Pays {n}") for n in range(3)),
            when(eq("p", "r0"), "50", action="Add"),
            when(eq("r", "r1"), "50", action="Add"),
        )
    )
    assert only(result).outline()["correct"] == [["Pays 0", "Paris"], ["Pays 1", "Rome"]]
    assert [problem.code for problem in result.problems] == ["no-pair"]


def test_a_group_of_options_is_a_matching() -> None:
    labels = "".join(
        f'<response_label ident="{ident}">{text(said)}</response_label>'
        for ident, said in {"1": "France", "2": "Italie", "x": "Paris", "y": "Rome"}.items()
    )
    question = asked(
        text("Associez.")
        + f'<response_grp ident="g" rcardinality="Multiple">{labels}</response_grp>',
        when('<varsubset respident="g">1,x</varsubset>', "1", action="Add"),
        when('<varsubset respident="g">2,y</varsubset>', "1", action="Add"),
    )
    assert question.outline()["correct"] == [["France", "Paris"], ["Italie", "Rome"]]


def test_categories_are_pairs_of_an_element_and_its_category() -> None:
    question = asked(
        text("Rangez.")
        + choose("c1", cardinality="Multiple", label="Sucré")
        + choose("c2", cardinality="Multiple", label="Autre"),
        when(eq("b", "c1"), "50", action="Add"),
        when(eq("a", "c2") + eq("c", "c2"), "50", action="Add"),
        question_type="categorization_question",
    )
    assert question.outline()["correct"] == [
        ["le pain", "Autre"],
        ["le miel", "Sucré"],
        ["le sel", "Autre"],
    ]


def test_the_right_order_is_that_of_the_condition() -> None:
    result = read(
        item(
            text("Rangez.") + choose(cardinality="Ordered"),
            when(eq("c") + eq("a") + eq("b"), "100"),
            question_type="ordering_question",
        )
    )
    assert only(result).outline()["correct"] == ["le sel", "le pain", "le miel"]
    assert losses(result) == ["all-or-nothing"]


# Other programs


def test_blackboard_marks_what_is_right_by_what_it_says() -> None:
    def said(what: str) -> str:
        return (
            "<material><mat_extension><mat_formattedtext type='HTML'>"
            f"{escape(what)}</mat_formattedtext></mat_extension></material>"
        )

    left = "".join(
        f'<flow><response_lid ident="r{n}"><render_choice><flow_label><response_label ident="{n}x"/>'
        f'<response_label ident="{n}y"/></flow_label></render_choice></response_lid>'
        f"{said(name)}</flow>"
        for n, name in enumerate(("France", "Italie"))
    )
    right = "".join(f"<flow>{said(name)}</flow>" for name in ("Rome", "Paris"))
    question = asked(
        f'<flow>{said("Associez.<br />")}</flow><flow class="RESPONSE_BLOCK">{left}</flow>'
        f'<flow class="RIGHT_MATCH_BLOCK">{right}</flow>',
        when(eq(" 0y\n", "r0"), said="correct"),
        when(eq("1x", "r1"), said="correct"),
        '<respcondition title="incorrect"><conditionvar><other/></conditionvar>'
        '<setvar variablename="SCORE">0</setvar></respcondition>',
    )
    assert question.prompt == "Associez."
    assert question.outline()["correct"] == [["France", "Paris"], ["Italie", "Rome"]]


def test_brightspace_counts_right_and_wrong_choices() -> None:
    def count(ident: str, name: str) -> str:
        return (
            f'<respcondition continue="yes"><conditionvar>{eq(ident)}</conditionvar>'
            f'<setvar varname="{name}" action="Add">1</setvar></respcondition>'
        )

    question = asked(
        text("Lesquels ?") + choose(cardinality="Multiple"),
        count("a", "D2L_Correct"),
        count("b", "D2L_Incorrect"),
        count("c", "D2L_Correct"),
        '<respcondition><setvar varname="que_score" action="Set">D2L_Correct</setvar></respcondition>',
        qmd_questiontype="Multi-Select",
        qmd_weighting="3.0",
    )
    assert question.outline()["correct"] == [0, 2]
    assert question.points == 3


@pytest.mark.parametrize(
    "kind", ["calculated_question", "file_upload_question", "hot_spot_question", "Likert"]
)
def test_a_type_that_we_do_not_have_is_a_loss(kind: str) -> None:
    result = read(
        item(text("Combien font [x] ?") + write(), question_type=kind),
        item(text("Vrai ?") + choose(), when(eq("a"), "1")),
    )
    assert len(result.questions) == 1
    assert losses(result) == ["unreadable-question"]
    assert "Combien font [x] ?" in str(result.losses[0].message)


# Texts to read, sections, places


def test_a_long_text_is_a_passage_and_a_short_one_a_loss() -> None:
    result = read(
        item(text(f"<p>{LONG}</p>"), question_type="text_only_question"),
        item(text("Bon courage !"), question_type="text_only_question"),
        item(text("Vrai ?") + choose(), when(eq("a"), "1")),
    )
    assert [passage.title for passage in result.passages] == ["Essai"]
    assert losses(result) == ["short-text"]


def test_a_text_that_questions_refer_to_is_a_passage_whatever_its_length() -> None:
    result = read(
        item(text("Le four chauffe."), question_type="text_only_question"),
        item(text("Vrai ?") + choose(), when(eq("a"), "1"), parent_stimulus_item_ident="i"),
    )
    assert len(result.passages) == 1


def test_the_text_of_a_section_is_a_passage() -> None:
    section = f"<presentation_material><flow_mat>{text(LONG)}</flow_mat></presentation_material>"
    result = read(item(text("Vrai ?") + choose(), when(eq("a"), "1")), section=section)
    assert len(result.passages) == 1
    assert result.items[0].category == "Essai"


def test_questions_drawn_at_random_are_a_loss() -> None:
    bank = "<sourcebank_ref>b1</sourcebank_ref><selection_number>2</selection_number>"
    section = (
        f"<selection_ordering><selection>{bank}</selection>"
        "<selection><selection_number>1</selection_number></selection></selection_ordering>"
    )
    result = read(item(text("Vrai ?") + choose(), when(eq("a"), "1")), section=section)
    assert losses(result) == ["drawn-questions", "drawn-questions"]


def test_a_question_that_does_not_count_is_told() -> None:
    result = read(item(text("?") + choose(), when(eq("a"), "1"), points_possible="0"))
    assert only(result).points == 1
    assert losses(result) == ["no-points"]


def test_a_problem_is_told_at_the_line_of_its_item() -> None:
    good = item(text("Vrai ?") + choose(), when(eq("a"), "1"))
    result = read(good, item(text("Quoi ?") + choose()))
    (problem,) = result.errors
    assert (problem.file, problem.line, problem.excerpt) == ("essai.xml", 5, "Quoi ?")
    assert len(result.questions) == 1


# Packages


MANIFEST = (
    '<manifest><resources><resource type="imsqti_xmlv1p2"><file href="q1/q1.xml"/></resource>'
    "</resources></manifest>"
)
GOOD = item(text("Vrai ?") + choose(), when(eq("a"), "100"))


def package(members: dict[str, Any]) -> Upload:
    encoded = {
        name: content if isinstance(content, bytes) else content.encode()
        for name, content in members.items()
    }
    return Upload(write_zip(encoded), "paquet.zip")


def opened(members: dict[str, Any]) -> ImportResult:
    result = read_upload(package(members))
    assert result.format == "qti1"
    return result


def test_a_canvas_export_with_its_title_and_images() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    image = '<p>Quoi ?</p><img alt="Four" src="%24IMS-CC-FILEBASE%24/Images/four.png">'
    result = opened(
        {
            "imsmanifest.xml": MANIFEST,
            "q1/q1.xml": document(item(text(image) + choose(), when(eq("a"), "100"))),
            "q1/assessment_meta.xml": "<quiz><title>Au four</title>"
            "<description>&lt;p&gt;Lisez bien.&lt;/p&gt;</description></quiz>",
            "web_resources/Images/four.png": out.getvalue(),
        }
    )
    assert len(only(result).images()) == 1
    assert result.header == {"title": "Au four", "description": "Lisez bien."}
    assert losses(result) == []


def test_of_two_copies_of_a_quiz_the_complete_one_is_read() -> None:
    more = item(
        text("Combien ?") + write(), when(eq("5"), "100"), question_type="numerical_question"
    )
    result = opened(
        {
            "imsmanifest.xml": MANIFEST,
            "q1/assessment_qti.xml": document(GOOD),
            "non_cc_assessments/q1.xml.qti": document(GOOD, more),
            "q2/assessment_qti.xml": document(GOOD),
            "non_cc_assessments/q2.xml.qti": document(),
        }
    )
    assert sorted(question.type for question in result.questions) == [
        "numeric",
        "single_choice",
        "single_choice",
    ]


def test_a_question_bank_is_read() -> None:
    bank = (
        '<questestinterop><objectbank ident="b"><qtimetadata>'
        f"{meta(bank_title='Banque')}</qtimetadata>{GOOD}</objectbank></questestinterop>"
    )
    result = opened({"imsmanifest.xml": MANIFEST, "b.xml": bank})
    assert [one.category for one in result.items] == ["Banque"]


def test_places_inside_a_package_name_the_member() -> None:
    result = opened({"imsmanifest.xml": MANIFEST, "q1/q1.xml": document(item(choose()))})
    assert {problem.file for problem in result.errors} == {"paquet.zip › q1/q1.xml"}


def test_packages_of_other_versions_are_left_to_others() -> None:
    manifest = '<manifest><resource type="imsqti_item_xmlv2p1" href="i.xml"/></manifest>'
    newer = package({"imsmanifest.xml": manifest, "i.xml": "<assessmentItem/>"})
    assert not qti1.FORMAT.recognises(newer)
    assert not qti1.FORMAT.recognises(package({"notes.xml": "<notes/>"}))
    assert not qti1.FORMAT.recognises(Upload(b"<assessmentItem/>", "i.xml"))
    older = package({"imsmanifest.xml": MANIFEST, "q1/q1.xml": document(GOOD)})
    assert qti1.FORMAT.recognises(older)
    assert not qti.FORMAT.recognises(older)
    assert not qti.FORMAT.recognises(Upload(document(GOOD), "f.xml"))


def test_a_broken_document_leaves_the_others() -> None:
    result = opened(
        {"imsmanifest.xml": MANIFEST, "a.xml": document(GOOD)[:-30], "b.xml": document(GOOD)}
    )
    assert len(result.questions) == 1
    (problem,) = result.errors
    assert problem.file == "paquet.zip › a.xml"
    assert problem.line > 1


# Encodings, broken and hostile files


def test_entities_of_html_and_lone_ampersands_are_mended() -> None:
    source = document(item(text("Pain") + choose(), when(eq("a"), "1"))).replace(
        b">Pain<", "Pain&nbsp;&eacute;t&eacute; & sel é".encode().join((b">", b"<"))
    )
    question = only(read_upload(Upload(source, "f.xml")))
    assert question.prompt.split() == ["Pain", "été", "&", "sel", "é"]


def test_a_file_of_windows_is_read_and_told() -> None:
    source = document(GOOD).decode().replace("Vrai ?", "Été ?").encode("cp1252")
    result = read_upload(Upload(source, "f.xml"))
    assert only(result).prompt == "Été ?"
    assert [problem.code for problem in result.problems] == ["encoding"]


def test_own_entities_are_refused() -> None:
    source = b'<!DOCTYPE q [<!ENTITY x "y">]><questestinterop>&x;</questestinterop>'
    result = read_upload(Upload(source, "f.xml"))
    assert [problem.code for problem in result.errors] == ["xml-entity"]


def test_a_document_without_items_is_told() -> None:
    result = read_upload(Upload(b"<questestinterop/>", "f.xml"))
    assert [problem.code for problem in result.errors] == ["no-question"]


def test_sixty_thousand_choices_are_an_error() -> None:
    many = choose(options={f"n{n}": "x" for n in range(60_000)})
    result = read(item(text("?") + many, when(eq("n1"), "1")), GOOD)
    assert [problem.code for problem in result.errors] == ["too-many-choices"]
    assert len(result.questions) == 1


def test_thousands_of_conditions_on_one_question_are_an_error() -> None:
    result = read(item(text("?") + choose(), *(when(eq("a"), "1") for _ in range(2_000))))
    assert [problem.code for problem in result.errors] == ["too-many-choices"]


def test_conditions_without_sense_harm_nothing() -> None:
    result = read(
        item(text("?") + choose(), when(eq("zz", "nobody"), "1e999"), when("", "100")),
        item(text("?") + write(), when(eq("1e99999999"), "NaN"), most="nan"),
        item(text("?") + choose(options={}), when(eq("a"), "SCORE.max")),
    )
    assert len(result.items) == 3


def test_deep_nesting_is_a_problem() -> None:
    deep = "<flow>" * 5_000 + "</flow>" * 5_000
    result = read(item(deep))
    assert result.errors


WHOLE = document(
    item(
        text("<p>Que vend-il ?</p>") + choose(),
        when(f"<and>{eq('a')}<not>{eq('b')}</not></and>", "100", said="fb"),
        after=says(fb="Oui."),
        question_type="multiple_answers_question",
        points_possible="2",
    ),
    item(text("Combien ?") + write(), when(bounds("1", "3"), "100")),
    item(
        text("Le [a].") + choose("response_a", TOWNS, label="a"),
        when(eq("p", "response_a"), "100"),
        question_type="multiple_dropdowns_question",
    ),
)


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=4))
@example(0, 0, b"\xef\xbb\xbf")
@example(900, 40, b"")
def test_no_mutilated_file_raises(at: int, cut: int, put: bytes) -> None:
    data = WHOLE[:at] + put + WHOLE[at + cut :]
    result = read_upload(Upload(data, "f.xml"))
    assert result.items or result.problems
    assert "unreadable" not in {problem.code for problem in result.problems}


TAGS = st.sampled_from(
    "and or not varequal varsubset vargte varlte other conditionvar respcondition setvar material"
    " mattext response_lid response_str response_grp render_choice render_fib response_label flow"
    " presentation resprocessing itemfeedback item section".split()
)
TREES = st.recursive(
    st.sampled_from(["a", "1", "p,q", "[x]", ""]),
    lambda inner: st.builds(
        lambda tag, ident, parts: (
            f'<{tag} ident="{ident}" respident="{ident}" linkrefid="{ident}" rcardinality="{ident}"'
            f' fibtype="Integer" index="1" varname="SCORE" action="Add">{"".join(parts)}</{tag}>'
        ),
        TAGS,
        st.sampled_from(["a", "response_x", "Multiple", "Ordered", ""]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(
    TREES,
    TREES,
    st.sampled_from(
        [
            "",
            "matching_question",
            "multiple_dropdowns_question",
            "numerical_question",
            "ordering_question",
            "categorization_question",
            "Matching",
        ]
    ),
)
def test_no_arrangement_of_elements_raises(shown: str, judged: str, kind: str) -> None:
    result = read(item(shown + choose(), judged, question_type=kind), item(shown, judged))
    assert result.items or result.problems or result.losses
