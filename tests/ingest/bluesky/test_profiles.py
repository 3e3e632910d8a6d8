"""Who wrote it: captured profiles, wishes, the memory of them, and an AppView that is down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky.appview import AppView
from ingest.bluesky.authors import author, stranger
from ingest.bluesky.profiles import Profiles
from ingest.http import Guard, OutboundError
from ingest.types import IncomingAuthor, Network
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.fakes import FakeAppView

CAPTURED = {profile["did"]: profile for profile in captures.answer("appview.getProfiles.json")["profiles"]}
ALICE, ERIN, DAN = (
    "did:plc:x56qx7w5dj6jbpb2jaiq5ppe",
    "did:plc:7gkxd2lz3tflcodqkbu45xtn",
    "did:plc:agmwpku4xqieh4wsmjbnacxx",
)


def seen() -> datetime:
    return SEEN


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def shaped(**profile: Any) -> IncomingAuthor:
    found = author({"did": "did:plc:a", "handle": "a.test"} | profile, SEEN)
    assert found is not None
    return found


def test_a_captured_profile_becomes_an_author() -> None:
    found = author(CAPTURED[ALICE], SEEN)
    assert found == IncomingAuthor(
        uri=ALICE,
        network=Network.BLUESKY,
        name="Alice 🦋 Müller",
        handle="alice.test",
        url=f"https://bsky.app/profile/{ALICE}",
        avatar_url=CAPTURED[ALICE]["avatar"],
        since=datetime.fromisoformat(CAPTURED[ALICE]["createdAt"]),
    )


def test_a_captured_wish_not_to_be_shown_to_strangers_is_heard() -> None:
    found = author(CAPTURED[ERIN], SEEN)
    assert found and found.no_unauthenticated and found.labels == ("!no-unauthenticated",)


def test_who_has_no_name_is_called_by_their_handle_and_who_has_neither_by_their_did() -> None:
    found = author(CAPTURED[DAN], SEEN)
    assert found and found.name == "dan.test"
    nameless = shaped(handle="handle.invalid", displayName="  ")
    assert (nameless.name, nameless.handle) == ("did:plc:a", "")


@pytest.mark.parametrize("words", ["please #nobot", "#NoBots!", "#no bot", "＃nobot", "hi\n#no-bots."])
def test_a_wish_not_to_be_collected_is_heard(words: str) -> None:
    assert shaped(description=words).nobot
    assert shaped(displayName=f"Sven {words}").nobot


@pytest.mark.parametrize("words", ["nobot", "#robot", "#nobotany", "# no", "", None, 3])
def test_other_words_are_no_such_wish(words: Any) -> None:
    assert not shaped(description=words).nobot


def test_a_bridged_account_says_so_by_its_handle() -> None:
    assert "bridged-from-bridgy-fed-activitypub" in shaped(handle="kwabena.fjord.example.ap.brid.gy").labels
    assert shaped(handle="brid.gy").labels == ()


def test_a_machine_and_an_account_that_was_taken_down_are_marked() -> None:
    assert shaped(labels=[{"val": "bot"}]).bot
    assert shaped(labels=[{"val": "!takedown"}]).limited
    assert not shaped(labels=[{"val": "!takedown", "neg": True}]).limited


values = st.none() | st.text() | st.lists(st.none() | st.dictionaries(st.sampled_from(["val", "neg"]), st.integers()))
FIELDS = ["did", "handle", "displayName", "labels", "description", "avatar"]


@given(st.dictionaries(st.sampled_from(FIELDS), values))
def test_no_profile_raises(profile: dict[str, Any]) -> None:
    author(profile, SEEN)
    author({**profile, "did": "did:plc:a"}, SEEN)


@pytest.fixture
async def fake() -> AsyncIterator[FakeAppView]:
    async with FakeAppView(profiles=dict(CAPTURED)).running() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def appview(fake: FakeAppView, clock: Clock) -> AsyncIterator[AppView]:
    guard = Guard(allow_private=["127.0.0.1"])
    async with guard.client() as client:
        yield AppView(guard, client, fake.base, pause=30.0, clock=clock)


async def test_profiles_are_asked_for_once_and_remembered_for_ten_minutes(
    fake: FakeAppView, appview: AppView, clock: Clock
) -> None:
    profiles = Profiles(appview, seen, clock=clock)
    for clock.now in (0.0, 599.0):
        assert set(await profiles.read([ALICE, ALICE, ERIN])) == {ALICE, ERIN}
    assert len(fake.asked) == 1
    clock.now = 601.0
    await profiles.read([ALICE])
    assert fake.asked[1:] == [("getProfiles", [ALICE])]


async def test_an_author_who_changed_is_read_anew(fake: FakeAppView, appview: AppView, clock: Clock) -> None:
    profiles = Profiles(appview, seen, clock=clock)
    await profiles.read([ALICE])
    fake.profiles[ALICE] = {**CAPTURED[ALICE], "handle": "new.test"}
    profiles.drop(ALICE)
    assert (await profiles.read([ALICE]))[ALICE].handle == "new.test"


async def test_sixty_authors_are_asked_for_in_three_requests_and_the_unknown_are_left_out(
    fake: FakeAppView, appview: AppView
) -> None:
    dids = [f"did:plc:{n}" for n in range(59)] + [ALICE]
    assert set(await Profiles(appview, seen).read(dids)) == {ALICE}
    assert [len(ids) for _, ids in fake.asked] == [25, 25, 10]


async def test_one_address_that_spoils_a_request_does_not_take_the_others_with_it(
    fake: FakeAppView, appview: AppView
) -> None:
    fake.bad = {"did:plc:bad"}
    assert set(await Profiles(appview, seen).read([ALICE, "did:plc:bad", ERIN, DAN])) == {ALICE, ERIN, DAN}
    assert appview.problem == ""


@pytest.mark.parametrize("status", [403, 429, 502])
async def test_an_appview_that_is_down_is_left_alone_for_a_while_and_says_so_plainly(
    fake: FakeAppView, appview: AppView, clock: Clock, status: int
) -> None:
    fake.status = status
    profiles = Profiles(appview, seen, clock=clock)
    assert await profiles.read([ALICE]) == {}
    assert appview.problem == f"127.0.0.1 cannot be reached: it answered with error {status}."
    fake.status = 200
    assert await profiles.read([ALICE]) == {}
    assert len(fake.asked) == 1
    clock.now = 31.0
    assert set(await profiles.read([ALICE])) == {ALICE}
    assert appview.problem == ""


async def test_what_is_remembered_can_be_read_while_the_appview_is_down(
    fake: FakeAppView, appview: AppView, clock: Clock
) -> None:
    profiles = Profiles(appview, seen, clock=clock)
    await profiles.read([ALICE])
    fake.status = 500
    assert set(await profiles.read([ALICE, ERIN])) == {ALICE}


async def test_posts_are_asked_for_by_address(fake: FakeAppView, appview: AppView) -> None:
    fake.posts["at://x"] = {"uri": "at://x"}
    assert await appview.posts(["at://x", "at://y"]) == [{"uri": "at://x"}]
    fake.status = 500
    with pytest.raises(OutboundError):
        await appview.posts(["at://x"])


def test_a_stranger_is_shown_to_nobody_who_is_not_signed_in() -> None:
    assert stranger(ALICE).no_unauthenticated and stranger(ALICE).name == ALICE


def test_a_profile_tells_since_when_its_account_is_there() -> None:
    profile = {"did": ALICE, "handle": "alice.example"}
    told = author({**profile, "createdAt": "2025-03-01T12:00:00.000Z"}, SEEN)
    assert told is not None and told.since is not None and told.since.isoformat() == "2025-03-01T12:00:00+00:00"
    for nothing in (None, "", "long ago", 7, {}):
        other = author({**profile, "createdAt": nothing}, SEEN)
        assert other is not None and other.since is None
    future = author({**profile, "createdAt": "2999-01-01T00:00:00Z"}, SEEN)
    assert future is not None and future.since == SEEN
