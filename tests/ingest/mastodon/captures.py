"""The recorded answers of real servers; tests/fixtures/mastodon/README.md says where each comes from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.mastodon.parse import Server, Skip, parse
from ingest.types import IncomingPost

FOLDER = Path(__file__).parents[2] / "fixtures" / "mastodon"
STREAMS = sorted((FOLDER / "streaming").glob("*.txt"))
NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
HERE = Server("wall.example", "wall.example")
SHAPES = ["plain", "media_cw", "poll", "quote_accepted", "quote_pending", "reply", "bot", "edited"]
GOTOSOCIAL = Server("127.0.0.1:58501", "127.0.0.1:58501")


def synthetic(name: str) -> dict[str, Any]:
    """A status shaped after the serializers of Mastodon 4.6.5."""
    status: dict[str, Any] = json.loads((FOLDER / "synthetic" / "mastodon46_statuses.json").read_text())["statuses"][
        name
    ]
    return status


def gotosocial(name: str) -> Any:
    """The body of one recorded answer."""
    said = json.loads((FOLDER / "gotosocial" / f"{name}.json").read_text())
    return said["body"] if isinstance(said, dict) else said


def parsed(status: object, server: Server = HERE) -> IncomingPost:
    post = parse(status, server, NOW)
    assert isinstance(post, IncomingPost), post
    return post


def skipped(status: object) -> str:
    skip = parse(status, HERE, NOW)
    assert isinstance(skip, Skip), skip
    return skip.reason


def changed(name: str = "plain", **fields: Any) -> dict[str, Any]:
    """A synthetic status with other fields."""
    return synthetic(name) | fields


def account(**fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = synthetic("plain")["account"]
    return given | fields
