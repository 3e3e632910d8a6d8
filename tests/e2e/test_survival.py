"""A wall survives what happens on the way: whatever is cut, for however long, it misses nothing, shows nothing that is
not so, and never a stranger's page. Each line is held against a log of everything that was ever in the document."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product

import pytest
from playwright.async_api import Browser

from app.domain import moderation
from app.models import Verdict
from display.live import channel
from tests.conftest import NOW
from tests.display.live.test_dom import an_act
from tests.display.live.world import World
from tests.e2e.chaos import ANSWERS, FAULTS, LINES, STRANGER, Chaos
from tests.e2e.hall import Hall, eventually, hall
from tests.server import Running

pytestmark = pytest.mark.browser
SECONDS, MINUTES, HOURS = 1_000, 60_000, 3_600_000


@pytest.fixture
async def wall(browser: Browser, served: World, chaos: Chaos) -> AsyncIterator[Hall]:
    for minutes in (50, 40, 30, 20, 10, 5, 4, 3):
        await served.act("arrive", minutes % 3, minutes, None)
    async with hall(browser, served, chaos) as opened:
        yield opened


async def a_busy_while(world: World, dice: random.Random, acts: int) -> None:
    """Things are said, changed, hidden and taken back; and what stood there when the line went is hidden."""
    for n in range(acts):
        await world.act(*(an_act(dice) if n % 3 else ("decide", dice.randrange(14), Verdict.HIDE, 0)))
    await world.act("freeze", False)
    await world.say()


LENGTHS = {"5 s": (5 * SECONDS, 6), "10 min": (10 * MINUTES, 20), "2 h": (2 * HOURS, 60)}
EVERYDAY = {("5 s", "reset"), ("10 min", "half open"), ("2 h", "cut")}  # all nine are tried where there is time


@pytest.mark.parametrize(
    ("length", "fault"),
    [
        pytest.param(*both, id=", ".join(both), marks=() if both in EVERYDAY else pytest.mark.soak)
        for both in product(LENGTHS, LINES)
    ],
)
async def test_survival_it_resumes_after_any_while_and_any_end_of_the_line(
    wall: Hall, monkeypatch: pytest.MonkeyPatch, length: str, fault: str
) -> None:
    milliseconds, acts = LENGTHS[length]
    monkeypatch.setattr(channel, "RESUMABLE", 40)  # two hours are more than can be told piece by piece
    dice = random.Random(f"{fault} {length}")
    await wall.away(fault, milliseconds, lambda: a_busy_while(wall.world, dice, acts))
    await wall.back()
    assert await wall.testify() > 10
    assert wall.chaos.felt > 0
    resets = await wall.page.evaluate("witness.filter(([what, more]) => what === 'heard' && more[2]).length")
    assert resets == (2 if acts > 40 else 1), "it resumes where it can, and begins anew where it must"


async def test_survival_a_slow_line_costs_time_and_nothing_else(wall: Hall) -> None:
    wall.chaos.begin("slow")
    await a_busy_while(wall.world, random.Random(3), 12)
    await wall.back()
    assert wall.chaos.proxy.fired["delayed"] > 0
    wall.chaos.end()
    assert await wall.testify() > 10


async def test_survival_a_reload_without_network_shows_the_card_and_the_last_safe_state(wall: Hall) -> None:
    visited: list[str] = []
    wall.page.on("framenavigated", lambda frame: visited.append(frame.url))
    for fault in FAULTS:
        await _reload_and_come_back(wall, fault)
    assert all(url.startswith(wall.chaos.base) for url in visited)
    assert len(visited) == len(FAULTS)


async def _reload_and_come_back(wall: Hall, fault: str) -> None:
    wall.chaos.begin(fault)
    await wall.page.reload(timeout=20_000)
    await eventually(wall.rests, "the card")
    assert STRANGER not in await wall.page.content(), fault
    assert wall.world.event.title in await wall.page.inner_text("#holding")
    assert await wall.page.locator("article").count() == 0, "no post is kept"
    assert await wall.page.evaluate("[...document.styleSheets].every(sheet => sheet.cssRules.length)"), "it is dressed"
    await wall.page.clock.run_for(40_000)
    assert await wall.rests()
    await wall.world.hide(len(wall.world.posts) - 2)
    await wall.world.say()
    wall.chaos.end()
    await wall.page.evaluate("window.neverReloaded = true")
    await wall.back()
    assert await wall.page.evaluate("window.neverReloaded"), "it comes back without a reload"
    await wall.testify()
    assert wall.chaos.felt > 0


async def test_survival_strangers_are_never_read_by_a_wall_that_is_open(wall: Hall) -> None:
    """What it asks for while somebody else answers in our name is not ours, also where it looks like it."""
    asked = (
        "wall/screen.json?screen=hall",
        "sessions.json",
        "wall/airtime.json?screen=hall",
        "qr.svg",
        "theme.css?v=9",
    )
    for fault in ANSWERS:
        wall.chaos.begin(fault)
        for path in asked:
            read = await wall.page.evaluate(
                "async path => { try { return await (await fetch(path)).text(); } catch { return null; } }",
                f"/{wall.world.event.slug}/{path}",
            )
            assert read is None or STRANGER not in read, (fault, path)
        for _ in range(6):
            await wall.page.clock.run_for(10_000)
            assert STRANGER not in await wall.page.content(), fault
        assert await wall.rests()
        wall.chaos.end()
        await wall.world.say()
        await wall.back()
    await wall.testify()


async def test_survival_a_frozen_wall_is_frozen_and_a_dark_one_dark_also_after_a_reload_without_network(
    wall: Hall, running: Running
) -> None:
    async with running.database.transaction() as db:
        await moderation.blank(db, wall.world.event, True, running.clock())
    await eventually(wall.page.locator("#dark").is_visible, "dark")
    await wall.page.clock.run_for(6_000)  # until that is kept
    wall.chaos.begin("cut")
    await wall.page.reload()
    await eventually(wall.page.locator("#dark").is_visible, "still dark")


@pytest.mark.parametrize("hours", [-2, 2])
async def test_survival_a_machine_whose_clock_is_wrong_by_two_hours_tells_the_right_time(
    browser: Browser, served: World, chaos: Chaos, running: Running, hours: int
) -> None:
    await served.say()
    async with hall(browser, served, chaos, now=NOW + timedelta(hours=hours)) as wall:

        async def right() -> bool:
            shown = await wall.page.locator("[data-shows=clock]").all_inner_texts()
            return "11:00" in shown  # 09:00 in London is 11:00 in the event's own zone

        await eventually(right, "the server's time in the event's zone")
        await wall.page.clock.run_for(6_000)
        kept = await wall.page.evaluate("JSON.parse(Object.values(localStorage)[0])")
        assert abs(kept["at"] - NOW.timestamp() * 1000) < 60_000
        assert abs(kept["ahead"] + hours * HOURS) < 60_000
        wall.chaos.begin("cut")
        await wall.page.reload()
        await eventually(wall.rests, "the card")
        await wall.world.say()
        wall.chaos.end()
        await wall.back()
        assert await wall.testify() > 0


async def test_survival_who_was_never_here_waits_in_the_dark_and_comes_by_itself(wall: Hall) -> None:
    """Another screen's shell is not theirs: it may be for another audience."""
    wall.chaos.begin("gateway")
    other = await wall.context.new_page()
    await other.goto(f"{wall.chaos.base}/{wall.world.event.slug}/wall?screen=foyer")
    assert (await other.inner_text("body")).strip() == ""
    wall.chaos.end()
    await eventually(other.locator("#stage").is_visible, "it looks again by itself", 30)


async def test_survival_memory_is_flat_whatever_breaks(wall: Hall) -> None:
    """A sample of the long day: the same again and again, with a broken line each time."""
    tools = await wall.context.new_cdp_session(wall.page)
    await tools.send("Performance.enable")
    dice = random.Random(11)

    async def a_round() -> None:
        for _ in range(12):
            await wall.world.say()
        await wall.away(dice.choice(LINES), 15 * SECONDS, wall.world.say)
        await wall.back()
        await wall.page.evaluate("witness.length = 0")

    async def used() -> tuple[float, float]:
        for _ in range(2):
            await tools.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in (await tools.send("Performance.getMetrics"))["metrics"]}
        return told["JSHeapUsedSize"] / 1e6, told["Nodes"]

    for _ in range(3):
        await a_round()
    before, _ = await used()
    for _ in range(5):
        await a_round()
    after, _ = await used()
    elements = await wall.page.evaluate("document.querySelectorAll('*').length")
    print(f"\nheap {before:.1f} -> {after:.1f} MB over {5 * 13} posts and 5 broken lines, {elements} elements")
    assert after - before < 2
    assert elements <= 400
    assert len(await wall.shell()) == 1
