"""Reading QTI 2.0 to 3.0."""

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats import read_upload
from app.formats.base import Imported, ImportResult, Upload
from app.formats.qti import FORMAT
from tests.unit.formats.qti_files import (
    LONG,
    MAP,
    NAMESPACES,
    archive,
    choice,
    exam,
    item,
    manifest,
    picture,
    response,
    spelt,
    zipped,
)

VERSIONS = [*NAMESPACES]
MAPPED = f'<responseProcessing template="{MAP}"/>'
THREE = ("Le facteur", "Sa fille", "Le maire")


def read(source: str | bytes, name: str = "item.xml") -> ImportResult:
    data = source.encode() if isinstance(source, str) else source
    result = read_upload(Upload(data, name))
    assert result.format == "qti", [str(problem.message) for problem in result.problems]
    return result


def only(source: str | bytes) -> Imported:
    (imported,) = read(source).items
    return imported


def outline(source: str | bytes) -> dict[str, Any]:
    """The type and what `inspect` prints of the only question, which must be usable."""
    question = only(source).question
    assert question is not None, [str(problem.message) for problem in only(source).problems]
    return {"type": question.type, "prompt": question.prompt, **question.outline()}


def codes(result: ImportResult) -> set[str]:
    return {problem.code for problem in [*result.problems, *result.losses]}


# Choices.


@pytest.mark.parametrize("version", VERSIONS)
def test_one_key_is_a_single_choice(version: str) -> None:
    got = outline(item(choice(*THREE), response("B"), version=version))
    assert got == {
        "type": "single_choice",
        "prompt": "Qui raconte ?",
        "choices": list(THREE),
        "correct": [1],
        "weights": [0.0, 1.0, 0.0],
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_cardinality_decides_not_the_number_of_choices_allowed(version: str) -> None:
    several = response("A", "B", cardinality="multiple")
    assert outline(item(choice(*THREE), several, version=version))["type"] == "multiple_response"
    single = item(choice(*THREE, most=0), response("A"), version=version)
    assert outline(single)["type"] == "single_choice"


def test_a_mapping_gives_weights() -> None:
    mapped = response("A", "B", cardinality="multiple", mapping="A=2; B=1; C=-3")
    got = outline(item(choice(*THREE, most=0), mapped, processing=MAPPED))
    assert got["correct"] == [0, 1]
    assert got["weights"] == [0.66667, 0.33333, -1.0]


def test_a_mapping_alone_gives_the_key() -> None:
    mapped = response(mapping="A=0.5; C=1")
    got = outline(item(choice(*THREE), mapped, processing=MAPPED))
    assert (got["correct"], got["weights"]) == ([2], [0.5, 0.0, 1.0])


def test_a_mapping_counts_for_nothing_where_the_item_is_all_or_nothing() -> None:
    got = outline(item(choice(*THREE), response("A", mapping="A=1; B=0.5")))
    assert got["weights"] == [1.0, 0.0, 0.0]


def test_a_mapping_that_pays_other_choices_than_the_right_ones_is_left_and_told() -> None:
    mapped = response("A", "B", cardinality="multiple", mapping="A=1; C=1")
    result = read(item(choice(*THREE, most=0), mapped, processing=MAPPED))
    assert result.questions[0].outline()["correct"] == [0, 1]
    assert "weights" in codes(result)


def test_one_of_several_right_answers_is_enough_where_only_one_can_be_given() -> None:
    result = read(item(choice(*THREE), response("A", "C")))
    assert result.questions[0].outline()["weights"] == [1.0, 0.0, 1.0]
    assert "several-right" in codes(result)


def test_a_choice_named_by_its_text_is_found() -> None:
    assert outline(item(choice(*THREE), response("Sa fille")))["correct"] == [1]


def test_a_missing_key_is_a_problem_at_its_line_and_the_question_can_be_mended() -> None:
    imported = only("<!-- un -->\n" + item(choice(*THREE), response()))
    assert imported.question is None
    assert imported.raw["choices"][2]["text"] == "Le maire"
    assert [(problem.code, problem.line) for problem in imported.problems] == [("no-key", 2)]


def test_shuffling_is_kept_and_fixed_choices_stop_it() -> None:
    free = only(item(choice(*THREE, more='shuffle="true"'), response("A")))
    assert free.raw["shuffle"] is True
    fixed = item(choice(*THREE, more='shuffle="true"'), response("A")).replace(
        'identifier="C"', 'identifier="C" fixed="true"'
    )
    assert only(fixed).raw["shuffle"] is False
    assert "fixed-choices" in codes(read(fixed))


def test_html_of_a_cdata_section_is_read_and_escaped_tags_are_text() -> None:
    cdata = choice("&lt;b&gt;", "&lt;p&gt;", prompt="<![CDATA[<p>Quelle <b>balise</b> ?</p>]]>")
    got = outline(item(cdata, response("A")))
    assert got["prompt"] == "Quelle balise ?"
    assert got["choices"] == ["<b>", "<p>"]


def test_html_of_a_cdata_section_is_read_around_a_gap() -> None:
    body = (
        f"<div><![CDATA[<strong>Qui ?</strong><br/>]]>{entry('R1')}<![CDATA[<em>fin</em>]]></div>"
    )
    imported = only(item(body, response("a", name="R1", base="string")))
    assert "<" not in imported.raw.get("body", imported.raw["prompt"])


def test_a_line_end_of_the_file_is_a_space() -> None:
    got = outline(item(choice("Le\n  facteur", "Sa fille"), response("A")))
    assert got["choices"] == ["Le facteur", "Sa fille"]
    kept = outline(item(choice("<pre>a = 1\nb = 2</pre>", "rien"), response("A")))
    assert kept["choices"][0] == "a = 1\nb = 2"


def test_what_describes_an_image_is_no_part_of_a_choice_that_has_words() -> None:
    pictured = [f'<img src="{n}.png" alt="{text}"/><br/>{text}' for n, text in enumerate(THREE)]
    assert outline(item(choice(*pictured), response("A")))["choices"] == [*THREE]


def test_what_describes_an_image_stays_where_only_it_tells_choices_apart() -> None:
    pictured = [f'<img src="{text}.png" alt="{text}"/> Lui' for text in THREE]
    got = outline(item(choice(*pictured), response("A")))
    assert got["choices"] == [f"[{text}] Lui" for text in THREE]


def test_of_two_choices_with_the_same_identifier_the_first_is_the_key() -> None:
    twice = item(choice(*THREE), response("A")).replace('identifier="C"', 'identifier="A"')
    assert [one["key"] for one in only(twice).raw["choices"]] == [True, False, False]


def test_what_a_learner_may_ask_to_see_is_a_hint() -> None:
    body = choice(*THREE) + '<infoControl title="Aide">Il a un <b>vélo</b>.</infoControl>'
    imported = only(item(body, response("A")))
    assert imported.raw["hints"] == ["Il a un vélo."]
    assert "vélo" not in imported.raw["prompt"]


def test_more_hints_than_we_have_are_told() -> None:
    body = choice(*THREE) + "".join(f"<infoControl>Indice {n}.</infoControl>" for n in range(4))
    assert "lost-tips" in codes(read(item(body, response("A"))))


def test_a_question_without_words_or_title_is_asked_all_the_same() -> None:
    result = read(item(choice("Oui", "Non", prompt=""), response("A"), title=""))
    assert [question.prompt for question in result.questions] == ["Répondez à la question."]
    assert "no-prompt" in codes(result)


def test_marked_words_are_kept() -> None:
    imported = only(item(choice(*THREE, prompt="Un mot <em>important</em>"), response("A")))
    assert imported.raw["prompt_html"] == "Un mot <em>important</em>"


def test_a_formula_keeps_its_sense_and_is_told() -> None:
    half = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
    square = "<math><msup><mi>x</mi><mn>2</mn></msup></math>"
    result = read(item(choice(half, square), response("A")))
    assert result.items[0].raw["choices"][0]["text"] == "1/2"
    assert result.items[0].raw["choices"][1]["html"] == "x<sup>2</sup>"
    assert "lost-formula" in codes(result)


@pytest.mark.parametrize(
    ("right", "wrong", "answer"),
    [("Vrai", "Faux", True), ("<p>FAUX.</p>", "<p>VRAI.</p>", False)],
)
def test_two_choices_that_are_the_verdicts_make_a_true_or_false(
    right: str, wrong: str, *, answer: bool
) -> None:
    told = '<feedbackInline outcomeIdentifier="F" identifier="A">Bravo.</feedbackInline>'
    body = f"<p>Le facteur marche.</p>{choice(right + told, wrong)}"
    imported = only(item(body, response("A")))
    assert imported.question is not None
    assert imported.question.outline()["correct"] is answer
    assert imported.raw["feedback"]["true" if answer else "false"] == "Bravo."


def test_a_third_verdict_that_the_text_is_silent_is_kept() -> None:
    source = item(choice("Vrai", "Faux", "Le texte ne le dit pas"), response("C"))
    assert outline(source)["correct"] == "unknown"


@pytest.mark.parametrize(
    "source",
    [
        item(choice("Oui", "Non"), response("A")),
        item(choice("Richtig", "Falsch"), response("A")),
        item(choice("Vrai", "Faux", "Je ne sais pas"), response("A")),
        item(choice("Vrai", "Faux"), response("A", mapping="A=1; B=-1"), processing=MAPPED),
    ],
)
def test_other_choices_or_weights_stay_a_single_choice(source: str) -> None:
    assert outline(source)["type"] == "single_choice"


def test_characters_by_their_html_names_are_read() -> None:
    got = outline(item(choice("l&rsquo;&eacute;t&eacute;", "A &amp; B"), response("A")))
    assert got["choices"] == ["l’été", "A & B"]


# Typed texts and numbers.


def entry(name: str = "RESPONSE") -> str:
    return f'<textEntryInteraction responseIdentifier="{name}" expectedLength="10"/>'


@pytest.mark.parametrize("version", VERSIONS)
def test_a_lone_entry_is_a_short_answer(version: str) -> None:
    mapped = response("vélo", base="string", mapping="vélo=2; bicyclette=1")
    body = f"<p>Que pose-t-il ? {entry()}</p>"
    got = outline(item(body, mapped, version=version, processing=spelt(MAPPED, version)))
    assert got["type"] == "short_answer"
    assert got["prompt"] == "Que pose-t-il ?"
    assert (got["correct"], got["weights"]) == (["vélo", "bicyclette"], [1.0, 0.5])


def test_an_entry_inside_a_sentence_is_a_gap() -> None:
    body = f"<p>Complétez.</p><blockquote><p>Il pose son {entry()} contre le mur.</p></blockquote>"
    got = outline(item(body, response("vélo", base="string")))
    assert (got["type"], got["prompt"]) == ("cloze", "Complétez.")
    assert got["body"] == "Il pose son {{1}} contre le mur."


def test_an_entry_on_a_line_of_its_own_is_a_short_answer() -> None:
    body = f"<p>Mettez au passif.</p><div>Zoé vend du miel.<br/>{entry()}</div>"
    got = outline(item(body, response("Du miel est vendu par Zoé.", base="string")))
    assert got["type"] == "short_answer"
    assert got["prompt"] == "Mettez au passif.\nZoé vend du miel."


def test_capitals_count_where_the_file_says_so() -> None:
    declared = response(base="string", mapping="Paris=1").replace(
        "mappedValue", 'caseSensitive="true" mappedValue'
    )
    imported = only(item(f"<p>Où ? {entry()}</p>", declared, processing=MAPPED))
    assert imported.raw["compare"] == {"case": "strict"}
    spellings = response(base="string", mapping="Paris=1; paris=0.5")
    imported = only(item(f"<p>Où ? {entry()}</p>", spellings, processing=MAPPED))
    assert imported.raw["compare"] == {"case": "strict"}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_entry_of_a_number_is_numeric_with_its_tolerance_and_unit(version: str) -> None:
    body = f"<div><p>Quelle distance ?</p><p>{entry()} km</p></div>"
    processing = spelt(
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute"'
        ' tolerance="0.5 0.5"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
        '</equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>",
        version,
    )
    source = item(body, response("12.5", base="float"), version=version, processing=processing)
    assert outline(source)["correct"] == [{"value": 12.5, "tolerance": 0.5}]
    assert only(source).raw["unit"] == "km"
    assert "custom-scoring" not in codes(read(source))


def test_a_relative_tolerance_is_a_percentage() -> None:
    processing = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="relative"'
        ' tolerance="10 10"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
        "</equal></responseIf></responseCondition></responseProcessing>"
    )
    body = f"<p>Combien ? {entry()}</p>"
    got = outline(item(body, response("50", base="integer"), processing=processing))
    assert got["correct"] == [{"value": 50.0, "tolerance": 5.0}]


def test_two_bounds_are_a_tolerance_whichever_comes_first() -> None:
    bounds = (
        '<gte><baseValue baseType="float">{}</baseValue><variable identifier="RESPONSE"/></gte>'
        '<lte><baseValue baseType="float">{}</baseValue><variable identifier="RESPONSE"/></lte>'
    )
    for ends in ((41, 43), (43, 41)):
        rule = f"<responseIf><and>{bounds.format(*ends)}</and></responseIf>"
        processing = f"<responseProcessing><responseCondition>{rule}</responseCondition></responseProcessing>"
        declared = response("42", base="float")
        body = '<p>Combien ?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
        got = outline(item(body, declared, processing=processing))
        assert got["correct"] == [{"value": 42.0, "tolerance": 1.0}]


def test_values_compared_one_by_one_are_the_key_where_none_is_declared() -> None:
    processing = (
        "<responseProcessing><responseCondition><responseIf><or>"
        + "".join(
            f'<match><variable identifier="RESPONSE"/><baseValue baseType="string">{text}'
            "</baseValue></match>"
            for text in ("vélo", "bicyclette")
        )
        + '</or><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    body = f"<p>Que pose-t-il ? {entry()}</p>"
    got = outline(item(body, response(base="string"), processing=processing))
    assert got["correct"] == ["vélo", "bicyclette"]


def accepts(*values: str) -> str:
    """A condition that accepts each of these words."""
    listed = "".join(f'<baseValue baseType="string">{value}</baseValue>' for value in values)
    return f'<member><variable identifier="RESPONSE"/><multiple>{listed}</multiple></member>'


def test_words_of_a_list_that_the_processing_accepts_are_the_key() -> None:
    processing = (
        f"<responseProcessing><responseCondition><responseIf>{accepts('vélo', 'bicyclette')}"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    entry = '<p>Comment vient-il ?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    for declared in (response(base="string"), response("vélo", base="string")):
        result = outline(item(entry, declared, processing=processing))
        assert result["correct"] == ["vélo", "bicyclette"]


def test_an_entry_that_a_person_marks_is_a_text_to_write() -> None:
    source = item(f"<p>Pourquoi ? {entry()}</p>", response(base="string"))
    assert only(source).question is None
    marked = source.replace('baseType="float"', 'baseType="float" externalScored="human"')
    assert outline(marked)["type"] == "essay"


# Gaps.


@pytest.mark.parametrize("version", VERSIONS)
def test_inline_interactions_of_several_kinds_are_one_text_with_gaps(version: str) -> None:
    listed = (
        '<inlineChoiceInteraction responseIdentifier="R1"><inlineChoice identifier="A">fille'
        '</inlineChoice><inlineChoice identifier="B">femme</inlineChoice></inlineChoiceInteraction>'
    )
    body = f"<p>Complétez.</p><p>Sa {listed} écrit dans un {entry('R2')} bleu.</p>"
    declared = response("A", name="R1") + response("cahier", name="R2", base="string")
    got = outline(item(body, declared, version=version))
    assert got["body"] == "Sa {{1}} écrit dans un {{2}} bleu."
    assert got["correct"] == [
        {"kind": "list", "choices": ["fille", "femme"], "correct": ["fille"]},
        {"kind": "typed", "choices": [], "correct": ["cahier"]},
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_words_to_place_are_a_bank(version: str) -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Placez.</prompt>'
        '<gapText identifier="W1" matchMax="1">vélo</gapText>'
        '<gapText identifier="W2" matchMax="1">mur</gapText>'
        '<gapText identifier="W3" matchMax="1">chien</gapText>'
        '<p>Le <gap identifier="G1"/> est contre le <gap identifier="G2"/>.</p>'
        "</gapMatchInteraction>"
    )
    declared = response("W1 G1", "W2 G2", cardinality="multiple", base="directedPair")
    got = outline(item(body, declared, version=version))
    assert (got["prompt"], got["body"]) == ("Placez.", "Le {{1}} est contre le {{2}}.")
    bank = {"kind": "bank", "choices": ["vélo", "mur", "chien"]}
    assert got["correct"] == [{**bank, "correct": ["vélo"]}, {**bank, "correct": ["mur"]}]


def test_gaps_that_weigh_differently_and_points_taken_are_told() -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="A">lettres</gapText>'
        '<gapText identifier="B">cahier</gapText><p>Des <gap identifier="G1"/>, un <gap identifier="G2"/>.'
        "</p></gapMatchInteraction>"
    )
    worth = "A G1=1; B G2=2; A G2=-1"
    right = response("A G1", "B G2", cardinality="multiple", base="directedPair", mapping=worth)
    result = read(item(body, right, processing=MAPPED))
    assert {"weights", "penalties"} <= codes(result)
    entries = f"{entry('R1')} puis {entry('R2')}, "
    declared = "".join(response("a", base="string", name=f"R{n}", mapping=f"a={n}") for n in (1, 2))
    assert "weights" in codes(read(item(f"<p>{entries}fin.</p>", declared, processing=MAPPED)))


def test_words_and_gaps_that_stand_directly_in_the_body_are_one_line() -> None:
    body = f"Cinq {entry('R1')} <b>lettres</b> et {entry('R2')}"
    declared = response("a", base="string", name="R1") + response("b", base="string", name="R2")
    assert only(item(body, declared)).raw["body"] == "Cinq {{1}} lettres et {{2}}"


def test_braces_of_the_text_are_no_gaps() -> None:
    body = f"<p>Dans {{{{2}}}}, il y a {entry('R1')} et {entry('R2')}.</p>"
    declared = response("a", name="R1", base="string") + response("b", name="R2", base="string")
    assert outline(item(body, declared))["body"] == "Dans { {2}}, il y a {{1}} et {{2}}."


# Orders and pairs.


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_interaction_is_an_ordering(version: str) -> None:
    body = choice("un", "deux", "trois").replace("choiceInteraction", "orderInteraction")
    declared = response("C", "A", "B", cardinality="ordered")
    got = outline(item(body, declared, version=version))
    assert (got["type"], got["correct"]) == ("ordering", ["trois", "un", "deux"])


def test_an_order_that_is_not_given_is_a_problem() -> None:
    body = choice("un", "deux").replace("choiceInteraction", "orderInteraction")
    assert {"no-key"} <= codes(read(item(body, response(cardinality="ordered"))))


def test_what_has_no_answer_is_told_once_in_words_at_its_place() -> None:
    gaps = f"<p>Il a {entry('R1')} et {entry('R2')} ici.</p>"
    words = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="A">un</gapText>'
        '<p>Il a <gap identifier="G1"/> vélo.</p></gapMatchInteraction>'
    )
    order = choice("un", "deux").replace("choiceInteraction", "orderInteraction")
    declared = response("un", name="R1", base="string") + response(name="R2", base="string")
    for body, declarations in ((gaps, declared), (words, response()), (order, response())):
        (error,) = read(item(body, declarations)).errors
        assert (error.code, error.file, error.line) == ("no-key", "item.xml", 1)
        assert error.hint


def sets(*sides: str) -> str:
    made = ""
    for side in sides:
        choices = "".join(
            f'<simpleAssociableChoice identifier="{one}" matchMax="9">texte {one}'
            "</simpleAssociableChoice>"
            for one in side
        )
        made += f"<simpleMatchSet>{choices}</simpleMatchSet>"
    return f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Reliez.</prompt>{made}</matchInteraction>'


def pairs(*values: str) -> str:
    return response(*values, cardinality="multiple", base="directedPair")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_match_is_a_matching_with_what_is_left_over(version: str) -> None:
    got = outline(item(sets("ab", "xyz"), pairs("a y", "b x"), version=version))
    assert got["type"] == "matching"
    assert got["correct"] == [["texte a", "texte y"], ["texte b", "texte x"]]
    assert got["distractors"] == ["texte z"]


def test_columns_that_hold_several_lines_are_turned_around() -> None:
    got = outline(item(sets("ab", "xyz"), pairs("a x", "a y", "b z")))
    assert got["correct"] == [
        ["texte x", "texte a"],
        ["texte y", "texte a"],
        ["texte z", "texte b"],
    ]


def test_a_table_with_several_answers_a_line_becomes_a_question_for_each_line() -> None:
    result = read(item(sets("ab", "xyz"), pairs("a x", "a y", "b y", "b z")))
    assert [question.type for question in result.questions] == ["multiple_response"] * 2
    assert result.questions[1].prompt == "Reliez.\ntexte b"
    assert result.questions[1].outline()["correct"] == [1, 2]
    assert "split-table" in codes(result)


def test_lines_of_a_table_without_any_answer_are_left_and_told() -> None:
    body = sets("ab", "xyz").replace("texte a", "2 &lt; 3")
    result = read(item(body, pairs("a x", "a y")))
    assert "no-partner" in codes(result)
    assert [one.raw["prompt"].splitlines()[-1] for one in result.items] == ["2 < 3"]


def test_images_to_pair_are_named_and_shown_with_the_question() -> None:
    body = sets("ab", "xy").replace("texte a", '<img src="a.png" alt=""/>')
    body = body.replace("texte b", '<img src="b.png" alt="Un pont"/>')
    members = {"q.xml": item(body, pairs("a x", "b y")), "a.png": picture(), "b.png": picture()}
    (imported,) = read(zipped(members), "images.zip").items
    assert imported.raw["pairs"] == [["Image 1", "texte x"], ["Un pont", "texte y"]]
    assert imported.raw["prompt_html"].count("<img") == 2
    assert "Image 1 : " in imported.raw["prompt_html"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_association_is_a_matching(version: str) -> None:
    body = sets("abcde").replace("matchInteraction", "associateInteraction")
    body = body.replace("<simpleMatchSet>", "").replace("</simpleMatchSet>", "")
    declared = response("a d", "b c", cardinality="multiple", base="pair")
    got = outline(item(body, declared, version=version))
    assert got["correct"] == [["texte a", "texte d"], ["texte b", "texte c"]]
    assert got["distractors"] == ["texte e"]


# Texts to point at, texts to write.


def hot(*texts: str, paragraph: str) -> str:
    for n, text in enumerate(texts):
        paragraph = paragraph.replace(
            f"[{text}]", f'<hottext identifier="{chr(65 + n)}">{text}</hottext>'
        )
    return (
        '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Montrez.</prompt>'
        f"<p>{paragraph}</p></hottextInteraction>"
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_sentences_to_point_at_stand_in_a_document(version: str) -> None:
    body = hot("Il part tôt.", "Il rentre tard.", paragraph="[Il part tôt.] [Il rentre tard.]")
    result = read(item(body, response("B"), version=version))
    assert result.questions[0].outline() == {"unit": "sentence", "correct": ["Il rentre tard."]}
    assert [passage.kind for passage in result.passages] == ["document"]


def test_words_to_point_at_say_which_they_are() -> None:
    body = hot("le", "chien", paragraph="Il voit le chat, puis [le] [chien].")
    imported = only(item(body, response("A")))
    assert imported.question is not None
    assert imported.raw["select"]["keys"] == ["le (2)"]


def test_numbers_of_paragraphs_before_sentences_to_point_at_do_not_count() -> None:
    body = hot(
        "Il part tôt.", "Il rentre.", paragraph="<span>\xa07\xa0</span> [Il part tôt.] [Il rentre.]"
    )
    result = read(item(body, response("A")))
    assert result.questions[0].outline() == {"unit": "sentence", "correct": ["Il part tôt."]}


def test_groups_of_words_to_point_at_are_a_list() -> None:
    body = hot("qui part", "dès l’aube", paragraph="Le facteur [qui part] [dès l’aube] chante.")
    result = read(item(body, response("B")))
    assert result.questions[0].outline()["choices"] == ["qui part", "dès l’aube"]
    assert "hot-text-list" in codes(result)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_extended_text_is_an_essay(version: str) -> None:
    body = (
        '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Racontez.</prompt>'
        "</extendedTextInteraction>"
    )
    got = outline(item(body, response(base="string"), version=version))
    assert (got["type"], got["prompt"]) == ("essay", "Racontez.")


# What cannot be carried is told.


@pytest.mark.parametrize(
    "name",
    ["slider", "upload", "drawing", "hotspot", "selectPoint", "media", "custom", "graphicOrder"],
)
def test_an_interaction_that_we_cannot_carry_is_a_loss_and_its_neighbour_stays(name: str) -> None:
    other = f'<{name}Interaction responseIdentifier="R2"><prompt>?</prompt></{name}Interaction>'
    result = read(item(choice(*THREE) + other, response("A") + response("1", name="R2")))
    assert [question.type for question in result.questions] == ["single_choice"]
    assert "unsupported" in codes(result)


def test_an_item_whose_values_are_drawn_by_lot_is_left_and_told() -> None:
    body = choice(*THREE, prompt='Combien font <printedVariable identifier="X"/> ?')
    result = read(item(body, response("A")))
    assert not result.items
    assert "template" in codes(result)


def test_scoring_of_its_own_is_a_warning() -> None:
    processing = (
        '<responseProcessing><setOutcomeValue identifier="SCORE"><customOperator class="x">'
        '<variable identifier="RESPONSE"/></customOperator></setOutcomeValue></responseProcessing>'
    )
    assert "custom-scoring" in codes(
        read(item(choice(*THREE), response("A"), processing=processing))
    )


@pytest.mark.parametrize(
    "score", ['<baseValue baseType="float">1</baseValue>', '<variable identifier="MAXSCORE"/>']
)
def test_the_standard_scoring_written_out_is_no_warning(score: str) -> None:
    processing = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
        '<correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE">'
        f"{score}</setOutcomeValue></responseIf><responseElse>"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue>'
        "</setOutcomeValue></responseElse></responseCondition></responseProcessing>"
    )
    result = read(item(choice(*THREE), response("A"), processing=processing))
    assert codes(result) == set()


def test_rubrics_for_the_learner_are_asked_and_those_for_the_marker_are_told() -> None:
    body = (
        '<rubricBlock view="candidate"><p>Lisez bien.</p></rubricBlock>'
        '<rubricBlock view="scorer"><p>Soyez justes.</p></rubricBlock>' + choice(*THREE)
    )
    result = read(item(body, response("A")))
    assert result.questions[0].prompt == "Lisez bien.\nQui raconte ?"
    assert "rubric" in codes(result)


def test_what_is_said_to_the_teacher_is_not_shown_to_the_learner() -> None:
    body = f"<teacherInstructions>Lisez à voix haute.</teacherInstructions>{choice('a', 'b')}"
    result = read(item(body, response("A")))
    assert result.items[0].raw["prompt"] == "Qui raconte ?"
    assert "rubric" in codes(result)


def test_points_are_those_that_the_item_states() -> None:
    stated = (
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
        "<defaultValue><value>2.5</value></defaultValue></outcomeDeclaration>"
    )
    assert only(item(choice(*THREE), response("A"), outcomes=stated)).raw["points"] == 2.5


# Feedback.


@pytest.mark.parametrize("version", VERSIONS)
def test_feedback_of_a_choice_is_its_own_and_no_part_of_it(version: str) -> None:
    said = '<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">Eh non.</feedbackInline>'
    source = item(choice("Le facteur", f"Sa fille {said}"), response("A"), version=version)
    assert [one["text"] for one in only(source).raw["choices"]] == ["Le facteur", "Sa fille"]
    assert only(source).raw["choices"][1]["feedback"] == "Eh non."


def modal(name: str, text: str) -> str:
    return (
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{name}" showHide="show">'
        f"{text}</modalFeedback>"
    )


def test_modal_feedback_goes_to_right_and_wrong_answers_by_the_processing() -> None:
    def says(name: str) -> str:
        return (
            '<setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">'
            f"{name}</baseValue></setOutcomeValue>"
        )

    processing = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
        f'<correct identifier="RESPONSE"/></match>{says("m1")}</responseIf>'
        f"<responseElse>{says('m2')}</responseElse></responseCondition></responseProcessing>"
    )
    told = modal("m1", "Bravo.") + modal("m2", "Relisez.")
    imported = only(item(choice(*THREE), response("A"), processing=processing, after=told))
    assert [one["feedback"] for one in imported.raw["choices"]] == [
        "Bravo.",
        "Relisez.",
        "Relisez.",
    ]
    body = f"<p>Que pose-t-il ? {entry()}</p>"
    source = item(body, response("vélo", base="string"), processing=processing, after=told)
    assert only(source).raw["feedback"] == {"right": "Bravo.", "wrong": "Relisez."}


def test_modal_feedback_shown_by_an_outcome_that_is_true_is_read() -> None:
    def shown(outcome: str, judged: str) -> str:
        return (
            f'<setOutcomeValue identifier="{outcome}"><and><match><baseValue baseType="identifier">'
            f'{judged}</baseValue><variable identifier="FEEDBACKBASIC"/></match></and></setOutcomeValue>'
        )

    processing = f"{shown('F_1', 'correct')}{shown('F_2', 'incorrect')}"
    after = "".join(
        f'<modalFeedback identifier="true" outcomeIdentifier="{name}">{said}</modalFeedback>'
        for name, said in (("F_1", "Bien lu."), ("F_2", "Relisez."))
    )
    result = read(
        item(
            choice("Un", "Deux"),
            response("A"),
            processing=f"<responseProcessing>{processing}</responseProcessing>",
            after=after,
        )
    )
    assert [one["feedback"] for one in result.items[0].raw["choices"]] == ["Bien lu.", "Relisez."]
    assert "feedback" not in codes(result)


def test_modal_feedback_named_after_a_choice_is_that_choices() -> None:
    imported = only(item(choice(*THREE), response("A"), after=modal("C", "Le maire dort.")))
    assert imported.raw["choices"][2]["feedback"] == "Le maire dort."


def test_a_question_inside_feedback_is_asked() -> None:
    step = (
        '<feedbackBlock outcomeIdentifier="STEP" identifier="s2" showHide="show">'
        f"<p>Que pose-t-il ? {entry('R2')}</p></feedbackBlock>"
    )
    declared = response("A") + response("vélo", name="R2", base="string")
    result = read(item(choice(*THREE) + step, declared))
    assert [question.type for question in result.questions] == ["single_choice", "short_answer"]
    assert result.questions[1].prompt == "Que pose-t-il ?"


def test_feedback_whose_condition_is_unknown_is_told() -> None:
    assert "feedback" in codes(read(item(choice(*THREE), response("A"), after=modal("x9", "Ah ?"))))


# Texts to read.


def test_a_long_text_before_the_question_is_a_passage() -> None:
    result = read(item(LONG + choice(*THREE), response("A"), title="Le facteur"))
    assert [(one.title, len(one.paragraphs)) for one in result.passages] == [("Le facteur", 2)]
    assert result.questions[0].prompt == "Qui raconte ?"


def test_the_last_paragraph_is_the_question_where_there_is_no_prompt() -> None:
    body = f"{LONG}<p>Qui raconte donc ?</p>{choice(*THREE, prompt='')}"
    result = read(item(body, response("A")))
    assert len(result.passages) == 1
    assert result.questions[0].prompt == "Qui raconte donc ?"


def test_a_rubric_may_hold_the_text_to_read() -> None:
    rubric = f'<rubricBlock use="context" view="candidate author"><div>{LONG}</div></rubricBlock>'
    result = read(item(rubric + choice(*THREE), response("A")))
    assert len(result.passages) == 1
    assert result.questions[0].prompt == "Qui raconte ?"


def test_a_short_text_before_the_question_is_part_of_it() -> None:
    result = read(item("<p>Voici Zoé.</p>" + choice(*THREE), response("A")))
    assert not result.passages
    assert result.questions[0].prompt == "Voici Zoé.\nQui raconte ?"


def test_a_title_stands_for_a_missing_prompt_with_a_warning() -> None:
    result = read(item(choice(*THREE, prompt=""), response("A"), title="La fille du facteur"))
    assert result.questions[0].prompt == "La fille du facteur"
    assert "title-as-prompt" in codes(result)


def test_items_that_carry_the_same_text_share_it() -> None:
    one = item(LONG + choice(*THREE), response("A"))
    two = item(LONG + choice(*THREE, prompt="Qui écrit ?"), response("B"))
    result = read(archive(a_xml=one, b_xml=two), "paquet.zip")
    assert (len(result.items), len(result.passages)) == (2, 1)


def test_several_interactions_are_several_questions_which_share_the_text_and_the_points() -> None:
    body = LONG + choice(*THREE, name="R1") + choice(*THREE, name="R2", prompt="Qui écrit ?")
    result = read(item(body, response("A", name="R1") + response("B", name="R2")))
    assert [question.prompt for question in result.questions] == ["Qui raconte ?", "Qui écrit ?"]
    assert len(result.passages) == 1
    assert "split" in codes(result)


def test_a_stimulus_of_qti_3_is_read_once() -> None:
    stimulus = spelt(
        f'<assessmentStimulus xmlns="{NAMESPACES["3.0"]}" identifier="s" title="Le facteur">'
        f"<stimulusBody><h2>Un matin</h2>{LONG}</stimulusBody></assessmentStimulus>",
        "3.0",
    )
    reference = '<qti-assessment-stimulus-ref identifier="s" href="../textes/le%20facteur.xml"/>'
    made = item(choice(*THREE), response("A"), version="3.0").replace(
        "<qti-item-body>", f"{reference}<qti-item-body>"
    )
    data = zipped({"items/a.xml": made, "items/b.xml": made, "textes/le facteur.xml": stimulus})
    result = read(data, "paquet.zip")
    assert [one.title for one in result.passages] == ["Le facteur"]
    assert [one.heading for one in result.passages[0].paragraphs] == [True, False, False]
    assert len(result.questions) == 2


def test_a_stimulus_that_is_missing_is_told_and_the_question_stays() -> None:
    made = item(choice(*THREE), response("A"), version="3.0").replace(
        "<qti-item-body>", '<qti-assessment-stimulus-ref href="x.xml"/><qti-item-body>'
    )
    result = read(made)
    assert len(result.questions) == 1
    assert "no-stimulus" in codes(result)


def test_a_text_in_an_object_is_read_as_html_however_loose() -> None:
    page = f"<html><head><title>Le facteur</title></head><body>{LONG}<p>Fin<br></body></html>"
    body = '<object data="../textes/facteur.html" type="text/html"/>' + choice(*THREE)
    data = zipped({"items/a.xml": item(body, response("A")), "textes/facteur.html": page})
    result = read(data, "paquet.zip")
    assert [len(one.paragraphs) for one in result.passages] == [3]
    assert "lost-object" not in codes(result)


# Packages.


def test_the_test_gives_the_order_the_title_and_the_categories() -> None:
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest("items/a.xml", "items/b.xml", "test.xml"),
        "items/a.xml": item(choice(*THREE, prompt="A ?"), response("A")),
        "items/b.xml": item(choice(*THREE, prompt="B ?"), response("A")),
        "test.xml": exam("items/b.xml", "items/a.xml"),
    }
    result = read(zipped(members), "paquet.zip")
    assert [one.raw["prompt"] for one in result.items] == ["B ?", "A ?"]
    assert {one.category for one in result.items} == {"Lecture"}
    assert result.header["title"] == "Un test"
    assert result.items[0].place.file == "paquet.zip › items/b.xml"


def test_items_that_only_the_test_lists_are_read() -> None:
    members: dict[str, str | bytes] = {
        "cours/imsmanifest.xml": manifest("test.xml", kind="imsqti_test_xmlv2p1"),
        "cours/test.xml": exam("q/a.xml"),
        "cours/q/a.xml": item(choice(*THREE), response("A")),
    }
    assert len(read(zipped(members), "paquet.zip").questions) == 1


def test_a_zip_without_a_manifest_is_read() -> None:
    made = archive(items__a_xml=item(choice(*THREE), response("A")), notes_xml="<notes/>")
    assert len(read(made, "paquet.zip").questions) == 1


def test_a_missing_item_is_told_and_the_others_are_read() -> None:
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest("a.xml", "b.xml"),
        "a.xml": item(choice(*THREE), response("A")),
    }
    result = read(zipped(members), "paquet.zip")
    assert len(result.questions) == 1
    assert "missing-file" in codes(result)


def test_a_broken_item_is_told_at_its_place_and_the_others_are_read() -> None:
    whole = item(choice(*THREE), response("A"))
    result = read(archive(a_xml=whole, b_xml=whole[:-40]), "paquet.zip")
    assert len(result.questions) == 1
    (problem,) = result.errors
    assert (problem.code, problem.file) == ("not-xml", "paquet.zip › b.xml")


def test_images_are_found_from_the_items_folder() -> None:
    body = choice('<img src="../images/un%20chat.png" alt="Un chat"/>', "Rien")
    data = zipped({"items/a.xml": item(body, response("A")), "images/un chat.png": picture()})
    result = read(data, "paquet.zip")
    assert len(result.media) == 1
    assert result.items[0].raw["choices"][0]["text"] == "Un chat"
    assert 'src="media:' in result.items[0].raw["choices"][0]["html"]


def test_several_items_in_one_file_are_read_with_or_without_a_root() -> None:
    made = item(choice(*THREE), response("A"))
    assert len(read(f"<items>{made}{made}</items>").questions) == 2
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    assert len(read(f"{head}{made}\n{head}{made}").questions) == 2


def test_a_file_of_windows_is_read_with_its_accents() -> None:
    made = '<?xml version="1.0" encoding="UTF-8"?>' + item(choice(*THREE), response("A"))
    result = read(made.replace("Le facteur", "Été d’œufs").encode("cp1252"))
    assert result.questions[0].outline()["choices"][0] == "Été d’œufs"
    assert "encoding" in codes(result)


def test_qti_1_is_not_ours() -> None:
    old = "<questestinterop><assessment title='x'><section/></assessment></questestinterop>"
    assert not FORMAT.recognises(Upload(old.encode(), "a.xml"))
    package = zipped(
        {"imsmanifest.xml": manifest("a.xml", kind="imsqti_xmlv1p2/imscc_xmlv1p1"), "a.xml": old}
    )
    assert not FORMAT.recognises(Upload(package, "a.zip"))


# Hostile and broken files.


@pytest.mark.parametrize("name", ["../hors.xml", "/etc/passwd", "a/../../b.xml"])
def test_a_name_that_leaves_the_archive_is_refused(name: str) -> None:
    made = zipped({"a.xml": item(choice(*THREE), response("A")), name: "<x/>"})
    result = read_upload(Upload(made, "paquet.zip"))
    assert [problem.code for problem in result.problems] == ["unsafe-archive"]


@pytest.mark.parametrize(
    "address", ["../../../etc/passwd", "/etc/passwd", "http://x.org/a.png", "file:///a"]
)
def test_an_address_outside_the_archive_gives_nothing(address: str) -> None:
    body = choice(f'<img src="{address}" alt="Un chat"/>', "Rien")
    body += f'<object data="{address}" type="text/html"/>'
    result = read(item(body, response("A")))
    assert not result.media
    assert not result.passages


def test_a_text_to_include_that_is_not_there_is_told() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>'
    result = read(item(include + choice(*THREE), response("A")))
    assert codes(result) == {"no-stimulus"}
    assert len(result.questions) == 1


def test_of_thousands_of_missing_files_only_some_are_told_by_name() -> None:
    names = [f"q{n}.xml" for n in range(100)]
    result = read(zipped({"imsmanifest.xml": manifest(*names)}))
    assert len(result.problems) == 20
    assert "D’autres fichiers" in result.problems[-1].message.text


def test_more_items_than_can_be_read_are_refused_before_they_are_read() -> None:
    many = f"<items>{item(choice(*THREE), response('A')) * 10_001}</items>"
    begun = time.process_time()
    result = read_upload(Upload(many.encode(), "items.xml"))
    assert [problem.code for problem in result.problems] == ["too-many-questions"]
    assert time.process_time() - begun < 3


def test_a_resource_outside_the_package_is_told_at_its_line() -> None:
    listed = manifest("item.xml", "../../secret.xml").replace("<resource ", "\n<resource ")
    result = read(
        zipped({"imsmanifest.xml": listed, "item.xml": item(choice(*THREE), response("A"))})
    )
    (problem,) = result.problems
    assert (problem.code, problem.line) == ("outside-file", 3)
    assert len(result.questions) == 1


def test_a_question_with_thousands_of_choices_or_gaps_is_an_error_at_once() -> None:
    many = choice(*(f"Choix {n}" for n in range(1_001)))
    gaps = (
        "<p>"
        + '<textEntryInteraction responseIdentifier="R"/> '.join(map(str, range(1_100)))
        + "</p>"
    )
    for body in (many, gaps):
        result = read(item(body, response("A")))
        assert codes(result) == {"too-many-choices"}


def test_an_element_with_thousands_of_attributes_is_cheap() -> None:
    attributes = " ".join(f'a{n}="{n}"' for n in range(60_000))
    crowded = item(choice(*THREE), response("A")).replace("<itemBody>", f"<itemBody {attributes}>")
    begun = time.process_time()
    assert outline(crowded)["correct"] == [0]
    assert time.process_time() - begun < 2


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + item(
        choice("&b;", "Rien"), response("A")
    )
    result = read_upload(Upload(bomb.encode(), "a.xml"))
    assert [problem.code for problem in result.errors] == ["xml-entity"]


def test_deep_nesting_is_an_error_or_a_question_never_a_crash() -> None:
    for depth in (100, 250, 5_000):
        body = "<div>" * depth + choice(*THREE) + "</div>" * depth
        result = read_upload(Upload(item(body, response("A")).encode(), "a.xml"))
        assert result.questions or result.errors


def test_section_files_that_lead_to_one_another_end() -> None:
    section = (
        '<assessmentSection xmlns="x" identifier="s" title="S" visible="true">'
        '<assessmentSectionRef identifier="r" href="{}"/></assessmentSection>'
    )
    made = archive(
        a_xml=section.format("b.xml"), b_xml=section.format("a.xml"), c_xml=exam("a.xml")
    )
    assert not read(made, "paquet.zip").items


WHOLE = item(
    LONG + choice(*THREE) + f"<p>Et {entry('R2')} ?</p>", response("A") + response("x", name="R2")
)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.integers(1, 6))
def test_no_mutilated_file_raises(seed: int, cuts: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret with it)
    text = WHOLE
    for _ in range(cuts):
        start = dice.randrange(len(text))
        end = min(len(text), start + dice.randrange(60))
        text = text[:start] + dice.choice(["", "<", "&", "</p>", text[start:end] * 2]) + text[end:]
    upload = Upload(text.encode(), "a.xml")
    if FORMAT.recognises(upload) and FORMAT.read:
        FORMAT.read(upload)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_item_with_elements_moved_or_missing_raises(seed: int) -> None:
    """Well-formed XML in which anything may be anywhere."""
    dice = random.Random(seed)  # noqa: S311 (nothing is kept secret with it)
    names = (
        "itemBody choiceInteraction simpleChoice prompt gapMatchInteraction gapText gap p div value"
        " responseDeclaration correctResponse mapping mapEntry matchInteraction simpleMatchSet"
        " simpleAssociableChoice hottextInteraction hottext orderInteraction textEntryInteraction"
        " inlineChoiceInteraction inlineChoice responseProcessing responseCondition responseIf not"
        " match variable baseValue setOutcomeValue feedbackInline modalFeedback rubricBlock object"
        " associateInteraction outcomeDeclaration defaultValue templateProcessing math table tr td"
    ).split()
    attributes = [
        'identifier="A"', 'responseIdentifier="RESPONSE"', 'cardinality="multiple"', 'mapKey="A B"',
        'mappedValue="nan"', 'baseType="float"', 'href="x.xml"', 'tolerance="a b"', 'shuffle="true"',
    ]  # fmt: skip

    def grow(depth: int) -> str:
        name = dice.choice(names)
        inside = "".join(grow(depth - 1) for _ in range(dice.randrange(4))) if depth else "A B"
        given = " ".join(
            {one.partition("=")[0]: one for one in dice.sample(attributes, 4)}.values()
        )
        return f"<{name} {given}>{inside}</{name}>"

    source = f"<assessmentItem>{''.join(grow(4) for _ in range(4))}</assessmentItem>"
    upload = Upload(source.encode(), "a.xml")
    assert FORMAT.recognises(upload)
    assert FORMAT.read is not None
    FORMAT.read(upload)


def test_reading_takes_time_in_proportion_to_the_file() -> None:
    made = item(LONG + choice(*THREE), response("A"))

    def seconds(count: int) -> float:
        data = f"<items>{made * count}</items>".encode()
        start = time.process_time()
        assert len(read(data).questions) == count
        return time.process_time() - start

    seconds(10)
    assert seconds(1_000) < 30 * max(seconds(100), 0.02)
