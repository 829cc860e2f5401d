"""The forms that mend a question: what they show can be sent back, whatever it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict

from app.config import Settings
from app.domain.kinds import blank, change_kind
from app.domain.writing import check_question, written
from app.errors import Message, Problem
from app.formats.native import read_library
from app.questions import QUESTION_TYPES
from app.questions.base import Question, ident
from app.text.passage import Reading
from app.web.question_forms import edit_fields, read_edited
from tests.conftest import make_app
from tests.unit.questions.variants import READING, VARIANTS

Raw = dict[str, Any]
Fields = MultiDict[str, str]

NO_TEXT = Reading(())
MAP = "media:" + "a1" * 16

pytestmark = pytest.mark.usefixtures("page")
every_kind = pytest.mark.parametrize("kind", QUESTION_TYPES)
every_question = pytest.mark.parametrize("question", VARIANTS.values(), ids=VARIANTS.keys())
thorough = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that renders; it needs no database."""
    app = make_app(tmp_path_factory.mktemp("editing"))
    with app.test_request_context():
        yield app


def shown(
    raw: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    reading: Reading = READING,
    kind: str = "",
) -> HtmlElement:
    fields = edit_fields(kind or raw["type"], raw, reading, problems)
    return html.fromstring(f"<form>{fields}</form>")


def checked(raw: Mapping[str, Any]) -> HtmlElement:
    """The form of a question with all that is wrong with it."""
    return shown(raw, check_question(dict(raw), READING)[1])


def sent_by(form: HtmlElement) -> Fields:
    """What a browser would send of a form that nobody touched."""
    fields: Fields = MultiDict()
    for field in form.xpath(".//input | .//select | .//textarea"):
        kind = field.get("type", "text")
        if field.tag == "textarea":
            # A parser drops the first line end; a browser sends the others as CR LF.
            value = (field.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif field.tag == "select":
            options = field.xpath("option[@selected]") or field.xpath("option")[:1]
            value = options[0].get("value")
        elif kind in ("checkbox", "radio"):
            if field.get("checked") is None:
                continue
            value = field.get("value")
        elif kind == "hidden":
            value = field.get("value").replace("\n", "\r\n")
        else:  # one line has no line ends
            value = field.get("value").replace("\n", "")
        fields.add(field.get("name"), value)
    return fields


def again(raw: Raw, reading: Reading = READING) -> Raw:
    """A question after its form was shown, left alone, and sent."""
    return read_edited(raw["type"], sent_by(shown(raw, reading=reading)), raw)


def mended(raw: Raw, changes: Mapping[str, str | None]) -> Raw:
    """A question after some of its fields were filled in anew; None unticks."""
    fields = sent_by(shown(raw))
    for name, value in changes.items():
        if value is None:
            del fields[name]
        else:
            fields[name] = value
    return read_edited(raw["type"], fields, raw)


def value_of(form: HtmlElement, name: str) -> str:
    return sent_by(form)[name].replace("\r\n", "\n")


def said_of(form: HtmlElement, name: str) -> str:
    """What is said to whoever comes to a field."""
    (field,) = form.xpath(".//*[@name=$name]", name=name)
    described = field.get("aria-describedby", "").split()
    return " ".join(form.get_element_by_id(one).text_content() for one in described)


def is_wrong(form: HtmlElement, name: str) -> bool:
    fields = form.xpath(".//*[@name=$name]", name=name)
    return any(field.get("aria-invalid") == "true" for field in fields)


def texts(form: HtmlElement, css: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in form.find_class(css)]


def choice_question(**more: Any) -> Raw:
    return {
        "id": "essai",
        "type": "single_choice",
        "skill": "détail",
        "prompt": "Que vend Zoé ?",
        "choices": [{"id": "m", "text": "du miel", "key": True}, "du pain", "du sel"],
        **more,
    }


# What is shown can be sent back.


@every_question
def test_a_form_left_alone_changes_nothing(question: Question) -> None:
    for raw in (question.model_dump(mode="json", by_alias=True), written(question)):
        back, problems = check_question(again(raw), READING)
        assert back == question, problems


def test_no_question_of_the_library_changes_by_being_looked_at() -> None:
    for _, quiz in read_library(Settings.load().library).quizzes:
        for question in quiz.questions:
            raw = written(question)
            assert again(raw, quiz.reading) == raw


def test_short_forms_are_read_as_the_question_reads_them() -> None:
    raws = [
        choice_question(evidence="trois ruches"),
        choice_question(evidence={"any": ["trois ruches", "Chaque hiver"]}),
        {"type": "true_false", "answer": True},
        {"type": "short_answer", "answers": ["ruche", {"text": "ruches", "fraction": 0.5}]},
        {"type": "matching", "pairs": [["a", "b"], ["c", "d"]]},
        {
            "type": "cloze",
            "body": "{{1}} {{2}} {{3}}",
            "gaps": {"1": {"typed": "a"}, "2": {"list": [{"text": "b", "key": True}, "c"]}}
            | {"3": {"bank": "d"}},
        },
    ]
    for raw in raws:
        whole = {"id": "essai", "skill": "détail", "prompt": "?", **raw}
        before, problems = check_question(whole, READING)
        assert before is not None, problems
        assert check_question(again(whole), READING)[0] == before


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=30)
SOUND = TEXT.filter(lambda text: bool(text.strip()))


@thorough
@given(prompt=SOUND, choices=st.lists(st.tuples(SOUND, TEXT), min_size=2, max_size=5))
def test_any_text_comes_back_to_the_letter(prompt: str, choices: list[tuple[str, str]]) -> None:
    written_choices = [
        {"text": text, "feedback": feedback, "key": n == 1}
        for n, (text, feedback) in enumerate(choices)
    ]
    raw = choice_question(prompt=prompt, choices=written_choices, subskill="")
    back = again(raw)
    assert back["prompt"] == prompt
    kept = [(one["text"], one["feedback"], one["key"]) for one in back["choices"]]
    assert kept == [(one["text"], one["feedback"], one["key"]) for one in written_choices]


@every_kind
def test_a_new_question_is_a_form_to_fill_in(kind: str) -> None:
    raw = blank(kind)
    assert {**again(raw)} == ({**raw, "gaps": {}} if kind == "cloze" else raw)
    form = shown(raw)
    assert value_of(form, "prompt") == ""
    assert value_of(form, "skill") == "détail"


@every_kind
def test_without_a_text_the_form_says_where_the_proof_would_be(kind: str) -> None:
    form = shown(blank(kind), reading=NO_TEXT)
    assert "Ajoutez un texte pour montrer la preuve." in " ".join(texts(form, "hint"))
    assert "Ajoutez un texte" not in " ".join(texts(shown(blank(kind)), "hint"))


# Whatever is wrong is shown again, and said.

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@every_kind
@thorough
@given(data=st.data())
def test_no_question_is_too_wrong_for_its_form(kind: str, data: st.DataObject) -> None:
    sound = written(next(one for one in VARIANTS.values() if one.type == kind))
    keys = st.sampled_from([*QUESTION_TYPES[kind].model_fields, "promt"])
    wrong = data.draw(st.dictionaries(keys, ANYTHING, max_size=4))
    raw = {**sound, **wrong, "type": kind}
    fields = sent_by(checked(raw))
    read = read_edited(kind, fields, raw)
    assert read_edited(kind, sent_by(shown(read)), read) == read


@every_kind
@thorough
@given(data=st.data())
def test_nothing_that_is_sent_breaks_the_form(kind: str, data: st.DataObject) -> None:
    sound = written(next(one for one in VARIANTS.values() if one.type == kind))
    known = list(sent_by(shown(sound)))
    names = st.sampled_from(known) | st.text(max_size=20) | st.sampled_from([*HOSTILE_NAMES])
    values = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
        ["9" * 5_000, "1e999", "-1e-400", "٣", "\ud800", "\x00", "NaN", "1,5", "²", "{{1}}"]
    )
    fields = MultiDict(data.draw(st.lists(st.tuples(names, values), max_size=12)))
    raw = read_edited(kind, fields, sound)
    assert str(edit_fields(kind, raw, READING, check_question(raw, READING)[1])).encode()


HOSTILE_NAMES = (
    "",
    ".",
    "choices",
    "choices.",
    "choices.0",
    "choices.-1.text",
    "choices.²٣.text",
    "choices." + "9" * 5_000 + ".text",
    "choices.0.text.0.text",
    "gaps.0.words.1.words.2.text",
    "gaps.0.name",
    "evidence.sentences",
    "evidence.sentences.nowhere",
    "evidence.quotes.0",
    "evidence.at.0",
    "evidence.need",
    "type",
    "id",
    "." * 5_000,
)


@pytest.mark.parametrize(
    ("kind", "row"),
    [("single_choice", "choices.{}.text"), ("cloze", "gaps.{}.words.0.text")],
)
def test_thousands_of_rows_are_too_many_and_nothing_worse(kind: str, row: str) -> None:
    fields = MultiDict([(row.format(n), "le même") for n in range(5_000)])
    raw = read_edited(kind, fields, {"id": "essai", "type": kind})
    found, problems = check_question({**raw, "skill": "détail", "prompt": "?"}, READING)
    assert found is None
    assert edit_fields(kind, raw, READING, problems)
    assert "too-long" in {problem.code for problem in problems}


def test_what_is_wrong_stands_by_its_field() -> None:
    raw = choice_question(
        points="beaucoup",
        skill="lecture",
        choices=[{"text": "a", "weight": 3}, {"feedback": "sans texte"}, "x" * 1_001],
        promt="?",
    )
    form = checked(raw)
    assert said_of(form, "points") == "Écrivez un nombre, par exemple 1,5."
    assert value_of(form, "points") == "beaucoup"
    assert "Choisissez" in said_of(form, "skill")
    assert value_of(form, "skill") == "lecture"
    assert "100 %" in said_of(form, "choices.0.weight")
    assert value_of(form, "choices.0.weight") == "300"
    assert said_of(form, "choices.1.text") == "Ce champ est à remplir."
    assert "1000 caractères" in said_of(form, "choices.2.text")
    assert value_of(form, "choices.2.text") == "x" * 1_001
    assert [name for name in sent_by(form) if is_wrong(form, name)] == [
        "choices.0.weight",
        "choices.1.text",
        "choices.2.text",
        "skill",
        "points",
    ]
    assert "promt" in texts(form, "error-summary")[0]
    assert again(raw).keys() == raw.keys() - {"promt"}


def test_what_a_whole_list_lacks_is_said_of_the_list() -> None:
    form = checked(choice_question(choices=["un", "deux"]))
    group = form.get_element_by_id("e-essai-choices")
    described = [form.get_element_by_id(one) for one in group.get("aria-describedby").split()]
    assert "Aucune bonne réponse" in described[-1].text_content()
    assert "key" not in described[-1].text_content()
    assert not form.find_class("error-summary")


def test_a_second_key_is_said_of_its_own_choice() -> None:
    raw = choice_question(choices=[{"text": "un", "key": True}, {"text": "deux", "key": True}])
    form = checked(raw)
    marks = form.xpath(".//input[@name='choices.key']")
    assert [mark.get("aria-invalid") for mark in marks[:2]] == [None, "true"]
    assert [mark.get("checked") is not None for mark in marks[:2]] == [True, False]


@every_question
def test_each_problem_is_said_once(question: Question) -> None:
    raw = written(question)
    places = [("prompt",), ("evidence", 0), ("evidence",), ("nowhere", 3), (), ("feedback", "x")]
    places += [(key, 0, "text") for key in type(question).model_fields]
    problems = [
        Problem(code=f"p{n}", message=Message(f"problème {n}."), path=path)
        for n, path in enumerate(places)
    ]
    text = shown(raw, problems).text_content()
    assert [text.count(f"problème {n}.") for n in range(len(places))] == [1] * len(places)


# Everybody can fill it in.


@every_question
def test_every_field_has_a_name_that_is_read_aloud(question: Question) -> None:
    for raw in (written(question), blank(question.type)):
        form = checked(raw)
        ids = form.xpath(".//@id")
        assert len(ids) == len(set(ids))
        for field in form.xpath(".//textarea | .//select | .//input[not(@type='hidden')]"):
            labels = form.xpath(".//label[@for=$id]", id=field.get("id", ""))
            labels = labels or list(field.iterancestors("label"))
            assert " ".join(labels[0].text_content().split()), field.get("name")
            assert set(field.get("aria-describedby", "").split()) <= set(ids)
        for group in form.xpath(".//fieldset"):
            assert group.find("legend").text_content().strip()
        for button in form.xpath(".//button"):
            assert button.get("type") == "button"
            assert button.text_content().strip()
        assert not form.xpath(".//*[@style]")


def test_forms_of_two_questions_share_no_id() -> None:
    one, other = shown(choice_question()), shown(choice_question(id="autre"))
    assert not set(one.xpath(".//@id")) & set(other.xpath(".//@id"))


# Rows.


def test_a_choice_keeps_its_id_while_its_row_stays() -> None:
    back = mended(choice_question(), {"choices.0.text": "du bon miel", "choices.1.text": ""})
    assert [(one.get("id"), one["text"]) for one in back["choices"]] == [
        ("m", "du bon miel"),
        (ident("du sel"), "du sel"),
    ]


def test_rows_come_back_in_the_order_of_the_page() -> None:
    fields = sent_by(shown(choice_question()))
    first = [(name, text) for name, text in fields.items() if name.startswith("choices.2.")]
    moved: Fields = MultiDict(first)
    moved.update({name: text for name, text in fields.items() if name not in dict(first)})
    back = read_edited("single_choice", moved, choice_question())
    assert [one["text"] for one in back["choices"]] == ["du sel", "du miel", "du pain"]
    assert [bool(one.get("key")) for one in back["choices"]] == [False, True, False]


def test_a_new_choice_never_takes_the_id_of_an_old_one() -> None:
    raw = choice_question(choices=[{"text": "oui", "key": True}, "non"])
    back = mended(raw, {"choices.0.text": "peut-être", "choices.2.text": "oui"})
    question, problems = check_question(back, READING)
    assert question is not None, problems
    ids = {one.text: one.id for one in question.authored_choices()}
    assert ids["peut-être"] == ident("oui")
    assert len(set(ids.values())) == 3


def test_a_made_up_id_is_not_taken() -> None:
    back = mended(choice_question(), {"choices.0.id": "inventé"})
    assert "id" not in back["choices"][0]


def test_numbers_are_read_as_french_writes_them() -> None:
    raw: Raw = {"id": "essai", "type": "numeric", "skill": "détail", "prompt": "?"}
    back = mended(
        raw,
        {
            "points": "1,5",
            "answers.0.value": "1 234,5",
            "answers.0.tolerance": "0,1",
            "answers.0.fraction": "33,3 %",
            "answers.1.value": "−2",
            "answers.1.words": "moins deux; deux en moins ;",
        },
    )
    assert back["points"] == 1.5
    assert back["answers"] == [
        {"value": 1234.5, "tolerance": 0.1, "fraction": 0.333},
        {"value": -2, "words": ["moins deux", "deux en moins"]},
    ]


@pytest.mark.parametrize("typed", ["douze", "1,2,3", "1e999", "NaN", "٣", "9" * 500, "--1"])
def test_what_is_no_number_is_kept_as_it_was_typed_and_told(typed: str) -> None:
    raw: Raw = {"id": "essai", "type": "numeric", "skill": "détail", "prompt": "?"}
    back = mended(raw, {"answers.0.value": typed})
    assert back["answers"] == [{"value": typed}]
    assert value_of(checked(back), "answers.0.value") == typed
    if typed != "٣":  # which a computer reads as 3
        assert is_wrong(checked(back), "answers.0.value")


def test_lines_are_one_text_each() -> None:
    raw: Raw = {"id": "essai", "type": "ordering", "skill": "détail", "prompt": "?"}
    back = mended(raw, {"sequence": " semer \r\n\r\n  récolter\r\n", "hints": "Relisez."})
    assert back["sequence"] == ["semer", "récolter"]
    assert back["hints"] == ["Relisez."]


# The proof.


def test_the_sentences_of_the_quotes_are_ticked() -> None:
    form = shown(choice_question(evidence=["trois ruches", "froid. « Nous"]))
    ticked = [name for name in sent_by(form) if name.startswith("evidence.sentences.")]
    assert ticked == ["evidence.sentences.p2s2"]
    assert value_of(form, "evidence.quotes.1") == "froid. « Nous"


def test_a_part_of_a_sentence_stays_a_part_while_its_sentence_is_ticked() -> None:
    raw = choice_question(evidence=["trois ruches"])
    sentence = READING.sentence("p1s1").text
    back = mended(raw, {"evidence.sentences.p1s1": sentence})
    assert back["evidence"] == {"quotes": ["trois ruches", sentence], "need": "all"}
    assert "evidence" not in mended(raw, {"evidence.sentences.p2s2": None})


def test_half_of_a_quote_over_two_sentences_becomes_its_own_sentence() -> None:
    quote = "petit marché. Les artisans"
    raw = choice_question(evidence=[quote])
    assert READING.locate(quote) == ("p1s1", "p1s2")
    back = mended(raw, {"evidence.sentences.p1s1": None, "evidence.need": "any"})
    assert back["evidence"] == {"quotes": [READING.sentence("p1s2").text], "need": "any"}


def test_a_quote_that_is_not_in_the_text_can_be_mended_or_emptied() -> None:
    raw = choice_question(evidence=["quatre ruches"])
    form = checked(raw)
    assert "n’est dans aucun texte" in said_of(form, "evidence.quotes.0")
    assert mended(raw, {"evidence.quotes.0": "trois ruches"})["evidence"]["quotes"] == [
        "trois ruches"
    ]
    assert "evidence" not in mended(raw, {"evidence.quotes.0": " "})


# Marked words and images.


def test_marked_words_stay_while_the_text_stays() -> None:
    raw = choice_question(
        prompt_html="Que <strong>vend</strong> Zoé ?",
        choices=[{"text": "du miel", "html": "du <em>miel</em>", "key": True}, "du pain"],
    )
    back = mended(raw, {"choices.1.text": "du bon pain"})
    assert back["prompt_html"] == raw["prompt_html"]
    assert back["choices"][0]["html"] == "du <em>miel</em>"
    changed = mended(raw, {"prompt": "Que fait Zoé ?", "choices.0.text": "le miel"})
    assert "prompt_html" not in changed
    assert "html" not in changed["choices"][0]


def test_images_stay_when_the_text_changes() -> None:
    raw = choice_question(
        prompt="Voyez [carte] ici.",
        prompt_html=f'Voyez <img src="{MAP}" alt="carte"> <b>ici</b>.',
    )
    image = shown(raw).xpath(".//img")[0]
    assert (image.get("src"), image.get("alt")) == (f"/media/{'a1' * 16}", "carte")
    back = mended(raw, {"prompt": "Regardez [carte] & <dites> :"})
    assert back["prompt_html"] == (f'Regardez <img src="{MAP}" alt="carte"> &amp; &lt;dites&gt; :')


def test_no_html_of_a_stranger_comes_into_the_page() -> None:
    raw = choice_question(
        prompt="</textarea><script>1</script>",
        prompt_html=f'<script>1</script><strong onclick="x">ah</strong><img src="https://a.example/b">{MAP}',
        choices=[{"text": '"><script>', "html": "<iframe></iframe><p onload=x>eh", "id": '"><b>'}],
    )
    form = shown(raw)
    assert not form.xpath(".//script | .//iframe | .//*[@onclick or @onload] | .//img[@src]")
    assert form.xpath(".//strong")
    assert value_of(form, "prompt") == raw["prompt"]


# Gaps.


def gapped(**more: Any) -> Raw:
    return {
        "id": "essai",
        "type": "cloze",
        "skill": "détail",
        "prompt": "Complétez.",
        "body": "Zoé a {{1}} ruches.",
        "gaps": {"1": {"typed": ["trois"]}},
        **more,
    }


def test_a_gap_of_the_text_that_is_not_described_has_its_row() -> None:
    raw = gapped(body="Zoé a {{1}} {{mot}}.")
    form = checked(raw)
    assert value_of(form, "gaps.1.name") == "mot"
    assert "n’est pas décrit" in said_of(form, "body")
    back = mended(raw, {"gaps.1.words.0.text": "ruches", "gaps.1.words.0.key": "yes"})
    assert back["gaps"]["mot"] == {"typed": [{"text": "ruches"}]}
    assert check_question(back, READING)[0]


def test_a_gap_that_left_the_text_is_told_and_goes_when_it_is_emptied() -> None:
    raw = gapped(gaps={"1": {"typed": ["trois"]}, "2": {"bank": "ruches"}})
    form = checked(raw)
    row = form.get_element_by_id("e-essai-gaps-1")
    assert "Écrivez {{2}} dans le texte, ou videz ce trou." in row.text_content()
    assert list(mended(raw, {"gaps.1.words.0.text": ""})["gaps"]) == ["1"]


def test_a_gap_changes_its_kind_and_keeps_its_words() -> None:
    raw = gapped(gaps={"1": {"typed": ["trois", {"text": "deux", "fraction": 0}]}})
    as_list = mended(raw, {"gaps.0.kind": "list"})
    assert as_list["gaps"]["1"]["list"] == [{"text": "trois", "key": True}, {"text": "deux"}]
    as_bank = mended(as_list, {"gaps.0.kind": "bank"})
    assert as_bank["gaps"]["1"] == {"bank": "trois"}
    assert as_bank["bank"] == ["deux"]


def test_a_word_may_be_worth_a_part() -> None:
    raw = gapped(gaps={"1": {"typed": ["trois", {"text": "3", "fraction": 0.5}]}})
    form = shown(raw)
    assert value_of(form, "gaps.0.words.1.fraction") == "50"
    assert "gaps.0.words.1.key" not in sent_by(form)
    back = mended(raw, {"gaps.0.words.1.fraction": "", "gaps.0.words.2.text": "quatre"})
    assert back["gaps"]["1"]["typed"] == [
        {"text": "trois"},
        {"text": "3", "fraction": 0},
        {"text": "quatre", "fraction": 0},
    ]


def test_two_gaps_never_have_one_name() -> None:
    back = mended(gapped(), {"gaps.1.name": "1", "gaps.1.words.0.text": "ruches"})
    assert {name: gap["typed"][0]["text"] for name, gap in back["gaps"].items()} == {
        "1": "trois",
        "2": "ruches",
    }


# Another kind.


@every_question
@every_kind
def test_a_question_of_any_kind_becomes_another_and_stays_itself(
    question: Question, kind: str
) -> None:
    raw = written(question)
    changed = change_kind(raw, kind)
    shared = {"id", "skill", "points", "prompt", "evidence", "hints"}
    for key in shared & raw.keys():
        assert changed[key] == raw[key]
    assert changed["type"] == kind
    assert changed.keys() <= QUESTION_TYPES[kind].model_fields.keys()
    assert again(changed)["prompt"] == raw["prompt"]
    assert change_kind(raw, question.type) == raw
