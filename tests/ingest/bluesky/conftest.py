from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ingest.bluesky.appview import AppView
from ingest.bluesky.harvest import Harvest
from ingest.http import Guard
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import FakeAppView
from tests.ingest.bluesky.stage import OTHER, SOURCE, A, B, Stage, profile
from tests.ingest.house import ListHouse


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    guard, house = Guard(allow_private=["127.0.0.1"]), ListHouse([SOURCE, OTHER])
    async with (
        FakeAppView(profiles={A: profile(A), B: profile(B, "b.test")}).running() as fake,
        guard.client() as client,
    ):
        appview = AppView(guard, client, fake.base, pause=0.0)
        yield Stage(house, fake, Harvest([SOURCE, OTHER], house, appview, lambda: SEEN))
