"""Which changes make another version of a post, whichever server told us."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.mastodon.parse import Server
from tests.ingest.mastodon.captures import (
    changed,
    gotosocial,
    parsed,
    synthetic,
)


def test_mastodon_c4_one_post_on_two_servers_has_one_uri_and_one_version() -> None:
    seen_at_a = {p.uri: p for p in (parsed(s, Server("a.example", "a.example")) for s in gotosocial("federated_tag_A"))}
    seen_at_b = {p.uri: p for p in (parsed(s, Server("b.example", "b.example")) for s in gotosocial("federated_tag_B"))}
    (uri,) = seen_at_a.keys() & seen_at_b.keys()
    assert seen_at_a[uri].address != seen_at_b[uri].address
    assert seen_at_a[uri].version == seen_at_b[uri].version
    assert seen_at_a[uri].author.uri == seen_at_b[uri].author.uri


def test_a_server_s_own_copies_of_pictures_and_pages_make_no_other_version() -> None:
    here = synthetic("media_cw") | {"emojis": synthetic("plain")["emojis"], "content": "<p>:blobcat: hi</p>"}
    there = here | {"media_attachments": [dict(m) for m in here["media_attachments"]]}
    there["media_attachments"][0] |= {"url": "https://cache.other.example/1.png", "preview_url": None}
    there["emojis"] = [{"shortcode": "blobcat", "url": "https://other.example/e.png"}]
    assert parsed(here).version == parsed(there).version


@pytest.mark.parametrize(
    "change",
    [
        {"content": "<p>Slides</p>"},
        {"spoiler_text": "Other"},
        {"media_attachments": []},
        {"media_attachments": [{"type": "image", "url": "https://x.example/1.png", "description": "Another alt"}]},
        {"poll": {"options": [{"title": "Tea"}]}},
        {"quote": synthetic("quote_accepted")["quote"]},
    ],
)
def test_mastodon_c8_other_words_or_media_are_another_version(change: dict[str, Any]) -> None:
    assert parsed(changed("media_cw", **change)).version != parsed(synthetic("media_cw")).version


@pytest.mark.parametrize(
    "change", [{"favourites_count": 9}, {"id": "7"}, {"language": "de"}, {"card": None}, {"tags": []}]
)
def test_what_is_not_words_or_media_makes_no_other_version(change: dict[str, Any]) -> None:
    assert parsed(changed(**change)).version == parsed(synthetic("plain")).version
