"""Figures as tables: on the terminal, and in docs/performance.md, which is written from the JSON."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"

Found = dict[str, Any]
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
BUDGETS: dict[str, dict[str, float]] = {
    "sqlite": {"autosave": 10, "attempt page": 8},
    "postgresql": {"autosave": 7, "attempt page": 10},
}
"""At most so many raw inserts."""
WHOLE_ATTEMPT_MS = 20.0
MEMORY_MIB = 90.0
START_S = 1.0

# What a district is: a morning on which everybody sits down within the same hour.
LEARNERS = 1_000_000
SAVES = 20
"""Answers and changes of mind of an attempt of ten questions."""
WINDOW_S = 3600


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]

    def line(cells: list[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        told = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(told)} |"

    rule = ["-" * width if not n else "-" * (width - 1) + ":" for n, width in enumerate(widths)]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def verdict(figure: float, budget: float | None) -> str:
    """What is said of a budget."""
    if budget is None:
        return ""
    return f"{budget:g} {'kept' if figure <= budget else 'exceeded'}"


def machine(found: Found) -> str:
    """What the figures were measured on."""
    return (
        f"Measured on {found['machine']}, load {found['load']:.1f}. One turn of the calibration loop"
        f" (100,000 steps of plain Python) took {found['calibration, ms']:.1f} ms of CPU; a raw WSGI"
        f" insert {found['sqlite']['raw, ms'] * 1000:.0f} µs on SQLite and"
        f" {found['postgresql']['raw, ms'] * 1000:.0f} µs on PostgreSQL (this process alone)."
    )


def costs(found: Found) -> str:
    """CPU of each use on both databases."""
    rows = []
    for name in found["sqlite"]["costs"]:
        row = [name]
        for kind in KINDS:
            cost = found[kind]["costs"][name]
            row += [
                f"{cost['ms']:.2f}",
                f"{cost['ratio']:.1f}",
                verdict(cost["ratio"], BUDGETS[kind].get(name)),
                str(cost["statements"]),
            ]
        rows.append(row)
    head = ["Use"]
    for kind in KINDS.values():
        head += [f"{kind}, ms", "× raw", "budget", "SQL"]
    whole = {kind: found[kind]["costs"]["whole attempt"]["ms"] for kind in KINDS}
    said = ", ".join(
        f"{KINDS[kind]} {ms:.1f} ms ({verdict(ms, WHOLE_ATTEMPT_MS)},"
        f" {ms / found[kind]['calibration, ms']:.1f} calibration loops)"
        for kind, ms in whole.items()
    )
    return f"{table(head, rows)}\n\nA whole attempt, budget {WHOLE_ATTEMPT_MS:g} ms: {said}."


def sizes(found: Found) -> str:
    """Pages over many attempts."""
    rows = []
    for kind, label in KINDS.items():
        grown = found[kind]["at size"]
        rows += [
            [f"{page}, {label}", *(f"{grown[size][page]:.1f}" for size in grown)]
            for page in next(iter(grown.values()))
        ]
    counts = [f"{int(size):,}" for size in found["sqlite"]["at size"]]
    return table(["CPU ms with so many attempts done", *counts], rows)


def rates(found: Found) -> str:
    """Saves a second, and waits."""
    rows = []
    for kind, label in KINDS.items():
        for level, figures in found[kind]["rates"]["levels"].items():
            rows.append(
                [
                    f"{label}, {found[kind]['rates']['workers']} process(es)",
                    level,
                    f"{figures['saves a second']:.0f}",
                    f"{figures['median, ms']:.0f}",
                    f"{figures['99 of 100, ms']:.0f}",
                    f"{figures['longest, ms']:.0f}",
                    f"{figures['CPU a save, ms']:.2f}",
                ]
            )
    head = ["Server", "learners", "saves/s", "median ms", "99 % ms", "longest ms", "server CPU ms"]
    return table(head, rows)


def start(found: Found) -> str:
    """Start and memory."""
    began = found["start"]
    rows = [
        [
            "first page after the command, s",
            f"{began['first answer, s']:.2f}",
            verdict(began["first answer, s"], START_S),
        ],
        ["CPU of it, s", f"{began['of CPU, s']:.2f}", ""],
        [
            "memory of a process, MiB",
            f"{began['process, MiB']:.0f}",
            verdict(began["process, MiB"], MEMORY_MIB),
        ],
    ]
    for kind, label in KINDS.items():
        memory = found[kind]["rates"]["process, MiB"]
        rows.append(
            [
                f"the same after the rates, {label}, MiB",
                f"{memory:.0f}",
                verdict(memory, MEMORY_MIB),
            ]
        )
    return table(["", "figure", "budget"], rows)


def district(found: Found) -> str:
    """What a million learners need, from the figures above and nothing else."""
    costs = found["postgresql"]["costs"]
    attempt, save = costs["whole attempt"]["ms"] / 1000, costs["autosave"]["ms"] / 1000
    seconds = LEARNERS * (attempt + (SAVES - 1) * save)
    served = found["postgresql"]["rates"]["levels"]["32"]["CPU a save, ms"] / 1000
    overhead = max(0.0, served - save)
    requests = SAVES + 7
    seconds += LEARNERS * requests * overhead
    rate = LEARNERS * SAVES / WINDOW_S
    cores = seconds / WINDOW_S
    rows = [
        ["a whole attempt, with one save", f"{attempt * 1000:.1f} ms"],
        [f"{SAVES - 1} more saves", f"{(SAVES - 1) * save * 1000:.1f} ms"],
        [f"serving {requests} requests by HTTP", f"{requests * overhead * 1000:.1f} ms"],
        ["CPU of one learner", f"{seconds / LEARNERS * 1000:.0f} ms"],
        [f"CPU of {LEARNERS:,} learners", f"{seconds / 3600:,.0f} core hours"],
        ["all within one hour, cores of the application", f"{cores:,.0f}"],
        ["the same, at half load, in machines of 16 cores", f"{2 * cores / 16:,.0f}"],
        ["saves a second at the database", f"{rate:,.0f}"],
        ["responses stored in a day", f"{LEARNERS * 10:,}"],
    ]
    return table(["What", "figure"], rows)


BLOCKS: dict[str, Callable[[Found], str]] = {
    "machine": machine,
    "costs": costs,
    "sizes": sizes,
    "rates": rates,
    "start": start,
    "district": district,
}


def render(page: str, found: Found) -> str:
    """The page with each marked block written anew from the figures."""
    for name, block in BLOCKS.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(page):
            raise ValueError(f"the page has no block {begin} … {end}")
        text = f"{begin}\n{block(found)}\n{end}"
        page = pattern.sub(lambda _match, text=text: text, page)  # type: ignore[misc]
    return page


def write() -> None:
    """Write docs/performance.md from benchmarks/results.json."""
    PAGE.write_text(render(PAGE.read_text(), json.loads(RESULTS.read_text())))
