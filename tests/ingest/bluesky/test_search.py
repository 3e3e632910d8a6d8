"""Searching with an account for what the stream did not bring, and every way it ends without noise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from ingest.bluesky import session as sessions
from ingest.bluesky.account import Account
from ingest.bluesky.appview import AppView
from ingest.bluesky.people import People
from ingest.bluesky.profiles import Profiles
from ingest.bluesky.search import Search
from ingest.bluesky.session import NotSignedIn
from ingest.http import Guard, OutboundError
from ingest.text.segments import plain
from ingest.types import Network, SourceConfig
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import FakeAppView
from tests.ingest.bluesky.pds import PASSWORD, SHAPE, Answer, FakePds, refuses, says
from tests.ingest.bluesky.reading import QUICK
from tests.ingest.house import ListHouse

FOUND = captures.answer("appview.searchPosts.q_hashtag.json")["posts"]
PACE = replace(QUICK, request=0.0, search=60.0)


@dataclass
class Searching:
    pds: FakePds
    house: ListHouse
    search: Search

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)

    def searched(self) -> int:
        return self.pds.methods().count("searchPosts")


def source(pds: FakePds, password: str = PASSWORD) -> SourceConfig:
    account = {"identifier": SHAPE["handle"], "server": pds.base}
    return SourceConfig(
        7, "conf", Network.BLUESKY, "bluesky", "", ("wallconf",), token=password, settings={"account": account}
    )


@asynccontextmanager
async def searching(pds: FakePds, house: ListHouse | None = None, pace: Any = PACE) -> AsyncIterator[Searching]:
    guard, house = Guard(allow_private=["127.0.0.1"]), house or ListHouse()
    async with pds.running(), FakeAppView().running() as appview, guard.client() as client:
        people = People(Profiles(AppView(guard, client, appview.base), lambda: SEEN))
        account = Account(source(pds), house, client)
        search = Search(account, ["wallconf"], house, "bluesky", people, lambda: SEEN, pace)
        task = asyncio.create_task(search.run())
        try:
            yield Searching(pds, house, search)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def page(*posts: Any, cursor: str | None = None) -> dict[str, Any]:
    return {"posts": list(posts)} | ({"cursor": cursor} if cursor else {})


async def test_a_new_account_searches_back_to_the_beginning_and_takes_what_has_the_tag() -> None:
    pds = FakePds({"": page(*FOUND[:9], cursor="2"), "2": page(*FOUND[9:])})
    async with searching(pds) as at:
        await at.until(lambda: at.searched() == 2 and len(at.house.batches) == 2)
    words = {plain(post.segments) for post in at.house.posts.values()}
    assert "Talk starts at 10 #wallconf" in words and len(words) > 9
    assert all(post.backfilled and post.author.no_unauthenticated for post in at.house.posts.values())
    first, second = [query for method, query in pds.asked if method == "searchPosts"]
    assert first == {"q": ["#wallconf"], "sort": ["latest"], "limit": ["100"]}
    assert second == first | {"cursor": ["2"]}


async def test_what_search_only_found_by_its_words_is_not_taken_nor_what_we_have() -> None:
    other = {**FOUND[1], "record": {"text": "a wallconf without its sign", "createdAt": "2026-11-21T22:00:00Z"}}
    pds = FakePds({"": page(other, FOUND[2])})
    async with searching(pds) as at:
        await at.until(lambda: at.house.posts)
        assert set(at.house.posts) == {FOUND[2]["uri"]}
        before = len(at.house.batches)
        at.search.fill_from(SEEN - timedelta(hours=3))
        await at.until(lambda: at.searched() == 2)
        assert len(at.house.batches) == before
    assert pds.asked[-1][1]["since"] == ["2026-11-21T20:00:00Z"]


async def test_a_restart_goes_on_with_its_session_and_looks_back_only_a_little() -> None:
    pds, house = FakePds(), ListHouse()
    async with searching(pds, house) as at:
        await at.until(at.searched)
    kept = sessions.read(house.sessions[7])
    assert kept and (kept.server, kept.handle) == (pds.base, SHAPE["handle"])
    async with pds.running():
        pds.asked.clear()
        house.sessions[7] = str(replace(kept, server=pds.base))
    async with searching(pds, house) as at:
        house.sessions[7] = str(replace(kept, server=pds.base))
        await at.until(at.searched)
    assert pds.methods() == ["searchPosts"]
    assert pds.asked[0][1]["since"] == ["2026-11-21T22:50:00Z"]


async def test_a_session_that_ran_out_is_refreshed_once_and_kept() -> None:
    pds = FakePds({"": page(FOUND[0])})
    async with searching(pds) as at:
        await at.until(lambda: at.house.posts)
        pds.run_out()
        at.search.fill_from(None)
        await at.until(lambda: at.searched() == 3)
        assert pds.methods() == ["createSession", "searchPosts", "searchPosts", "refreshSession", "searchPosts"]
        assert json.loads(at.house.sessions[7] or "")["refresh"] == "refresh-2"


async def test_where_even_the_refreshing_ran_out_the_app_password_signs_in_again() -> None:
    pds = FakePds({"": page(FOUND[0])})
    async with searching(pds) as at:
        await at.until(lambda: at.house.posts)
        pds.refreshes = False
        pds.run_out()
        at.search.fill_from(None)
        await at.until(lambda: at.searched() == 3)
        assert pds.methods()[-3:] == ["refreshSession", "createSession", "searchPosts"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (says(403, b"<html><h1>403 Forbidden</h1></html>", content_type="text/html"), "answered with error 403"),
        (says(429, {"error": "RateLimitExceeded"}), "answered with error 429"),
        (says(500, b"oops"), "answered with error 500"),
        (says(502, b"<html>"), "answered with error 502"),
        (says(200, b"<html>a proxy's page</html>"), "answered with error 200"),
        (says(200, b"[]"), "answered with error 200"),
        (refuses(400, "InvalidRequest"), "answered with error 400"),
        (says(302, b"", location="http://127.0.0.1:1/"), "cannot be reached"),
    ],
)
async def test_whatever_search_answers_is_one_sentence_and_it_is_asked_another_time(fault: Answer, words: str) -> None:
    pds = FakePds({"": page(FOUND[0])}, faults=[fault])
    async with searching(pds, pace=replace(PACE, search=0.05)) as at:
        await at.until(lambda: at.search.problem or at.house.posts)
        assert words in at.search.problem and pds.fired == 1
        if fault[0] != 429:  # which wants a minute's rest
            await at.until(lambda: at.house.posts)
            assert at.search.problem == ""


@pytest.mark.parametrize(
    "headers", [{"retry_after": "x"}, {}, {"ratelimit_reset": "1"}, {"retry_after": "9e99"}, {"retry_after": "120"}]
)
async def test_who_asked_too_often_leaves_the_server_alone(headers: dict[str, str]) -> None:
    pds = FakePds(faults=[says(429, {"error": "RateLimitExceeded"}, **headers)])
    async with searching(pds, pace=replace(PACE, search=0.01)) as at:
        await at.until(lambda: at.search.problem)
        at.search.fill_from(None)
        await asyncio.sleep(0.2)
        assert at.searched() == pds.fired == 1


async def test_a_cursor_that_repeats_and_an_empty_page_with_a_cursor_end_the_search() -> None:
    for pages in ({"": page(FOUND[0], cursor="a"), "a": page(FOUND[1], cursor="a")}, {"": page(cursor="a")}):
        pds = FakePds(pages)
        async with searching(pds) as at:
            await at.until(lambda count=len(pages): at.searched() == count)  # type: ignore[misc]
            await asyncio.sleep(0.1)
            assert at.searched() == len(pages) and at.search.problem == ""


async def test_no_search_goes_on_for_ever() -> None:
    pds = FakePds({"": page(FOUND[0], cursor="1")} | {str(n): page(FOUND[0], cursor=str(n + 1)) for n in range(1, 50)})
    async with searching(pds) as at:
        await at.until(lambda: at.searched() == 20)
        await asyncio.sleep(0.1)
        assert at.searched() == 20


async def test_a_password_that_is_not_taken_any_more_is_told_once_and_not_tried_again() -> None:
    pds, house = FakePds(), ListHouse()
    guard = Guard(allow_private=["127.0.0.1"])
    async with pds.running(), guard.client() as client:
        account = Account(source(pds, "wxyz-wxyz-wxyz-wxyz"), house, client)
        search = Search(account, ["wallconf"], house, "bluesky", None, lambda: SEEN, PACE)  # type: ignore[arg-type]
        await asyncio.wait_for(search.run(), 5)
    assert "does not take this name and app password" in search.problem
    assert house.problems == [search.problem] and pds.methods() == ["createSession"]


async def test_signing_in_finds_the_account_s_own_server_and_an_account_that_is_closed_is_refused() -> None:
    pds, guard = FakePds(), Guard(allow_private=["127.0.0.1"])
    async with pds.running():
        made = await sessions.connect(guard, pds.base, SHAPE["handle"], PASSWORD)
        assert (made.server, made.did, made.handle) == (pds.base, SHAPE["did"], SHAPE["handle"])
        pds.active = False
        with pytest.raises(NotSignedIn, match="closed at the moment"):
            await sessions.connect(guard, pds.base, SHAPE["handle"], PASSWORD)


@pytest.mark.parametrize(
    "answer", [says(200, {}), says(200, b"<html>"), says(502, b""), says(200, {"did": "x"}), says(403, b"<html>")]
)
async def test_whoever_is_no_bluesky_server_is_told_so(answer: Answer) -> None:
    pds, guard = FakePds(), Guard(allow_private=["127.0.0.1"])
    pds._session = lambda: answer  # type: ignore[method-assign]
    async with pds.running():
        with pytest.raises(OutboundError, match="did not answer as a Bluesky server does"):
            await sessions.connect(guard, pds.base, SHAPE["handle"], PASSWORD)


async def test_a_password_is_never_sent_on_to_another_address() -> None:
    pds, guard = FakePds(), Guard(allow_private=["127.0.0.1"])
    pds._session = lambda: says(307, b"", location=f"{pds.base}/elsewhere")  # type: ignore[method-assign]
    async with pds.running():
        with pytest.raises(OutboundError, match="sends us on"):
            await sessions.connect(guard, pds.base, SHAPE["handle"], PASSWORD)
    assert pds.methods() == ["createSession"]


@pytest.mark.parametrize(
    "stored", [None, "", "[]", "{}", "x", '{"server":1,"did":"","handle":"","access":"","refresh":""}']
)
def test_a_stored_session_that_is_none_of_ours_is_none(stored: str | None) -> None:
    assert sessions.read(stored) is None
