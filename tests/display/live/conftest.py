"""An event under the policy `open`, and a hub that reads it, with nothing running by itself."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database import Database
from app.models import Policy
from display.live.hub import Hub
from tests.conftest import Clock
from tests.display.live.gates import Gated
from tests.display.live.world import World
from tests.server import Running, serving


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await world.begin(Policy.OPEN)
    return world


@pytest.fixture
def gated(database: Database) -> Gated:
    return Gated(database)


@pytest.fixture
def hub(gated: Gated, clock: Clock) -> Hub:
    return Hub(gated, clock)  # type: ignore[arg-type]


@pytest.fixture
async def running(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Running]:
    """The real application under a real server, on a store of its own."""
    path = tmp_path / "served.sqlite"
    shutil.copy(sqlite_template, path)
    async with serving(f"sqlite+aiosqlite:///{path}", tmp_path) as running:
        yield running


@pytest.fixture
async def served(running: Running) -> World:
    """What happens in that house: acts are committed where its hub hears them."""
    world = World(running.database)
    await world.begin(Policy.OPEN)
    return world
