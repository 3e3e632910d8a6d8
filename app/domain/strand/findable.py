"""What a post can be found by: its words, and marks such as its tags, its language, its networks. Pure.

A mark is one word of letters and digits. No words are kept of authors who did not agree to be found by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urlsplit

from app.domain.audience import Audience, consents, may_see_pictures
from app.models import Attachment, Post
from ingest.text import words

BETWEEN = "·"  # is in no word: a phrase does not run from the text on into the name
MOST = 6_000  # words of one post
PICTURES, QUESTION = "pictures", "question"


def event_mark(event_id: int) -> str:
    return f"e{event_id}"


def post_mark(post_id: int) -> str:
    return f"p{post_id}"


def author_mark(author_id: int) -> str:
    return f"a{author_id}"


def tag_mark(tag: str) -> str:
    """Tags have characters that are no letters, and some are long."""
    return "t" + blake2b(tag.encode(errors="replace"), digest_size=10).hexdigest()


def language_mark(lang: str) -> str:
    """German is German, also in Austria."""
    return "l" + "".join(c for c in base_language(lang) if c.isascii() and c.isalnum())


def network_mark(network: str) -> str:
    return "n" + "".join(c for c in network if c.isascii() and c.isalnum())


def base_language(lang: str) -> str:
    return lang.replace("_", "-").partition("-")[0].lower()


def marks_of(post: Post) -> list[str]:
    """Needs its attachments and copies loaded."""
    networks = {post.network, *(copy.network for copy in post.copies if copy.gone_at is None)}
    found = [event_mark(post.event_id), post_mark(post.id), author_mark(post.author.id)]
    found += [tag_mark(tag) for tag in post.tags]
    found += [language_mark(post.lang)] if post.lang else []
    found += [network_mark(network) for network in networks]
    found += [PICTURES] if any(a.kind != "audio" for a in _pictures(post)) else []
    return found + ([QUESTION] if post.question else [])


def words_of(post: Post) -> list[str]:
    """In their order. Needs author and attachments loaded."""
    if not consents(post.author):
        return []
    found: list[str] = []
    for part in _parts(post):
        if said := words.split(part):
            found += [*said, BETWEEN]
    there = set(found)
    found += [word for tag in post.tags for word in words.split(tag) if word not in there]
    return found[:MOST]


def _parts(post: Post) -> Iterator[str]:
    yield post.text
    yield post.content_warning
    yield post.author.name
    yield post.author.handle
    for attachment in _pictures(post):
        yield attachment.alt or ""
    for choice in (post.poll or {}).get("choices", ()):
        yield str(choice)
    if post.card:
        yield f"{post.card.get('title') or ''} {_host(str(post.card.get('url') or ''))}"
    for segment in post.segments:
        if segment["t"] == "link":
            yield _host(str(segment.get("href") or ""))


def _pictures(post: Post) -> list[Attachment]:
    """Those that readers may see: what is said in the place of the others finds nothing either."""
    return post.attachments if may_see_pictures(post, Audience.PUBLIC) else []


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
