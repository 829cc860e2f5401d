"""Marked text that was written anew keeps its images, and only them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.markup import images_in, rewrite, safe

CARTE, PLAN = "media:" + "0a" * 16, "media:" + "0b" * 16


def image(name: str, alt: str = "") -> str:
    return f'<img src="{name}" alt="{alt}">'


@pytest.mark.parametrize("html", ["", "un <b>mot</b>", "a<br>b", f'<script>"{CARTE}"</script>'])
def test_without_an_image_the_text_says_it_all(html: str) -> None:
    assert rewrite(html, "autre chose") == ""


def test_an_image_stands_where_the_words_name_it() -> None:
    html = f"Voyez {image(CARTE, 'carte')} et {image(PLAN, 'plan')}."
    written = rewrite(html, "Ici [plan], là [carte] !")
    assert written == f"Ici {image(PLAN, 'plan')}, là {image(CARTE, 'carte')} !"


def test_an_image_that_nothing_names_stands_at_the_end() -> None:
    html = f"{image(CARTE)}Voyez <b>ceci</b>{image(PLAN, 'plan')}"
    assert (
        rewrite(html, "1 < 2\net plus") == f"1 &lt; 2<br>et plus{image(CARTE)}{image(PLAN, 'plan')}"
    )


def test_a_name_with_quotes_is_found_in_the_words() -> None:
    html = f"{image(CARTE, '&quot;A&quot; &amp; B')} ?"
    assert images_in(rewrite(html, 'Voyez ["A" & B].')) == (CARTE,)
    assert rewrite(html, 'Voyez ["A" & B].').startswith("Voyez <img")


@given(text=st.text(max_size=40), html=st.text(max_size=40))
def test_what_is_rewritten_is_safe_and_loses_no_image(text: str, html: str) -> None:
    whole = f"{image(CARTE, 'carte')}{html}{image(PLAN)}"
    written = rewrite(whole, text)
    assert safe(written) == written
    assert set(images_in(safe(whole))) == set(images_in(written))
