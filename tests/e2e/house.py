"""A house of its own for a test: real commands and processes on a folder, a database and a port of its own.

Commands run in processes forked from one that has read the program already, so that a hundred of them cost seconds.
What runs in them is the same `main()` as behind `python -m app`, which `serve_afresh` starts the long way.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
TAG = "HarbourTalks"

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["__main__", "app.cli", "asyncpg", "aiosqlite", "tests.e2e.house"])


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@dataclass(slots=True)
class Running:
    """A process of the house, and where it writes what it has to say."""

    pid: int
    wait: Callable[[float], int | None]  # seconds to wait at most; the exit code, or None while it runs
    said: Path

    @property
    def alive(self) -> bool:
        return self.wait(0) is None

    @property
    def err(self) -> str:
        return self.said.with_suffix(".err").read_text()

    @property
    def out(self) -> str:
        return self.said.with_suffix(".out").read_text()

    def kill(self) -> None:
        """kill -9, and see it dead."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.wait(10) == -signal.SIGKILL

    def stop(self) -> int:
        """As a service manager does it. Gives the exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        code = self.wait(15)
        if code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait(5)
            raise AssertionError("it did not stop when asked to")
        return code


@dataclass(slots=True)
class House:
    folder: Path
    database_url: str = ""  # empty: SQLite in the folder
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())  # noqa: PLW0108 - it is defined below
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    running: list[Running] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "STRAND_DATA_DIR": str(self.folder),
            "STRAND_DATABASE_URL": self.database_url,
            "STRAND_ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
            **self.more,
        }

    def cli(self, *words: str, seconds: float = 60) -> Done:
        """Run one command to its end."""
        running = self.begin(*words)
        code = running.wait(seconds)
        assert code is not None, f"strand {' '.join(words)} did not end"
        return Done(code, running.out, running.err)

    def done(self, *words: str) -> str:
        """A command that must work; gives what it said."""
        told = self.cli(*words)
        assert told.code == 0, told.err
        return told.out

    def begin(self, *words: str) -> Running:
        said = self.folder / f"said-{next(self._numbers)}"
        process = _forks.Process(target=_be_strand, args=(words, self.environment, str(said)))
        process.start()

        def wait(seconds: float) -> int | None:
            process.join(seconds)
            return process.exitcode

        assert process.pid is not None
        return self._noted(Running(process.pid, wait, said))

    def serve(self, *words: str) -> Running:
        """`strand serve`, ready for visitors."""
        return self.ready(self.begin("serve", "--port", str(self.port), *words))

    def serve_afresh(self, *words: str) -> Running:
        """The same by `python -m app serve`."""
        said = self.folder / f"said-{next(self._numbers)}"
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port), *words]
        with said.with_suffix(".out").open("wb") as out, said.with_suffix(".err").open("wb") as err:
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | self.environment, stdout=out, stderr=err)

        def wait(seconds: float) -> int | None:
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                return None

        return self.ready(self._noted(Running(process.pid, wait, said)))

    def ready(self, running: Running, seconds: float = 40) -> Running:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert running.alive, f"it ended by itself:\n{running.err}"
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.base}/readyz", timeout=2).status_code == 200:
                    return running
            time.sleep(0.02)
        raise AssertionError(f"not ready after {seconds} s:\n{running.err}")

    def event(self, slug: str, *more: str, policy: str = "review") -> str:
        self.done("event", "create", slug, "--title", "Harbour Talks", "--tag", TAG, "--policy", policy, *more)
        return slug

    def invite(self, slug: str, role: str = "moderator") -> str:
        """The path of a link for one person."""
        found = re.search(r"/invite/\S+", self.done("invite", slug, role))
        assert found is not None
        return found[0]

    def close(self) -> None:
        for running in self.running:
            if running.alive:
                running.stop()

    def _noted(self, running: Running) -> Running:
        self.running.append(running)
        return running


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _be_strand(words: tuple[str, ...], environment: Mapping[str, str], said: str) -> None:
    """In the new process: become `strand WORDS`."""
    for name in [n for n in os.environ if n.startswith("STRAND_")]:
        del os.environ[name]
    os.environ.update(environment)
    os.chdir(ROOT)
    for suffix, number in ((".out", 1), (".err", 2)):
        opened = os.open(said + suffix, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["strand", *words]
    from app.cli import main  # only in the child: the tests themselves need no command line

    main()
