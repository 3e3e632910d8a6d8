"""How people, servers, links and words are named on a list, and how those are compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from app.domain.rules.words.folding import fold
from app.errors import N_, BadInput
from app.models import Author
from app.models.listed import Kind
from ingest.text.clean import line
from ingest.types import IncomingAuthor, Network

LONGEST = 300
Someone = IncomingAuthor | Author
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_PERSON = re.compile(r"[^\s@/]{1,200}@[^\s@/]{1,253}")
_OWN = re.compile(r"did:[a-z]{2,10}:\S{3,200}|strand:form/author/\S{1,200}")
_PROFILE = re.compile(r"/(?:@|users/|u/)(?P<name>[^/@]{1,100})/?")
_SKY = re.compile(r"/profile/(?P<name>[^/]{3,253})/?")
_NOT_ONE = {
    Kind.AUTHOR: N_("“{given}” names nobody. Write @kim@social.example, name.example or the address of their page."),
    Kind.DOMAIN: N_("“{given}” is no server. Write it like social.example."),
    Kind.LINK: N_("“{given}” is no address. Write it like spam.example or spam.example/offer."),
    Kind.WORD: N_("“{given}” has no letter or figure in it."),
}


def key_of(kind: Kind, typed: str) -> tuple[str, str]:
    """(as it was typed, as it is compared). Raises BadInput with one sentence."""
    value = line(typed, LONGEST + 1)
    if len(value) > LONGEST:
        raise BadInput("“{given}…” is too long: at most {n} letters.", "value", given=value[:40], n=LONGEST)
    key = {Kind.AUTHOR: _author, Kind.DOMAIN: _domain, Kind.LINK: _link, Kind.WORD: _word}[kind](value)
    if not key or len(key) > LONGEST:
        raise BadInput(_NOT_ONE[kind], "value", given=value[:60])
    return value, key


def searched(typed: str) -> str:
    """What is looked for among keys."""
    return " ".join(fold(line(typed, LONGEST)).casefold().split()).removeprefix("@")


def names_of(author: Someone) -> tuple[str, ...]:
    """By every one of which an author may be listed."""
    return tuple(name.casefold() for name in (author.handle, author.uri) if name)


def places_of(author: Someone) -> Iterator[str]:
    """Their server and all above it. Two names, where people's addresses have another than the server."""
    if author.network is Network.FORM:
        return
    handle = author.handle.rpartition("@")[2] if author.network is Network.MASTODON else author.handle
    yield from parents(host(handle))
    if author.network is Network.MASTODON:
        yield from parents(host(author.uri))


def parents(name: str) -> Iterator[str]:
    """a.b.example, b.example, example."""
    while name:
        yield name
        name = name.partition(".")[2]


def host(address: str) -> str:
    """The host of an address or of nothing but a host, as it is compared; "" where there is none."""
    try:
        found = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    found = found.rstrip(".").removeprefix("www.")
    return found if found.isascii() else _in_ascii(found)


def link_parts(address: str) -> tuple[str, str]:
    """(host, path) of where something leads."""
    address = address.strip("<>()[]\"'.,;!")
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return "", ""
    path = unquote(parts.path).casefold()
    return host(address), path + (f"?{parts.query.casefold()}" if parts.query else "")


def _in_ascii(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


def _author(value: str) -> str:
    value = value.removeprefix("acct:")
    if "://" in value:
        return _profile(value)
    name = value.removeprefix("@").casefold()
    if _PERSON.fullmatch(name) or _OWN.fullmatch(name) or _HOST.fullmatch(name):
        return name
    return ""


def _profile(address: str) -> str:
    """The page of somebody, as a person copies it."""
    where, (_, path) = host(address), link_parts(address)
    if found := _SKY.fullmatch(path):
        return found["name"]
    if found := _PROFILE.fullmatch(path):
        return f"{found['name']}@{where}"
    if "@" in path and (found := re.fullmatch(r"/@(?P<name>[^/@]+@[^/@]+)/?", path)):  # seen from another server
        return found["name"]
    return address.casefold() if where and path not in ("", "/") else ""


def _domain(value: str) -> str:
    name = host(value.removeprefix("*.").removeprefix("@").rpartition("@")[2].lower())
    return name if _HOST.fullmatch(name) else ""


def _link(value: str) -> str:
    where, path = link_parts(value.removeprefix("*."))
    return where + path.rstrip("/") if _HOST.fullmatch(where) else ""


def _word(value: str) -> str:
    key = " ".join(fold(value).casefold().split())
    return key if any(c.isalnum() for c in key) else ""
