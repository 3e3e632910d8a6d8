"""Everything we hold of one person, for that person: docs/own-data.md says what each field is.

Names nobody else: a decision was a person's or a rule's, never whose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.domain.posts import consent
from app.domain.reasons import sentence
from app.models import Attachment, Author, Claim, Copy, Decision, Event, Part, Person, Post, Receipt, Removal

Gettext = Callable[[str], str]
FORMAT = 1
_AWAY = ("gone", "withheld", "untagged", "unpublic")
_LOADED = (
    joinedload(Post.author), selectinload(Post.copies),
    selectinload(Post.every_attachment).joinedload(Attachment.media),
)  # fmt: skip


async def of_person(
    db: AsyncSession, person: Person, uris: Collection[str], now: datetime, _: Gettext
) -> dict[str, Any]:
    """`uris`: the addresses they have proved. Their posts at every event of this house."""
    authors = (await db.scalars(select(Author).where(Author.uri.in_(uris)).order_by(Author.id))).all()
    ids = [author.id for author in authors]
    second = select(Copy.post_id).where(Copy.author_uri.in_(uris), Copy.crosspost)
    posts = select(Post).where(or_(Post.author_id.in_(ids), Post.id.in_(second)))
    told = await _posts(db, (await db.scalars(posts.options(*_LOADED).order_by(Post.id))).unique().all(), _)
    asked = await db.scalars(select(Removal).where(Removal.author_id.in_(ids)).order_by(Removal.id))
    return {
        "format": FORMAT, "made_at": _at(now),
        "person": {"word": person.word, "word_until": _at(person.expires_at), "created_at": _at(person.created_at)},
        "claims": [_claim(claim) for claim in person.claims], "authors": [_author(author) for author in authors],
        "posts": told, "removals": [_removal(each) for each in asked],
    }  # fmt: skip


async def of_receipt(db: AsyncSession, post_id: int, now: datetime, _: Gettext) -> dict[str, Any]:
    """The one post somebody holds the receipt of."""
    wanted = select(Post).where(Post.id == post_id).options(*_LOADED)
    post = (await db.scalars(wanted)).unique().one()
    receipt = (await db.scalars(select(Receipt).where(Receipt.post_id == post_id))).one()
    return {
        "format": FORMAT, "made_at": _at(now), "authors": [_author(post.author)], "posts": await _posts(db, [post], _),
        "consent": {
            "version": receipt.consent, "given_at": _at(receipt.created_at),
            "added_by_the_event": consent.addition_of(await db.get_one(Event, post.event_id), receipt.consent),
        },
    }  # fmt: skip


async def _posts(db: AsyncSession, posts: Sequence[Post], _: Gettext) -> list[dict[str, Any]]:
    ids = [post.id for post in posts]
    slugs = {row.id: row.slug for row in await db.execute(select(Event.id, Event.slug))}
    decisions: dict[int, list[dict[str, Any]]] = {post_id: [] for post_id in ids}
    for each in await db.scalars(select(Decision).where(Decision.post_id.in_(ids)).order_by(Decision.id)):
        decisions[each.post_id].append({
            "verdict": each.verdict.value, "why": sentence(each.why, _), "at": _at(each.created_at),
            "by": "a rule" if each.account_id is None else "a person", "version": each.version,
            "of": "its pictures" if each.part is Part.MEDIA else "all of it",
        })  # fmt: skip
    return [_post(post, slugs[post.event_id], decisions[post.id], _) for post in posts]


def _post(post: Post, slug: str, decisions: list[dict[str, Any]], _: Gettext) -> dict[str, Any]:
    return {
        "event": slug, "id": post.id, "address": post.uri, "page": post.url, "network": post.network.value,
        "author": post.author.uri, "posted_at": _at(post.posted_at), "received_at": _at(post.received_at),
        "edited_at": _at(post.edited_at), "text": post.text, "segments": post.segments, "language": post.lang,
        "content_warning": post.content_warning, "sensitive": post.sensitive, "tags": post.tags,
        "mentions": post.mentions, "labels": post.labels,
        "link": post.card, "poll": post.poll, "quote": post.quote, "quoting_wish": post.quote_policy,
        "answers": post.reply_key, "question": post.question, "in_room": post.in_room, "card_code": post.card_code,
        "verdict": post.verdict.value, "why": sentence(post.why, _), "decisions": decisions,
        "out_of_sight_since": {why: _at(getattr(post, f"{why}_at")) for why in _AWAY},
        "copies": [_copy(copy) for copy in post.copies], "media": [_media(each) for each in post.attachments],
    }  # fmt: skip


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "network": copy.network.value, "server": copy.server, "local_id": copy.local_id, "address": copy.uri,
        "page": copy.url, "author": copy.author_uri, "bridge_of": copy.bridge_of, "crosspost": copy.crosspost,
        "gone_at": _at(copy.gone_at), "checked_at": _at(copy.checked_at),
    }  # fmt: skip


def _media(one: Attachment) -> dict[str, Any]:
    ours = [f"/media-files/{name}" for name in one.media.files] if one.media else []
    return {
        "kind": one.kind,
        "original": one.remote_url,
        "preview": one.preview_url,
        "alt": one.alt,
        "our_copies": ours,
    }


def _author(author: Author) -> dict[str, Any]:
    wishes = ("nobot", "no_unauthenticated", "indexable", "noindex", "discoverable")
    return {
        "address": author.uri, "network": author.network.value, "name": author.name, "handle": author.handle,
        "page": author.url, "picture": author.avatar_url, "bot": author.bot, "labels": author.labels,
        "standing": author.standing.value, "limited": author.limited, "first_seen_at": _at(author.first_seen_at),
        "wishes": {wish: getattr(author, wish) for wish in wishes},
    }  # fmt: skip


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "address": claim.address, "network": claim.network.value if claim.network else "web", "account": claim.uri,
        "state": claim.state.value, "found_in": claim.how, "asked_at": _at(claim.asked_at),
        "checked_at": _at(claim.checked_at), "proved_at": _at(claim.proved_at),
    }  # fmt: skip


def _removal(removal: Removal) -> dict[str, Any]:
    return {
        "state": removal.state.value, "proved": removal.proved, "asked_at": _at(removal.asked_at),
        "closed_at": _at(removal.closed_at),
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
