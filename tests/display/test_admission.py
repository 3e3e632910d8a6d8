"""Who may post now. A hall is one address, and a flood from it stops without stopping the hall. Time is the test's."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from app.errors import TooFast
from app.limits import Limits
from app.models import Event
from display.admission import Visitor, in_venue, must_answer, network_of

HALL = "198.51.100.7"


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def limits(timer: Timer) -> Limits:
    return Limits(timer)


@pytest.fixture
def event() -> Event:
    return Event(id=1, venue_addresses=[])


def stranger(event: Event, **more: object) -> Visitor:
    """Somebody who was never here: each time with another browser's word, as whoever throws the cookie away has."""
    return replace(Visitor(event, HALL, secrets.token_hex(8), proven=True), **more)  # type: ignore[arg-type]


def posts(limits: Limits, visitor: Visitor) -> str:
    try:
        return "asked" if must_answer(limits, visitor) else "taken"
    except TooFast:
        return "refused"


def test_a_hall_of_500_browsers_posts_200_times_in_ten_minutes_and_nobody_is_asked_or_refused(
    limits: Limits, timer: Timer, event: Event
) -> None:
    for _ in range(200):
        assert posts(limits, stranger(event)) == "taken"
        timer.now += 3


def test_when_a_whole_hall_posts_at_once_some_answer_a_question_and_nobody_is_refused(
    limits: Limits, event: Event
) -> None:
    hall = [stranger(event) for _ in range(300)]
    first = [posts(limits, one) for one in hall]
    assert first.count("taken") == 120 and first.count("refused") == 0
    asked = [one for one, became in zip(hall, first, strict=True) if became == "asked"]
    assert {posts(limits, replace(one, answered=True)) for one in asked} == {"taken"}


def test_a_flood_of_5000_from_one_browser_is_refused(limits: Limits, timer: Timer, event: Event) -> None:
    browser = stranger(event, known=True)
    became = []
    for _ in range(5_000):
        became.append(posts(limits, browser))
        timer.now += 0.01
    assert became.count("taken") <= 6 and became.count("refused") >= 4_994


def test_a_flood_that_throws_its_cookie_away_is_asked_and_the_hall_beside_it_is_not_refused(
    limits: Limits, timer: Timer, event: Event
) -> None:
    """5,000 in ten minutes, each with a proof, from the hall's own address."""
    known = [stranger(event, known=True) for _ in range(20)]
    flood = []
    for n in range(5_000):
        flood.append(posts(limits, stranger(event)))
        timer.now += 0.12
        if n % 250 == 0:
            assert posts(limits, known[n // 250]) == "taken"  # somebody who has posted here before notices nothing
            newcomer = stranger(event)
            assert posts(limits, replace(newcomer, answered=True)) == "taken"  # a new one answers a small sum
            assert posts(limits, stranger(event, card="T7")) == "taken"  # and one with a card not even that
    assert flood.count("refused") == 0 and flood.count("taken") <= 120 + 300
    assert flood.count("asked") >= 4_500


def test_without_a_proof_the_question_comes_sooner(limits: Limits, event: Event) -> None:
    became = [posts(limits, stranger(event, proven=False)) for _ in range(30)]
    assert became == ["taken"] * 20 + ["asked"] * 10
    assert posts(limits, stranger(event)) == "taken"  # those with a script are counted apart


def test_whoever_can_add_up_5000_times_meets_the_flood_stop(limits: Limits, event: Event) -> None:
    became = [posts(limits, stranger(event, answered=True)) for _ in range(5_000)]
    assert became.count("taken") == 600 and became.count("refused") == 4_400


def test_the_venues_own_network_is_trusted_more(limits: Limits, event: Event) -> None:
    event.venue_addresses = ["198.51.100.0/24", "2001:db8::/32"]
    assert {posts(limits, stranger(event)) for _ in range(600)} == {"taken"}
    elsewhere = [posts(limits, stranger(event, address="203.0.113.9")) for _ in range(121)]
    assert elsewhere.count("asked") == 1


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("198.51.100.200", True), ("198.51.101.1", False), ("::ffff:198.51.100.3", True), ("2001:db8:1::5", True),
        ("2001:db9::1", False), ("", False), ("not an address", False),
    ],
)  # fmt: skip
def test_which_addresses_are_the_venues(event: Event, address: str, inside: bool) -> None:
    event.venue_addresses = ["198.51.100.0/24", "2001:db8::/32"]
    assert in_venue(event, address) is inside


def test_a_network_that_is_none_is_no_fault_of_the_visitors(event: Event) -> None:
    event.venue_addresses = ["the hall"]
    assert in_venue(event, HALL) is False


def test_one_house_of_the_newer_internet_is_one_network() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::9") != network_of("2001:db8:1:3::9")
    assert network_of("::ffff:198.51.100.3") == network_of("198.51.100.3") == "198.51.100.3"
