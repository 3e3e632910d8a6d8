"""Gets our own copy of every picture, and takes it away when nobody needs it any more.

Rows are domain/posts/pictures.py's, files shelf.py's; what opens a picture runs in its own process (encoder.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog

from app.database import Database, retrying
from app.domain.posts import pictures
from app.domain.posts.pictures import Wanted
from app.encoder import Encoder, NotUsable, Overworked, Picture
from app.lease import Holder
from app.models import Media
from app.models.media import media_files
from app.settings import Settings
from app.shelf import Shelf
from app.tray import HELD, Tray
from ingest.http import Guard, OutboundError, TooBig, fetch

log = structlog.get_logger(__name__)
MAX_BYTES = 8_000_000
SECONDS = 10.0
PER_HOST = 5
AT_ONCE = 10
TURN = timedelta(seconds=15)
SETTLING = timedelta(seconds=10)  # a form's picture is on disk before its row is committed, by another process maybe
PAUSES = (timedelta(minutes=1), timedelta(minutes=15))  # after the first failure, and after the second
_ACCEPT = {"accept": "image/webp,image/avif,image/png,image/jpeg,image/gif"}


class Pictures:
    """`fetch` and `purge` may run at the same time; what they do to files and their rows they do in turn."""

    def __init__(self, database: Database, lease: Holder, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._settings, self._clock = database, lease, settings, clock
        self._shelf, self._tray, self._encoder = Shelf(settings.data_dir), Tray(settings.data_dir), Encoder()
        self._shelving = asyncio.Lock()
        self._rests: dict[int | str, datetime] = {}  # what failed, and when to try again
        self._room = 0
        self._full = False

    async def fetch(self) -> None:
        """Fetch what is wanted, round by round, for about a quarter of a minute at most."""
        until = self._clock() + TURN
        while (chosen := await self._choose()) and self._clock() <= until:
            await self._round(chosen)

    async def purge(self) -> None:
        """Rows first, then files: a crash in between leaves a file without a row, which the next turn removes."""
        async with self._database.reading() as db:
            unneeded = await pictures.unneeded(db)
        if unneeded:
            while await retrying(self._release):
                pass
            async with self._shelving, self._lease.transaction() as db:
                await pictures.discard(db)
        await self._sweep()

    async def close(self) -> None:
        await self._encoder.close()

    async def _choose(self) -> Sequence[Wanted]:
        """The newest that may be tried now; few per host, so that a slow one holds a round up for seconds only."""
        now = self._clock()
        self._rests = {i: until for i, until in self._rests.items() if until > now}
        async with self._database.reading() as db:
            self._note_room(self._settings.media_quota_mb * 1_000_000 - await pictures.room_taken(db))
            if self._full:
                return []
            found = await pictures.wanted(db, 200 + len(self._rests))
        per_host: Counter[str] = Counter()
        taken = set(self._rests)
        chosen: list[Wanted] = []
        for item in found:
            host = _host(item.url)
            if _key(item) not in taken and per_host[host] < PER_HOST and len(chosen) < AT_ONCE:
                per_host[host] += 1
                chosen.append(item)
                taken.add(_key(item))
        return chosen

    async def _round(self, chosen: Sequence[Wanted]) -> None:
        async with self._database.reading() as db:
            local = await pictures.local_hosts(db, {item.event_id for item in chosen})
        async with contextlib.AsyncExitStack() as stack:
            clients: dict[tuple[str, ...], httpx.AsyncClient] = {}
            for hosts in {local.get(item.event_id, ()) for item in chosen}:
                guard = Guard(allow_private=(*self._settings.private_hosts, *hosts), contact=self._settings.public_url)
                clients[hosts] = await stack.enter_async_context(guard.client(SECONDS))
            await _all(self._one(item, clients[local.get(item.event_id, ())]) for item in chosen)

    async def _one(self, item: Wanted, client: httpx.AsyncClient) -> None:
        if item.emoji and await self._share(item):
            return
        try:
            picture = await self._encoder.encode(await _download(client, item.url))
        except (OutboundError, NotUsable, Overworked) as problem:
            await self._note_failure(item, problem)
        else:
            await self._keep(item, picture)

    async def _share(self, item: Wanted) -> bool:
        """Give an emoji the copy that another post's has. Nobody may take that away meanwhile."""
        async with self._shelving:
            return await retrying(lambda: self._attach_shared(item))

    async def _attach_shared(self, item: Wanted) -> bool:
        async with self._lease.transaction() as db:
            media = await pictures.fetched_before(db, item)
            return media is not None and await pictures.attach(db, item, media, self._clock())

    async def _note_failure(self, item: Wanted, problem: OutboundError | NotUsable | Overworked) -> None:
        final = isinstance(problem, (NotUsable, TooBig))
        self._rests[_key(item)] = self._clock() + PAUSES[min(item.tries, len(PAUSES) - 1)]
        async with self._lease.transaction() as db:
            await pictures.note_failure(db, item, str(problem), final)

    async def _keep(self, item: Wanted, picture: Picture) -> None:
        """The file first: a row must never name a picture that is not there."""
        async with self._shelving:
            if self._room <= 0:
                return  # it waits; the next round says so
            widths = [width for width, _ in picture.smaller]
            for name, body in zip(media_files(picture.id, widths), _bodies(picture), strict=True):
                await asyncio.to_thread(self._shelf.put, name, body)
            media = Media(
                id=picture.id, width=picture.width, height=picture.height, size=picture.size, colour=picture.colour,
                widths=widths, created_at=self._clock(),
            )  # fmt: skip
            if await retrying(lambda: self._attach(item, media)):
                self._room -= picture.size

    async def _attach(self, item: Wanted, media: Media) -> bool:
        async with self._lease.transaction() as db:
            return await pictures.attach(db, item, media, self._clock())

    async def _release(self) -> int:
        async with self._lease.transaction() as db:
            return await pictures.release(db, self._clock())

    async def _sweep(self) -> None:
        """Remove every file without a row: of a deleted post, of a crash, of a rehearsal that ended elsewhere."""
        async with self._shelving:
            files = await asyncio.to_thread(self._shelf.names)
            async with self._database.reading() as db:
                extra = files - await pictures.files(db)
            settled = (self._clock() - SETTLING).timestamp()
            extra = await asyncio.to_thread(self._shelf.settled, extra, settled)
            await asyncio.to_thread(self._tray.sweep, (self._clock() - HELD).timestamp())
            if not extra:
                return
            async with self._lease.transaction() as db:  # asked again, as the one who may: another could be writing
                extra -= await pictures.files(db)
            for name in extra:
                await asyncio.to_thread(self._shelf.remove, name)

    def _note_room(self, room: int) -> None:
        self._room = room
        if (room <= 0) is self._full:
            return
        self._full = room <= 0
        quota = f"{self._settings.media_quota_mb:,} MB"
        if self._full:
            log.warning("pictures.full", reason=f"The room for pictures ({quota}) is used up. New ones wait.")
        else:
            log.info("pictures.room", reason="There is room for pictures again.")


async def _download(client: httpx.AsyncClient, url: str) -> bytes:
    answer = await fetch(client, url, headers=_ACCEPT, max_bytes=MAX_BYTES, deadline=SECONDS)
    if answer.status != 200:
        raise OutboundError(f"{answer.host} did not give us the picture: it answered {answer.status}.")
    return answer.body


def _bodies(picture: Picture) -> list[bytes]:
    return [picture.body, *(body for _, body in picture.smaller)]


def _key(item: Wanted) -> int | str:
    """A picture is its post's; an emoji is one, however many say it."""
    return item.url if item.emoji else item.attachment_id


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()


async def _all(acts: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Side by side; the first thing that goes wrong stops the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(act)
    except ExceptionGroup as problems:
        raise problems.exceptions[0] from None
