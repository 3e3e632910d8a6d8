"""What looks like a raid, and what only looks lively."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from app.domain.raids import signs
from app.domain.raids.window import Seen, Window
from tests.conftest import NOW


class Told(dict[int, int | None]):
    def of(self, post: int) -> int | None:
        return self.get(post)


class Hall:
    """An event whose hour before was as usual: `usual` posts a minute by a hundred people from twelve servers."""

    def __init__(self, usual: int = 5) -> None:
        self.window, self.clusters, self._post = Window(), Told(), 0
        self._chance = random.Random(3)
        for second in range(62 * 60 * usual // 60):
            who = self._chance.randrange(100)
            self.say(
                NOW - timedelta(minutes=62) + timedelta(seconds=second * 60 / usual), who, f"server{who % 12}.example"
            )

    def say(self, at: datetime, author: int, domain: str, cluster: int | None = None, **more: bool) -> None:
        self._post += 1
        self.clusters[self._post] = cluster
        self.window.add(self._post, Seen(at, author, domain, **more))

    def shows(self, now: datetime) -> list[str]:
        return signs.signs(self.window.facts(self.clusters, now))

    def is_raid(self, now: datetime) -> bool:
        return signs.is_raid(self.window.facts(self.clusters, now))

    def raid(self, second: float, *, alike: bool = True, **more: bool) -> None:
        """Eight posts in this second, by new people from anywhere."""
        for n in range(8):
            number = int(second * 8) + n
            cluster = 1_000_000 + number % 15 if alike else None
            self.say(
                NOW + timedelta(seconds=second), 1_000 + number % 2_000, f"raid{number % 300}.example", cluster, **more
            )


def test_a_usual_hour_shows_nothing() -> None:
    assert Hall().shows(NOW) == []


def test_a_raid_is_proposed_within_thirty_seconds() -> None:
    hall = Hall()
    for second in range(30):
        hall.raid(second)
        if hall.is_raid(NOW + timedelta(seconds=second)):
            assert second <= 15
            return
    raise AssertionError("nothing was proposed")


def test_trolls_who_each_say_it_in_their_own_words_are_known_by_the_lists_they_hit() -> None:
    hall, quiet = Hall(), Hall()
    for second in range(25):
        hall.raid(second, alike=False, hit=second % 3 == 0)
        quiet.raid(second, alike=False)
    now = NOW + timedelta(seconds=25)
    assert hall.is_raid(now) and "words" in hall.shows(now)
    assert not quiet.is_raid(now), "new people with words of their own are welcome"


def test_the_applause_after_a_keynote_is_no_raid() -> None:
    """300 posts in a minute, six in ten by people who never spoke here, from forty servers, all in their own words; a
    hundred share the same slides, most of whom are known."""
    hall = Hall()
    for n in range(300):
        at, new = NOW + timedelta(seconds=n / 5), n % 10 < 6
        cluster = 77 if n % 30 == 0 or (not new and n % 4 < 3) else None
        who, place = (5_000 + n, f"place{n % 40}.example") if new else (n % 100, f"server{n % 12}.example")
        hall.say(at, who, place, cluster)
        assert not hall.is_raid(at)
    assert hall.clusters and sum(1 for c in hall.clusters.values() if c == 77) > 75
    shown = hall.shows(NOW + timedelta(seconds=60))
    assert "rate" in shown and "new" in shown, "it did look lively"


def test_the_first_morning_is_no_raid() -> None:
    window = Window()
    for n in range(120):
        window.add(n, Seen(NOW + timedelta(seconds=n), n, f"place{n % 30}.example"))
    assert not signs.is_raid(window.facts(Told(), NOW + timedelta(seconds=120)))


def test_catching_up_after_an_outage_is_no_raid_unless_it_is_the_one_we_missed() -> None:
    for alike in (False, True):
        hall = Hall()
        for n in range(400):
            cluster = 9 if alike else None
            hall.say(NOW + timedelta(seconds=n / 100), 9_000 + n, f"new{n % 90}.example", cluster, late=True)
        assert hall.is_raid(NOW + timedelta(seconds=5)) is alike


def test_it_is_over_when_it_came_down_and_not_before() -> None:
    hall = Hall()
    for second in range(60):
        hall.raid(second)
    at = NOW + timedelta(seconds=60)
    assert not signs.is_over(hall.window.facts(hall.clusters, at))
    assert signs.is_over(hall.window.facts(hall.clusters, at + timedelta(seconds=125)))


def test_ten_minutes_of_raid_do_not_become_the_usual() -> None:
    hall = Hall()
    for second in range(600):
        hall.raid(second)
    assert hall.is_raid(NOW + timedelta(seconds=600))
