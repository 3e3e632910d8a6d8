"""The authors we have told the house about, and what we still owe it: wishes we could not read, profiles that changed.

Decides when to ask again. Asks through profiles.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from ingest.bluesky.authors import stranger
from ingest.bluesky.profiles import Profiles
from ingest.types import IncomingAuthor, IncomingAuthorChange

MAX_REMEMBERED = 20_000
AT_ONCE = 100  # of those we owe, per round

_T = TypeVar("_T")


class People:
    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._read: dict[str, IncomingAuthor] = {}  # of the batch at hand
        self._told: dict[str, IncomingAuthor] = {}
        self._owed: dict[str, None] = {}

    async def read(self, dids: Iterable[str], *, changed: Collection[str] = ()) -> None:
        """Read these authors for the batch at hand, `changed` ones anew."""
        for did in changed:
            self._profiles.drop(did)
        self._read = await self._profiles.read([*dids, *changed])

    def tell(self, did: str) -> IncomingAuthor:
        """The author of a post that goes to the house now; a stranger, to be asked for again, if unreadable."""
        someone = self._read.get(did) or self._told.get(did) or stranger(did)
        if did not in self._read:
            keep(self._owed, did, None)
        keep(self._told, did, someone)
        return someone

    def changed(self, did: str) -> IncomingAuthor | None:
        """The author as read for this batch, or None, and then they are owed."""
        someone = self._read.get(did)
        if someone is None:
            keep(self._owed, did, None)
        else:
            keep(self._told, did, someone)
        return someone

    def forget(self, did: str) -> None:
        """Their account is closed or comes back another: what we read of them no longer holds."""
        self._profiles.drop(did)
        self._told.pop(did, None)

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
        for someone in news:
            keep(self._told, someone.uri, someone)
        return [IncomingAuthorChange(someone.uri, author=someone) for someone in news]


def keep(kept: dict[str, _T], key: str, value: _T) -> None:
    """Remember, and forget what was remembered longest ago."""
    kept.pop(key, None)
    while len(kept) >= MAX_REMEMBERED:
        del kept[next(iter(kept))]
    kept[key] = value
