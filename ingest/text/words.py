"""Any text as the words it can be found by: no case, no accents; scripts without spaces as overlapping pairs.

Pure, and the same for what is kept and what is asked for. A word has letters, digits, vowel signs or one emoji, and
nothing else: no ASCII but a-z and 0-9, so that a store's full-text search takes every word as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, pairwise

LONGEST = 64  # characters of a word; two words that differ only after that are one
MOST = 5_000  # words of one text

# Letters that no rule of Unicode takes apart.
_PLAIN = str.maketrans(
    dict(zip("øđðłħŧıŋɓɖɗƙƴɛɔ", "oddlhtinbddkyeo", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th", "\u0640": None}
)  # the last one stretches Arabic words
# Accents of every script, the points of Hebrew and Arabic, joiners, what chooses how an emoji looks. Not the vowel
# signs of India and Southeast Asia: those are letters, and a word is another one without them.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)
_TRADE = re.compile("[\u2120\u2122]")  # would become two letters more of the word before
# Written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese; and Korean, whose words carry their particles.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_ASCII = re.compile("[a-z0-9]+")


def split(text: str) -> list[str]:
    """The words of a text in their order. A pair's second character comes once more at the end of its run, alone."""
    found: list[str] = []
    for run in _runs(fold(text)):
        found += _whole(run)
        if len(found) >= MOST:
            break
    return found[:MOST]


def asked(text: str) -> list[str]:
    """The same of what somebody looks for, which may end within a run: so its last character does not stand alone."""
    runs = [*_runs(fold(text))]
    found = [word for run in runs for word in _whole(run)]
    if runs and len(runs[-1]) > 1 and _UNSPACED.match(runs[-1]):
        found.pop()
    return found


def _whole(run: str) -> list[str]:
    return [*map("".join, pairwise(run)), run[-1]] if _UNSPACED.match(run) else [run[:LONGEST]]


def is_single(word: str) -> bool:
    """One character of a script in pairs: to be looked for as the beginning of a word."""
    return len(word) == 1 and _UNSPACED.match(word) is not None


def fold(text: str) -> str:
    """One spelling for all that a reader takes as the same. Doing it twice changes nothing."""
    if text.isascii():
        return text.lower()
    for _ in range(4):  # taking a letter apart can lay bare a capital, and a small letter an accent
        folded = _fold(text)
        if folded == text:
            break
        text = folded
    return text


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", _TRADE.sub(" ", text))
    apart = unicodedata.normalize("NFKD", apart.casefold())
    return unicodedata.normalize("NFC", _UNSEEN.sub("", apart).translate(_PLAIN))


def _runs(text: str) -> Iterator[str]:
    """What stands together and is of one kind; each emoji alone, a flag's two halves together."""
    if text.isascii():
        yield from _ASCII.findall(text)
        return
    for kind, group in groupby(text, _kind):
        run = "".join(group)
        if kind == "symbol":
            yield from run
        elif kind == "flag":
            yield from (run[i : i + 2] for i in range(0, len(run), 2))
        elif kind:
            yield run


@lru_cache(maxsize=4096)
def _kind(c: str) -> str:
    category = unicodedata.category(c)
    if "\U0001f1e6" <= c <= "\U0001f1ff":
        return "flag"
    if category[0] in "LN" or category in ("Mn", "Mc"):
        return "unspaced" if _UNSPACED.fullmatch(c) else "word"
    return "symbol" if category == "So" else ""
