"""The ladder of trust, caps and lists on the way in: each asked for only while it is on, in the one door for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import select

from app.database import Database
from app.domain import intake, moderation
from app.domain.events import form_upstream
from app.domain.posts import saying
from app.domain.posts.saying import Words
from app.domain.rules import listing
from app.models import Event, Policy, Post, Verdict
from app.models.listed import Kind, Side
from ingest.carried import IncomingAttachment
from ingest.types import Batch, IncomingPost, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"
PICTURE = IncomingAttachment("image", "https://kueste.example/1.png")
ADA = an_author("Ada")


async def an_event(database: Database, up: str = UP, **fields: Any) -> int:
    async with database.transaction() as db:
        event = await make_event(db, **({"policy": Policy.TRUSTED} | fields))
        await make_source(db, event, up)
        return event.id


async def take(database: Database, *posts: IncomingPost, now: datetime = NOW, up: str = UP) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(up, posts), now)


async def posts(database: Database, event_id: int) -> Sequence[Post]:
    async with database.reading() as db:
        return (await db.scalars(select(Post).where(Post.event_id == event_id).order_by(Post.id))).all()


async def newest(database: Database, event_id: int) -> Post:
    return (await posts(database, event_id))[-1]


async def decide(database: Database, event_id: int, post: Post, verdict: Verdict) -> None:
    async with database.transaction() as db:
        event = await db.get_one(Event, event_id)
        await moderation.decide(db, event, post.id, post.version, verdict, await make_account(db), NOW)


async def blocked(database: Database, event_id: int, kind: Kind, line: str, side: Side = Side.BLOCK) -> None:
    async with database.transaction() as db:
        event = await db.get_one(Event, event_id)
        await listing.add(db, event, side, kind, line, await make_account(db), NOW)


async def test_who_was_approved_here_passes_until_something_of_theirs_is_hidden(database: Database) -> None:
    here = await an_event(database)
    await take(database, a_post("one #HarbourTalks", ADA, "1"))
    first = await newest(database, here)
    assert (first.verdict, first.trust) == (Verdict.WAITING, "")
    await decide(database, here, first, Verdict.APPROVE)
    await take(database, a_post("two #HarbourTalks", ADA, "2"))
    second = await newest(database, here)
    assert (second.verdict, second.why, second.trust) == (Verdict.APPROVE, "trusted", "approved")
    await decide(database, here, second, Verdict.HIDE)
    await take(database, a_post("three #HarbourTalks", ADA, "3", card_code="T1"))
    third = await newest(database, here)
    assert (third.verdict, third.trust) == (Verdict.WAITING, "")  # a card does not wash it off


async def test_who_was_approved_at_an_earlier_event_passes_where_that_is_ticked(database: Database) -> None:
    earlier = await an_event(database, "mastodon:https://old.example")
    here = await an_event(database, rules={"passes": ["earlier"]})
    elsewhere = await an_event(database, "mastodon:https://third.example")
    bob = an_author("Bob")
    await take(
        database, a_post("a #HarbourTalks", ADA), a_post("b #HarbourTalks", bob), up="mastodon:https://old.example"
    )
    for post in await posts(database, earlier):
        await decide(database, earlier, post, Verdict.APPROVE)
    await take(database, a_post("c #HarbourTalks", bob), up="mastodon:https://third.example")
    await decide(database, elsewhere, await newest(database, elsewhere), Verdict.HIDE)
    await take(database, a_post("x #HarbourTalks", ADA), a_post("y #HarbourTalks", bob), a_post("z #HarbourTalks"))
    said = await posts(database, here)
    assert [(p.verdict, p.trust) for p in said] == [
        (Verdict.APPROVE, "earlier"), (Verdict.WAITING, ""), (Verdict.WAITING, ""),
    ]  # fmt: skip
    assert said[0].why == "trusted_earlier"


async def test_whom_somebody_trusted_answered_passes_where_that_is_ticked(database: Database) -> None:
    here = await an_event(database, rules={"passes": ["approved", "replied"]})
    bob, eve = an_author("Bob"), an_author("Eve")
    asked, other = a_post("q #HarbourTalks", ADA), a_post("r #HarbourTalks", eve)
    await take(database, asked, other, a_post("b #HarbourTalks", bob))
    await decide(database, here, await newest(database, here), Verdict.APPROVE)
    await take(database, a_post("yes #HarbourTalks", bob, reply_to_uri=asked.uri))
    await take(database, a_post("me too #HarbourTalks", ADA, reply_to_uri=other.uri))  # passes: she was answered
    ada = await newest(database, here)
    assert (ada.verdict, ada.why) == (Verdict.APPROVE, "trusted_replied")
    await take(database, a_post("again #HarbourTalks", eve))  # answered, but by nobody a person approved
    assert (await newest(database, here)).verdict is Verdict.WAITING


async def test_a_card_passes_where_that_is_ticked(database: Database) -> None:
    here = await an_event(database, rules={"passes": ["card"]})
    await take(database, a_post("a #HarbourTalks", ADA, card_code="T1"))
    assert (await newest(database, here)).why == "trusted_card"


@pytest.mark.parametrize(("kind", "line"), [(Kind.AUTHOR, "@ada@kueste.example"), (Kind.DOMAIN, "kueste.example")])
async def test_who_is_listed_passes_at_once(database: Database, kind: Kind, line: str) -> None:
    here = await an_event(database)
    await blocked(database, here, kind, line, Side.TRUST)
    await take(database, a_post("one #HarbourTalks", ADA))
    post = await newest(database, here)
    assert (post.verdict, post.why, post.trust) == (Verdict.APPROVE, "trusted_listed", "listed")


async def test_a_list_holds_from_the_next_post_on_and_lets_pass_when_its_line_is_gone(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN)
    await take(database, a_post("What a scam #HarbourTalks", ADA, "0"))
    await blocked(database, here, Kind.WORD, "scam*")
    await take(database, a_post("What a $c4m #HarbourTalks", ADA, "1"))
    before, held = await posts(database, here)
    assert before.verdict is Verdict.APPROVE
    assert (held.verdict, held.why, held.fired) == (
        Verdict.HOLD, "blocked_word", [{"key": "blocked_word", "detail": "scam*"}],
    )  # fmt: skip
    async with database.transaction() as db:
        event = await db.get_one(Event, here)
        line = (await listing.search(db, here, Side.BLOCK, Kind.WORD, "", 5))[0]
        await listing.remove(db, event, [line.id], await make_account(db), NOW)
    await take(database, a_post("What a scam #HarbourTalks", ADA, "2"))
    assert (await newest(database, here)).verdict is Verdict.APPROVE


async def test_a_change_of_a_list_that_is_rolled_back_leaves_nothing_behind(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN)
    await blocked(database, here, Kind.WORD, "spam")
    await take(database, a_post("spam #HarbourTalks", ADA))
    with pytest.raises(RuntimeError):
        async with database.transaction() as db:
            event = await db.get_one(Event, here)
            await listing.add(db, event, Side.BLOCK, Kind.WORD, "ferry", await make_account(db), NOW)
            raise RuntimeError
    await blocked(database, here, Kind.WORD, "eggs")
    for word, verdict in (("ferry", Verdict.APPROVE), ("eggs", Verdict.HOLD), ("spam", Verdict.HOLD)):
        await take(database, a_post(f"{word} #HarbourTalks", ADA))
        assert (await newest(database, here)).verdict is verdict


async def test_the_form_goes_through_the_same_lists(database: Database) -> None:
    here = await an_event(database, form_upstream("forms"), slug="forms", policy=Policy.OPEN)
    await blocked(database, here, Kind.WORD, "scam")
    async with database.transaction() as db:
        event = await db.get_one(Event, here)
        post = await saying.say(db, event, "t" * 20, "r" * 32, "author", Words("A scam!", consent=True), NOW)
        assert (post.verdict, post.why) == (Verdict.HOLD, "blocked_word")


async def test_an_edit_is_judged_by_the_lists_too(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN)
    await blocked(database, here, Kind.WORD, "scam")
    await take(database, a_post("A scan #HarbourTalks", ADA, "1"))
    assert (await newest(database, here)).verdict is Verdict.APPROVE
    await take(database, a_post("A scam #HarbourTalks", ADA, "1", edited_at=NOW))
    edited = await newest(database, here)
    assert (edited.verdict, edited.why) == (Verdict.HOLD, "blocked_word")
    await take(database, a_post("A scan! #HarbourTalks", ADA, "1", edited_at=NOW + timedelta(seconds=1)))
    mended = await newest(database, here)
    assert (mended.verdict, mended.fired) == (Verdict.APPROVE, [])


async def test_a_person_s_word_overrides_a_hit(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN)
    await blocked(database, here, Kind.WORD, "scam")
    await take(database, a_post("A scam #HarbourTalks", ADA, "1"))
    await decide(database, here, await newest(database, here), Verdict.APPROVE)
    await take(database, a_post("A scam #HarbourTalks", ADA, "1"))  # told again
    assert (await newest(database, here)).verdict is Verdict.APPROVE


async def test_a_label_that_goes_does_not_let_go_what_a_list_holds(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN)
    await blocked(database, here, Kind.WORD, "scam")
    await take(database, a_post("A scam #HarbourTalks", an_author("Ada", labels=("spam",)), "1"))
    held = await newest(database, here)
    assert [hit["key"] for hit in held.fired] == ["label", "blocked_word"]
    await take(database, a_post("A scam #HarbourTalks", ADA, "1"))
    held = await newest(database, here)
    assert (held.verdict, held.why) == (Verdict.HOLD, "blocked_word")


async def test_one_person_s_posts_over_the_cap_are_held_whether_they_come_one_by_one_or_together(
    database: Database,
) -> None:
    here = await an_event(database, policy=Policy.OPEN, rules={"author_most": 2, "author_minutes": 5})
    bob = an_author("Bob")
    for n in range(3):
        await take(database, a_post(f"{n} #HarbourTalks", ADA))
    await take(database, *(a_post(f"{n} #HarbourTalks", bob) for n in range(4)))
    await take(database, a_post("later #HarbourTalks", ADA), now=NOW + timedelta(minutes=6))
    verdicts = [p.verdict.value for p in await posts(database, here)]
    assert verdicts == ["approve", "approve", "hold", "approve", "approve", "hold", "hold", "approve"]
    assert (await posts(database, here))[2].fired == [{"key": "cap_author", "detail": "2 / 5 min"}]


async def test_a_clock_that_lies_is_no_way_round_a_cap_and_catching_up_is_no_flood(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN, rules={"author_most": 1, "author_minutes": 5})
    await take(database, a_post("1 #HarbourTalks", ADA, posted_at=NOW - timedelta(hours=5)))
    await take(database, a_post("2 #HarbourTalks", ADA, posted_at=NOW - timedelta(hours=3)))
    bob = an_author("Bob")
    old = [a_post(f"{n} #HarbourTalks", bob, posted_at=NOW - timedelta(hours=n), backfilled=True) for n in (3, 2, 1)]
    await take(database, *old)
    assert [p.verdict.value for p in await posts(database, here)] == ["approve", "hold", *["approve"] * 3]


async def test_a_server_s_posts_over_the_cap_are_held_and_bluesky_is_not_one_server(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN, rules={"domain_most": 2, "domain_minutes": 5})
    for n in range(3):
        await take(database, a_post(f"{n} #HarbourTalks", an_author(f"P{n}")))
    await take(database, a_post("x #HarbourTalks", an_author("P0")))
    for n in range(3):
        await take(database, a_post(f"sky {n} #HarbourTalks", an_author(f"S{n}", Network.BLUESKY)))
    found = await posts(database, here)
    assert [p.verdict.value for p in found[:4]] == ["approve", "approve", "hold", "hold"]
    assert found[2].fired == [{"key": "cap_domain", "detail": "kueste.example, 2 / 5 min"}]
    assert {p.verdict for p in found[4:]} == {Verdict.APPROVE}


async def test_accounts_of_yesterday_bare_tags_and_warnings_are_held_where_that_is_asked(database: Database) -> None:
    rules = {"age_days": 7, "only_marks": True, "warnings": True}
    here = await an_event(database, policy=Policy.OPEN, rules=rules)
    young = an_author("Young", since=NOW - timedelta(days=2))
    old = an_author("Old", since=NOW - timedelta(days=200))
    await take(
        database, a_post("hello #HarbourTalks", young), a_post("hello #HarbourTalks", old),
        a_post("#HarbourTalks @kim@x.example https://x.example", old), a_post("👏 #HarbourTalks", old),
        a_post("#HarbourTalks", old, attachments=(PICTURE,)),
        a_post("hm #HarbourTalks", old, content_warning="spiders"),
    )  # fmt: skip
    found = [(p.verdict.value, p.why) for p in await posts(database, here)]
    assert found == [
        ("hold", "young"), ("approve", "open"), ("hold", "only_marks"), ("approve", "open"), ("approve", "open"),
        ("hold", "warning"),
    ]  # fmt: skip


async def test_pictures_of_new_people_wait_while_their_words_are_shown(database: Database) -> None:
    here = await an_event(database, policy=Policy.OPEN, rules={"pictures": "new"})
    await take(database, a_post("look #HarbourTalks", ADA, attachments=(PICTURE,)))
    post = await newest(database, here)
    assert (post.verdict, post.media_verdict) == (Verdict.APPROVE, Verdict.WAITING)
    assert [hit["key"] for hit in post.fired] == ["open", "pictures_new"]
    await decide(database, here, post, Verdict.APPROVE)
    await take(database, a_post("look again #HarbourTalks", ADA, attachments=(PICTURE,)))
    assert (await newest(database, here)).media_verdict is Verdict.APPROVE


async def statements(database: Database, post: IncomingPost) -> int:
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    hooks.listen(database.writer.sync_engine, "before_cursor_execute", hear)
    await take(database, post)
    hooks.remove(database.writer.sync_engine, "before_cursor_execute", hear)
    return len(heard)


async def test_options_that_are_off_and_lists_that_are_ready_cost_no_statement(database: Database) -> None:
    here = await an_event(database)
    for n in range(2):
        await take(database, a_post(f"warm {n} #HarbourTalks", ADA))
    usual = await statements(database, a_post("1 #HarbourTalks", ADA))
    await blocked(database, here, Kind.WORD, "scam")
    assert await statements(database, a_post("2 #HarbourTalks", ADA)) == usual + 1  # they are made ready, once
    assert await statements(database, a_post("3 #HarbourTalks", ADA)) == usual
    async with database.transaction() as db:
        (await db.get_one(Event, here)).rules = {"author_most": 50}
    assert await statements(database, a_post("4 #HarbourTalks", ADA)) == usual + 1
