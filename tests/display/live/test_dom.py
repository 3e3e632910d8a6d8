"""The fold invariant in the real document: two real pages, a line that breaks, and hides while it is broken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.domain import log
from app.domain.audience import Audience
from app.models import Verdict
from tests.design.browser import chromium
from tests.display.live.witness import Witness, witness
from tests.display.live.world import World
from tests.proxy import Proxy, proxied
from tests.server import Running

pytestmark = pytest.mark.browser
STAGE: Any = {"viewport": {"width": 1920, "height": 1080}, "reduced_motion": "no-preference"}


def an_act(dice: random.Random) -> tuple[Any, ...]:
    which = dice.randrange(12)
    return dice.choices(
        [
            ("arrive", dice.randrange(3), dice.randrange(60), dice.choice([None, which])),
            ("edit", which, dice.choice(["words", "words", "untag", "private", "label"])),
            ("delete", which),
            ("bridge", which, dice.random() < 0.5),
            ("author", dice.randrange(2), dice.choice(["rename", "unseen", "deactivated", "active", "active"])),
            ("decide", which, dice.choice([Verdict.APPROVE, Verdict.HIDE, Verdict.HIDE]), 0),
            ("undo", which, 0),
            ("freeze", dice.random() < 0.3),
        ],
        weights=[10, 4, 1, 2, 2, 6, 2, 1],
    )[0]


async def truth_now(world: World) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    async with world.database.reading() as db:
        here = await log.head(db, world.event.id)
    posts, event = world.truth[here][Audience.PUBLIC]
    return posts, event


async def eventually(holds: Callable[[], Awaitable[bool]], within: float = 15) -> None:
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.05)


FOLD = """async posts => {
  const script = document.querySelector("script[src*='wall.js']").src;
  const { Threads } = await import(script.replace("wall.js", "threads.js"));
  return new Threads().fold(posts).map(post => post.id);
}"""


async def all_agree(world: World, strand: Witness, wall: Witness) -> bool:
    """A wall has room for six, whoever's turn it is, in the order of saying; frozen it holds nobody's words at all."""
    truth, event = await truth_now(world)
    voices: list[int] = await wall.page.evaluate(FOLD, truth)  # a thread is one voice
    on_wall = await wall.shown()
    in_order = on_wall == [id for id in voices if id in on_wall]
    whole = await strand.shown() == [post["id"] for post in truth]
    return whole and in_order and len(on_wall) == (0 if event["frozen"] else min(6, len(voices)))


async def broken_line(proxy: Proxy, world: World, fault: str, meanwhile: list[tuple[Any, ...]]) -> None:
    """Acts that nobody on the other side can hear of, and then the way is free again."""
    if fault == "blackhole":
        proxy.blackhole = True
    proxy.refusing = True
    if fault == "cut":
        proxy.cut()
    elif fault == "reset":
        proxy.reset()
    for act in meanwhile:
        await world.act(*act)
    if fault == "blackhole":  # a browser notices only silence; here it is told after a moment
        proxy.blackhole = False
        proxy.reset()
    proxy.refusing = False


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_everything_the_documents_hold_what_the_server_says_and_never_held_more(
    running: Running, served: World, seed: int
) -> None:
    dice = random.Random(seed)
    for _ in range(9):
        await served.act("arrive", dice.randrange(3), dice.randrange(60), None)
    async with proxied("127.0.0.1", running.port) as proxy, chromium() as browser:
        context = await browser.new_context(**STAGE)
        strand = await witness(context, f"{proxy.base}/{served.event.slug}")
        wall = await witness(context, f"{proxy.base}/{served.event.slug}/wall?screen=left")
        await eventually(lambda: all_agree(served, strand, wall))
        for fault in ("cut", "blackhole", "reset", "none", "reset", "cut"):
            for _ in range(8):
                await served.act(*an_act(dice))
            hides = [("decide", dice.randrange(12), Verdict.HIDE, 0) for _ in range(3)]
            anew = [("reset",)] if fault == "reset" and dice.random() < 0.5 else []
            if fault != "none":
                await broken_line(proxy, served, fault, [*hides, *anew, an_act(dice), an_act(dice)])
            await eventually(lambda: all_agree(served, strand, wall))
        await served.act("freeze", False)
        for one in (strand, wall):
            assert await one.testify(served) > 20
            assert one.wrong == []
        assert proxy.fired["cut"] > 0
        assert proxy.fired["reset"] > 0
        assert proxy.fired.get("refused", 0) + proxy.fired.get("swallowed", 0) > 0, "the broken line was felt"


async def test_a_screen_that_painted_a_hide_says_so(running: Running, served: World) -> None:
    """What the desk is told of a screen is what is in its document."""
    await served.say()
    await served.say()
    async with chromium() as browser:
        wall = await witness(await browser.new_context(**STAGE), f"{running.base}/{served.event.slug}/wall?screen=left")
        await eventually(lambda: wall_has(wall, 2))
        await served.hide(0)
        words = running.app.state.live.presence
        async with asyncio.timeout(10):
            while (word := words._said.get((served.event.id, "left"))) is None or word.seq < 3:
                await asyncio.sleep(0.002)
        assert await wall_has(wall, 1)
        assert await wall.testify(served) > 0


async def wall_has(wall: Witness, count: int) -> bool:
    return len(await wall.shown()) == count
