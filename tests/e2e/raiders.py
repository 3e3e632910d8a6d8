"""A raid, made up from tests/fixtures/raids: sentences with changing parts, disguised as raiders disguise them.

Knows nothing of how the house tells what is alike.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import orjson

DATA: dict[str, Any] = orjson.loads(
    (Path(__file__).parents[1] / "fixtures" / "raids" / "hostile.json").read_bytes()
)  # fmt: skip
_CHOICE = re.compile(r"\{([^{}|]+(?:\|[^{}|]+)+)\}")
_LOOK_ALIKES = {
    "a": "а4@",
    "e": "е3",
    "o": "о0",
    "i": "і1",
    "c": "с",
    "p": "р",
    "x": "х",
    "s": "ѕ5$",
    "t": "т7",
    "u": "υ",
}
_MARKS = "\u0301\u0308\u0302\u0303"
_UNSEEN = "\u200b\u200d\u2060\u00ad"


class Raiders:
    def __init__(self, seed: int, tag: str, names: list[str]) -> None:
        self._chance, self._tag, self._names = random.Random(seed), tag, names

    def say(self) -> tuple[int, str]:
        """(which template, what is said)."""
        shares = [one["share"] for one in DATA["templates"]]
        number = self._chance.choices(range(len(shares)), shares)[0]
        return number, self._tagged(self._disguised(self._filled(DATA["templates"][number]["text"])))

    def _filled(self, text: str) -> str:
        text = _CHOICE.sub(lambda found: self._chance.choice(found[1].split("|")), text)
        text = re.sub(r"\{n\}", lambda _: str(self._chance.randrange(2, 9_999)), text)
        text = re.sub(r"\{who\}", lambda _: f"@{self._chance.choice(self._names)}", text)
        return re.sub(r"\{link\}", lambda _: self._link(), text)

    def _link(self) -> str:
        path = "".join(self._chance.choices("abcdefghijkmnpqrstuvwxyz23456789", k=7))
        return f"https://{self._chance.choice(DATA['hosts'])}/{path}"

    def _disguised(self, text: str) -> str:
        words = [word if "://" in word or word.startswith("@") else self._disguise(word) for word in text.split(" ")]
        said = " ".join(words)
        if self._happens(0.12):
            said = said if "://" in said else said.upper()
        if self._happens(0.4):
            said += " " + self._chance.choice(DATA["tails"])
        if self._happens(0.25):
            said += " " + "".join(
                self._chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=self._chance.randrange(4, 9))
            )
        return said

    def _disguise(self, word: str) -> str:
        if self._happens(0.12):
            word = "".join(self._chance.choice(_LOOK_ALIKES.get(c, c)) if self._happens(0.5) else c for c in word)
        if self._happens(0.03):
            word = self._chance.choice(_UNSEEN).join(word)
        if self._happens(0.03):
            word = "".join(
                c + (self._chance.choice(_MARKS) if c.isalpha() and self._happens(0.5) else "") for c in word
            )
        if self._happens(0.02):
            word = self._chance.choice(" .-_*").join(word)
        if self._happens(0.02) and word:
            place = self._chance.randrange(len(word))
            word = word[:place] + word[place] * 4 + word[place:]
        return word

    def _tagged(self, said: str) -> str:
        more = [f"#{self._chance.choice(DATA['more_tags'])}"] if self._happens(0.3) else []
        tags = " ".join([f"#{self._tag}", *more])
        return f"{tags} {said}" if self._happens(0.3) else f"{said} {tags}"

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share
