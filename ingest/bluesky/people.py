"""The authors we have told the house about, and what we still owe it: wishes we could not read, profiles that changed.

Decides when to ask again. Asks through profiles.py.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from ingest.bluesky.authors import author, stranger
from ingest.bluesky.profiles import Profiles
from ingest.types import IncomingAuthor, IncomingAuthorChange

MAX_REMEMBERED = 20_000
AT_ONCE = 100  # of those we owe, per round
LATE = 600.0  # seconds a cache may go on showing the profile of an account that has closed

Readings = Mapping[str, IncomingAuthor]
_T = TypeVar("_T")


class People:
    def __init__(self, profiles: Profiles, clock: Callable[[], float] = time.monotonic) -> None:
        self._profiles, self._clock = profiles, clock
        self._told: dict[str, IncomingAuthor] = {}
        self._owed: dict[str, None] = {}
        self._closed: dict[str, float] = {}  # accounts that are gone for now, and since when

    async def read(self, dids: Iterable[str], *, changed: Collection[str] = ()) -> Readings:
        """What can be read of these authors now, `changed` ones anew."""
        for did in changed:
            self._profiles.drop(did)
        return await self._profiles.read([*dids, *changed])

    async def existing(self, dids: Collection[str]) -> set[str]:
        """Those of these whose account is open. Raises OutboundError."""
        return set(await self._profiles.ask(dids))

    def tell(self, did: str, read: Readings) -> IncomingAuthor:
        """The author of a post that goes to the house now; a stranger, to be asked for again, if unreadable."""
        someone = read.get(did) or self._told.get(did) or stranger(did)
        if did not in read:
            keep(self._owed, did, None)
        keep(self._told, did, someone)
        return someone

    def changed(self, did: str, read: Readings) -> IncomingAuthor | None:
        """The author as just read, or None, and then they are owed."""
        someone = read.get(did)
        if someone is None:
            keep(self._owed, did, None)
        else:
            keep(self._told, did, someone)
        return someone

    def forget(self, did: str) -> None:
        """Their account is closed: what we read of them no longer holds."""
        self._profiles.drop(did)
        self._told.pop(did, None)
        keep(self._closed, did, self._clock())

    def returned(self, did: str) -> None:
        self._closed.pop(did, None)

    def glimpse(self, seen: object, now: datetime) -> None:
        """A few words of a profile stood beside a post. Where they are news, the whole is to be read."""
        someone = author(seen, now) if isinstance(seen, dict) else None
        if someone is None:
            return
        told = self._told.get(someone.uri)
        if told is None or (told.name, told.handle, told.labels) != (someone.name, someone.handle, someone.labels):
            self._profiles.drop(someone.uri)
            keep(self._owed, someone.uri, None)

    async def settle(self) -> list[IncomingAuthorChange]:
        """Ask again for those we owe."""
        return await self._news(list(self._owed)[:AT_ONCE]) if self._owed else []

    async def sweep(self, dids: Collection[str]) -> list[IncomingAuthorChange]:
        """Ask for all of these; tell only what is new. After a start that is everything: wishes may have changed."""
        return await self._news(dids)

    async def _news(self, dids: Collection[str]) -> list[IncomingAuthorChange]:
        found = await self._profiles.read(dids)
        for did in [did for did in dids if did in self._owed]:
            del self._owed[did]
            if did not in found:
                self._owed[did] = None  # to the end of the line
        news = [someone for someone in found.values() if self._told.get(someone.uri) != someone]
        return [self._change(someone) for someone in news]

    def _change(self, someone: IncomingAuthor) -> IncomingAuthorChange:
        """Closed accounts have no profile: who has one is back, unless it closed so lately that it is only late."""
        did = someone.uri
        lately = self._clock() - self._closed.get(did, -math.inf) < LATE
        back = did not in self._told and not lately
        if not lately:
            self._closed.pop(did, None)
            keep(self._told, did, someone)
        return IncomingAuthorChange(did, "active" if back else None, someone)


def keep(kept: dict[str, _T], key: str, value: _T) -> None:
    """Remember, and forget what was remembered longest ago."""
    kept.pop(key, None)
    while len(kept) >= MAX_REMEMBERED:
        del kept[next(iter(kept))]
    kept[key] = value
