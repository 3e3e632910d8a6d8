"""The script, its clock and its addresses."""

from __future__ import annotations

import math
import re
from datetime import timedelta

import pytest

from ingest.rehearsal import Ports, PortTaken, Rehearsal, addresses, script_id, unfit_ids
from ingest.rehearsal.form import uri as form_uri
from ingest.rehearsal.script import conference
from ingest.rehearsal.timeline import Timeline
from ingest.types import Network
from tests.ingest.rehearsal.conftest import OPENED, rehearsal


def test_the_script_counts_what_its_truth_counts() -> None:
    script, truth = conference(), conference().truth
    assert len(script.lines) == truth["lines"]
    assert len(script.posts) == truth["posts"]["all"]
    for act, count in truth["acts"].items():
        assert sum(line.act == act for line in script.lines) == count
    for network, count in truth["by_network"].items():
        assert sum(line.network == network for line in script.posts.values()) == count


def test_the_acts_come_in_order_of_time() -> None:
    times = [line.t for line in conference().acts()]
    assert times == sorted(times)


def test_unfit_are_spam_trolls_and_words_from_the_closed_session() -> None:
    truth = conference().truth
    said_so = {row["id"] for row in truth["never_shown"] if row["why"] in ("spam", "troll")}
    assert unfit_ids() == said_so | {"p217"}


async def test_every_uri_leads_back_to_its_line() -> None:
    seen: dict[str, str] = {}
    async with rehearsal() as running:
        running.world.listeners.append(lambda change: seen.update({change.post.id: change.post.uri}))
        seen.update({post.id: post.uri for post in running.world.posts.values()})
        await running.play()
    seen |= {line.id: form_uri(line.id) for line in conference().posts.values() if line.network is Network.FORM}
    gone_before_we_listened = conference().posts.keys() - seen.keys()
    assert gone_before_we_listened == set()
    assert {id: script_id(uri) for id, uri in seen.items()} == {id: id for id in conference().posts}
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize(
    "uri",
    [
        "https://kueste.example/users/marta/statuses/p999",
        "https://mastodon.example/users/a/statuses/116000000000000101",
        "at://did:plc:x56qx7w5dj6jbpb2jaiq5ppe/app.bsky.feed.post/3n2u5afdp7z2p",
        "strand:form/rehearsal-p001",
        "strand:form/2b0ca458",
        "",
    ],
)
def test_a_uri_that_is_not_ours_leads_nowhere(uri: str) -> None:
    assert script_id(uri) is None


def test_the_first_hour_lies_before_the_opening_at_its_real_distance() -> None:
    time = Timeline([0, 600, 3600, 4000], OPENED, speed=20, prelude=3600, longest_wait=20)
    assert time.moment(0) == OPENED - timedelta(hours=1)
    assert time.moment(600) == OPENED - timedelta(minutes=50)
    assert time.moment(3600) == OPENED


def test_after_the_opening_time_runs_faster_and_empty_stretches_are_passed_over() -> None:
    time = Timeline([0, 3600, 4000, 79500, 79600], OPENED, speed=20, prelude=3600, longest_wait=20)
    assert time.moment(4000) == OPENED + timedelta(seconds=20)
    assert time.moment(79500) == OPENED + timedelta(seconds=40)
    assert time.moment(79600) == OPENED + timedelta(seconds=45)
    assert time.moment(79600 + 200) == OPENED + timedelta(seconds=55)


def test_at_infinite_speed_all_of_it_lies_in_the_past_and_fits_a_day_and_a_half() -> None:
    times = [line.t for line in conference().lines]
    time = Timeline(times, OPENED, speed=math.inf, prelude=3600, longest_wait=20)
    assert time.moment(times[-1]) == OPENED
    assert OPENED - timedelta(hours=35) < time.moment(0) < OPENED - timedelta(hours=20)
    moments = [time.moment(t) for t in sorted(times)]
    assert moments == sorted(moments)


def test_a_tid_tells_its_line_and_sorts_by_time() -> None:
    early, late = addresses.tid(OPENED, 516), addresses.tid(OPENED + timedelta(microseconds=1), 1)
    assert addresses.number_of(early) == 516
    assert early < late
    assert re.fullmatch(r"[234567a-j][234567a-z]{12}", early)


def test_a_cid_is_well_formed() -> None:
    assert re.fullmatch(r"bafyrei[a-z2-7]{52}", addresses.record_cid({"a": 1}))
    assert re.fullmatch(r"bafkrei[a-z2-7]{52}", addresses.blob_cid("p024/0"))


async def test_a_rehearsal_that_is_built_again_gives_the_same_addresses_ids_and_versions() -> None:
    async def told(running: Rehearsal) -> object:
        posts = [(p.uri, p.url, p.created_at, p.edited_at, p.text) for p in running.world.posts.values()]
        return posts, running.jetstream.log.events

    async with rehearsal() as first:
        await first.play()
        before = await told(first)
    async with rehearsal() as again:
        await again.play()
        assert await told(again) == before


async def test_a_restart_half_way_finds_the_world_as_it_was_left() -> None:
    later = OPENED + timedelta(minutes=20)
    left = Rehearsal(opened_at=OPENED, chatter=None, now=lambda: later)
    await left.start()
    seen = dict(left.world.posts)
    ports = left.ports
    await left.stop()
    async with Rehearsal(opened_at=OPENED, chatter=None, now=lambda: later, ports=ports) as back:
        assert back.world.posts == seen
        assert len(back.player.said) > 100
        assert back.ports == ports


async def test_a_port_that_is_taken_is_said_so_and_nothing_stays_open() -> None:
    async with rehearsal() as running:
        with pytest.raises(PortTaken, match=f"Port {running.appview.port} on this machine is taken"):
            rehearsal(ports=Ports(appview=running.appview.port))
