"""Moodle's grammar for gaps: what is read, what is told, and what is written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.moodle_cloze import Alternative, Blank, read_cloze, read_decimal, write_blank


def only(html: str) -> Blank:
    (blank,) = read_cloze(html).blanks
    return blank


def said(html: str) -> list[tuple[str, float, str]]:
    return [(one.text, one.fraction, one.feedback) for one in only(html).alternatives]


def test_a_gap_has_right_answers_answers_worth_a_part_and_wrong_ones() -> None:
    assert said("Zoé {1:SHORTANSWER:=vend#Oui.~%50%donne~prend#Relisez.} du miel.") == [
        ("vend", 1, "Oui."),
        ("donne", 0.5, ""),
        ("prend", 0, "Relisez."),
    ]


def test_the_text_around_gaps_is_kept_in_order() -> None:
    text = read_cloze("Un {1:SA:=miel} et {SA:=x} deux {:MC:=a~b}.")
    assert [piece for piece in text.pieces if isinstance(piece, str)] == [
        "Un ",
        " et {SA:=x} deux ",
        ".",
    ]
    assert [blank.kind for blank in text.blanks] == ["short", "choice"]


@pytest.mark.parametrize(
    ("name", "kind", "case"),
    [
        ("SHORTANSWER", "short", False),
        ("SA", "short", False),
        ("MW", "short", False),
        ("SHORTANSWER_C", "short", True),
        ("SAC", "short", True),
        ("MWC", "short", True),
        ("NUMERICAL", "number", False),
        ("NM", "number", False),
        ("MULTICHOICE", "choice", False),
        ("MULTICHOICE_V", "choice", False),
        ("MULTICHOICE_H", "choice", False),
        ("MULTICHOICE_S", "choice", False),
        ("MULTICHOICE_VS", "choice", False),
        ("MULTICHOICE_HS", "choice", False),
        ("MC", "choice", False),
        ("MCV", "choice", False),
        ("MCH", "choice", False),
        ("MCS", "choice", False),
        ("MCVS", "choice", False),
        ("MCHS", "choice", False),
        ("MULTIRESPONSE", "choices", False),
        ("MULTIRESPONSE_HS", "choices", False),
        ("MR", "choices", False),
        ("MRH", "choices", False),
        ("multichoice", "choice", False),
    ],
)
def test_every_type_has_its_long_and_its_short_name(name: str, kind: str, case: bool) -> None:  # noqa: FBT001
    blank = only(f"{{1:{name}:=1~2}}")
    assert (blank.kind, blank.case) == (kind, case)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\}b", "a}b"),
        (r"a\~b", "a~b"),
        (r"a\#b", "a#b"),
        ("&eacute;t&eacute;", "été"),
        ("l&#39;été", "l'été"),
        ("&#233;t&#xe9;", "été"),
        ("A &amp; B", "A & B"),
        (" mot&nbsp;", "mot"),
        ("3 &lt; 5", "3 < 5"),
    ],
)
def test_escapes_and_entities_are_undone(written: str, meant: str) -> None:
    assert said(f"{{1:SA:={written}#{written}}}") == [(meant, 1, meant)]


@pytest.mark.parametrize(
    ("percent", "fraction"),
    [("33.33333", 0.3333333), ("33,33333", 0.3333333), ("-50", -0.5), ("100", 1), ("0", 0)],
)
def test_a_percentage_has_a_point_or_a_comma(percent: str, fraction: float) -> None:
    assert said(f"{{1:MC:%{percent}%a}}") == [("a", fraction, "")]


def test_a_gap_may_weigh_more_than_another() -> None:
    assert [b.weight for b in read_cloze("{3:SA:=a} {:SA:=b} {0:SA:=c}").blanks] == [3, 1, 0]


def test_a_number_may_have_a_margin() -> None:
    first, second = only("{1:NM:=3,5:0,1~%50%-2:1#Presque.}").alternatives
    assert first == Alternative("3,5", 1, "", 0.1)
    assert second == Alternative("-2", 0.5, "Presque.", 1)


def test_an_answer_may_run_over_lines_and_an_empty_one_is_none() -> None:
    assert said("{1:MC:\n=miel\n~\nsel\n~=}") == [("miel", 1, ""), ("sel", 0, "")]


@pytest.mark.parametrize("html", ["{1:SHORTANSWR:=a}", "{1:MULTICHOICE}", "{2:CHOIX:a~b}"])
def test_a_type_that_is_none_is_told_and_stays_in_the_text(html: str) -> None:
    text = read_cloze(f"Un {html} ici {{1:SA:=b}}")
    assert [(slip.code, slip.excerpt[:9]) for slip in text.slips] == [("type", html[:9])]
    assert text.pieces[0] == f"Un {html} ici "
    assert len(text.blanks) == 1


@pytest.mark.parametrize("html", ["{1:SA:=a", "{1:SA:=a#b", r"{1:SA:=a\}", "{1:MC:=a~b~"])
def test_a_gap_that_never_closes_is_told(html: str) -> None:
    text = read_cloze(html)
    assert [slip.code for slip in text.slips] == ["closed"]
    assert text.pieces == [html]


@pytest.mark.parametrize("text", ["{", "}", "{1:", "{1:3}", "{a:b}", "A { b: c } d", ""])
def test_other_braces_are_text(text: str) -> None:
    assert read_cloze(text).pieces == [text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("3.5", 3.5),
        (" -3,5 ", -3.5),
        ("1 000", 1000),
        ("−2", -2),
        ("1e3", 1000),
        ("", None),
        ("trois", None),
        ("nan", None),
        ("inf", None),
        ("3,5,7", None),
        ("1_000", None),
    ],
)
def test_a_number_is_read_as_files_hold_it(text: str, number: float | None) -> None:
    assert read_decimal(text) == number


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1
)
alternatives = st.builds(
    Alternative, text=texts, fraction=st.sampled_from([1, 0, 0.5, 0.25, 0.3333333]), feedback=texts
)


@given(st.lists(alternatives, min_size=1, max_size=4), st.integers(0, 9))
def test_what_is_written_is_read_again(written: list[Alternative], weight: int) -> None:
    html = write_blank("SHORTANSWER", written, weight)
    text = read_cloze(f"avant {html} après")
    assert text.pieces[::2] == ["avant ", " après"]
    assert text.blanks[0].weight == weight
    assert list(text.blanks[0].alternatives) == written


@given(st.text(st.sampled_from("{}~#%=:1SAMC\\&;< é")))
def test_nothing_raises_and_no_text_is_lost(html: str) -> None:
    text = read_cloze(html)
    assert "".join(p if isinstance(p, str) else p.source for p in text.pieces) == html


@pytest.mark.parametrize(
    "piece", ["{1:SA:=a", "{1:SA:=a~b#c", "{1:SA:=a}", "{1:MC:a\\}", "{1:XX:=a}", "{1:SA:%5", "&#~"]
)
def test_reading_costs_no_more_than_the_length(piece: str) -> None:
    start = time.process_time()
    read_cloze(piece * 15_000)
    assert time.process_time() - start < 3


def test_an_answer_that_ends_with_an_ampersand_keeps_its_feedback() -> None:
    written = write_blank("SHORTANSWER", [Alternative("sel &", 1, "Oui & bravo.")])
    (blank,) = read_cloze(written).blanks
    (only,) = blank.alternatives
    assert (only.text, only.feedback) == ("sel &", "Oui & bravo.")
