"""Statuses that lack, lie or break: skipped with a reason, or taken with what is left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mastodon.parse import Skip, parse
from ingest.text.segments import plain
from ingest.types import IncomingPost
from tests.ingest.mastodon.captures import (
    HERE,
    NOW,
    SHAPES,
    account,
    changed,
    gotosocial,
    parsed,
    skipped,
    synthetic,
)


@pytest.mark.parametrize(
    ("created_at", "expected"),
    [
        ("2026-11-21T10:00:00.000Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T12:00:00+02:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2099-01-01T00:00:00Z", datetime(2099, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", NOW),
        ("yesterday", NOW),
        (10**18, NOW),
        (None, NOW),
    ],
)
def test_a_wrong_clock_is_told_as_it_is_and_none_is_ours(created_at: object, expected: datetime) -> None:
    assert parsed(changed(created_at=created_at)).posted_at == expected


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (None, "a post without an address"),
        ([], "a post without an address"),
        (changed(id=None), "a post without an address"),
        (changed(id="1 2"), "a post without an address"),
        (changed(uri="javascript:alert(1)"), "a post without an address"),
        (changed(uri="https://x.example/" + "a" * 3_000), "a post without an address"),
        (changed(uri="https://x.example/\ud800"), "a post without an address"),
        (changed(reblog=synthetic("reply")), "a boost"),
        (gotosocial("reblog"), "a boost"),
        (changed(account=None, uri="https://x.example/1"), "a post without an author"),
        (changed(content="x" * 2_000_000), "a post far too long"),
    ],
)
def test_what_is_no_post_is_left_out_with_a_reason(status: object, reason: str) -> None:
    assert skipped(status) == reason


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https:evil", "vbscript:x"]
)
def test_mastodon_c7_no_address_of_another_kind_gets_through(href: str) -> None:
    post = parsed(
        changed(
            content=f'<p><a href="{href}">press</a></p>',
            url=href,
            card={"url": href, "title": "x"},
            media_attachments=[{"type": "image", "url": href, "preview_url": href}],
            account=account(url=href, avatar=href, avatar_static=href),
            emojis=[{"shortcode": "press", "url": href}],
        )
    )
    assert href not in repr(post)


def test_a_lone_surrogate_harms_nothing() -> None:
    post = parsed(changed(content="<p>a\ud800b</p>", spoiler_text="\udfff", account=account(display_name="\ud83d")))
    repr(post).encode()
    assert plain(post.segments) == "a\N{REPLACEMENT CHARACTER}b"


def test_an_unfinished_list_of_media_ends_somewhere() -> None:
    medium = {"type": "image", "url": "https://x.example/1.png"}
    assert len(parsed(changed(media_attachments=[medium] * 5_000)).attachments) == 20


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A real status with some fields, at any depth, gone or replaced by anything."""
    status = synthetic(draw(st.sampled_from(SHAPES)))
    for _ in range(draw(st.integers(1, 5))):
        spot: Any = status
        while isinstance(spot, dict) and spot:
            key = draw(st.sampled_from(sorted(spot)))
            inner = spot[key]
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                inner = inner[0]
            if isinstance(inner, dict) and inner and draw(st.booleans()):
                spot = inner
                continue
            spot[key] = draw(ANYTHING)
            break
    return status


@settings(max_examples=600, deadline=None)
@given(damaged() | ANYTHING)
def test_the_parser_never_raises(status: object) -> None:
    post = parse(status, HERE, NOW)
    assert isinstance(post, IncomingPost | Skip)
    repr(post).encode("utf-8", "strict" if isinstance(post, Skip) else "backslashreplace")
    if isinstance(post, IncomingPost):
        assert post.posted_at.tzinfo is not None
        assert len(post.version) == 32
        plain(post.segments).encode()  # no lone surrogate reaches the house
