"""Posts we hold, looked at again and again: what changed, what is gone, and what an answer is worth."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.bluesky.appview import AppView
from ingest.bluesky.jetstream import Event
from ingest.http import Guard
from ingest.types import IncomingAuthorChange, IncomingDeletion, IncomingMarks, IncomingPost
from tests.ingest.bluesky.fakes import FakeAppView
from tests.ingest.bluesky.stage import A, B, Stage, edited, profile, wrote

ONE, TWO = wrote("one #wallconf"), wrote("two #wallconf", B, "2")


def view(event: Event, **more: Any) -> dict[str, Any]:
    handle = "a.test" if event.did == A else "b.test"
    return {"uri": event.uri, "cid": event.cid, "record": event.record, "author": profile(event.did, handle)} | more


@pytest.fixture
async def held(stage: Stage) -> Stage:
    await stage.hear(ONE, TWO)
    stage.fake.posts = {ONE.uri: view(ONE), TWO.uri: view(TWO)}
    return stage


async def test_labels_are_told_and_who_was_asked_for_is_noted(held: Stage) -> None:
    held.fake.posts[ONE.uri] = view(ONE, labels=[{"val": "porn"}])
    marks = [item for item in await held.look() if isinstance(item, IncomingMarks)]
    assert {mark.uri: mark.labels for mark in marks} == {ONE.uri: ("porn",), TWO.uri: ()}
    assert {address.local_id for address in held.house.checked} == {f"{A}/1", f"{B}/2"}


async def test_other_words_under_the_same_address_are_told_as_a_new_version(held: Stage) -> None:
    swapped = wrote("SWAPPED #wallconf", cid="bafyreiswapped")
    held.fake.posts[ONE.uri] = view(swapped)
    (post,) = [item for item in await held.look() if isinstance(item, IncomingPost)]
    assert (post.uri, post.version, post.author.name) == (ONE.uri, "bafyreiswapped", "A.Test")


async def test_what_the_stream_just_changed_is_not_undone_by_an_appview_that_is_behind(held: Stage) -> None:
    await held.hear(edited("one, edited #wallconf"))
    assert [item for item in await held.look() if getattr(item, "uri", "") == ONE.uri] == []
    assert held.house.posts[ONE.uri].version == "bafyreitwo2"


async def test_a_post_is_gone_when_it_is_missing_twice_ten_minutes_apart(held: Stage) -> None:
    del held.fake.posts[ONE.uri]
    for seconds in (0, 60, 539):
        held.clock.now += seconds
        assert not [item for item in await held.look() if isinstance(item, IncomingDeletion)]
    held.clock.now += 1
    assert [item.uri for item in await held.look() if isinstance(item, IncomingDeletion)] == [ONE.uri]
    assert set(held.house.posts) == {TWO.uri}


async def test_a_post_that_was_only_late_is_not_gone(held: Stage) -> None:
    there = held.fake.posts.pop(ONE.uri)
    await held.look()
    held.clock.now += 500
    held.fake.posts[ONE.uri] = there
    await held.look()
    del held.fake.posts[ONE.uri]
    held.clock.now += 500
    await held.look()
    assert held.house.deleted == []


async def test_whose_account_is_closed_is_hidden_and_not_purged(held: Stage) -> None:
    del held.fake.posts[ONE.uri], held.fake.profiles[A]
    await held.look()
    held.clock.now += 600
    assert IncomingAuthorChange(A, "deactivated") in await held.look()
    assert held.house.deleted == []


async def test_an_account_that_opens_again_while_we_did_not_listen_is_seen_by_its_profile(held: Stage) -> None:
    held.people.forget(A)
    held.people._closed[A] -= 601
    (change,) = await held.people.sweep([A])
    assert (change.uri, change.state) == (A, "active")


async def test_a_profile_out_of_a_cache_does_not_open_an_account_that_just_closed(held: Stage) -> None:
    await held.hear(Event("account", A, active=False, status="deactivated"))
    assert [change.state for change in await held.people.sweep([A])] == [None]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
async def test_an_error_is_no_answer_and_nothing_is_gone_by_it(held: Stage, status: int) -> None:
    held.fake.posts.clear()
    held.fake.status = status
    for _ in range(3):
        held.clock.now += 600
        assert await held.look() == []
    assert held.house.checked == [] and held.house.deleted == []
    assert held.appview.problem and len(held.fake.asked) >= 3


async def test_nothing_at_all_of_several_people_is_no_answer_unless_their_profiles_are_there(held: Stage) -> None:
    held.fake.posts, profiles = {}, held.fake.profiles
    held.fake.profiles = {}
    for _ in range(2):
        held.clock.now += 600
        assert await held.look() == []
    held.fake.profiles = profiles
    for _ in range(2):
        held.clock.now += 600
        items = await held.look()
    assert {item.uri for item in items if isinstance(item, IncomingDeletion)} == {ONE.uri, TWO.uri}


async def test_what_the_appview_would_not_even_look_for_is_not_gone(held: Stage) -> None:
    held.fake.bad = {ONE.uri}
    for _ in range(2):
        held.clock.now += 600
        await held.look()
    assert held.house.deleted == []


async def test_a_new_name_beside_a_post_has_the_whole_profile_read(held: Stage) -> None:
    renamed = profile(A, "new.test", labels=[{"val": "!no-unauthenticated"}])
    held.fake.profiles[A] = renamed
    held.fake.posts[ONE.uri] = view(ONE, author=renamed)
    changes = [item for item in await held.look() if isinstance(item, IncomingAuthorChange)]
    assert [(c.author.handle, c.author.no_unauthenticated) for c in changes if c.author] == [("new.test", True)]
    assert not [item for item in await held.look() if isinstance(item, IncomingAuthorChange)]


async def test_an_answer_is_looked_at_together_with_what_began_its_thread(held: Stage) -> None:
    root = "at://did:plc:root/app.bsky.feed.post/r"
    answer = wrote("me too #wallconf", rkey="3", record={"reply": {"root": {"uri": root}, "parent": {"uri": root}}})
    await held.hear(answer)
    gate = {"record": {"hiddenReplies": [answer.uri]}}
    held.fake.posts |= {answer.uri: view(answer), root: {"uri": root, "cid": "x", "record": {}, "threadgate": gate}}
    hidden = {item.uri: item.hidden for item in await held.look() if isinstance(item, IncomingMarks)}
    assert hidden == {ONE.uri: None, TWO.uri: None, answer.uri: True}
    del held.fake.posts[root]["threadgate"]
    assert {i.uri: i.hidden for i in await held.look() if isinstance(i, IncomingMarks)}[answer.uri] is False


async def test_after_a_gap_the_newest_are_looked_at_whenever_that_was_last_done(held: Stage) -> None:
    held.house.waiting = []
    assert await held.recheck._next() == []
    held.recheck.look_at_everything()
    assert {one.uri for one in await held.recheck._next()} == {ONE.uri, TWO.uri}
    assert await held.recheck._next() == []


async def test_labels_of_named_labelers_are_asked_for_beside_bluesky_s_own() -> None:
    guard = Guard(allow_private=["127.0.0.1"])
    async with FakeAppView().running() as fake, guard.client() as client:
        await AppView(guard, client, fake.base).posts(["at://x"])
        await AppView(guard, client, fake.base, labelers=["did:plc:one", "did:plc:two"]).posts(["at://x"])
    assert fake.labelers == [None, "did:plc:ar7c4by46qjdydhdevvrndac;redact, did:plc:one, did:plc:two"]
