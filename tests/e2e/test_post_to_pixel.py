"""From an author's own service to the wall: how soon a published post is painted, with no approval between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from statistics import quantiles

import pytest
from playwright.async_api import Page

from ingest.types import Network
from tests.e2e.house import TAG, House
from tests.e2e.pages import Room, room, until
from tests.e2e.test_one_post import WAYS, reads
from tests.upstream import Upstream, upstream

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

APART = 4.5  # seconds: a wall changes at most every four, and this is about the way, not about its calm
GOAL = 1.0  # seconds, of ninety-five in a hundred
HARD = 10.0  # what is slower than this on a machine that is busy with other tests is broken
STREAMS = {"mastodon-stream": Network.MASTODON, "jetstream-v2": Network.BLUESKY}
# The moment after the first frame in which the words were there. The clock is the machine's, as the test's is.
NOTE = """
window.painted = {};
new MutationObserver(() => {
  for (const [, n] of (document.getElementById("voices")?.textContent ?? "").matchAll(/Ferry number (\\d+) /g)) {
    if (n in window.painted) continue;
    window.painted[n] = null;
    requestAnimationFrame(() => setTimeout(() => { window.painted[n] = Date.now() / 1000; }));
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    for slug in STREAMS:
        house.event(slug, policy="open")
    house.serve()
    yield house
    house.close()


async def measured(served: House, name: str, posts: int) -> list[float]:
    """Seconds from published to painted, of each post."""
    async with upstream() as servers, room(served, name) as people:
        way = WAYS[name]
        await asyncio.to_thread(served.done, "source", "add", name, way.kind, *way.options(servers))
        await until(lambda: reads(people), "the source is read", 20)
        wall = await watched(people)
        took = [await one(servers, STREAMS[name], wall, n) for n in range(posts)]
    ranks = quantiles(took, n=100, method="inclusive")
    told = f"p50 {ranks[49]:.2f} s, p95 {ranks[94]:.2f} s, longest {max(took):.2f} s (goal: p95 {GOAL} s)"
    print(f"\npost to pixel, {name}: {posts} posts, {told}")
    return took


async def watched(people: Room) -> Page:
    """A wall without motion: a post that comes in is painted whole."""
    page = await (await people.browser.new_context(reduced_motion="reduce")).new_page()
    await page.add_init_script(NOTE)
    await page.goto(f"{people.house.base}/{people.slug}/wall?screen=hall")
    await until(lambda: page.locator("#stage").is_visible(), "the wall has heard the server")
    return page


async def one(servers: Upstream, network: Network, wall: Page, n: int) -> float:
    servers.say(network, f"Ferry number {n} leaves now #{TAG}")
    published = time.time()
    painted = None
    while painted is None:
        assert time.time() - published < HARD, f"post {n} was not painted within {HARD} s"
        await asyncio.sleep(0.05)
        painted = await wall.evaluate("n => window.painted[n] ?? null", str(n))
    await asyncio.sleep(max(0.0, float(painted) + APART - time.time()))
    return float(painted) - published


@pytest.mark.parametrize("name", STREAMS)
async def test_a_post_on_a_stream_is_painted_on_the_wall_within_seconds(served: House, name: str) -> None:
    await measured(served, name, 5)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", STREAMS)
async def test_fifty_posts_on_a_stream_from_published_to_painted(served: House, name: str) -> None:
    await measured(served, name, 50)
