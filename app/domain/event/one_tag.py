"""Whether a hashtag is one tag on Mastodon and on Bluesky alike, and what to say where it is not. Pure.

A tag that the two read differently splits an event in two: half of the people are never found.
"""

from __future__ import annotations

import re
import unicodedata

from app.errors import BadInput

LONGEST = 64  # letters a reader would count; Bluesky takes no longer one
_JOINS = "_·・"  # what Mastodon lets stand between letters
_BLUESKY_STOPS = re.compile(r"[\s\u00ad\u2060\u200a-\u200d\u20e2]")


def on_mastodon(written: str) -> str:
    """What Mastodon makes a tag of "#written"; empty: nothing."""
    end = next((i for i, letter in enumerate(written) if not _is_word(letter)), len(written))
    tag = written[:end].rstrip("·・\u200c")
    return tag if any(_kind(letter) in "LM" or letter in _JOINS for letter in tag) else ""


def on_bluesky(written: str) -> str:
    """What Bluesky makes a tag of "#written"; empty: nothing."""
    tag = _BLUESKY_STOPS.split(written, maxsplit=1)[0]
    while tag and _kind(tag[-1]) == "P":
        tag = tag[:-1]
    says_something = any(_kind(letter) != "P" and not (letter.isascii() and letter.isdigit()) for letter in tag)
    return tag if says_something and sum(_kind(letter) != "M" for letter in tag) <= LONGEST else ""


def works(tag: str) -> bool:
    """Whether both networks read it whole."""
    return bool(tag) and on_mastodon(tag) == on_bluesky(tag) == tag


def better(tag: str) -> str:
    """The nearest tag that works; empty where there is none."""
    joined = "_".join(re.findall(r"[^\W_]+(?:[_·・][^\W_]+)*", tag))
    tried = (joined, f"s{joined}" if joined else "", joined[:LONGEST].rstrip(_JOINS))
    return next((one for one in tried if works(one)), "")


def trouble(tag: str, field: str = "tags") -> BadInput | None:
    """What to tell an organiser about a tag that does not work; None: it works."""
    if works(tag):
        return None
    named = {"tag": tag, "better": better(tag)}
    if not named["better"]:
        return BadInput("#{tag} does not work as one hashtag: use letters, digits and _.", field, tag=tag)
    if tag.isdecimal():
        return BadInput("#{tag} is no hashtag anywhere: it needs a letter. #{better} works.", field, **named)
    if len(tag) > LONGEST:
        return BadInput("#{tag} is too long for a hashtag: at most 64 letters.", field, tag=tag)
    read = {"mastodon": on_mastodon(tag), "bluesky": on_bluesky(tag)}
    if all(read.values()) and read["mastodon"] != read["bluesky"]:
        return BadInput(
            "Of #{tag} Mastodon makes #{mastodon} and Bluesky #{bluesky}: two tags. #{better} is one on both.",
            field, **named, **read,
        )  # fmt: skip
    return BadInput("#{tag} is cut off or not seen as a hashtag. #{better} works.", field, **named)


def _is_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category in ("Mn", "Mc", "Nd", "Pc") or category[0] == "L" or letter in "·・\u200c"


def _kind(letter: str) -> str:
    return unicodedata.category(letter)[0]
