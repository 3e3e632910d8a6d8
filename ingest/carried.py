"""What a post carries beside its words: pictures and films, a link card, a poll, a quoted post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.text.segments import Segment

AttachmentKind = Literal["image", "video", "gifv", "audio", "unknown"]


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    kind: AttachmentKind
    url: str | None  # the full file; None while the server still works on it
    preview_url: str | None = None
    alt: str | None = None  # None: the author gave no description
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] | None = None  # (-1..1, -1..1), y up, as Mastodon has it
    duration: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class IncomingCard:
    """A link card: text only, never the upstream's HTML."""

    url: str
    title: str
    description: str = ""
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingPoll:
    choices: tuple[str, ...]
    multiple: bool = False
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingQuote:
    """The quoted post, one level deep. `segments` is empty where the upstream did not hand its text over."""

    uri: str
    state: Literal["accepted", "pending", "gone"] = "accepted"
    author_name: str = ""
    segments: tuple[Segment, ...] = ()
