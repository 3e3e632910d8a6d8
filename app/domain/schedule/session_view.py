"""A session as pages and the wire say it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.models import Event, Session
from ingest.text.clean import href


def session_view(session: Session, event: Event, now: datetime) -> dict[str, Any]:
    """Needs room loaded. Times are by the event's clocks."""
    start, end = session.starts_at.astimezone(event.zone), session.ends_at.astimezone(event.zone)
    return {
        "id": session.id,
        "title": session.title,
        "url": f"/{event.slug}/sessions/{session.id}",
        "order": _order(session.starts_at),
        "at": _iso(session.starts_at),
        "day": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "until": f"{end:%H:%M}",
        "room": session.room.name if session.room else "",
        "speakers": list(session.speakers),
        "languages": list(session.languages),
        "lang": session.languages[0] if session.languages else None,
        "track": session.track,
        "kind": session.kind,
        "abstract": session.abstract.split("\n"),
        "original": href(session.url),
        "closed": session.closed,
        "tags": [f"#{t}" for t in (*event.tags[:1], session_tag(session, event)) if t],
        "cancelled": session.cancelled_at is not None,
        "when": _when(session, now),
        "change": _change(session, event),
    }


def brief(session: Session, event: Event) -> dict[str, Any]:
    """As much as a wall needs."""
    start, end = session.starts_at.astimezone(event.zone), session.ends_at.astimezone(event.zone)
    return {
        "id": session.id,
        "title": session.title,
        "room": session.room.name if session.room else "",
        "speakers": list(session.speakers),
        "lang": session.languages[0] if session.languages else None,
        "starts_at": _iso(session.starts_at),
        "ends_at": _iso(session.ends_at),
        "time": f"{start:%H:%M}",
        "until": f"{end:%H:%M}",
        "url": f"/{event.slug}/sessions/{session.id}",
    }


def session_tag(session: Session, event: Event) -> str:
    """The tag that puts a post into this session; "" where the session has no number."""
    if session.number is None or not event.tags:
        return ""
    pattern = (event.rehearsal or {}).get("session_tag") or event.session_tag or f"{event.tags[0]}_s{{number}}"
    return str(pattern).replace("{number}", str(session.number))


def _when(session: Session, now: datetime) -> str:
    """past, now or next."""
    if session.ends_at <= now:
        return "past"
    return "now" if session.starts_at <= now else "next"


def _change(session: Session, event: Event) -> dict[str, Any] | None:
    """What the last import changed: that it is new or back, and what stood there before."""
    before = session.before
    if before is None or session.cancelled_at is not None:
        return None
    start = _local(before.get("starts_at"), event)
    return {
        "new": not before,
        "back": bool(before.get("cancelled")),
        "day": f"{start:%Y-%m-%d}" if start else "",
        "time": f"{start:%H:%M}" if start else "",
        "until": f"{end:%H:%M}" if not start and (end := _local(before.get("ends_at"), event)) else "",
        "room": before.get("room", ""),
        "title": before.get("title", ""),
    }


def _local(moment: str | None, event: Event) -> datetime | None:
    return datetime.fromisoformat(moment).astimezone(event.zone) if moment else None


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _order(moment: datetime) -> str:
    """Before every post of the same moment: compare as strings with a post's order."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%f}"
