"""The two kinds of event the rows are played in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.database import Database
from app.models import Policy
from tests.ingest.bluesky.rows.world import World, living


@pytest.fixture
async def world(sqlite: Database) -> AsyncIterator[World]:
    """An event that shows everything at once."""
    async with living(sqlite) as world:
        yield world


@pytest.fixture
async def reviewed(sqlite: Database) -> AsyncIterator[World]:
    """An event in which a person reads everything first."""
    async with living(sqlite, Policy.REVIEW) as world:
        yield world
