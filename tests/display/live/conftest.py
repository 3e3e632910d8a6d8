"""An event under the policy `open`, and a hub that reads it, with nothing running by itself."""

from __future__ import annotations

import pytest

from app.database import Database
from app.models import Policy
from display.live.hub import Hub
from tests.conftest import Clock
from tests.display.live.gates import Gated
from tests.display.live.world import World


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
