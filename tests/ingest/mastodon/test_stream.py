"""Bytes of a stream become events, however they are cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mastodon.parse import Skip
from ingest.mastodon.stream import MAX_EVENT, Event, Events, meaning
from ingest.text.segments import plain
from ingest.types import IncomingDeletion, IncomingPost
from tests.ingest.mastodon.captures import FOLDER, HERE, NOW, STREAMS, synthetic


def whole(data: bytes) -> list[Event]:
    return Events().feed(data)


def said(data: bytes) -> list[object]:
    return [meaning(event, HERE, NOW) for event in whole(data)]


@pytest.mark.parametrize("capture", STREAMS, ids=lambda path: path.stem)
def test_mastodon_c10_a_capture_gives_the_same_events_cut_at_any_byte(capture: Path) -> None:
    data = capture.read_bytes()
    expected = whole(data)
    assert expected
    for at in range(len(data) + 1):
        events = Events()
        assert events.feed(data[:at]) + events.feed(data[at:]) == expected, at


@pytest.mark.parametrize("capture", STREAMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_capture_gives_the_same_events_in_pieces_of_any_size(capture: Path, size: int) -> None:
    data = capture.read_bytes()
    events = Events()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [event for piece in pieces for event in events.feed(piece)] == whole(data)


def test_mastodon_c10_a_deletion_can_come_before_its_post() -> None:
    first, edit, post = said((FOLDER / "streaming" / "sse_raw_hashtag.txt").read_bytes())[:3]
    assert first == IncomingDeletion(address=HERE.address("116000000000000001"), may_precede=True)
    assert isinstance(edit, IncomingPost)
    assert isinstance(post, IncomingPost)
    assert edit.address == post.address == HERE.address("116000000000000001")


def test_mastodon_c10_a_line_separator_inside_a_post_does_not_tear_it_apart() -> None:
    posts = said((FOLDER / "streaming" / "sse_raw_u2028.txt").read_bytes())
    assert all(isinstance(post, IncomingPost) for post in posts)
    assert any("\u2028" in plain(post.segments) for post in posts if isinstance(post, IncomingPost))


@pytest.mark.parametrize(
    "data",
    [
        b"event: delete\ndata: 1\n\n",
        b"event:delete\ndata:1\n\n",
        b"event: delete\r\ndata: 1\r\n\r\n",
        b"\xef\xbb\xbfevent: delete\ndata: 1\n\n",
        b":)\nevent: delete\ndata: 1\n\n",
        b":thump\nevent: delete\ndata: 1\n\n",  # before 4.6: glued to what follows
        b":thump\n\n:thump\n\nevent: delete\ndata: 1\n\n",
        b"id: 7\nretry: 0\nretry: 99999999999\nevent: delete\ndata: 1\n\n",
        b"event: update\nevent: delete\ndata: 1\n\n",
        b"data: 1\nevent: delete\n\n",
        b"unknown\nfield: x\nevent: delete\ndata: 1\n\n\n\n\n",
    ],
)
def test_mastodon_c10_every_way_of_writing_an_event_is_understood(data: bytes) -> None:
    assert whole(data) == [Event("delete", b"1")]
    assert said(data) == [IncomingDeletion(address=HERE.address("1"), may_precede=True)]


@pytest.mark.parametrize("data", [b"", b":thump\n\n", b"event: delete\n\n", b"data: 1\n", b"event: delete\ndata: 1\n"])
def test_what_is_not_finished_is_no_event(data: bytes) -> None:
    assert whole(data) == []


def test_data_in_several_lines_is_one() -> None:
    assert whole(b"data: a\ndata:\ndata: b\n\n") == [Event("", b"a\n\nb")]


def test_a_line_that_never_ends_costs_no_memory_and_only_itself() -> None:
    events = Events()
    events.feed(b"event: update\ndata: ")
    for _ in range(50):
        assert events.feed(b"x" * 100_000) == []
    assert len(events._line) <= MAX_EVENT
    assert events.feed(b"\n\nevent: delete\ndata: 2\n\n") == [Event("delete", b"2")]
    assert events.dropped == 1


def test_an_event_of_too_many_lines_is_dropped_and_counted() -> None:
    events = Events()
    assert events.feed(b"event: update\n" + (b"data: " + b"x" * 1_000 + b"\n") * 1_100 + b"\n") == []
    assert events.dropped == 1
    assert events.feed(b"event: delete\ndata: 3\n\n") == [Event("delete", b"3")]


def test_an_edit_is_a_post_with_a_known_address() -> None:
    data = b"event: status.update\ndata: " + orjson.dumps(synthetic("edited")) + b"\n\n"
    (post,) = said(data)
    assert isinstance(post, IncomingPost)
    assert (plain(post.segments), post.edited_at is not None) == ("Hello edited #WallDemo", True)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Event("update", b"{"), "broken JSON"),
        (Event("update", b"<html>"), "broken JSON"),
        (Event("update", b"\xff\xfe"), "broken JSON"),
        (Event("update", b'{"id": "\\ud800"}'), "broken JSON"),
        (Event("update", b"[" * 5_000), "broken JSON"),
        (Event("update", b"undefined"), "broken JSON"),
        (Event("update", b"9" * 5_000), "broken JSON"),
        (Event("status.update", b"[]"), "a post without an address"),
        (Event("update", b'{"id": 1}'), "a post without an address"),
        (Event("delete", b""), "a deletion without an address"),
        (Event("delete", b"1 2"), "a deletion without an address"),
        (Event("delete", "é".encode()), "a deletion without an address"),
    ],
)
def test_garbage_is_left_out_with_a_reason(event: Event, reason: str) -> None:
    assert meaning(event, HERE, NOW) == Skip(reason)


@pytest.mark.parametrize("name", ["filters_changed", "notification", "announcement", "", "message", "conversation"])
def test_other_events_do_not_concern_us(name: str) -> None:
    assert meaning(Event(name, b"undefined"), HERE, NOW) is None


@pytest.mark.parametrize("local_id", ["01M803DVPX4P45M01Z5QTWDT7W", "AfPq8z9v1C5bq", "116000000000000001"])
def test_mastodon_c10_ids_of_every_server_can_be_deleted(local_id: str) -> None:
    assert said(f"event: delete\ndata: {local_id}\n\n".encode()) == [
        IncomingDeletion(address=HERE.address(local_id), may_precede=True)
    ]


def test_the_payload_of_a_recorded_websocket_means_the_same() -> None:
    frames: list[Any] = orjson.loads((FOLDER / "streaming" / "ws_frames.json").read_bytes())
    events = [f for f in _frames(frames) if isinstance(f.get("payload"), str)]
    meanings = [meaning(Event(f["event"], f["payload"].encode()), HERE, NOW) for f in events]
    assert meanings
    assert all(isinstance(m, IncomingPost | IncomingDeletion) for m in meanings)


def _frames(value: object) -> list[dict[str, Any]]:
    """The frames, wherever the recorder put them."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except ValueError:
            return []
    if isinstance(value, list):
        return [frame for entry in value for frame in _frames(entry)]
    if isinstance(value, dict):
        return [value] if "payload" in value else [frame for entry in value.values() for frame in _frames(entry)]
    return []


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([b"data:", b"event:", b"\n", b"\r", b"\n\n", b"x"])).map(b"".join)
)
def test_no_bytes_make_it_raise(data: bytes) -> None:
    events = Events()
    found = [event for at in range(len(data)) for event in events.feed(data[at : at + 1])]
    assert found == whole(data)
    for event in found:
        meaning(event, HERE, NOW)
