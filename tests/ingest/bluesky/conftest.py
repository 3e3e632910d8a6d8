"""A harvest, a look and what is between them, without any socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ingest.bluesky.appview import AppView
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People
from ingest.bluesky.profiles import Profiles
from ingest.bluesky.recheck import Recheck
from ingest.http import Guard
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import FakeAppView
from tests.ingest.bluesky.stage import OTHER, SOURCE, A, B, Stage, Ticks, profile
from tests.ingest.house import ListHouse


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    guard, house = Guard(allow_private=["127.0.0.1"]), ListHouse([SOURCE, OTHER])
    async with (
        FakeAppView(profiles={A: profile(A), B: profile(B, "b.test")}).running() as fake,
        guard.client() as client,
    ):
        appview = AppView(guard, client, fake.base, pause=0.0)
        people = People(Profiles(appview, lambda: SEEN))
        clock = Ticks()
        harvest = Harvest([SOURCE, OTHER], house, appview, people, lambda: SEEN, clock)
        recheck = Recheck(house, "bluesky", appview, people, harvest.touched, lambda: SEEN, Pace(), clock)
        yield Stage(house, fake, appview, people, harvest, recheck, clock)
