"""After a raid: heaps with one decision each, and what slipped through just before it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.domain.desk import bulk as bulks
from app.domain.raids import cleanup, modes
from app.domain.raids.guard import Mode
from app.domain.raids.lately import lately
from app.models import AuditLine, Event, Policy, Post, Verdict
from tests.app.raids.conftest import Watched
from tests.app.raids.test_clusters import OTHER
from tests.app.raids.test_likeness import LONG


async def guard_it(watched: Watched, mode: Mode | None = Mode.REVIEW_ALL) -> None:
    async with watched.database.transaction() as db:
        await modes.switch(db, watched.event, mode, watched.kim, watched.clock())


async def heaps(watched: Watched) -> list[cleanup.Heap]:
    async with watched.database.reading() as db:
        return await cleanup.heaps(db, await db.get_one(Event, watched.event.id), watched.clock())


async def decide(watched: Watched, heap: cleanup.Heap, verdict: Verdict) -> str:
    bulk, rest = "", 1
    while rest:
        async with watched.database.transaction() as db:
            done = await cleanup.decide(
                db, watched.event, heap.clusters, heap.posts, verdict, watched.kim, watched.clock(), bulk
            )
        bulk, rest = done.bulk, done.rest
    return bulk


async def test_a_raid_is_a_few_heaps_and_each_goes_with_one_decision(watched: Watched) -> None:
    await watched.say("Inka's talk on the harbour hum is on now")
    watched.clock.forward(600)
    await guard_it(watched)
    await watched.say(
        *[f"{LONG} {n}" for n in range(230)], *[OTHER] * 7, *["get rekt"] * 5, "A word of my own on tides"
    )
    await watched.raids.look()
    watched.clock.forward(60)
    await guard_it(watched, None)
    found = await heaps(watched)
    assert [(heap.size, heap.authors) for heap in found] == [(230, 230), (7, 7), (5, 5)]
    assert found[2].clusters == [] and len(found[2].posts) == 5, "short words, by people who came with it"
    await decide(watched, found[0], Verdict.HIDE)
    bulk = await decide(watched, found[2], Verdict.HIDE)
    assert [heap.size for heap in await heaps(watched)] == [7]
    assert [p.verdict for p in await watched.posts()].count(Verdict.HIDE) == 235
    async with watched.database.transaction() as db:
        await bulks.undo(db, watched.event, bulk, watched.kim, watched.clock())
    assert [heap.size for heap in await heaps(watched)] == [7, 5]


async def test_short_words_of_those_who_were_here_before_are_in_no_heap(watched: Watched) -> None:
    posts = await watched.say(*[f"{n} good mornings to the harbour and to whoever is up this early" for n in range(3)])
    watched.clock.forward(7_500)
    await guard_it(watched)
    authors = [post.author for post in posts]
    for n, author in enumerate(authors):
        await watched.say("Great talk!", server=f"x{n}.example")
        async with watched.database.transaction() as db:
            newest = (await db.scalars(select(Post).order_by(Post.id.desc()).limit(1))).one()
            newest.author_id = (await db.scalars(select(Post.author_id).where(Post.uri == posts[n].uri))).one()
        assert author
    assert [heap.size for heap in await heaps(watched)] == []


async def test_what_a_person_decided_is_in_no_heap(watched: Watched) -> None:
    await watched.say(LONG, LONG, LONG)
    await watched.raids.look()
    (heap,) = await heaps(watched)
    await decide(watched, heap, Verdict.APPROVE)
    assert await heaps(watched) == []


async def test_what_passed_by_a_rule_just_before_is_held_back_in_one_act_and_comes_back(watched: Watched) -> None:
    async with watched.database.transaction() as db:
        (await db.get_one(Event, watched.event.id)).policy = Policy.OPEN
    await watched.say("Long before")
    watched.clock.forward(180)
    await watched.say("Just before", "And this as well, in the same minute")
    watched.clock.forward(30)
    await guard_it(watched, Mode.TRUSTED_ONLY)
    async with watched.database.reading() as db:
        event = await db.get_one(Event, watched.event.id)
        assert await cleanup.slipped(db, event) == 2
    async with watched.database.transaction() as db:
        done = await cleanup.hold_back(db, event, watched.kim, watched.clock())
    assert [p.verdict.value for p in await watched.posts()] == ["approve", "hold", "hold"]
    async with watched.database.reading() as db:
        assert await cleanup.slipped(db, event) == 0
        assert (await db.scalars(select(AuditLine.verdict).where(AuditLine.verdict == "hold"))).all()
    async with watched.database.transaction() as db:
        await bulks.undo(db, event, done.bulk, watched.kim, watched.clock())
    assert [p.verdict.value for p in await watched.posts()] == ["approve", "approve", "approve"]


async def test_a_raid_begins_two_minutes_before_somebody_acted(watched: Watched) -> None:
    begins = watched.clock()

    async def since() -> timedelta:
        async with watched.database.reading() as db:
            return await cleanup.since(db, await db.get_one(Event, watched.event.id), watched.clock()) - begins

    assert await since() == timedelta(hours=-2)
    await guard_it(watched, Mode.FREEZE)
    watched.clock.forward(60)
    await guard_it(watched)
    assert await since() == timedelta(minutes=-2)
    watched.clock.forward(60)
    await guard_it(watched, None)
    assert await since() == timedelta(minutes=-2), "also when it is over"
    watched.clock.forward(3_600)
    await guard_it(watched)
    watched.clock.forward(60)
    await guard_it(watched, None)
    assert await since() == timedelta(minutes=60), "the last one"


async def test_the_last_two_minutes_in_figures(watched: Watched) -> None:
    await watched.say(*["One after the other"] * 60)
    watched.clock.forward(600)
    await watched.say(LONG, LONG, "Something else altogether, by a third person")
    await watched.raids.look()
    async with watched.database.reading() as db:
        told = await lately(db, watched.event, watched.clock())
    assert told == {"posts": 3, "authors": 3, "new": 3, "alike": 2, "waiting": 3, "usual": 2.0}


async def test_what_else_those_said_of_whom_the_rest_was_hidden_is_one_heap_at_the_end(watched: Watched) -> None:
    await guard_it(watched)
    await watched.say(*[LONG] * 4, "A word of my own on tides", "Something that nothing else is like at all")
    await watched.raids.look()
    async with watched.database.transaction() as db:
        posts = (await db.scalars(select(Post).order_by(Post.id))).all()
        posts[-1].author_id = posts[0].author_id
    first, *none = await heaps(watched)
    assert first.size == 4 and not none, "nobody has judged them yet"
    await decide(watched, first, Verdict.HIDE)
    (rest,) = await heaps(watched)
    assert (rest.kind, rest.posts) == (cleanup.THEIRS, [posts[-1].id])
