"""Which pictures are wanted, whose copy is whose, and when one is given up. On both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app.database import Database
from app.domain.posts import pictures
from app.domain.posts.pictures import Wanted
from app.models import Attachment, Entry, EventState, Media, Policy, Post
from ingest.types import IncomingAttachment, Network
from tests.app.test_intake import count, house, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_event, make_source


def a_picture(url: str | None = "https://files.example/a.jpg", kind: Any = "image", **more: Any) -> IncomingAttachment:
    return IncomingAttachment(kind, url, **more)


def a_copy(letter: str = "a") -> Media:
    return Media(id=letter * 64, width=80, height=60, size=1000, colour="#0e5468", created_at=NOW)


async def wanted(database: Database) -> list[Wanted]:
    async with database.reading() as db:
        return list(await pictures.wanted(db, 50))


async def attach(database: Database, item: Wanted, letter: str = "a") -> bool:
    async with database.transaction() as db:
        return await pictures.attach(db, item, a_copy(letter), NOW)


async def test_the_newest_post_comes_first_and_its_pictures_in_their_order(database: Database) -> None:
    await house(database)
    for minute in (2, 1, 3):
        shown = tuple(a_picture(f"https://files.example/{minute}{n}") for n in "ab")
        await receive(database, a_post(attachments=shown, posted_at=NOW.replace(hour=8, minute=minute)))
    assert [w.url[-2:] for w in await wanted(database)] == ["3a", "3b", "2a", "2b", "1a", "1b"]


async def test_films_give_their_poster_and_a_picture_in_work_its_preview(database: Database) -> None:
    await house(database)
    small = {"preview_url": "https://files.example/small"}
    kinds = (a_picture(), a_picture(None, **small), a_picture(None), a_picture(kind="video"), a_picture(kind="audio"))
    films = (a_picture(kind="video", **small), a_picture(kind="gifv", **small), a_picture(kind="audio", **small))
    await receive(database, a_post(attachments=(*kinds, *films)))
    assert [w.url.rsplit("/", 1)[1] for w in await wanted(database)] == ["a.jpg", "small", "small", "small"]


async def test_nothing_is_wanted_of_authors_who_asked_us_to_stay_away(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    away = an_author("Leyla", Network.BLUESKY, no_unauthenticated=True)  # the desk may still see her posts
    await receive(database, a_post(attachments=(a_picture(),)), a_post(author=away, attachments=(a_picture(),)))
    assert len(await wanted(database)) == 2
    async with database.transaction() as db:
        await db.execute(update(Post).values(untagged_at=NOW))
    assert await wanted(database) == []


async def test_a_copy_is_told_to_everybody_who_looks(database: Database) -> None:
    await house(database)
    await receive(database, a_post(attachments=(a_picture(),)))
    before = await count(database, Entry)
    (item,) = await wanted(database)
    assert await attach(database, item)
    assert await count(database, Entry) == before + 1
    assert await wanted(database) == []


async def test_a_picture_whose_post_left_gets_no_copy(database: Database) -> None:
    await house(database)
    await receive(database, a_post(attachments=(a_picture(),)))
    (item,) = await wanted(database)
    async with database.transaction() as db:
        await db.execute(update(Post).values(unpublic_at=NOW))
    assert not await attach(database, item)
    assert await count(database, Media) == 0


async def test_the_third_failure_is_the_last_and_its_reason_stays(database: Database) -> None:
    await house(database)
    await receive(database, a_post(attachments=(a_picture(),)))
    for tries in (1, 2, 3):
        (item,) = await wanted(database)
        async with database.transaction() as db:
            await pictures.note_failure(db, item, "The server did not answer. " * 20, final=False)
            kept = (await db.scalars(select(Attachment))).one()
            assert (kept.tries, bool(kept.failed)) == (tries, tries == 3)
    assert await wanted(database) == []


async def test_a_copy_that_came_after_all_is_not_called_failed(database: Database) -> None:
    await house(database)
    await receive(database, a_post(attachments=(a_picture(),)))
    (item,) = await wanted(database)
    await attach(database, item)
    async with database.transaction() as db:
        await pictures.note_failure(db, item, "Too late.", final=True)
        assert (await db.scalars(select(Attachment.failed))).one() is None


async def test_copies_nobody_holds_are_forgotten_and_their_room_is_free(database: Database) -> None:
    await house(database)
    await receive(database, a_post(attachments=(a_picture(), a_picture("https://files.example/b.jpg"))))
    first, second = await wanted(database)
    await attach(database, first, "a")
    await attach(database, second, "b")
    async with database.transaction() as db:
        assert not await pictures.unneeded(db)
        await db.execute(update(Attachment).where(Attachment.id == first.attachment_id).values(media_id=None))
        assert await pictures.unneeded(db)
        await pictures.discard(db)
        assert not await pictures.unneeded(db)
        assert await pictures.files(db) == {"b" * 64 + ".webp"}
        assert await pictures.room_taken(db) == 1000


async def test_many_posts_lose_their_copies_in_portions(database: Database) -> None:
    await house(database)
    await receive(database, *(a_post(attachments=(a_picture(f"https://files.example/{i}"),)) for i in range(5)))
    for item in await wanted(database):
        await attach(database, item)
    async with database.transaction() as db:
        await db.execute(update(Post).values(untagged_at=NOW))
        assert [await pictures.release(db, NOW, limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_only_a_rehearsal_has_places_on_this_machine(database: Database) -> None:
    async with database.transaction() as db:
        live = await make_event(db)
        rehearsal = await make_event(db, state=EventState.REHEARSAL, rehearsal={"tag": "Pharos"})
        for event in (live, rehearsal):
            for port in (1, 2):
                source = await make_source(db, event)
                source.settings = {"local": [f"127.0.0.1:{port}", "127.0.0.1:9"]}
        await make_source(db, rehearsal)
        await db.flush()
        local = await pictures.local_hosts(db, [live.id, rehearsal.id])
    assert local == {rehearsal.id: ("127.0.0.1:1", "127.0.0.1:9", "127.0.0.1:2")}
