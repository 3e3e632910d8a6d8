"""What a server is still asked once the event is over: whether the posts we keep of it stand, each of them once a day.

Nothing new is read and no stream is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from ingest.backoff import Backoff
from ingest.http import OutboundError
from ingest.mastodon.errors import ApiError, Denied
from ingest.mastodon.pace import Pace
from ingest.mastodon.recheck import Recheck
from ingest.mastodon.rest import AT_ONCE, Rest
from ingest.mastodon.rounds import RESERVE
from ingest.mastodon.standing import Standing


class Aftercare:
    def __init__(
        self, rest: Rest, recheck: Recheck, pace: Pace, standing: Standing, say: Callable[[], Awaitable[None]]
    ) -> None:
        self._rest, self._recheck, self._pace = rest, recheck, pace
        self._standing, self._say = standing, say

    async def run(self, backoff: Backoff) -> None:
        """For ever, or until the server refuses our token: Denied."""
        while True:
            wait = await self._turn(backoff)
            await asyncio.sleep(wait)

    async def _turn(self, backoff: Backoff) -> float:
        """One look at those whose turn it is. Gives the seconds until the next."""
        due = await self._recheck.due(AT_ONCE)
        if not due or not self._recheck.may_ask(RESERVE + AT_ONCE):
            return self._pace.after
        try:
            answered = await self._recheck.ask(due, AT_ONCE + 1, datetime.now(UTC), reserve=RESERVE)
        except Denied:
            raise
        except (OutboundError, ApiError) as error:
            return await self._fails(str(error), backoff)
        if not answered:
            return await self._fails(f"{self._rest.host} does not tell us whether posts still stand.", backoff)
        backoff.working()
        self._standing.asking_works()
        self._standing.token_ok = True if self._rest.token else self._standing.token_ok
        await self._say()
        return self._pace.next if len(due) == AT_ONCE else self._pace.after

    async def _fails(self, why: str, backoff: Backoff) -> float:
        self._standing.asking_fails(why)
        await self._say()
        return max(self._pace.next, backoff.next())
