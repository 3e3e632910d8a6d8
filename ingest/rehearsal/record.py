"""A post as the record in its author's repository on Bluesky, and the repositories. A record says what was so when it
was written: the parent's version it answered stays in it even when the parent is edited or gone.
"""

from __future__ import annotations

from typing import Any

from ingest.rehearsal import addresses, facets, media
from ingest.rehearsal.markup import content
from ingest.rehearsal.status import stamp
from ingest.rehearsal.world import Change, Post, World
from ingest.types import Network

Json = dict[str, Any]

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"


class Repositories:
    """Everybody's records, by the script's id. Must listen to the world before whoever serves from it."""

    def __init__(self, world: World) -> None:
        accounts = world.accounts.items()
        self._dids = {handle: who.did for handle, who in accounts if who.network is Network.BLUESKY}
        self.records: dict[str, Json] = {}
        self._uris: dict[str, str] = {}
        world.listeners.append(self._follow)

    def cid(self, id: str) -> str:
        return addresses.record_cid([self._uris[id], self.records[id]])

    def strong_ref(self, id: str) -> Json:
        return {"cid": self.cid(id), "uri": self._uris[id]}

    def _follow(self, change: Change) -> None:
        post = change.post
        if post.network is not Network.BLUESKY:
            return
        if change.what == "delete":
            del self.records[post.id]
        elif change.what in ("post", "edit"):
            self._uris[post.id] = post.uri
            self.records[post.id] = self._record(post, self.records.get(post.id, {}))

    def _record(self, post: Post, before: Json) -> Json:
        told: Json = {
            "$type": POST,
            "createdAt": stamp(post.created_at),
            "langs": [post.lang] if post.lang else [],
            "text": post.text,
        }
        if found := facets.detect(post.text, self._dids):
            told["facets"] = found
        if embed := self._embed(post):
            told["embed"] = embed
        if reply := before.get("reply") or self._reply(post):
            told["reply"] = reply
        if post.bridge_of:
            told |= {"bridgyOriginalUrl": post.bridge_of, "bridgyOriginalText": content(post)}
        return told

    def _reply(self, post: Post) -> Json | None:
        if post.reply_to not in self.records:
            return None
        parent = self.strong_ref(post.reply_to)
        above = self.records[post.reply_to].get("reply")
        return {"parent": parent, "root": above["root"] if above else parent}

    def _embed(self, post: Post) -> Json | None:
        shown = _pictures(post) or _film(post) or _link_card(post)
        if post.quote not in self.records:
            return shown
        quote = {"$type": "app.bsky.embed.record", "record": self.strong_ref(post.quote)}
        if shown is None:
            return quote
        return {"$type": "app.bsky.embed.recordWithMedia", "media": shown, "record": quote}


def repost(subject: Json, at: str) -> Json:
    return {"$type": REPOST, "createdAt": at, "subject": subject}


def _pictures(post: Post) -> Json | None:
    images = [
        {"alt": medium.alt or "", "aspectRatio": media.aspect_ratio(medium), "image": media.blob(post, n)}
        for n, medium in enumerate(post.media[:4])
        if medium.kind != "video"
    ]
    return {"$type": "app.bsky.embed.images", "images": images} if images else None


def _film(post: Post) -> Json | None:
    for n, medium in enumerate(post.media):
        if medium.kind == "video":
            shape = media.aspect_ratio(medium)
            film = media.blob(post, n)
            return {"$type": "app.bsky.embed.video", "alt": medium.alt or "", "aspectRatio": shape, "video": film}
    return None


def _link_card(post: Post) -> Json | None:
    """As apps make one from the last link of a post that is about a link."""
    links = [f["features"][0]["uri"] for f in facets.detect(post.text, {}) if "uri" in f["features"][0]]
    if post.kind != "link" or not links:
        return None
    title = links[-1].removeprefix("https://")
    return {"$type": "app.bsky.embed.external", "external": {"description": "", "title": title, "uri": links[-1]}}
