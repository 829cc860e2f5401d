"""A typed answer beside the accepted ones: what happened, and what it is worth."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.text.compare import (
    LIMIT,
    Compare,
    Comparison,
    Domain,
    Verdict,
    compare,
    credit,
    normalise,
)

EXACT, ACCENT, TYPO = Verdict.EXACT, Verdict.ACCENT, Verdict.TYPO
OTHER_WORD, WRONG, EMPTY = Verdict.OTHER_WORD, Verdict.WRONG, Verdict.EMPTY

FRENCH = st.text(alphabet="aàâbceéèilnoœrstuùç AÉ'’-–«»1.,\u00a0\u00ad\u0301", max_size=24)
OPTIONS = st.builds(
    Compare,
    case=st.sampled_from(["ignore", "strict"]),
    accents=st.sampled_from(["strict", "warn", "ignore"]),
    typos=st.sampled_from(["auto", "none"]),
    articles=st.sampled_from(["ignore", "strict"]),
)


@pytest.mark.parametrize(
    ("typed", "accepted", "verdict"),
    [
        # The same answer, typed as one can
        ("forêt", "forêt", EXACT),
        ("  Forêt. ", "forêt", EXACT),
        ("FORÊT", "forêt", EXACT),
        ("fore\u0302t", "forêt", EXACT),
        ("« forêt »", "forêt", EXACT),
        ("“forêt”", "«\u202fforêt\u202f»", EXACT),
        ("l’ami", "l'ami", EXACT),
        ("l' ami", "l’ami", EXACT),
        ("l´ami", "l`ami", EXACT),
        ("coeur", "cœur", EXACT),
        ("Œuvre", "oeuvre", EXACT),
        ("curriculum vitae", "curriculum vitæ", EXACT),
        ("semi – conducteur", "semi-conducteur", EXACT),
        ("semi\u2011conducteur", "semi-conducteur", EXACT),
        ("semi\u00ad-con\u200bducteur", "semi-conducteur", EXACT),
        ("bras\u00a0 de\u202ffer", "bras de fer", EXACT),
        ("- oui", "oui", EXACT),
        ("(oui) !", "oui", EXACT),
        ("?", " ?", EXACT),
        ("C++", "c++", EXACT),
        ("-5", "−5", EXACT),
        # An accent
        ("foret", "forêt", ACCENT),
        ("ecole", "école", ACCENT),
        ("ou", "où", ACCENT),
        ("sur", "sûr", ACCENT),
        ("péché", "pêche", ACCENT),
        ("a", "à", ACCENT),
        ("la", "là", ACCENT),
        ("francais", "français", ACCENT),
        ("c'est-a-dire", "c’est-à-dire", ACCENT),
        ("coute que coute", "coûte que coûte", ACCENT),
        ("ÉTAU", "étau", EXACT),
        ("ETAU", "étau", ACCENT),
        # A slip of the fingers
        ("abeile", "abeille", TYPO),
        ("abielle", "abeille", TYPO),
        ("abeillle", "abeille", TYPO),
        ("ablle", "abeille", WRONG),
        ("developement", "développement", TYPO),
        ("développment", "développement", TYPO),
        ("gouvrenemant", "gouvernement", TYPO),
        ("gouvrnmnt", "gouvernement", WRONG),
        ("Hauwei", "Huawei", TYPO),
        ("aujourdhui", "aujourd’hui", TYPO),
        ("aujourd'ui", "aujourd’hui", TYPO),
        ("l'abeile", "l’abeille", TYPO),
        ("parceque", "parce que", TYPO),
        ("peut être", "peut-être", TYPO),
        ("semiconducteur", "semi-conducteur", TYPO),
        ("semi condukteur", "semi-conducteur", TYPO),
        ("c'est à dire", "c’est-à-dire", TYPO),
        ("le gouvernemant chinois", "le gouvernement chinois", TYPO),
        ("le gouvernemant chnois", "le gouvernement chinois", TYPO),
        ("le gouvernmant chnois", "le gouvernement chinois", WRONG),
        # Another French word
        ("poison", "poisson", OTHER_WORD),
        ("desert", "dessert", OTHER_WORD),
        ("désert", "dessert", OTHER_WORD),
        ("ruches", "ruche", OTHER_WORD),
        ("ecoles", "école", OTHER_WORD),
        ("coussin", "cousin", OTHER_WORD),
        ("pois", "poids", OTHER_WORD),
        ("corps", "corde", WRONG),
        ("cors", "corps", OTHER_WORD),
        ("bras", "bris", OTHER_WORD),
        ("foi", "fois", OTHER_WORD),
        ("palais", "balais", OTHER_WORD),
        ("chien", "Chine", OTHER_WORD),
        ("choeurs", "chœur", OTHER_WORD),
        ("sous-main", "sous-marin", OTHER_WORD),
        ("les poisons rouges", "les poissons rouges", OTHER_WORD),
        ("parc que", "parce que", OTHER_WORD),
        ("semi conducteurs", "semi-conducteur", OTHER_WORD),
        # Wrong
        ("chat", "forêt", WRONG),
        ("sol", "sel", WRONG),
        ("le", "la", WRONG),
        ("et", "est", WRONG),
        ("lavis", "la", WRONG),
        ("la vis", "l'avis", WRONG),
        ("la forêt", "forêt", WRONG),
        ("ami", "l'ami", WRONG),
        ("il exporte plus", "il n'exporte plus", WRONG),
        ("il n'exporte pas", "il n'exporte plus", WRONG),
        ("la maison blanche", "à la maison blanche", WRONG),
        ("1944", "1945", WRONG),
        ("en mai 1954", "en mai 1945", WRONG),
        ("puce H100", "puce H20", WRONG),
        ("semaine 2", "semaines", WRONG),
        ("5", "-5", WRONG),
        ("le XVIIe siècle", "le XVIIIe siècle", WRONG),
        ("x" * (LIMIT + 1), "x" * (LIMIT + 1), WRONG),
        # Nothing
        ("", "forêt", EMPTY),
        (" \n\u00a0", "forêt", EMPTY),
        ("\u200b\ufeff\u00ad", "forêt", EMPTY),
        ("...", "forêt", WRONG),
    ],
)
def test_names_what_happened(typed: str, accepted: str, verdict: Verdict) -> None:
    assert compare(typed, [accepted]).verdict == verdict


@pytest.mark.parametrize(
    ("options", "typed", "accepted", "verdict"),
    [
        (Compare(case="strict"), "paris", "Paris", WRONG),
        (Compare(case="strict"), "Paris", "Paris", EXACT),
        (Compare(case="strict"), "Œuvre", "Oeuvre", EXACT),
        (Compare(case="strict"), "Ecole", "École", ACCENT),
        (Compare(case="strict"), "ecole", "École", WRONG),
        (Compare(case="strict"), "Abeile", "Abeille", TYPO),
        (Compare(case="strict"), "developement", "Développement", WRONG),
        (Compare(accents="ignore"), "foret", "forêt", EXACT),
        (Compare(accents="ignore"), "ou", "où", EXACT),
        (Compare(accents="strict"), "foret", "forêt", ACCENT),
        (Compare(typos="none"), "abeile", "abeille", WRONG),
        (Compare(typos="none"), "poison", "poisson", WRONG),
        (Compare(typos="none"), "foret", "forêt", ACCENT),
        (Compare(articles="ignore"), "la forêt", "forêt", EXACT),
        (Compare(articles="ignore"), "forêt", "La forêt", EXACT),
        (Compare(articles="ignore"), "le forêt", "une forêt", EXACT),
        (Compare(articles="ignore"), "l’été", "été", EXACT),
        (Compare(articles="ignore"), "de l' eau", "eau", EXACT),
        (Compare(articles="ignore"), "de la farine", "farine", EXACT),
        (Compare(articles="ignore"), "D’eau", "des eau", EXACT),
        (Compare(articles="ignore"), "la foret", "forêt", ACCENT),
        (Compare(articles="ignore"), "la", "la", EXACT),
        (Compare(articles="ignore"), "la", "le", WRONG),
        (Compare(articles="ignore"), "du", "des", WRONG),
        (Compare(articles="ignore"), "la la forêt", "forêt", WRONG),
        (Compare(articles="ignore"), "lavande", "vande", WRONG),
    ],
)
def test_each_option_changes_one_thing(
    options: Compare, typed: str, accepted: str, verdict: Verdict
) -> None:
    assert compare(typed, [accepted], options).verdict == verdict


@pytest.mark.parametrize(
    ("typed", "accepted", "expected_word", "typed_word"),
    [
        ("ou", "où", "où", "ou"),
        ("La foret Noire", "la forêt noire", "forêt", "foret"),
        ("bruit du coeur léeger", "bruit du Cœur léger", "léger", "léeger"),
        ("choeurs", "Chœur", "Chœur", "choeurs"),
        ("l’abeile", "l’abeille", "abeille", "abeile"),
        ("c’est parceque", "c’est parce que", "parce que", "parceque"),
        ("c'est a dire", "c’est-à-dire", "c'est-à-dire", "c'est a dire"),
        ("forêt", "forêt", None, None),
    ],
)
def test_points_at_the_words_that_differ(
    typed: str, accepted: str, expected_word: str | None, typed_word: str | None
) -> None:
    found = compare(typed, [accepted])
    assert found.accepted == accepted
    assert (found.expected_word, found.typed_word) == (expected_word, typed_word)


@pytest.mark.parametrize("typed", ["chat", ""])
def test_points_at_nothing_when_nothing_is_near(typed: str) -> None:
    verdict = WRONG if typed else EMPTY
    assert compare(typed, ["forêt", "bois"]) == Comparison(verdict=verdict)


def test_the_best_verdict_wins_whatever_the_order() -> None:
    texts = ["désert", "dessert", "déserte", "chat"]
    assert compare("desert", texts).accepted == "désert"
    assert compare("desert", texts[::-1]).accepted == "désert"
    assert compare("dessert", texts).verdict == EXACT


def test_the_nearest_of_two_typos_wins() -> None:
    assert compare("developpementt", ["enveloppement", "développement"]).accepted == "développement"


def test_nothing_is_right_when_nothing_is_accepted() -> None:
    assert compare("forêt", []).verdict == WRONG
    assert compare("forêt", ["", "\u200b"]).verdict == WRONG


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        Compare.model_validate({"accent": "strict"})


@pytest.mark.parametrize(
    ("verdict", "domain", "worth"),
    [
        (EXACT, "comprehension", 1),
        (EXACT, "vocabulary", 1),
        (EXACT, "grammar", 1),
        (ACCENT, "comprehension", 1),
        (ACCENT, "vocabulary", 1),
        (ACCENT, "grammar", 0),
        (TYPO, "comprehension", 1),
        (TYPO, "vocabulary", Fraction(1, 2)),
        (TYPO, "grammar", 0),
        (OTHER_WORD, "comprehension", 0),
        (WRONG, "comprehension", 0),
        (EMPTY, "comprehension", 0),
    ],
)
def test_a_slip_costs_what_the_question_is_about(
    verdict: Verdict, domain: Domain, worth: Fraction
) -> None:
    assert credit(verdict, Compare(), domain=domain) == worth


@pytest.mark.parametrize("domain", ["comprehension", "vocabulary", "grammar"])
def test_a_strict_accent_earns_nothing_anywhere(domain: Domain) -> None:
    assert credit(ACCENT, Compare(accents="strict"), domain=domain) == 0


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" «\u00a0L’Œuvre\u202f!\u00a0» ", "l'oeuvre"),
        ("50 %", "50 %"),
        ("−3,5", "-3,5"),
        (".5", ".5"),
        ("etc.", "etc"),
        ("…", "..."),
        ("ﬁn", "fin"),
    ],
)
def test_normalises(text: str, form: str) -> None:
    assert normalise(text) == form


@given(st.text(max_size=LIMIT) | FRENCH)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text() | FRENCH, st.lists(st.text() | FRENCH, max_size=3), OPTIONS)
def test_never_raises_and_points_only_at_what_was_accepted(
    typed: str, accepted: list[str], options: Compare
) -> None:
    found = compare(typed, accepted, options)
    assert (found.accepted is None) == (found.verdict in (WRONG, EMPTY))
    assert found.accepted is None or found.accepted in accepted


@given(FRENCH, FRENCH)
def test_what_is_exact_has_one_normal_form(typed: str, accepted: str) -> None:
    exact = compare(typed, [accepted]).verdict == EXACT
    assert exact == (normalise(typed) == normalise(accepted) != "")


@given(st.text(max_size=LIMIT) | FRENCH, OPTIONS)
def test_an_accepted_text_is_exact_under_every_option(text: str, options: Compare) -> None:
    assert compare(text, [text], options).verdict in (EXACT, EMPTY)


@given(FRENCH, FRENCH)
def test_one_more_accepted_text_never_harms(typed: str, accepted: str) -> None:
    merit = list(Verdict)
    alone = compare(typed, ["abeille"]).verdict
    assert merit.index(compare(typed, ["abeille", accepted]).verdict) <= merit.index(alone)


def test_half_a_character_is_a_slip_like_another() -> None:
    assert compare("abeill\ud800", ["abeille", "\ud800"]).verdict == TYPO
    assert compare("sous-mari\ud800", ["sous-marin"]).verdict == TYPO


@pytest.mark.parametrize("unit", ["e", "e ", "-", "'", " '", "\ufdfa", "l'", "«", "\u0301", "e-"])
def test_no_text_is_slow_to_compare(unit: str) -> None:
    typed = unit * (LIMIT // len(unit))
    accepted = [typed[:-1] + "x", typed[1:] + "é", "abeille"]
    compare("abeile", ["abeille"])  # which loads the dictionary, if nobody has
    start = time.process_time()
    compare(typed, accepted)
    assert time.process_time() - start < 0.5
