"""What the application costs, measured on this machine. Costs are CPU time, the least of
interleaved rounds, and ratios to a raw WSGI insert: these drift much less than seconds do.

`make bench` prints the tables and keeps the figures in benchmarks/results.json;
`make bench BENCH_ARGS=--render` writes docs/performance.md from that file, measuring nothing.
"""

import argparse
import json
import os
import platform
from typing import Any

from benchmarks import report


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=4, help="of each measure of a rate")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, few rounds, kept nowhere"
    )
    parser.add_argument("--json", action="store_true", help="print the figures, keep nothing")
    parser.add_argument("--render", action="store_true", help="write the page from what was kept")
    options = parser.parse_args()
    if options.render:
        report.write()
        return
    found = measure(options.rounds, options.seconds, quick=options.quick)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, block in report.BLOCKS.items():
        print(f"\n# {name}\n\n{block(found)}")
    if not options.quick:
        report.RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def measure(rounds: int, seconds: float, *, quick: bool) -> dict[str, Any]:
    """Everything, in the order of the page."""
    from benchmarks import costs, load  # noqa: PLC0415 — the page is written without the app

    sizes, rounds, seconds = ((1_000,), 3, 1.0) if quick else (costs.SIZES, rounds, seconds)
    found: dict[str, Any] = {
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "load": os.getloadavg()[0],
    }
    for kind in report.KINDS:
        found[kind] = costs.costs(kind, rounds, sizes)
        found[kind]["rates"] = load.rates(kind, seconds)
    found["start"] = load.start_up(1 if quick else 3)
    found["calibration, ms"] = min(found[kind]["calibration, ms"] for kind in report.KINDS)
    return found


if __name__ == "__main__":
    main()
