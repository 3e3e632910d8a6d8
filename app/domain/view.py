"""A post and an event as the wire says them (docs/wire.md): the one form that pages, sockets and feeds draw from.

Pure. Whether somebody may see the post was answered before, by audience.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.domain.audience import Audience, may_see, may_see_pictures
from app.domain.desk.servers import domain
from app.domain.event.look import logo_address, theme_address
from app.domain.posts import emoji
from app.domain.raids import guard
from app.domain.rules import COVERING_LABELS
from app.errors import BadInput
from app.models import Attachment, Author, Event, Media, Post, Verdict
from ingest.types import Network

MOST = 2**31 - 1  # what the store takes for an id

_ACROSS = ((-1.0, -1 / 3, "left"), (-1 / 3, 1 / 3, ""), (1 / 3, 1.01, "right"))
_DOWN = ((-1.0, -1 / 3, "bottom"), (-1 / 3, 1 / 3, ""), (1 / 3, 1.01, "top"))


def order(posted_at: datetime, post_id: int) -> str:
    """The place of a post: by the moment it was said, then by number. Compare as strings."""
    moment = posted_at.astimezone(UTC)
    # The year by hand: strftime writes the year 999 with three digits, which would come after 2027.
    return f"{moment.year:04d}{moment:%m%dT%H%M%S.%f}-{post_id:010d}"


def place(text: str) -> tuple[datetime, int]:
    """What `order` made, as (moment, post id). Raises BadInput."""
    try:
        moment, _, post_id = text.partition("-")
        if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 18):
            raise ValueError
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), min(int(post_id), MOST)
    except ValueError:
        raise BadInput("This address does not name a place on the strand.", "before") from None


@dataclass(frozen=True, slots=True)
class Attached:
    """How much hangs on a post at the desk."""

    reports: int = 0  # that nobody has seen to
    notes: int = 0


NOTHING = Attached()


def post_view(
    post: Post, event: Event, audience: Audience, sealed: Collection[str] = frozenset(), attached: Attached = NOTHING
) -> dict[str, Any]:  # fmt: skip
    """The wire's post. Needs author, session, copies, attachments with media, and reply_to with its author, loaded.

    `sealed`: uris of posts that nobody may be quoted from.
    """
    open_ = audience is Audience.DESK or post.session is None or not post.session.closed
    pictured = open_ and may_see_pictures(post, audience)
    local = post.posted_at.astimezone(ZoneInfo(event.time_zone))
    view: dict[str, Any] = {
        "id": post.id,
        "order": order(post.posted_at, post.id),
        "at": f"{post.posted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "time": f"{local:%H:%M}",
        "day": f"{local:%Y-%m-%d}",
        "author": author_view(post.author, audience),
        "networks": _networks(post),
        "url": f"/{event.slug}/posts/{post.id}",
        "original": post.url,
        "lang": post.lang,
        "dir": direction(post.text or post.author.name),
        "words": emoji.drawn(post.segments, emoji.ours(post) if pictured and _is_kept(post) else {}),
        "cover": post.content_warning or None,
        "sensitive": _is_sensitive(post),
        # What is said behind closed doors may be told, but not quoted and not shown.
        "media": [_media(a, _is_kept(post)) for a in post.attachments] if pictured else [],
        "card": _card(post.card),
        "poll": post.poll,
        "quote": _quote(post.quote) if open_ and (post.quote or {}).get("uri") not in sealed else None,
        "reply_to": _reply(post, audience),
        "session": _session(post, event),
        "question": post.question,
        "first": post.first,
        "late": post.late,
        "edited": post.edited_at is not None,
        "bridged": post.bridged,
    }
    return view | _at_the_desk(post, attached) if audience is Audience.DESK else view


def _at_the_desk(post: Post, attached: Attached) -> dict[str, Any]:
    """What it takes to judge a post, and nobody else is told."""
    return {
        "verdict": post.verdict.value,
        "media_verdict": post.media_verdict.value,
        "why": post.why,
        "fired": post.fired,
        "trust": post.trust,
        "version": post.version,
        "stand": post.stand,
        "by": post.decider.name if post.decider else "",
        "cluster": post.cluster_id,
        "domain": domain(post.author),
        "sources": list(dict.fromkeys(c.upstream for c in post.copies if c.gone_at is None)),
        "received": f"{post.received_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "reports": attached.reports,
        "notes": attached.notes,
    }


def event_view(event: Event, audience: Audience) -> dict[str, Any]:
    """The wire's event."""
    view: dict[str, Any] = {
        "slug": event.slug,
        "title": event.title,
        "subtitle": event.subtitle,
        "tags": event.tags,
        "rehearsal": event.rehearsal is not None,
        "frozen": event.frozen_at is not None,
        "blank": event.blank_at is not None,
        "state": event.state.value,
        "erased": f"{event.erased_at.astimezone(event.zone):%Y-%m-%d}" if event.erased_at else None,
        "languages": event.languages,
        "time_zone": event.time_zone,
        "policy": event.policy.value if audience is Audience.DESK else "",
        "theme": theme_address(event),
        "logo": logo_address(event),
        "spare": guard.spare(event),  # where people are told to go on
        "spotlight": event.spotlight["post"] if event.spotlight else None,
        "pins": event.pins or [],
    }
    if audience is Audience.DESK:
        view |= {"raid": guard.guarding(event), "raid_proposal": guard.proposal(event), "spare_tag": event.spare_tag}
    return view


def direction(text: str) -> str:
    """By the first strong letter, as browsers do it."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return "ltr"


def author_view(author: Author, audience: Audience = Audience.PUBLIC) -> dict[str, Any]:
    """The wire's author. What somebody said without a name is not tied together by a number either, but at the desk."""
    at = "@" if author.network is Network.MASTODON and author.handle else ""
    known = audience is Audience.DESK or author.name or author.network is not Network.FORM
    told = {"id": author.id if known else None, "name": author.name, "handle": at + author.handle, "url": author.url}
    return told | {"voice": author.voice_of is not None}


def _networks(post: Post) -> list[str]:
    """Where it was seen, the network it was written on first."""
    return list(dict.fromkeys([post.network.value, *(c.network.value for c in post.copies if c.gone_at is None)]))


def _is_sensitive(post: Post) -> bool:
    """Its author marked the pictures, or a label did; also where a person has approved it all the same."""
    return post.sensitive or not COVERING_LABELS.isdisjoint((*post.labels, *post.author.labels))


def _is_kept(post: Post) -> bool:
    """What is hidden is served to nobody, and so is drawn without its picture."""
    return post.verdict is not Verdict.HIDE and post.media_verdict is not Verdict.HIDE


def _media(attachment: Attachment, kept: bool) -> dict[str, Any]:
    ours = attachment.media if kept else None
    return {
        "kind": attachment.kind,
        "src": f"/media-files/{ours.files[0]}" if ours else None,
        "srcset": _srcset(ours) if ours and ours.widths else "",
        "alt": attachment.alt,
        "width": ours.width if ours else attachment.width,
        "height": ours.height if ours else attachment.height,
        "focus": focus(attachment.focus_x, attachment.focus_y),
        "colour": ours.colour if ours else None,
    }


def _srcset(ours: Media) -> str:
    """Every file of a picture with its width, the smallest first: a phone takes no more than it can show."""
    sized = sorted(zip([ours.width, *ours.widths], ours.files, strict=True))
    return ", ".join(f"/media-files/{name} {width}w" for width, name in sized)


def focus(x: float | None, y: float | None) -> str:
    """One of nine places for a picture's focal point, as CSS says them: "top left", "bottom", ""."""
    if x is None or y is None:
        return ""
    down = next((word for low, high, word in _DOWN if low <= y < high), "")
    across = next((word for low, high, word in _ACROSS if low <= x < high), "")
    return f"{down} {across}".strip()


def _card(card: dict[str, Any] | None) -> dict[str, Any] | None:
    if card is None:
        return None
    host = (urlsplit(card["url"]).hostname or "").removeprefix("www.")
    return {"url": card["url"], "title": card["title"], "description": card["description"], "host": host}


def _quote(quote: dict[str, Any] | None) -> dict[str, Any] | None:
    if quote is None:
        return None
    if quote["state"] != "accepted":
        return {"state": "gone", "name": "", "words": [], "url": None}
    url = quote["uri"] if str(quote["uri"]).startswith("https://") else None
    return {"state": "accepted", "name": quote["name"], "words": emoji.drawn(quote["words"], {}), "url": url}


def _session(post: Post, event: Event) -> dict[str, Any] | None:
    session = post.session
    if session is None:
        return None
    url = f"/{event.slug}/sessions/{session.id}"
    return {"id": session.id, "title": session.title, "url": url, "closed": session.closed, "how": post.session_how}


def _reply(post: Post, audience: Audience) -> dict[str, Any] | None:
    """Whom it answers, if this audience may see that too: a hidden post must not be named by its answers."""
    parent = post.reply_to
    if parent is None or not may_see(parent, audience):
        return None
    return {"id": parent.id, "name": parent.author.name}
