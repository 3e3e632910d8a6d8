"""The player: every act at its moment, on the right network, and the world as truth.json says in the end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from ingest.rehearsal import Rehearsal
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import conference
from ingest.text.segments import plain
from ingest.types import IncomingPost, Network
from tests.conftest import Clock
from tests.ingest.rehearsal.conftest import OPENED, rehearsal

TRUTH = conference().truth


async def test_every_line_is_played_once_and_then_it_is_quiet() -> None:
    after: list[str] = []

    async def note(line: Line) -> None:
        after.append(line.id)

    async with rehearsal() as running:
        before = list(running.player.said)
        await running.play(note)
        assert before + after == running.player.said
        assert Counter(running.player.said) == Counter(line.id for line in conference().lines)
        await running.play(note)
        assert len(running.player.said) == TRUTH["lines"]


async def test_when_all_is_said_the_networks_hold_what_the_truth_says(played: Rehearsal) -> None:
    gone = {row["id"] for row in TRUTH["finally_deleted"]}
    by_form = {line.id for line in conference().posts.values() if line.network is Network.FORM}
    assert played.world.posts.keys() == conference().posts.keys() - gone - by_form
    edits = Counter(post.version for post in played.world.posts.values())
    lost = sum(line.act == "edit" and line.target in gone for line in conference().lines)
    assert edits[1] == TRUTH["acts"]["edit"] - lost


async def test_the_tagged_posts_are_those_the_truth_expects(played: Rehearsal) -> None:
    shown = TRUTH["expected_shown"]
    tagged = {post.id for post in played.world.posts.values() if _last(post.id).matches}
    by_form = TRUTH["by_network"]["form"]
    expected = shown["all_post_lines"] - shown["finally_deleted"] - shown["no_matching_tag_in_the_end"]
    assert len(tagged) + by_form == expected
    wishes = {post.account.person.id for post in played.world.posts.values() if post.account.person.bio_tags}
    hidden = {post.account.person.id for post in played.world.posts.values() if post.account.person.labels}
    assert (wishes, hidden) == ({"sven"}, {"milan"})


def _last(id: str) -> Line:
    """The line whose tags count in the end."""
    edits = [line for line in conference().lines if line.act == "edit" and line.target == id]
    return edits[-1] if edits else conference().posts[id]


async def test_the_first_hour_exists_before_the_doors_open(opened: Rehearsal) -> None:
    assert 30 < len(opened.player.said) < 60
    assert all(line.t <= 3600 for line in conference().lines if line.id in opened.player.said)


async def test_times_of_the_first_hour_keep_their_distance_and_later_ones_follow_the_clock() -> None:
    async with Rehearsal(opened_at=OPENED, chatter=None, now=lambda: OPENED) as running:
        first = running.world.posts["p001"]
        assert first.created_at == OPENED - timedelta(seconds=3595)
        assert running.world.posts["p003"].created_at - first.created_at == timedelta(seconds=187)


async def test_each_act_waits_for_its_moment_and_no_wait_is_long() -> None:
    clock, waits = Clock(OPENED), []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.forward(seconds)

    running = Rehearsal(opened_at=OPENED, chatter=None, now=clock, sleep=sleep, speed=20)
    async with running:
        await running.play()
    assert max(waits) <= 20
    assert timedelta(minutes=60) < clock.now - OPENED < timedelta(minutes=110)
    assert clock.now == running.timeline.moment(conference().lines[-1].t)


async def test_clocks_that_are_wrong_stay_wrong(played: Rehearsal) -> None:
    assert played.world.posts["p370"].created_at == datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
    ahead = played.world.posts["p175"]
    assert ahead.created_at - ahead.arrived_at > timedelta(hours=2)
    late = played.world.posts["p216"]
    assert late.arrived_at - late.created_at > timedelta(hours=6)


async def test_the_forms_lines_go_through_the_door_in_their_authors_names() -> None:
    said: list[IncomingPost] = []

    async def say(post: IncomingPost) -> None:
        said.append(post)

    async with rehearsal(say=say) as running:
        await running.play()
        hanne, answer = said[0], next(post for post in said if post.uri.endswith("p417"))
        assert len(said) == TRUTH["by_network"]["form"]
        assert (hanne.uri, hanne.address.local_id) == ("strand:form/rehearsal-p004", "rehearsal-p004")
        assert (hanne.author.name, hanne.in_room, hanne.card_code) == ("Hanne aus Warnemünde", True, "SP3")
        assert plain(hanne.segments) == conference().posts["p004"].text
        assert hanne.reply_to_uri == running.world.posts["p001"].uri
        assert answer.reply_to_uri == running.world.posts["p416"].uri
        assert sum(post.question for post in said) >= 2
        assert {post.content_warning for post in said} > {"", "Krieg, Zwangsarbeit"}
        assert sum(bool(post.attachments) for post in said) == 4


async def test_links_lead_to_the_pages_posts_really_have() -> None:
    async def say(post: IncomingPost) -> None:
        return

    async def page_of(uri: str) -> str:
        return f"https://wall.example/harbour-talks/posts/{uri.rpartition('-p')[2]}"

    async with rehearsal(say=say, page_of=page_of) as running:
        await running.play()
        posts = running.world.posts
        assert "https://wall.example/harbour-talks/posts/004" in posts["p005"].text
        assert posts["p452"].url in posts["p497"].text
        assert not any("{link" in post.text for post in posts.values())
