"""With RELIRE_NO_SKIPS=1, as `make test` sets it, a test that is skipped is a test that failed.

A skipped test proves nothing while the run looks green: what it needs was missing, so say so.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure(config: pytest.Config) -> None:
    """Listen only where asked to, so that `pytest` by hand may skip."""
    if os.environ.get("RELIRE_NO_SKIPS") == "1":
        config.pluginmanager.register(NoSkips(), "relire-no-skips")


class NoSkips:
    """Turns skipped and expected-to-fail outcomes into failures, with their reason."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """See the outcome last, after pytest has judged skip and xfail marks."""
        return refuse_skip((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """See modules that skip themselves, as `importorskip` does."""
        return refuse_skip((yield))


def refuse_skip(report: Report) -> Report:
    """Make a failure of a report that tells of a skip, or of a failure that was expected."""
    expected: str | None = report.__dict__.pop("wasxfail", None)
    if expected is not None:
        reason = f"expected to fail: {expected}"
    elif report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    else:
        return report
    report.outcome = "failed"
    report.longrepr = f"Nothing may be skipped in this run. {reason}"
    return report
