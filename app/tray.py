"""Where pictures wait that came with a form which could not be taken yet: re-encoded, nameless, for some hours.

Nobody can look at them. Whoever has a picture's key, an unguessable word in their form, may put it into their post.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from datetime import timedelta
from pathlib import Path

from app.encoder import Picture

HELD = timedelta(hours=12)  # as long as a form may be open
MOST = 400  # pictures; beyond, they must be chosen again
_KEY = re.compile(r"[0-9a-f]{32}")


class Tray:
    """All of it blocks: call it from a thread."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "uploads"

    def put(self, picture: Picture) -> str | None:
        """The key to take it out with; None where the tray is full."""
        self._root.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in self._root.iterdir()) >= MOST:
            return None
        key = secrets.token_hex(16)
        files = [picture.body, *(body for _, body in picture.smaller)]
        about = {
            "width": picture.width, "height": picture.height, "colour": picture.colour,
            "widths": [width for width, _ in picture.smaller], "sizes": [len(file) for file in files],
        }  # fmt: skip
        (self._root / key).write_bytes(json.dumps(about).encode() + b"\n" + b"".join(files))
        return key

    def look(self, key: str) -> Picture | None:
        """The picture, which stays; None for every key there is no picture for."""
        if not _KEY.fullmatch(key):
            return None
        try:
            head, _, bodies = (self._root / key).read_bytes().partition(b"\n")
        except OSError:
            return None
        about = json.loads(head)
        files = []
        for size in about["sizes"]:
            files.append(bodies[:size])
            bodies = bodies[size:]
        smaller = tuple(zip(about["widths"], files[1:], strict=True))
        return Picture(about["width"], about["height"], about["colour"], files[0], smaller)

    def remove(self, key: str) -> None:
        if _KEY.fullmatch(key):
            (self._root / key).unlink(missing_ok=True)

    def sweep(self, before: float) -> None:
        """Throw away what was put before that moment (seconds since 1970)."""
        for path in self._root.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # taken out just now
                if path.stat().st_mtime < before:
                    path.unlink()
