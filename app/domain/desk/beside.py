"""What a moderator needs beside one post: its thread, notes, who decided what, reports, its like, its author so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.desk import notes
from app.domain.desk.sieve import of_cluster
from app.domain.strand import conversation
from app.errors import NotFound
from app.models import Account, Author, Decision, Event, Note, Post, Report, Verdict

THREAD = 40
CLUSTER = 20
DECISIONS = 50
REPORTS = 50


@dataclass(frozen=True, slots=True)
class Decided:
    by: str  # "": a rule, or time
    decision: Decision


@dataclass(frozen=True, slots=True)
class Beside:
    post: dict[str, Any]
    thread: list[dict[str, Any]]  # what it answers, the first word first, and all that answers it
    notes: list[Note]
    decisions: list[Decided]
    reports: list[Report]  # that nobody has seen to
    cluster: list[dict[str, Any]]
    author: dict[str, Any]


async def read(db: AsyncSession, event: Event, post_id: int) -> Beside:
    """Raises NotFound."""
    view = await snapshot.one(db, event, post_id, Audience.DESK)
    if view is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    return Beside(
        view, await _thread(db, event, post_id), list(await notes.of_post(db, post_id)),
        await _decisions(db, post_id), await _reports(db, post_id), await _cluster(db, event, view),
        await _author(db, event, view["author"]["id"]),
    )  # fmt: skip


async def _thread(db: AsyncSession, event: Event, post_id: int) -> list[dict[str, Any]]:
    ids = await conversation.up_from(db, event, post_id) + await conversation.down_from(db, event, post_id)
    return await _views(db, event, [i for i in dict.fromkeys(ids) if i != post_id][:THREAD])


async def _decisions(db: AsyncSession, post_id: int) -> list[Decided]:
    """Oldest first."""
    query = select(Decision, Account.name).outerjoin(Account, Account.id == Decision.account_id)
    newest = query.where(Decision.post_id == post_id).order_by(Decision.id.desc()).limit(DECISIONS)
    return [Decided(name or "", decision) for decision, name in await db.execute(newest)][::-1]


async def _reports(db: AsyncSession, post_id: int) -> list[Report]:
    open_ = select(Report).where(Report.post_id == post_id, Report.closed_at.is_(None)).order_by(Report.id)
    return list(await db.scalars(open_.limit(REPORTS)))


async def _cluster(db: AsyncSession, event: Event, view: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that say nearly the same, without this one."""
    if view["cluster"] is None:
        return []
    mine = Post.event_id == event.id, of_cluster(view["cluster"]), Post.gone_at.is_(None), Post.id != view["id"]
    return await _views(db, event, await db.scalars(select(Post.id).where(*mine).order_by(Post.id).limit(CLUSTER)))


async def _views(db: AsyncSession, event: Event, ids: Any) -> list[dict[str, Any]]:
    seen = (await snapshot.look(db, event, list(ids), [Audience.DESK]))[Audience.DESK]
    return sorted(seen.values(), key=lambda view: str(view["order"]))


async def _author(db: AsyncSession, event: Event, author_id: int) -> dict[str, Any]:
    """How many of theirs were judged how, in this event: needed here, shown nowhere else."""
    of_theirs = aliased(Post)
    mine = of_theirs.event_id == event.id, of_theirs.author_id == author_id, of_theirs.gone_at.is_(None)
    counted = select(of_theirs.verdict, func.count()).where(*mine).group_by(of_theirs.verdict)
    numbers = dict((await db.execute(counted)).all())
    since: datetime | None = await db.scalar(select(Author.since).where(Author.id == author_id))
    return {
        "shown": numbers.get(Verdict.APPROVE, 0), "hidden": numbers.get(Verdict.HIDE, 0),
        "held": numbers.get(Verdict.HOLD, 0), "waiting": numbers.get(Verdict.WAITING, 0),
        "since": f"{since:%Y-%m-%d}" if since else None,
    }  # fmt: skip
