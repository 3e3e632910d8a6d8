"""A schedule from an address: asked for only if it changed, read in a thread so that nothing else waits."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ingest.http import Garbled, Guard, Unreachable, fetch
from ingest.programme import IncomingSchedule
from ingest.schedule.parse import parse

MAX_BYTES = 25_000_000  # 5,000 sessions with long abstracts are about fifteen
SECONDS = 30.0
_OURS = "sha256:"


@dataclass(frozen=True, slots=True)
class Reading:
    schedule: IncomingSchedule | None  # None: it is what it was
    etag: str = ""


async def read(guard: Guard, url: str, local: ZoneInfo, etag: str = "") -> Reading:
    """Raises OutboundError, whose words an organiser understands. `etag`: what the last reading gave."""
    asked = {"if-none-match": etag} if etag and not etag.startswith(_OURS) else {}
    async with guard.client(SECONDS) as client:
        answer = await fetch(client, url, headers=asked, max_bytes=MAX_BYTES, deadline=SECONDS)
    if answer.status == 304 and asked:
        return Reading(None, etag)
    if answer.status != 200:
        raise Unreachable(answer.host, f"it answers with {answer.status}")
    ours = _OURS + hashlib.sha256(answer.body).hexdigest()  # many servers give no tag
    if ours == etag:
        return Reading(None, etag)
    schedule = await asyncio.to_thread(parse, answer.body, local)
    if not schedule.known_format:
        raise Garbled(urlsplit(url).netloc, "it is no schedule in JSON, iCal, XML or CSV")
    return Reading(schedule, answer.headers.get("etag", "")[:255] or ours)
