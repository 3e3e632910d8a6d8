"""How long to wait, whatever the headers say; and budgets that stay below the servers' rules."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.http import Guard
from ingest.mastodon.allowance import Allowance
from ingest.mastodon.errors import RateLimited
from ingest.mastodon.limits import Budget, exhausted, wait_after
from ingest.mastodon.rest import Rest
from tests.ingest.servers import always, raw_server, reply

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def iso(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 60),
        ({"x-ratelimit-reset": iso(120)}, 120),
        ({"x-ratelimit-reset": (NOW + timedelta(seconds=120)).strftime("%Y-%m-%dT%H:%M:%S.123456Z")}, 120),
        ({"x-ratelimit-reset": iso(-120)}, 60),  # past: it asks for nothing, so we choose
        ({"x-ratelimit-reset": iso(86_400)}, 900),
        ({"x-ratelimit-reset": "9999-12-31T23:59:59Z"}, 900),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-reset": "soon"}, 60),
        ({"x-ratelimit-reset": "1e99"}, 60),
        ({"retry-after": "30"}, 30),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "99999999999999"}, 900),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "²"}, 60),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=75), usegmt=True)}, 75),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=75), usegmt=True)}, 60),
        ({"retry-after": "30", "x-ratelimit-reset": iso(120)}, 120),
        ({"retry-after": "300", "x-ratelimit-reset": iso(120)}, 300),
    ],
)
def test_mastodon_c9_after_a_429_we_wait_as_long_as_any_header_asks(headers: dict[str, str], wait: float) -> None:
    assert wait_after(headers, NOW) == pytest.approx(wait, abs=1)


def test_the_server_s_own_clock_counts() -> None:
    """Ours is two hours off."""
    headers = {"x-ratelimit-reset": iso(120), "date": format_datetime(NOW, usegmt=True)}
    assert wait_after(headers, NOW + timedelta(hours=2)) == 120


@pytest.mark.parametrize(
    ("remaining", "reset", "wait"), [("0", iso(40), 40), ("1", iso(40), 0), ("", iso(40), 0), ("0", "garbage", 0)]
)
def test_the_last_request_allowed_is_the_last(remaining: str, reset: str, wait: float) -> None:
    assert exhausted({"x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}, NOW) == wait


@given(
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "date", "x-ratelimit-remaining"]), st.text())
)
def test_no_header_makes_the_wait_absurd(headers: dict[str, str]) -> None:
    assert 1 <= wait_after(headers, NOW) <= 900
    assert 0 <= exhausted(headers, NOW) <= 900


def test_a_budget_is_kept_in_any_window() -> None:
    clock = Ticks()
    budget = Budget(3, 10, clock)
    sent: list[float] = []
    for _ in range(20):
        clock.now += budget.wait()
        assert budget.wait() == 0
        budget.take()
        sent.append(clock.now)
    assert all(sum(start <= at < start + 10 for at in sent) <= 3 for start in sent)


def test_what_was_taken_comes_back_after_its_window() -> None:
    clock = Ticks()
    budget = Budget(2, 10, clock)
    budget.take()
    budget.take()
    assert (budget.left(), budget.wait()) == (0, 10)
    clock.now += 10
    assert (budget.left(), budget.wait()) == (2, 0)


async def test_mastodon_c9_nothing_is_asked_earlier_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Ticks()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    monkeypatch.setattr("ingest.mastodon.rest.asyncio.sleep", sleep)
    limited = reply(b'{"error": "Too many requests"}', "429 Too Many Requests", retry_after="30")
    async with raw_server(always(limited)) as server, server.guard().client() as client:
        rest = Rest(client, server.base, allowance=Allowance(280, clock))
        with pytest.raises(RateLimited, match="wait 30 seconds"):
            await rest.page("wall")
        assert slept == []
        with pytest.raises(RateLimited):
            await rest.status("1")
    assert len(slept) == 1
    assert 30 <= slept[0] <= 33  # a little later, so that not all come back at once


async def test_mastodon_c10_pages_with_a_cursor_never_exceed_their_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Ticks()
    at: list[float] = []

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    async def note(request: object, writer: asyncio.StreamWriter) -> None:
        at.append(clock.now)
        writer.write(reply(b"[]"))

    monkeypatch.setattr("ingest.mastodon.rest.asyncio.sleep", sleep)
    async with raw_server(note) as server, server.guard().client() as client:
        rest = Rest(client, server.base, allowance=Allowance(10, clock))
        for _ in range(25):
            await rest.page("wall", min_id="1")
            clock.now += 1
    assert all(sum(start <= moment < start + 900 for moment in at) <= 10 for start in at)


async def test_a_tag_is_a_name_whatever_is_in_it() -> None:
    async with raw_server(always(reply(b"[]"))) as server, Guard(allow_private=["127.0.0.1"]).client() as client:
        await Rest(client, server.base).page("a/../b?c#küste")
    assert server.asked[0].path.startswith("/api/v1/timelines/tag/a%2F..%2Fb%3Fc%23k%C3%BCste?limit=40")
