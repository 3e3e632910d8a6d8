"""What is passed over at a glance could never have been ours."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench import jetstream as bench
from ingest.bluesky.embeds import POSTS
from ingest.bluesky.gates import POSTGATES, THREADGATES
from ingest.bluesky.glance import OWN_SIGNS, says_nothing_to_us
from ingest.bluesky.jetstream import Wire, read
from ingest.bluesky.parse import tags_of
from tests.ingest.bluesky import captures

CAPTURED = {
    Wire.V1: ["REAL.all", "REAL.posts", "REAL.recreate_garbage", "derived"],
    Wire.V2: ["REAL.posts", "REAL.recreate_resync", "derived"],
}


def frame(wire: Wire, record: Any, collection: str = POSTS, operation: str = "create") -> dict[str, Any]:
    commit = {
        "collection": collection,
        "operation": operation,
        "rkey": "3k1",
        "rev": "3k1",
        "cid": "bafy",
        "record": record,
    }
    if wire is Wire.V1:
        return {"did": "did:plc:a", "time_us": 1795300673454750, "kind": "commit", "commit": commit}
    kind = "network.bsky.jetstream.subscribeEvents#commit"
    return {"$type": "message", "payload": {"$type": kind, "did": "did:plc:a", "seq": 1, **commit}}


signs = st.sampled_from(["#", "＃", "﹟", "wallconf", " ", "\\", "\n", '"', "é", "#wall", "tags", "gate", "\u200b"])
words = st.lists(signs | st.text(max_size=4), max_size=8).map("".join)
records = st.fixed_dictionaries(
    {"text": words},
    optional={
        "tags": st.lists(words, max_size=2),
        "facets": st.lists(
            st.builds(lambda tag: {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]}, words),
            max_size=2,
        ),
    },
)


@given(st.sampled_from(Wire), records)
@example(Wire.V2, {"text": "plain words"})
def test_a_post_with_any_tag_is_read_however_its_letters_are_written(wire: Wire, record: Any) -> None:
    told = frame(wire, record)
    spellings = (json.dumps(told), json.dumps(told, separators=(",", ":")), orjson.dumps(told).decode())
    for spelling in spellings:
        if says_nothing_to_us(spelling.encode(), OWN_SIGNS[wire]):
            assert not tags_of(record)


@pytest.mark.parametrize("wire", Wire)
@pytest.mark.parametrize("collection", [POSTGATES, THREADGATES])
def test_a_gate_is_read(wire: Wire, collection: str) -> None:
    gate = frame(wire, {"post": "at://did:plc:a/app.bsky.feed.post/3k1", "hiddenReplies": []}, collection)
    assert not says_nothing_to_us(orjson.dumps(gate), OWN_SIGNS[wire])


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_what_may_change_or_remove_a_post_of_ours_is_read(operation: str) -> None:
    assert not says_nothing_to_us(orjson.dumps(frame(Wire.V2, {"text": "x"}, operation=operation)), OWN_SIGNS[Wire.V2])


def test_of_everything_captured_only_new_posts_without_a_tag_are_passed_over() -> None:
    passed = 0
    for wire, names in CAPTURED.items():
        for line in (line for name in names for line in captures.frames(f"jetstream_{wire}.{name}.jsonl")):
            if says_nothing_to_us(line.encode(), OWN_SIGNS[wire]):
                passed += 1
                event = read(wire, line)
                assert event and event.kind == "create" and not tags_of(event.record)
    assert passed


def test_most_of_what_a_network_says_is_passed_over() -> None:
    told = [one[2 if one[1] < 126 else 4 :] for one in bench.frames("posts", 1_000)]
    assert sum(says_nothing_to_us(one, OWN_SIGNS[Wire.V2]) for one in told) == 800


@pytest.mark.soak
async def test_nothing_of_a_long_replay_stays_in_memory() -> None:
    _, (tenth, half, whole) = await bench.measure(bench.REPLAY, "posts")
    assert whole - tenth <= 1 and half - tenth <= 1, f"{tenth:.1f}, {half:.1f}, {whole:.1f} MB"
