"""Air time over the rehearsal's two days, played in node: shared more evenly than posts, no first unseen."""

from __future__ import annotations

import json
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.domain.numbers.airtime import LEAST, SOON, gini
from tests.airtime.timeline import Timeline, timeline
from tests.conftest import NOW
from tests.display.test_js import node

PLAY = Path(__file__).with_name("play.mjs")
SLOTS = 6
CALM = 4  # seconds between two changes, at most every so often
Piece = tuple[int, int, int]  # post, from, to


@dataclass(frozen=True, slots=True)
class Played:
    timeline: Timeline
    showings: list[Piece]
    told: dict[str, Any]

    def seconds(self) -> dict[str, float]:
        """Of each person."""
        time = dict.fromkeys(self.timeline.person.values(), 0.0)
        for post, since, to in self.showings:
            time[self.timeline.person[post]] += to - since
        return time

    def read_at(self) -> dict[int, float]:
        """When a post had its eight seconds."""
        had: Counter[int] = Counter()
        read: dict[int, float] = {}
        for post, since, to in sorted(self.showings, key=lambda piece: piece[1]):
            had[post] += to - since
            if had[post] >= LEAST:
                read.setdefault(post, to - (had[post] - LEAST))
        return read


def play(days: Timeline, slots: int = SLOTS) -> Played:
    given = {"steps": days.steps, "days": days.days, "same": days.same, "slots": slots, "every": CALM,
             "start": NOW.timestamp() * 1_000}  # fmt: skip
    done = subprocess.run(
        [node(), str(PLAY)], input=json.dumps(given), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Played(days, [tuple(piece) for piece in told.pop("showings")], told)


@pytest.fixture(scope="module")
def played() -> Played:
    return play(timeline())


def test_airtime_is_shared_more_evenly_than_posts(played: Played) -> None:
    posts = Counter(played.timeline.person.values())
    time = played.seconds()
    of_time, of_posts = gini(list(time.values())), gini([posts[person] for person in time])
    print(f"\nair time of {len(time)} people: Gini {of_time:.3f}, of their {sum(posts.values())} posts {of_posts:.3f}; "
          f"{min(time.values()) / 60:.1f} to {max(time.values()) / 60:.1f} minutes each")  # fmt: skip
    assert of_time <= of_posts
    assert min(time.values()) >= LEAST, "somebody was never seen"


def test_every_first_post_has_a_showing_of_eight_seconds_within_ten_minutes(played: Played) -> None:
    """Whatever its author took back before is nobody's debt."""
    owed = {post for post in played.timeline.firsts if _stayed(played.timeline, post)}
    read = played.read_at()
    waits = sorted(read[post] - played.timeline.approved[post] for post in owed if post in read)
    soon = sum(wait <= SOON.total_seconds() for wait in waits)
    print(f"\nfirst posts: {soon} of {len(owed)} shown 8 s within 10 min; wait p50 {waits[len(waits) // 2]:.0f} s, "
          f"longest {waits[-1]:.0f} s")  # fmt: skip
    assert soon >= 0.99 * len(owed) and len(owed) > 55


def _stayed(days: Timeline, post: int) -> bool:
    left = [step["t"] for step in days.steps if step.get("drop") == post]
    return not left or left[-1] - days.approved[post] > SOON.total_seconds()


def test_on_the_screen_airtime_never_inverts_the_order_of_saying(played: Played) -> None:
    told = played.told
    print(f"\n{told['turns']} turns in {told['milliseconds'] / 1000:.1f} s, the slowest {told['slowest']:.1f} ms; "
          f"{told['changes']} changes")  # fmt: skip
    assert told["inversions"] == 0 and told["doubles"] == 0


def test_a_showing_that_began_lasts_until_it_was_read(played: Played) -> None:
    """But for what leaves every screen: deleted, hidden, or let go by the wall that keeps the newest two hundred."""
    drops: defaultdict[int, list[float]] = defaultdict(list)
    for step in played.timeline.steps:
        if "drop" in step:
            drops[step["drop"]].append(step["t"])
    ends = {to for _, to in played.timeline.days}
    short = [
        (post, since, to) for post, since, to in played.showings
        if to - since < LEAST and to not in ends and not any(since <= t <= to for t in drops[post])
    ]  # fmt: skip
    again = Counter(post for post, since, to in played.showings)
    assert [piece for piece in short if again[piece[0]] == 1] == []


def test_it_stays_calm_and_yet_alive(played: Played) -> None:
    """Six on the screen whenever there are six; a quiet hour still changes, a busy minute does not flicker."""
    for since, to in played.timeline.days:
        moments = sorted({begin for _, begin, _ in played.showings if since <= begin < to})
        assert moments and max(b - a for a, b in pairwise(moments)) <= 300, "it stood still for five minutes"
    first: dict[int, int] = {}
    for post, begin, _ in sorted(played.showings, key=lambda piece: piece[1]):
        first.setdefault(post, begin)
    came = sorted(set(first.values()))
    quick = [(a, b) for a, b in pairwise(came) if b - a < CALM]
    assert quick == [], "somebody came while everybody still read who came before"


FLOOD = 900  # first posts in ten minutes: six slots and eight seconds are room for about half as many


def flood() -> Timeline:
    steps: list[dict[str, Any]] = [{"t": n / 1.5, "put": _first(n)} for n in range(1, FLOOD + 1)]
    person = {n: str(n) for n in range(1, FLOOD + 1)}
    approved = {step["put"]["id"]: step["t"] for step in steps}
    return Timeline(steps, [(0, 2_400)], person, approved, set(approved), set(), {})


def _first(n: int) -> dict[str, Any]:
    return {"id": n, "order": f"{n:06}", "at": "2027-06-11T09:00:00Z", "author": {"id": n}, "first": True}


def test_where_first_posts_are_too_many_each_has_its_showing_in_the_order_in_which_they_came() -> None:
    played = play(flood())
    read = played.read_at()
    came = sorted(read, key=lambda post: read[post])
    late = sum(post > other for post, other in pairwise(came))
    waits = [read[post] - played.timeline.approved[post] for post in came]
    print(f"\n{FLOOD} first posts in ten minutes: {len(came)} shown, the longest wait {max(waits) / 60:.1f} min, "
          f"{late} out of turn")  # fmt: skip
    assert len(came) == FLOOD and played.told["inversions"] == 0
    assert all(post - other < SLOTS for post, other in pairwise(came)), "somebody overtook more than those beside them"
