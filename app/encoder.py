"""Our end of the process that re-encodes pictures: started when needed, kept, and replaced when a picture kills it.

Believes nothing it says: a picture may have taken that process over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import struct
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import app
from app.errors import StrandError

SECONDS = 20.0  # by the clock, for one picture; the process itself may compute for less
MAX_BYTES = 8_000_000
_ROOT = Path(app.__file__).resolve().parent.parent
_BROKEN = (
    OSError,
    EOFError,
    asyncio.LimitOverrunError,
    ValueError,
    KeyError,
    TypeError,
)  # a TimeoutError is an OSError
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class NotUsable(StrandError):
    """The picture cannot be shown, and never will be."""


class Overworked(StrandError):
    """The process died over the picture, or took too long. It may have been the machine's bad day."""


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    colour: str  # its average, "#rrggbb"
    body: bytes
    smaller: tuple[tuple[int, bytes], ...] = ()  # (width, file) of the same picture

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return len(self.body) + sum(len(body) for _, body in self.smaller)

    @property
    def id(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


class Encoder:
    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()  # one picture at a time: a second core is for the people
        self.waiting = 0  # pictures, with the one being opened

    async def encode(self, body: bytes) -> Picture:
        """Raises NotUsable, Overworked."""
        self.waiting += 1
        try:
            async with self._turn:
                return await self._encode(body)
        finally:
            self.waiting -= 1

    async def _encode(self, body: bytes) -> Picture:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._ask(await self._ready(), body)
        except NotUsable:
            raise
        except asyncio.CancelledError:
            await self._end()  # its answer would be taken for the next picture's
            raise
        except _BROKEN as error:
            await self._end()
            raise Overworked("The picture took too much time or memory to open.") from error

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    async def _ready(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app.reencode", cwd=_ROOT, env=_environment(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        return self._process

    async def _ask(self, process: asyncio.subprocess.Process, body: bytes) -> Picture:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(struct.pack(">I", len(body)) + body)
        await process.stdin.drain()
        about = json.loads(await process.stdout.readuntil(b"\n"))
        if "refused" in about:
            raise NotUsable(str(about["refused"])[:200])
        picture = _checked(about, await _file(process.stdout, about["size"]))
        smaller = [(_width(width, picture), await _file(process.stdout, size)) for width, size in about["smaller"][:4]]
        return replace(picture, smaller=tuple(smaller))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        with contextlib.suppress(TimeoutError):  # a child of its own may still hold the pipe
            async with asyncio.timeout(5):
                assert process.stdout is not None
                while await process.stdout.read(1 << 16):
                    pass  # asyncio sees the end of a process only behind all it has written
                await process.wait()


async def _file(answers: asyncio.StreamReader, size: int) -> bytes:
    if not 0 < size <= MAX_BYTES:
        raise ValueError("an impossible size")
    body = await answers.readexactly(size)
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP":
        raise ValueError("not a WebP file")
    return body


def _checked(about: dict[str, Any], body: bytes) -> Picture:
    width, height, colour = int(about["width"]), int(about["height"]), str(about["colour"])
    if not (0 < width < 10_000 and 0 < height < 10_000 and _COLOUR.fullmatch(colour)):
        raise ValueError("an impossible picture")
    return Picture(width, height, colour, body)


def _width(width: int, picture: Picture) -> int:
    if not 0 < int(width) < picture.width:
        raise ValueError("not a smaller picture")
    return int(width)


def _environment() -> dict[str, str]:
    """Ours without its secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STRAND_")}
