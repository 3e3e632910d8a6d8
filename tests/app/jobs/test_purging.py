"""A picture goes with the last post that shows it: its row, then its file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, event, select

from app.domain import moderation, snapshot
from app.domain.audience import Audience
from app.domain.posts import departure, pictures
from app.lease import LeaseLost
from app.models import Attachment, Media, Post, Verdict
from app.shelf import Shelf
from app.tray import Tray
from ingest.types import IncomingAuthorChange, IncomingDeletion, IncomingPost
from tests.app.jobs import drawings
from tests.app.jobs.conftest import Gallery, House
from tests.app.jobs.drawings import jpeg
from tests.factories import make_account


async def decide(house: House, post: IncomingPost, verdict: Verdict) -> None:
    stored = await house.stored(post)
    async with house.database.transaction() as db:
        kim = await make_account(db)
        await moderation.decide(db, house.event, stored.id, stored.version, verdict, kim, house.clock())


async def desk_src(house: House, post: IncomingPost) -> str | None:
    stored = await house.stored(post)
    async with house.database.reading() as db:
        seen = await snapshot.one(db, house.event, stored.id, Audience.DESK)
    assert seen is not None
    src: str | None = seen["media"][0]["src"]
    return src


async def test_a_deletion_takes_the_picture_off_the_disk(both: House, gallery: Gallery) -> None:
    post = await both.post(gallery.hang("/a.jpg"))
    await both.pictures.fetch()
    await both.pictures.purge()
    assert len(both.files()) == 1
    await both.receive(IncomingDeletion(address=post.address))
    await both.pictures.purge()
    assert not both.files() and not await both.media()


async def test_hiding_takes_it_too_and_approving_brings_it_back(both: House, gallery: Gallery) -> None:
    post = await both.post(gallery.hang("/a.jpg"))
    await both.pictures.fetch()
    await decide(both, post, Verdict.HIDE)
    before = await both.entries()
    await both.pictures.purge()
    assert not both.files() and await desk_src(both, post) is None
    assert await both.entries() == before + 1  # the desk must not draw what is not there
    await decide(both, post, Verdict.APPROVE)
    await both.pictures.fetch()
    assert len(both.files()) == 1 and await desk_src(both, post) is not None


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.APPROVE])
async def test_what_waits_for_the_desk_keeps_its_picture(house: House, gallery: Gallery, verdict: Verdict) -> None:
    post = await house.post(gallery.hang("/a.jpg"))
    await decide(house, post, verdict)
    await house.pictures.fetch()
    await house.pictures.purge()
    assert len(house.files()) == 1


async def test_a_hidden_post_gets_no_picture_at_all(house: House, gallery: Gallery) -> None:
    await decide(house, await house.post(gallery.hang("/a.jpg")), Verdict.HIDE)
    await house.pictures.fetch()
    assert not gallery.asked


async def test_a_shared_picture_stays_until_the_last_post_is_gone(both: House, gallery: Gallery) -> None:
    first = await both.post(gallery.hang("/a.jpg"))
    second = await both.post(gallery.hang("/b.jpg"))
    third = await both.post(gallery.hang("/c.jpg"))
    await both.pictures.fetch()
    await both.receive(IncomingDeletion(address=first.address))
    await decide(both, second, Verdict.HIDE)
    await both.pictures.purge()
    assert len(both.files()) == 1 and await desk_src(both, third) is not None
    await both.receive(IncomingDeletion(address=third.address))
    await both.pictures.purge()
    assert not both.files()


async def test_an_author_who_leaves_takes_their_pictures_along(house: House, gallery: Gallery) -> None:
    post = await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    await house.receive(IncomingAuthorChange(post.author.uri, state="deactivated"))
    await house.pictures.purge()
    assert not house.files()
    await house.receive(IncomingAuthorChange(post.author.uri, state="active"))
    await house.pictures.fetch()
    assert len(house.files()) == 1


async def test_rows_that_went_elsewhere_take_their_files_along(house: House, gallery: Gallery) -> None:
    """As when a rehearsal is ended from the command line."""
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    async with house.database.transaction() as db:
        await db.execute(delete(Attachment))
    await house.pictures.purge()
    assert not house.files() and not await house.media()


async def test_a_raid_is_off_the_disk_in_one_turn(house: House, gallery: Gallery) -> None:
    posts = [await house.post(gallery.hang(f"/{i}.jpg", drawings.jpeg((20 + i, 20)))) for i in range(12)]
    await house.pictures.fetch()
    assert len(house.files()) == 12
    await house.receive(*(IncomingDeletion(address=p.address) for p in posts[:6]))
    for post in posts[6:11]:
        await decide(house, post, Verdict.HIDE)
    await house.pictures.purge()
    assert len(house.files()) == len(await house.media()) == 1


async def test_a_kill_between_row_and_file_leaves_a_file_that_the_next_turn_removes(
    both: House, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = await both.post(gallery.hang("/a.jpg"))
    await both.pictures.fetch()
    await both.receive(IncomingDeletion(address=post.address))

    def killed(self: Shelf, name: str) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "remove", killed)
        with pytest.raises(RuntimeError):
            await both.pictures.purge()
    assert not await both.media() and len(both.files()) == 1
    await both.pictures.purge()
    assert not both.files()


async def test_what_a_kill_left_before_the_row_is_removed_and_fetched_anew(house: House, gallery: Gallery) -> None:
    shelf = Shelf(house.settings.data_dir)
    shelf.put("ab" + "0" * 62 + ".webp", b"written, never committed")
    half = house.settings.data_dir / "media" / "ab" / ("ab" + "1" * 62 + ".webp.0123abcd.part")
    half.write_bytes(b"half")
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    await house.pictures.purge()
    (media,) = await house.media()
    assert house.files() == {f"{media.id}.webp"}


async def test_a_process_that_lost_the_lease_removes_nothing(house: House, gallery: Gallery) -> None:
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    Shelf(house.settings.data_dir).put("ab" + "0" * 62 + ".webp", b"somebody else is just writing this")
    house.lease._token = 99
    with pytest.raises(LeaseLost):
        await house.pictures.purge()
    assert len(house.files()) == 2


async def test_a_turn_with_nothing_to_do_writes_nothing(house: House, gallery: Gallery) -> None:
    await house.post(gallery.hang("/a.jpg"))
    await house.pictures.fetch()
    written: list[str] = []
    listen = (house.database.writer.sync_engine, "before_cursor_execute")
    note = lambda *args: written.append(args[2])  # noqa: E731
    event.listen(*listen, note)
    await house.pictures.purge()
    await house.pictures.fetch()
    event.remove(*listen, note)
    assert written == []


async def uploaded(house: House) -> None:
    """A post with a picture that came with a form."""
    picture = await house.pictures._encoder.encode(jpeg())
    await asyncio.to_thread(Shelf(house.settings.data_dir).put, f"{picture.id}.webp", picture.body)
    await house.post(f"upload:{picture.id}")
    media = Media(
        id=picture.id,
        width=80,
        height=60,
        size=picture.size,
        colour=picture.colour,
        widths=[],
        created_at=house.clock(),
    )
    async with house.database.transaction() as db:
        await pictures.hang(db, (await db.scalars(select(Post))).one(), [media])


async def test_an_upload_of_a_hidden_post_waits_for_its_return_and_is_never_asked_for_elsewhere(both: House) -> None:
    await uploaded(both)
    for verdict in (Verdict.HIDE, Verdict.APPROVE):
        async with both.database.transaction() as db:
            (await db.scalars(select(Post))).one().verdict = verdict
        await both.pictures.purge()
        await both.pictures.fetch()
        (attachment,) = await both.attachments()
        assert (attachment.media_id is not None, attachment.tries, len(both.files())) == (True, 0, 1)


async def test_an_upload_of_a_withdrawn_post_is_off_the_disk_with_the_next_turn(both: House) -> None:
    await uploaded(both)
    async with both.database.transaction() as db:
        await departure.purge(db, (await db.scalars(select(Post))).one(), both.clock())
    await both.pictures.purge()
    assert not await both.media() and not both.files()


async def test_a_file_that_is_only_just_written_waits_for_its_row(house: House) -> None:
    Shelf(house.settings.data_dir).put("ab" + "0" * 62 + ".webp", b"its row is being committed elsewhere")
    house.clock.now = datetime.now(UTC)
    await house.pictures.purge()
    assert len(house.files()) == 1
    house.clock.forward(11)
    await house.pictures.purge()
    assert not house.files()


async def test_an_upload_without_a_post_is_swept_from_the_tray(house: House) -> None:
    tray = Tray(house.settings.data_dir)
    key = tray.put(await house.pictures._encoder.encode(jpeg()))
    house.clock.now = datetime.now(UTC)
    await house.pictures.purge()
    assert key is not None and tray.look(key) is not None
    house.clock.forward(12 * 3600 + 1)
    await house.pictures.purge()
    assert tray.look(key) is None
