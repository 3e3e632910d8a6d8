"""What a shared link says of itself to chat apps and search engines. Pure. An author who did not agree to be found is
neither named nor quoted nor shown here: only the event speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from display.excerpt import excerpt

LONGEST = 200  # letters of a description
ICON = "art/icon-512.png"
SPOKEN = ("text", "link", "mention", "hashtag", "emoji", "code")  # not "quote": those are somebody else's words
NO_INDEX = {"x-robots-tag": "noindex"}
Words = dict[str, Any]


def of_event(event: Words, base: str, address: str, sentence: str, static: Callable[[str], str]) -> Words:
    """`sentence`: what the strand is, where the event has no line of its own."""
    return {
        "title": _title(event),
        "description": event["subtitle"] or sentence,
        "url": base + address,
        "type": "website",
        "image": base + static(ICON),
        "image_alt": "",
    }


def of_post(post: Words, event: Words, base: str, sentence: str, static: Callable[[str], str],
            consents: bool) -> Words:  # fmt: skip
    of_all = of_event(event, base, post["url"], sentence, static)
    if not consents:
        return of_all
    name, said = post["author"]["name"], post["cover"] or words(post["words"])
    of_one = {
        "title": f"{name} · {_title(event)}" if name else _title(event),
        "description": excerpt(said, LONGEST),
        "type": "article",
    }
    shown = [m for m in post["media"] if m["src"] and m["kind"] == "image"]
    if shown and not post["sensitive"] and not post["cover"]:
        of_one |= {"image": base + shown[0]["src"], "image_alt": shown[0]["alt"] or ""}
    return of_all | {key: value for key, value in of_one.items() if value}


def words(segments: list[Words]) -> str:
    """What the author said, on one line."""
    said = (" " if s["t"] == "break" else str(s.get("text", "")) if s["t"] in SPOKEN else "" for s in segments)
    return " ".join("".join(said).split())


def _title(event: Words) -> str:
    return f"#{event['tags'][0]} · {event['title']}" if event["tags"] else str(event["title"])
