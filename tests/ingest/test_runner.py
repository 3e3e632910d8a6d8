"""One reader per upstream, as configured; restarted when it breaks or changes; gone when we stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from structlog.testing import capture_logs

from ingest.backoff import Backoff
from ingest.http import Guard
from ingest.runner import READERS, Runner
from ingest.types import House, Mode, Network, SourceConfig, SourceState
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.captures import NOW


def source(id: int = 1, upstream: str = "https://a.example", **changed: object) -> SourceConfig:
    return replace(
        SourceConfig(id, "wall", Network.MASTODON, upstream, upstream, ("wall",)),
        **changed,  # type: ignore[arg-type]
    )


@dataclass
class Readers:
    """Stands in for the readers, and lets a test decide how each ends."""

    started: list[Sequence[SourceConfig]] = field(default_factory=list)
    running: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ends: list[Exception | None] = field(default_factory=list)  # of the next ones; when empty they run on

    def make(self, sources: Sequence[SourceConfig], house: House, guard: Guard) -> Readers._One:
        self.started.append(sources)
        return Readers._One(self, house, sources[0].upstream)

    async def until_started(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.started) < count:
                self.changed.clear()
                await self.changed.wait()

    @dataclass
    class _One:
        readers: Readers
        house: House
        upstream: str

        async def run(self) -> None:
            self.readers.running += 1
            self.readers.changed.set()
            try:
                if self.readers.ends:
                    end = self.readers.ends.pop(0)
                    if end is not None:
                        raise end
                    return
                await self.house.report(self.upstream, SourceState(Mode.POLL, True, "Well.", NOW))
                await asyncio.Event().wait()
            finally:
                self.readers.running -= 1


@contextlib.asynccontextmanager
async def running(house: ListHouse, readers: Readers, **options: object) -> AsyncIterator[None]:
    runner = Runner(
        house,
        Guard(),
        readers={Network.MASTODON: readers.make, Network.BLUESKY: readers.make},
        **{"every": 0.005, "backoff": lambda: Backoff(0.001, 0.002)} | options,  # type: ignore[arg-type]
    )
    task = asyncio.create_task(runner.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert readers.running == 0


async def test_sources_with_one_upstream_share_a_reader() -> None:
    house = ListHouse([source(2), source(1), source(3, "https://b.example")])
    readers = Readers()
    async with running(house, readers):
        await readers.until_started(2)
    assert [[s.id for s in group] for group in readers.started] == [[1, 2], [3]]


async def test_a_source_that_is_added_is_read_and_one_that_is_taken_away_is_not() -> None:
    house = ListHouse([source(1)])
    readers = Readers()
    async with running(house, readers):
        await readers.until_started(1)
        house.configured.append(source(2, "https://b.example"))
        await readers.until_started(2)
        assert readers.running == 2
        house.configured.pop(0)
        async with asyncio.timeout(10):
            while readers.running == 2:
                await asyncio.sleep(0)
    assert len(readers.started) == 2


async def test_a_reader_whose_configuration_changed_starts_anew_and_others_do_not() -> None:
    house = ListHouse([source(1), source(2, "https://b.example")])
    readers = Readers()
    async with running(house, readers):
        await readers.until_started(2)
        house.configured[0] = source(1, token="new")
        await readers.until_started(3)
        assert readers.running == 2
    assert [group[0].id for group in readers.started] == [1, 2, 1]
    assert readers.started[2][0].token == "new"


async def test_a_reader_that_breaks_is_started_again_and_the_others_run_on() -> None:
    house = ListHouse([source(1)])
    readers = Readers(ends=[RuntimeError("ours"), RuntimeError("ours"), RuntimeError("ours")])
    with capture_logs() as logs:
        async with running(house, readers):
            await readers.until_started(4)
            await house.until(lambda: house.state.ok)
    assert [log["event"] for log in logs] == ["reader broke", "source failed", "source recovered"]
    assert house.states[0][1].mode is Mode.OFF
    assert "fault of its own" in house.states[0][1].reason


async def test_a_reader_that_was_refused_rests_before_it_is_tried_again() -> None:
    house = ListHouse([source(1)])
    readers = Readers(ends=[None, None])
    async with running(house, readers, refused_for=0.001):
        await readers.until_started(3)
    patient = Readers(ends=[None])
    async with running(house, patient, refused_for=600):
        await patient.until_started(1)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(patient.started) == 1


async def test_a_failure_is_one_line_in_the_log_and_so_is_the_recovery() -> None:
    house = ListHouse([source(1)])
    readers = Readers()
    bad = SourceState(Mode.POLL, False, "a.example cannot be reached.", NOW)
    with capture_logs() as logs:
        async with running(house, readers):
            await readers.until_started(1)
            from ingest.watched import WatchedHouse

            watched = WatchedHouse(house)
            for state in (bad, bad, replace(bad, ok=True), replace(bad, ok=True), bad):
                await watched.report("https://a.example", state)
    assert [log["event"] for log in logs] == ["source failed", "source recovered", "source failed"]
    assert logs[0]["reason"] == "a.example cannot be reached."
    assert len(house.states) == 6  # the house is told every time


async def test_a_house_that_cannot_be_asked_for_a_moment_stops_nothing() -> None:
    house = ListHouse([source(1)])
    readers = Readers()
    good = house.sources
    asked = asyncio.Event()

    async def broken() -> Sequence[SourceConfig]:
        asked.set()
        raise OSError("database away")

    with capture_logs():
        async with running(house, readers):
            await readers.until_started(1)
            house.sources = broken  # type: ignore[method-assign]
            await asyncio.wait_for(asked.wait(), 10)
            house.sources = good  # type: ignore[method-assign]
            house.configured.append(source(2, "https://b.example"))
            await readers.until_started(2)
            assert readers.running == 2


async def test_the_form_needs_no_reader() -> None:
    house = ListHouse([source(1, kind=Network.FORM), source(2, "https://b.example")])
    readers = Readers()
    async with running(house, readers):
        await readers.until_started(1)
    assert [group[0].id for group in readers.started] == [2]


async def test_every_network_that_can_be_a_source_has_a_reader() -> None:
    assert set(READERS) == set(Network) - {Network.FORM}


@pytest.mark.parametrize("kind", [Network.MASTODON, Network.BLUESKY])
async def test_the_real_readers_can_be_made_and_cancelled(kind: Network) -> None:
    """Nothing answers at this address, and they go on trying until they are stopped."""
    settings = {"jetstream": ["ws://127.0.0.1:9"], "appview": "http://127.0.0.1:9"}
    config = source(1, "http://127.0.0.1:9", kind=kind, settings=settings, allow_private=("127.0.0.1:9",))
    house = ListHouse([config])
    with capture_logs():
        task = asyncio.create_task(Runner(house, Guard(), every=0.01).run())
        await house.until(lambda: house.states)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not house.state.ok
