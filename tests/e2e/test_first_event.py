"""From the link of an empty house to a post on the wall of an event of one's own: in a browser, without a terminal.

Both networks are local servers; Mastodon's asks its owner for a yes, as theirs do. How many steps it is, and how long,
is printed; how long a person takes is counted from what they press and type.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import orjson
import pytest
from playwright.async_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.rehearsal.serving import HttpServer, bind, port_of
from ingest.types import Network
from tests.app.outbox.fediverse import Fediverse
from tests.e2e.house import House
from tests.e2e.pages import PASSWORD, Room, decide, room, shown_on, until, waiting_at
from tests.upstream import Upstream, upstream

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

GOAL = 300.0  # seconds for a person
PRESS, LETTER, LOOK = 1.1, 0.28, 1.35  # seconds: to point and press, to type a letter, to find what comes next
READ = ("/api/v1/timelines/", "/api/v1/statuses", "/api/v1/streaming/health", "/api/v1/instance", "/api/v2/instance")


@dataclass
class OneServer(Fediverse):
    """A Mastodon server that signs people in, and whose timelines are the rehearsal's."""

    behind: Upstream | None = None

    async def answer(self, request: Request) -> Response:
        if self.behind is not None and request.method == "GET" and request.url.path.startswith(READ):
            return await _passed_on(request, self.behind.mastodon.base)
        return await super().answer(request)

    def _token(self, form: dict[str, str]) -> Response:
        """The token that the rehearsal's stream takes."""
        answer = super()._token(form)
        if answer.status_code != 200 or self.behind is None:
            return answer
        token = self.behind.mastodon.token or ""
        self.tokens = {token}
        return JSONResponse({**orjson.loads(bytes(answer.body)), "access_token": token})


async def _passed_on(request: Request, base: str) -> Response:
    sent = {k: v for k, v in request.headers.items() if k == "authorization"}
    async with httpx.AsyncClient(trust_env=False) as client:
        told = await client.get(f"{base}{request.url.path}?{request.url.query}", headers=sent)
    kept = {k: v for k, v in told.headers.items() if k in ("link", "content-type") or k.startswith("x-ratelimit")}
    return Response(told.content, told.status_code, kept)


@asynccontextmanager
async def one_server(behind: Upstream) -> AsyncIterator[OneServer]:
    taken = bind()
    fake = OneServer(port_of(taken), behind=behind)

    async def answer(request: Request) -> Response:
        return await fake.answer(request)

    server = HttpServer(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])]), taken)
    await server.start()
    try:
        yield fake
    finally:
        await server.stop()


@dataclass
class Person:
    """Somebody at a browser: what they do is done, timed, and counted as hands would have done it."""

    page: Page
    began: float = field(default_factory=time.monotonic)
    steps: list[tuple[str, float, float]] = field(default_factory=list)  # (what, seconds of ours, seconds of a person)
    _hands: float = 0.0

    async def press(self, what: Locator) -> None:
        self._hands += PRESS
        await what.click()

    async def type(self, where: Locator, text: str) -> None:
        self._hands += PRESS + LETTER * len(text)
        await where.fill(text)

    @asynccontextmanager
    async def step(self, what: str) -> AsyncIterator[None]:
        """One thing somebody wants; finding out how costs a look."""
        before, self._hands = time.monotonic(), 2 * LOOK
        yield
        self.steps.append((what, time.monotonic() - before, self._hands))

    @property
    def seconds(self) -> float:
        """For a person, who waits for us too."""
        return sum(ours + hands for _, ours, hands in self.steps)

    def told(self) -> str:
        rows = [f"{n:>3}  {ours:6.1f} s  {hands:6.1f} s  {what}" for n, (what, ours, hands) in enumerate(self.steps, 1)]
        total = (
            f"{len(self.steps)} steps; {sum(s[1] for s in self.steps):.0f} s here; {self.seconds:.0f} s for a person"
        )
        return "\n".join(["", "      waited     hands  step", *rows, total])


@pytest.fixture
def empty(house: House) -> Iterator[House]:
    """An empty house, served. What it prints is all there is to begin with."""
    house.serve_afresh()
    yield house


def organiser_link(house: House) -> str:
    found = re.search(r"/invite/\S+", house.running[-1].out)
    assert found is not None, house.running[-1].out
    return found[0]


async def test_somebody_with_the_first_link_sees_a_post_of_their_own_event_on_the_wall(empty: House) -> None:
    async with upstream() as networks, one_server(networks) as mastodon, room(empty, "hafentage") as people:
        kim = Person(await people.page(organiser_link(empty)))
        await _come_in(kim)
        await _make_the_event(kim)
        await _connect(kim, networks, mastodon)
        await _go_live(kim)
        words = await _say_something(people, kim)
        wall = await _project(people, kim, words)
        await _hear_the_network(kim, networks, wall)
        await _all_is_done_but_what_is_optional(kim)
    print(kim.told())
    assert kim.seconds <= GOAL, kim.told()


async def _come_in(kim: Person) -> None:
    page = kim.page
    async with kim.step("take the link: a name and a password"):
        await kim.type(page.get_by_label("Your name here"), "Kim")
        await kim.type(page.get_by_label("A password"), PASSWORD)
        await kim.press(page.get_by_role("button", name="Come in"))
        await page.wait_for_url("**/setup")


async def _make_the_event(kim: Person) -> None:
    page = kim.page
    async with kim.step("make the event: its title, and what is proposed from it"):
        await kim.type(page.get_by_label("What is it called?"), "Hafentage")
        await expect(page.locator("#slug")).to_have_value("hafentage")
        await expect(page.locator("#tags")).to_have_value("#Hafentage")
        await kim.press(page.get_by_role("button", name="Make it"))
        await page.wait_for_url("**/desk/hafentage/settings?made=yes")
        await expect(page.get_by_text("It is made, as a draft")).to_be_visible()


async def _connect(kim: Person, networks: Upstream, mastodon: OneServer) -> None:
    page = kim.page
    async with kim.step("connect a Mastodon account: its server, a yes over there"):
        await kim.press(page.get_by_role("link", name="Say where to listen"))
        await kim.type(page.get_by_label("Your account’s Mastodon server"), mastodon.base)
        await kim.press(page.get_by_role("button", name="Connect Mastodon"))
        await page.wait_for_url("**/sources?done=connected")
    async with kim.step("read Bluesky, here by local hosts"):
        await kim.press(page.locator("details summary", has_text="Bluesky").first)
        await kim.press(page.get_by_text("By other hosts than the public ones"))
        await page.get_by_label("Jetstream").fill(
            networks.jetstream.base
        )  # nobody types these: the public ones need none
        await page.get_by_label("AppView").fill(networks.appview.base)
        await kim.press(page.get_by_role("button", name="Read Bluesky"))
        await page.wait_for_url("**/sources?done=added")
    for number in (0, 1):
        async with kim.step(f"try source {number + 1}"):
            await kim.press(page.get_by_role("button", name="Test now").nth(number))
            await expect(page.get_by_text("Tried just now: it works.")).to_be_visible(timeout=20_000)


async def _go_live(kim: Person) -> None:
    page = kim.page
    async with kim.step("go live"):
        await kim.press(page.locator(".rooms[data-wide]").get_by_role("link", name="Settings", exact=True))
        await kim.press(page.get_by_role("link", name="Go live"))
        await kim.press(page.get_by_role("button", name="Go live"))
        await expect(page.get_by_text("It is live: everybody can read it").first).to_be_visible()


async def _say_something(people: Room, kim: Person) -> str:
    words = "The first word of our own event"
    async with kim.step("write a post in the form, by phone"):
        phone = await people.page("/hafentage/say")
        await kim.type(phone.get_by_label("Your words"), words)
        await kim.press(phone.get_by_label("My words, my name and my pictures"))
        await kim.press(phone.get_by_role("button", name="Send it"))
        await phone.wait_for_url("**/say/*")
    return words


async def _project(people: Room, kim: Person, words: str) -> Page:
    async with kim.step("open the wall"):
        wall = await people.page("/hafentage/wall?screen=hall")
        await until(lambda: wall.locator("#stage").is_visible(), "the wall hears the house")
    async with kim.step("let the post pass, and see it on the wall"):
        await kim.press(kim.page.locator(".rooms[data-wide]").get_by_role("link", name="The queue", exact=True))
        await until(lambda: waiting_at(kim.page, words), "the post waits at the desk")
        kim._hands += PRESS
        await decide(kim.page, "a", words)
        await until(lambda: shown_on(wall, words), "the post is on the wall", 5)
    return wall


async def _hear_the_network(kim: Person, networks: Upstream, wall: Page) -> None:
    """What is said on both networks from now on comes to the same desk."""
    for network, words in ((Network.MASTODON, "Heard from Mastodon"), (Network.BLUESKY, "Heard from Bluesky")):
        async with kim.step(f"see what is said on {network.value} come in, and let it pass"):
            networks.say(network, f"{words} #Hafentage")
            await until(lambda words=words: waiting_at(kim.page, words), f"{words}: at the desk", 30)  # type: ignore[misc]
            kim._hands += PRESS
            await decide(kim.page, "a", words)
            await until(lambda words=words: shown_on(wall, words), f"{words}: on the wall", 5)  # type: ignore[misc]


async def _all_is_done_but_what_is_optional(kim: Person) -> None:
    await kim.page.goto(kim.page.url.partition("/desk/")[0] + "/desk/hafentage/settings")
    left = await kim.page.locator(".todos li:not(:has(.quiet))").all_inner_texts()
    assert [row.splitlines()[0] for row in left] == ["Invite somebody to help"]
