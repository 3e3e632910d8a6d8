"""An event that is over: what its authors take back leaves it, nothing new comes, and its servers have little to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.mastodon.rounds import RESERVE
from ingest.types import OVER, Held, Mode
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import QUICK, having_read, reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.servers import reply

NOT_FOUND = reply(b'{"error": "Record not found"}', "404 Not Found", content_type="application/json")


async def test_what_is_deleted_at_its_server_leaves(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "stands")
    gone = mastodon.say(2, "gone")
    house = await having_read(mastodon)
    async with reading(house):
        await house.until(lambda: len(house.checked) > 2)
        assert words(house) == {"stands", "gone"}
        mastodon.delete(gone)
        await house.until(lambda: words(house) == {"stands"})
    assert [deletion.uri for deletion in house.deleted] == ["https://wall.example/users/ada/statuses/2"]


async def test_what_is_changed_hidden_or_loses_its_tag_is_told(mastodon: FakeMastodon) -> None:
    changed, hidden, untagged = mastodon.say(1, "wrong"), mastodon.say(2, "for all"), mastodon.say(3, "tagged")
    house = await having_read(mastodon)
    async with reading(house):
        mastodon.edit(changed, "<p>right</p>")
        mastodon.statuses[hidden] |= {"visibility": "private"}
        mastodon.edit(untagged, "<p>untagged</p>", tags=())
        await house.until(lambda: words(house) == {"right", "for all", "untagged"})
        await house.until(lambda: any(not post.public for post in house.posts.values()))
    assert {str(post.tags) for post in house.posts.values() if "untagged" in str(post.segments)} == {"frozenset()"}


@pytest.mark.parametrize("token", [None, TOKEN])
async def test_no_list_is_read_no_stream_opened_and_nothing_new_taken(
    mastodon: FakeMastodon, token: str | None
) -> None:
    mastodon.say(1, "old")
    house = await having_read(mastodon, mastodon.source(token=token))
    mastodon.say(2, "new", in_reply_to_id=str(116 * 10**15 + 1), live=True)
    before = dict(house.cursors)
    async with reading(house):
        await house.until(lambda: len(house.checked) > 4)
    assert words(house) == {"old"}
    assert not [path for path in mastodon.asked if "timelines" in path or "streaming" in path]
    assert house.cursors == before, "when it opens again, what was said meanwhile is still to be read"
    assert (house.state.mode, house.state.ok, house.state.reason) == (Mode.POLL, True, OVER)


async def test_a_server_is_not_asked_at_all_before_it_is_somebody_s_turn(mastodon: FakeMastodon) -> None:
    mastodon.say(1)
    house = await having_read(mastodon)
    house.waiting, turns = [], Turns(house)
    async with reading(house):
        await turns.pass_by(10)
        assert mastodon.asked == []
        house.waiting = None
        await house.until(lambda: house.checked)


async def test_twenty_posts_are_one_request(mastodon: FakeMastodon) -> None:
    for n in range(45):
        mastodon.say(n)
    house = await having_read(mastodon)
    async with reading(house):
        await house.until(lambda: len(set(house.checked)) == 45)
        assert [len(ids) for ids in mastodon.asked_together[:2]] == [20, 20]
        assert len(mastodon.asked_together) <= 4
    assert mastodon.asked_statuses == []


async def test_each_is_asked_for_when_its_turn_comes_and_not_before(mastodon: FakeMastodon) -> None:
    ids = [mastodon.say(n) for n in range(3)]
    house = await having_read(mastodon)
    turns = Turns(house)
    house.waiting = ["https://wall.example/users/ada/statuses/1"]
    async with reading(house):
        await house.until(lambda: house.checked)
        house.waiting = []
        await turns.pass_by(3)
        asked = list(mastodon.asked_statuses)
        await turns.pass_by(10)
    assert set(asked) == {ids[1]}
    assert mastodon.asked_statuses == asked
    assert mastodon.asked_together == []


async def test_the_server_s_allowance_is_kept_and_a_part_of_it_left_for_what_is_live(mastodon: FakeMastodon) -> None:
    for n in range(400):
        mastodon.say(n)
    house = await having_read(mastodon)
    mastodon.several, turns = False, Turns(house)
    async with reading(house, replace(QUICK, requests=200)):
        await turns.pass_by(60)
        asked = len(mastodon.server.asked)
        await turns.pass_by(20)
    assert 60 < asked <= 200 - RESERVE
    assert house.state.ok, "to wait is no fault of the server's"
    assert len(mastodon.server.asked) == asked


@pytest.mark.parametrize("status", ["500 Oh", "502 Bad Gateway", "503 Later", "429 Too Many"])
async def test_a_server_in_trouble_deletes_nothing_and_is_said_to_be_in_trouble(
    mastodon: FakeMastodon, status: str
) -> None:
    mastodon.say(1, "one")
    mastodon.say(2, "two")
    house = await having_read(mastodon)
    trouble = reply(b"{}", status, content_type="application/json", retry_after="0")
    mastodon.override = lambda path: trouble if "statuses" in path else None
    mastodon.statuses.clear()
    async with reading(house):
        await house.until(lambda: house.states and not house.state.ok)
    assert words(house) == {"one", "two"}
    assert house.checked == [], "it is still their turn"
    assert house.state.reason.endswith(OVER)


async def test_a_server_that_is_not_there_deletes_nothing(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "one")
    house = await having_read(mastodon)
    mastodon.override = lambda path: b""
    mastodon.statuses.clear()
    async with reading(house):
        await house.until(lambda: house.states and not house.state.ok)
    assert words(house) == {"one"}
    assert house.checked == []


async def test_what_says_not_found_to_everything_is_not_believed(mastodon: FakeMastodon) -> None:
    """Something that stands where the server was knows none of its posts, and nothing of a server either."""
    for n in range(3):
        mastodon.say(n, f"n{n}")
    house = await having_read(mastodon)
    fired: list[str] = []

    def nobody_home(path: str) -> bytes | None:
        fired.append(path)
        return NOT_FOUND

    async with reading(house):
        await house.until(lambda: house.checked)
        house.checked.clear()
        mastodon.override = nobody_home
        await house.until(lambda: not house.state.ok)
    assert fired
    assert words(house) == {"n0", "n1", "n2"}
    assert house.checked == []


async def test_where_every_post_is_gone_and_the_server_is_there_they_are_gone(mastodon: FakeMastodon) -> None:
    for n in range(3):
        mastodon.say(n)
    house = await having_read(mastodon)
    mastodon.statuses.clear()
    async with reading(house):
        await house.until(lambda: not house.posts)


async def test_a_token_that_is_refused_is_said_and_everybody_s_answer_taken(mastodon: FakeMastodon) -> None:
    mastodon.say(1, "stands")
    gone = mastodon.say(2, "gone")
    house = await having_read(mastodon, mastodon.source(token=TOKEN))
    mastodon.token = "another"
    mastodon.delete(gone)
    async with reading(house):
        await house.until(lambda: words(house) == {"stands"})
        await house.until(lambda: house.states and house.state.token_ok is False)
    assert not house.state.ok
    assert "make a new one" in house.state.reason


async def test_beside_an_event_that_goes_on_the_one_that_is_over_is_looked_after_too(mastodon: FakeMastodon) -> None:
    gone = mastodon.say(1, "gone", "former")
    house = await having_read(mastodon, mastodon.source("former", id=2))
    mastodon.say(3, "new", "former")
    house.configured.append(mastodon.source("wall"))
    async with reading(house):
        mastodon.say(4, "live", "wall")
        await house.until(lambda: "live" in words(house))
        mastodon.delete(gone)
        await house.until(lambda: words(house) == {"live"})
    assert not [path for path in mastodon.asked if path.endswith("/tag/former")]


class Turns:
    """Counts how often the house was asked whose turn it is."""

    def __init__(self, house: ListHouse) -> None:
        self._house, self._due, self.count = house, house.due, 0
        house.due = self._asked  # type: ignore[method-assign]

    async def pass_by(self, more: int) -> None:
        until = self.count + more
        await self._house.until(lambda: self.count >= until)

    async def _asked(self, upstream: str, limit: int) -> Sequence[Held]:
        self.count += 1
        self._house._changed.set()
        return await self._due(upstream, limit)
