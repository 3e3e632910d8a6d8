"""What a reader remembers of what it handed over, so that a sweep repeats nothing and undoes nothing.

Bounded, lost at every restart, and never the truth: the house knows better and is asked by handing over once more.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from ingest.types import Incoming, IncomingDeletion, IncomingPost

_SIZE = 10_000
T = TypeVar("T")


class Memory:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._handed: OrderedDict[str, tuple[bytes, datetime | None, str]] = OrderedDict()  # local id: print, edit, uri
        self._live: OrderedDict[str, float] = OrderedDict()  # local id: when the stream last spoke of it
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._skipped: OrderedDict[str, None] = OrderedDict()

    def news(self, post: IncomingPost, asked_at: float) -> bool:
        """Whether a post that was asked for says something new.

        Not if the stream spoke of it after we asked: the answer is then the older of the two. Not if it was deleted:
        a cache in between may list it for a while.
        """
        local_id = post.address.local_id
        if local_id in self._gone or self.live_since(local_id, asked_at):
            return False
        known, edited_at, _ = self._handed.get(local_id, (b"", None, ""))
        older = edited_at is not None and (post.edited_at is None or post.edited_at < edited_at)  # a cache again
        return not older and known != _print(post)

    def uri_of(self, local_id: str) -> str | None:
        """What we handed over under this id, where we still know."""
        return self._handed[local_id][2] if local_id in self._handed else None

    def bury(self, local_id: str) -> None:
        """A deletion of something we do not know: it may have overtaken its post."""
        _keep(self._gone, local_id, None)

    def is_gone(self, local_id: str) -> bool:
        return local_id in self._gone

    def live_since(self, local_id: str, since: float) -> bool:
        return self._live.get(local_id, float("-inf")) >= since

    def was_live(self, local_id: str) -> bool:
        return local_id in self._live

    def first_skip(self, local_id: str) -> bool:
        """Whether this was not left out before: each is counted once, however often it is listed."""
        known = local_id in self._skipped
        _keep(self._skipped, local_id, None)
        return not known

    def told_live(self, item: Incoming) -> None:
        local_id = _local_id(item)
        if local_id is not None:
            _keep(self._live, local_id, self.clock())

    def handed(self, item: Incoming) -> None:
        local_id = _local_id(item)
        if local_id is None:
            return
        if isinstance(item, IncomingPost):
            _keep(self._handed, local_id, (_print(item), item.edited_at, item.uri))
        else:
            _keep(self._gone, local_id, None)


def _keep(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _SIZE:
        kept.popitem(last=False)


def _local_id(item: Incoming) -> str | None:
    if isinstance(item, IncomingPost | IncomingDeletion) and item.address is not None:
        return item.address.local_id
    return None


def _print(post: IncomingPost) -> bytes:
    same_either_way = replace(post, backfilled=False, tags=frozenset())
    return hashlib.sha256(f"{same_either_way!r}{sorted(post.tags)}".encode()).digest()[:16]
