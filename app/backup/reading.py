"""Reads a backup's file. Believes nothing: every part is checked before the first is used. Raises Unusable."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.backup import ledger
from app.backup import manifest as manifests
from app.backup.ledger import Leavings
from app.backup.manifest import Manifest
from app.backup.problems import Refused, Unusable
from app.backup.rows import LONGEST

PIECE = 1 << 20
LARGEST_PICTURE = 64_000_000
_LARGEST_MANIFEST = 256_000_000
_TORN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


class Backup:
    """An opened file whose manifest has been read. `check` before using a part."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file, self.manifest = file, manifest

    def check(self, folder: Path) -> None:
        """Read everything once: it is all there, it is what was written, and there is room for it in `folder`."""
        names = self._file.namelist()
        if sorted(names) != sorted([manifests.NAME, *self.manifest.parts]):
            raise Unusable("It holds other parts than its manifest says.")
        needed, free = sum(part.bytes for part in self.manifest.parts.values()), _free(folder)
        if needed > free:
            raise Refused(
                "What is in it needs {needed} MB; {free} MB are free.",
                needed=f"{needed // 1_000_000:,}", free=f"{free // 1_000_000:,}",
            )  # fmt: skip
        for name in self.manifest.parts:
            self.check_part(name)

    def check_part(self, name: str) -> None:
        wanted, count, hashed = self.manifest.parts[name], 0, hashlib.sha256()
        with _told(name), self._file.open(name) as opened:
            while piece := opened.read(min(PIECE, wanted.bytes - count + 1)):  # no more than it says it is
                count += len(piece)
                hashed.update(piece)
                if count > wanted.bytes:
                    break
        if count != wanted.bytes or hashed.hexdigest() != wanted.sha256:
            raise Unusable("Its part {part} is not what was written: the file is damaged.", part=name)
        if name.startswith("media/") and wanted.bytes > LARGEST_PICTURE:
            raise Unusable("Its part {part} is larger than any of ours.", part=name)
        if name.startswith("media/") and "-" not in name and name != f"media/{wanted.sha256}.webp":
            raise Unusable("Its part {part} is another picture than its name says.", part=name)

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        with _told(name), self._file.open(name) as opened:
            yield opened

    def read(self, name: str) -> bytes:
        """A small part as a whole; empty where there is none."""
        if name not in self.manifest.parts:
            return b""
        with self.part(name) as opened:
            return opened.read()

    def text(self, name: str) -> list[str]:
        """The lines of a small part of ours."""
        return self.read(name).decode("ascii", "replace").splitlines(keepends=True)

    def lines(self, name: str) -> Iterator[bytes]:
        with self.part(name) as opened:
            while line := opened.readline(LONGEST + 1):
                if len(line) > LONGEST:
                    raise Unusable("A row in {part} is larger than any of ours.", part=name)
                yield line


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Backup]:
    if not path.is_file():
        raise Unusable("There is no file {path}.", path=path)
    try:
        with zipfile.ZipFile(path) as file:
            yield Backup(file, _manifest(file))
    except zipfile.BadZipFile:
        raise Unusable("{path} is not a backup of Strand's, or its end is missing.", path=path) from None
    except OSError as error:
        raise Unusable("{path} cannot be read: {why}.", path=path, why=error.strerror or error) from None


def deletions(path: Path) -> Leavings:
    """A list of deletions, or the one inside another backup."""
    if not path.is_file():
        raise Unusable("There is no file {path}.", path=path)
    if not zipfile.is_zipfile(path):
        return ledger.read_file(path)
    with opened(path) as backup:
        backup.check_part(manifests.DELETIONS)
        return ledger.read(backup.text(manifests.DELETIONS))


def _manifest(file: zipfile.ZipFile) -> Manifest:
    try:
        size = file.getinfo(manifests.NAME).file_size
    except KeyError:
        raise Unusable("It has no manifest: this is not a backup of Strand's.") from None
    if size > _LARGEST_MANIFEST:
        raise Unusable("Its manifest is larger than any of ours.")
    with _told(manifests.NAME), file.open(manifests.NAME) as part:
        return manifests.decoded(part.read(size + 1))


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """What is wrong with a part, in one sentence."""
    try:
        yield
    except Unusable:
        raise
    except _TORN as error:
        raise Unusable("Its part {part} cannot be read: the file is damaged.", part=name) from error


def _free(folder: Path) -> int:
    there = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    return shutil.disk_usage(there).free
