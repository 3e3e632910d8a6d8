"""What readers wait for: pages, searches, feeds and files of a served strand, by its number of posts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from sqlalchemy import event

from app.database import Database
from app.domain.view import order
from app.main import create_app
from app.settings import Settings
from bench.filling import COMMON, EVERY, PAIR, PHRASE, RARE, fill

SIZES = (1_000, 10_000, 100_000)
TURNS = 40
MEMORY = 50  # MB that a whole strand as a file may cost
SEARCHES = {"a rare word": RARE, "a common word": COMMON, "two characters": PAIR, "a phrase": PHRASE}


class Took(NamedTuple):
    """Milliseconds of one request: by the clock, and of the server's CPU, which neighbours hardly touch."""

    p50: float
    p95: float
    cpu: float


NOTHING = Took(0, 0, 0)


@dataclass(slots=True)
class Read:
    """Of one size."""

    posts: int
    queries: int = 0
    page: Took = NOTHING
    older: Took = NOTHING
    searches: dict[str, Took] = field(default_factory=dict)
    unchanged: float = 0  # the share of 304 among revalidations
    revalidation: Took = NOTHING
    feed: Took = NOTHING
    rows: float = 0  # of the CSV, a second
    grown: float = 0  # MB that the file costs the server


async def measure(posts: int, url: str = "") -> Read:
    """`url`: an empty PostgreSQL; else SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite+aiosqlite:///{folder}/strand.sqlite")
        await fill(database, posts)
        await database.close()
        settings = Settings(data_dir=Path(folder), database_url=url, secret_key="a key")
        read = Read(posts, await _queries(settings))
        async with _served(folder, url) as reader:
            await _read(reader, read)
        return read


def waits(read: Read, first: Read) -> Iterator[tuple[str, float, float]]:
    """(what, its p95, that of the first) of everything somebody waits for."""
    yield "page", read.page.p95, first.page.p95
    yield "page far down", read.older.p95, first.older.p95
    for name, took in read.searches.items():
        yield f"search, {name}", took.p95, first.searches[name].p95
    yield "unchanged page", read.revalidation.p95, first.revalidation.p95
    yield "feed", read.feed.p95, first.feed.p95


class Reader:
    """One reader at a served strand."""

    def __init__(self, client: httpx.AsyncClient, pid: int) -> None:
        self.client, self._pid = client, pid

    async def times(self, path: str, turns: int = TURNS, **more: Any) -> Took:
        took, before = [], self._cpu()
        for _ in range(turns):
            began = time.perf_counter()
            answer = await self.client.get(path, **more)
            took.append((time.perf_counter() - began) * 1_000)
            assert answer.status_code in (200, 304), answer
        cuts = quantiles(took, n=20, method="inclusive")
        return Took(cuts[9], cuts[18], (self._cpu() - before) * 1_000 / turns)

    def memory(self) -> float:
        """The most it ever had, in MB."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(status.split("VmHWM:", 1)[1].split(maxsplit=1)[0]) / 1_024

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _read(reader: Reader, read: Read) -> None:
    client = reader.client
    await reader.times("/harbour", 5)  # templates and caches
    read.page = await reader.times("/harbour")
    read.older = await reader.times(f"/harbour?before={_place(read.posts // 2)}")
    for name, words in SEARCHES.items():
        read.searches[name] = await reader.times(f"/harbour?q={quote(words)}")
    etag = (await client.get("/harbour")).headers["etag"]
    again = [(await client.get("/harbour", headers={"If-None-Match": etag})).status_code for _ in range(TURNS)]
    read.unchanged = again.count(304) / TURNS
    read.revalidation = await reader.times("/harbour", headers={"If-None-Match": etag})
    read.feed = await reader.times("/harbour/feed.atom", TURNS // 4)
    before, began, lines = reader.memory(), time.perf_counter(), 0
    async with client.stream("GET", "/harbour/strand.csv") as file:
        async for part in file.aiter_bytes():
            lines += part.count(b"\r\n")
    read.rows = lines / (time.perf_counter() - began)
    read.grown = reader.memory() - before


def _place(back: int) -> str:
    """So many posts down the strand."""
    return order(datetime.now(UTC) - EVERY * back, 0)


async def _queries(settings: Settings) -> int:
    """Statements of one page, asked of the application in this process."""
    app = create_app(settings, ingest=False)
    told: list[str] = []
    engine = app.state.strand.database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *said: told.append(said[2]))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        (await client.get("/harbour")).raise_for_status()
    await app.state.strand.database.close()
    return len(told)


@contextlib.asynccontextmanager
async def _served(folder: str, url: str) -> AsyncIterator[Reader]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = {"STRAND_DATA_DIR": folder, "STRAND_DATABASE_URL": url, "STRAND_LOG_LEVEL": "error"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "serve", "--port", str(port), "--no-ingest", env={**os.environ, **chosen},
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
            for _ in range(200):
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/healthz")).status_code == 200:
                        break
                assert process.returncode is None, "the server did not start"
                await asyncio.sleep(0.1)
            yield Reader(client, process.pid)
    finally:
        process.terminate()
        await process.wait()
