"""One round of asking: the newest pages of every tag, the gap since last time, the past, and what lies in between.

Owns the cursor. A cursor alone is not enough: a remote post that arrives late gets an id below those already seen, so
each round reads the newest pages without one, and goes through those beneath them a few at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ingest.mastodon.cursor import BACKFILL_PAGES, Progress, age
from ingest.mastodon.fields import moment
from ingest.mastodon.handing import Handing
from ingest.mastodon.rest import PAGE, Rest
from ingest.mastodon.together import Group, Together

RESERVE = 100  # requests that the past and the old leave for the present
_LATEST_ARRIVAL = timedelta(hours=30)  # what is older than this when it arrives is past for us

NOTHING = (0, "")
Statuses = Sequence[Mapping[str, Any]]


class Stretch(NamedTuple):
    """A piece of a list that was read without a hole: what lies between its ends and is not in it is not listed."""

    above: tuple[int, str]  # ages
    below: tuple[int, str]
    ids: set[str]
    asked_at: float

    def lacks(self, local_id: str) -> bool:
        return self.below <= age(local_id) < self.above and local_id not in self.ids


class Rounds:
    def __init__(self, rest: Rest, tags: Collection[str], progress: dict[str, Progress], handing: Handing) -> None:
        self._rest = rest
        self._tags = tuple(tags)
        self._progress = progress
        self._handing = handing
        self._together = Together(rest, tags)
        self._below: dict[Group, str] = {}  # where the newest pages ended
        self._depth: dict[Group, str] = {}  # how far down we have gone through those beneath
        self._stretches: list[Stretch] = []

    async def read(self, pages: int, now: datetime) -> tuple[set[str], tuple[int, str]]:
        """The newest of every tag. Gives the ids seen, and the age from which on the lists were complete."""
        newest: dict[str, Collection[str]] = {}
        seen: set[str] = set()
        floor = NOTHING
        for group in self._together.groups(self._progress):
            first, ids, below = await self._newest(group, pages, now)
            newest |= {group[0]: first} if len(group) == 1 else {}
            seen |= ids
            floor = max(floor, below)
        await self._together.learn(newest)
        return seen, floor

    async def past(self, pages: int, now: datetime) -> bool:
        """A piece of what was said before we came. True while there is more."""
        for tag in self._tags:
            while (progress := self._progress.get(tag)) is not None and progress.pages > 0:
                if pages <= 0 or self._rest.allowance.spare() <= RESERVE:
                    return True
                pages -= 1
                await self._further_back(tag, progress, now)
        return False

    async def beneath(self, pages: int, now: datetime) -> None:
        """A piece of the last day, in turn: what arrived hours late has its place there, and no stream told of it."""
        groups = self._together.groups(self._progress)
        for group in groups:
            for _ in range(pages):
                at = self._depth.get(group) or self._below.get(group)
                if at is None or self._rest.allowance.spare() <= RESERVE:
                    break
                asked_at = self._handing.clock()
                page = await self._rest.page(*group, max_id=at)
                await self._handing.statuses(page, asked_at, now)
                # Of one list alone it can be said what should be on it.
                ends = _ends(page, at) if len(groups) == 1 else (NOTHING, NOTHING)
                self._stretches.append(Stretch(*ends, _ids(page), asked_at))
                if len(page) < PAGE or age(_oldest(page)) >= age(at) or _is_past(page, now):
                    self._depth.pop(group, None)
                    break
                self._depth[group] = _oldest(page)

    def passed(self) -> set[str]:
        """What those beneath had in this round."""
        return set().union(*(stretch.ids for stretch in self._stretches))

    def stretches(self) -> list[Stretch]:
        """What was read of those beneath since this was last asked for."""
        told, self._stretches = self._stretches, []
        return told

    async def _newest(self, group: Group, pages: int, now: datetime) -> tuple[set[str], set[str], tuple[int, str]]:
        pages = pages if group[0] in self._progress else 1  # the past follows by itself
        asked_at = self._handing.clock()
        page = await self._rest.page(*group)
        await self._take_newest(group, page, asked_at, now)
        first = seen = _ids(page)
        for _ in range(pages - 1):
            if len(page) < PAGE:
                break
            asked_at = self._handing.clock()
            page = await self._rest.page(*group, max_id=_oldest(page))
            await self._handing.statuses(page, asked_at, now)
            seen = seen | _ids(page)
        full = len(page) >= PAGE
        self._below |= {group: _oldest(page)} if full else {}
        return first, seen, age(_oldest(page)) if full else NOTHING

    async def _take_newest(self, group: Group, page: Statuses, asked_at: float, now: datetime) -> None:
        if not page:
            return
        if group[0] not in self._progress:
            self._progress[group[0]] = Progress(_latest(page), _oldest(page), BACKFILL_PAGES)
        elif age(_oldest(page)) <= age(self._reached(group)):
            self._reach(group, _latest(page))
        else:
            # The newest at once; the cursor waits until the gap is filled.
            await self._handing.statuses(page, asked_at, now)
            await self._catch_up(group, now)
            return
        await self._handing.statuses(page, asked_at, now)

    async def _catch_up(self, group: Group, now: datetime) -> None:
        """Forward from the cursor, page by page without a hole, until the server has no more."""
        while True:
            asked_at = self._handing.clock()
            page = await self._rest.page(*group, min_id=self._reached(group))
            if not page or age(_latest(page)) <= age(self._reached(group)):
                return
            self._reach(group, _latest(page))
            await self._handing.statuses(page, asked_at, now)

    def _reached(self, group: Group) -> str:
        """Tags that are read together are as far as the one that is least far."""
        return min((self._progress[tag].newest for tag in group), key=age)

    def _reach(self, group: Group, local_id: str) -> None:
        self._progress.update({tag: self._progress[tag].reached(local_id) for tag in group})

    async def _further_back(self, tag: str, progress: Progress, now: datetime) -> None:
        asked_at = self._handing.clock()
        page = await self._rest.page(tag, max_id=progress.oldest)
        ended = not page or age(_oldest(page)) >= age(progress.oldest)
        self._progress[tag] = progress.complete() if ended else progress.back_to(_oldest(page))
        await self._handing.statuses(page, asked_at, now)


def _is_past(page: Statuses, now: datetime) -> bool:
    times = [time for status in page if (time := moment(status.get("created_at"))) is not None]
    return bool(times) and max(times) < now - _LATEST_ARRIVAL


def _ends(page: Statuses, at: str) -> tuple[tuple[int, str], tuple[int, str]]:
    return age(at), age(_oldest(page)) if len(page) >= PAGE else NOTHING


def _ids(page: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(status["id"]) for status in page}


def _latest(page: Statuses) -> str:
    return max(_ids(page), key=age)


def _oldest(page: Statuses) -> str:
    return min(_ids(page), key=age)
