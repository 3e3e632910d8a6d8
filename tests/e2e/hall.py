"""A wall in a hall: a real Chromium behind the chaos, with a clock of its own, and a witness inside the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from app.domain import log
from app.domain.audience import Audience
from tests.display.live.witness import Witness, witness
from tests.display.live.world import World
from tests.e2e.chaos import STRANGER, Chaos

SLOTS = 6
# Beside the socket a wall hears frames by server-sent events, and may be told of posts by what it asks, earlier than by
# its line: that is noted with the number it was true at.
ASKED = """
const Source = window.EventSource;
window.EventSource = class extends Source {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const { epoch, seq, messages } = JSON.parse(data);
      window.witness.push(["heard", [epoch, seq, messages.some(m => m.type === "reset" || m.type === "snapshot")]]);
    });
  }
};
const real = window.fetch;
window.asked = [];
window.fetch = async (...given) => {
  const answer = await real(...given);
  if (String(given[0]).includes(".json")) answer.clone().json().then(({ seq, firsts = [], posts = [] }) => {
    if (Number.isInteger(seq)) window.asked.push([seq, [...firsts, ...[posts].flat()].map(({ id }) => id)]);
  }, () => {});
  return answer;
};
"""
STAGE: Any = {"viewport": {"width": 1920, "height": 1080}, "reduced_motion": "reduce"}
STEP = 1_000


async def eventually(holds: Callable[[], Awaitable[object]], what: str, within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.05)
    assert what


@dataclass(slots=True)
class Hall:
    context: BrowserContext
    world: World
    chaos: Chaos
    eyes: Witness

    @property
    def page(self) -> Page:
        return self.eyes.page

    async def now(self) -> tuple[str, int]:
        async with self.world.database.reading() as db:
            return await log.head(db, self.world.event.id)

    async def newest(self) -> set[int]:
        """The last that were said; what answers somebody is shown with what it answers."""
        posts, _ = self.world.truth[await self.now()][Audience.PUBLIC]
        return {post["id"] for post in posts[-SLOTS:] if not post["reply_to"]}

    async def is_live(self) -> bool:
        return await self.page.locator("#stage").is_visible() and not await self.page.inner_text("#badge")

    async def rests(self) -> bool:
        return await self.page.locator("#holding").is_visible() and not await self.page.locator("#stage").is_visible()

    async def shell(self) -> list[str]:
        """The shells that are kept whole: their names."""
        found: list[str] = await self.page.evaluate(
            """async () => { const whole = []; for (const name of await caches.keys())
               if (await (await caches.open(name)).match(location.pathname + location.search)) whole.push(name);
               return navigator.serviceWorker.controller ? whole : []; }"""
        )
        return found

    async def settled(self) -> None:
        """Open, heard, and kept whole for bad times."""
        await eventually(self.is_live, "it hears the house")
        await eventually(self.shell, "its shell is kept")
        await eventually(self._kept, "its last safe state is kept")

    async def _kept(self) -> bool:
        return bool(await self.page.evaluate("Object.keys(localStorage).length"))

    async def away(self, fault: str, milliseconds: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """So long by the browser's clock nothing comes through, while things happen in the house."""
        self.chaos.begin(fault)
        await meanwhile()
        steps = max(1, min(40, milliseconds // STEP))
        for _ in range(steps):
            await self.page.clock.run_for(min(STEP, milliseconds // steps))
            await self.page.clock.fast_forward(max(0, milliseconds // steps - STEP))
        self.chaos.end()

    async def back(self) -> None:
        """It hears the house again, and knows all that happened."""

        async def so() -> bool:
            await self.page.clock.run_for(1_000)
            heard = await self.page.evaluate("witness.findLast(([what]) => what === 'heard')?.[1]")
            return await self.is_live() and heard is not None and tuple(heard[:2]) == await self.now()

        await eventually(so, "it is back", 60)

    async def painted(self) -> set[int]:
        found: list[int] = await self.page.evaluate(
            "[...new Set(witness.filter(([what]) => what === 'painted').flatMap(([, ids]) => ids))]"
        )
        return set(found)

    async def testify(self) -> int:
        """missed 0: the newest voices have their turn within minutes. extra 0, hidden never painted: nothing stood
        there that was not true at the number last heard. Nothing of strangers anywhere."""

        async def nothing_is_missed() -> bool:
            await self.page.clock.run_for(2_000)
            return await self.newest() <= await self.painted()

        await eventually(nothing_is_missed, "each was on", 40)
        looked = await self._extra()
        assert STRANGER not in await self.page.content()
        assert STRANGER not in await self.page.title()
        assert self.eyes.wrong == []
        return looked

    async def _extra(self) -> int:
        log: list[tuple[str, Any]] = await self.page.evaluate("witness")
        asked: list[tuple[int, list[int]]] = await self.page.evaluate("asked")
        cursor: tuple[str, int] | None = None
        looked = 0
        for what, more in log:
            if what == "heard":
                epoch, seq, begins = more
                if cursor is None or begins or (epoch == cursor[0] and seq >= cursor[1]):
                    cursor = (epoch, seq)
            elif cursor is not None:
                extra = set(more) - self._true_at(cursor)
                for seq, ids in asked:
                    if seq > cursor[1]:
                        extra -= set(ids) & self._true_at((cursor[0], seq))
                assert not extra, f"{extra} {what} at {cursor}, asked {asked}"
                looked += 1
        return looked

    def _true_at(self, cursor: tuple[str, int]) -> set[int]:
        return {post["id"] for post in self.world.truth[cursor][Audience.PUBLIC][0]}


@asynccontextmanager
async def hall(
    browser: Browser, world: World, chaos: Chaos, now: Any = None, screen: str = "hall"
) -> AsyncIterator[Hall]:
    """A wall that is open and settled. `now`: what the machine's clock says."""
    context = await browser.new_context(**STAGE)
    await context.clock.install(time=now)
    await context.add_init_script(f"{{{ASKED}}}")
    eyes = await witness(context, f"{chaos.base}/{world.event.slug}/wall?screen={screen}")
    opened = Hall(context, world, chaos, eyes)
    await opened.settled()
    yield opened
    await context.close()
