"""What addresses and passwords must be."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.credentials import MINIMUM, judge, normal_email
from app.errors import Refused

ANA = ("ana.lopes@ecole.example", "Ana Lopes")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("azertyuiop12", "répandus"),
        ("aaaaaaaaaaaaaaa", "répète"),
        ("abcdefghijklmnop", "suite"),
        ("Ana Lopes 2026", "votre nom"),
        ("ANA.LOPES@ECOLE.EXAMPLE", "votre nom"),
        ("onze signes", "au moins 12"),
    ],
)
def test_a_weak_password_is_told_why(password: str, reason: str) -> None:
    judged = judge(password, ANA)
    assert any(reason in str(problem) for problem in judged.problems)
    assert judged.strength_name == ""


@pytest.mark.parametrize(
    "password", ["cheval batterie agrafe", "Lampe-Tortue-9-Violon", "un été très loin d’ici là"]
)
def test_a_few_words_make_a_strong_password(password: str) -> None:
    judged = judge(password, ANA)
    assert judged.problems == ()
    assert judged.strength_name in ("solide", "très solide")


def test_judging_takes_no_longer_for_a_long_password() -> None:
    judge("warm up the lists of words")
    start = time.process_time()
    judge("correct cheval " * 13)
    assert time.process_time() - start < 1


@given(st.text(max_size=MINIMUM - 1))
def test_what_is_too_short_is_refused_whatever_it_is(password: str) -> None:
    assert judge(password).problems


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ana@Ecole.EXAMPLE ", "ana@ecole.example"),
        ("élise@école.example", "élise@école.example"),
        ("a+b@x.example", "a+b@x.example"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept
    assert normal_email(kept) == kept


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@x.example", "a@b@c.example", "a b@c.example"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="arobase"):
        normal_email(text)
