"""Lists: an event's block and trust lists, made ready to be asked for every post. Pure: rows in, hits out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from app.domain.rules import named
from app.domain.rules.judging import Hit
from app.domain.rules.words import WordFilter
from app.models.listed import Kind, Side
from ingest.text.segments import plain
from ingest.types import IncomingAuthor, IncomingPost

MOST_WORDS_TOLD = 3  # lines of the word list that are named at one post


class Row(NamedTuple):
    side: Side
    kind: Kind
    value: str
    key: str


@dataclass(slots=True)
class Lists:
    authors: dict[str, str] = field(default_factory=dict)  # key: as it was typed
    domains: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # host: [(beginning of a path, as typed)]
    words: WordFilter | None = None
    trusted_authors: dict[str, str] = field(default_factory=dict)
    trusted_domains: dict[str, str] = field(default_factory=dict)

    def trusts(self, author: IncomingAuthor) -> bool:
        """Whoever is blocked by name is not trusted for their server."""
        if not (self.trusted_authors or self.trusted_domains):
            return False
        names = named.names_of(author)
        if any(name in self.trusted_authors for name in names):
            return True
        blocked = any(name in self.authors for name in names)
        return not blocked and any(place in self.trusted_domains for place in named.places_of(author))

    def hits(self, post: IncomingPost) -> tuple[Hit, ...]:
        if not (self.authors or self.domains or self.links or self.words):
            return ()
        return tuple(self._hits(post))

    def blocks(self, author: named.Someone) -> Hit | None:
        """By name, or for their server."""
        if line := next((self.authors[name] for name in named.names_of(author) if name in self.authors), None):
            return Hit("blocked_author", line)
        if line := next((self.domains[p] for p in named.places_of(author) if p in self.domains), None):
            return Hit("blocked_domain", line)
        return None

    def _hits(self, post: IncomingPost) -> Iterator[Hit]:
        if blocked := self.blocks(post.author):
            yield blocked
        if self.words is not None:
            for line in self.words.find(text_of(post))[:MOST_WORDS_TOLD]:
                yield Hit("blocked_word", line)
        if self.links:
            yield from (Hit("blocked_link", line) for line in dict.fromkeys(self._led_to(post)))

    def _led_to(self, post: IncomingPost) -> Iterator[str]:
        for address in links_of(post):
            host, path = named.link_parts(address)
            for place in named.parents(host):
                for start, line in self.links.get(place, ()):
                    if not start or path == start or path.startswith((start + "/", start + "?")):
                        yield line


NOTHING = Lists()


def made_ready(rows: Iterable[Row]) -> Lists:
    lists, words = Lists(), []
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    plain_keys = {
        (Side.BLOCK, Kind.AUTHOR): lists.authors, (Side.BLOCK, Kind.DOMAIN): lists.domains,
        (Side.TRUST, Kind.AUTHOR): lists.trusted_authors, (Side.TRUST, Kind.DOMAIN): lists.trusted_domains,
    }  # fmt: skip
    for row in rows:
        if (table := plain_keys.get((row.side, row.kind))) is not None:
            table[row.key] = row.value
        elif row.kind is Kind.WORD:
            words.append(row.value)
        elif row.kind is Kind.LINK:
            host, _, path = row.key.partition("/")
            links[host].append((f"/{path}" if path else "", row.value))
    lists.links = dict(links)
    lists.words = WordFilter(words) if words else None
    return lists


def text_of(post: IncomingPost) -> str:
    """Everything somebody would read of it, each on a line of its own: names, words, descriptions, addresses."""
    parts: list[str | None] = [plain(post.segments), post.content_warning, post.author.name, post.author.handle]
    parts += [attachment.alt for attachment in post.attachments]
    parts += [f"#{tag}" for tag in post.tags] + [f"@{name}" for name in post.mentions if "@" in name or "." in name]
    parts += [unquote(address) for address in links_of(post)]
    parts += post.poll.choices if post.poll else ()
    parts += [post.card.title, post.card.description] if post.card else []
    return "\n".join(part for part in parts if part)


def links_of(post: IncomingPost) -> list[str]:
    """Where it leads; not to its tags and the people it mentions."""
    found = [str(s.get("href") or "") for s in post.segments if s["t"] == "link"]
    found += [post.card.url] if post.card else []
    found += [word for word in plain(post.segments).split() if "://" in word or word.lower().startswith("www.")]
    return list(dict.fromkeys(address for address in found if address))
