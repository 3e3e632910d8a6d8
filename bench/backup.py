"""How long a backup and a restore take, and what they cost in memory: python -m bench.backup [POSTS]."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.database import Database
from bench.filling import fill
from bench.postgres import _server

ROOT = Path(__file__).parents[1]


def timed(folder: Path, url: str, *words: str) -> str:
    """How long one command takes in a process of its own, how much of that it computes, and its memory at most."""
    environment = os.environ | {"STRAND_DATA_DIR": str(folder), "STRAND_DATABASE_URL": url}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    _, code, used = os.wait4(process.pid, 0)
    assert code == 0, words
    took, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return f"{took:.1f} s ({cpu:.1f} s of CPU), {used.ru_maxrss / 1_024:.0f} MB of memory"


async def measure(posts: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        here, file = Path(name), Path(name) / "b.zip"
        for place in ("a", "b", "c"):
            (here / place).mkdir()
        database = Database(f"sqlite+aiosqlite:///{here}/a/strand.sqlite")
        await fill(database, posts)
        await database.close()
        print(f"{posts:,} posts: backup of SQLite {timed(here / 'a', '', 'backup', str(file))}")
        print(f"a file of {file.stat().st_size / 1e6:.1f} MB")
        print(f"restore into SQLite {timed(here / 'b', '', 'restore', str(file))}")
        async with _server() as address:
            print(f"restore into PostgreSQL {timed(here / 'c', address, 'restore', str(file))}")
            print(f"backup of PostgreSQL {timed(here / 'c', address, 'backup', str(file))}")
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
