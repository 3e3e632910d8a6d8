"""How many different people were heard, for the first time or not, and how many first voices had an answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.audience import Audience, clause
from app.domain.event.first_voices import answered
from app.domain.numbers.posts import of_people
from app.models import Author, Event, Post


@dataclass(frozen=True, slots=True)
class Heard:
    people: int  # several addresses that somebody proved to be theirs are one
    new: int  # of them, who were never heard at an earlier event of this house
    firsts: int  # first posts that are shown
    answered: int  # of them, by anybody


async def heard(db: AsyncSession, event: Event) -> Heard:
    who = func.coalesce(-Author.person_id, Author.id)
    voices = select(who.label("who"), Author.id.label("author_id")).join(Post, Post.author_id == Author.id)
    spoke = voices.where(*of_people(event), clause(Audience.PUBLIC)).distinct().subquery()
    before = aliased(Post)
    earlier = exists().where(
        before.author_id == spoke.c.author_id, before.event_id != event.id, before.received_at < event.created_at
    )
    known = func.count(case((earlier, spoke.c.who)).distinct())
    people, not_new = (await db.execute(select(func.count(spoke.c.who.distinct()), known))).one()
    of_firsts = select(func.count(), func.count(case((answered(), 1)))).select_from(Post).join(Post.author)
    firsts = await db.execute(of_firsts.where(*of_people(event), Post.first.is_(True), clause(Audience.PUBLIC)))
    return Heard(people, people - not_new, *firsts.one())
