"""named_by(): whom a post at the desk names for a list: its author, or their server. Reads; adding is listing.py's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.desk import servers
from app.domain.rules import named
from app.errors import BadInput, NotFound
from app.models import Author, Event, Post
from app.models.listed import Kind
from ingest.types import Network


async def named_by(db: AsyncSession, event: Event, post_id: int, kind: Kind) -> tuple[str, str]:
    """(as it is shown, as it is compared). Raises NotFound, BadInput where its author has no server."""
    theirs = select(Author).join(Post, Post.author_id == Author.id)
    wanted = theirs.where(Post.id == post_id, Post.event_id == event.id)
    author = (await db.scalars(wanted)).one_or_none()
    if author is None:
        raise NotFound("This post is not here any more: its author took it back, or it never was.")
    if kind is Kind.AUTHOR:
        if author.handle:
            return (
                f"@{author.handle}" if author.network is Network.MASTODON else author.handle
            ), author.handle.casefold()
        return author.name or author.uri, author.uri.casefold()
    if kind is Kind.DOMAIN and (server := servers.domain(author)):
        return named.key_of(Kind.DOMAIN, server)
    raise BadInput("From a post, its author or their server can be listed.", "kind")
