"""The checklist's rows about a post's words, pictures and neighbours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.audience import Audience
from tests.ingest.bluesky import captures
from tests.ingest.bluesky.rows.world import A, B, World, words

ALICE = "did:plc:x56qx7w5dj6jbpb2jaiq5ppe"


def captured(world: World, words: str, *, carry: bool = True) -> dict[str, Any]:
    """A captured post is said again, with its captured view at the AppView."""
    view = next(view for text, view in captures.VIEWS.items() if text.startswith(words))
    _, _, did, _, rkey = view["uri"].split("/")
    world.appview.profiles[did] = view["author"]
    world.appview.posts[view["uri"]] = view if carry else {**view, "embed": None}
    world.feed.say(
        "commit", did, collection="app.bsky.feed.post", operation="create", rkey=rkey, cid=view["cid"], rev="3k1",
        record=view["record"],
    )  # fmt: skip
    return view


async def test_bluesky_d01_facets_with_multi_byte_text_are_drawn_where_they_belong(world: World) -> None:
    view = captured(world, "Grüße")
    assert [(f["index"]["byteStart"], f["index"]["byteEnd"]) for f in view["record"]["facets"]] == [
        (70, 79), (58, 69), (81, 109),
    ]  # fmt: skip
    post = (await world.until(lambda posts: view["uri"] in posts))[view["uri"]]
    marked = {segment["t"]: (segment["text"], segment["href"]) for segment in post.segments if segment["t"] != "text"}
    assert marked == {
        "mention": ("@alice.test", f"https://bsky.app/profile/{ALICE}"),
        "hashtag": ("#wallconf", "https://bsky.app/hashtag/wallconf"),
        "link": ("https://example.org/talks/42", "https://example.org/talks/42"),
    }
    assert words(post) == view["record"]["text"]


async def test_bluesky_d02_tags_outside_the_text_and_without_facets_are_found_and_longer_tags_are_not(
    world: World,
) -> None:
    captured(world, "The outline tag")
    captured(world, "Client without facets")
    world.write("somewhere else #wallconf2026", rkey="no")
    world.write("the last #wallconf", rkey="last")
    posts = await world.until(lambda posts: len(posts) == 3)
    assert not [post for post in posts.values() if "2026" in words(post)]


async def test_bluesky_d03_quotes_and_answers_may_come_before_what_they_name_and_likes_are_nothing(
    world: World,
) -> None:
    root, quoted = f"at://{A}/app.bsky.feed.post/root", f"at://{A}/app.bsky.feed.post/quoted"
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": quoted, "cid": "x"}}
    quote = world.write("This! #wallconf", B, "quote", embed=embed)
    answer = world.write("me too #wallconf", B, "answer", reply={"root": {"uri": root}, "parent": {"uri": root}})
    for kind in ("like", "repost"):
        world.write("#wallconf", B, kind, collection=f"app.bsky.feed.{kind}", subject={"uri": root})
    world.write("It begins #wallconf", A, "root")
    world.write("Tides #wallconf", A, "quoted")
    posts = await world.until(lambda posts: len(posts) == 4 and posts[answer].reply_to_id)
    assert posts[answer].reply_to_id == posts[root].id
    assert posts[quote].quote and posts[quote].quote["uri"] == quoted


async def test_bluesky_d12_every_kind_of_embed_is_kept_with_its_descriptions(world: World) -> None:
    gallery, images = captured(world, "Gallery of six"), captured(world, "Two slides")
    video, link = captured(world, "Short clip"), captured(world, "Slides are online")
    both, quote = captured(world, "Quote plus photo"), captured(world, "This! #wallconf")
    world.write("from the future #wallconf", rkey="x", embed={"$type": "app.bsky.embed.hologram", "thing": 1})
    bare = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://a.example/", "title": "", "description": ""},
    }
    world.write("no thumb #wallconf", rkey="bare", embed=bare)
    posts = await world.until(lambda posts: len(posts) == 8)

    def media(view: dict[str, Any]) -> list[tuple[str, str | None]]:
        return [(one.kind, one.alt) for one in posts[view["uri"]].attachments]

    assert media(gallery) == [("image", f"photo {n}") for n in range(6)]
    assert media(images) == [("image", "Slide one: the architecture of the wall"), ("image", None)]
    assert media(video) == [("video", "crowd clapping")]
    assert (posts[video["uri"]].attachments[0].preview_url or "").endswith("/thumbnail.jpg")
    assert "captions" not in video["record"]["embed"]
    assert media(both) == [("image", "the audience")]
    assert all(posts[view["uri"]].quote for view in (both, quote))
    assert posts[link["uri"]].card and posts[link["uri"]].card["title"] == "Slides: Live walls"
    plain_card = posts[f"at://{A}/app.bsky.feed.post/bare"].card
    assert plain_card and (plain_card["title"], plain_card["image_url"]) == ("https://a.example/", None)
    unknown = posts[f"at://{A}/app.bsky.feed.post/x"]
    assert (unknown.attachments, unknown.card, unknown.quote) == ([], None, None)


@pytest.mark.parametrize("kind", ["viewNotFound", "viewBlocked", "viewDetached"])
async def test_bluesky_d12_a_quoted_post_that_is_not_to_be_seen_has_no_words(world: World, kind: str) -> None:
    view = captured(world, "This! #wallconf")
    inside = {"$type": f"app.bsky.embed.record#{kind}", "uri": view["embed"]["record"]["uri"]}
    posts = await world.until(lambda posts: view["uri"] in posts)
    assert posts[view["uri"]].quote["words"]  # type: ignore[index]
    world.mark(view["uri"], embed={"$type": "app.bsky.embed.record#view", "record": inside})
    world.looked_again()
    posts = await world.until(lambda posts: posts[view["uri"]].quote["state"] == "gone")  # type: ignore[index]
    assert posts[view["uri"]].quote["words"] == []  # type: ignore[index]


async def test_bluesky_d13_a_record_that_is_garbage_stops_nothing(world: World) -> None:
    commit = json.loads(captures.frames("jetstream_v1.REAL.recreate_garbage.jsonl")[-1])["commit"]
    record = commit["record"]
    assert record["facets"][0]["index"]["byteEnd"] == 9999 and record["createdAt"] == "not-a-date"
    world.feed.raw('{"torn', "[]", '{"$type":"message","payload":{"$type":"x#commit"}}')
    garbage = world.write(record["text"], rkey="g", **{k: v for k, v in record.items() if k != "text"})
    for n, wrong in enumerate((7, None, [], {"text": []})):
        world.feed.say(
            "commit", A, collection="app.bsky.feed.post", operation="create", rkey=str(n), cid="x", rev="3k9",
            record=wrong,
        )  # fmt: skip
    world.write("and on it goes #wallconf", rkey="next")
    posts = await world.until(lambda posts: len(posts) == 2)
    assert len(words(posts[garbage])) == 311 and posts[garbage].posted_at == world.clock()


async def test_bluesky_d14_clocks_that_lie_do_not_bring_a_post_before_what_is_said_now(world: World) -> None:
    """`posted_at` is the author's time, never later than our receipt: 2031 is now, and 2020 keeps its place far back,
    marked as late, where it moves nothing that is on a screen."""
    world.write("first #wallconf", rkey="1")
    await world.until_shown("first #wallconf")
    world.clock.forward(70)
    world.write("from 2020 #wallconf", rkey="2", createdAt="2020-01-01T00:00:00Z")
    world.write("from 2031 #wallconf", rkey="3", createdAt="2031-01-01T00:00:00Z")
    await world.until(lambda posts: len(posts) == 3)
    world.clock.forward(1)
    world.write("last #wallconf", rkey="4", createdAt=f"{world.clock():%Y-%m-%dT%H:%M:%SZ}")
    posts = await world.until(lambda posts: len(posts) == 4)
    assert await world.shown(Audience.PUBLIC) == [
        "from 2020 #wallconf", "first #wallconf", "from 2031 #wallconf", "last #wallconf",
    ]  # fmt: skip
    late = {words(post).partition(" #")[0]: post.late for post in posts.values()}
    assert late == {"from 2020": True, "first": False, "from 2031": False, "last": False}
