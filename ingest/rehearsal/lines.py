"""The shapes of the script: people, and the lines that say what each of them does and when.

Owns how a line of JSON becomes a value. Knows no network and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar

from ingest.types import Network

Act = Literal["post", "edit", "delete", "boost"]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    network: Network
    display_name: str
    role: str
    in_room: bool
    handle: str | None = None  # None: only ever writes through the form
    server: str | None = None
    languages: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    bio_tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    indexable: bool | None = None
    account_age_days: int = 365
    also: tuple[str, ...] = ()  # handles of the same person elsewhere, by their own claim


@dataclass(frozen=True, slots=True)
class Mention:
    person: str
    handle: str | None
    how: Literal["native", "plain", "name"]


@dataclass(frozen=True, slots=True)
class Medium:
    kind: Literal["slide", "photo", "chart", "drawing", "video"]
    width: int
    height: int
    seed: int
    alt: str | None = None
    focal: tuple[float, float] = (0.0, 0.0)
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    choices: tuple[str, ...]
    multiple: bool
    hours: float


@dataclass(frozen=True, slots=True)
class Line:
    """One act. What an act does not have keeps its default; README.md of the data says what each field means."""

    t: float
    act: Act
    id: str
    author: str
    network: Network
    kind: str = ""
    target: str | None = None
    handle: str | None = None
    text: str = ""
    lang: str | None = None
    reply_to: str | None = None
    quote: str | None = None
    quote_how: Literal["native", "link"] | None = None
    mentions: tuple[Mention, ...] = ()
    tags: tuple[str, ...] = ()
    matches: bool = False
    session: int | None = None
    media: tuple[Medium, ...] = ()
    cw: str | None = None
    poll: Poll | None = None
    question: bool = False
    created_offset: float = 0
    created_at: str | None = None
    copy_of: str | None = None
    bridged: bool = False  # made by a bridge; a copy without it is the author's own cross-post
    spam: bool = False


Shape = TypeVar("Shape", Person, Medium, Line)


def person(row: Mapping[str, Any]) -> Person:
    also = tuple(other["handle"] for other in row["also"])
    return _shaped(Person, row, network=Network(row["network"]), also=also)


def line(row: Mapping[str, Any]) -> Line:
    return _shaped(
        Line,
        row,
        network=Network(row["network"]),
        mentions=tuple(Mention(m["person"], m["handle"], m["how"]) for m in row.get("mentions") or ()),
        media=tuple(_medium(m) for m in row.get("media") or ()),
        poll=_poll(row.get("poll")),
        bridged="bridge" in row,
    )


def _medium(row: Mapping[str, Any]) -> Medium:
    return _shaped(Medium, row, focal=(row["focal"]["x"], row["focal"]["y"]))


def _poll(row: Mapping[str, Any] | None) -> Poll | None:
    return Poll(tuple(row["choices"]), row["multiple"], row["hours"]) if row else None


def _shaped(shape: type[Shape], row: Mapping[str, Any], **made: Any) -> Shape:
    """The fields `shape` has, from `row`; lists become tuples; `made` wins. What else the row says is for people."""
    known = {name: row[name] for name in (f.name for f in fields(shape)) if name in row}
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return shape(**{**known, **made})
