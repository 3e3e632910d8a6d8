"""The recorded captures, as tests want them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.bluesky import parse
from ingest.types import IncomingPost

FOLDER = Path(__file__).parents[2] / "fixtures" / "bluesky"
SEEN = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


def frames(name: str) -> list[str]:
    """The lines of a captured stream, byte for byte."""
    return (FOLDER / name).read_text().splitlines()


def answer(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


# Captured post views by the words of their records.
VIEWS: dict[str, dict[str, Any]] = {
    post["record"]["text"]: post for post in answer("appview.getPosts.all_variants.json")["posts"]
}


def post(words: str) -> IncomingPost:
    """A captured record, parsed, by the words it begins with."""
    view = next(view for text, view in VIEWS.items() if text.startswith(words))
    _, _, did, _, rkey = view["uri"].split("/")
    found = parse.post(did, rkey, view["cid"], view["record"], seen_at=SEEN)
    assert found is not None
    return found
