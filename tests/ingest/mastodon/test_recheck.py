"""Asking for posts we hold: several at once, and alone whatever is missing then; what an answer is worth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from ingest.mastodon.allowance import Allowance
from ingest.mastodon.deletions import Deletions
from ingest.mastodon.errors import Denied, Failing
from ingest.mastodon.handing import Handing
from ingest.mastodon.memory import Memory
from ingest.mastodon.pace import Pace
from ingest.mastodon.parse import Server
from ingest.mastodon.recheck import Recheck
from ingest.mastodon.rest import Rest
from ingest.mastodon.unheard import Unheard
from ingest.types import Held, Network
from tests.conftest import NOW
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import having_read, words
from tests.ingest.mastodon.server import FakeMastodon
from tests.ingest.servers import reply

NOT_JSON = reply(b"<h1>Not found</h1>", "404 Not Found", content_type="text/html")
BROKEN = reply(b"{}", "500 Oh", content_type="application/json")


class Ticks:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Asked:
    """A house that has read, and somebody who asks for what it holds."""

    house: ListHouse
    recheck: Recheck
    allowance: Allowance
    clock: Ticks
    rest: Rest

    async def all(self, requests: int = 100, **more: bool | int) -> set[str]:
        return await self.recheck.ask(await self.recheck.due(100), requests, NOW, **more)  # type: ignore[arg-type]


@pytest.fixture
async def asked(mastodon: FakeMastodon) -> AsyncIterator[Asked]:
    for n in range(5):
        mastodon.say(n, f"n{n}")
    house = await having_read(mastodon)
    clock, base = Ticks(), mastodon.server.base
    memory, server = Memory(clock), Server(base.removeprefix("http://"), "wall.example")
    allowance = Allowance(280, clock)
    async with mastodon.server.guard().client() as client:
        rest = Rest(client, base, allowance=allowance)
        deletions = Deletions(client, house, base, memory, Pace())
        handing = Handing(house, base, server, {}, {}, memory, Unheard(memory))
        recheck = Recheck(rest, house, base, server, memory, handing, deletions, Pace())
        yield Asked(house, recheck, allowance, clock, rest)


def ids(*numbers: int) -> set[str]:
    return {str(116 * 10**15 + n) for n in numbers}


async def test_all_are_asked_for_at_once_and_noted(asked: Asked, mastodon: FakeMastodon) -> None:
    assert await asked.all() == ids(0, 1, 2, 3, 4)
    assert [set(together) for together in mastodon.asked_together] == [ids(0, 1, 2, 3, 4)]
    assert mastodon.asked_statuses == []
    assert {address.local_id for address in asked.house.checked} == ids(0, 1, 2, 3, 4)
    assert sum(batch.seen for batch in asked.house.batches[-1:]) <= 5


async def test_what_is_missing_then_is_asked_for_alone_and_gone_only_if_it_is_missing_there_too(
    asked: Asked, mastodon: FakeMastodon
) -> None:
    limited = mastodon.statuses[max(ids(3))]
    mastodon.statuses.pop(max(ids(1)))
    mastodon.override = lambda path: _without(mastodon, limited["id"]) if path == "/api/v1/statuses" else None
    await asked.all()
    assert set(mastodon.asked_statuses) == ids(1, 3)
    assert words(asked.house) == {"n0", "n2", "n3", "n4"}


def _without(mastodon: FakeMastodon, local_id: str) -> bytes:
    import json

    told = [status for number, status in mastodon.statuses.items() if number != local_id]
    return reply(json.dumps(told).encode(), content_type="application/json")


@pytest.mark.parametrize("answer", [NOT_JSON, BROKEN, reply(b"<html>"), reply(b"{}", "422 No")])
async def test_a_server_that_cannot_be_asked_for_several_is_asked_one_by_one(
    asked: Asked, mastodon: FakeMastodon, answer: bytes
) -> None:
    together: list[str] = []

    def override(path: str) -> bytes | None:
        together.extend([path] if path == "/api/v1/statuses" else [])
        return answer if path == "/api/v1/statuses" else None

    mastodon.override = override
    for _ in range(2):
        assert await asked.all() == ids(0, 1, 2, 3, 4)
    assert len(mastodon.asked_statuses) == 10
    assert len(together) == 1, "it is not asked so again in vain"
    asked.clock.now += 601
    await asked.all()
    assert len(together) == 2


async def test_one_post_at_which_the_server_fails_does_not_keep_the_others_from_their_turn(
    asked: Asked, mastodon: FakeMastodon
) -> None:
    mastodon.several, bad = False, next(iter(ids(4)))
    mastodon.override = lambda path: BROKEN if path.endswith(bad) else None
    with pytest.raises(Failing):
        await asked.all()
    assert await asked.all() == ids(0, 1, 2, 3)
    assert {address.local_id for address in asked.house.checked} == ids(0, 1, 2, 3)
    asked.clock.now += 301
    mastodon.override = lambda path: None
    assert bad in await asked.all()


async def test_what_is_refused_is_put_off_and_not_noted(asked: Asked, mastodon: FakeMastodon) -> None:
    mastodon.several, refused = False, next(iter(ids(2)))
    mastodon.override = lambda path: NOT_JSON if path.endswith(refused) else None
    assert await asked.all() == ids(0, 1, 3, 4)
    assert len(asked.house.posts) == 5
    before = len(mastodon.server.asked)
    assert refused not in await asked.all()
    assert not [r for r in mastodon.server.asked[before:] if r.path.endswith(refused)]


async def test_another_post_under_the_same_number_is_none_of_ours(asked: Asked, mastodon: FakeMastodon) -> None:
    """A server that began anew gives its numbers away again."""
    for local_id in ids(0, 1):
        mastodon.statuses[local_id] |= {"uri": "https://wall.example/users/mallory/statuses/1", "content": "<p>x</p>"}
    assert await asked.all() == ids(2, 3, 4)
    assert words(asked.house) == {"n0", "n1", "n2", "n3", "n4"}


async def test_no_more_is_asked_than_was_allowed(asked: Asked, mastodon: FakeMastodon) -> None:
    mastodon.several = False
    mastodon.server.asked.clear()
    await asked.all(requests=3)
    assert len(mastodon.server.asked) == 3
    while asked.allowance.spare(paged=False) > 140:
        asked.allowance.take(paged=False)
    assert await asked.all(reserve=140) == set()
    assert len(mastodon.server.asked) == 3


async def test_a_long_past_does_not_keep_anybody_from_their_turn(asked: Asked) -> None:
    """Pages with a cursor have an allowance of their own, which is three times as dear."""
    for _ in range(270):
        asked.allowance.take(paged=True)
    asked.clock.now += 301
    assert asked.allowance.spare() < 20
    assert await asked.all(reserve=140) == ids(0, 1, 2, 3, 4)


async def test_a_token_that_is_refused_says_nothing_about_posts(asked: Asked, mastodon: FakeMastodon) -> None:
    asked.rest.token = "refused"
    mastodon.statuses.clear()
    with pytest.raises(Denied, match="does not know our access token"):
        await asked.all()
    assert len(asked.house.posts) == 5
    assert asked.house.checked == []


async def test_posts_under_a_former_name_of_the_server_do_not_stand_before_all_others(
    asked: Asked, mastodon: FakeMastodon
) -> None:
    uri, post = next(iter(asked.house.posts.items()))
    due = asked.house.due
    former = Held(uri, post.address._replace(server="former.example"), post.version)

    async def with_former(upstream: str, limit: int) -> list[Held]:
        found = await due(upstream, limit)
        return [*([former] if former.address not in asked.house.checked else []), *found][:limit]

    asked.house.due = with_former  # type: ignore[method-assign]
    assert (await asked.recheck.due(1)) == []
    assert [held.address.network for held in await asked.recheck.due(1)] == [Network.MASTODON]
    assert mastodon.server.asked == []
