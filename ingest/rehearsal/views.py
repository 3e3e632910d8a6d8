"""Profiles and posts as Bluesky's AppView shows them. Pure shapes, compared with captures by a test."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote as url_quote

from ingest.rehearsal import addresses
from ingest.rehearsal.accounts import Account
from ingest.rehearsal.record import Repositories
from ingest.rehearsal.status import stamp
from ingest.rehearsal.world import Post, World

Json = dict[str, Any]

_ASSOCIATED = {"activitySubscription": {"allowSubscriptions": "followers"}}
_COUNTED = {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False}
_COUNTS = {"likeCount": 0, "replyCount": 0, "quoteCount": 0}


def profile_basic(who: Account, base: str) -> Json:
    return {
        "did": who.did,
        "handle": who.handle,
        "displayName": who.person.display_name,
        "avatar": f"{base}/img/avatar/plain/{who.did}/{addresses.blob_cid(who.handle)}",
        "associated": _ASSOCIATED,
        "labels": [_self_label(who, value) for value in who.labels],
        "createdAt": stamp(who.created_at),
    }


def profile_detailed(who: Account, world: World, base: str) -> Json:
    return profile_basic(who, base) | {
        "associated": _COUNTED | _ASSOCIATED,
        "description": "\n".join(who.bio),
        "indexedAt": stamp(who.created_at),
        "followersCount": 0,
        "followsCount": 0,
        "postsCount": sum(post.account is who for post in world.posts.values()),
    }


class PostViews:
    def __init__(self, world: World, repositories: Repositories, base: str) -> None:
        self.world, self.repositories, self.base = world, repositories, base

    def of(self, post: Post) -> Json:
        view = self._told(post) | {"record": self.repositories.records[post.id], "bookmarkCount": 0}
        if (made := view["record"].get("embed")) and (shown := self._embed(made, post)):
            view["embed"] = shown
        return view

    def _told(self, post: Post) -> Json:
        """What a post and a quoted post have in common."""
        return {
            "uri": post.uri,
            "cid": self.repositories.cid(post.id),
            "author": profile_basic(post.account, self.base),
            "repostCount": post.boosts,
            **_COUNTS,
            "indexedAt": stamp(min(post.created_at, post.arrived_at)),
            "labels": [],
        }

    def _embed(self, made: Json, post: Post) -> Json:
        kind = f"{made['$type']}#view"
        match made["$type"].rsplit(".", 1)[1]:
            case "images":
                return {"images": [self._image(image, post) for image in made["images"]], "$type": kind}
            case "video":
                return self._film(made, post)
            case "external":
                return {"external": made["external"], "$type": kind}
            case "record":
                return {"record": self._quoted(made["record"]), "$type": kind}
            case _:
                quote = {"record": self._quoted(made["record"]["record"]), "$type": "app.bsky.embed.record#view"}
                return {"media": self._embed(made["media"], post), "record": quote, "$type": kind}

    def _quoted(self, ref: Json) -> Json:
        """One level deep: a quote inside a quote is named in the record but not shown."""
        post = next((post for post in self.world.posts.values() if post.uri == ref["uri"]), None)
        if post is None:
            return {"uri": ref["uri"], "notFound": True, "$type": "app.bsky.embed.record#viewNotFound"}
        record = self.repositories.records[post.id]
        made = record.get("embed", {})
        made = made.get("media", made)
        shown = {"embeds": [self._embed(made, post)]} if made and "record" not in made else {}
        return self._told(post) | shown | {"value": record, "$type": "app.bsky.embed.record#viewRecord"}

    def _image(self, image: Json, post: Post) -> Json:
        where = f"plain/{post.account.did}/{image['image']['ref']['$link']}"
        return {
            "thumb": f"{self.base}/img/feed_thumbnail/{where}",
            "fullsize": f"{self.base}/img/feed_fullsize/{where}",
            "alt": image["alt"],
            "aspectRatio": image["aspectRatio"],
        }

    def _film(self, made: Json, post: Post) -> Json:
        cid = made["video"]["ref"]["$link"]
        where = f"{self.base}/vid/{url_quote(post.account.did, safe='')}/{cid}"
        return {
            "cid": cid,
            "playlist": f"{where}/playlist.m3u8",
            "thumbnail": f"{where}/thumbnail.jpg",
            "alt": made["alt"],
            "aspectRatio": made["aspectRatio"],
            "$type": "app.bsky.embed.video#view",
        }


def _self_label(who: Account, value: str) -> Json:
    return {
        "src": who.did,
        "uri": f"at://{who.did}/app.bsky.actor.profile/self",
        "cid": addresses.record_cid([who.handle, value]),
        "val": value,
        "cts": stamp(who.created_at),
    }
