"""Where is my post? One plain sentence out of a fixed set, for anybody who asks by a post's address or a handle.

Says what the public may know: never a moderator's words, never what a held post says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.domain.audience import HIDING_LABELS, Audience, may_see
from app.domain.control import refusals
from app.domain.control.naming import Named, named
from app.domain.posts.taken_back import is_taken_back
from app.errors import N_
from app.models import Author, Event, Post, Source, Verdict
from app.models.author import Standing
from ingest.types import Network

SENTENCES = {
    "shown": N_("It is here, and everybody can see it."),
    "waiting": N_("It is here and waits for a person to read it. It shows itself as soon as they did."),
    "held": N_("It is here, and the moderators want to look at it again before it is shown."),
    "hidden": N_("It is here, but the moderators decided not to show it."),
    "label": N_("It is here, but its network put a label on it that keeps it off our pages."),
    "gone": N_("It was here, and its author took it back. It is gone from every page."),
    "let_go": N_("It was not shown here. What is not shown is kept for a month after the event; then it is gone."),
    "withheld": N_("Somebody asked us to take it away. It is out of sight until the moderators have answered."),
    "refused": N_("Its author asked us not to collect it, so nothing of it is here."),
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
    "nothing": N_("There is no such post here."),
    "unclear": N_("That is neither the address of a post nor a handle. They look like the two examples."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    key: str  # of SENTENCES
    values: dict[str, str] = field(default_factory=dict)
    post_id: int | None = None  # only where everybody may see it


async def find(db: AsyncSession, event: Event, asked: str, hosts: Collection[str] = ()) -> Answer:
    """The answer for what somebody pasted. `hosts`: the names this house is known by."""
    meant = named(event, asked, hosts)
    clause = meant.post if meant.author is None else meant.author
    if clause is None:
        return Answer("unclear")
    post = await _newest(db, event, clause)
    if (post is None or post.gone_at) and await _is_refused(db, event, asked, meant, post):
        return Answer("refused")
    if post is not None:
        unshown = post.gone_at and not await is_taken_back(db, event.id, post.id)
        return Answer("let_go") if unshown else _of(post)
    if meant.network is None or meant.network is Network.FORM:
        return Answer("nothing")
    host = "" if meant.network is Network.BLUESKY else meant.host
    unknown = await _unknown(db, event, meant.network, host)
    if meant.author is not None and unknown.key == "never":
        return Answer("nobody", {"tag": _tag(event)})
    return unknown


async def _newest(db: AsyncSession, event: Event, named: ColumnElement[bool]) -> Post | None:
    wanted = select(Post).join(Post.author).where(Post.event_id == event.id, named).options(contains_eager(Post.author))
    return (await db.scalars(wanted.order_by(Post.posted_at.desc(), Post.id.desc()).limit(1))).one_or_none()


async def _is_refused(db: AsyncSession, event: Event, asked: str, meant: Named, post: Post | None) -> bool:
    """Whether it is on the do-not-collect list, by any name we know it by."""
    names = {asked.strip(), asked.strip().removeprefix("@").lower()} | ({post.uri, post.author.uri} if post else set())
    if meant.author is not None:
        names |= set(await db.scalars(select(Author.uri).where(meant.author)))
    return await refusals.is_refused(db, event.id, names)


def _of(post: Post) -> Answer:
    if may_see(post, Audience.PUBLIC):
        return Answer("shown", post_id=post.id)
    author = post.author
    reasons: tuple[tuple[Any, str], ...] = (
        (post.gone_at, "gone"),
        (post.withheld_at, "withheld"),
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
