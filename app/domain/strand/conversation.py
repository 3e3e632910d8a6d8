"""A post's conversation: what it answers up to the first word, what answers it as a tree, its neighbours.

Draws from what everybody may see. An answer to a hidden post stands on the strand, but hangs on nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import snapshot
from app.domain.audience import Audience, clause
from app.models import Event, Post

MOST = 200  # posts of one conversation, on one page
BESIDE = 5  # looked at on either side: one of them may be hidden by a label, which only a post that was read can tell
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    one: View
    before: list[View]  # what it answers, the first word first
    answers: list[View]  # trees: {"post", "answers": […]}, in the order they were said
    older: View | None  # its neighbours on the strand
    newer: View | None
    cut: bool  # there is more of it than is here


async def read(db: AsyncSession, event: Event, post_id: int) -> Conversation | None:
    """None where nobody may see the post itself."""
    moment = await db.scalar(select(Post.posted_at).where(Post.id == post_id, Post.event_id == event.id))
    if moment is None:
        return None
    above, below = await up_from(db, event, post_id), await down_from(db, event, post_id)
    older, newer = await _beside(db, event, moment, post_id)
    seen = await snapshot.look(db, event, {post_id, *above, *below, *older, *newer}, [Audience.PUBLIC])
    views = seen[Audience.PUBLIC]
    if post_id not in views:
        return None
    return Conversation(
        views[post_id], _chain(views, post_id), _trees(views, post_id, below), _first(views, older),
        _first(views, newer), len(below) >= MOST,
    )  # fmt: skip


async def up_from(db: AsyncSession, event: Event, post_id: int) -> list[int]:
    """UNION, not UNION ALL: two posts that claim to answer each other would go round for ever."""
    step = select(Post.id, Post.reply_to_id).where(Post.id == post_id).cte(recursive=True)
    parent = aliased(Post)
    step = step.union(
        select(parent.id, parent.reply_to_id).where(parent.id == step.c.reply_to_id, parent.event_id == event.id)
    )
    return list(await db.scalars(select(step.c.id).limit(MOST)))


async def down_from(db: AsyncSession, event: Event, post_id: int) -> list[int]:
    step = select(Post.id).where(Post.id == post_id).cte(recursive=True)
    answer = aliased(Post)
    step = step.union(select(answer.id).where(answer.reply_to_id == step.c.id, answer.event_id == event.id))
    return list(await db.scalars(select(step.c.id).limit(MOST)))


async def _beside(db: AsyncSession, event: Event, moment: datetime, post_id: int) -> tuple[list[int], list[int]]:
    """Who spoke before and after, the nearest first."""
    wanted = select(Post.id).join(Post.author).where(Post.event_id == event.id, clause(Audience.PUBLIC)).limit(BESIDE)
    earlier = or_(Post.posted_at < moment, and_(Post.posted_at == moment, Post.id < post_id))
    later = or_(Post.posted_at > moment, and_(Post.posted_at == moment, Post.id > post_id))
    older = wanted.where(earlier).order_by(Post.posted_at.desc(), Post.id.desc())
    newer = wanted.where(later).order_by(Post.posted_at, Post.id)
    return list(await db.scalars(older)), list(await db.scalars(newer))


def _chain(views: dict[int, View], post_id: int) -> list[View]:
    """Up as far as everybody may see, and never twice the same."""
    chain: list[View] = []
    passed, at = {post_id}, views[post_id]["reply_to"]
    while at and at["id"] not in passed and (view := views.get(at["id"])):
        passed.add(view["id"])
        chain.append(view)
        at = view["reply_to"]
    return chain[::-1]


def _trees(views: dict[int, View], post_id: int, below: list[int]) -> list[View]:
    """Every answer under what it answers. Built from the oldest down, so that a circle is never closed."""
    nodes: dict[int, View] = {post_id: {"post": views[post_id], "answers": []}}
    for view in sorted(
        (views[id] for id in below if id in views and id != post_id), key=lambda view: str(view["order"])
    ):
        nodes[view["id"]] = {"post": view, "answers": []}
    for id, node in nodes.items():
        parent = node["post"]["reply_to"]
        if id != post_id and parent and parent["id"] in nodes:
            nodes[parent["id"]]["answers"].append(node)
    return list(nodes[post_id]["answers"])


def _first(views: dict[int, View], ids: list[int]) -> View | None:
    return next((views[id] for id in ids if id in views), None)
