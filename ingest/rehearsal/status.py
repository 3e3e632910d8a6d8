"""A post as Mastodon 4.6 tells it over REST and streaming. Pure shapes, compared with captures by a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from ingest.rehearsal import addresses, markup, media, tags
from ingest.rehearsal.accounts import Account
from ingest.rehearsal.world import Post

Json = dict[str, Any]

_QUOTABLE = {"automatic": ["public"], "manual": [], "current_user": "denied"}


class View(Protocol):
    """The server that tells: what it knows and where it lives."""

    host: str  # its own domain, by which accounts count as local
    base: str  # where its files are

    def find(self, script_id: str | None) -> Post | None: ...
    def is_limited(self, account: Account) -> bool: ...


def status(post: Post, view: View, *, deep: bool = True) -> Json:
    """`deep`: tell the quoted post too; inside a quote there is only its id."""
    parent = view.find(post.reply_to)
    quoted = view.find(post.quote)
    told: Json = {
        "id": local_id(post, view),
        "created_at": stamp(post.created_at),
        "in_reply_to_id": local_id(parent, view) if parent else None,
        "in_reply_to_account_id": addresses.account_number(parent.account.handle) if parent else None,
        "sensitive": bool(post.cw),
        "spoiler_text": post.cw or "",
        "visibility": "public",
        "language": post.lang,
        "uri": post.uri,
        "url": post.url,
        "replies_count": 0,
        "reblogs_count": post.boosts,
        "favourites_count": 0,
        "quotes_count": 0,
        "edited_at": stamp(post.edited_at) if post.edited_at else None,
        "content": markup.content(post, quoted.url if quoted else None),
        "reblog": None,
        "account": account(post.account, view),
        "media_attachments": [media.attachment(post, n, view.base) for n in range(len(post.media))],
        "mentions": [_mention(mentioned, view) for mentioned in post.mentions],
        "tags": [_tag(name, view) for name in dict.fromkeys(map(tags.normal, post.tags))],
        "emojis": [],
        "tagged_collections": [],
        "quote": _quote(post, quoted, view, deep) if post.quote else None,
        "card": None,
        "poll": _poll(post, view),
        "quote_approval": _QUOTABLE,
    }
    if post.account.host == view.host:
        told["application"] = {"name": "Web", "website": None}
    return told


def account(who: Account, view: View) -> Json:
    local = who.host == view.host
    picture = f"{view.base}/avatars/{who.handle}.png"
    told: Json = {
        "id": addresses.account_number(who.handle),
        "username": who.user,
        "acct": who.user if local else who.handle,
        "display_name": who.person.display_name,
        "locked": False,
        "bot": False,
        "discoverable": who.person.indexable,
        "indexable": bool(who.person.indexable),
        "group": False,
        "created_at": stamp(who.created_at),
        "note": markup.paragraphs(who.bio, who.host),
        "url": who.url,
        "uri": who.uri,
        "avatar": picture,
        "avatar_static": picture,
        "avatar_description": "",
        "header": f"https://{view.host}/headers/original/missing.png",
        "header_static": f"https://{view.host}/headers/original/missing.png",
        "header_description": "",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": 0,
        "last_status_at": stamp(who.created_at)[:10],
        "hide_collections": None,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "feature_approval": {"automatic": [], "manual": [], "current_user": "denied"},
        "emojis": [],
        "fields": [],
    }
    if local:
        told |= {"noindex": who.person.indexable is False, "roles": []}
    if view.is_limited(who):
        told["limited"] = True
    return told


def local_id(post: Post, view: View) -> str:
    """Made from the author's time, unless that lies ahead: then Mastodon takes its own."""
    return addresses.snowflake(min(post.created_at, post.arrived_at), view.host, post.id)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mention(who: Account, view: View) -> Json:
    local = who.host == view.host
    return {
        "id": addresses.account_number(who.handle),
        "username": who.user,
        "url": who.url,
        "acct": who.user if local else who.handle,
    }


def _tag(name: str, view: View) -> Json:
    return {"name": name, "url": f"https://{view.host}/tags/{name}"}


def _quote(post: Post, quoted: Post | None, view: View, deep: bool) -> Mapping[str, Any]:
    state = "accepted" if quoted else "deleted"
    if not deep:
        return {"state": state, "quoted_status_id": local_id(quoted, view) if quoted else None}
    return {"state": state, "quoted_status": status(quoted, view, deep=False) if quoted else None}


def _poll(post: Post, view: View) -> Json | None:
    if post.poll is None:
        return None
    return {
        "id": local_id(post, view),
        "expires_at": stamp(post.created_at + timedelta(hours=post.poll.hours)),
        "expired": False,
        "multiple": post.poll.multiple,
        "votes_count": 0,
        "voters_count": 0,
        "options": [{"title": choice, "votes_count": 0} for choice in post.poll.choices],
        "emojis": [],
    }
