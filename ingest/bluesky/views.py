"""Posts as the AppView shows them: the record again, with what only the AppView knows added.

Pure. A view brings the addresses of media as they are served, the labels of moderation, and the quoted post's words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ingest.bluesky import embeds, labels, parse
from ingest.text import clean, facets
from ingest.types import IncomingAttachment, IncomingAuthor, IncomingCard, IncomingMarks, IncomingPost, IncomingQuote


def post(view: dict[str, Any], *, seen_at: datetime, author: IncomingAuthor | None = None) -> IncomingPost | None:
    """A whole post from its view: found by searching, or when we ask whether it is still what it was."""
    uri = embeds.post_uri(view.get("uri"))
    if uri is None:
        return None
    did, rkey = uri.split("/")[2], uri.split("/")[4]
    plain = parse.post(did, rkey, view.get("cid"), view.get("record"), seen_at=seen_at, author=author)
    return enrich(plain, view, seen_at) if plain else None


def marks(view: dict[str, Any], now: datetime, *, hidden: bool | None = None) -> IncomingMarks | None:
    """What is said of a post beside its words, from its view."""
    uri, record = embeds.post_uri(view.get("uri")), view.get("record")
    if uri is None or not isinstance(record, dict):
        return None
    said = tuple(dict.fromkeys((*labels.of_record(record), *labels.values(view.get("labels"), now))))
    embed = view.get("embed")
    quote = _quote(embeds.quote(record.get("embed")), embed, now) if isinstance(embed, dict) else None
    return IncomingMarks(uri, str(view.get("cid")), said, hidden, quote)


def enrich(post: IncomingPost, view: dict[str, Any], now: datetime) -> IncomingPost:
    """The post with what its view adds. A view of another version adds nothing."""
    if view.get("cid") != post.version:
        return post
    embed = view.get("embed")
    said = tuple(dict.fromkeys((*post.labels, *labels.values(view.get("labels"), now))))
    return replace(
        post,
        labels=said,
        sensitive=post.sensitive or not labels.SENSITIVE.isdisjoint(said),
        public=post.public and labels.NOT_SIGNED_IN not in said,
        attachments=_served(post.attachments, embed),
        card=_card(post.card, embed),
        quote=_quote(post.quote, embed, now),
    )


def _served(known: tuple[IncomingAttachment, ...], embed: object) -> tuple[IncomingAttachment, ...]:
    part = embeds.media_part(embed)
    if embeds.kind(part) == "video":
        shown = [(clean.href(part.get("playlist")), clean.href(part.get("thumbnail")))]
    else:
        # A gallery calls its small picture "thumbnail", plain images call it "thumb".
        shown = [
            (clean.href(item.get("fullsize")), clean.href(item.get("thumb") or item.get("thumbnail")))
            for item in embeds.pictures(part)
        ]
    if len(shown) != len(known):
        return known
    return tuple(
        replace(one, url=url or one.url, preview_url=small or one.preview_url)
        for one, (url, small) in zip(known, shown, strict=True)
    )


def _card(card: IncomingCard | None, embed: object) -> IncomingCard | None:
    external = embeds.media_part(embed).get("external")
    thumb = clean.href(external.get("thumb")) if isinstance(external, dict) else None
    return replace(card, image_url=thumb) if card and thumb else card


def _quote(quote: IncomingQuote | None, embed: object, now: datetime) -> IncomingQuote | None:
    record = embed.get("record") if isinstance(embed, dict) else None
    if isinstance(record, dict) and embeds.kind(embed) == "recordWithMedia":
        record = record.get("record")
    if quote is None or not isinstance(record, dict) or record.get("uri") != quote.uri:
        return quote
    value, author = record.get("value"), record.get("author")
    if not isinstance(value, dict) or not isinstance(author, dict):  # detached, deleted or blocked
        return replace(quote, state="gone")
    said = {*labels.values(record.get("labels"), now), *labels.values(author.get("labels"), now)}
    if not labels.WITHHELD.isdisjoint(said):
        return quote  # a link, no words: nobody here has judged them, or they are only for people who are signed in
    text = value.get("text")
    return replace(
        quote,
        author_name=clean.line(author.get("displayName")) or clean.line(author.get("handle")),
        segments=facets.segments(text, value.get("facets")) if isinstance(text, str) else (),
    )
