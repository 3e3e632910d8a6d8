"""Pace: how many posts came from one author or one server within so many minutes. Pure, but for what it is given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.rules.judging import Hit
from app.domain.rules.options import Options
from ingest.types import IncomingPost

Times = list[tuple[datetime, datetime]]  # said at, here since


@dataclass(slots=True)
class Pace:
    """`authors` by uri, `servers` by name: the times of what is here, and of what comes with the same batch."""

    authors: dict[str, Times] = field(default_factory=lambda: defaultdict(list))
    servers: dict[str, Times] = field(default_factory=lambda: defaultdict(list))

    def meet(self, post: IncomingPost, server: str, options: Options, now: datetime) -> tuple[Hit, ...]:
        """The caps this post is over. From now on it counts itself."""
        hits = []
        if options.author_most:
            minutes = options.author_minutes
            if _count(self.authors[post.author.uri], post, minutes, now) >= options.author_most:
                hits.append(Hit("cap_author", f"{options.author_most} / {minutes} min"))
            self.authors[post.author.uri].append((min(post.posted_at, now), now))
        if options.domain_most and server:
            minutes = options.domain_minutes
            if _count(self.servers[server], post, minutes, now) >= options.domain_most:
                hits.append(Hit("cap_domain", f"{server}, {options.domain_most} / {minutes} min"))
            self.servers[server].append((min(post.posted_at, now), now))
        return tuple(hits)


def _count(times: Times, post: IncomingPost, minutes: int, now: datetime) -> int:
    """What is told live counts when it came: an author's clock may lie. What is caught up counts when it was said."""
    window = timedelta(minutes=minutes)
    if not post.backfilled:
        return sum(now - here < window for _, here in times)
    return sum(timedelta() <= post.posted_at - said < window for said, _ in times)
