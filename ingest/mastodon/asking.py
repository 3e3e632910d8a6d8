"""Asking one server again and again: rounds at the pace that the streams leave, through refusals and silence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from ingest.backoff import Backoff
from ingest.http import OutboundError
from ingest.mastodon.errors import ApiError, Denied
from ingest.mastodon.hearing import Hearing
from ingest.mastodon.pace import Pace
from ingest.mastodon.rest import Rest
from ingest.mastodon.rounds import RESERVE, Rounds
from ingest.mastodon.standing import Standing
from ingest.mastodon.unheard import Unheard
from ingest.mastodon.upkeep import Upkeep


class Asking:
    def __init__(
        self,
        rest: Rest,
        rounds: Rounds,
        upkeep: Upkeep,
        pace: Pace,
        standing: Standing,
        unheard: Unheard,
        hearing: Hearing,
        woken: asyncio.Event,
        say: Callable[[], Awaitable[None]],
    ) -> None:
        self._rest, self._rounds, self._upkeep = rest, rounds, upkeep
        self._pace, self._standing = pace, standing
        self._unheard, self._hearing = unheard, hearing
        self._woken, self._say = woken, say

    async def run(self, clock: Callable[[], float]) -> None:
        """For ever, or until the server refuses: Denied."""
        backoff = Backoff(self._pace.first_wait, self._pace.longest_wait)
        count = 0
        while True:
            self._woken.clear()
            try:
                more = await self._round(self._standing.streaming or count % self._pace.deep_every == 0, clock())
            except Denied:
                raise
            except (OutboundError, ApiError) as error:
                self._standing.asking_fails(str(error))
                await self._say()
                await asyncio.sleep(backoff.next())
                continue
            count += 1
            backoff.working()
            self._standing.asking_works()
            self._standing.token_ok = True if self._rest.token else self._standing.token_ok
            await self._say()
            await self._pause(hurry=more)

    async def _round(self, deep: bool, began: float) -> bool:
        """True while there is more of the past to read."""
        self._note_what_was_missed()
        pages = self._pages(deep)
        seen, floor = await self._rounds.read(pages, _now())
        await self._upkeep.look_after(seen, floor, began, _now(), self._rounds.stretches())
        more = await self._rounds.past(self._pace.past_pages, _now())
        if deep and not more:
            await self._rounds.beneath(self._pace.deep_pages, _now())
        if deep:
            await self._upkeep.take_turns(seen | self._rounds.passed(), began, _now())
        return more

    def _pages(self, deep: bool) -> int:
        """How far down from the newest. Lists tell of posts at less cost than asking for them one by one."""
        if not deep:
            return 1
        cheaper = self._upkeep.one_by_one and self._rest.allowance.spare() > RESERVE
        return self._pace.sweep_pages + (self._pace.more_pages if cheaper else 0)

    def _note_what_was_missed(self) -> None:
        missed = self._unheard.settle(self._hearing.heard)
        why = (
            f"The live stream of {self._rest.host} leaves posts out, which only asking finds: the token's account there"
            " should have chosen no languages, and have muted and blocked nobody."
        )
        self._standing.note("missed", why if missed else "")

    async def _pause(self, *, hurry: bool) -> None:
        seconds = self._pace.sweep if self._standing.streaming and not hurry else self._pace.poll
        with contextlib.suppress(TimeoutError):
            # Not wait_for: before Python 3.12 it loses a cancellation that comes in the same moment as the wake.
            async with asyncio.timeout(seconds):
                await self._woken.wait()


def _now() -> datetime:
    return datetime.now(UTC)
