"""Words of scripts without spaces: found wherever they stand; those in Katakana where no other word is meant. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.domain.rules.words.folding import squeeze

_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_KATAKANA = re.compile("[\u30a1-\u30fa]+")
_HIRAGANA = re.compile("[\u3041-\u3096]+")
_ONE_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}  # both written in Hiragana
_BEFORE, _AFTER = "のにはがをもとでお", "だなはがのにめもをよでとじ"  # what stands around a word in Hiragana


def is_unspaced(word: str) -> bool:
    return _UNSPACED.search(word) is not None


class Unspaced:
    """`words`: each with the number of the entry it stands for."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        self._by_start: dict[str, list[tuple[str, bool, int]]] = defaultdict(list)
        for word, entry in words:
            plain = word.translate(_ONE_KANA)
            self._by_start[plain[0]].append((plain, _KATAKANA.fullmatch(word) is not None, entry))

    def find(self, text: str) -> Iterator[int]:
        if not self._by_start or _UNSPACED.search(text) is None:
            return
        compact = "".join(c for c in text if c.isalnum())
        for one in {text, compact, squeeze(compact)}:
            yield from self._in(one, one.translate(_ONE_KANA))

    def _in(self, text: str, plain: str) -> Iterator[int]:
        for place, character in enumerate(plain):
            for word, katakana, entry in self._by_start.get(character, ()):
                end = place + len(word)
                if plain.startswith(word, place) and (not katakana or _stands_alone(text, place, end)):
                    yield entry


def _stands_alone(text: str, start: int, end: int) -> bool:
    """バカ is not in バカンス, and ばか is not in ばかり."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if _KATAKANA.fullmatch(text, start, end):
        return not (_KATAKANA.match(before) or _KATAKANA.match(after))
    if _HIRAGANA.fullmatch(text, start, end):
        return (before in _BEFORE or not _HIRAGANA.match(before)) and (after in _AFTER or not _HIRAGANA.match(after))
    return True
