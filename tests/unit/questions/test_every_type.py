"""What holds for every question type, whatever is answered."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app.errors import MalformedAnswer, Message
from app.questions import QUESTION_TYPES
from app.questions.base import Mode, Question, Verdict, exact
from app.questions.cloze.question import Cloze
from app.questions.hot_text.question import HotText
from app.questions.matching.question import Matching
from app.questions.multiple_response.question import MultipleResponse
from app.questions.ordering.question import Ordering
from app.questions.single_choice.question import SingleChoice
from app.questions.true_false.question import TrueFalse
from tests.unit.questions.variants import READING, VARIANTS, dice

MODES: tuple[Mode, ...] = ("exam", "training")

every_question = pytest.mark.parametrize("question", VARIANTS.values(), ids=VARIANTS.keys())
MARKED = {name: question for name, question in VARIANTS.items() if not question.marked_by_person}
every_marked_question = pytest.mark.parametrize("question", MARKED.values(), ids=MARKED.keys())
quick = settings(max_examples=25, deadline=None)

ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.sampled_from(["", " ", "\x00", "\ud800", "a\r\r\nb", "\u200b", "x" * 30_000, "p1s1", "1"]),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(ANY_TEXT, inner, max_size=5)
        | st.dictionaries(st.sampled_from(["verdict", "sentence", "1", "2", "mot"]), inner)
    ),
    max_leaves=12,
)
DEEP: list[object] = ["p1s1"]
for _ in range(5_000):
    DEEP = [DEEP]


def answers(question: Question) -> SearchStrategy[object]:
    """Answers as a page can send them, right, wrong or unfinished."""
    one_of = st.sampled_from
    if isinstance(question, SingleChoice):
        return one_of(list(question.by_id))
    if isinstance(question, MultipleResponse):
        return _some(list(question.by_id))
    if isinstance(question, HotText):
        return _some(list(question.choosable(READING)))
    if isinstance(question, TrueFalse):
        parts: dict[str, SearchStrategy[str]] = {"verdict": one_of(question.verdicts)}
        if question.justify:
            parts["sentence"] = one_of(READING.sentence_ids)
        return _parts(parts)
    if isinstance(question, Matching):
        rights = one_of(list(question.rights()))
        return _parts({pair.id: rights for pair in question.pairs})
    if isinstance(question, Ordering):
        return _parts(dict.fromkeys(question.steps(), one_of(question.ranks())))
    if isinstance(question, Cloze):
        return _parts(
            {
                name: one_of(list(question.offered(name))) if gap.kind != "typed" else _typed()
                for name, gap in question.gaps.items()
            }
        )
    return _typed()


MALFORMED = object()


def _read(question: Question, raw: object) -> object:
    """The answer, or MALFORMED where it is refused with a reason."""
    try:
        return question.read(raw, READING)
    except MalformedAnswer as error:
        return MALFORMED if str(error) else error


def _some(ids: list[str]) -> SearchStrategy[object]:
    return st.lists(st.sampled_from(ids), max_size=len(ids)).map(list)


def _parts(parts: dict[str, SearchStrategy[str]]) -> SearchStrategy[object]:
    return st.fixed_dictionaries({}, optional=parts).map(dict)


def _typed() -> SearchStrategy[str]:
    known = ["ruche", "ruches", "Rûche", "où", "ou", "3", "trois", "-12,5 km", "a commencé", "1e9"]
    return st.sampled_from(known) | st.text(max_size=40) | st.text("0123456789,.- ", max_size=20)


@pytest.mark.parametrize(("kind", "room"), QUESTION_TYPES.items())
def test_a_type_is_registered_under_its_own_name(kind: str, room: type[Question]) -> None:
    assert room.model_fields["type"].default == kind


def test_every_type_is_tried_here() -> None:
    assert {question.type for question in VARIANTS.values()} == set(QUESTION_TYPES)


@every_question
def test_a_sound_question_has_no_error(question: Question) -> None:
    assert [p for p in question.problems() if p.severity == "error"] == []


@every_question
@pytest.mark.parametrize("mode", MODES)
def test_a_question_says_how_to_answer_and_how_it_is_marked(question: Question, mode: Mode) -> None:
    assert question.title
    assert str(question.instruction())
    assert str(question.marking(mode))


@every_marked_question
@pytest.mark.parametrize("mode", MODES)
def test_the_key_earns_everything(question: Question, mode: Mode) -> None:
    grade = question.grade(question.key(READING), READING, mode)
    assert grade.fraction == 1
    assert grade.verdict is Verdict.RIGHT
    assert grade.notes == ()


@every_marked_question
def test_the_key_is_an_answer_that_the_page_could_send(question: Question) -> None:
    key = question.key(READING)
    assert question.read(key, READING) == key


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - MARKED.keys()))
def test_what_a_person_marks_has_no_key_and_waits(name: str) -> None:
    question = VARIANTS[name]
    grade = question.grade("Oui, parce que j’aime le miel.", READING)
    assert question.key(READING) is None
    assert grade.fraction is None
    assert grade.verdict is Verdict.PENDING


@every_question
@pytest.mark.parametrize("mode", MODES)
def test_a_blank_earns_nothing(question: Question, mode: Mode) -> None:
    grade = question.grade(None, READING, mode)
    assert grade.fraction == 0
    assert grade.verdict is Verdict.BLANK
    assert question.told(None, READING) == ()
    assert question.remark(None) is not None


@every_question
@pytest.mark.parametrize("nothing", [None, "", "  ", "\x00", [], {}, [""], {"1": ""}])
def test_nothing_is_a_blank_or_malformed(question: Question, nothing: object) -> None:
    assert _read(question, nothing) in (None, MALFORMED)


@every_question
@quick
@given(data=st.data())
def test_any_json_is_a_canonical_answer_or_malformed(
    question: Question, data: st.DataObject
) -> None:
    raw = data.draw(ANY_JSON | st.dictionaries(ANY_TEXT, answers(question), max_size=3))
    answer = _read(question, raw)
    if answer is not MALFORMED:
        _hold_what_is_promised(question, answer, raw)


@every_question
def test_depth_is_malformed_and_nothing_worse(question: Question) -> None:
    for raw in (DEEP, {"1": DEEP}, {"verdict": DEEP}):
        with pytest.raises(MalformedAnswer):
            question.read(raw, READING)


@every_question
@quick
@given(data=st.data())
def test_what_a_page_can_send_is_read(question: Question, data: st.DataObject) -> None:
    raw = data.draw(answers(question))
    _hold_what_is_promised(question, question.read(raw, READING), raw)


def _hold_what_is_promised(question: Question, answer: object, raw: object) -> None:
    canonical = question.read(answer, READING)
    assert canonical == answer, raw
    assert json.loads(json.dumps(canonical)) == canonical
    json.dumps(canonical, ensure_ascii=False).encode()
    for mode in MODES:
        grade = question.grade(canonical, READING, mode)
        if grade.fraction is None:
            assert question.marked_by_person
        else:
            assert 0 <= grade.fraction <= 1
            assert (grade.verdict is Verdict.RIGHT) == (grade.fraction == 1)
        assert all(isinstance(str(note), str) for note in grade.notes)
        assert all(grade.feedback)
    told = question.told(canonical, READING)
    assert all(isinstance(line, str) for line in told)
    assert bool(told) == (canonical is not None)
    assert isinstance(question.remark(canonical), Message | None)
    assert all(choice.feedback for choice in question.tempting(canonical))


@every_question
@quick
@given(seed=st.integers())
def test_choices_are_shown_each_once_whatever_the_order(question: Question, seed: int) -> None:
    shown = question.shown(dice(seed))
    again = question.shown(dice(seed + 1))
    for part, order in shown.items():
        assert len(set(order)) == len(order)
        assert sorted(order) == sorted(again[part])
    assert json.loads(json.dumps(shown)) == shown


@every_question
def test_an_outline_is_json_and_says_what_is_correct(question: Question) -> None:
    outline = question.outline()
    assert "correct" in outline
    assert json.loads(json.dumps(outline)) == outline


@every_question
def test_a_stored_question_is_read_back_as_it_was(question: Question) -> None:
    stored = json.loads(json.dumps(question.model_dump(mode="json", by_alias=True)))
    assert type(question).model_validate(stored) == question


def test_a_quote_that_is_not_in_the_text_is_told_with_its_place() -> None:
    question = VARIANTS["single_choice"]
    evidence = question.evidence.model_copy(update={"quotes": ("petit marché", "grand marché")})
    _, lost = question.model_copy(update={"evidence": evidence}).placed(READING)
    assert [(one.code, one.path) for one in lost] == [("quote-not-in-text", ("evidence", 1))]
    assert str(lost[0].message) == "« grand marché » n’est dans aucun texte du quiz."


def test_evidence_is_kept_in_the_order_of_the_text() -> None:
    question = VARIANTS["single_choice"]
    evidence = question.evidence.model_copy(update={"quotes": ("trois ruches", "Chaque hiver")})
    placed, _ = question.model_copy(update={"evidence": evidence}).placed(READING)
    assert placed.evidence.sentences == ("p1s1", "p2s2")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (0.5, Fraction(1, 2)),
        (0.333, Fraction(1, 3)),
        (0.33333, Fraction(1, 3)),
        (0.6666667, Fraction(2, 3)),
        (0.1429, Fraction(1, 7)),
        (0.33, Fraction(33, 100)),
        (0.17, Fraction(17, 100)),
        (0.01, Fraction(1, 100)),
        (-0.33333, Fraction(-1, 3)),
        (0.0, Fraction(0)),
        (1.0, Fraction(1)),
    ],
)
def test_a_decimal_is_what_is_written_but_for_thirds(written: float, meant: Fraction) -> None:

    assert exact(written) == meant
