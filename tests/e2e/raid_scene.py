"""The scene of the raid drill: who is on the invented networks, who says what when, and who of them is hostile.

Good people say the words of the rehearsal's script; raiders say what raiders.py makes up. Plays nothing.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime

from ingest.rehearsal import tags
from ingest.rehearsal.lines import Line, Person
from ingest.rehearsal.rehearsal import Rehearsal
from ingest.rehearsal.script import Script, conference
from ingest.types import Network
from tests.e2e.house import TAG
from tests.e2e.raiders import Raiders

KNOWN = 60  # people who spoke before the raid
SLEEPERS = 2  # raiders who said something harmless before, and were let through
FORM = 0.01  # of the raid comes by the form, which is slower to fill than a script is
BLUESKY = 0.2
_TAGGED = re.compile(rf"#{TAG}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Said:
    at: float  # seconds after the raid's beginning
    person: Person
    text: str
    hostile: bool
    form: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    hostile: int
    seconds: int
    accounts: int
    domains: int
    good: int


WHOLE = Size(5_000, 600, 2_000, 300, 300)
SMALL = Size(1_000, 120, 400, 300, 60)


class Scene:
    def __init__(self, size: Size, seed: int = 7) -> None:
        chance = self._chance = random.Random(seed)
        texts = _good_texts()
        chance.shuffle(texts)
        self.known = [_somebody(f"k{n}", n, f"harbour{n % 8}.example", chance, 900) for n in range(KNOWN)]
        self.newcomers = [_somebody(f"n{n}", n, f"town{n % 25}.example", chance, 500) for n in range(size.good // 2)]
        self.raiders = [
            _somebody(f"r{n}", n, f"raid{n % size.domains}.example", chance, 60) for n in range(size.accounts)
        ]
        self.before = [(chance.choice(self.known), text) for text in texts[:KNOWN]]
        self.before += [(person, text) for person, text in zip(self.known, texts[KNOWN : 2 * KNOWN], strict=True)]
        self.before += list(zip(self.raiders[:SLEEPERS], texts[2 * KNOWN :], strict=False))
        self.during = sorted(self._good(size, texts[2 * KNOWN + SLEEPERS :]) + self._hostile(size), key=lambda s: s.at)
        self.hostile_names = {person.display_name for person in self.raiders}
        self.new_names = {person.display_name for person in self.newcomers}
        script = Script()
        script.lines, script.posts = (), {}
        script.people = {p.id: p for p in (*self.known, *self.newcomers, *self.raiders)}
        self.rehearsal = Rehearsal(script=script, prelude=0, chatter=1.0, heartbeat=5)
        self._number = 0

    def publish(self, person: Person, text: str, at: datetime) -> None:
        """On the network that person is on."""
        self._number += 1
        words = tuple(re.findall(r"#(\w+)", text))
        line = Line(
            t=0, act="post", id=f"p{self._number}", author=person.id, network=person.network, text=text, lang="en",
            kind="remark", tags=tuple(map(tags.normal, words)), handle=person.handle,
        )  # fmt: skip
        self.rehearsal.world.post(line, at, at, {})

    def _good(self, size: Size, texts: list[str]) -> list[Said]:
        """Half of it by people who speak here for the first time; every tenth by the form."""
        said = []
        for n in range(size.good):
            person = self.newcomers[n // 2 % len(self.newcomers)] if n % 2 else self._chance.choice(self.known)
            at = self._chance.uniform(0, size.seconds)
            said.append(Said(at, person, texts[n], hostile=False, form=n % 10 == 1))
        return said

    def _hostile(self, size: Size) -> list[Said]:
        speaks = Raiders(11, TAG, ["inka", "ole", "mara", "jens", "hanne"])
        said = []
        for n in range(size.hostile):
            person = self.raiders[n] if n < size.accounts else self._chance.choice(self.raiders)
            form = self._chance.random() < FORM
            said.append(Said(self._chance.uniform(0, size.seconds), person, speaks.say()[1], True, form))
        return said


def _good_texts() -> list[str]:
    script = conference()
    unfit = script.unfit_ids()
    good = {
        line.text if _TAGGED.search(line.text) else f"{line.text} #{TAG}"
        for line in script.posts.values()
        if line.id not in unfit and not line.copy_of and "{link:" not in line.text and "#HarbourTalks-" not in line.text
    }
    return sorted(good)


def _somebody(id: str, number: int, host: str, chance: random.Random, days: int) -> Person:
    network = Network.BLUESKY if chance.random() < BLUESKY else Network.MASTODON
    handle = f"{id}.sky.example" if network is Network.BLUESKY else f"{id}@{host}"
    return Person(
        id, network, f"Somebody {id}", "", False, handle, host, account_age_days=chance.randrange(1, days),
    )  # fmt: skip
