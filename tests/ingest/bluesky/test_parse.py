"""Records to posts: captured ones of every kind, and whatever else a server may hand us."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bluesky import parse
from ingest.text.segments import plain
from ingest.types import Address, IncomingAttachment, IncomingCard, IncomingPost, IncomingQuote, Network
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.captures import SEEN
from tests.ingest.bluesky.wild import FIELDS, anything, embeds

DID, RKEY, CID = "did:plc:abc", "3kabc", "bafyreiabcdefgh"
CDN = "https://cdn.bsky.app/img"


def parsed(record: Any, **changes: Any) -> IncomingPost | None:
    ids = {"did": DID, "rkey": RKEY, "cid": CID} | changes
    return parse.post(ids["did"], ids["rkey"], ids["cid"], record, seen_at=SEEN)


def post(**record: Any) -> IncomingPost:
    found = parsed({"text": "hello #wallconf", "createdAt": "2026-11-21T22:00:00Z"} | record)
    assert found is not None
    return found


def test_a_captured_post_becomes_a_whole_incoming_post() -> None:
    found = captures.post("Hello from the front row!")
    did, rkey = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe", "3n2u5afdp7s2p"
    assert found.uri == f"at://{did}/app.bsky.feed.post/{rkey}"
    assert found.address == Address(Network.BLUESKY, "", f"{did}/{rkey}")
    assert found.url == f"https://bsky.app/profile/{did}/post/{rkey}"
    assert found.version == "bafyreieqbccau2k7x25qa2vcgiaduig577zwbakpze3si6vi6oa37sy4bi"
    assert found.posted_at == datetime(2026, 11, 21, 22, 22, 44, 128000, UTC)
    assert (found.lang, found.tags, found.public, found.sensitive) == ("en", {"wallconf"}, True, False)
    assert plain(found.segments) == "Hello from the front row! #WallConf 👋"


def test_an_author_whose_profile_is_not_read_yet_is_shown_to_nobody_who_is_not_signed_in() -> None:
    assert post().author.no_unauthenticated
    assert post().author.uri == post().author.name == DID


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("The outline tag", {"wallconf", "python"}),
        ("Client without facets", {"wallconf"}),
        ("会場に着きました", {"wallconf", "ウォール"}),
        ("tags glued", {"wall_conf", "wallconf2026", "wallconf"}),
        ("thanks, reply", set()),
    ],
)
def test_tags_are_found_in_facets_in_the_list_and_in_the_bare_words(words: str, tags: set[str]) -> None:
    assert captures.post(words).tags == tags


def test_images_keep_their_descriptions_and_an_empty_one_is_none() -> None:
    did = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe"
    first, second = captures.post("Two slides").attachments
    cid = "bafkreiglr6bsrvmod6ocpdhsgp5jaedjpbipv2y546hkltgnmeaaozj33u"
    assert first == IncomingAttachment(
        kind="image",
        url=f"{CDN}/feed_fullsize/plain/{did}/{cid}@jpeg",
        preview_url=f"{CDN}/feed_thumbnail/plain/{did}/{cid}@jpeg",
        alt="Slide one: the architecture of the wall",
        width=1200,
        height=800,
    )
    assert second.alt is None


def test_a_gallery_a_video_and_a_picture_beside_a_quote_are_attachments() -> None:
    assert [one.alt for one in captures.post("Gallery of six").attachments] == [f"photo {n}" for n in range(6)]
    video = captures.post("Short clip").attachments[0]
    assert (video.kind, video.alt, video.width, video.height) == ("video", "crowd clapping", 1080, 1920)
    assert (video.url or "").startswith("https://video.bsky.app/watch/did%3Aplc%3A2ycbltvuyfu7gifvwcfw2vom/bafkrei")
    both = captures.post("Quote plus photo")
    assert both.attachments[0].alt == "the audience"
    assert both.quote and both.quote.uri.endswith("/3n2u5afdp7s2p")


def test_a_video_that_is_a_gif_says_so() -> None:
    embed = {"$type": "app.bsky.embed.video", "presentation": "gif", "video": {"ref": {"$link": "bafkreiabcd"}}}
    assert post(embed=embed).attachments[0].kind == "gifv"


def test_a_link_becomes_a_card_of_words() -> None:
    card = captures.post("Slides are online").card
    assert card and (card.url, card.title, card.description) == (
        "https://example.org/slides",
        "Slides: Live walls",
        "All slides",
    )
    assert (card.image_url or "").startswith(f"{CDN}/feed_thumbnail/plain/did:plc:332out5vmxwzaxjhmrqdwipk/bafkrei")
    external = {"$type": "app.bsky.embed.external", "external": {"uri": "javascript:alert(1)", "title": "x"}}
    assert post(embed=external).card is None
    assert post(embed={**external, "external": {"uri": "https://a.example/"}}).card == IncomingCard(
        "https://a.example/", "https://a.example/"
    )


def test_a_quote_and_a_reply_name_the_other_post() -> None:
    assert captures.post("This!").quote == IncomingQuote(
        "at://did:plc:x56qx7w5dj6jbpb2jaiq5ppe/app.bsky.feed.post/3n2u5afh4ls2p"
    )
    reply = captures.post("thanks, reply").reply_to_uri
    assert reply == "at://did:plc:2ycbltvuyfu7gifvwcfw2vom/app.bsky.feed.post/3n2u5agg2tc2p"


@pytest.mark.parametrize("kind", ["generator", "list", "starterpack"])
def test_a_quoted_feed_or_list_is_no_quoted_post(kind: str) -> None:
    record = {"uri": f"at://{DID}/app.bsky.feed.{kind}/x", "cid": CID}
    assert post(embed={"$type": "app.bsky.embed.record", "record": record}).quote is None


def test_an_embed_from_the_future_is_left_out_and_the_words_stay() -> None:
    found = post(embed={"$type": "app.bsky.embed.hologram", "thing": 1})
    assert (found.attachments, found.card, found.quote) == ((), None, None)
    assert plain(found.segments) == "hello #wallconf"


def test_a_picture_without_words_is_a_post_and_nothing_at_all_is_none() -> None:
    image = {"image": {"ref": {"$link": "bafkreiabcd"}}, "alt": "x"}
    assert parsed({"text": "", "embed": {"$type": "app.bsky.embed.images", "images": [image]}}) is not None
    assert parsed({"text": " \n"}) is None


def test_what_the_author_says_of_a_post_makes_it_sensitive_or_keeps_it_from_the_public() -> None:
    assert captures.post("spicy").labels == ("sexual",) and captures.post("spicy").sensitive
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    assert not post(labels=labels).public


def test_mentions_are_the_dids_spoken_to() -> None:
    assert captures.post("Grüße").mentions == ("did:plc:x56qx7w5dj6jbpb2jaiq5ppe",)


def test_a_bridged_copy_names_its_original() -> None:
    assert post(bridgyOriginalUrl="https://fjord.example/@k/1").bridge_of == "https://fjord.example/@k/1"
    assert post(fediverseId="https://wafrn.example/fediverse/post/1").bridge_of is not None
    assert post(bridgyOriginalUrl="javascript:x").bridge_of is None
    assert post().bridge_of is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-21T22:00:00.5Z", datetime(2026, 11, 21, 22, 0, 0, 500000, UTC)),
        ("2026-11-21T23:00:00+01:00", datetime(2026, 11, 21, 22, 0, tzinfo=UTC)),
        ("2026-11-21T22:00:00", datetime(2026, 11, 21, 22, 0, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2031-01-01T00:00:00.000Z", datetime(2031, 1, 1, tzinfo=UTC)),
        ("not-a-date", SEEN),
        ("0001-01-01T00:00:00+23:59", SEEN),
        ("99999-01-01T00:00:00Z", SEEN),
        (10**18, SEEN),
        (None, SEEN),
    ],
)
def test_the_authors_time_is_taken_as_it_is_and_ours_where_it_is_none(written: Any, read: datetime) -> None:
    assert post(createdAt=written).posted_at == read


@pytest.mark.parametrize("langs", [None, [], "en", [3], ["not a language"], [{"x": 1}]])
def test_a_language_that_is_none_is_left_out(langs: Any) -> None:
    assert post(langs=langs).lang is None


def test_the_captured_garbage_is_a_post_of_311_characters() -> None:
    commit = json.loads(captures.frames("jetstream_v1.REAL.recreate_garbage.jsonl")[-1])["commit"]
    found = parsed(commit["record"], cid=commit["cid"], rkey=commit["rkey"])
    assert found and len(plain(found.segments)) == 311
    assert (found.posted_at, found.tags) == (SEEN, {"wallconf"})


@pytest.mark.parametrize(
    "ids",
    [
        {"did": "nobody"},
        {"did": 3},
        {"did": "did:plc:a/b"},
        {"rkey": "a/b"},
        {"rkey": ".."},
        {"cid": ""},
        {"cid": None},
    ],
)
def test_a_post_without_a_proper_address_is_none(ids: dict[str, Any]) -> None:
    assert parsed({"text": "x"}, **ids) is None


@given(st.dictionaries(st.sampled_from(FIELDS), anything | embeds | st.lists(embeds, max_size=2)) | anything)
def test_no_record_raises(record: Any) -> None:
    parsed(record)
    parse.tags_of(record)
