"""How a post is made by hand, in the wire's shape: `plain()` fills what a case does not speak of."""

from __future__ import annotations

from typing import Any

Post = dict[str, Any]
RED = "/pictures/quay.svg"
TAG = {"t": "hashtag", "text": "#HarbourTalks", "tag": "harbourtalks", "href": "https://kiel.example/tags/HarbourTalks"}


def text(*parts: str) -> list[dict[str, str]]:
    """Paragraphs as segments."""
    out: list[dict[str, str]] = []
    for part in parts:
        out += ([{"t": "break"}, {"t": "break"}] if out else []) + [{"t": "text", "text": part}]
    return out


def picture(src: str | None = RED, alt: str | None = "The library ferry at dusk", **more: Any) -> dict[str, Any]:
    """One attachment."""
    blank = {"kind": "image", "width": 600, "height": 400, "focus": "", "colour": None, "srcset": ""}
    return {**blank, "src": src, "alt": alt, **more}


def plain(id: int, time: str, name: str, words: Any, **more: Any) -> Post:
    """A post with nothing special, but for what is given."""
    author = {"id": id, "name": name, "handle": more.pop("handle", ""), "url": more.pop("author_url", None)}
    author["voice"] = more.pop("voice", False)
    post: Post = {
        "id": id,
        "order": f"20260612T{time.replace(':', '')}00-{id:06d}",
        "at": f"2026-06-12T{int(time[:2]) - 2:02d}{time[2:]}:00Z",
        "time": time,
        "day": "2026-06-12",
        "author": author,
        "networks": ["mastodon"],
        "url": f"/harbour/posts/{id}",
        "original": f"https://kiel.example/@maud/{id}",
        "lang": "en",
        "dir": "ltr",
        "words": text(words) if isinstance(words, str) else words,
        "cover": None,
        "sensitive": False,
        "media": [],
        "card": None,
        "poll": None,
        "quote": None,
        "reply_to": None,
        "session": None,
        **dict.fromkeys(("question", "first", "late", "edited", "bridged"), False),
    }
    return {**post, **more}


EVENT: dict[str, Any] = {
    "slug": "harbour",
    "title": "Harbour Talks Rostock",
    "subtitle": "12 and 13 June, Stadthafen",
    "tags": ["HarbourTalks", "HafenReden"],
    "rehearsal": True,
    "frozen": False,
    "blank": False,
    "state": "open",
    "erased": None,
    "languages": ["en", "de"],
    "time_zone": "Europe/Berlin",
    "policy": "",
    "theme": "",
    "logo": "",
}
