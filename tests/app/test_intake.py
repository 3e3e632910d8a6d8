"""One post comes in: identity, versions, wishes, deletions, cursors. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import intake, moderation
from app.domain.audience import Audience, may_see
from app.models import Attachment, Author, Copy, Decision, Entry, Event, Policy, Post, Source, Tally, Verdict
from ingest.text.segments import digest
from ingest.types import (
    Address,
    Batch,
    IncomingAttachment,
    IncomingAuthorChange,
    IncomingDeletion,
    IncomingPost,
    Network,
)
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"


async def house(database: Database, **fields: Any) -> Event:
    async with database.transaction() as db:
        event = await make_event(db, **fields)
        await make_source(db, event, UP)
    return event


async def receive(database: Database, *items: Any, cursor: str | None = None, **more: Any) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, tuple(items), cursor, **more), more.pop("now", NOW))


async def posts(database: Database) -> list[Post]:
    async with database.reading() as db:
        wanted = select(Post).order_by(Post.posted_at, Post.id)
        options = (joinedload(Post.author), selectinload(Post.copies), selectinload(Post.every_attachment))
        return list((await db.scalars(wanted.options(*options))).unique())


async def count(database: Database, table: Any) -> int:
    async with database.reading() as db:
        return (await db.execute(select(func.count()).select_from(table))).scalar_one()


def edited(post: IncomingPost, text: str, **fields: Any) -> IncomingPost:
    segments = ({"t": "text", "text": text},)
    return replace(
        post,
        segments=segments,
        version=digest(segments),
        edited_at=NOW,
        **fields,  # type: ignore[arg-type]
    )


async def test_a_new_post_waits_for_a_person_and_makes_one_entry(database: Database) -> None:
    await house(database)
    await receive(database, a_post(), cursor="42")
    (post,) = await posts(database)
    assert (post.verdict, post.why, post.first) == (Verdict.WAITING, "review", True)
    async with database.reading() as db:
        assert [(e.seq, e.subject_id) for e in await db.scalars(select(Entry))] == [(1, post.id)]
        assert await db.scalar(select(Source.cursor)) == "42"
        assert [d.verdict for d in await db.scalars(select(Decision))] == [Verdict.WAITING]


async def test_the_same_post_again_changes_nothing(database: Database) -> None:
    await house(database)
    post = a_post()
    await receive(database, post, post)
    await receive(database, post)
    assert await count(database, Post) == await count(database, Copy) == await count(database, Entry) == 1


async def test_one_post_from_two_servers_is_one_post_with_two_copies(database: Database) -> None:
    await house(database)
    post = a_post()
    other = replace(post, address=Address(Network.MASTODON, "tide.example", "01HX"), version="rendered differently")
    await receive(database, post)
    await receive(database, other)
    (kept,) = await posts(database)
    assert [c.server for c in kept.copies] == ["kueste.example", "tide.example"]
    assert kept.version == post.version


async def test_an_edit_goes_back_to_review_and_names_its_reason(database: Database) -> None:
    event = await house(database)
    post = a_post()
    await receive(database, post)
    async with database.transaction() as db:
        kim = await make_account(db)
        stored = (await db.scalars(select(Post))).one()
        await moderation.decide(db, event, stored.id, stored.version, Verdict.APPROVE, kim, NOW)
    await receive(database, edited(post, "The ferry is early. #HarbourTalks"))
    (kept,) = await posts(database)
    assert (kept.verdict, kept.why, kept.decided_by) == (Verdict.WAITING, "changed", None)
    assert kept.text == "The ferry is early. #HarbourTalks"


async def test_an_edit_that_reaches_two_servers_is_judged_once(database: Database) -> None:
    event = await house(database)
    post = a_post()
    other = replace(post, address=Address(Network.MASTODON, "tide.example", "01HX"), version="b1")
    await receive(database, post, other)
    new = edited(post, "New words. #HarbourTalks")
    await receive(database, new)
    async with database.transaction() as db:
        kim = await make_account(db)
        stored = (await db.scalars(select(Post))).one()
        await moderation.decide(db, event, stored.id, stored.version, Verdict.APPROVE, kim, NOW)
    await receive(database, replace(new, address=other.address, version="b2"))
    await receive(database, new)
    (kept,) = await posts(database)
    assert kept.verdict is Verdict.APPROVE


async def test_under_open_an_edit_stays_but_a_hidden_post_does_not_come_back_by_editing(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    post, bad = a_post(key="a"), a_post("Buy coins #HarbourTalks", key="b")
    await receive(database, post, bad)
    async with database.transaction() as db:
        kim = await make_account(db)
        stored = (await db.scalars(select(Post).where(Post.uri == bad.uri))).one()
        await moderation.decide(db, event, stored.id, stored.version, Verdict.HIDE, kim, NOW)
    await receive(database, edited(post, "Still here #HarbourTalks"), edited(bad, "Buy more coins #HarbourTalks"))
    assert {p.uri: p.verdict for p in await posts(database)} == {post.uri: Verdict.APPROVE, bad.uri: Verdict.HIDE}


async def test_a_tag_taken_away_hides_and_a_tag_added_makes_a_post(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    post, stranger = a_post(key="a"), a_post("No tag yet", key="b")
    await receive(database, post, stranger)
    assert len(await posts(database)) == 1
    await receive(
        database,
        edited(post, "No tag any more", tags=frozenset()),
        edited(stranger, "Now with #HarbourTalks", tags=frozenset({"harbourtalks"})),
    )
    seen = {p.text: may_see(p, Audience.PUBLIC) for p in await posts(database)}
    assert seen == {"No tag any more": False, "Now with #HarbourTalks": True}


async def test_a_tag_taken_away_stays_away_where_another_server_tells_of_yesterday(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    post = a_post(key="a")
    abroad = replace(post, address=post.address._replace(server="elsewhere.example", local_id="99"))
    await receive(database, post)
    await receive(database, edited(post, "No tag any more", tags=frozenset()))
    await receive(database, abroad)
    (kept,) = await posts(database)
    assert kept.text == "No tag any more" and not may_see(kept, Audience.PUBLIC)
    later = replace(edited(abroad, "With #HarbourTalks again"), edited_at=NOW + timedelta(minutes=1))
    await receive(database, later)
    assert [may_see(p, Audience.PUBLIC) for p in await posts(database)] == [True]


async def test_a_deletion_takes_the_words_out_of_the_store(database: Database) -> None:
    await house(database)
    post = a_post(
        "A private number 123456 #HarbourTalks", attachments=(IncomingAttachment("image", "https://x.example/a"),)
    )
    await receive(database, post)
    await receive(database, IncomingDeletion(address=post.address))
    (kept,) = await posts(database)
    assert (kept.gone_at, kept.text, kept.segments) == (NOW, "", [])
    assert await count(database, Attachment) == 0
    await receive(database, post)  # a replay
    assert (await posts(database))[0].text == ""


async def test_a_deletion_that_comes_first_wins(database: Database) -> None:
    await house(database)
    post = a_post()
    await receive(database, IncomingDeletion(address=post.address, may_precede=True))
    await receive(database, post)
    await receive(database, IncomingDeletion(address=Address(Network.MASTODON, "kueste.example", "unknown")))
    assert await count(database, Post) == 0
    async with database.reading() as db:
        assert dict((await db.execute(select(Tally.reason, Tally.count))).all()) == {"deleted before it reached us": 1}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"public": False}, "not public"),
        ({"author": an_author(nobot=True)}, "its author asks not to be collected (#nobot)"),
        ({"author": an_author(limited=True)}, "its author is limited or suspended on their server"),
        ({"text": "Another tag #HarbourTalks2026"}, "without the event's tag"),
    ],
)
async def test_what_is_not_taken_is_counted_with_its_reason_and_leaves_no_author(
    database: Database, fields: dict[str, Any], reason: str
) -> None:
    await house(database)
    await receive(database, a_post(**fields), skipped={"broken JSON": 2}, seen=3)
    assert await count(database, Post) == await count(database, Author) == 0
    async with database.reading() as db:
        tallies = dict((await db.execute(select(Tally.reason, Tally.count))).all())
        assert tallies == {reason: 1, "broken JSON": 2}
        assert await db.scalar(select(Source.seen)) == 3


async def test_an_author_who_asks_for_no_logged_out_viewers_is_for_the_desk_only(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    await receive(database, a_post(author=an_author("Leyla", Network.BLUESKY, no_unauthenticated=True)))
    (post,) = await posts(database)
    assert [may_see(post, a) for a in Audience] == [False, False, True]
    await receive(database, IncomingAuthorChange(post.author.uri, author=an_author("Leyla", Network.BLUESKY)))
    assert may_see((await posts(database))[0], Audience.PUBLIC)
    assert await count(database, Entry) == 2


async def test_a_deactivated_author_disappears_and_returns_and_a_deleted_one_is_purged(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    post = a_post()
    await receive(database, post)
    for state, visible in (("deactivated", False), ("active", True), ("deleted", False)):
        await receive(database, IncomingAuthorChange(post.author.uri, state=state))  # type: ignore[arg-type]
        assert may_see((await posts(database))[0], Audience.PUBLIC) is visible
    assert (await posts(database))[0].text == ""


async def test_a_bridge_copy_joins_its_original(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    original = a_post(key="1")
    bridge = a_post(author=an_author("Inka via bridge", Network.BLUESKY), bridge_of=original.url)
    await receive(database, original, bridge)
    (post,) = await posts(database)
    assert (post.uri, post.bridged, len(post.copies)) == (original.uri, False, 2)
    await receive(database, IncomingDeletion(address=bridge.address))
    assert (await posts(database))[0].gone_at is None
    await receive(database, IncomingDeletion(address=original.address))
    assert (await posts(database))[0].gone_at is not None


async def test_a_bridge_copy_stands_in_until_its_original_comes(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    original = a_post(key="1")
    bridge = a_post(author=an_author("Inka via bridge", Network.BLUESKY), bridge_of=original.uri)
    await receive(database, bridge)
    assert (await posts(database))[0].bridged
    await receive(database, original)
    (post,) = await posts(database)
    assert (post.uri, post.bridged, post.author.name, len(post.copies)) == (original.uri, False, "Inka Peters", 2)
    assert post.verdict is Verdict.APPROVE


async def test_an_answer_finds_what_it_answers_in_either_order(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    question = a_post("When? #HarbourTalks", key="q")
    by_uri = a_post("At five #HarbourTalks", key="a1", reply_to_uri=question.uri)
    by_local_id = a_post("At six #HarbourTalks", key="a2", reply_to=question.address)
    await receive(database, by_uri)
    await receive(database, question)
    await receive(database, by_local_id)
    kept = {p.uri: p for p in await posts(database)}
    assert kept[by_uri.uri].reply_to_id == kept[by_local_id.uri].reply_to_id == kept[question.uri].id


async def test_hiding_a_post_makes_an_entry_for_its_answers_too(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    question = a_post("When? #HarbourTalks")
    await receive(database, question, a_post("At five #HarbourTalks", reply_to_uri=question.uri))
    async with database.transaction() as db:
        kim = await make_account(db)
        stored = (await db.scalars(select(Post).where(Post.uri == question.uri))).one()
        before = await count(database, Entry)
        await moderation.decide(db, event, stored.id, stored.version, Verdict.HIDE, kim, NOW)
    assert await count(database, Entry) == before + 2


async def test_late_is_what_was_overtaken_not_what_is_caught_up_in_order(database: Database) -> None:
    await house(database)
    first = [a_post(f"{i} #HarbourTalks", posted_at=NOW - timedelta(minutes=60 - i)) for i in range(3)]
    await receive(database, *first)
    async with database.transaction() as db:
        late = a_post("Late #HarbourTalks", posted_at=NOW - timedelta(hours=2))
        await intake.receive(db, Batch(UP, (late,)), NOW + timedelta(minutes=5))
    assert next((p.text[:4], p.late) for p in await posts(database)) == ("Late", True)
    assert not any(p.late for p in (await posts(database))[1:])


async def test_a_clock_that_runs_ahead_is_held_back_to_ours(database: Database) -> None:
    await house(database)
    await receive(database, a_post(posted_at=NOW + timedelta(days=900)))
    assert (await posts(database))[0].posted_at == NOW


async def test_a_replay_of_an_older_revision_does_not_turn_the_words_back(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    first = a_post("One #HarbourTalks", an_author("Leyla", Network.BLUESKY), rev="3a")
    second = edited(first, "Two #HarbourTalks", rev="3b")
    await receive(database, first, second, first)
    assert (await posts(database))[0].text == "Two #HarbourTalks"


async def test_two_events_with_the_tag_both_get_the_post(database: Database) -> None:
    await house(database)
    await house(database, tags=["Other", "harbourtalks"])
    await receive(database, a_post())
    assert len({p.event_id for p in await posts(database)}) == 2
    assert await count(database, Author) == 1


async def test_pictures_follow_edits_and_deletions_even_within_one_batch(database: Database) -> None:
    await house(database)
    with_one = a_post(key="a", attachments=(IncomingAttachment("image", "https://x.example/1"),))
    with_other = edited(
        with_one, "Look #HarbourTalks", attachments=(IncomingAttachment("image", "https://x.example/2"),)
    )
    short = a_post(key="b", attachments=(IncomingAttachment("image", "https://x.example/3"),))
    await receive(database, with_one, with_other, short, IncomingDeletion(address=short.address))
    async with database.reading() as db:
        assert (await db.scalars(select(Attachment.remote_url))).all() == ["https://x.example/2"]
    await receive(
        database, replace(edited(with_other, "No picture #HarbourTalks", attachments=()), edited_at=NOW + timedelta(1))
    )
    assert await count(database, Attachment) == 0


async def test_the_spare_tag_is_read_as_the_first_is(sqlite: Database) -> None:
    await house(sqlite, spare_tag="HarbourSpare")
    await receive(sqlite, a_post("Flooded. #harbourspare"), a_post("Elsewhere. #harbour"))
    assert [post.text for post in await posts(sqlite)] == ["Flooded. #harbourspare"]


async def test_servers_that_tell_different_wishes_of_one_author_do_not_change_their_mind_for_them(
    database: Database,
) -> None:
    """Only one's own server says `noindex`, some say nothing of `indexable`: each post would touch all the others."""
    await house(database)
    home = an_author("Inka Peters", indexable=True, noindex=False)
    abroad = {"author": an_author("Inka Peters"), "server": "elsewhere.example"}
    await receive(database, a_post("One #HarbourTalks", home, "1"), a_post("Two #HarbourTalks", home, "2"))
    before = await count(database, Entry)
    await receive(database, a_post("One #HarbourTalks", key="1", **abroad))
    await receive(database, a_post("Two #HarbourTalks", home, "2"))
    assert await count(database, Entry) == before + 1, "the new copy of the first, and nothing of the second"
    assert (await posts(database))[0].author.indexable is True


async def test_another_server_can_ask_for_more_care_and_never_for_less(database: Database) -> None:
    await house(database)
    said = {"key": "1", "server": "elsewhere.example"}
    for told, then in ((True, True), (False, False), (True, False)):
        await receive(database, a_post("One #HarbourTalks", an_author(indexable=told), **said))
        assert (await posts(database))[0].author.indexable is then
    await receive(database, a_post("One #HarbourTalks", an_author(indexable=True), "1"))
    assert (await posts(database))[0].author.indexable is True, "at home they may change their mind"
