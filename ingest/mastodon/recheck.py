"""Asking a server for posts we hold: do they still stand, in these words, for everybody?

Several at once where the server can. What is missing then is asked for by itself: only the server's own word for one
post says that it is gone. Decides nothing about when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.http import OutboundError
from ingest.mastodon.deletions import Deletions
from ingest.mastodon.errors import ApiError, Denied, Failing, RateLimited
from ingest.mastodon.handing import Handing
from ingest.mastodon.memory import Memory
from ingest.mastodon.origin import is_foreign
from ingest.mastodon.pace import Pace
from ingest.mastodon.parse import Server
from ingest.mastodon.rest import AT_ONCE, GONE, Rest
from ingest.types import Address, Batch, Held, House, IncomingDeletion


@dataclass(slots=True)
class _Answers:
    shown: list[tuple[Held, Mapping[str, Any]]] = field(default_factory=list)
    gone: list[Held] = field(default_factory=list)
    trouble: Exception | None = None


class Recheck:
    def __init__(
        self,
        rest: Rest,
        house: House,
        upstream: str,
        server: Server,
        memory: Memory,
        handing: Handing,
        deletions: Deletions,
        pace: Pace,
    ) -> None:
        self._rest, self._house, self._upstream, self._server, self._pace = rest, house, upstream, server, pace
        self._memory, self._handing, self._deletions = memory, handing, deletions
        self._later: dict[str, float] = {}  # local id: when it may be asked for again
        self._alone_until = float("-inf")
        self._left = 0  # requests of this turn
        self._reserve = 0

    @property
    def one_by_one(self) -> bool:
        """Whether the server could not be asked for several at once."""
        return self._memory.clock() < self._alone_until

    async def due(self, limit: int) -> list[Held]:
        """Whose turn it is, but for those that the server would not tell of a moment ago."""
        self._later = {local_id: at for local_id, at in self._later.items() if at > self._memory.clock()}
        found = await self._house.due(self._upstream, limit + len(self._later))
        # Nobody can be asked under a name this server no longer has; kept waiting, they would stand before all others.
        await self.told([post for post in found if post.address.server != self._server.host])
        here = {p.address.local_id: p for p in found if p.address.server == self._server.host}
        return [post for local_id, post in here.items() if local_id not in self._later][:limit]

    async def told(self, posts: Collection[Held]) -> None:
        """The server has just told of these by itself."""
        if posts:
            await self._house.receive(Batch(self._upstream, checked=_addresses(posts)))

    def may_ask(self, reserve: int) -> bool:
        return self._rest.allowance.spare(paged=False) > reserve

    async def ask(
        self, posts: Sequence[Held], requests: int, now: datetime, *, reserve: int = 0, alive: bool = False
    ) -> set[str]:
        """Ask for these, in this order, as far as the requests go. Gives the ids of those we were told something of.

        `reserve`: what is left of the server's allowance for others. `alive`: it has just shown that it is itself.
        """
        self._left, self._reserve = requests, reserve
        answered: set[str] = set()
        ready = [post for post in posts if self._later.get(post.address.local_id, 0.0) <= self._memory.clock()]
        for start in range(0, len(ready), AT_ONCE):
            answered |= await self._some(ready[start : start + AT_ONCE], now, alive or bool(answered))
        return answered

    async def _some(self, posts: Sequence[Held], now: datetime, alive: bool) -> set[str]:
        asked_at = self._memory.clock()
        answers = _Answers()
        await self._together(posts, answers)
        await self._one_by_one(posts, answers)
        if answers.shown:
            statuses, here = [status for _, status in answers.shown], [post for post, _ in answers.shown]
            await self._handing.statuses(statuses, asked_at, now, _addresses(here))
        if answers.gone and not (alive or answers.shown or (answers.trouble is None and await self._is_itself())):
            self._put_off(answers.gone)
            answers.gone = []
        for post in answers.gone:
            await self._is_gone(post)
        if answers.trouble is not None:
            raise answers.trouble
        return {post.address.local_id for post in (*(post for post, _ in answers.shown), *answers.gone)}

    async def _together(self, posts: Sequence[Held], answers: _Answers) -> None:
        if len(posts) < 2 or self.one_by_one or not self._spend():
            return
        shown = None
        try:
            shown = await self._rest.statuses([post.address.local_id for post in posts])
        except (Denied, RateLimited) as error:
            answers.trouble = error
            return
        except (OutboundError, Failing):
            pass  # it may fail at one of them only
        if shown is None:
            self._alone_until = self._memory.clock() + self._pace.alone
            return
        for post in posts:
            status = shown.get(post.address.local_id)
            if status is not None and status.get("uri") == post.uri:
                answers.shown.append((post, status))

    async def _one_by_one(self, posts: Sequence[Held], answers: _Answers) -> None:
        done = {post.address.local_id for post, _ in answers.shown}
        for post in posts:
            if answers.trouble is None and post.address.local_id not in done and self._spend():
                await self._alone(post, answers)

    async def _alone(self, post: Held, answers: _Answers) -> None:
        try:
            said = await self._rest.status(post.address.local_id)
        except (OutboundError, ApiError) as error:
            answers.trouble = error
            if not isinstance(error, Denied | RateLimited):
                self._put_off([post])  # should it always fail at this one, the others have their turn
            return
        if said is GONE:
            answers.gone.append(post)
        elif isinstance(said, Mapping) and said.get("uri") == post.uri:
            answers.shown.append((post, said))
        else:  # refused, or another post: a server that began anew may have given the number away again
            self._put_off([post])

    async def _is_itself(self) -> bool:
        """Something in between may say of everything that it is not there. It would say so of the server itself too."""
        return bool(await self._rest.instance(2) or await self._rest.instance(1))

    async def _is_gone(self, post: Held) -> None:
        deletion = IncomingDeletion(post.address, post.uri)
        if is_foreign(post.uri, self._server):
            await self.told([post])
            await self._deletions.ask_about(deletion, post.uri)
        else:
            await self._handing.deletion(deletion, [post.address])

    def _put_off(self, posts: Sequence[Held]) -> None:
        until = self._memory.clock() + self._pace.put_off
        self._later |= {post.address.local_id: until for post in posts}

    def _spend(self) -> bool:
        """Whether there is one more request; if so it is spent."""
        if self._left <= 0 or not self.may_ask(self._reserve):
            return False
        self._left -= 1
        return True


def _addresses(posts: Collection[Held]) -> tuple[Address, ...]:
    return tuple(post.address for post in posts)
