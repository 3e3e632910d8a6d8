"""Our own copy of every picture: fetched once, through the guard, and given to the post."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from structlog.testing import capture_logs

from app.domain import snapshot
from app.domain.audience import Audience
from app.jobs import pictures as job
from app.lease import LeaseLost
from app.models import EventState, Media
from ingest.types import IncomingAttachment, IncomingDeletion
from tests.app.jobs import drawings
from tests.app.jobs.conftest import Gallery, House
from tests.app.jobs.drawings import DUSK, jpeg
from tests.factories import a_post, make_event, make_source
from tests.ingest.servers import reply


async def test_a_post_gets_our_copy_of_its_picture(both: House, gallery: Gallery) -> None:
    post = await both.post(gallery.hang("/a.jpg"))
    before = await both.entries()
    await both.pictures.fetch()
    (media,) = await both.media()
    body = (both.settings.data_dir / "media" / media.id[:2] / f"{media.id}.webp").read_bytes()
    assert (hashlib.sha256(body).hexdigest(), len(body)) == (media.id, media.size)
    assert (media.width, media.height, media.colour[0]) == (80, 60, "#")
    assert await both.entries() == before + 1
    async with both.database.reading() as db:
        seen = await snapshot.one(db, both.event, (await both.stored(post)).id, Audience.PUBLIC)
    assert seen is not None and seen["media"][0]["src"] == f"/media-files/{media.id}.webp"


async def test_nothing_is_fetched_twice(house: House, gallery: Gallery) -> None:
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    await house.pictures.fetch()
    assert gallery.asked == ["/a.jpg"]


async def test_the_newest_posts_come_first_and_a_host_is_asked_for_five_at_once(house: House, gallery: Gallery) -> None:
    for i in range(23):
        house.clock.forward(60)
        attachment = IncomingAttachment("image", gallery.hang(f"/{i}.jpg", jpeg((20 + i, 20))))
        await house.receive(a_post(attachments=(attachment,), posted_at=house.clock()))
    await house.pictures.fetch()
    assert set(gallery.asked[:5]) == {f"/{i}.jpg" for i in range(18, 23)}
    assert len(gallery.asked) == len(await house.media()) == 23
    assert gallery.most_at_once == 5


async def test_of_a_film_the_poster_is_kept_and_of_a_sound_nothing(house: House, gallery: Gallery) -> None:
    poster = gallery.hang("/poster.jpg")
    for kind in ("video", "gifv", "audio", "unknown"):
        await house.post(f"{gallery.server.base}/film.mp4", kind=kind, preview=poster)
    await house.post(f"{gallery.server.base}/film.mp4", kind="video")
    await house.pictures.fetch()
    assert gallery.asked == ["/poster.jpg", "/poster.jpg"]
    assert [a.media_id is not None for a in await house.attachments()] == [True, True, False, False, False]


@pytest.mark.parametrize("body", [drawings.SVG, drawings.HTML, drawings.PDF, drawings.bomb(20_000, 20_000)])
async def test_what_is_no_picture_is_given_up_at_once_with_a_reason(
    house: House, gallery: Gallery, body: bytes
) -> None:
    await house.post(gallery.hang("/a.jpg", body, content_type="image/jpeg"))
    await house.pictures.fetch()
    (attachment,) = await house.attachments()
    assert attachment.failed is not None and attachment.failed.endswith(".")
    house.clock.forward(3600)
    await house.pictures.fetch()
    assert len(gallery.asked) == 1 and not house.files()


async def test_nine_megabytes_are_refused(house: House, gallery: Gallery) -> None:
    await house.post(gallery.hang("/big.jpg", jpeg() + bytes(9_000_000)))
    await house.pictures.fetch()
    (attachment,) = await house.attachments()
    assert attachment.failed == "127.0.0.1 sent more than the 8,000,000 bytes we accept."


async def test_a_server_that_fails_is_asked_three_times_with_growing_pauses(house: House, gallery: Gallery) -> None:
    await house.post(gallery.server.base + "/missing.jpg")
    asked = []
    for minutes in (0, 0.5, 0.6, 1, 13, 2, 60):
        house.clock.forward(minutes * 60)
        await house.pictures.fetch()
        asked.append(len(gallery.asked))
    assert asked == [1, 1, 2, 2, 2, 3, 3]
    (attachment,) = await house.attachments()
    assert attachment.failed == f"127.0.0.1:{gallery.server.port} did not give us the picture: it answered 404."


async def test_a_server_that_recovers_gives_the_picture_after_all(house: House, gallery: Gallery) -> None:
    await house.post(gallery.server.base + "/late.jpg")
    await house.pictures.fetch()
    gallery.hang("/late.jpg")
    house.clock.forward(61)
    await house.pictures.fetch()
    assert [a.media_id is not None for a in await house.attachments()] == [True]


async def test_one_bad_picture_does_not_keep_the_others_away(house: House, gallery: Gallery) -> None:
    await house.post(
        gallery.hang("/a.jpg"), gallery.hang("/b.jpg", drawings.SVG), gallery.server.base + "/c.jpg",
        "https://10.0.0.1/d.jpg", "http://kueste.example/e.jpg", gallery.hang("/f.jpg", drawings.animated_gif()),
    )  # fmt: skip
    await house.pictures.fetch()
    assert [a.media_id is not None for a in await house.attachments()] == [True, False, False, False, False, True]


@pytest.mark.parametrize("target", ["https://10.0.0.1/x", "https://169.254.169.254/meta", "https://[::1]/x"])
async def test_a_redirect_to_a_private_address_is_not_followed(house: House, gallery: Gallery, target: str) -> None:
    gallery.shown["/a.jpg"] = reply(b"", "302 Found", location=target)
    await house.post(gallery.server.base + "/a.jpg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.pictures, "TRIES", 1)
        await house.pictures.fetch()
    (attachment,) = await house.attachments()
    assert attachment.failed is not None and "Strand does not connect to" in attachment.failed


async def test_this_machine_is_only_for_the_rehearsal_that_names_it(house: House, gallery: Gallery) -> None:
    """The sources of a live event may say what they like."""
    house.settings.allowed_private_hosts = ""
    local = {"local": [f"127.0.0.1:{gallery.server.port}"]}
    async with house.database.transaction() as db:
        rehearsal = await make_event(db, state=EventState.REHEARSAL, rehearsal={"tag": "HarbourTalks"})
        for event in (house.event, rehearsal):
            (await make_source(db, event, "mastodon:https://tide.example")).settings = local
        await make_source(db, rehearsal)
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    assert gallery.asked == ["/a.jpg"]
    assert sorted(a.media_id is not None for a in await house.attachments()) == [False, True]


async def test_a_process_that_is_killed_mid_way_costs_one_try(house: House, gallery: Gallery) -> None:
    url = gallery.hang("/a.png", drawings.noise())
    await house.post(url)
    await house.pictures._encoder.encode(jpeg())
    process = house.pictures._encoder._process
    assert process is not None
    process.send_signal(19)  # SIGSTOP: it is now in the middle of whatever comes
    fetching = asyncio.create_task(house.pictures.fetch())
    while not gallery.asked:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    process.kill()
    await fetching
    assert [(a.tries, a.failed, a.media_id) for a in await house.attachments()] == [(1, None, None)]
    house.clock.forward(61)
    await house.pictures.fetch()
    assert [a.media_id is not None for a in await house.attachments()] == [True]


async def test_a_post_that_is_deleted_while_we_fetch_leaves_nothing(both: House, gallery: Gallery) -> None:
    gallery.doors["/a.jpg"] = asyncio.Event()
    post = await both.post(gallery.hang("/a.jpg"))
    fetching = asyncio.create_task(both.pictures.fetch())
    while not gallery.asked:
        await asyncio.sleep(0.01)
    await both.receive(IncomingDeletion(address=post.address))
    gallery.doors["/a.jpg"].set()
    await fetching
    await both.pictures.purge()
    assert not await both.media() and not both.files()


async def test_two_posts_with_one_picture_share_the_copy(both: House, gallery: Gallery) -> None:
    await both.post(gallery.hang("/a.jpg"), gallery.hang("/same.jpg"))
    await both.post(gallery.hang("/again.jpg"))
    await both.pictures.fetch()
    (media,) = await both.media()
    assert [a.media_id for a in await both.attachments()] == [media.id] * 3
    assert both.files() == {f"{media.id}.webp"}


async def test_where_the_room_is_used_up_pictures_wait_and_one_line_says_so(both: House, gallery: Gallery) -> None:
    both.settings.media_quota_mb = 1
    async with both.database.transaction() as db:
        db.add(Media(id="f" * 64, width=1, height=1, size=999_999, colour="#000000", created_at=both.clock()))
    await both.post(gallery.hang("/a.jpg"), gallery.hang("/b.jpg", jpeg(above=DUSK)))
    with capture_logs() as lines:
        for _ in range(3):
            await both.pictures.fetch()
    assert len(await both.media()) == 2  # the last that still began to fit
    reasons = [line["reason"] for line in lines if line["event"] == "pictures.full"]
    assert reasons == ["The room for pictures (1 MB) is used up. New ones wait."]
    assert [(a.tries, a.failed) for a in await both.attachments()] == [(0, None)] * 2
    await both.pictures.purge()  # the one that nobody holds makes room
    await both.pictures.fetch()
    assert all(a.media_id for a in await both.attachments())


async def test_a_process_that_lost_the_lease_writes_nothing(house: House, gallery: Gallery) -> None:
    await house.post(gallery.hang("/a.jpg"))
    house.lease._token = 99
    with pytest.raises(LeaseLost):
        await house.pictures.fetch()
    assert not await house.media()
