"""Labels that stand and labels that do not; gates, and what they mean for the posts we have."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky import gates, labels, views
from ingest.bluesky.gates import NO_QUOTES, POSTGATES, THREADGATES, Gate
from ingest.bluesky.jetstream import Wire, read
from ingest.types import IncomingMarks, IncomingQuote
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.wild import anything

ALICE, BOB = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe", "did:plc:2ycbltvuyfu7gifvwcfw2vom"
ROOT = f"at://{ALICE}/app.bsky.feed.post/3n2u5afdp7s2p"
ANSWER = f"at://{BOB}/app.bsky.feed.post/3n2u5agg2tc2p"
QUOTED = f"at://{ALICE}/app.bsky.feed.post/3n2u5afh4ls2p"
QUOTE = f"at://{BOB}/app.bsky.feed.post/3n2u5afuywk2p"


def label(val: Any, **more: Any) -> dict[str, Any]:
    return {"src": "did:plc:labeler", "val": val, "cts": "2026-11-21T22:30:00Z"} | more


@pytest.mark.parametrize(
    ("given_labels", "standing"),
    [
        ([label("spam")], ("spam",)),
        ([label("spam"), label("porn")], ("spam", "porn")),
        ([label("spam", neg=True)], ()),
        ([label("spam"), label("spam", neg=True, cts="2026-11-21T22:31:00Z")], ()),
        ([label("spam", neg=True), label("spam", cts="2026-11-21T22:31:00Z")], ("spam",)),
        ([label("spam", neg=True), label("spam", src="did:plc:another")], ("spam",)),
        ([label("spam", exp="2026-11-21T22:59:59Z")], ()),
        ([label("spam", exp="2026-11-21T23:00:01Z")], ("spam",)),
        ([label("spam", exp="2026-11-21T22:59:59")], ()),
        ([label("spam", exp="never")], ("spam",)),
        ([label(3), None, "spam", {}], ()),
        ("spam", ()),
    ],
)
def test_a_label_that_was_taken_back_or_is_over_is_none(given_labels: Any, standing: tuple[str, ...]) -> None:
    assert labels.values(given_labels, SEEN) == standing


def captured(collection: str, wire: Wire) -> Any:
    name = f"jetstream_{wire}.derived.jsonl"
    events = [event for frame in captures.frames(name) if (event := read(wire, frame))]
    return next(event for event in events if event.collection == collection)


@pytest.mark.parametrize("wire", Wire)
def test_captured_gates_are_read_from_both_wires(wire: Wire) -> None:
    post, thread = captured(POSTGATES, wire), captured(THREADGATES, wire)
    assert gates.read(post.did, post.rkey, post.collection, post.record) == Gate(
        QUOTED, detached=frozenset({QUOTE}), quote_policy=NO_QUOTES
    )
    assert gates.read(thread.did, thread.rkey, thread.collection, thread.record) == Gate(
        ROOT, hidden=frozenset({ANSWER})
    )


def test_a_gate_of_somebody_elses_post_is_none() -> None:
    record = {"post": ROOT, "hiddenReplies": [ANSWER]}
    assert gates.read(BOB, "3n2u5afdp7s2p", THREADGATES, record) is None
    assert gates.read(ALICE, "3other", THREADGATES, record) is None


def test_a_gate_that_was_taken_away_gives_the_right_to_quote_back_and_names_nobody() -> None:
    assert gates.read(ALICE, "3n2u5afh4ls2p", POSTGATES, None) == Gate(QUOTED, quote_policy="")


def test_a_gate_speaks_only_of_posts_we_have() -> None:
    gate = Gate(QUOTED, frozenset({QUOTE, "at://did:plc:x/app.bsky.feed.post/9"}), quote_policy=NO_QUOTES)
    assert gates.marks(gate, {QUOTE}) == [IncomingMarks(QUOTE, quote=IncomingQuote(QUOTED, "gone"))]
    assert gates.marks(gate, {QUOTED}) == [IncomingMarks(QUOTED, quote_policy=NO_QUOTES)]


def test_a_captured_view_of_a_gated_post_names_the_answers_its_author_hid() -> None:
    assert gates.hidden_by(captures.answer("postview.plain.with_threadgate.json")) == {ANSWER}
    assert gates.hidden_by(captures.VIEWS["This! #wallconf"]) == frozenset()


def test_captured_labels_on_a_post_and_on_an_account_are_told_apart() -> None:
    on_post = views.marks(captures.answer("postview.emoji.labelled.json"), SEEN)
    on_account = views.marks(captures.answer("postview.nofacet.labelled.json"), SEEN)
    assert on_post and on_post.labels == ("graphic-media",)
    assert on_account and on_account.labels == ()


def test_a_quoted_post_with_a_warning_on_it_is_linked_and_not_read_out() -> None:
    view = captures.VIEWS["This! #wallconf"]
    record = {**view["embed"]["record"], "labels": [label("porn")]}
    seen = views.marks({**view, "embed": {**view["embed"], "record": record}}, SEEN)
    assert seen and seen.quote and (seen.quote.state, seen.quote.segments) == ("accepted", ())


def test_a_view_without_its_embed_says_nothing_of_the_quote() -> None:
    view = {key: value for key, value in captures.VIEWS["This! #wallconf"].items() if key != "embed"}
    seen = views.marks(view, SEEN)
    assert seen and seen.quote is None


@given(anything, st.sampled_from([POSTGATES, THREADGATES, "x"]), anything)
def test_nothing_raises(record: Any, collection: str, key: Any) -> None:
    gates.read(ALICE, str(key), collection, record)
    gates.hidden_by({"threadgate": {"record": record}})
    gates.root_of(record)
    labels.values(record, SEEN)
    views.marks({"uri": ROOT, "cid": "x", "record": record, "labels": record, "embed": record}, SEEN)
