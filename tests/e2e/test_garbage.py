"""Garbage from the networks, end to end: left out, counted with a reason people can read, and the stream goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from ingest.rehearsal import subscription, tags
from ingest.rehearsal.addresses import record_cid, tid
from ingest.rehearsal.player import utc_now
from ingest.rehearsal.record import POST
from ingest.rehearsal.status import Json, status
from ingest.types import Network
from tests.e2e.house import TAG, House
from tests.e2e.pages import until
from tests.upstream import VOICES, Upstream, upstream

SLUG = "harbour"
GOOD = "a good post after it all"
BIG = "a" * 2_000_000
SURROGATE = rb'"\ud83d alone"'
Spoil = Callable[[Json], bytes]


@pytest.fixture
def served(house: House) -> House:
    """Open to all: whatever is taken stands on the strand at once."""
    house.event(SLUG, policy="open")
    house.serve()
    return house


@asynccontextmanager
async def reading(house: House, kind: str, *options: str) -> AsyncIterator[None]:
    """The source is read; afterwards a good post must have arrived, and the server has nothing to complain of."""
    await asyncio.to_thread(house.done, "source", "add", SLUG, kind, *options)
    await until(lambda: lists(house, "\tstream\t", "\tpoll\t"), "the source is read", 20)
    yield
    await until(lambda: strand_has(house, GOOD), "the next good post", 15)
    said = next(running.err for running in house.running if running.alive)
    assert '"level": "error"' not in said and "Traceback" not in said, said


async def lists(house: House, *any_of: str) -> bool:
    told = await asyncio.to_thread(house.done, "source", "list", SLUG)
    return any(words in told for words in any_of)


async def strand(house: House) -> str:
    async with httpx.AsyncClient() as web:
        return (await web.get(f"{house.base}/{SLUG}")).text


async def strand_has(house: House, words: str) -> bool:
    return words in await strand(house)


async def left_out(house: House, reason: str, times: int = 1) -> None:
    """Both commands say how often something was left out, and why."""
    line = f"  left out\t{times}\t{reason}"
    await until(lambda: lists(house, line), f"{line} in source list", 12)
    assert line in await asyncio.to_thread(house.done, "event", "show", SLUG)


def told_by_mastodon(servers: Upstream, n: int) -> Json:
    """What the server would tell of a post like any other that nobody wrote."""
    id = servers.say(Network.MASTODON, f"a model #{TAG}")
    address = f"https://kueste.example/users/inka/statuses/9{n}"
    return status(servers.world.posts.pop(id), servers.mastodon) | {"id": f"9{n}", "uri": address, "url": address}


def tell(servers: Upstream, data: bytes, event: bytes = b"update") -> None:
    """Anything at all, on the Mastodon server's stream."""
    servers.mastodon.channels.publish({tags.normal(TAG)}, b"event: " + event + b"\ndata: " + data + b"\n\n")


def _without(*names: str, **more: Any) -> Spoil:
    return lambda told: orjson.dumps({k: v for k, v in told.items() if k not in names} | more)


ON_STREAM: dict[str, tuple[Spoil, str]] = {
    "torn": (lambda told: orjson.dumps(told)[:-40], "broken JSON"),
    "no JSON": (lambda _: b"<html>502 Bad Gateway</html>", "broken JSON"),
    "lone surrogate": (lambda told: orjson.dumps(told).replace(b'"en"', SURROGATE), "broken JSON"),
    "2 MB": (_without(content=BIG), "an event far too long"),
    "300 KB": (_without(content="<p>" + "a" * 300_000), "a post far too long"),
    "nothing": (lambda _: b"{}", "a post without an address"),
    "a list": (lambda told: orjson.dumps([told]), "a post without an address"),
    "no address": (_without("uri"), "a post without an address"),
    "no author": (_without("account", "url", uri="tag:kueste.example,2026:1"), "a post without an address"),
    "a boost": (_without(reblog={"id": "1"}), "a boost"),
    "followers only": (_without(visibility="private"), "not public"),
    "no visibility": (_without("visibility"), "not public"),
    "no tag": (_without("content", "tags"), "without the event's tag"),
}


async def test_garbage_on_a_stream_is_counted_and_the_stream_goes_on(served: House) -> None:
    async with upstream() as servers:
        models = [told_by_mastodon(servers, n) for n in range(len(ON_STREAM))]
        options = ("--server", servers.mastodon.base, "--token", servers.mastodon.token or "")
        async with reading(served, "mastodon", *options):
            for told, (spoil, _) in zip(models, ON_STREAM.values(), strict=True):
                tell(servers, spoil(told))
            tell(servers, b"no id at all", event=b"delete")
            expected = Counter(reason for _, reason in ON_STREAM.values()) + Counter(["a deletion without an address"])
            for reason, times in expected.items():
                await left_out(served, reason, times)
            servers.say(Network.MASTODON, f"{GOOD} #{TAG}")
        assert len(servers.mastodon.channels) == 1  # the same stream, never broken


async def test_a_post_with_dangerous_or_missing_parts_is_taken_without_them(served: House) -> None:
    words = (
        f'<p>press <a href="javascript:alert(1)">here</a> <img src=x onerror=alert(2)><script>alert(3)</script>'
        f'<a href="data:text/html,x">or there</a> #{TAG}</p>'
    )
    async with upstream() as servers:
        told = told_by_mastodon(servers, 1)
        options = ("--server", servers.mastodon.base, "--token", servers.mastodon.token or "")
        async with reading(served, "mastodon", *options):
            kept = {name: told[name] for name in ("id", "uri", "account", "visibility")}
            spoilt = {"content": words, "url": "javascript:alert(4)", "card": {"url": "javascript:x"}, "tags": 7}
            tell(servers, orjson.dumps(kept | spoilt))
            await until(lambda: strand_has(served, "or there"), "what is left of it", 10)
            article = next(line for line in (await strand(served)).splitlines() if "or there" in line)
            assert "press" in article and "here" in article
            assert not [bad for bad in ("javascript:", "data:text", "alert(", "<script", "onerror") if bad in article]
            servers.say(Network.MASTODON, f"{GOOD} #{TAG}")


async def test_a_server_that_answers_nonsense_for_a_while_is_read_again(served: House) -> None:
    async with upstream() as servers:
        servers.say(Network.MASTODON, f"said before #{TAG}")
        servers.mastodon.faults.arm("garbage_json", 2)
        async with reading(served, "mastodon", "--server", servers.mastodon.base, "--every", "1"):
            await until(lambda: strand_has(served, "said before"), "what was said before", 15)
            assert servers.mastodon.faults.fired["garbage_json"] == 2
            servers.mastodon.faults.arm("garbage_json", 1)
            servers.say(Network.MASTODON, f"{GOOD} #{TAG}")


def _record(words: str, **more: Any) -> Json:
    """A record that carries the event's tag, whatever else is wrong with it."""
    plain = {"$type": POST, "text": f"{words} #{TAG}", "createdAt": "2026-11-25T12:00:00Z", "tags": [TAG]}
    return plain | {"facets": [], "langs": ["en"]} | more


def _facet(start: Any, end: Any, uri: Any) -> Json:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [link]}


OUT_OF_RANGE = [
    _facet(5, 2, "https://a.example"), _facet(-4, 3, "https://b.example"), _facet(0, 10**9, "https://c.example"),
    _facet(0, 6, "javascript:alert(1)"), _facet("0", None, 7), {"index": {}}, None,
]  # fmt: skip
TAKEN = {
    "facets out of range": {"facets": OUT_OF_RANGE},
    "facets of another kind": {"facets": {"index": 3}},
    "no date": {"createdAt": None},
    "langs of numbers": {"langs": [1, None]},
    "embed of nothing": {"embed": {"$type": "app.bsky.embed.images", "images": [None, {"image": 3}]}},
}
NO_RECORDS: list[Any] = [None, "no record", [], _record("words of numbers", text=7)]
NO_FRAMES = ['{"kind": "commit", "did"', '{"kind":"commit","commit":{"text":"\\ud800"}}', "[]", "null", '{"kind": 3}']


@pytest.mark.parametrize("wire", [subscription.V2, subscription.V1], ids=["v2", "v1"])
async def test_garbage_in_the_firehose_is_counted_and_reading_goes_on(served: House, wire: str) -> None:
    async with upstream() as servers:
        servers.jetstream.speaks = {wire}
        who = servers.world.accounts[VOICES[Network.BLUESKY][1]].did
        options = ("--jetstream", servers.jetstream.base, "--appview", servers.appview.base)
        async with reading(served, "bluesky", *options):
            for n, record in enumerate([*(_record(words, **more) for words, more in TAKEN.items()), *NO_RECORDS]):
                servers.jetstream.commit(who, _create(record, n))
            servers.jetstream.commit("no did", _create(_record("of nobody"), 90))
            servers.jetstream.commit(who, {"operation": "create", "collection": POST})
            servers.jetstream.replay(NO_FRAMES)
            for words in TAKEN:
                await until(lambda words=words: strand_has(served, words), words, 10)  # type: ignore[misc]
            assert "javascript:" not in await strand(served)
            await left_out(served, "broken JSON", 2)
            servers.jetstream.commit(who, _create(_record(BIG), 91))
            await left_out(served, "a post that is too big")
            servers.say(Network.BLUESKY, f"{GOOD} #{TAG}")


def _create(record: Any, n: int) -> Json:
    rkey = tid(utc_now(), n)
    told = {"rev": rkey, "operation": "create", "collection": POST, "rkey": rkey, "record": record}
    return told | {"cid": record_cid([n, str(record)[:100]])}
