"""Window: what came in during the last hour, as the burst detector needs it. In memory; the moment is passed in."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Protocol

SPAN = timedelta(minutes=2)  # what is looked at
USUAL_OVER = 60  # minutes before it, by which the usual is known
NEW_FOR = timedelta(minutes=10)  # so long somebody, or their server, is new here
YOUNG = timedelta(days=7)  # an account made so lately
GROUP, GROUP_AUTHORS = 4, 3  # so many alike, by so many, are more than a coincidence


class Belonging(Protocol):
    """Whoever knows to which cluster a post belongs."""

    def of(self, post: int) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One post, as far as it matters here."""

    at: datetime  # when it reached us
    author: int
    domain: str = ""  # the author's server; "" where a network has none
    hit: bool = False  # a rule of the event's own lists fired
    young: bool = False  # the account was made lately
    late: bool = False  # said long before it reached us: we catch up


@dataclass(frozen=True, slots=True)
class Facts:
    """The last two minutes, and the event's own usual."""

    posts: int
    authors: int
    authors_new: int
    authors_young: int
    domains_new: int
    alike: int  # posts in groups that say nearly the same, of which most are by new authors
    hits: int
    usual: float  # posts a minute: the median of an hour

    @property
    def rate(self) -> float:
        """Posts a minute."""
        return self.posts / (SPAN.total_seconds() / 60)


class Window:
    def __init__(self) -> None:
        self._seen: OrderedDict[int, Seen] = OrderedDict()  # of the last two minutes
        self._minutes: Counter[int] = Counter()
        self._authors: dict[int, datetime] = {}  # when we first heard of them
        self._domains: dict[str, datetime] = {}

    def meet(self, author: int, domain: str, at: datetime) -> None:
        """Somebody who has spoken here before, told once when memory begins."""
        self._authors[author] = min(at, self._authors.get(author, at))
        if domain:
            self._domains[domain] = min(at, self._domains.get(domain, at))

    def add(self, post: int, seen: Seen) -> None:
        self._seen[post] = seen
        self.meet(seen.author, seen.domain, seen.at)
        if not seen.late:
            self._minutes[_minute(seen.at)] += 1

    def forget(self, post: int) -> None:
        self._seen.pop(post, None)

    def facts(self, clusters: Belonging, now: datetime) -> Facts:
        self._move_on(now)
        groups = self._groups(clusters, now)
        # What was said long ago and comes now is no burst, unless it is the raid that we have missed.
        seen = {post: one for post, one in self._seen.items() if not one.late or clusters.of(post) in groups}
        authors = {one.author for one in seen.values()}
        return Facts(
            posts=len(seen),
            authors=len(authors),
            authors_new=sum(1 for author in authors if self._is_new(self._authors[author], now)),
            authors_young=len({one.author for one in seen.values() if one.young}),
            domains_new=sum(
                1 for d in {o.domain for o in seen.values() if o.domain} if self._is_new(self._domains[d], now)
            ),
            alike=sum(1 for post in seen if clusters.of(post) in groups),
            hits=sum(1 for one in seen.values() if one.hit),
            usual=self._usual(now),
        )

    def _groups(self, clusters: Belonging, now: datetime) -> set[int]:
        """Clusters that are many posts by many people, most of whom nobody here knows."""
        posts: Counter[int] = Counter()
        people: dict[int, set[int]] = {}
        for post, one in self._seen.items():
            if (cluster := clusters.of(post)) is not None:
                posts[cluster] += 1
                people.setdefault(cluster, set()).add(one.author)
        return {
            cluster
            for cluster, count in posts.items()
            if count >= GROUP and len(who := people[cluster]) >= GROUP_AUTHORS
            and 2 * sum(1 for author in who if self._is_new(self._authors[author], now)) > len(who)
        }  # fmt: skip

    def _usual(self, now: datetime) -> float:
        last = _minute(now - SPAN)
        return float(median(self._minutes.get(minute, 0) for minute in range(last - USUAL_OVER, last)))

    def _move_on(self, now: datetime) -> None:
        while self._seen and next(iter(self._seen.values())).at <= now - SPAN:
            self._seen.popitem(last=False)
        oldest = _minute(now - SPAN) - USUAL_OVER
        for minute in [m for m in self._minutes if m < oldest]:
            del self._minutes[minute]

    def _is_new(self, since: datetime, now: datetime) -> bool:
        return now - since <= NEW_FOR


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)
