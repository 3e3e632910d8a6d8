"""Prints the table. With --gate: fails where a steady ratio fell below its bound; the other rows are not run."""

from __future__ import annotations

import asyncio
import gc
import sys
from dataclasses import dataclass

from bench import fanout, freeze, intake, jetstream, postgres, reading, sse


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    ours: float
    peer: str
    theirs: float
    unit: str
    at_least: float | None = None  # only where the ratio is steady from run to run

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    def __str__(self) -> str:
        bound = f", at least {self.at_least:g}" if self.at_least else ""
        measured = f"{self.what:<30}{self.ours:>9,.0f}{self.theirs:>9,.0f}  {self.unit:<25}{self.ratio:>5.2f}"
        return f"{measured}  of {self.peer}{bound}"


async def fan_out() -> Row:
    ours, theirs = await fanout.measure()
    return Row("fan-out", ours, "FastAPI's send_text loop", theirs, "deliveries/server CPU s", 1.2)


async def intakes() -> list[Row]:
    rows = []
    for size, posts in ((100, 1000), (1, 150)):
        ours, theirs = await intake.measure(posts, size)
        rows.append(Row(f"SQLite, {size} a transaction", ours, "sqlite3, the same rows", theirs, "posts/s"))
        ours, theirs = await postgres.measure(posts, size)
        rows.append(Row(f"PostgreSQL, {size} a transaction", ours, "asyncpg, the same rows", theirs, "posts/s"))
    return rows


def heard() -> Row:
    ours, theirs = sse.measure()
    return Row("Mastodon's stream", ours, "json.loads alone", theirs, "events/CPU s")


async def stream() -> list[Row]:
    """What comes from Bluesky, beside what the whole network says there; and that none of it stays in memory."""
    posts, sizes = await jetstream.measure(jetstream.REPLAY, "posts")
    everything, _ = await jetstream.measure(jetstream.REPLAY, "everything")
    unit = "events/CPU s"
    return [
        Row("Jetstream, posts", posts, "the network's peak", jetstream.POSTS, unit, 1_000),
        Row("Jetstream, everything", everything, "the network", jetstream.EVERYTHING, unit, 80),
        Row(f"memory, {jetstream.REPLAY:,} events", sizes[2], "after a tenth of them", sizes[0], "MB"),
    ]


async def reads() -> list[Row]:
    """What readers wait for, at each size beside the smallest: a page must not cost more because more was said."""
    rows: list[Row] = []
    first = None
    for size in reading.SIZES:
        read = await reading.measure(size)
        first = first or read
        for what, ours, theirs in reading.waits(read, first):
            rows.append(Row(f"{what}, {size:,}", ours, f"{first.posts:,} posts", theirs, "ms, p95"))
        rows += [
            Row(f"a page's CPU, {size:,}", read.page.cpu, f"{first.posts:,} posts", first.page.cpu, "ms of the server"),
            Row(f"a page's queries, {size:,}", read.queries, f"{first.posts:,} posts", first.queries, "statements"),
            Row(f"304s, {size:,}", read.unchanged * 100, "revalidations", 100, "%"),
            Row(f"CSV, {size:,}", read.rows, f"{first.posts:,} posts", first.rows, "rows/s"),
            Row(f"CSV's memory, {size:,}", read.grown, "the goal, at most", reading.MEMORY, "MB"),
        ]
    return rows


async def keys() -> list[Row]:
    """How long a hall waits for a moderator's key, beside the goal."""
    goals = {"freeze, acknowledged": 1_000.0}
    return [
        Row(
            f"{one.act}, {one.screens:,}", one.p95, "the goal, at most", goals.get(one.act, 300.0),
            f"ms p95 (p50 {one.p50:,.0f}, p99 {one.p99:,.0f})",
        )
        for one in await freeze.measure()
    ]  # fmt: skip


def main() -> int:
    # As `strand serve` sets it: measured with other settings, this would be another program.
    gc.set_threshold(100_000, 50, 100)
    gate = "--gate" in sys.argv[1:]
    rows = [asyncio.run(fan_out())]
    if not gate:
        rows += asyncio.run(intakes())
        rows.append(heard())
        rows += asyncio.run(stream())
        rows += asyncio.run(keys())
        rows += asyncio.run(reads())
    print(f"{'':<30}{'Strand':>9}{'peer':>9}  {'':<25}{'ratio':>5}")
    print(*rows, sep="\n")
    return int(gate and any(row.at_least and row.ratio < row.at_least for row in rows))


if __name__ == "__main__":
    sys.exit(main())
