"""Everybody at once, over HTTP and the socket: posts on the networks, people at the form, a moderator at the desk.

The ledger is what they were told, and nothing the house keeps: what it holds must be there in the end.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import orjson
import websockets
from websockets.asyncio.client import connect

from ingest.types import Network
from tests.display.phone import answer as sum_of
from tests.display.phone import proof
from tests.e2e.house import TAG, House
from tests.e2e.pages import OURS
from tests.upstream import Upstream

# Fewer on Mastodon: what is deleted there while nobody reads is found at once only among the newest 120 posts.
NETWORKS = (Network.MASTODON, Network.BLUESKY, Network.BLUESKY)
AT_MOST = 20  # acts on the networks between two kills: a slow machine must not drown in them


@dataclass(slots=True)
class Ledger:
    receipts: dict[str, str] = field(default_factory=dict)  # words of acknowledged form posts, and where they lead
    tried: set[str] = field(default_factory=set)  # words ever sent by the form, answered or not
    decided: dict[tuple[int, str], str] = field(default_factory=dict)  # post and version to the acknowledged verdict
    deleted: set[str] = field(default_factory=set)  # addresses that left the networks
    told: Counter[str] = field(default_factory=Counter)  # what was acknowledged, or heard at the desk, by kind
    kills: int = 0


class Networks:
    """Says something every `pause` seconds; now and then changes or deletes one of its latest."""

    def __init__(self, upstream: Upstream, ledger: Ledger, chance: random.Random, pause: float = 0.1) -> None:
        self._upstream, self._ledger, self._chance, self._pause = upstream, ledger, chance, pause
        self._latest: list[str] = []

    async def run(self) -> None:
        for n in count():
            while n >= AT_MOST * (self._ledger.kills + 1):
                await asyncio.sleep(self._pause)
            self._act(n)
            await asyncio.sleep(self._pause)

    def _act(self, n: int) -> None:
        dice = self._chance.random()
        if dice < 0.1 and len(self._latest) > 3:
            self._upstream.edit(self._chance.choice(self._latest), f"said otherwise {n} #{TAG}")
        elif dice < 0.17 and len(self._latest) > 3:
            id = self._latest.pop(self._chance.randrange(len(self._latest)))
            self._ledger.deleted.add(self._upstream.uri(id))
            self._upstream.delete(id)
        else:
            self._latest.append(self._upstream.say(self._chance.choice(NETWORKS), f"said {n} #{TAG}"))
            self._latest = self._latest[-8:]


class Visitor:
    """Writes post after post; whoever gets no answer sends the same form again, as people do, or gives up."""

    def __init__(self, house: House, slug: str, ledger: Ledger, chance: random.Random, name: str) -> None:
        self._house, self._slug, self._ledger, self._chance, self._name = house, slug, ledger, chance, name

    async def run(self) -> None:
        for n in count():
            async with httpx.AsyncClient(base_url=self._house.base, headers=OURS, timeout=5) as web:
                await self._say(web, f"{self._name} says {n}")
            await asyncio.sleep(0.08)

    async def _say(self, web: httpx.AsyncClient, words: str) -> None:
        page = await patiently(lambda: web.get(f"/{self._slug}/say"))
        found = re.search(r'name="nonce" value="([^"]+)"', page.text)
        assert found is not None
        form = {"text": words, "name": self._name, "consent": "yes", "nonce": found[1], "proof": proof(found[1])}
        self._ledger.tried.add(words)
        while True:
            try:
                answer = await web.post(f"/{self._slug}/say", data=form)
            except httpx.HTTPError:
                if self._chance.random() < 0.2:
                    return
                await asyncio.sleep(0.1)
                continue
            if asked := sum_of(answer.text):  # so many new voices from one address are asked for it
                form |= asked
                continue
            assert answer.status_code in (303, 503), answer.text
            if answer.status_code == 303:
                self._ledger.receipts[words] = answer.headers["location"]
                self._ledger.told["form"] += 1
                return


class Moderator:
    """Follows the desk's socket through every break with one cursor, and decides on what waits."""

    def __init__(self, house: House, slug: str, ledger: Ledger) -> None:
        self._house, self._slug, self._ledger = house, slug, ledger
        self.posts: dict[int, dict[str, Any]] = {}
        self.cursor: tuple[str, int] | None = None
        self.snapshots = 0
        self._cookie = ""

    async def join(self) -> None:
        path = await asyncio.to_thread(self._house.invite, self._slug)
        async with httpx.AsyncClient(base_url=self._house.base, headers=OURS) as web:
            who = {"name": "Kim", "password": "a short sentence is good"}
            answer = await web.post(path, data=who)
            self._cookie = f"strand={answer.cookies['strand']}"

    async def watch(self) -> None:
        """For ever. After a break it goes on from its cursor; a second snapshot would mean that it could not."""
        while True:
            where = "&epoch={}&seq={}".format(*self.cursor) if self.cursor else ""
            url = f"{self._house.base.replace('http', 'ws')}/{self._slug}/live?audience=desk{where}"
            headers = {"cookie": self._cookie, "origin": self._house.base}
            try:
                async with connect(url, additional_headers=headers, max_size=None, open_timeout=3) as socket:
                    async for frame in socket:
                        self._fold(orjson.loads(frame))
            except (OSError, websockets.WebSocketException, TimeoutError):
                pass
            await asyncio.sleep(0.05)

    def _fold(self, frame: dict[str, Any]) -> None:
        if self.cursor and frame["epoch"] == self.cursor[0] and any(m["type"] == "bye" for m in frame["messages"]):
            return
        assert self.cursor is None or frame["seq"] >= self.cursor[1], "the log went back"
        for message in frame["messages"]:
            if message["type"] == "snapshot":
                self.snapshots += 1
                self.posts = {post["id"]: post for post in message["posts"]}
            elif message["type"] == "put":
                post = message["post"]
                self._ledger.told["heard"] += post["id"] not in self.posts and "form" not in post["networks"]
                self.posts[post["id"]] = post
            elif message["type"] == "drop":
                self.posts.pop(message["id"], None)
        self.cursor = (frame["epoch"], frame["seq"])

    async def decide(self) -> None:
        """One verdict after another on what waits; every fifth post is left waiting."""
        async with httpx.AsyncClient(base_url=self._house.base, headers=OURS | {"cookie": self._cookie}) as web:
            while True:
                waiting = (p for p in self.posts.values() if p["verdict"] == "waiting" and p["id"] % 5)
                post = next((p for p in waiting if (p["id"], p["version"]) not in self._ledger.decided), None)
                if post is not None:
                    await self._decide_on(web, post)
                await asyncio.sleep(0.05)

    async def _decide_on(self, web: httpx.AsyncClient, post: dict[str, Any]) -> None:
        verdict = ("approve", "hold", "approve", "hide")[post["id"] % 4]  # the same again where no answer came
        told = {"post": post["id"], "version": post["version"], "verdict": verdict}
        try:
            answer = await web.post(f"/desk/{self._slug}/decide", json=told)
        except httpx.HTTPError:
            return  # done or not: the socket will tell
        assert answer.status_code in (200, 404, 409, 503), answer.text
        if answer.status_code == 200:
            self._ledger.decided[post["id"], post["version"]] = verdict
            self._ledger.told["decision"] += 1


async def patiently(ask: Callable[[], Coroutine[Any, Any, httpx.Response]]) -> httpx.Response:
    """Ask until there is somebody to answer."""
    while True:
        try:
            answer = await ask()
        except httpx.HTTPError:
            await asyncio.sleep(0.05)
            continue
        if answer.status_code == 200:
            return answer
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.05)
