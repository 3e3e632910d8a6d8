"""Showings: which post was legible on which screen, from when till when, as the screens say it. Written in batches.

A screen says the same again after a break, and two browsers may be one screen: what is known already is not counted
twice. What a stranger's browser can claim here is in docs/screens.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.screens.acknowledging import known_names
from app.models import Post, Showing

LONGEST = timedelta(seconds=120)  # of one piece: walls cut long stays every minute, so that little is lost with them
SHORTEST = timedelta(seconds=0.5)  # what is left of a piece said twice, because nobody's clock is exact
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Piece:
    event_id: int
    name: str  # of the screen
    audience: str
    post_id: int
    began_at: datetime
    ended_at: datetime


async def keep(db: AsyncSession, pieces: Iterable[Piece]) -> None:
    """What is not known yet of these, of screens that are known, and of posts of their event."""
    its = list(pieces)
    for event_id in sorted({piece.event_id for piece in its}):
        await _keep(db, event_id, [piece for piece in its if piece.event_id == event_id])


async def _keep(db: AsyncSession, event_id: int, pieces: Sequence[Piece]) -> None:
    screens = await known_names(db, event_id, list({piece.name for piece in pieces}))
    named = select(Post.id).where(Post.event_id == event_id, Post.id.in_({piece.post_id for piece in pieces}))
    posts = set(await db.scalars(named))
    counted = [
        (screens[piece.name][0], piece) for piece in pieces
        if piece.post_id in posts and screens.get(piece.name, (0, ""))[1] == piece.audience
    ]  # fmt: skip
    taken = await _taken(db, event_id, {screen for screen, _ in counted}, [piece for _, piece in counted])
    rows: list[dict[str, Any]] = []
    for screen_id, piece in sorted(counted, key=lambda one: (one[0], one[1].post_id, one[1].began_at)):
        spans = taken.setdefault((screen_id, piece.post_id), [])
        new = rest((piece.began_at, min(piece.ended_at, piece.began_at + LONGEST)), spans)
        spans += new
        rows += [
            {"event_id": event_id, "screen_id": screen_id, "post_id": piece.post_id, "began_at": a, "ended_at": b}
            for a, b in new
        ]
    if rows:
        into = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
        await db.execute(into(Showing).on_conflict_do_nothing(), rows)


def rest(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What of a stretch of time none of the others covers."""
    left, (at, end) = [], span
    for began, ended in sorted(taken):
        if began < end and ended > at:
            left.append((at, began))
            at = max(at, ended)
    return [(a, b) for a, b in [*left, (at, end)] if b - a >= SHORTEST]


async def _taken(
    db: AsyncSession, event_id: int, screens: Collection[int], pieces: Sequence[Piece]
) -> dict[tuple[int, int], list[Span]]:
    """By screen and post: what is known of the time these pieces lie in."""
    if not pieces:
        return {}
    since = min(piece.began_at for piece in pieces) - LONGEST
    wanted = select(Showing.screen_id, Showing.post_id, Showing.began_at, Showing.ended_at).where(
        Showing.event_id == event_id, Showing.began_at >= since, Showing.screen_id.in_(screens),
        Showing.post_id.in_({piece.post_id for piece in pieces}),
    )  # fmt: skip
    found: dict[tuple[int, int], list[Span]] = {}
    for screen_id, post_id, began, ended in await db.execute(wanted):
        found.setdefault((screen_id or 0, post_id), []).append((began, ended))
    return found
