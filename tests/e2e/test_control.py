"""Authors in control, the whole way: without JavaScript, and from a deletion upstream to every page."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from ingest.types import Network
from tests.e2e.house import TAG, House
from tests.e2e.pages import OURS, room, says, until
from tests.upstream import Upstream, upstream

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
CANARY = "canaryofacontrolledpost"
WORDS = f"{CANARY} the ferry leaves at nine #{TAG}"
PROMISED = 2.0  # seconds from the moment we are told
WAYS: dict[Network, Callable[[Upstream], list[str]]] = {
    Network.MASTODON: lambda u: ["--server", u.mastodon.base, "--token", u.mastodon.token or ""],
    Network.BLUESKY: lambda u: ["--jetstream", u.jetstream.base, "--appview", u.appview.base],
}
Hop = Callable[[str, float], None]


async def _number(house: House, slug: str) -> int:
    """Of the one post that is shown."""
    async with httpx.AsyncClient(base_url=house.base) as web:
        found = re.findall(r'<article[^>]* data-id="(\d+)"', (await web.get(f"/{slug}")).text)
        return int(found[0])


async def _leaks(house: House, slug: str, number: int) -> list[str]:
    """The surfaces on which the words stand now."""
    paths = [
        f"/{slug}", f"/{slug}?q={CANARY}", f"/{slug}/posts/{number}", f"/{slug}/people", f"/{slug}/feed.atom",
        f"/{slug}/feed.json", f"/{slug}/strand.csv", f"/{slug}/strand.jsonl", f"/api/v1/events/{slug}/posts",
        f"/{slug}/posts/{number}/report", f"/{slug}/posts/{number}/act",
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=house.base) as web:
        answers = await asyncio.gather(*(web.get(path) for path in paths))
    text = re.compile(f"(?<!q=){CANARY} the")  # what was asked for stands in the search's own field
    return [path for path, answer in zip(paths, answers, strict=True) if text.search(answer.text)]


async def _clean(house: House, slug: str, number: int) -> bool:
    return not await _leaks(house, slug, number)


async def _seen(house: House, slug: str) -> bool:
    async with httpx.AsyncClient(base_url=house.base) as web:
        return CANARY in (await web.get(f"/{slug}")).text


@pytest.fixture
def served(tmp_path: Path) -> House:
    house = House(tmp_path)
    for network in WAYS:
        house.event(network.value, policy="open")
    house.event("form", policy="open")
    house.serve()
    return house


@pytest.mark.parametrize("slug", ["form"])
async def test_report_and_remove_work_without_javascript_and_leave_every_screen(
    served: House, hop: Hop, slug: str
) -> None:
    try:
        async with room(served, slug) as people:
            await people.write(WORDS)
            number = await _number(served, slug)
            wall, strand = await people.wall(), await people.strand()
            await until(lambda: says(wall, CANARY), "the wall shows it")
            context = await people.browser.new_context(java_script_enabled=False, locale="en-GB")
            plain = await context.new_page()

            await plain.goto(f"{served.base}/{slug}/posts/{number}/report")
            await plain.get_by_label("It attacks somebody").check()
            await plain.get_by_label("What should the moderators know?").fill("It is about me.")
            await plain.get_by_role("button", name="Send it to the moderators").click()
            await plain.get_by_text("Thank you. The moderators").wait_for()
            assert await says(wall, CANARY), "one report hides nothing"

            assert len(await _leaks(served, slug, number)) >= 9
            await plain.goto(f"{served.base}/{slug}/remove?post={number}")
            began = time.monotonic()
            await plain.get_by_role("button", name="Take it out of sight").click()
            await plain.get_by_text("It is out of sight, everywhere here.").wait_for()
            for page, name in ((wall, "removal→wall"), (strand, "removal→strand")):
                await until(lambda page=page: _not(says(page, CANARY)), name, 3)  # type: ignore[misc]
                hop(name, time.monotonic() - began)
            assert await _leaks(served, slug, number) == []
            await plain.get_by_role("link", name="This is me").click()
            await plain.get_by_role("button", name="Give me a word").click()
            await plain.get_by_label("An address of yours").fill("@kim@127.0.0.1:1")
            await plain.get_by_role("button", name="This is mine").click()
            await plain.locator(".claim", has_text="@kim@127.0.0.1:1").wait_for()
            await context.close()
    finally:
        served.close()


@pytest.mark.parametrize("network", WAYS)
async def test_a_deletion_upstream_leaves_no_leak_on_any_page_within_two_seconds(
    served: House, hop: Hop, network: Network
) -> None:
    slug = network.value
    try:
        async with upstream() as servers:
            await asyncio.to_thread(served.done, "source", "add", slug, network.value, *WAYS[network](servers))
            await until(lambda: _streams(served, slug), "the source is read", 25)
            post = servers.say(network, WORDS)
            await until(lambda: _seen(served, slug), "the strand has it", 10)
            number = await _number(served, slug)
            await until(lambda: _stands(served, slug, number), "it stands where it may", 5)
            servers.delete(post)
            took = await until(lambda: _clean(served, slug, number), "gone from every page", 10)
            hop("deletion→pages", took)
            assert took <= PROMISED
            async with httpx.AsyncClient(base_url=served.base, headers=OURS) as web:
                assert (await web.get(f"/{slug}/posts/{number}")).status_code == 410
    finally:
        served.close()


async def _stands(house: House, slug: str, number: int) -> bool:
    return {f"/{slug}", f"/{slug}/posts/{number}", f"/{slug}/feed.atom"} <= set(await _leaks(house, slug, number))


async def _streams(house: House, slug: str) -> bool:
    told = await asyncio.to_thread(house.done, "source", "list", slug)
    return "\tstream\t" in told


async def _not(asked: Awaitable[bool]) -> bool:
    return not await asked
