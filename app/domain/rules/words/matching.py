"""WordFilter: the words of a list, made ready once, and which of them a text says, whatever it looks like. Pure.

A line is a word or several. A plain word is a whole word, or its plural with s; a * in it is any letters, or none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.domain.rules.words import spelling
from app.domain.rules.words.folding import fold, readings, runs, squeeze
from app.domain.rules.words.spelling import Said
from app.domain.rules.words.unspaced import Unspaced, is_unspaced

LONGEST_TEXT = 10_000  # characters that are looked at
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "å": "aa", "Å": "aa"})
_GREEK = re.compile("[\u0370-\u03ff]")
_ARABIC = re.compile("[\u0621-\u064a]{3,}")
_PLURALS = ("s", "es")
_LONG = 6  # letters of a word that is told apart within a name made of several
_BESIDE = re.compile(
    r"(?:what|such|the|that|this|total|totally|real|big|super|my|our|your|you|are|is|so|all|a|an|i|am)*"
    r"(?P<word>.+?)"
    r"(?:lovers?|alert|official|fans?|ofthe|day|team|news|club|time|face|gang|life|live|tv|hq)*"
)


class _Word(NamedTuple):
    key: str
    before: bool = False  # anything may stand before it
    after: bool = False

    @property
    def within(self) -> re.Pattern[str] | None:
        return re.compile(r"[^\W_]*".join(map(re.escape, self.key.split("*")))) if "*" in self.key else None


class _Line(NamedTuple):
    value: str
    words: tuple[_Word, ...]


class WordFilter:
    """Made once for a list, asked for every post."""

    def __init__(self, values: Iterable[str]) -> None:
        self._lines: list[_Line] = []
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        self._middles: dict[str, list[int]] = defaultdict(list)
        unspaced: list[tuple[str, int]] = []
        for value in values:
            for words in _spellings(value):
                number = len(self._lines)
                self._lines.append(_Line(value, words))
                if len(words) == 1 and is_unspaced(words[0].key) and "*" not in words[0].key:
                    unspaced.append((words[0].key, number))
                else:
                    self._enter(words, number)
        self._unspaced = Unspaced(unspaced)
        self._start_lengths = sorted({len(key) for key in self._starts})
        self._end_lengths = sorted({len(key) for key in self._ends})
        self._middle_lengths = sorted({len(key) for key in self._middles})
        self._seen: dict[str, tuple[int, ...]] = {}

    def find(self, text: str) -> list[str]:
        """The lines of the list that this text says, each once."""
        if not self._lines:
            return []
        found: dict[str, None] = {}
        for reading in readings(text[:LONGEST_TEXT]):
            said = list(spelling.words(reading))
            for number in (*self._unspaced.find(reading), *self._spoken(said)):
                found[self._lines[number].value] = None
        return list(found)

    def _enter(self, words: tuple[_Word, ...], number: int) -> None:
        first = words[0]
        if "*" in first.key:
            head, _, tail = first.key.partition("*")[0], "", first.key.rpartition("*")[2]
            (self._starts if len(head) >= len(tail) else self._ends)[squeeze(max(head, tail, key=len))].append(number)
            return
        where = (self._whole, self._ends, self._starts, self._middles)[first.before + 2 * first.after]
        where[squeeze(first.key)].append(number)
        if len(words) > 1 and not any(word.before or word.after or "*" in word.key for word in words):
            joined = _Word("".join(word.key for word in words))
            self._lines.append(_Line(self._lines[number].value, (joined,)))
            self._whole[squeeze(joined.key)].append(len(self._lines) - 1)

    def _spoken(self, said: Sequence[Said]) -> Iterator[int]:
        by_place: dict[int, list[Said]] | None = None
        for one in said:
            for number in self._candidates(one.word):
                line = self._lines[number]
                if len(line.words) == 1:
                    yield number
                    continue
                if by_place is None:
                    by_place = defaultdict(list)
                    for other in said:
                        by_place[other.first].append(other)
                if _goes_on(line.words[1:], one.last, by_place):
                    yield number
            if one.linked:
                yield from self._within_name(one.word)

    def _candidates(self, word: str) -> tuple[int, ...]:
        """Lines whose first word this is. Words come again and again: what was found once is kept."""
        known = self._seen.get(word)
        if known is None:
            if len(self._seen) > 50_000:
                self._seen.clear()
            known = self._seen[word] = tuple(self._look(word))
        return known

    def _look(self, word: str) -> Iterator[int]:
        short = squeeze(word)
        places = [(self._whole, short)]
        places += [(self._whole, short[: -len(end)]) for end in _PLURALS if len(short) > 3 and short.endswith(end)]
        if short.startswith("ال") and _ARABIC.fullmatch(short, 2):
            places.append((self._whole, short[2:]))
        places += [(self._starts, short[:n]) for n in self._start_lengths if n <= len(short)]
        places += [(self._ends, short[-n:]) for n in self._end_lengths if n <= len(short)]
        for n in self._middle_lengths:
            places += [(self._middles, short[i : i + n]) for i in range(len(short) - n + 1)]
        for table, key in places:
            for number in table.get(key, ()):
                if _is(self._lines[number].words[0], word):
                    yield number

    def _within_name(self, word: str) -> Iterator[int]:
        """In #whatawordlover. Long words are told apart anywhere, short ones only beside what often stands there."""
        if len(word) < 4 or len(word) > 80:
            return
        short = squeeze(word)
        for i in range(len(short) - _LONG + 1):
            for j in range(i + _LONG, min(len(short), i + 24) + 1):
                for number in (*self._whole.get(short[i:j], ()), *self._starts.get(short[i:j], ())):
                    if len(self._lines[number].words) == 1 and self._lines[number].words[0].key in word:
                        yield number
        if (match := _BESIDE.fullmatch(word)) and match["word"] != word:
            yield from (n for n in self._candidates(match["word"]) if len(self._lines[n].words) == 1)


def _spellings(value: str) -> list[tuple[_Word, ...]]:
    """A line, in each way its language may write it."""
    if value.isascii() and value.isalpha():
        return [(_Word(value.lower()),)]
    ways = [value, value.translate(_UMLAUTS)] if not value.isascii() else [value]
    if _GREEK.search(value):
        ways.append(value.upper())
    found = dict.fromkeys(tuple(w for one in fold(way).lower().split() if (w := _word(one))) for way in ways)
    return [words for words in found if words]


def _word(typed: str) -> _Word | None:
    key = re.sub(r"\*+", "*", "".join(c for c in typed if c.isalnum() or c == "*"))
    word = _Word(key.strip("*"), key.startswith("*"), key.endswith("*"))
    return word if word.key else None


def _goes_on(words: Sequence[_Word], place: int, by_place: dict[int, list[Said]]) -> bool:
    """Whether the rest of a line follows there."""
    if not words:
        return True
    return any(_is(words[0], one.word) and _goes_on(words[1:], one.last, by_place) for one in by_place.get(place, ()))


def _is(wanted: _Word, said: str) -> bool:
    """Whether a word is one of a list: letters said more often than there count where that is plainly meant."""
    if wanted.key == said:
        return True
    if (within := wanted.within) is not None:
        return (
            within.search(said) is not None
            if wanted.before and wanted.after
            else (within.match(said) if wanted.after else within.fullmatch(said)) is not None
        )
    short, key = squeeze(said), squeeze(wanted.key)
    counts, needed = runs(said), runs(wanted.key)
    starts = range(len(short) - len(key) + 1) if wanted.before else (0,)
    for start in starts:
        if not short.startswith(key, start):
            continue
        rest = short[start + len(key) :]
        if not wanted.after and rest not in ("", *_PLURALS) and not (short.startswith("ال") and start == 0):
            continue
        if _drawn_out(counts[start : start + len(key)], needed, wanted.before and start > 0, bool(rest)):
            return True
    if short.startswith("ال") and short[2:] == key:
        return _drawn_out(counts[2:], needed, False, False)
    return False


def _drawn_out(said: Sequence[int], needed: Sequence[int], loose_start: bool, loose_end: bool) -> bool:
    """Each letter at least as often as it must be; more than that is no slip: one three times, or two twice."""
    if any(have < need for have, need in zip(said, needed, strict=True)):
        return False
    more = [have > need for have, need in zip(said, needed, strict=True)]
    if loose_start:
        more[0] = False
    if loose_end:
        more[-1] = False
    return sum(more) != 1 or any(is_more and have > 2 for is_more, have in zip(more, said, strict=True))
