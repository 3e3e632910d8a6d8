"""The event's answer goes to its author on Mastodon too: once, by the event's own account, with patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import secrets
from app.domain import moderation
from app.domain.event import replies
from app.jobs.replies import Replies
from app.lease import Holder
from app.models import Connection, Outgoing, Post, Verdict
from app.settings import Settings
from ingest.types import Address, IncomingPost, Network
from tests.app.outbox.fediverse import Fediverse, fediverse
from tests.app.voices.conftest import Voices
from tests.factories import a_post, an_author

INKA, OLE = an_author("Inka Peters"), an_author("Ole Hansen")


@dataclass
class House:
    voices: Voices
    far: Fediverse
    job: Replies

    async def owed(self) -> list[Outgoing]:
        async with self.voices.database.reading() as db:
            return list(await db.scalars(select(Outgoing).order_by(Outgoing.id)))

    async def shown(self, key: str = "7", author: object = INKA) -> Post:
        """Somebody's first post, which the far server has too."""
        self.far.say(key)
        return await self.voices.shown(key=key, author=author, server=self.far.host)

    async def answers(self) -> list[Post]:
        async with self.voices.database.reading() as db:
            wanted = select(Post).where(Post.reply_to_id.is_not(None), Post.gone_at.is_(None))
            return list(await db.scalars(wanted.options(selectinload(Post.copies))))

    def back(self, text: str = "@inka@kueste.example Thank you. #HarbourTalks", server: str = "") -> IncomingPost:
        """What we posted, as the stream tells it."""
        (said,) = self.far.said.values()
        wall = replace(an_author("Wall"), uri="https://near.example/users/wall", handle="wall@near.example")
        address = Address(Network.MASTODON, server or self.far.host, said["id"] if not server else "4711")
        found = a_post(text, wall, reply_to=Address(Network.MASTODON, server or self.far.host, "7"))
        return replace(found, uri=said["uri"], url=said["url"], address=address)


@pytest.fixture
async def house(voices: Voices, tmp_path: Path) -> AsyncIterator[House]:
    async with fediverse() as far:
        far.tokens.add("token-of-the-event")
        settings = Settings(data_dir=tmp_path, secret_key="only for tests", allowed_private_hosts=far.host)
        async with voices.database.transaction() as db:
            sealed = secrets.seal(settings.key, "token-of-the-event")
            db.add(
                Connection(
                    event_id=voices.event.id, network=Network.MASTODON, server=far.base, handle="wall@near.example",
                    secret_sealed=sealed, connected_at=voices.clock(),
                )
            )  # fmt: skip
        lease = Holder(voices.database, "ingest", voices.clock)
        keeping = asyncio.create_task(lease.run())
        await lease.wait(ours=True)
        yield House(voices, far, Replies(voices.database, lease, settings, voices.clock))
        keeping.cancel()
        await asyncio.wait([keeping])


async def test_an_answer_reaches_its_author_in_public_in_its_language_and_from_the_events_account(house: House) -> None:
    given = await house.voices.answer(await house.shown())
    await house.job.send_due()
    (said,) = house.far.said.values()
    assert (said["content"], said["in_reply_to_id"]) == ("@inka@kueste.example Thank you.", "7")
    assert (said["visibility"], said["language"]) == ("public", "en")
    assert house.far.bearers[-1] == "token-of-the-event"
    (owed,) = await house.owed()
    assert owed.sent_at == house.voices.clock() and owed.failed == ""
    (answer,) = await house.answers()
    assert answer.id == given.id and answer.url == said["url"]
    assert [(c.server, c.local_id, c.crosspost) for c in answer.copies[1:]] == [(house.far.host, said["id"], True)]
    await house.job.send_due()
    assert len(house.far.said) == 1


async def test_a_server_that_does_not_know_the_post_is_asked_to_fetch_it(house: House) -> None:
    post = await house.voices.shown(key="44", author=INKA)  # told by another server
    house.far.say("9", uri=post.uri, url=post.uri)
    await house.voices.answer(post)
    await house.job.send_due()
    (said,) = house.far.said.values()
    assert said["in_reply_to_id"] == "9" and house.far.searched[-1]["q"] == post.uri


@pytest.mark.parametrize("early", [False, True])
async def test_what_comes_back_through_the_stream_is_a_copy_of_what_we_said(house: House, early: bool) -> None:
    """Also where the stream is faster than the answer to our request."""
    await house.voices.answer(await house.shown())
    if early:
        sending, house.far.deaf = house.job.send_due(), 1
        await sending  # it was taken, and nobody told us
        await house.voices.said(house.back())
        await house.voices.decide(house.back())
        house.voices.clock.forward(60)
        await house.job.send_due()
    else:
        await house.job.send_due()
        await house.voices.said(house.back())
    await house.voices.said(house.back("@inka@kueste.example Thank you! #HarbourTalks", "third.example"))
    (answer,) = await house.answers()
    assert answer.text == "Thank you." and answer.verdict is Verdict.APPROVE
    assert {c.server for c in answer.copies} == {"", house.far.host, "third.example"}
    assert len(house.far.said) == 1


async def test_a_reply_whose_end_nobody_heard_is_not_said_twice_even_after_hours(house: House) -> None:
    await house.voices.answer(await house.shown())
    house.far.deaf = 1
    await house.job.send_due()
    (owed,) = await house.owed()
    assert owed.sent_at is None and "did not answer as a Mastodon server does" in owed.failed
    house.far.forget_keys()
    house.voices.clock.forward(7_200)
    await house.job.send_due()
    (owed,) = await house.owed()
    assert owed.sent_at is not None and len(house.far.said) == 1


async def test_an_account_that_may_not_write_says_connect_again_and_is_tried_with_patience(house: House) -> None:
    await house.voices.answer(await house.shown())
    house.far.may_write = False
    waits = []
    for _ in range(8):
        await house.job.send_due()
        (owed,) = await house.owed()
        waits.append((owed.due_at - house.voices.clock()).total_seconds() / 60)
        house.voices.clock.now = max(owed.due_at, house.voices.clock())
    assert waits[:4] == [1, 5, 15, 30]
    assert "Connect again" in owed.failed and replies.is_given_up(owed, house.voices.clock())
    asked = len(house.far.asked)
    await house.job.send_due()
    assert len(house.far.asked) == asked
    house.far.may_write = True
    async with house.voices.database.transaction() as db:
        await replies.again(db, house.voices.event, owed.content["post"], house.voices.clock())
    await house.job.send_due()
    assert (await house.owed())[0].sent_at is not None


async def test_replies_of_one_event_go_one_after_the_other(house: House) -> None:
    for key, who in (("7", INKA), ("8", OLE), ("9", an_author("Maud Okafor"))):
        await house.voices.answer(await house.shown(key, who))
    for sent in (1, 2, 3):
        await house.job.send_due()
        await house.job.send_due()
        assert len(house.far.said) == sent
        house.voices.clock.forward(replies.APART.total_seconds())


@pytest.mark.parametrize("what", ["answer", "post"])
async def test_what_is_hidden_before_it_went_does_not_go(house: House, what: str) -> None:
    post = await house.shown()
    given = await house.voices.answer(post)
    hidden = {"answer": given, "post": post}[what]
    async with house.voices.database.transaction() as db:
        by, now = house.voices.kim, house.voices.clock()
        await moderation.decide(db, house.voices.event, hidden.id, hidden.version, Verdict.HIDE, by, now)
    await house.job.send_due()
    assert (house.far.said, await house.owed()) == ({}, [])


async def test_a_post_that_its_server_forgot_is_said_so(house: House) -> None:
    post = await house.shown()
    await house.voices.answer(post)
    house.far.statuses.clear()
    await house.job.send_due()
    assert "does not find this post any more" in (await house.owed())[0].failed


async def test_nothing_is_owed_for_other_networks_or_without_an_account(house: House) -> None:
    await house.voices.answer(await house.voices.shown(author=an_author("Sky Person", Network.BLUESKY)))
    async with house.voices.database.transaction() as db:
        await db.delete((await db.scalars(select(Connection))).one())
    await house.voices.answer(await house.shown())
    assert await house.owed() == []


async def test_a_second_answer_to_one_post_stays_here(house: House) -> None:
    post = await house.shown()
    given = await house.voices.answer(post)
    await house.job.send_due()
    async with house.voices.database.transaction() as db:
        by, now = house.voices.kim, house.voices.clock()
        await moderation.decide(db, house.voices.event, given.id, given.version, Verdict.HIDE, by, now)
    await house.voices.answer(post, "In better words.")
    house.voices.clock.forward(600)
    await house.job.send_due()
    assert len(house.far.said) == 1
