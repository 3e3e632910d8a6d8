"""A post's record, as its author's server holds it, to an IncomingPost.

Pure, and total: nothing validates records on the way here, so every field may be missing or of any type.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ingest.bluesky import embeds, labels
from ingest.bluesky.authors import stranger
from ingest.text import clean, facets, tags
from ingest.types import Address, IncomingAuthor, IncomingPost, Network

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


def post(
    did: object, rkey: object, cid: object, record: object, *, seen_at: datetime, author: IncomingAuthor | None = None
) -> IncomingPost | None:
    """The post, or None where the record is none. Without `author` it has one whose wishes are not known yet."""
    if not (facets.is_did(did) and embeds.is_rkey(rkey) and embeds.is_cid(cid) and isinstance(record, dict)):
        return None
    text, embed = record.get("text"), record.get("embed")
    if not isinstance(text, str) or not (text.strip() or isinstance(embed, dict)):
        return None
    said = labels.of_record(record)
    return IncomingPost(
        uri=f"at://{did}/{embeds.POSTS}/{rkey}",
        address=Address(Network.BLUESKY, "", f"{did}/{rkey}"),
        author=author or stranger(did),
        posted_at=moment(record.get("createdAt"), seen_at),
        segments=facets.segments(text, record.get("facets")),
        version=cid,
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        lang=_language(record.get("langs")),
        sensitive=not labels.SENSITIVE.isdisjoint(said),
        public=labels.NOT_SIGNED_IN not in said,
        tags=tags_of(record),
        attachments=embeds.attachments(did, embed),
        card=embeds.card(did, embed),
        quote=embeds.quote(embed),
        reply_to_uri=_parent(record.get("reply")),
        mentions=facets.mentioned(record.get("facets")),
        labels=said,
        bridge_of=_original(record),
    )


def tags_of(record: object) -> frozenset[str]:
    """Every tag of a record, wherever it stands: its facets, its own list, the bare words."""
    if not isinstance(record, dict):
        return frozenset()
    listed, text = record.get("tags"), record.get("text")
    named = facets.tagged(record.get("facets")) + (listed[: tags.MAX_TAGS] if isinstance(listed, list) else [])
    return tags.reported(named) | (tags.in_text(text) if isinstance(text, str) else frozenset())


def moment(value: object, otherwise: datetime) -> datetime:
    """A time as authors' clients write it, in UTC; `otherwise` where it is none."""
    if not isinstance(value, str):
        return otherwise
    try:
        given = datetime.fromisoformat(value)
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise


def _language(langs: object) -> str | None:
    first = langs[0] if isinstance(langs, list) and langs else None
    return first if isinstance(first, str) and _LANGUAGE.fullmatch(first) else None


def _parent(reply: object) -> str | None:
    parent = reply.get("parent") if isinstance(reply, dict) else None
    return embeds.post_uri(parent.get("uri")) if isinstance(parent, dict) else None


def _original(record: dict[str, Any]) -> str | None:
    """Where it was first said: Bridgy Fed names the original's page or id, Wafrn its ActivityPub id."""
    return clean.href(record.get("bridgyOriginalUrl")) or clean.href(record.get("fediverseId"))
