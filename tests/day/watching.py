"""A wall through a day that the test hands out: nodes in its page, what its heap keeps, how long frames take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, CDPSession, Page

from tests.day.told import screen, told
from tests.design.browser import SOCKET, snapshot
from tests.design.drawing import page as drawn
from tests.design.drawing import served
from tests.design.posts import CASES, EVENT

SCRIPT = Path(__file__).with_name("day.js").read_text()
MODES = ("strand", "voice", "questions", "holding", "card", "says", "now", "gallery", "people", "overlay")
LIVE = {"address": "/harbour/live", "audience": "public", "screen": "hall"}
SAY = "wall.example/harbour/say"
HOUR = 3_600_000
NOTED = "({ ...day, said: day.said, up: document.querySelector('#stage .mode:not([hidden])')?.dataset.mode })"
STEP = 4_000  # milliseconds of the day in one frame: more often nothing changes on a calm wall
HOURS = 8
MB = 1_000_000


@dataclass(slots=True)
class Seen:
    mode: str
    posts: int = 0
    nodes: int = 0
    grew: float = 0  # bytes of heap, after a collection, since the first hour
    frames: int = 0
    longest: float = 0  # milliseconds
    dropped: int = 0
    over: int = 0  # frames that took more than 50 ms

    def __str__(self) -> str:
        return (
            f"{self.mode:>10}: {self.posts:,} posts, at most {self.nodes} nodes, heap {self.grew / MB:+.1f} MB; "
            f"{self.frames} frames, the longest {self.longest:.0f} ms, {self.dropped} dropped, {self.over} over 50 ms"
        )


@asynccontextmanager
async def wall(
    browser: Browser, mode: str, hours: float, posts: int, first: float, step: int = STEP
) -> AsyncIterator[tuple[Page, CDPSession, list[str]]]:
    """A day of `hours` with `posts`, played as far as the `first` hour."""
    shown = drawn("wall.html", event=EVENT, live=LIVE, theme="dark", say_address=SAY, screen=screen(mode))
    async with served({"/day": shown}, told=lambda path: told(path, mode)) as address:
        context = await browser.new_context(viewport={"width": 1920, "height": 1080})
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        plan = {"templates": list(CASES.values()), "hours": hours, "posts": posts, "step": step, "until": first * HOUR}
        await page.add_init_script(
            f"window.plan = {json.dumps(plan)}; window.first = {json.dumps([snapshot([], EVENT)])};{SCRIPT}{SOCKET}"
        )
        devtools = await context.new_cdp_session(page)
        await devtools.send("Animation.enable")
        await devtools.send("Animation.setPlaybackRate", {"playbackRate": step * 60 / 1_000})
        await page.goto(address + "/day")
        yield page, devtools, wrong
        await context.close()


async def until(page: Page, hour: float) -> None:
    await page.evaluate("until => { plan.until = until; }", hour * HOUR)
    while not await page.evaluate("day.now() >= plan.until"):
        await asyncio.sleep(0.1)


async def heap(devtools: CDPSession) -> int:
    for _ in range(2):
        await devtools.send("HeapProfiler.collectGarbage")
    used: int = (await devtools.send("Runtime.getHeapUsage"))["usedSize"]
    return used


async def day(browser: Browser, mode: str, hours: float, posts: int, first: float) -> tuple[Seen, list[str]]:
    """The whole of it. The heap is compared with what it was once the wall was full."""
    async with wall(browser, mode, hours, posts, first) as (page, devtools, wrong):
        await until(page, first)
        before = await heap(devtools)
        await page.evaluate("day.forget()")
        await until(page, hours)
        after = await heap(devtools)
        noted = await page.evaluate(NOTED)
    counts = {name: noted[name] for name in ("nodes", "frames", "longest", "dropped", "over")}
    up = noted["up"] or "holding"
    return Seen(mode, noted["said"], grew=after - before, **counts), [
        *wrong, *noted["wrong"], *([] if up == mode else [f"{up} was up and not {mode}"]),
    ]  # fmt: skip
