"""The checklist's rows about wishes and warnings: who is not to be shown, what is held, what was hidden or detached."""

from __future__ import annotations

from typing import Any

import pytest

from app.database import Database
from app.domain.audience import Audience
from app.domain.posts.marks import NO_QUOTES
from app.models import Verdict
from tests.ingest.bluesky.rows.world import A, B, World, living
from tests.ingest.bluesky.stage import profile

POSTGATE, THREADGATE = "app.bsky.feed.postgate", "app.bsky.feed.threadgate"
NO_STRANGERS = {"src": A, "uri": f"at://{A}/app.bsky.actor.profile/self", "val": "!no-unauthenticated"}


def label(val: str, **more: Any) -> dict[str, Any]:
    return {"src": "did:plc:labeler", "val": val, "cts": "2026-11-21T22:30:00Z"} | more


async def test_bluesky_d09_who_wants_no_strangers_is_shown_to_none_until_they_take_that_back(world: World) -> None:
    """There is no setting that overrules it: an author's wish reaches every surface."""
    world.appview.profiles[A] = profile(A, labels=[NO_STRANGERS])
    uri = world.write("for those who are signed in #wallconf")
    await world.until(lambda posts: uri in posts and posts[uri].author.name != A)
    assert await world.shown(Audience.PUBLIC) == await world.shown(Audience.REVIEWED) == []
    assert await world.shown(Audience.DESK) == ["for those who are signed in #wallconf"]
    world.appview.profiles[A] = profile(A)
    world.mark(uri, author=profile(A))
    world.looked_again()
    await world.until_shown("for those who are signed in #wallconf")
    world.appview.profiles[A] = profile(A, labels=[NO_STRANGERS])
    world.mark(uri, author=profile(A, labels=[NO_STRANGERS]))
    world.looked_again()
    await world.until_shown()


async def test_bluesky_d10_a_label_that_hides_takes_a_post_down_and_its_negation_gives_it_back(world: World) -> None:
    uri = world.write("hello #wallconf")
    await world.until_shown("hello #wallconf")
    world.mark(uri, labels=[label("!hide")])
    world.looked_again()
    await world.until_shown()
    world.mark(uri, labels=[label("!hide"), label("!hide", neg=True, cts="2026-11-21T22:31:00Z")])
    world.looked_again()
    await world.until_shown("hello #wallconf")


async def test_bluesky_d10_a_label_that_warns_holds_a_post_somebody_approved(reviewed: World) -> None:
    uri = reviewed.write("hello #wallconf")
    await reviewed.until(lambda posts: uri in posts)
    await reviewed.approve(uri)
    reviewed.mark(uri, labels=[label("graphic-media")])
    reviewed.looked_again()
    posts = await reviewed.until(lambda posts: posts[uri].verdict is Verdict.HOLD)
    assert posts[uri].why == "label"


async def test_bluesky_d10_a_label_on_an_account_counts_for_everything_it_says(world: World) -> None:
    uri = world.write("buy #wallconf")
    await world.until_shown("buy #wallconf")
    world.appview.profiles[A] = profile(A, labels=[label("spam", uri=A)])
    world.mark(uri, author=world.appview.profiles[A])
    world.looked_again()
    await world.until_shown()
    world.write("buy more #wallconf", rkey="2")
    posts = await world.until(lambda posts: len(posts) == 2)
    assert {post.verdict for post in posts.values()} == {Verdict.HOLD}


async def test_bluesky_d10_a_label_ends_when_its_time_is_up(world: World) -> None:
    uri = world.write("hello #wallconf")
    await world.until_shown("hello #wallconf")
    world.mark(uri, labels=[label("!hide", exp="2026-11-22T00:30:00Z")])
    world.looked_again()  # it is midnight
    await world.until_shown()
    world.looked_again()
    await world.until_shown("hello #wallconf")


async def test_bluesky_d10_what_the_author_says_of_a_post_is_heard_before_anybody_labels_it(world: World) -> None:
    values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "sexual"}]}
    uri = world.write("spicy #wallconf", labels=values)
    posts = await world.until(lambda posts: uri in posts)
    assert (posts[uri].verdict, posts[uri].sensitive) == (Verdict.HOLD, True)


async def test_bluesky_d10_labelers_of_the_organiser_s_choice_are_asked_for(sqlite: Database) -> None:
    async with living(sqlite, settings={"labelers": ["did:plc:ours", "no did"]}) as world:
        uri = world.write("hello #wallconf")
        await world.until(lambda posts: uri in posts)
    assert set(world.appview.labelers) == {"did:plc:ar7c4by46qjdydhdevvrndac;redact, did:plc:ours"}


async def quote_of(world: World) -> tuple[str, str, dict[str, Any]]:
    """A's post, B's quote of it, and how the AppView shows the quoted one."""
    quoted = world.write("Tides #wallconf", A, "quoted")
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": quoted, "cid": "x"}}
    shown = {**world.appview.posts[quoted], "value": world.appview.posts[quoted]["record"]}
    quote = world.write("This! #wallconf", B, "quote", embed=embed)
    world.mark(quote, embed={"$type": "app.bsky.embed.record#view", "record": shown})
    posts = await world.until(lambda posts: quote in posts and quoted in posts)
    if not posts[quote].quote["words"]:  # type: ignore[index]
        world.looked_again()
        await world.until(lambda posts: posts[quote].quote["words"])  # type: ignore[index]
    return quoted, quote, shown


async def test_bluesky_d11_a_quote_its_author_detached_is_shown_without_what_it_quotes(world: World) -> None:
    quoted, quote, _ = await quote_of(world)
    gone = {"$type": "app.bsky.embed.record#viewDetached", "uri": quoted, "detached": True}
    world.mark(quote, embed={"$type": "app.bsky.embed.record#view", "record": gone})
    world.write("", A, "quoted", collection=POSTGATE, post=quoted, detachedEmbeddingUris=[quote], embeddingRules=[])
    posts = await world.until(lambda posts: posts[quote].quote["state"] == "gone")  # type: ignore[index]
    assert posts[quote].quote == {"uri": quoted, "state": "gone", "name": "", "words": []}
    assert sorted(await world.shown()) == ["This! #wallconf", "Tides #wallconf"]


async def test_bluesky_d11_a_quote_that_was_detached_while_we_did_not_listen_is_seen_at_the_next_look(
    world: World,
) -> None:
    quoted, quote, shown = await quote_of(world)
    gone = {"$type": "app.bsky.embed.record#viewDetached", "uri": quoted, "detached": True}
    world.mark(quote, embed={"$type": "app.bsky.embed.record#view", "record": gone})
    world.looked_again()
    await world.until(lambda posts: posts[quote].quote["state"] == "gone")  # type: ignore[index]
    world.mark(quote, embed={"$type": "app.bsky.embed.record#view", "record": shown})
    world.looked_again()
    await world.until(lambda posts: posts[quote].quote["words"])  # type: ignore[index]


async def test_bluesky_d11_who_allows_no_quotes_is_quoted_nowhere(world: World) -> None:
    quoted, quote, _ = await quote_of(world)
    world.write("", A, "quoted", collection=POSTGATE, post=quoted, embeddingRules=[{"$type": NO_QUOTES}])
    posts = await world.until(lambda posts: posts[quote].quote["state"] == "gone")  # type: ignore[index]
    assert posts[quoted].quote_policy == NO_QUOTES


async def thread_of(world: World) -> tuple[str, str]:
    root = world.write("It begins #wallconf", A, "root")
    reply = {"root": {"uri": root, "cid": "x"}, "parent": {"uri": root, "cid": "x"}}
    answer = world.write("me me me #wallconf", B, "answer", reply=reply)
    await world.until(lambda posts: len(posts) == 2)
    return root, answer


async def test_bluesky_d11_an_answer_that_whoever_began_the_thread_hid_is_hidden(world: World) -> None:
    root, answer = await thread_of(world)
    gate = {"post": root, "hiddenReplies": [answer], "allow": []}
    world.mark(root, threadgate={"record": gate})
    world.write("", A, "root", collection=THREADGATE, **gate)
    await world.until_shown("It begins #wallconf")
    assert len(await world.shown(Audience.DESK)) == 2
    world.mark(root, threadgate={"record": {**gate, "hiddenReplies": []}})
    world.looked_again()
    await world.until_shown("It begins #wallconf", "me me me #wallconf")


@pytest.mark.parametrize("by", [B, "did:plc:somebody"])
async def test_bluesky_d11_nobody_hides_answers_in_a_thread_of_others(world: World, by: str) -> None:
    root, answer = await thread_of(world)
    world.write("", by, "root", collection=THREADGATE, post=root, hiddenReplies=[answer])
    world.write("and on #wallconf", A, "next")
    await world.until(lambda posts: len(posts) == 3)
    assert len(await world.shown()) == 3
