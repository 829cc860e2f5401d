"""True, false or not said; with or without the sentence that proves it."""

from fractions import Fraction

import pytest

from app.questions.base import Mode, Verdict
from app.questions.true_false.question import TrueFalse
from tests.unit.questions.variants import READING, codes, fraction_of, graded, make, notes

PROOF, OTHER = "p1s2", "p1s1"
QUOTE = "Les artisans s’installent dès l’aube, malgré le froid."


def question(**fields: object) -> TrueFalse:
    return make(TrueFalse, **{"answer": False, **fields})


def justified(**fields: object) -> TrueFalse:
    return question(justify=True, evidence=[QUOTE], **fields)


@pytest.mark.parametrize(("verdict", "fraction"), [("false", 1), ("true", 0)])
def test_a_verdict_is_right_or_wrong(verdict: str, fraction: int) -> None:
    assert fraction_of(question(), {"verdict": verdict}) == fraction


@pytest.mark.parametrize(
    ("verdict", "sentence", "exam", "training"),
    [
        ("false", PROOF, Fraction(1), Fraction(1)),
        ("false", OTHER, Fraction(0), Fraction(1, 3)),
        ("false", "", Fraction(0), Fraction(1, 3)),
        ("true", PROOF, Fraction(0), Fraction(0)),
        ("true", OTHER, Fraction(0), Fraction(0)),
        ("", PROOF, Fraction(0), Fraction(0)),
    ],
)
def test_the_verdict_alone_is_worth_a_third_in_training_and_nothing_in_an_exam(
    verdict: str, sentence: str, exam: Fraction, training: Fraction
) -> None:
    raw = {"verdict": verdict, "sentence": sentence}
    assert fraction_of(justified(), raw, "exam") == exam
    assert fraction_of(justified(), raw, "training") == training


@pytest.mark.parametrize("mode", ["exam", "training"])
def test_any_of_the_sentences_quoted_proves_the_verdict(mode: Mode) -> None:
    one = question(justify=True, evidence=["Chaque hiver", "dès l’aube"])
    for sentence in ("p1s1", "p1s2"):
        assert fraction_of(one, {"verdict": "false", "sentence": sentence}, mode) == 1


def test_a_wrong_sentence_is_told_apart_from_a_wrong_verdict() -> None:
    one = justified(feedback={"sentence": "Relisez le début.", "true": "Ils arrivent à l’aube."})
    half_right = graded(one, {"verdict": "false", "sentence": OTHER}, "training")
    assert half_right.feedback == ("Relisez le début.",)
    assert half_right.verdict is Verdict.PARTIAL
    assert half_right.parts == {"verdict": Verdict.RIGHT, "sentence": Verdict.WRONG}
    assert notes(one, {"verdict": "false", "sentence": OTHER}) == [
        "Le verdict est exact ; la phrase choisie ne le prouve pas."
    ]
    assert graded(one, {"verdict": "true", "sentence": PROOF}).feedback == (
        "Ils arrivent à l’aube.",
    )


def test_what_the_text_does_not_say_needs_no_sentence() -> None:
    one = question(answer="unknown", justify=True)
    assert fraction_of(one, {"verdict": "unknown"}) == 1
    assert fraction_of(one, {"verdict": "unknown", "sentence": PROOF}) == 1
    assert fraction_of(one, {"verdict": "false", "sentence": PROOF}) == 0
    assert one.remark({"verdict": "unknown"}) is None
    assert codes(one) == []


def test_unknown_is_offered_where_it_is_right_or_asked_for() -> None:
    assert question().verdicts == ("true", "false")
    assert question(unknown=True).verdicts == ("true", "false", "unknown")
    assert question(answer="unknown").verdicts == ("true", "false", "unknown")


@pytest.mark.parametrize(
    ("fields", "options"),
    [({}, 2), ({"unknown": True}, 3), ({"justify": True, "evidence": [QUOTE]}, 4)],
)
def test_a_guesser_has_two_verdicts_or_three_or_a_whole_text(
    fields: dict[str, object], options: int
) -> None:
    assert question(**fields).options() == options


def test_what_is_missing_is_remarked() -> None:
    one = justified()
    assert str(one.remark({"sentence": PROOF})) == "Choisissez aussi vrai ou faux."
    assert str(one.remark({"verdict": "false"})) == "Choisissez aussi la phrase qui le prouve."
    assert one.remark({"verdict": "false", "sentence": PROOF}) is None


def test_an_answer_is_told_in_words() -> None:
    told = justified().told({"verdict": "false", "sentence": PROOF}, READING)
    assert told == ("Faux", f"« {QUOTE} »")


def test_a_sentence_to_find_has_to_be_quoted() -> None:
    assert codes(question(justify=True)) == ["no-evidence"]
    assert codes(justified()) == []


@pytest.mark.parametrize(("written", "correct"), [(True, True), ("false", False)])
def test_an_answer_is_written_as_a_truth_value_or_a_word(written: object, correct: object) -> None:
    assert question(answer=written).outline()["correct"] is correct
