"""A folded text as the words somebody may have meant, each with its place. Pure: knows no list.

A place is a range of pieces: the smallest parts of a text that a word may begin or end with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from app.domain.rules.words.confusables import DRAWN, EITHER, EITHER_CYRILLIC

MOST_READINGS = 32  # of one word with figures for letters
LONGEST = 300  # characters between two spaces: what comes after is no word
MOST_SPELLED = 60  # letters said one by one
_RUN = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[бгджзилпфцчшщъыьэюяєґ]")
_DRAWN = re.compile("|".join(map(re.escape, sorted(DRAWN, key=len, reverse=True))))
_EDGES = "\"'.,;:?…“”„‘’«»¿–—*~_"  # stand before or after a word, and for no letter
_LINKED = re.compile(r"[#＃@]|://|www\.", re.IGNORECASE)
_LONE = re.compile(r"(?:(?<=\s)|^)\S(?:\s+\S(?=\s|$)){2,}")
_GAP = 4  # characters between two letters that are spelled out


@dataclass(frozen=True, slots=True)
class Said:
    """One word that may be meant. `first` to `last`: its pieces. `linked`: within a tag, a mention or a link."""

    first: int
    last: int
    word: str
    linked: bool = False


def words(text: str) -> Iterator[Said]:
    """Everything one reading of a text may say."""
    place = 0
    for chunk in text.split():
        pieces, found = _chunk(chunk[:LONGEST])
        for first, last, word, linked in found:
            yield Said(place + first, place + last, word, linked)
        place += pieces
    yield from _spelled(text, place)


@lru_cache(maxsize=20_000)
def _chunk(chunk: str) -> tuple[int, tuple[tuple[int, int, str, bool], ...]]:
    """(how many pieces, what they may say) of what stands between two spaces."""
    small = chunk.lower()
    if small.isalpha() and (chunk.islower() or chunk[1:].islower()) and not _either(small):
        return 1, ((0, 1, small, False),)
    linked = _LINKED.search(chunk) is not None
    found: dict[tuple[int, int, str], None] = {}
    places: list[int] = []
    count = 0
    groups = _RUN.findall(chunk)
    for group in groups:
        parts = _parts(group)
        places.append(count)
        for i, part in enumerate(parts):
            found[count + i, count + i + 1, part.lower()] = None
        for said in {group.lower(), *_meant(group.lower())}:
            found[count, count + len(parts), said] = None
        count += len(parts)
    if not (small.isalnum() and len(groups) == 1):
        for said in {
            "".join(groups).lower(),
            *_meant(small.strip(_EDGES)),
            *_meant(small.strip(_EDGES + "!#@()[]{}<>")),
        }:
            found[0, max(count, 1), said] = None
        if linked:
            found |= {(i, i + 1, w): None for i, w in _inside(groups, places)}
    return max(count, 1), tuple((first, last, word, linked) for first, last, word in found if word)


def _parts(group: str) -> list[str]:
    """TotalTwit31 as Total, Twit, 31."""
    if group.isalpha() and (group.islower() or group.isupper() or len(group) == 1):
        return [group]
    parts = [group[0]]
    for before, letter, after in zip(group, group[1:], group[2:] + " ", strict=False):
        humps = (before.islower() and letter.isupper()) or (before.isupper() and letter.isupper() and after.islower())
        if humps or before.isdigit() != letter.isdigit():
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def _inside(groups: list[str], places: list[int]) -> Iterator[tuple[int, str]]:
    """A figure at the end of a name is no part of it."""
    for group, place in zip(groups, places, strict=True):
        if group[-1:].isdigit() and (name := group.rstrip("0123456789").lower()):
            yield place, name


def _either(word: str) -> bool:
    return not _EITHER.isdisjoint(word)


def _meant(word: str) -> list[str]:
    """What a word with figures, signs or letters of other scripts may stand for; nothing where there are none."""
    cyrillic = _CYRILLIC.search(word) is not None
    if not any(c.isalpha() for c in word):
        return []
    read: list[str] = []
    if _either(word):
        read += _products(_DRAWN.sub(lambda m: DRAWN[m[0]], word), EITHER)
    if cyrillic and not _EITHER_CYRILLIC.isdisjoint(word):
        read += _products(word, EITHER_CYRILLIC)
    return read


def _products(word: str, either: dict[str, str]) -> list[str]:
    letters = [either.get(c, c) for c in word if c in either or c.isalnum()]
    ways = 1
    for i, choice in enumerate(letters):
        ways *= len(choice)
        if ways > MOST_READINGS:
            letters[i] = choice[0]
            ways //= len(choice)
    return ["".join(one) for one in product(*letters)]


def _spelled(text: str, place: int) -> Iterator[Said]:
    """Letters said one by one, whatever stands between them."""
    for lone in _LONE.finditer(text):
        _, found = _chunk("".join(lone[0].split())[:MOST_SPELLED])
        for first, last, word, _ in found:
            yield Said(place + first, place + last, word)
        place += 1000
    for letters in _sequences(text):
        for i in range(len(letters)):
            for j in range(i + 3, min(len(letters), i + MOST_SPELLED) + 1):
                singles = sum(len(one) == 1 for one in letters[i:j])
                if singles * 4 >= (j - i) * 3:
                    yield Said(place, place + 1, "".join(letters[i:j]))
        place += 1000


def _sequences(text: str) -> Iterator[list[str]]:
    """Runs of one or two letters with little between them, or always the same."""
    letters: list[str] = []
    end, usual = 0, frozenset[str]()
    for found in _RUN.finditer(text.lower()):
        gap = text[end : found.start()]
        apart = len(gap) > _GAP and not usual.issuperset(gap)
        if (len(found[0]) > 2 or apart) and letters:
            if len(letters) > 2:
                yield letters[:200]
            letters, usual = [], frozenset()
        if len(found[0]) <= 2:
            if len(letters) == 1:
                usual = frozenset(gap)
            letters.append(found[0])
        end = found.end()
    if len(letters) > 2:
        yield letters[:200]


_EITHER = frozenset(EITHER)
_EITHER_CYRILLIC = frozenset(EITHER_CYRILLIC)
