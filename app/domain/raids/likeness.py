"""What a post says, reduced to a few min-hash values, so that one can ask how alike two posts are. Pure.

Disguises are folded away first; mentions and hashtags are dropped, of links only the hosts are kept. Says nothing of
which posts belong together: clusters.py does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from app.domain.raids.folding import fold

RUN = 4  # letters of a shingle: short enough to survive a changed word, long enough to be rare
VALUES = 48  # how many of the smallest hashes are kept: an estimate within 0.07
SHORT = 24  # letters: below, the same words are applause as often as a raid
LONG = 80  # letters: from here on, half the same is not by chance
NEED_LONG, NEED_SHORT = 0.5, 0.9
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NAMES = re.compile(r"[@#＃@][\w.@-]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    values: array[int]  # sorted, distinct
    letters: int  # how much was said; one sign of Chinese or Japanese says as much as two and a half
    hosts: frozenset[str]
    author: int


def likeness(segments: Iterable[Mapping[str, Any]], author: int) -> Likeness | None:
    """None where there are no words: pictures and emoji alone are like nothing."""
    said: list[str] = []
    hosts: set[str] = set()
    _gather(segments, said, hosts)
    words = fold(" ".join(said))
    if not words:
        return None
    hashes = sorted({_hash(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))})
    return Likeness(array("Q", hashes[:VALUES]), _weight(words), frozenset(hosts), author)


def alike(one: Likeness, other: Likeness) -> float:
    """How much of what either says both say, from 0 to 1."""
    mine, theirs = set(one.values), set(other.values)
    smallest = sorted(mine | theirs)[:VALUES]
    return sum(1 for value in smallest if value in mine and value in theirs) / len(smallest)


def needed(one: Likeness, other: Likeness) -> float:
    """How alike two must be to be nearly the same: the less was said, the more. Above 1: never.

    A short word of thanks is said by many who never met; it takes the same link or the same author as well.
    """
    related = one.author == other.author or not one.hosts.isdisjoint(other.hosts)
    letters = min(one.letters, other.letters)
    if letters < SHORT:
        return 1.0 if related else 2.0
    part = min(1.0, (letters - SHORT) / (LONG - SHORT))
    return NEED_SHORT + part * (NEED_LONG - NEED_SHORT) - (0.1 if related else 0.0)


def _gather(segments: Iterable[Mapping[str, Any]], said: list[str], hosts: set[str]) -> None:
    for segment in segments:
        match segment["t"]:
            case "text" | "code":
                text = segment.get("text", "")
                hosts.update(_hosts(_ADDRESS.findall(text)))
                said.append(_NAMES.sub(" ", _ADDRESS.sub(" ", text)))
            case "link":
                hosts.update(_hosts([segment.get("href") or segment.get("text", "")]))
            case "quote":
                _gather(segment.get("parts", ()), said, hosts)


def _hosts(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        try:
            host = urlsplit(address if "://" in address else f"https://{address}").hostname
        except ValueError:
            continue
        if host:
            yield host.removeprefix("www.")


def _weight(words: str) -> int:
    wide = sum(1 for letter in words if unicodedata.east_asian_width(letter) in "WF")
    return len(words) + wide * 3 // 2


@lru_cache(maxsize=65_536)
def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest())
