"""Everybody who works for one reader of Bluesky, made once and handed to each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from ingest.bluesky.account import Account
from ingest.bluesky.appview import PUBLIC, AppView
from ingest.bluesky.harvest import Harvest
from ingest.bluesky.news import Helpers
from ingest.bluesky.pace import Pace
from ingest.bluesky.people import People
from ingest.bluesky.profiles import Profiles
from ingest.bluesky.recheck import Recheck
from ingest.bluesky.search import Search
from ingest.http import Guard
from ingest.text.facets import is_did
from ingest.types import House, SourceConfig


@dataclass(frozen=True, slots=True)
class Staff:
    appview: AppView
    harvest: Harvest
    recheck: Recheck
    searches: Sequence[Search]  # one per account

    @property
    def helpers(self) -> Helpers:
        problems = [search.problem for search in self.searches if search.problem]
        return Helpers(self.appview.problem, " ".join(problems), bool(self.searches) and not problems)

    def after_a_gap(self, since: datetime) -> None:
        self.recheck.look_at_everything()
        for search in self.searches:
            search.fill_from(since)


def hire(
    sources: Sequence[SourceConfig],
    house: House,
    guard: Guard,
    client: httpx.AsyncClient,
    now: Callable[[], datetime],
    pace: Pace,
) -> Staff:
    upstream = sources[0].upstream
    appview = AppView(
        guard, client, appview_base(sources[0]), labelers=labelers(sources), pause=pace.refresh
    )  # fmt: skip
    people = People(Profiles(appview, now))
    harvest = Harvest(sources, house, appview, people, now)
    recheck = Recheck(house, upstream, appview, people, harvest.touched, now, pace)
    reading = [source for source in sources if source.token and not source.over]
    searches = [
        Search(Account(source, house, client), source.tags, house, upstream, people, now, pace) for source in reading
    ]
    return Staff(appview, harvest, recheck, searches)


async def together(*parts: Coroutine[Any, Any, None]) -> None:
    """All of them until the first breaks; then the others are stopped, and what broke is raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def appview_base(source: SourceConfig) -> str:
    given = source.settings.get("appview")
    return given if isinstance(given, str) and given else PUBLIC


def labelers(sources: Sequence[SourceConfig]) -> list[str]:
    """Services whose labels count, beside Bluesky's own: everything that one of the sources names."""
    named = [one for source in sources for one in _list(source.settings.get("labelers"))]
    return list(dict.fromkeys(one for one in named if is_did(one)))


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
