"""What a browser sends with a form that has pictures, read in pieces: words in memory, pictures on disk, both bounded.

Whatever is too large, too many or too late is left out and noted, so that the words beside it come back to who typed
them. Opens no picture.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qsl

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.state import state_of

MOST_FIELDS = 100
MOST_PARTS = 1_000  # files nobody asked for are passed over, so that the words beside them are not lost
MOST_TEXT = 200_000  # bytes of all fields together
MOST_OF_A_FILE = 13_000_000  # a phone's photo, with room
IN_MEMORY = 64 * 1024  # of a file; the rest lies on disk
UNDER_WAY = 1_000_000_000  # bytes of pictures that may lie there at one time, of everybody
SECONDS = 600.0  # a slow line with four photos


@dataclass(slots=True)
class Sent:
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, IO[bytes]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    too_large: set[str] = field(default_factory=set)
    more: list[str] = field(default_factory=list)  # names given here to further files of one field
    extra: int = 0  # files nobody asked for, or too many
    crowded: bool = False  # others' pictures took all the room

    def get(self, name: str, most: int = MOST_TEXT) -> str:
        return self.fields.get(name, "")[:most]


class _Room:
    taken = 0  # bytes of pictures being read, in this process


@contextlib.asynccontextmanager
async def sent_form(request: Request, files: Collection[str]) -> AsyncIterator[Sent]:
    """The form, until the block ends; of files only those with these names. Raises HTTPException."""
    sent = Sent()
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        async with asyncio.timeout(SECONDS):
            if kind == b"multipart/form-data":
                folder = state_of(request).settings.data_dir  # on disk for certain: /tmp may be memory
                await _read_parts(request, _Parts(options.get(b"boundary", b""), sent, files, folder))
            else:
                await _read_fields(request, sent)
        yield sent
    except TimeoutError:
        raise HTTPException(408) from None
    except (ClientDisconnect, FormParserError):
        raise HTTPException(400) from None
    finally:
        _Room.taken -= sum(sent.sizes.values())
        for file in sent.files.values():
            file.close()


async def _read_fields(request: Request, sent: Sent) -> None:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_TEXT:
            raise HTTPException(413)
    try:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(413) from None
    sent.fields.update(pairs)


async def _read_parts(request: Request, parts: _Parts) -> None:
    async for piece in request.stream():
        if piece:
            await asyncio.to_thread(parts.write, piece)  # it writes to disk
    parts.end()


class _Parts:
    """One multipart body, piece by piece."""

    def __init__(self, boundary: bytes, sent: Sent, files: Collection[str], folder: Path) -> None:
        self._sent, self._wanted, self._folder = sent, files, folder
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._name, self._text, self._file, self._left = "", bytearray(), False, MOST_TEXT
        self._parts = self._fields = 0
        if not boundary:
            raise HTTPException(400)
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._open,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def write(self, piece: bytes) -> None:
        self._parser.write(piece)

    def end(self) -> None:
        self._parser.finalize()
        for file in self._sent.files.values():
            file.seek(0)

    def _begin(self) -> None:
        self._disposition = b""
        self._text.clear()
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise HTTPException(413)

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._file = b"filename" in options
        chosen = self._file and bool(options[b"filename"])  # a field where nothing was chosen comes without a name
        if chosen and self._name in self._wanted and len(self._sent.files) < len(self._wanted):
            if self._name in self._sent.files:
                self._name += f" {len(self._sent.more)}"
                self._sent.more.append(self._name)
            self._sent.files[self._name] = SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder))  # noqa: SIM115  sent_form closes it
            self._sent.sizes[self._name] = 0
        elif chosen:
            self._sent.extra += 1
            self._name = ""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if not self._file:
            self._left -= end - start
            if self._left < 0:
                raise HTTPException(413)
            self._text.extend(data[start:end])
        elif self._name in self._sent.sizes:
            self._keep(data[start:end])

    def _keep(self, piece: bytes) -> None:
        sent, name = self._sent, self._name
        if sent.sizes[name] + len(piece) > MOST_OF_A_FILE:
            sent.too_large.add(name)
        sent.crowded |= _Room.taken + len(piece) > UNDER_WAY
        if name not in sent.too_large and not sent.crowded:
            sent.sizes[name] += len(piece)
            _Room.taken += len(piece)
            sent.files[name].write(piece)

    def _end(self) -> None:
        if not self._file and self._name:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise HTTPException(413)
            self._sent.fields[self._name] = self._text.decode(errors="replace")
