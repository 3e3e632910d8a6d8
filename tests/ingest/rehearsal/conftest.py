"""A rehearsal played to its end at once, for tests that only look; and one that a test plays itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from ingest.rehearsal import AS_FAST_AS_POSSIBLE, Rehearsal

FIXTURES = Path(__file__).parents[2] / "fixtures"
OPENED = datetime(2027, 6, 11, 9, 0, tzinfo=UTC)


def rehearsal(**how: object) -> Rehearsal:
    """Quiet and without waits; the clock stands at the opening."""
    return Rehearsal(
        **{"opened_at": OPENED, "speed": AS_FAST_AS_POSSIBLE, "chatter": None, "now": lambda: OPENED, **how}  # type: ignore[arg-type]
    )


@pytest.fixture
async def opened() -> AsyncIterator[Rehearsal]:
    """The first hour is said."""
    async with rehearsal() as running:
        yield running


@pytest.fixture
async def played() -> AsyncIterator[Rehearsal]:
    async with rehearsal() as running:
        await running.play()
        yield running


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client
