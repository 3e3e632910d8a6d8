"""One post, from its author to the wall and the archive and away again, by every way a post can come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest
from playwright.async_api import Page

from ingest.rehearsal import subscription
from ingest.types import Network
from tests.e2e.house import TAG, House
from tests.e2e.pages import Room, decide, room, says, shown_on, until, waiting_at
from tests.upstream import Upstream, upstream

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FIRST = f"The ferry leaves at nine #{TAG}"
LATER = f"The ferry leaves at ten after all #{TAG}"
SEEN, CHANGED = "leaves at nine", "leaves at ten after all"
POLL = 1  # seconds between two looks, where there is no stream
Hop = Callable[[str, float], None]


class Author(Protocol):
    """Somebody with words, on their own service or before the form. Each act gives the moment it was done."""

    async def say(self, words: str) -> float: ...
    async def change(self, words: str) -> float: ...
    async def take_back(self) -> float: ...


class OnNetwork:
    def __init__(self, network: Network, upstream: Upstream) -> None:
        self._network, self._upstream, self._post = network, upstream, ""

    async def say(self, words: str) -> float:
        self._post = self._upstream.say(self._network, words)
        return time.monotonic()

    async def change(self, words: str) -> float:
        self._upstream.edit(self._post, words)
        return time.monotonic()

    async def take_back(self) -> float:
        self._upstream.delete(self._post)
        return time.monotonic()


class OnForm:
    def __init__(self, page: Page) -> None:
        self._page = page

    async def say(self, words: str) -> float:
        await self._page.get_by_label("Your words").fill(words)
        await self._page.get_by_label("Your name, or leave it empty").fill("Grete")
        await self._page.get_by_label("My words, my name and my pictures").check()
        pressed = await self._press("Send it")
        await self._page.wait_for_url("**/say/*")
        return pressed

    async def change(self, words: str) -> float:
        await self._page.get_by_text("Change it").click()
        await self._page.get_by_label("Your words").fill(words)
        return await self._press("Save the change")

    async def take_back(self) -> float:
        await self._page.get_by_text("Take it back", exact=True).click()
        return await self._press("Yes, take it back")

    async def _press(self, button: str) -> float:
        pressed = time.monotonic()
        await self._page.get_by_role("button", name=button).click()
        return pressed


@dataclass(frozen=True, slots=True)
class Way:
    kind: str  # of the source; "" for the form
    options: Callable[[Upstream], list[str]] = lambda _: []
    without: str = ""  # a wire that this Jetstream does not speak
    arrives: float = 5  # seconds that are promised, with room
    leaves: float = 5


def _bluesky(servers: Upstream) -> list[str]:
    return ["--jetstream", servers.jetstream.base, "--appview", servers.appview.base]


WAYS = {
    "mastodon-stream": Way("mastodon", lambda u: ["--server", u.mastodon.base, "--token", u.mastodon.token or ""]),
    "mastodon-polling": Way(
        "mastodon", lambda u: ["--server", u.mastodon.base, "--every", str(POLL)], arrives=POLL + 5, leaves=2 * POLL + 5
    ),
    "jetstream-v2": Way("bluesky", _bluesky),
    "jetstream-v1": Way("bluesky", _bluesky, without=subscription.V2),
    "form": Way(""),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One real `python -m app serve` for all ways, with an event for each."""
    house = House(tmp_path_factory.mktemp("house"))
    for slug in WAYS:
        house.event(slug)
    house.serve_afresh()
    yield house
    house.close()


@pytest.mark.parametrize("name", WAYS)
async def test_a_post_is_said_approved_changed_and_taken_back(served: House, hop: Hop, name: str) -> None:
    way = WAYS[name]
    async with upstream() as servers, room(served, name) as people:
        author = await _author(way, servers, people)
        desk, wall, strand = await people.moderator(f"Kim {name}"), await people.wall(), await people.strand()
        second = await people.moderator(f"Noor {name}", "#approve")

        await _arrives(author.say(FIRST), desk, SEEN, way, hop)
        assert not await says(wall, SEEN) and not await says(strand, SEEN) and SEEN not in await people.feed()
        await _approve(desk, wall, strand, second, people, SEEN, hop)

        await _arrives(author.change(LATER), desk, CHANGED, way)
        assert "Its author changed it" in (await desk.locator("#why").text_content() or "")
        await _gone([wall, strand], people, SEEN, 3)
        assert not await says(desk, SEEN)
        assert not await says(wall, CHANGED) and not await says(strand, CHANGED)
        await _approve(desk, wall, strand, second, people, CHANGED)

        number = await second.locator("#line .item", has_text=CHANGED).get_attribute("data-id")
        began = await author.take_back()
        await until(lambda: _not(says(wall, CHANGED)), "the wall has lost the post", way.leaves)
        hop("deletion→wall", time.monotonic() - began)
        await _gone([desk, second, wall, strand], people, CHANGED, 3)
        for page in (desk, second, wall, strand):
            assert not await page.locator(f"[data-id='{number}']").count(), f"an empty place is left on {page.url}"
        assert f"/posts/{number}<" not in await people.feed()


async def _author(way: Way, servers: Upstream, people: Room) -> Author:
    """Somebody whose words the house will hear: waits until it listens."""
    if not way.kind:
        return OnForm(await people.page(f"/{people.slug}/say"))
    if way.without:
        servers.jetstream.speaks.discard(way.without)
    words = ("source", "add", people.slug, way.kind, *way.options(servers))
    await asyncio.to_thread(people.house.done, *words)
    await until(lambda: reads(people), "the source is read", 20)
    return OnNetwork(Network(way.kind), servers)


async def reads(people: Room) -> bool:
    told = await asyncio.to_thread(people.house.done, "source", "list", people.slug)
    return any(f"\t{mode}\t" in line for line in told.splitlines() for mode in ("stream", "poll"))


async def _arrives(saying: Awaitable[float], desk: Page, words: str, way: Way, hop: Hop | None = None) -> None:
    said = await saying
    await until(lambda: waiting_at(desk, words), f"at the desk: {words}", way.arrives)
    if hop:
        hop("upstream→desk", time.monotonic() - said)


async def _approve(
    desk: Page, wall: Page, strand: Page, second: Page, people: Room, words: str, hop: Hop | None = None
) -> None:
    """By keyboard, and seen everywhere: by the other moderator within a second, as is printed."""
    pressed = await decide(desk, "a", words)
    # A moment ago the other one had it in hand, before its author changed it.
    if await desk.locator("#ask").is_visible():
        await desk.keyboard.press("c")

    async def timed(page: Page, seen: Callable[[Page, str], Awaitable[bool]], name: str, seconds: float) -> None:
        await until(lambda: seen(page, words), f"{name}: {words}", seconds)
        if hop:
            hop(name, time.monotonic() - pressed)

    await asyncio.gather(
        timed(second, waiting_at, "key→second desk", 1),
        timed(wall, shown_on, "key→wall", 3),
        timed(strand, shown_on, "key→strand", 3),
    )
    assert words in await people.feed()
    assert not await waiting_at(desk, words)


async def _gone(pages: list[Page], people: Room, words: str, seconds: float) -> None:
    for page in pages:
        await until(lambda page=page: _not(says(page, words)), f"gone from {page.url}: {words}", seconds)  # type: ignore[misc]
    assert words not in await people.feed()


async def _not(asked: Awaitable[bool]) -> bool:
    return not await asked
