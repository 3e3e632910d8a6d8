"""The wall's shell in a real browser, the test as the server: pause, looks, pins, sponsors, failing modes, a flood."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import page as draw
from tests.design.drawing import served
from tests.design.pages import WALL
from tests.design.posts import CASES, EVENT, POSTS, plain

pytestmark = pytest.mark.browser

LYING: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
UPRIGHT: dict[str, Any] = {"viewport": {"width": 1080, "height": 1920}}
LOOK: dict[str, Any] = {
    "theme": "dark", "density": "normal", "metres": 0, "height": 0, "columns": 1, "margin": 0, "turn": 0,
    "sponsors": True, "pictures": True,
}  # fmt: skip
BEYOND = """() => {
  const edge = document.getElementById("wall").getBoundingClientRect();
  const over = (box) => box.bottom > edge.bottom + 1 || box.right > edge.right + 1;
  const out = (box) => box.width && (over(box) || box.left < edge.left - 1 || box.top < edge.top - 1);
  return [...document.querySelectorAll("#stage :is(.telling, .nowplace, .sayplace, .thanks)")]
    .filter((one) => out(one.getBoundingClientRect())).map((one) => one.textContent.slice(0, 40));
}"""
OVERLAP = """() => {
  const boxes = [...document.querySelectorAll("#voices .telling")].map((one) => one.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a, b))).length;
}"""


COUNTING = """() => {
  window.changes = 0;
  const moved = (all) => all.some((one) => one.addedNodes.length || one.removedNodes.length);
  new MutationObserver((all) => { window.changes += moved(all) ? 1 : 0; })
    .observe(document.getElementById("voices"), { childList: true });
  window.frames = [];
  const once = window.requestAnimationFrame;
  window.requestAnimationFrame = (act) => once((at) => {
    const from = performance.now();
    act(at);
    window.frames.push(performance.now() - from);
  });
}"""
FALLING = """async () => {
  const script = document.querySelector("script[src*='wall.js']").src;
  const { Stage } = await import(script.replace("wall.js", "wall/stage.js"));
  const layer = document.body.appendChild(document.createElement("div"));
  const troubles = [];
  let [now, sick] = [0, true];
  const no = () => { throw new Error("no"); };
  class Sick {
    show() { if (sick) no(); }
    get shown() { return [1]; }
    end() {}
  }
  class Strand {
    static sick = false;
    show() { if (Strand.sick) no(); }
    get shown() { return [2]; }
    end() { no(); }
  }
  const wall = { still: true, trouble: (kind) => troubles.push(kind) };
  const stage = new Stage(layer, wall, { sick: Sick, strand: Strand }, () => now);
  const up = (name) => {
    stage.show(name);
    return [stage.name, stage.shown[0] ?? 0, layer.children.length];
  };
  const seen = [up("sick"), up("unheard of")];
  sick = false;
  seen.push(up("sick"));
  now = 60_000;
  seen.push(up("sick"));
  Strand.sick = true;
  seen.push(up("strand"));
  layer.remove();
  return [seen, troubles.length];
}"""


def state(look: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": "hall", "audience": "public", "room": "", "mode": "strand", "programme": [], "quiet": [], "says": None,
        "paused": False, "sponsors": [], "now": "2026-06-12T08:00:00Z",
    }  # fmt: skip
    return {**told, **more, "look": {**LOOK, **(look or {})}}


def wall(screen: dict[str, Any]) -> dict[str, str]:
    theme = screen["look"]["theme"]
    return {"/wall": draw("wall.html", event=EVENT, live=WALL, theme=theme, say_address="wall.example", screen=screen)}


def new(id: int, words: str = "Newly said.", **more: Any) -> dict[str, Any]:
    return {**plain(id, f"13:{id % 60:02d}", f"Somebody {id}", words), **more}


def puts(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "put", "post": post} for post in posts]


async def shown(page: Page) -> list[int]:
    found: list[int] = await page.eval_on_selector_all("#voices article", "all => all.map(a => Number(a.dataset.id))")
    return found


@pytest.mark.parametrize("key", ["p", "P", " "])
async def test_a_wall_can_be_paused_and_says_how_many_wait_but_what_is_hidden_goes(key: str) -> None:
    async with served(wall(state())) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **LYING)
        await page.wait_for_selector(".slot")
        before = await shown(page)
        await page.keyboard.press(key)
        assert await page.inner_text("#paused") == "Paused"
        await say(page, frame(2, *puts([new(900 + n) for n in range(12)])))
        await page.wait_for_function("() => document.getElementById('paused').textContent.includes('12')")
        assert await page.inner_text("#paused") == "Paused · 12 more"
        assert await shown(page) == before
        await say(page, frame(3, {"type": "drop", "id": before[2]}))
        assert before[2] not in await shown(page)
        await page.keyboard.press(key)
        await page.wait_for_selector("#voices [data-id='911']")
        assert not await page.locator("#paused").is_visible()
        assert not wrong


async def test_the_desk_pauses_a_screen_and_a_pinned_post_stays_on_it() -> None:
    pinned = POSTS[0]["id"]
    async with served(wall(state(paused=True))) as address, chromium() as browser:
        first = [snapshot(POSTS, {**EVENT, "pins": [pinned]})]
        page, wrong = await opened(browser, address + "/wall", first, **LYING)
        await page.wait_for_selector(".slot[data-pinned]")
        assert await page.inner_text("#paused") == "Paused"
        assert (await shown(page))[0] == pinned, "in the order of saying, like everybody else"
        assert len(await shown(page)) == 6
        await say(page, frame(2, {"type": "drop", "id": pinned}))
        assert pinned not in await shown(page)
        assert not wrong


@pytest.mark.parametrize("stage", [LYING, UPRIGHT], ids=["lying", "upright"])
@pytest.mark.parametrize(
    "look",
    [
        {}, {"density": "calm"}, {"density": "full"}, {"columns": 2}, {"columns": 3, "density": "full"},
        {"turn": 90, "margin": 5}, {"turn": 180}, {"metres": 14, "height": 2},
        {"metres": 40, "height": 2, "columns": 3},
    ],
    ids=str,
)  # fmt: skip
async def test_in_every_look_what_is_said_stays_in_the_picture_and_apart(look: dict[str, Any], stage: Any) -> None:
    """With all the bad input there is, and under 400 nodes."""
    hard = [{**case, "id": 700 + n} for n, case in enumerate(CASES.values())]
    sponsors = [{"name": f"Sponsor {n}", "src": f"/{n}.svg"} for n in range(7)]
    async with served(wall(state(look, sponsors=sponsors))) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [], **stage)
        for n in range(0, len(hard), 12):
            await say(page, {**snapshot(hard[n : n + 12], EVENT), "seq": n + 1})
            await page.wait_for_selector(".slot")
            assert await page.evaluate(BEYOND) == []
            assert await page.evaluate(OVERLAP) == 0
            assert await page.evaluate("document.querySelectorAll('main *').length") <= 400
        assert not wrong


async def test_sixty_posts_in_one_second_are_one_movement_and_no_frame_is_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    many = [new(1000 + n, "Words that somebody says, about as many as people say. " * 2) for n in range(200)]
    async with served(wall(state())) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [snapshot(many, EVENT)], **LYING)
        await page.wait_for_selector(".slot")
        await page.evaluate(COUNTING)
        for n in range(60):
            await say(page, frame(2 + n, *puts([new(2000 + n, "A new voice among sixty. " * 3)])))
            await page.wait_for_timeout(10)
        await page.wait_for_timeout(600)
        assert await page.evaluate("window.changes") == 1
        assert len(await shown(page)) == 6
        frames = sorted(await page.evaluate("window.frames"))
        p95 = frames[int(len(frames) * 0.95)]
        with capsys.disabled():
            print(
                f"\n60 posts in one second: script and layout per frame p95 {p95:.1f} ms, longest {frames[-1]:.1f} ms"
            )
        assert await page.evaluate("document.querySelectorAll('main *').length") <= 400
        assert not wrong


async def test_nothing_on_a_wall_leads_anywhere_and_a_sponsor_without_a_logo_is_left_out() -> None:
    sponsors = [{"name": "There", "src": "/there.svg"}, {"name": "Lost", "src": "/lost.png"}]
    async with served(wall(state(sponsors=sponsors))) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **LYING)
        await page.wait_for_selector(".thanks img[alt=There]")
        await page.wait_for_selector(".thanks img[alt=Lost]", state="detached")
        link = "Object.assign(document.createElement('a'), {href: '/away', textContent: 'x'})"
        await page.evaluate(f"document.getElementById('voices').append({link})")
        await page.evaluate("document.querySelector('#voices > a').click()")
        assert page.url == address + "/wall"
        assert await page.evaluate("getComputedStyle(document.getElementById('wall')).cursor") == "none"


async def test_a_mode_that_throws_gives_way_to_the_strand_and_that_to_the_holding_card() -> None:
    async with served(wall(state())) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall", [], **LYING)
        seen, troubles = await page.evaluate(FALLING)
        assert seen == [["strand", 2, 1], ["strand", 2, 1], ["strand", 2, 1], ["sick", 1, 1], [None, 0, 0]]
        assert troubles >= 2
