"""Hashtags: one spelling for all networks, the ones that stand in a text, and whether a post belongs to an event.

Pure. Does not know which tags an event has, nor how a network marks a tag in its own format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from ingest.text.clean import MAX_TEXT

MAX_LENGTH = 64  # characters a reader would count; what is longer is no tag on either network
MAX_TAGS = 50  # of one post
_LONGEST = 640  # code points; a tag of 64 flags and families has no more

_HASH = "#＃"
_APOSTROPHES = dict.fromkeys(map(ord, "’ʼ＇`´"), "'")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by category, nothing to the eye
_DOTTED_I = {"i\u0307": "i", "ı": "i"}  # İstanbul, Istanbul, istanbul and ıstanbul are one tag
_POSSESSIVE = re.compile(r"(?<=.)'s$")
# What a suffix or a session adds to a tag without making it another one: Wallconf'un, wallconf-s3.
_ADDITION = re.compile(r"^(?P<tag>.{2,})(?:'\w{1,5}|-s\d{1,4})$")

# Not after a letter, nor where a # is part of an address (x/#y), an entity (&#39;) or a run of them.
_START = rf"(?<![\w/&=@%\\{_HASH}])[{_HASH}]+"
_NEVER_INSIDE = r"\s\u00ad\u200a\u200b\u2060\u20e2"
_ENDS = r",;:!?*|<>()\[\]{}\"“”„«»‹›「」『』【】、。，！？；：（）…"
_IN_TEXT = re.compile(rf"{_START}([^{_NEVER_INSIDE}{_HASH}][^{_NEVER_INSIDE}{_ENDS}]*)")


@lru_cache(maxsize=4096)
def normalise(tag: str) -> str:
    """The spelling by which tags are compared: no #, no case, no width, no trailing emoji or punctuation.

    Doing it twice changes nothing. A tag of nothing but symbols keeps them. Empty: this is no tag.
    """
    last, tag = "", tag[:_LONGEST]
    for _ in range(_LONGEST):  # folding can lay bare a new tail, and a tail a new head; each round only shortens
        if tag == last:
            break
        last, tag = tag, _simpler(tag)
    return tag


def _simpler(tag: str) -> str:
    bare = "".join(_visible(tag).split()).lstrip(_HASH)
    folded = _fold(_without_tail(bare) or bare)
    return _POSSESSIVE.sub("", _without_tail(folded)) or folded


def reported(tags: Iterable[object]) -> frozenset[str]:
    """The tags a network told us, normalised. Two that ran together ("one#two") are two."""
    parts = (
        part for tag in tags if isinstance(tag, str) and len(tag) <= _LONGEST for part in re.split(f"[{_HASH}]", tag)
    )
    found = (normalise(part) for part in parts)
    return frozenset([tag for tag in found if tag and _length(tag) <= MAX_LENGTH][:MAX_TAGS])


def in_text(text: str) -> frozenset[str]:
    """The tags that stand in the words themselves: clients differ in what they mark, (#this) is often left out."""
    found: list[str] = []
    for match in _IN_TEXT.finditer(text[:MAX_TEXT]):
        if not _inside_address(text, match.start()):
            found.append(match.group(1))
    return frozenset(tag for tag in reported(found) if _says_something(tag))


def matches(post_tags: Collection[str], event_tags: Collection[str]) -> bool:
    """Whether the post carries one of the event's tags. #event2026 is not #event; #event-s3 and #event'in are."""
    wanted = {normalise(tag) for tag in event_tags} - {""}
    return any(wanted & _readings(normalise(tag)) for tag in post_tags)


def _readings(tag: str) -> set[str]:
    addition = _ADDITION.match(tag)
    return {tag, normalise(addition["tag"])} if addition else {tag}


def _visible(tag: str) -> str:
    """Without what nobody sees: zero-width and control characters, surrogates, fillers, variation selectors."""
    return "".join(c for c in tag if unicodedata.category(c)[0] != "C" and c not in _FILLERS and not _selector(c))


def _selector(c: str) -> bool:
    return "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"


def _without_tail(tag: str) -> str:
    end = len(tag)
    while end and unicodedata.category(tag[end - 1]) in _TAIL:
        end -= 1
    return tag[:end]


_TAIL = frozenset(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "So", "Sk", "Me"))


def _fold(tag: str) -> str:
    """Case and width gone, ß as ss, the Turkish i's as one; steady under repetition."""
    text = unicodedata.normalize("NFKC", tag.translate(_APOSTROPHES)).casefold()
    text = unicodedata.normalize("NFKC", text)
    for written, plain in _DOTTED_I.items():
        text = text.replace(written, plain)
    return _visible(text)


def _length(tag: str) -> int:
    return sum(unicodedata.category(c)[0] != "M" for c in tag)


def _says_something(tag: str) -> bool:
    """#2026 and a keycap are no tags: one letter or symbol is needed."""
    return any(unicodedata.category(c)[0] in "LS" for c in tag)


def _inside_address(text: str, at: int) -> bool:
    word = text[max(0, at - 300) : at].split()
    return bool(word) and not text[at - 1].isspace() and "://" in word[-1]
