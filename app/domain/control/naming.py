"""What somebody means by what they typed: a post by its address, or an author by a handle or a profile's address.

Turns words into clauses. Says nothing about whether anybody may see what is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.models import Author, Copy, Event, Post
from ingest.text.clean import line
from ingest.types import Network
from ingest.web import URI as FORM

MOST = 1_000  # letters of an address
_HANDLE = re.compile(r"@?(?P<name>[\w.+-]+)(?:@(?P<host>[\w.-]+\.\w+(?::\d+)?))?")
_BLUESKY = re.compile(r"/profile/(?P<who>[^/]+)(?:/post/(?P<rkey>\w+))?")
_AT = re.compile(r"at://(?P<who>[^/]+)(?:/app\.bsky\.feed\.post/(?P<rkey>\w+))?")
_DID = re.compile(r"did:(?:plc|web):[\w.:%-]+")
_PROFILE = re.compile(r"/(?:@|users/)(?P<name>[\w.+-]+)(?:@(?P<host>[\w.-]+))?")
_SEEN = re.compile(r"/@[\w.+-]+(?:@[\w.-]+)?/(?P<id>\w+)")
_OURS = re.compile(r"/(?P<what>posts|people)/(?P<id>\d{1,9})")


@dataclass(frozen=True, slots=True)
class Named:
    """One of the two, or neither: that is no address and no handle."""

    post: ColumnElement[bool] | None = None  # on Post
    author: ColumnElement[bool] | None = None  # on Author
    network: Network | None = None  # where it would have been said
    host: str = ""  # on which server of it


def named(event: Event, asked: str, hosts: Collection[str] = ()) -> Named:
    """`hosts`: the names this house is known by, for addresses of our own pages."""
    asked = line(asked, MOST).removeprefix("acct:")
    if asked.startswith(FORM):
        return Named(post=_copy(event, Copy.uri == asked), network=Network.FORM)
    if asked.startswith("at://") and (match := _AT.fullmatch(asked.rstrip("/"))):
        return _bluesky(event, asked, match["who"], match["rkey"])
    if asked.startswith(("https://", "http://")):
        return _by_page(event, asked, hosts)
    if _DID.fullmatch(asked):
        return Named(author=Author.uri == asked, network=Network.BLUESKY)
    if (match := _HANDLE.fullmatch(asked)) and ("." in match["name"] or match["host"]):
        network = Network.MASTODON if match["host"] else Network.BLUESKY
        return Named(author=_handle(asked.removeprefix("@")), network=network, host=match["host"] or "")
    return Named()


def _by_page(event: Event, asked: str, hosts: Collection[str]) -> Named:
    try:
        parts = urlsplit(asked)
        path, host = parts.path.rstrip("/"), parts.netloc
    except ValueError:
        return Named()
    if not host:
        return Named()
    if host in hosts and path.startswith(f"/{event.slug}") and (ours := _our_page(event, parts)):
        return ours
    if match := _BLUESKY.fullmatch(path):
        return _bluesky(event, asked, match["who"], match["rkey"])
    if match := _PROFILE.fullmatch(path):
        handle = _handle(f"{match['name']}@{match['host'] or host}")
        return Named(author=or_(Author.uri == asked, Author.url == asked, handle), network=Network.MASTODON, host=host)
    plain = f"{parts.scheme}://{host}{path}"
    names: list[ColumnElement[bool]] = [
        Copy.uri.in_([asked, plain]),
        Copy.url.in_([asked, plain]),
        Copy.bridge_of.in_([asked, plain]),
    ]
    if match := _SEEN.fullmatch(path):  # as another server shows it
        names.append(and_(Copy.server == host, Copy.local_id == match["id"]))
    return Named(post=_copy(event, or_(*names)), network=Network.MASTODON, host=host)


def _our_page(event: Event, parts: SplitResult) -> Named | None:
    rest = parts.path.rstrip("/").removeprefix(f"/{event.slug}")
    if match := _OURS.fullmatch(rest):
        number = int(match["id"])
        return Named(post=Post.id == number) if match["what"] == "posts" else Named(author=Author.id == number)
    if not rest and re.fullmatch(r"p\d{1,9}", parts.fragment):
        return Named(post=Post.id == int(parts.fragment[1:]))
    return None


def _bluesky(event: Event, asked: str, who: str, rkey: str | None) -> Named:
    whose = or_(Author.uri == who, _handle(who))
    if rkey is None:
        return Named(author=whose, network=Network.BLUESKY)
    tail = f"/app.bsky.feed.post/{rkey}"
    theirs = and_(Copy.uri.endswith(tail, autoescape=True), Copy.post.has(Post.author.has(whose)))
    exact = or_(Copy.uri == asked, Copy.url == asked, Copy.bridge_of == asked, Copy.uri == f"at://{who}{tail}")
    return Named(post=_copy(event, or_(exact, theirs)), network=Network.BLUESKY)


def _handle(handle: str) -> ColumnElement[bool]:
    return func.lower(Author.handle) == handle.lower()


def _copy(event: Event, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return Post.id.in_(select(Copy.post_id).where(Copy.event_id == event.id, which))
