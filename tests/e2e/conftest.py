"""Houses for whole-way tests, walls behind chaos, and the table of how long each hop took."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from playwright.async_api import Browser

from app.models import Policy
from tests.design.browser import chromium
from tests.display.live.world import World
from tests.e2e.chaos import Chaos, chaos_before
from tests.e2e.house import House
from tests.server import Running, serving


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house without a server yet, on SQLite."""
    opened = House(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
async def running(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Running]:
    """The real application under a real server in this process, on a store of its own."""
    shutil.copy(sqlite_template, tmp_path / "served.sqlite")
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/served.sqlite", tmp_path) as running:
        yield running


@pytest.fixture
async def served(running: Running) -> World:
    """What happens in that house, and what was true after each act."""
    world = World(running.database)
    await world.begin(Policy.OPEN)
    return world


@pytest.fixture
async def chaos(running: Running) -> AsyncIterator[Chaos]:
    async with chaos_before(running.port) as chaos:
        yield chaos


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


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
