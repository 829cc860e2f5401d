"""Sentences and words of French prose."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.sentences import count_words, split_sentences, words

FRENCH = st.text(alphabet="abÉé MJ.!?…«»()[]'’—-,;:0 1\u00a0\u202f\n", max_size=80)


@pytest.mark.parametrize(
    "sentences",
    [
        ["La Chine répond.", "Les États-Unis attendent."],
        ["Qui gagne ?", "Personne !", "On attend…", "Puis tout change."],
        ["Quoi ?!", "Il part."],
        ["Quoi ? !", "Il part."],
        ["Il hésite… puis il part.", "Enfin."],
        ["Il hésite... puis il part."],
        # Quotations
        ["Il répond : « Je suis là. »", "Puis il sort."],
        ["« Je suis là. » ; il sort."],
        ["« Tu viens ? » demande-t-il.", "Elle sourit."],
        ["« Tu viens ? », demande-t-il.", "Elle sourit."],
        ["« Je pars.", "Tu viens ? » demande-t-il."],
        ["Elle sourit.", "« Oui. »", "« Alors, partons ! »"],
        ['Il dit : "Viens."', '"Non", répond-elle.'],
        ["Elle lit “Candide.”", "Il dort."],
        ["« Ah ! c’est vous ? » – dit-elle."],
        # Dialogue dashes
        ["— Tu viens ?", "— Oui, j’arrive.", "— Bien !"],
        ["— Tu viens ? — demanda-t-il."],
        # Parentheses and brackets
        ["(Il dort.)", "Elle lit."],
        ["Il part (enfin !) et rit.", "Elle lit."],
        ["Il lit (voir p. 3. Il le faut.) et rit.", "Elle lit."],
        ["Il part (ou presque.", "Elle lit."],
        ["La guerre finit.", "[…] Elle reprend."],
        ["Ils citent la note.[3]", "Elle est longue."],
        # Abbreviations
        ["M. Dupont et MM. Le Goff et Roy parlent.", "Mme. Roy écoute."],
        ["Le Dr. Roy, le Pr. Petit et St. Pierre.", "Fin."],
        ["Des puces, des serveurs, etc., manquent.", "Tout manque."],
        ["Des puces, des serveurs, etc.", "Tout manque."],
        ["Des fruits (p. ex. Paris en importe).", "Voilà."],
        ["Par ex. Nvidia, cf. Huawei, vs. Intel."],
        ["César meurt en 44 av. J.-C. à Rome.", "Il a 55 ans."],
        ["César meurt en 44 av. J.-C.", "Rome pleure."],
        ["L’empire tombe en 476 apr. J.-C.", "Rome pleure."],
        ["Le n° 12, le no. 13, la p. 5, le vol. II, le chap. 3 et l’art. 7 suffisent.", "Fin."],
        ["Il aime l’art.", "Elle aussi."],
        ["Le 3 janv. 1945, il neige.", "Le 4 aussi."],
        # Initials
        ["J. K. Rowling et J.-C. Dupont lisent J. Le Goff.", "Elle écrit."],
        ["Le plan B.", "Il échoue."],
        ["L’U.R.S.S. disparaît.", "L’O.N.U.", "Elle reste."],
        ["Il en a.", "Paul aussi."],
        ["Le mur fait 3 m.", "Il tombe."],
        # Numbers
        ["La puce coûte 3.5 dollars.", "12 pays en achètent."],
        ["La hausse est de 3 %.", "Elle durera."],
        ["Elle coûte env. 300 euros."],
        ["Louis XIV.", "Il régna longtemps."],
        ["La guerre finit en 1945.", "Le pays se relève."],
        ["1. Lire le texte.", "2. Répondre."],
        [
            "IV. Le retour",
        ],
        ["A. Le climat change."],
        ["Le 1er mai.", "Le 2e jour."],
        # Addresses and versions
        ["Voyez https://relire.fr/a?b=c. d ou www.relire.fr.", "La version 2.0.1 arrive."],
        ["La version 2.0.", "Elle arrive."],
        # What does not end a sentence
        ["Il part ; Elle reste : Ils s’aiment."],
        ["Bravo ! 🎉"],
        ["Il part.Elle reste."],
        ["sans majuscule ni point"],
    ],
    ids=" | ".join,
)
def test_splits_where_a_reader_would(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


def test_no_break_spaces_and_line_ends_are_spaces() -> None:
    assert split_sentences("Qui\u202f?\n «\u00a0Moi.\u00a0»\u2009 Lui. ") == [
        "Qui ?",
        "« Moi. »",
        "Lui.",
    ]


@pytest.mark.parametrize("nothing", ["", " ", "\n\t\u202f"])
def test_nothing_has_no_sentence(nothing: str) -> None:
    assert split_sentences(nothing) == []


@given(st.text() | FRENCH)
def test_sentences_joined_give_the_paragraph_back(paragraph: str) -> None:
    sentences = split_sentences(paragraph)
    assert " ".join(sentences) == " ".join(paragraph.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences)


@given(st.text() | FRENCH)
def test_splitting_collapsed_text_changes_nothing(paragraph: str) -> None:
    assert split_sentences(" ".join(paragraph.split())) == split_sentences(paragraph)


@pytest.mark.parametrize("unit", [".", ". ", "a. ", "! , ", "(", "(. ", "M. ", "A. ", "…»", "'"])
def test_no_text_is_slow_to_split(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    split_sentences(text)
    words(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Le chat dort.", ["Le", "chat", "dort"]),
        ("l’ami de l'école", ["l’", "ami", "de", "l'", "école"]),
        ("Aujourd’hui, quelqu’un rit.", ["Aujourd’hui", "quelqu’un", "rit"]),
        (
            "Qu’il s’en aille jusqu’à l’eau",
            ["Qu’", "il", "s’", "en", "aille", "jusqu’", "à", "l’", "eau"],
        ),
        ("la presqu’île d’O’Brien", ["la", "presqu’île", "d’", "O’Brien"]),
        ("son savoir-faire, va-t-il ?", ["son", "savoir-faire", "va-t-il"]),
        ("C’est-à-dire", ["C’est-à-dire"]),
        ("c’est à dire", ["c’", "est", "à", "dire"]),
        ("l’« intelligence »", ["l’", "intelligence"]),
        ("3,5 % en 2024, 1939-1945", ["3,5", "en", "2024", "1939-1945"]),
        ("la puce H20 (ou A100)", ["la", "puce", "H20", "ou", "A100"]),
        ("de\u0301ja\u0300 vu", ["de\u0301ja\u0300", "vu"]),
        ("— « … » !", []),
        ("", []),
    ],
)
def test_finds_words(sentence: str, expected: list[str]) -> None:
    assert [sentence[start:end] for start, end in words(sentence)] == expected


@given(st.text() | FRENCH)
def test_words_stand_in_order_and_hold_every_letter_and_digit(sentence: str) -> None:
    spans = words(sentence)
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(spans))
    assert all(start < end for start, end in spans)
    assert {n for n, letter in enumerate(sentence) if letter.isalnum()} <= inside


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("c’est-à-dire", 1),
        ("l’ami", 1),
        ("un bon sujet", 3),
        ("Je ne l’ai pas vu depuis avant-hier", 7),
        ("« Tu viens ? » – Oui !", 3),
        ("«\u00a0Oui\u202f!\u00a0»", 1),
        ("En 2024, la hausse est de 3,5 %.", 7),
    ],
)
def test_counts_words_as_the_delf_does(text: str, count: int) -> None:
    assert count_words(text) == count
