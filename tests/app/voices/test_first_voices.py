"""Whose first words nobody answered, and how the event's own voice does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain import moderation
from app.domain.audience import Audience, may_see
from app.domain.event import voice
from app.errors import BadInput, Conflict, NotFound, TooLong
from app.models import AuditLine, Author, Entry, EventState, Post, Verdict
from ingest.types import IncomingDeletion, Network
from tests.app.voices.conftest import Voices
from tests.factories import a_post, an_author, make_account, make_event

INKA, OLE = an_author("Inka Peters"), an_author("Ole Hansen")


async def test_a_first_voice_is_listed_five_minutes_after_it_was_shown_and_not_before(voices: Voices) -> None:
    incoming = a_post("Is there tea? #HarbourTalks", INKA)
    await voices.said(incoming)
    voices.clock.forward(600)
    assert await voices.unanswered() == 0  # it waits for a person, not for an answer
    await voices.decide(incoming)
    voices.clock.forward(299)
    assert await voices.unanswered() == 0
    voices.clock.forward(1)
    assert await voices.unanswered() == 1
    (one,) = await voices.listed()
    assert one.post["author"]["name"] == "Inka Peters" and one.shown_at == voices.clock() - timedelta(minutes=5)


async def test_whoever_has_waited_longest_comes_first(voices: Voices) -> None:
    late, early = a_post("One #HarbourTalks", INKA), a_post("Two #HarbourTalks", OLE)
    await voices.said(late, early)
    await voices.decide(early)
    voices.clock.forward(60)
    await voices.decide(late)
    voices.clock.forward(600)
    assert [one.post["author"]["name"] for one in await voices.listed()] == ["Ole Hansen", "Inka Peters"]


async def test_a_second_post_a_machine_and_what_is_hidden_wait_for_no_answer(voices: Voices) -> None:
    first = await voices.shown(author=INKA)
    await voices.shown(author=INKA)
    await voices.shown(author=an_author("Robo Boot", bot=True))
    hidden = a_post("Mean #HarbourTalks", OLE)
    await voices.said(hidden)
    await voices.decide(hidden)
    voices.clock.forward(600)
    assert await voices.unanswered() == 2
    await voices.decide(hidden, Verdict.HIDE)
    assert [one.post["id"] for one in await voices.listed()] == [first.id]


async def test_anybodys_visible_answer_will_do_but_not_ones_own_nor_one_that_waits(voices: Voices) -> None:
    first = await voices.shown(author=INKA)
    voices.clock.forward(600)
    own = a_post("And another thing #HarbourTalks", INKA, reply_to_uri=first.uri)
    theirs = a_post("Welcome! #HarbourTalks", OLE, reply_to_uri=first.uri)
    await voices.said(own, theirs)
    await voices.decide(own)
    assert await voices.unanswered() == 1
    await voices.decide(theirs)
    assert await voices.unanswered() == 0


async def test_what_it_answers_is_told_with_it(voices: Voices) -> None:
    asked = await voices.shown("Who has been at sea? #HarbourTalks", author=OLE)
    await voices.shown("I have! #HarbourTalks", author=INKA, reply_to_uri=asked.uri)
    voices.clock.forward(600)
    (inka,) = await voices.listed()  # Ole has an answer
    assert inka.before is not None and inka.before["id"] == asked.id


async def test_after_a_week_it_is_too_late(voices: Voices) -> None:
    await voices.shown(author=INKA)
    voices.clock.forward(7 * 86_400)
    assert await voices.unanswered() == 0


async def test_the_event_answers_as_itself_through_the_door_of_every_post(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    voices.clock.forward(600)
    given = await voices.answer(post, "Thank you, Inka.\r\nGood to have you here.")
    assert await voices.unanswered() == 0
    async with voices.database.reading() as db:
        (said,) = (await db.scalars(select(Post).where(Post.id == given.id))).all()
        author = await db.get_one(Author, said.author_id)
        entries = list(await db.scalars(select(Entry.subject_id).where(Entry.subject_id == said.id)))
        (line,) = (await db.scalars(select(AuditLine).where(AuditLine.act == "answer"))).all()
    assert (author.voice_of, author.network, author.name) == (voices.event.id, Network.FORM, "Harbour Talks")
    assert (said.reply_to_id, said.verdict, said.decided_by) == (post.id, Verdict.APPROVE, voices.kim.id)
    assert said.text == "Thank you, Inka.\nGood to have you here." and said.lang == "en"
    assert entries and not said.first
    assert (line.post_id, line.account_id, line.detail) == (said.id, voices.kim.id, {"to": post.id})


async def test_an_answer_stands_on_reviewed_screens_whatever_the_rules_say(voices: Voices) -> None:
    given = await voices.answer(await voices.shown(author=INKA))
    async with voices.database.reading() as db:
        found = (await db.scalars(select(Post).where(Post.id == given.id))).one()
        await db.refresh(found, ["author"])
        assert may_see(found, Audience.REVIEWED)


async def test_one_post_has_one_answer_of_ours_and_the_slower_desk_hears_who_was_faster(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    given = await voices.answer(post)
    async with voices.database.transaction() as db:
        ada = await make_account(db, "Ada")
    with pytest.raises(voice.Answered, match="Kim has answered already") as refused:
        await voices.answer(post, "Hello!", ada)
    assert refused.value.answer_id == given.id


async def test_of_two_at_the_same_instant_one_is_told(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    both = await asyncio.gather(voices.answer(post), voices.answer(post, "Hi!"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Answered", "Post"]
    async with voices.database.reading() as db:
        assert await db.scalar(select(func.count()).where(Post.reply_to_id == post.id)) == 1


async def test_an_answer_that_was_hidden_gives_way_to_another(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    given = await voices.answer(post)
    async with voices.database.transaction() as db:
        await moderation.decide(db, voices.event, given.id, given.version, Verdict.HIDE, voices.kim, voices.clock())
    voices.clock.forward(600)
    assert await voices.unanswered() == 1
    again = await voices.answer(post, "In better words.")
    assert again.id != given.id


async def test_nothing_too_much_and_to_nobody_is_said_so(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    with pytest.raises(BadInput, match="nothing in it"):
        await voices.answer(post, " \n ")
    with pytest.raises(TooLong):
        await voices.answer(post, "x" * (voice.MAX_WORDS + 1))
    waiting = a_post("Not yet #HarbourTalks", OLE)
    await voices.said(waiting)
    with pytest.raises(Conflict, match="not shown"):
        await voices.answer(await voices.post(waiting))
    await voices.said(IncomingDeletion(uri=post.uri))  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="took it back"):
        await voices.answer(post)


async def test_the_event_does_not_answer_itself_and_not_when_it_is_over(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    given = await voices.answer(post)
    with pytest.raises(Conflict, match="itself"):
        await voices.answer(given)
    ole = await voices.shown(author=OLE)
    async with voices.database.transaction() as db:
        (await db.get_one(type(voices.event), voices.event.id)).state = EventState.ARCHIVED
    with pytest.raises(Conflict, match="takes no new posts"):
        await voices.answer(ole)


async def test_nobody_answers_at_another_events_desk(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    async with voices.database.transaction() as db:
        other = await make_event(db)
    with pytest.raises(NotFound):
        async with voices.database.transaction() as db:
            await voice.answer(db, other, post.id, "Hello", None, voices.kim, voices.clock())


async def test_what_needs_no_answer_leaves_the_list_and_can_come_back(voices: Voices) -> None:
    post = await voices.shown(author=INKA)
    voices.clock.forward(600)
    for on, left in ((True, 0), (True, 0), (False, 1)):
        async with voices.database.transaction() as db:
            await voice.excuse(db, voices.event, post.id, on, voices.kim, voices.clock())
        assert await voices.unanswered() == left
    async with voices.database.reading() as db:
        acts = list(await db.scalars(select(AuditLine.act).where(AuditLine.post_id == post.id).order_by(AuditLine.id)))
    assert acts == ["decide", "excuse", "unexcuse"]


async def test_the_voice_takes_the_events_new_name(voices: Voices) -> None:
    one = await voices.answer(await voices.shown(author=INKA))
    async with voices.database.transaction() as db:
        (await db.get_one(type(voices.event), voices.event.id)).title = "Harbour Nights"
    await voices.answer(await voices.shown(author=OLE))
    async with voices.database.reading() as db:
        (author,) = (await db.scalars(select(Author).where(Author.voice_of.is_not(None)))).all()
    assert author.id == one.author_id and author.name == "Harbour Nights"
