"""Statuses become posts, whatever server they come from and whatever they lack."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.mastodon.parse import Server
from ingest.text.segments import plain
from ingest.types import Address, IncomingCard, Network
from tests.ingest.mastodon.captures import (
    GOTOSOCIAL,
    HERE,
    SHAPES,
    account,
    changed,
    gotosocial,
    parsed,
    synthetic,
)


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_mastodon_is_taken(name: str) -> None:
    post = parsed(synthetic(name))
    assert post.public
    assert post.tags == {"walldemo"}
    assert plain(post.segments)


def test_a_plain_post_is_read_in_full() -> None:
    post = parsed(synthetic("plain"))
    assert plain(post.segments) == "Hello #WallDemo :blobcat: @bob\nsee example.org/a/very/long/path/th…"
    assert post.uri == "https://wall.example/users/ada/statuses/116000000000000101"
    assert post.address == Address(Network.MASTODON, "wall.example", "116000000000000101")
    assert post.posted_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert post.mentions == ("bob@remote.example",)
    assert post.card == IncomingCard(
        "https://example.org/a/very/long/path/that/gets/shortened",
        "Example",
        image_url="https://files.wall.example/cards/1.png",
    )
    assert (post.lang, post.edited_at, post.poll, post.quote, post.reply_to) == ("en", None, None, None, None)


def test_an_author_is_known_by_the_address_of_the_actor() -> None:
    author = parsed(synthetic("plain")).author
    assert author.uri == "https://wall.example/users/ada"
    assert (author.name, author.handle, author.url) == ("Ada", "ada@wall.example", "https://wall.example/@ada")
    assert author.avatar_url == "https://files.wall.example/accounts/avatars/ada.png"
    assert (author.indexable, author.noindex, author.discoverable) == (False, False, True)
    assert not (author.bot or author.nobot or author.limited)


def test_an_account_tells_since_when_it_is_there() -> None:
    made = {"created_at": "2026-11-20T00:00:00.000Z"}
    assert parsed(changed(account=account(**made))).author.since == datetime(2026, 11, 20, tzinfo=UTC)
    for nothing in (None, "", "yesterday", 7, "2026-99-20"):
        assert parsed(changed(account=account(created_at=nothing))).author.since is None


def test_mastodon_c7_media_keep_their_description_their_size_and_where_to_look() -> None:
    post = parsed(synthetic("media_cw"))
    slide, unfinished = post.attachments
    assert (slide.kind, slide.alt, slide.width, slide.height, slide.focus) == (
        "image",
        "A slide with colour bars",
        1280,
        720,
        (0.2, -0.3),
    )
    assert (unfinished.kind, unfinished.url, unfinished.alt) == ("unknown", None, None)
    assert (post.content_warning, post.sensitive) == ("Eye contact", True)


def test_a_poll_keeps_its_choices_and_its_end() -> None:
    poll = parsed(synthetic("poll")).poll
    assert poll is not None
    assert (poll.choices, poll.multiple) == (("Tea", "Coffee"), False)
    assert poll.ends_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_mastodon_c7_an_accepted_quote_is_shown_and_its_fallback_is_not() -> None:
    post = parsed(synthetic("quote_accepted"))
    assert plain(post.segments) == "This! #WallDemo"
    assert post.quote is not None
    assert (post.quote.uri, post.quote.state) == (
        "https://wall.example/users/ada/statuses/116000000000000101",
        "accepted",
    )
    assert plain(post.quote.segments).startswith("Hello #WallDemo")


@pytest.mark.parametrize("state", ["rejected", "revoked", "deleted", "unauthorized", "blocked_account", "new", None, 7])
def test_a_quote_that_was_not_agreed_to_shows_none_of_its_words(state: object) -> None:
    quote = synthetic("quote_accepted")["quote"] | {"state": state}
    post = parsed(changed("quote_accepted", quote=quote))
    assert post.quote is not None
    assert (post.quote.state, post.quote.segments) == ("gone", ())
    assert "RE:" in plain(post.segments)  # then the link is all there is


def test_a_private_post_is_not_shown_through_a_quote() -> None:
    quote = synthetic("quote_accepted")["quote"]
    quote["quoted_status"]["visibility"] = "private"
    post = parsed(changed("quote_accepted", quote=quote))
    assert post.quote is not None
    assert post.quote.segments == ()


def test_a_quoted_post_keeps_its_warning() -> None:
    quote = synthetic("quote_accepted")["quote"]
    quote["quoted_status"]["spoiler_text"] = "Ending of the film"
    post = parsed(changed("quote_accepted", quote=quote))
    assert post.quote is not None
    assert plain(post.quote.segments) == "[Ending of the film]"


def test_a_reply_names_its_parent_as_this_server_knows_it() -> None:
    assert parsed(synthetic("reply")).reply_to == HERE.address("116000000000000102")
    assert parsed(synthetic("reply")).lang is None


def test_mastodon_c6_who_asks_not_to_be_collected_is_marked() -> None:
    assert parsed(synthetic("media_cw")).author.nobot
    assert parsed(synthetic("bot")).author.bot


@pytest.mark.parametrize(
    ("note", "asks"),
    [
        ("<p>#nobot</p>", True),
        ("<p>#NoBots please</p>", True),
        ('<p>no <a href="https://x.example">bots</a></p>', True),
        ("no bot", True),
        ("<p>I build robots, no bottles</p>", False),
        ("a bot", False),
        (None, False),
        ("no<p>bot</p>", False),
    ],
)
def test_the_wish_is_read_from_the_words_of_the_profile(note: object, asks: bool) -> None:
    assert parsed(changed(account=account(note=note))).author.nobot is asks


@pytest.mark.parametrize("field", ["limited", "suspended"])
def test_mastodon_c6_who_is_limited_there_is_marked(field: str) -> None:
    assert parsed(changed(account=account(**{field: True}))).author.limited


@pytest.mark.parametrize("name", ["post_plain", "post_cw", "post_media", "post_video", "post_poll", "post_reply"])
def test_mastodon_c10_gotosocial_leaves_fields_out_and_is_understood(name: str) -> None:
    post = parsed(gotosocial(name), GOTOSOCIAL)
    assert post.tags >= {"walldemo"}
    assert post.author.uri.startswith("http://127.0.0.1:58501/users/")  # it tells no actor address
    assert post.author.handle.endswith("@127.0.0.1:58501")
    assert (post.author.indexable, post.author.noindex) == (None, None)


@pytest.mark.parametrize("name", ["post_unlisted", "post_private"])
def test_what_not_everybody_sees_is_told_as_such(name: str) -> None:
    assert not parsed(gotosocial(name), GOTOSOCIAL).public


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", "local", "list", "", None, 3])
def test_mastodon_c6_only_public_is_public(visibility: object) -> None:
    assert not parsed(changed(visibility=visibility)).public


def test_a_whole_timeline_is_understood() -> None:
    posts = [parsed(status, GOTOSOCIAL) for status in gotosocial("timeline_tag")]
    assert len({post.uri for post in posts}) == 6
    assert {"タグ", "café"} <= posts[0].tags
    assert "<script>alert(1)</script>" in plain(posts[0].segments)  # words, not markup


def test_a_bridge_s_copy_names_its_original() -> None:
    post = parsed(changed(uri="https://bsky.brid.gy/convert/ap/at://did:plc:abc/app.bsky.feed.post/3k"))
    assert post.bridge_of == "at://did:plc:abc/app.bsky.feed.post/3k"
    assert parsed(changed(uri="https://evil.example/brid.gy/convert/ap/at://x")).bridge_of is None


@pytest.mark.parametrize("tag", ["", "Walldemo", "#walldemo", "WALLDEMO"])
def test_a_tag_is_found_in_the_words_where_the_server_marked_none(tag: str) -> None:
    post = parsed(changed(tags=[{"name": tag}, 3, None], content="<p>(#WallDemo) and #other</p>"))
    assert post.tags == {"walldemo", "other"}


@pytest.mark.parametrize(
    ("acct", "url", "domain", "handle"),
    [
        ("ada", "https://wall.example/@ada", "short.example", "ada@short.example"),
        ("ada@wall.example", "https://wall.example/@ada", "short.example", "ada@wall.example"),
        ("ada", "https://wall.example/@ada", "", "ada@wall.example"),
        ("ada", None, "", "ada"),
        ("a b", None, "x.example", ""),
        (None, None, "x.example", ""),
    ],
)
def test_mastodon_c10_a_handle_has_its_host(acct: object, url: object, domain: str, handle: str) -> None:
    post = parsed(changed(account=account(acct=acct, url=url)), Server("wall.example", domain))
    assert post.author.handle == handle


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ({"automatic": ["public"], "manual": [], "current_user": "automatic"}, "automatic: public"),
        ({"automatic": ["followers"], "manual": ["public"]}, "automatic: followers; manual: public"),
        ({"automatic": [], "manual": []}, "nobody"),
        ({"automatic": ["<b>", 7, "public"], "manual": "x"}, "automatic: public"),
        ({}, ""),
        (None, ""),
        ("public", ""),
    ],
)
def test_whom_an_author_lets_quote_it_is_kept_as_a_wish(said: object, policy: str) -> None:
    assert parsed(changed(quote_approval=said)).quote_policy == policy


def test_mastodon_c7_a_server_s_emoji_are_found_in_words_and_nowhere_else() -> None:
    emojis = [{"shortcode": "cat", "url": "https://x.example/c.gif", "static_url": "https://x.example/c.png"}]
    post = parsed(changed(content='<p>:cat: <a href="https://x.example/:cat:">:cat:</a></p>', emojis=emojis))
    assert post.segments[0]["t"] == "emoji"
    assert [s.get("href") for s in post.segments if s["t"] == "link"] == ["https://x.example/:cat:"]


def test_mastodon_c6_pictures_marked_afterwards_are_a_new_version() -> None:
    plainly, marked = (parsed(changed("media_cw", spoiler_text="", sensitive=on)) for on in (False, True))
    assert (plainly.sensitive, marked.sensitive) == (False, True) and plainly.version != marked.version
    covered = {parsed(changed("media_cw", sensitive=on)).version for on in (False, True)}
    assert len(covered) == 1, "a warning covers them anyway"


def test_mastodon_c6_flags_of_author_and_post_are_kept() -> None:
    given = changed("media_cw", account=account(bot=True), in_reply_to_id="9", language="gsw", sensitive=True)
    given["media_attachments"][0]["description"] = None
    post = parsed(given)
    assert (post.author.bot, post.sensitive, post.lang, post.reply_to) == (True, True, "gsw", HERE.address("9"))
    assert post.content_warning
    assert post.attachments[0].alt is None
