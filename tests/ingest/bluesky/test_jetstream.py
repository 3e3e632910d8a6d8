"""The two wires: every captured frame, the addresses we subscribe at, and frames that are none."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky.jetstream import Event, Unreadable, Wire, read, subscribe_url
from tests.ingest.bluesky import captures

CAPTURES = {
    Wire.V1: [
        "jetstream_v1.REAL.all.jsonl",
        "jetstream_v1.REAL.posts.jsonl",
        "jetstream_v1.REAL.recreate_garbage.jsonl",
    ],
    Wire.V2: ["jetstream_v2.REAL.posts.jsonl", "jetstream_v2.REAL.recreate_resync.jsonl"],
}
V2 = "network.bsky.jetstream.subscribeEvents"


def events(wire: Wire, name: str) -> list[Event]:
    return [event for frame in captures.frames(name) if (event := read(wire, frame))]


@pytest.mark.parametrize(("wire", "name"), [(wire, name) for wire in CAPTURES for name in CAPTURES[wire]])
def test_every_captured_frame_is_an_event_with_an_author_and_a_place(wire: Wire, name: str) -> None:
    found = events(wire, name)
    assert len(found) == len(captures.frames(name))
    assert all(event.did.startswith("did:plc:") and event.seq and event.time for event in found)


@pytest.mark.parametrize(("wire", "name"), [(Wire.V1, CAPTURES[Wire.V1][1]), (Wire.V2, CAPTURES[Wire.V2][0])])
def test_both_wires_tell_the_same_kinds_of_things(wire: Wire, name: str) -> None:
    found = events(wire, name)
    assert {event.kind for event in found} == {"create", "update", "delete", "account", "identity"}
    gone = next(event for event in found if event.kind == "delete")
    assert (gone.cid, gone.record) == ("", None) and gone.rev and gone.uri.startswith("at://did:plc:")
    states = [(event.active, event.status) for event in found if event.kind == "account"]
    assert (False, "deactivated") in states and (True, "") in states


def test_the_sync_of_a_captured_swap_needs_nothing_of_its_empty_insides() -> None:
    found = events(Wire.V2, "jetstream_v2.REAL.recreate_resync.jsonl")
    assert [event.kind for event in found].count("sync") == 1


def test_times_of_both_wires_are_microseconds() -> None:
    v1 = json.dumps({"did": "did:plc:a", "time_us": 1795300673404348, "kind": "identity", "identity": {}})
    v2 = {"$type": f"{V2}#identity", "did": "did:plc:a", "time": "2026-11-21T22:37:53.404348Z", "identity": {}}
    first, second = read(Wire.V1, v1), read(Wire.V2, json.dumps({"$type": "message", "payload": v2}))
    assert first and second and first.time == second.time == 1795300673404348


def test_a_note_and_an_error_are_read_without_a_place() -> None:
    note = {"$type": "message", "payload": {"$type": f"{V2}#info", "name": "OutdatedCursor", "message": "too old"}}
    assert read(Wire.V2, json.dumps(note)) == Event("info", name="OutdatedCursor", message="too old")
    error = {"$type": "error", "error": "ConsumerTooSlow", "message": "…"}
    assert read(Wire.V2, json.dumps(error)) == Event("error", name="ConsumerTooSlow", message="…")


@pytest.mark.parametrize(
    "given_frame",
    [
        {"$type": "message", "payload": {"$type": f"{V2}#hologram", "did": "did:plc:a"}},
        {"$type": "greeting"},
        {"$type": "message", "payload": {"$type": f"{V2}#commit", "did": "did:plc:a", "operation": "fold"}},
        {"$type": "message"},
    ],
)
def test_what_came_after_us_is_passed_over(given_frame: dict[str, Any]) -> None:
    assert read(Wire.V2, json.dumps(given_frame)) is None
    assert read(Wire.V1, json.dumps({"kind": "hologram"})) is None


@pytest.mark.parametrize(
    ("wire", "frame", "reason"),
    [
        (Wire.V1, '{"did":"did:plc:a","kind":"com', "broken JSON"),
        (Wire.V1, '{"did":"did:plc:a","kind":"commit","commit":{"record":{"text":"\\ud800"}}}', "broken JSON"),
        (Wire.V1, b"\xff\xfe", "broken JSON"),
        (Wire.V1, "[" * 2000, "broken JSON"),
        (Wire.V1, "[]", "an event that is none"),
        (Wire.V1, '{"did":"me","kind":"commit","commit":{}}', "an event that is none"),
        (Wire.V1, '{"did":"did:plc:a","kind":"account","account":null}', "an event that is none"),
        (
            Wire.V2,
            f'{{"$type":"message","payload":{{"$type":"{V2}#sync","did":"did:plc:a"}}}}',
            "an event that is none",
        ),
    ],
)
def test_a_frame_that_is_broken_says_why_in_words(wire: Wire, frame: str | bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(wire, frame)


@pytest.mark.parametrize("time", [-1, 0, 10**18, 1.5, "1795300673404348", True, None])
def test_a_time_that_cannot_be_is_no_time(time: Any) -> None:
    event = read(Wire.V1, json.dumps({"did": "did:plc:a", "time_us": time, "kind": "identity", "identity": {}}))
    assert event and event.time is None


def test_v2_is_asked_for_posts_and_for_everything_about_accounts() -> None:
    parts = urlsplit(subscribe_url("wss://one.example/", Wire.V2, 29))
    assert (parts.netloc, parts.path) == ("one.example", f"/xrpc/{V2}")
    assert parse_qsl(parts.query) == [
        ("kinds", "commit"),
        ("kinds", "account"),
        ("kinds", "identity"),
        ("kinds", "sync"),
        ("collections", "app.bsky.feed.post"),
        ("collections", "app.bsky.feed.postgate"),
        ("collections", "app.bsky.feed.threadgate"),
        ("maxMessageSizeBytes", "1000000"),
        ("cursor", "29"),
    ]


def test_v1_is_asked_for_posts_and_without_a_cursor_for_what_comes() -> None:
    url = subscribe_url("ws://one.example:8080", Wire.V1)
    wanted = "&".join(f"wantedCollections=app.bsky.feed.{kind}" for kind in ("post", "postgate", "threadgate"))
    assert url == f"ws://one.example:8080/subscribe?{wanted}&maxMessageSizeBytes=1000000"


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("did", "kind", "time_us", "cursor", "commit", "account", "identity", "payload", "$type", "seq", "time", "sync")
TYPES = ["message", "error", f"{V2}#commit", f"{V2}#account", "commit", "account", "did:plc:a", "2026-11-21T22:37:53Z"]
wild = st.recursive(
    anything | st.sampled_from(TYPES),
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=9,
)


@given(st.sampled_from(Wire), wild)
def test_no_frame_raises_anything_but_unreadable(wire: Wire, frame: Any) -> None:
    with suppress(Unreadable):
        read(wire, json.dumps(frame))


@given(st.sampled_from(Wire), st.text() | st.binary())
def test_no_bytes_raise_anything_but_unreadable(wire: Wire, frame: str | bytes) -> None:
    with suppress(Unreadable):
        read(wire, frame)
