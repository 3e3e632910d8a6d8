"""Pictures and the key of a restored house, in the data folder. They come first: a row must not name what is not there.

A picture's file is named by what is in it, so that those of the old house stay good meanwhile, and what a kill leaves
behind is swept like any file without a row.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from datetime import datetime

from app import checkpoints
from app.backup.reading import Backup
from app.settings import Settings
from app.shelf import Shelf


class Shelving:
    """All of it blocks. `key`: the one that came along, for a house that has none yet."""

    def __init__(self, settings: Settings, key: str | None) -> None:
        self._settings, self._key = settings, key
        self._shelf, self._key_file = Shelf(settings.data_dir), settings.data_dir / "secret.key"
        self._new: list[str] = []
        self._made_key = False

    def put(self, backup: Backup) -> None:
        there = self._shelf.names()
        for name in backup.manifest.pictures:
            if name not in there:
                self._new.append(name)
            self._shelf.put(name, backup.read(f"media/{name}"))
        self._put_key()

    def undo(self) -> None:
        with contextlib.suppress(OSError):
            self.remove(self._new)
            if self._made_key:
                self._key_file.unlink(missing_ok=True)

    def finish(self, extra: Iterable[str], now: datetime) -> None:
        """The new house stands: `extra` files are nobody's. Seals of what was done in the old one are kept aside."""
        self.remove(extra)
        seals = self._settings.data_dir / checkpoints.NAME
        with contextlib.suppress(FileNotFoundError):
            seals.replace(seals.with_name(f"{checkpoints.NAME}.before-{now:%Y%m%d-%H%M%S}"))

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._shelf.remove(name)

    def _put_key(self) -> None:
        if self._key is None or self._settings.secret_key or self._key_file.exists():
            return
        self._key_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(self._key)
            file.flush()
            os.fsync(file.fileno())
        self._made_key = True
