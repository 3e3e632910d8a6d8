"""A post as a line of a feed, whichever kind of feed. Pure, but for the template that draws the words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.strand.provenance import Provenance
from app.pages import Pages
from display.excerpt import excerpt
from ingest.text.clean import href
from ingest.text.segments import plain

TITLE = 80  # letters
_OURS = uuid.UUID("6b1f5f0e-8d0c-5b0e-9a53-6f2b8f5f8c1d")  # any that never changes


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    url: str
    original: str | None
    title: str
    author: str
    author_url: str | None
    published: str
    updated: str
    lang: str | None
    cover: str | None  # then nothing of what lies under it is here
    html: str
    tags: Sequence[str]
    pictures: Sequence[dict[str, str]]
    answers: dict[str, str] | None  # id, url


def permanent(*names: str) -> str:
    """Stays the same when the house moves to another address."""
    return uuid.uuid5(_OURS, "\n".join(names)).urn


def entry(post: dict[str, Any], known: Provenance, slug: str, base: str, pages: Pages, locale: str) -> Entry:
    strings = pages.strings(locale)
    author, cover = post["author"], post["cover"]
    shown = [] if cover or post["sensitive"] else [m for m in post["media"] if m["src"]]
    page = f"{base}/{slug}/people/{author['id']}" if author["name"] else None
    answers = post["reply_to"] and known.answers
    return Entry(
        id=permanent(slug, known.uri),
        url=base + post["url"],
        original=href(post["original"]),
        title=_title(post, strings),
        author=_name(author, strings),
        author_url=href(author["url"]) or page,
        published=post["at"],
        updated=max(post["at"], _iso(known.edited_at)) if known.edited_at else post["at"],
        lang=post["lang"],
        cover=cover,
        html=pages.text("feed_post.html", locale, post=post, base=base, strings=strings),
        tags=[] if cover else list(dict.fromkeys(s["text"].lstrip("#") for s in post["words"] if s["t"] == "hashtag")),
        pictures=[_picture(m, base) for m in shown],
        answers={"id": permanent(slug, answers), "url": f"{base}/{slug}/posts/{post['reply_to']['id']}"}
        if answers
        else None,
    )


def _title(post: dict[str, Any], strings: dict[str, str]) -> str:
    """Who, and how it begins; of a covered post only what its author wrote on the cover."""
    name = _name(post["author"], strings)
    said = post["cover"] or plain(post["words"]) or _seen(post["media"], post["sensitive"], strings)
    return f"{name}: {excerpt(said, TITLE)}" if said else name


def _name(author: dict[str, Any], strings: dict[str, str]) -> str:
    """A reader of feeds sees no mark beside a name: where the event itself speaks, it is said with it."""
    name = str(author["name"] or author["handle"] or strings["anonymous"])
    return f"{name} ({strings['voice']})" if author["voice"] else name


def _seen(media: Sequence[dict[str, Any]], sensitive: bool, strings: dict[str, str]) -> str:
    """What there is to see, where there are no words."""
    if media and sensitive:
        return strings["sensitive_one" if len(media) == 1 else "sensitive_many"]
    return next((m["alt"] for m in media if m["alt"]), "")


def _picture(media: dict[str, Any], base: str) -> dict[str, str]:
    return {"url": base + media["src"], "title": media["alt"] or ""}


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
