"""The page of figures says what was measured, and nothing else."""

import json

from benchmarks.report import BLOCKS, PAGE, RESULTS, render, verdict


def test_the_page_was_written_from_the_figures() -> None:
    page = PAGE.read_text()
    assert render(page, json.loads(RESULTS.read_text())) == page, (
        "write it anew: make bench BENCH_ARGS=--render"
    )


def test_other_figures_make_another_page() -> None:
    found = json.loads(RESULTS.read_text())
    found["sqlite"]["costs"]["autosave"]["ms"] += 1
    assert render(PAGE.read_text(), found) != PAGE.read_text()


def test_every_block_is_on_the_page_once() -> None:
    page = PAGE.read_text()
    for name in BLOCKS:
        assert page.count(f"<!-- {name} -->") == page.count(f"<!-- /{name} -->") == 1


def test_a_budget_is_kept_or_exceeded() -> None:
    assert verdict(10, 10) == "10 kept"
    assert verdict(10.1, 10) == "10 exceeded"
    assert verdict(99, None) == ""
