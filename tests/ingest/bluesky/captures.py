"""The recorded captures, as tests want them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "fixtures" / "bluesky"
SEEN = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


def frames(name: str) -> list[str]:
    """The lines of a captured stream, byte for byte."""
    return (FOLDER / name).read_text().splitlines()


def answer(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def views() -> dict[str, dict[str, Any]]:
    """Captured post views by the first words of their text."""
    posts = answer("appview.getPosts.all_variants.json")["posts"]
    return {post["record"]["text"]: post for post in posts}
