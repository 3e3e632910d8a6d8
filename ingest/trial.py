"""Tries one source, once and honestly: does it answer, how would it be read, what comes. Stores nothing.

Bounded in time. What was found is keys and values: whoever asked says them in their language.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed

from ingest.bluesky.appview import DEADLINE, AppView
from ingest.bluesky.dial import Dialler, Line, name
from ingest.bluesky.reader import hosts
from ingest.bluesky.staff import appview_base
from ingest.http import Guard, OutboundError
from ingest.mastodon import frames, live, socket
from ingest.mastodon.errors import ApiError, Denied, NoStream
from ingest.mastodon.pace import Pace, asked_for
from ingest.mastodon.probe import Instance, probe
from ingest.mastodon.rest import Rest
from ingest.types import Network, SourceConfig

SECONDS = 15.0
_HEARING = 9.0  # of these, for a first word from Bluesky's stream
_DIALLING = 4.0  # for one host
_SOMEBODY = "bsky.app"  # an account every index knows


@dataclass(frozen=True, slots=True)
class Finding:
    key: str  # of app.domain.sources.trials
    values: Mapping[str, str | int] = field(default_factory=dict)
    good: bool = True


@dataclass(frozen=True, slots=True)
class Trial:
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.good for finding in self.findings)


Found = list[Finding]


async def trial(source: SourceConfig, guard: Guard, *, seconds: float = SECONDS) -> Trial:
    """Never raises for what an upstream does: that is what was to be found out."""
    found: Found = []
    try:
        async with asyncio.timeout(seconds):
            await _TRIALS[source.kind](source, guard.allowing(source.allow_private), found)
    except TimeoutError:
        found.append(Finding("slow", {"seconds": round(seconds)}, good=False))
    except (OutboundError, ApiError) as error:
        found.append(Finding("failed", {"why": str(error)}, good=False))
    return Trial(tuple(found))


async def _form(source: SourceConfig, guard: Guard, found: Found) -> None:
    found.append(Finding("form"))


async def _mastodon(source: SourceConfig, guard: Guard, found: Found) -> None:
    """A page of its first tag; with the token where it has one, and else as everybody."""
    async with guard.client() as client:
        rest = Rest(client, source.url, source.token)
        instance = await probe(rest)
        try:
            await _page(rest, instance, source, found)
        except Denied:
            if source.token is None:
                raise
            found.append(Finding("token_refused", good=False))
            rest = Rest(client, source.url)
            instance = await probe(rest)
            await _page(rest, instance, source, found)
        await _way(rest, instance, source, guard, found)


async def _page(rest: Rest, instance: Instance, source: SourceConfig, found: Found) -> None:
    rest.only = instance.only
    statuses = await rest.page(source.tags[0])
    found.append(Finding("answers", {"host": rest.host, "tag": source.tags[0], "count": len(statuses)}))
    if instance.hidden:
        found.append(Finding("hidden", {"why": instance.hidden}))


async def _way(rest: Rest, instance: Instance, source: SourceConfig, guard: Guard, found: Found) -> None:
    """Live and by which way, in the reader's order; or every few seconds and why."""
    why, good = "", True
    for way in () if instance.streaming is None or rest.token is None else _ways(instance):
        try:
            await _until_open(way, guard, instance.streaming or "", source.tags[0], rest)
        except NoStream as error:
            why = str(error).rstrip(".")
        except (OutboundError, ApiError) as error:
            why, good = str(error).rstrip("."), False
            break
        else:
            found.append(Finding(way))
            return
    why = why or ("no_stream" if instance.streaming is None else "no_token")
    found.append(Finding("polled", {"every": f"{asked_for([source]).poll:g}", "why": why}, good=good))


def _ways(instance: Instance) -> tuple[str, ...]:
    return ("public",) if instance.tagless else ("live", "socket")


class _IsOpen(Exception):
    """The stream lets us in: that is all we wanted to know."""


async def _until_open(way: str, guard: Guard, base: str, tag: str, rest: Rest) -> None:
    async def opened() -> None:
        raise _IsOpen

    async def heard(*_: object) -> None:
        """Not reached: it was left when it opened."""

    try:
        if way == "live":
            await live.follow(guard, base, tag, rest.headers(), Pace(), opened, heard)
        else:
            channels = [frames.PUBLIC] if way == "public" else frames.hashtags([tag])
            await socket.follow(guard, base, channels, rest.token or "", Pace(), opened, heard)
    except _IsOpen:
        return


async def _bluesky(source: SourceConfig, guard: Guard, found: Found) -> None:
    """One word from the stream, by the first host that says one; then whether the index tells who people are."""
    try:
        async with asyncio.timeout(_HEARING):
            found.append(await _first_word(source, guard))
    except TimeoutError:
        found.append(Finding("deaf", {"why": f"nothing came within {_HEARING:g} seconds."}, good=False))
    host = urlsplit(appview_base(source)).netloc
    try:
        async with guard.client(timeout=DEADLINE) as client:
            await AppView(guard, client, appview_base(source)).profiles([_SOMEBODY])
        found.append(Finding("names", {"host": host}))
    except OutboundError as error:
        found.append(Finding("nameless", {"why": str(error)}, good=False))


async def _first_word(source: SourceConfig, guard: Guard) -> Finding:
    named = hosts(source)
    dialler, why = Dialler(guard, named, lambda: datetime.now(UTC), _DIALLING), ""
    for _ in named:
        try:
            await _one_frame(await dialler.dial(None))
        except OutboundError as error:
            why = str(error)
        except ConnectionClosed:
            why = f"{name(dialler.host)} closed the connection."
        else:
            return Finding("hears", {"host": name(dialler.host)})
        dialler.rotate()
    return Finding("deaf", {"why": why}, good=False)


async def _one_frame(line: Line) -> None:
    async with line.socket:
        await line.socket.recv()


_TRIALS: Mapping[Network, Callable[[SourceConfig, Guard, Found], Awaitable[None]]] = {
    Network.MASTODON: _mastodon,
    Network.BLUESKY: _bluesky,
    Network.FORM: _form,
}
