"""What is so on the invented networks: posts with their versions, boosts, deletions, and whom a server has limited.

Owns the truth the servers serve from, and tells them of each change. Speaks no protocol and keeps no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ingest.rehearsal import addresses
from ingest.rehearsal.accounts import Account, accounts
from ingest.rehearsal.lines import Line, Medium, Poll
from ingest.rehearsal.script import Script
from ingest.types import Network

_LINK = re.compile(r"\{link:(p\d+)\}")

What = Literal["post", "edit", "delete", "boost"]


@dataclass(frozen=True, slots=True)
class Post:
    """One version of a post on one network."""

    id: str  # the script's
    account: Account
    uri: str
    url: str
    rkey: str  # Bluesky's; a Mastodon server makes its own local id
    text: str
    lang: str | None
    tags: tuple[str, ...]
    mentions: tuple[Account, ...]  # those the network itself knows as mentions
    media: tuple[Medium, ...]
    cw: str | None
    poll: Poll | None
    created_at: datetime  # by the author's clock
    arrived_at: datetime
    kind: str
    edited_at: datetime | None = None
    version: int = 0
    boosts: int = 0
    reply_to: str | None = None
    quote: str | None = None  # a native quote; quotes by link only stand in the text
    bridge_of: str | None = None  # the public address of the original a bridge copied

    @property
    def network(self) -> Network:
        return self.account.network


@dataclass(frozen=True, slots=True)
class Change:
    what: What
    post: Post  # as it is now; for a deletion, as it last was
    by: Account
    at: datetime
    line: int  # number of the script's line, for revisions


class World:
    def __init__(self, script: Script, opened_at: datetime) -> None:
        self.script = script
        self.accounts = accounts(script, opened_at)
        self.by_did = {who.did: who for who in self.accounts.values() if who.network is Network.BLUESKY}
        self.posts: dict[str, Post] = {}
        self.limited: set[str] = set()  # handles a Mastodon server has limited
        self.gone: set[str] = set()  # handles whose accounts are switched off
        self.listeners: list[Callable[[Change], None]] = []

    def on(self, network: Network) -> Iterator[Post]:
        return (post for post in self.posts.values() if post.network is network)

    def post(self, line: Line, at: datetime, created_at: datetime, form_links: dict[str, str]) -> None:
        account = self.accounts[line.handle or ""]
        original = self.posts.get(line.copy_of) if line.bridged and line.copy_of else None
        rkey = addresses.tid(at, addresses.number(line.id))
        uri, url = _addresses(line, account, rkey, original)
        self.posts[line.id] = Post(
            id=line.id,
            account=account,
            uri=uri,
            url=url,
            rkey=rkey,
            text=self._filled(line.text, form_links),
            lang=line.lang,
            tags=line.tags,
            mentions=self._mentioned(line),
            media=line.media,
            cw=line.cw,
            poll=line.poll,
            created_at=created_at,
            arrived_at=at,
            kind=line.kind,
            reply_to=line.reply_to,
            quote=line.quote if line.quote_how == "native" else None,
            bridge_of=original.url if original else None,
        )
        self._tell("post", self.posts[line.id], account, at, line)

    def edit(self, line: Line, at: datetime, form_links: dict[str, str]) -> None:
        before = self.posts[line.target or ""]
        after = replace(
            before,
            text=self._filled(line.text, form_links),
            lang=line.lang,
            tags=line.tags,
            mentions=self._mentioned(line),
            media=line.media,
            cw=line.cw,
            edited_at=at,
            version=before.version + 1,
        )
        self.posts[before.id] = after
        self._tell("edit", after, after.account, at, line)

    def delete(self, line: Line, at: datetime) -> None:
        post = self.posts.pop(line.target or "")
        self._tell("delete", post, post.account, at, line)

    def boost(self, line: Line, at: datetime) -> None:
        before = self.posts.get(line.target or "")
        handle = self.script.handle_of(line.author, line.network)
        if before and handle:
            self.posts[before.id] = replace(before, boosts=before.boosts + 1)
            self._tell("boost", self.posts[before.id], self.accounts[handle], at, line)

    def _mentioned(self, line: Line) -> tuple[Account, ...]:
        native = (m.handle for m in line.mentions if m.how == "native" and m.handle)
        return tuple(self.accounts[handle] for handle in native if handle in self.accounts)

    def _filled(self, text: str, form_links: dict[str, str]) -> str:
        """`{link:p004}` becomes the public address of that post; a post of the form has one only the house knows."""

        def address(found: re.Match[str]) -> str:
            post = self.posts.get(found[1])
            return post.url if post else form_links.get(found[1], f"https://example.org/harbour-talks/{found[1]}")

        return _LINK.sub(address, text)

    def _tell(self, what: What, post: Post, by: Account, at: datetime, line: Line) -> None:
        change = Change(what, post, by, at, addresses.number(line.id))
        for listener in self.listeners:
            listener(change)


def _addresses(line: Line, account: Account, rkey: str, original: Post | None) -> tuple[str, str]:
    """The post's global address and its page."""
    if account.network is Network.BLUESKY:
        return f"at://{account.did}/app.bsky.feed.post/{rkey}", f"{account.url}/post/{rkey}"
    if original is not None:
        return f"https://bsky.brid.gy/convert/ap/{original.uri}", f"https://bsky.brid.gy/r/{original.url}"
    return f"https://{account.host}/users/{account.user}/statuses/{line.id}", f"{account.url}/{line.id}"
