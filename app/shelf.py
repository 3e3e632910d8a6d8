"""Where our copies of pictures lie on disk: put, get, list, remove. Knows no row and no picture format.

A file is named by what is in it, so it never changes, and its folder is the first two letters of its name.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

_OURS = re.compile(r"[0-9a-f]{64}(?:-\d{1,4})?\.webp(?:\.[0-9a-f]{8}\.part)?")
_NAME = re.compile(r"[0-9a-f]{64}(?:-\d{1,4})?\.webp")


class Shelf:
    """All of it blocks: call it from a thread."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "media"

    def put(self, name: str, body: bytes) -> None:
        """On disk, whole, before this returns: a row that names it may be committed now."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def get(self, name: str) -> bytes | None:
        """The file a browser asks for by this name; None for every other name there could be."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return self._path(name).read_bytes()
        except OSError:
            return None

    def names(self) -> set[str]:
        """Every file of ours, what a crash left half written included."""
        return {path.name for path in self._root.glob("[0-9a-f][0-9a-f]/*") if _OURS.fullmatch(path.name)}

    def settled(self, names: set[str], before: float) -> set[str]:
        """Those that were written before that moment (seconds since 1970): what is younger may get its row yet."""
        return {name for name in names if self._written(name) < before}

    def _written(self, name: str) -> float:
        try:
            return self._path(name).stat().st_mtime
        except OSError:
            return 0.0

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name
