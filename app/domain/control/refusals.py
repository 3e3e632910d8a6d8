"""The do-not-collect list of an event: whose posts, and which, are not taken in. Fingerprints, so it names nobody.

Also knows of whom everything is withheld while the desk has not answered: what they say meanwhile is withheld too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Author, Refusal, Removal, RemovalState
from app.secrets import fingerprint
from ingest.types import Incoming, IncomingPost

REASON = "its author asked us not to collect it"


@dataclass(frozen=True, slots=True)
class Bars:
    """What one batch must not bring in."""

    refused: frozenset[str] = frozenset()  # fingerprints
    withheld: frozenset[str] = frozenset()  # uris of authors

    def bar(self, post: IncomingPost) -> bool:
        return bool(self.refused) and not self.refused.isdisjoint(map(print_of, _names(post)))

    def bar_uri(self, uri: str) -> bool:
        """Of a post that another one quotes."""
        return bool(self.refused) and not self.refused.isdisjoint(map(print_of, (uri, _whose(uri))))


async def bars(db: AsyncSession, event_id: int, items: Iterable[Incoming]) -> Bars:
    """One query for a whole batch."""
    posts = [item for item in items if isinstance(item, IncomingPost)]
    if not posts:
        return Bars()
    quoted = {name for post in posts if post.quote for name in (post.quote.uri, _whose(post.quote.uri))}
    prints = {print_of(name) for name in quoted.union(*map(_names, posts))}
    authors = {post.author.uri for post in posts}
    rows = (await db.execute(_BARS, {"event": event_id, "prints": list(prints), "authors": list(authors)})).all()
    refused, withheld = [frozenset(word for what, word in rows if what == kind) for kind in ("refused", "withheld")]
    return Bars(refused, withheld)


async def refuse(db: AsyncSession, event_id: int, uris: Collection[str], now: datetime) -> None:
    """Put addresses of authors or posts on the list."""
    prints = {print_of(uri) for uri in uris}
    wanted = select(Refusal.fingerprint).where(Refusal.event_id == event_id, Refusal.fingerprint.in_(prints))
    there = set(await db.scalars(wanted))
    db.add_all(Refusal(event_id=event_id, fingerprint=each, created_at=now) for each in sorted(prints - there))
    await db.flush()


async def is_refused(db: AsyncSession, event_id: int, uris: Collection[str]) -> bool:
    listed = select(Refusal.fingerprint).where(
        Refusal.event_id == event_id, Refusal.fingerprint.in_({print_of(uri) for uri in uris})
    )
    return await db.scalar(listed.limit(1)) is not None


def print_of(uri: str) -> str:
    return fingerprint(f"refused {uri}")


def _names(post: IncomingPost) -> set[str]:
    """Every address by which its author could have said "not this" or "nothing of mine", also over a bridge."""
    names = {post.uri, post.author.uri}
    return names | ({post.bridge_of, _whose(post.bridge_of)} if post.bridge_of else set())


def _whose(uri: str) -> str:
    """The author's address, as networks put it into a post's."""
    if uri.startswith("at://"):
        return uri.removeprefix("at://").partition("/")[0]
    return uri.partition("/statuses/")[0]


def _listed() -> Any:
    event: Any = bindparam("event")
    prints: Any = bindparam("prints", expanding=True)
    authors: Any = bindparam("authors", expanding=True)
    refused: Any = select(literal_column("'refused'"), Refusal.fingerprint).where(
        Refusal.event_id == event, Refusal.fingerprint.in_(prints)
    )
    withheld: Any = select(literal_column("'withheld'"), Author.uri).join(Removal, Removal.author_id == Author.id)
    asked = withheld.where(Removal.event_id == event, Removal.state == RemovalState.ASKED, Author.uri.in_(authors))
    return union_all(refused, asked)


_BARS = _listed()  # made once: every post is asked for
