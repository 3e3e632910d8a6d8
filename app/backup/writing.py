"""Writes a backup's file: beside its place, for its owner alone, and to its place once it is whole and on the disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.backup.manifest import NAME, Manifest, Part
from app.backup.problems import Refused

PIECE = 1 << 20


class PartWriter:
    """One part: counts and hashes what goes through."""

    def __init__(self, into: IO[bytes]) -> None:
        self._into, self._hash = into, hashlib.sha256()
        self._bytes = self.rows = 0

    def write(self, data: bytes) -> None:
        self._into.write(data)
        self._hash.update(data)
        self._bytes += len(data)

    def done(self) -> Part:
        return Part(self._bytes, self._hash.hexdigest(), self.rows)


class Archive:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.parts: dict[str, Part] = {}

    @contextlib.contextmanager
    def part(self, name: str, packed: bool = True) -> Iterator[PartWriter]:
        """`packed`: made smaller; pictures are small already."""
        info = zipfile.ZipInfo(name) if not packed else name
        with self._file.open(info, "w", force_zip64=True) as opened:
            writer = PartWriter(opened)
            yield writer
        self.parts[name] = writer.done()

    def seal(self, manifest: Manifest) -> None:
        manifest.parts = self.parts
        self._file.writestr(NAME, manifest.encoded())


@contextlib.contextmanager
def writing(place: Path) -> Iterator[Archive]:
    """At the end of the block the file is in its place; should anything be raised, whatever was there still is."""
    check_place(place)
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield Archive(archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(place.parent)


def check_place(place: Path) -> None:
    """A backup may take the place of an older one, and of nothing else. Raises Refused."""
    if place.is_dir():
        raise Refused("{place} is a folder: name a file in it.", place=place)
    if not place.parent.is_dir():
        raise Refused("There is no folder {folder}: make it first.", folder=place.parent)
    if place.exists() and not _is_backup(place):
        raise Refused("{place} is there already, and is no backup: choose another name.", place=place)


def _is_backup(place: Path) -> bool:
    with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(place) as file:
        return NAME in file.namelist()
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
