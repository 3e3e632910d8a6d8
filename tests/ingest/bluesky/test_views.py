"""What the AppView adds to a record: addresses that are served, labels of moderation, the quoted words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky import views
from ingest.text.segments import plain
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.wild import FIELDS, anything, embeds


def test_a_view_puts_the_addresses_that_are_served_in_the_place_of_those_we_guessed() -> None:
    for words in ("Two slides", "Gallery of six", "Short clip", "Quote plus photo"):
        view = next(view for text, view in captures.VIEWS.items() if text.startswith(words))
        seen = views.post(view, seen_at=SEEN)
        assert seen and seen.attachments
        assert all((one.url or "").startswith("http://localhost:2584/") for one in seen.attachments)
        assert all((one.preview_url or "").startswith("http://localhost:2584/") for one in seen.attachments)
        assert replace(seen, attachments=(), quote=None) == replace(captures.post(words), attachments=(), quote=None)


def test_a_view_brings_the_words_of_the_quoted_post() -> None:
    seen = views.post(captures.VIEWS["This! #wallconf"], seen_at=SEEN)
    assert seen and seen.quote and seen.quote.author_name == "Alice 🦋 Müller"
    assert plain(seen.quote.segments) == "Two slides from the keynote #wallconf"


def test_a_quoted_author_who_wants_no_strangers_is_linked_and_not_read_out() -> None:
    view = json.loads(json.dumps(captures.VIEWS["This! #wallconf"]))
    view["embed"]["record"]["author"]["labels"] = [{"val": "!no-unauthenticated"}]
    seen = views.post(view, seen_at=SEEN)
    assert seen and seen.quote and (seen.quote.segments, seen.quote.author_name) == ((), "")


def test_a_detached_quote_is_gone() -> None:
    seen = views.post(captures.answer("postview.quote.after_detach.json"), seen_at=SEEN)
    assert seen and seen.quote and seen.quote.state == "gone"


def test_labels_of_moderation_come_with_the_view_and_those_taken_back_do_not() -> None:
    view = {
        **captures.VIEWS["This! #wallconf"],
        "labels": [{"val": "porn"}, {"val": "spam", "neg": True}, {"val": 3}, None],
    }
    seen = views.post(view, seen_at=SEEN)
    assert seen and seen.labels == ("porn",) and seen.sensitive


def test_the_view_of_another_version_adds_nothing() -> None:
    view = {**captures.VIEWS["Two slides from the keynote #wallconf"], "cid": "bafyreianother"}
    assert views.enrich(captures.post("Two slides"), view, SEEN) == captures.post("Two slides")


@given(st.dictionaries(st.sampled_from(FIELDS), anything | embeds), embeds, anything)
def test_no_view_raises(record: Any, embed: Any, more: Any) -> None:
    uri = "at://did:plc:abc/app.bsky.feed.post/3kabc"
    views.post({"uri": uri, "cid": "bafyreiabcdefgh", "record": record, "embed": embed, "labels": more}, seen_at=SEEN)
    views.post({"uri": more, "cid": more, "record": record}, seen_at=SEEN)
