"""The server an author lives on, as the desk names it: what a verdict on "all from there" is about. Pure."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_

from app.models import Author
from ingest.types import IncomingAuthor, Network

LONGEST = 255
_OWN = 2  # labels of a name that is somebody's own: example.org


def domain(author: Author | IncomingAuthor) -> str:
    return named(author.network, author.handle)


def named(network: Network, handle: str) -> str:
    """Of @kim@kueste.example the server; of a Bluesky handle what it was given under; "" for the form."""
    handle = handle.lower()
    if network is Network.MASTODON:
        return handle.rpartition("@")[2] if "@" in handle else ""
    if network is Network.BLUESKY:
        return handle.partition(".")[2] if handle.count(".") >= _OWN else handle
    return ""


def clause(name: str) -> ColumnElement[bool]:
    """Authors whose `domain` is this. Needs Author joined."""
    name = name.strip().lower().lstrip("@")[:LONGEST]
    handle = func.lower(Author.handle)
    on_mastodon = and_(Author.network == Network.MASTODON, handle.endswith(f"@{name}", autoescape=True))
    labels = name.count(".") + 1
    dots = func.length(handle) - func.length(func.replace(handle, ".", ""))
    given = and_(handle.endswith(f".{name}", autoescape=True), dots == labels)
    own = and_(handle == name, dots < _OWN)
    return or_(on_mastodon, and_(Author.network == Network.BLUESKY, or_(given, own)))
