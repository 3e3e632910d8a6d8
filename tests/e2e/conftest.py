"""Houses for whole-way tests, and the table of how long each hop took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.e2e.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house without a server yet, on SQLite."""
    opened = House(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def hop(request: pytest.FixtureRequest) -> Callable[[str, float], None]:
    """Note how long one hop took, for the table at the end."""

    def note(name: str, seconds: float) -> None:
        request.node.user_properties.append(("hop", (request.node.callspec.id, name, round(seconds, 2))))

    return note


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    told = [value for r in reports for key, value in getattr(r, "user_properties", []) if key == "hop"]
    if not told:
        return
    hops = list(dict.fromkeys(name for _, name, _ in told))
    terminalreporter.section("seconds per hop")
    terminalreporter.write_line("".join(f"{word:>20}" for word in ("", *hops)))
    for way in dict.fromkeys(way for way, _, _ in told):
        taken = {name: seconds for one, name, seconds in told if one == way}
        cells = (f"{taken[name]:>20.2f}" if name in taken else f"{'':>20}" for name in hops)
        terminalreporter.write_line(f"{way:>20}" + "".join(cells))
