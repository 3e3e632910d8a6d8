"""Any writing as the plain letters a reader sees in it. Pure: no lists, no words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.domain.rules.words.confusables import FLIPPED, KATAKANA, LETTERS, ONLY_FLIPPED, PICTURES, UNSEEN

_MARKS_THAT_COUNT = range(0x0900, 0x1AB0)  # vowel signs of India and Southeast Asia are letters
_VOICED = (0x3099, 0x309A)  # カ is not ガ
_DOUBLED = re.compile(r"(.)\1+")


class _Table(dict[int, str]):
    """What each character is read as, found out when it first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = read = _plain(chr(code))
        return read


def fold(text: str) -> str:
    """Look-alikes, accents, styles and what nobody sees are gone; capitals stay."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_TABLE))


def readings(text: str) -> list[str]:
    """Every way a text may be meant: pictures as nothing or as letters, from its end, upside down, Han for Katakana."""
    if text.isascii():
        return [text]
    found = [fold(text)]
    if _FROM_THE_RIGHT in text:
        found.append(fold(_TURNED_ROUND.sub(lambda part: part[1][::-1], text)))
    if not _PICTURES.isdisjoint(text):
        found.append(fold(text.translate(_AS_LETTERS)))
    if not ONLY_FLIPPED.isdisjoint(text):
        found.append(fold(text.translate(_TURNED)[::-1]))
    if not _HAN.isdisjoint(text):
        found.append(fold(text.translate(_AS_KATAKANA)))
    return found


@lru_cache(maxsize=20_000)
def squeeze(word: str) -> str:
    """Each letter that is said several times in a row, once."""
    return _DOUBLED.sub(r"\1", word)


def runs(word: str) -> list[int]:
    """How often each letter of the squeezed word is said."""
    counts: list[int] = []
    before = ""
    for letter in word:
        if letter == before:
            counts[-1] += 1
        else:
            counts.append(1)
            before = letter
    return counts


def _plain(character: str) -> str:
    if character in LETTERS:
        return LETTERS[character]
    kind, code = unicodedata.category(character), ord(character)
    if kind in ("Cf", "Cc", "Co", "Cn") or character in UNSEEN:
        return " " if character in "\n\r\t\v\f" else ""
    if kind in ("Mn", "Me"):
        return character if code in _MARKS_THAT_COUNT or code in _VOICED else ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    apart = unicodedata.normalize("NFKD", character)
    if apart == character:
        return character
    return "".join(_plain(one) for one in apart)


_FROM_THE_RIGHT = "\u202e"
_TURNED_ROUND = re.compile("\u202e([^\u202c]*)\u202c?")
_TABLE = _Table()
_PICTURES = frozenset(PICTURES)
_AS_LETTERS = str.maketrans(PICTURES)
_TURNED = str.maketrans(FLIPPED)
_HAN = frozenset(KATAKANA)
_AS_KATAKANA = str.maketrans(KATAKANA)
