"""Custom emoji become pictures of ours in the words, go where a post's pictures go, and are counted as none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.domain import moderation, snapshot
from app.domain.audience import Audience
from app.domain.posts import emoji, pictures
from app.models import Event, Post, Verdict
from ingest.text.segments import Segment, plain
from ingest.types import IncomingAttachment, IncomingPost
from tests.app.jobs.conftest import Gallery, House
from tests.app.jobs.drawings import SVG
from tests.factories import a_post, make_account


def saying(*segments: Segment, **more: Any) -> IncomingPost:
    return replace(a_post(**more), segments=(*segments, {"t": "text", "text": " #HarbourTalks"}))


def sign(name: str, src: str) -> Segment:
    return {"t": "emoji", "text": f":{name}:", "src": src}


async def seen(house: House, post: IncomingPost, audience: Audience = Audience.PUBLIC) -> dict[str, Any]:
    async with house.database.reading() as db:
        view = await snapshot.one(db, house.event, (await house.stored(post)).id, audience)
    assert view is not None
    return view


async def drawn(house: House, post: IncomingPost, audience: Audience = Audience.PUBLIC) -> list[str | None]:
    """Where the pictures of its emoji are."""
    return [s.get("src") for s in (await seen(house, post, audience))["words"] if s["t"] == "emoji"]


async def test_an_emoji_is_a_word_until_we_have_its_picture_and_is_no_picture_of_the_post(
    both: House, gallery: Gallery
) -> None:
    ferry = sign("ferry", gallery.hang("/ferry.png"))
    post = saying(ferry, {"t": "quote", "parts": [ferry]}, ferry)
    await both.receive(post)
    assert await drawn(both, post) == [None, None]
    await both.pictures.fetch()
    (media,) = await both.media()
    view = await seen(both, post)
    told = {"t": "emoji", "text": ":ferry:", "src": f"/media-files/{media.id}.webp", "width": 80, "height": 60}
    assert view["words"][:3] == [told, {"t": "quote", "parts": [told]}, told]
    assert (view["media"], gallery.asked) == ([], ["/ferry.png"])
    async with both.database.reading() as db:
        assert await pictures.may_serve(db, media.id)


async def test_a_server_is_asked_once_for_what_a_whole_hall_says(both: House, gallery: Gallery) -> None:
    ferry = sign("ferry", gallery.hang("/ferry.png"))
    posts = [saying(ferry) for _ in range(12)]
    await both.receive(*posts[:6])
    await both.pictures.fetch()
    await both.receive(*posts[6:])
    await both.pictures.fetch()
    assert gallery.asked == ["/ferry.png"] and len(await both.media()) == 1
    for post in posts:
        assert all(await drawn(both, post))


async def test_an_emoji_that_does_not_come_is_given_up_for_all_who_say_it(house: House, gallery: Gallery) -> None:
    lost = sign("lost", gallery.server.base + "/lost.png")
    await house.receive(*(saying(lost) for _ in range(40)))
    for _ in range(6):
        await house.pictures.fetch()
        house.clock.forward(1_000)
    assert gallery.asked == ["/lost.png"] * pictures.TRIES
    assert all(one.failed for one in await house.attachments())


async def test_it_goes_with_its_post_and_comes_back_with_it(both: House, gallery: Gallery) -> None:
    post = saying(sign("ferry", gallery.hang("/ferry.png")))
    await both.receive(post)
    await both.pictures.fetch()
    for verdict, files in ((Verdict.HIDE, 0), (Verdict.APPROVE, 1)):
        async with both.database.transaction() as db:
            kim = await make_account(db)
            event, stored = await db.get_one(Event, both.event.id), await both.stored(post)
            await moderation.decide(db, event, stored.id, stored.version, verdict, kim, both.clock())
        await both.pictures.purge()
        both.clock.forward(60)
        await both.pictures.purge()
        await both.pictures.fetch()
        assert len(both.files()) == len(await both.media()) == files


async def test_where_its_pictures_are_kept_back_its_emoji_are_words_but_at_the_desk(
    house: House, gallery: Gallery
) -> None:
    shown = IncomingAttachment("image", gallery.hang("/a.jpg"))
    post = saying(sign("ferry", gallery.hang("/ferry.png")), attachments=(shown,))
    await house.receive(post)
    await house.pictures.fetch()
    async with house.database.transaction() as db:
        await db.execute(update(Post).values(media_verdict=Verdict.HOLD))
    assert await drawn(house, post) == [None]
    assert all(await drawn(house, post, Audience.DESK))


@pytest.mark.parametrize("rule", ["all", "new"])
async def test_nobodys_emoji_pass_where_nobodys_pictures_would(house: House, gallery: Gallery, rule: str) -> None:
    async with house.database.transaction() as db:
        await db.execute(update(Event).values(rules={"pictures": rule}))
    await house.receive(saying(sign("ferry", gallery.hang("/ferry.png"))))
    assert await house.attachments() == []


@pytest.mark.parametrize("picture", [(), (IncomingAttachment("image", "https://kueste.example/a.jpg"),)])
async def test_no_edit_is_the_way_round_what_makes_pictures_wait(
    house: House, gallery: Gallery, picture: tuple[IncomingAttachment, ...]
) -> None:
    ferry = sign("ferry", gallery.hang("/ferry.png"))
    post = a_post(posted_at=house.clock(), attachments=picture)
    await house.receive(post)
    async with house.database.transaction() as db:
        await db.execute(update(Event).values(rules={"pictures": "all"}))
    house.clock.forward(60)
    edit = replace(post, segments=(ferry, *post.segments), version="2", edited_at=house.clock())
    await house.receive(edit)
    assert [one.kind for one in await house.attachments()] == ["image"] * len(picture)


@pytest.mark.parametrize("verdict", [Verdict.WAITING, Verdict.HOLD, Verdict.HIDE])
async def test_what_was_kept_back_with_a_picture_does_not_pass_when_the_picture_is_edited_away(
    house: House, gallery: Gallery, verdict: Verdict
) -> None:
    shown = IncomingAttachment("image", gallery.hang("/a.jpg"))
    post = saying(sign("ferry", gallery.hang("/ferry.png")), attachments=(shown,), posted_at=house.clock())
    await house.receive(post)
    await house.pictures.fetch()
    async with house.database.transaction() as db:
        await db.execute(update(Post).values(media_verdict=verdict))
        await db.execute(update(Event).values(rules={"pictures": "all"}))
    house.clock.forward(60)
    await house.receive(replace(post, attachments=(), version="2", edited_at=house.clock()))
    await house.pictures.fetch()
    assert await house.attachments() == [] and await drawn(house, post) == [None]


async def test_an_edit_keeps_what_it_still_says_whichever_server_tells_of_it(house: House, gallery: Gallery) -> None:
    ferry, gull = sign("ferry", gallery.hang("/ferry.png")), sign("gull", gallery.hang("/gull.png"))
    post = saying(ferry, gull, posted_at=house.clock())
    await house.receive(post)
    await house.pictures.fetch()
    house.clock.forward(60)
    elsewhere, buoy = sign("ferry", "https://other.example/ferry.png"), sign("buoy", gallery.hang("/buoy.png"))
    edit = {"version": "2", "edited_at": post.posted_at + timedelta(seconds=60)}
    await house.receive(replace(post, segments=(elsewhere, buoy, {"t": "text", "text": " #HarbourTalks"}), **edit))
    await house.pictures.fetch()
    assert [one.alt for one in await house.attachments()] == [":ferry:", ":buoy:"]
    assert sorted(gallery.asked) == ["/buoy.png", "/ferry.png", "/gull.png"]
    assert all(await drawn(house, post))


async def test_what_is_no_picture_and_what_is_too_many_stay_words(house: House, gallery: Gallery) -> None:
    many = [sign(f"n{n}", gallery.hang(f"/{n}.png", SVG if n == 0 else None)) for n in range(emoji.MOST + 5)]
    post = saying(*many)
    await house.receive(post)
    await house.pictures.fetch()
    assert [src is not None for src in await drawn(house, post)] == [False] + [True] * (emoji.MOST - 1) + [False] * 5
    assert plain((await seen(house, post))["words"]).startswith(":n0::n1:")
