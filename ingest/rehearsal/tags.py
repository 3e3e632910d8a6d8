"""How a Mastodon server compares hashtags: NFKC, no accents, lower case. Pure; ours is in ingest/text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1024)
def normal(tag: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", tag.removeprefix("#")).lower())
    return "".join(c for c in folded if not unicodedata.combining(c) and (c.isalnum() or c in "_·"))
