"""The spotlight and pins: only what everybody may see, and down in the same act as it is hidden, or soon after."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from app.domain import moderation, spotlight
from app.domain.audience import Audience
from app.domain.desk import bulk
from app.domain.desk.bulk import Chosen, Wish
from app.domain.view import event_view
from app.errors import Conflict, NotFound
from app.jobs.housekeeping import Housekeeping
from app.models import Event, Post, Verdict
from tests.app.said import say
from tests.app.screens.conftest import Hall


async def said(hall: Hall, text: str = "Hello", **fields: Any) -> Post:
    async with hall.database.transaction() as db:
        return await say(db, hall.event, text, shown_at=hall.clock(), **fields)


async def told(hall: Hall) -> tuple[int | None, list[int]]:
    async with hall.database.reading() as db:
        view = event_view(await db.get_one(Event, hall.event.id), Audience.PUBLIC)
        return view["spotlight"], view["pins"]


async def lit(hall: Hall) -> Post:
    """A post that is in the spotlight and pinned."""
    post = await said(hall)
    await hall.act(spotlight.put, post.id)
    await hall.act(spotlight.pin, post.id, True)
    assert await told(hall) == (post.id, [post.id])
    return post


async def test_the_spotlight_is_one_post_and_pins_are_a_few_in_their_order(hall: Hall) -> None:
    assert await told(hall) == (None, [])
    first, second = await said(hall), await said(hall)
    for one in (second, first, second):
        await hall.act(spotlight.pin, one.id, True)
        await hall.act(spotlight.put, one.id)
    assert await told(hall) == (second.id, [second.id, first.id])
    await hall.act(spotlight.pin, second.id, False)
    await hall.act(spotlight.put, None)
    assert await told(hall) == (None, [first.id])
    assert (await hall.acts())[2:] == [
        "pin", "spotlight", "pin", "spotlight", "spotlight", "unpin", "spotlight off",
    ]  # fmt: skip
    assert await hall.log() == [("event", hall.event.id)] * 7, "each is heard at once"


async def test_saying_it_again_changes_nothing(hall: Hall) -> None:
    await lit(hall)
    before = await hall.log()
    post = (await told(hall))[0]
    await hall.act(spotlight.put, post)
    await hall.act(spotlight.pin, post, True)
    await hall.act(spotlight.pin, 999, False)
    assert await hall.log() == before


@pytest.mark.parametrize("verdict", [Verdict.WAITING, Verdict.HOLD, Verdict.HIDE])
async def test_what_is_not_shown_is_refused(hall: Hall, verdict: Verdict) -> None:
    post = await said(hall, verdict=verdict)
    for verb, asked in ((spotlight.put, (post.id,)), (spotlight.pin, (post.id, True))):
        with pytest.raises(Conflict, match="not shown"):
            await hall.act(verb, *asked)
    assert await told(hall) == (None, [])


async def test_a_post_of_nowhere_and_of_another_event_is_not_here(hall: Hall) -> None:
    post = await said(hall)
    async with hall.database.transaction() as db:
        await db.execute(update(Post).values(gone_at=hall.clock()))
    for number in (post.id, 999):
        with pytest.raises(NotFound):
            await hall.act(spotlight.put, number)


async def test_pins_have_an_end(hall: Hall) -> None:
    for _ in range(spotlight.MOST_PINS):
        await hall.act(spotlight.pin, (await said(hall)).id, True)
    with pytest.raises(Conflict, match="Unpin one first"):
        await hall.act(spotlight.pin, (await said(hall)).id, True)


@pytest.mark.parametrize("many", [False, True])
async def test_a_hide_takes_it_down_in_the_same_act_and_it_does_not_come_back(hall: Hall, many: bool) -> None:
    post, other = await lit(hall), await said(hall)
    await hall.act(spotlight.pin, other.id, True)
    before = len(await hall.log())
    async with hall.database.transaction() as db:
        if many:
            chosen, wish = Chosen(named=[(post.id, post.version)]), Wish(Verdict.HIDE)
            done = await bulk.decide(db, hall.event, chosen, wish, hall.kim, hall.clock())
        else:
            await moderation.decide(db, hall.event, post.id, post.version, Verdict.HIDE, hall.kim, hall.clock())
    assert (await hall.log())[before:] == [("post", post.id), ("event", hall.event.id)]
    assert await told(hall) == (None, [other.id])
    async with hall.database.transaction() as db:
        if many:
            await bulk.undo(db, hall.event, done.bulk, hall.kim, hall.clock())
        else:
            await moderation.undo(db, hall.event, post.id, hall.kim, hall.clock())
    assert await told(hall) == (None, [other.id])


@pytest.mark.parametrize("many", [False, True])
async def test_an_approval_that_is_taken_back_ends_its_spotlight(hall: Hall, many: bool) -> None:
    post = await said(hall, verdict=Verdict.WAITING)
    async with hall.database.transaction() as db:
        chosen, wish = Chosen(named=[(post.id, post.version)]), Wish(Verdict.APPROVE)
        done = await bulk.decide(db, hall.event, chosen, wish, hall.kim, hall.clock())
    await hall.act(spotlight.put, post.id)
    async with hall.database.transaction() as db:
        if many:
            await bulk.undo(db, hall.event, done.bulk, hall.kim, hall.clock())
        else:
            await moderation.undo(db, hall.event, post.id, hall.kim, hall.clock())
    assert await told(hall) == (None, [])


class Lease:
    """Ours."""

    def __init__(self, hall: Hall) -> None:
        self.transaction = hall.database.transaction


async def test_what_its_author_took_away_is_taken_down_at_the_next_look(hall: Hall) -> None:
    post = await lit(hall)
    chores = Housekeeping(hall.database, Lease(hall), hall.clock)  # type: ignore[arg-type]
    before = await hall.log()
    await chores.take_down()
    assert await hall.log() == before and (await told(hall))[0] == post.id, "nothing happened yet"
    async with hall.database.transaction() as db:
        await db.execute(update(Post).where(Post.id == post.id).values(gone_at=hall.clock()))
    await chores.take_down()
    assert await told(hall) == (None, [])
    assert await hall.log() == [*before, ("event", hall.event.id)]
    await chores.take_down()
    assert len(await hall.log()) == len(before) + 1
