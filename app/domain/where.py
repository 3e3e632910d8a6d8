"""Where is my post? One plain sentence out of a fixed set, for anybody who asks by a post's address or a handle.

Says what the public may know: never a moderator's words, never what a held post says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.domain.audience import HIDING_LABELS, Audience, may_see
from app.errors import N_
from app.models import Author, Copy, Event, Post, Source, Verdict
from app.models.author import Standing
from ingest.text.clean import line
from ingest.types import Network

SENTENCES = {
    "shown": N_("It is here, and everybody can see it."),
    "waiting": N_("It is here and waits for a person to read it. It shows itself as soon as they did."),
    "held": N_("It is here, and the people at the desk want to look at it again before it is shown."),
    "hidden": N_("It is here, but the people at the desk decided not to show it."),
    "label": N_("It is here, but its network put a label on it that keeps it off our pages."),
    "gone": N_("It was here, and its author took it back. It is gone from every page."),
    "untagged": N_("It was here, but its author took the hashtag out. With the hashtag it comes back."),
    "unpublic": N_("It was here, but its author made it visible to fewer people. We show only what is public."),
    "signed_in": N_(
        "It is here, but its author's profile asks not to be shown to people who are not signed in, and our pages and "
        "screens are open to all. That is a setting of the account."
    ),
    "nobot": N_("Its author's profile asks not to be collected (#nobot), so we show nothing of theirs."),
    "limited": N_("Its author is limited or suspended on their server, so we do not show it."),
    "away": N_("Its author's account is switched off at the moment. It comes back when they do."),
    "no_network": N_("This event does not read that network. The form takes your words without any account."),
    "failing": N_("It has not reached us. We cannot read {place} at the moment; we go on trying, and nothing is lost."),
    "not_read": N_(
        "It has not reached us. This event reads {places}; {host} is not among them. A post gets here when one of "
        "those servers knows it: make sure it is public and has {tag}, or ask the organiser to submit it by its "
        "address."
    ),
    "never": N_(
        "It has not reached us, although we read {place}. Is it public, not only for followers, and does it have "
        "{tag}? A profile with #nobot is not collected. Else ask the organiser to submit it by its address."
    ),
    "nobody": N_("Nothing from this account has reached us. A post needs to be public and to have {tag}."),
    "unclear": N_("That is neither the address of a post nor a handle. They look like the two examples."),
}

_HANDLE = re.compile(r"@?(?P<name>[\w.+-]+)(?:@(?P<host>[\w.-]+\.\w+(?::\d+)?))?")
_BLUESKY_PAGE = re.compile(r"/profile/(?P<who>[^/]+)/post/(?P<rkey>\w+)")


@dataclass(frozen=True, slots=True)
class Answer:
    key: str  # of SENTENCES
    values: dict[str, str] = field(default_factory=dict)
    post_id: int | None = None  # only where everybody may see it


async def find(db: AsyncSession, event: Event, asked: str) -> Answer:
    """The answer for what somebody pasted."""
    asked = line(asked, 1_000)
    if asked.startswith(("https://", "http://", "at://")):
        return await _by_address(db, event, asked)
    if (handle := _HANDLE.fullmatch(asked)) and ("." in handle["name"] or handle["host"]):
        return await _by_handle(db, event, asked.removeprefix("@"), handle["host"])
    return Answer("unclear")


async def _by_address(db: AsyncSession, event: Event, address: str) -> Answer:
    parts = urlsplit(address)
    names: list[ColumnElement[bool]] = [Copy.uri == address, Copy.url == address, Copy.bridge_of == address]
    page = _BLUESKY_PAGE.fullmatch(parts.path.rstrip("/"))
    if page:
        tail = f"/app.bsky.feed.post/{page['rkey']}"
        named = or_(Author.handle == page["who"], Author.uri == page["who"])
        names.append(Copy.uri.endswith(tail, autoescape=True) & named)
    post = await _newest(db, event, Post.id.in_(select(Copy.post_id).join(Copy.post).join(Post.author).where(
        Copy.event_id == event.id, or_(*names))))  # fmt: skip
    if post is not None:
        return _of(post)
    network = Network.BLUESKY if page or address.startswith("at://") else Network.MASTODON
    return await _unknown(db, event, network, "" if network is Network.BLUESKY else parts.netloc)


async def _by_handle(db: AsyncSession, event: Event, handle: str, host: str | None) -> Answer:
    post = await _newest(db, event, func.lower(Author.handle) == handle.lower())
    if post is not None:
        return _of(post)
    network = Network.MASTODON if host else Network.BLUESKY
    unknown = await _unknown(db, event, network, host or "")
    return unknown if unknown.key != "never" else Answer("nobody", {"tag": _tag(event)})


async def _newest(db: AsyncSession, event: Event, named: ColumnElement[bool]) -> Post | None:
    wanted = select(Post).join(Post.author).where(Post.event_id == event.id, named).options(contains_eager(Post.author))
    return (await db.scalars(wanted.order_by(Post.posted_at.desc(), Post.id.desc()).limit(1))).one_or_none()


def _of(post: Post) -> Answer:
    if may_see(post, Audience.PUBLIC):
        return Answer("shown", post_id=post.id)
    author = post.author
    reasons: tuple[tuple[Any, str], ...] = (
        (post.gone_at, "gone"),
        (post.unpublic_at, "unpublic"),
        (post.untagged_at, "untagged"),
        (author.nobot, "nobot"),
        (author.limited, "limited"),
        (author.standing is not Standing.ACTIVE, "away"),
        (author.no_unauthenticated, "signed_in"),
        (post.verdict is Verdict.HIDE, "hidden"),
        (post.verdict is Verdict.HOLD, "held"),
        (post.verdict is Verdict.WAITING, "waiting"),
        (HIDING_LABELS & {*post.labels, *author.labels}, "label"),
    )
    return Answer(next(key for holds, key in reasons if holds))


async def _unknown(db: AsyncSession, event: Event, network: Network, host: str) -> Answer:
    """Nothing of it is here: which source should have brought it, and what is with that source."""
    wanted = select(Source).where(Source.event_id == event.id, Source.kind == network, Source.enabled)
    sources = (await db.scalars(wanted.order_by(Source.id))).all()
    if not sources:
        return Answer("no_network")
    places = [_place(s) for s in sources]
    mine = [s for s in sources if not host or _place(s) == host]
    if not mine:
        return Answer("not_read", {"places": ", ".join(places), "host": host, "tag": _tag(event)})
    if not any(s.ok for s in mine):
        return Answer("failing", {"place": _place(mine[0])})
    return Answer("never", {"place": _place(mine[0]), "tag": _tag(event)})


def _place(source: Source) -> str:
    return "Bluesky" if source.kind is Network.BLUESKY else urlsplit(source.url).netloc


def _tag(event: Event) -> str:
    return f"#{event.tags[0]}"
