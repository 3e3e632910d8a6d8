"""The queue: its states, its order, what narrows it, and what it counts. On both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.control import reports
from app.domain.desk import queue as reading
from app.models import Post, Verdict
from app.models.account import Role
from ingest.text.segments import Segment
from ingest.types import Network
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import PICTURE, Moderator, change, moderating, say, say_many
from tests.conftest import NOW
from tests.factories import a_post, an_author


@pytest.fixture
async def kim(desk: Desk) -> AsyncIterator[Moderator]:
    async with moderating(desk.running, desk.event, "Kim") as (kim,):
        yield kim


async def test_who_has_waited_longest_comes_first_and_of_what_was_decided_the_newest(
    desk: Desk, kim: Moderator
) -> None:
    ids = await say_many(desk, 6)
    for verdict in (Verdict.WAITING, Verdict.HOLD, Verdict.LATER):
        await change(desk, ids, verdict=verdict)
        assert await kim.ask(state=verdict.value) == ids
    for verdict in (Verdict.APPROVE, Verdict.HIDE):
        await change(desk, ids, verdict=verdict)
        assert await kim.ask(state=verdict.value) == ids[::-1]


@pytest.mark.parametrize("state", ["waiting", "approve"])
async def test_pages_meet_without_a_gap_and_nothing_comes_twice(
    desk: Desk, kim: Moderator, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 7)
    same = [a_post(f"word{n}", an_author(f"P{n}"), posted_at=NOW - timedelta(seconds=n // 5)) for n in range(33)]
    same = [replace(post, tags=frozenset({"harbourtalks"})) for post in same]
    ids = await say(desk, *same)
    await change(desk, ids, verdict=Verdict(state))
    read: list[int] = []
    after, pages = "", 0
    while True:
        answer = await kim.queue(state=state, **({"after": after} if after else {}))
        read += [post["id"] for post in answer["posts"]]
        assert answer["total"] == 33
        pages += 1
        if answer["next"] is None:
            break
        after = answer["next"]
    assert pages == 5 and sorted(read) == sorted(ids) and len(set(read)) == 33
    assert read == await _in_order(desk, state)


async def _in_order(desk: Desk, state: str) -> list[int]:
    order = (Post.posted_at, Post.id) if state == "waiting" else (Post.posted_at.desc(), Post.id.desc())
    async with desk.running.database.reading() as db:
        return list(await db.scalars(select(Post.id).where(Post.verdict == Verdict(state)).order_by(*order)))


async def test_what_comes_between_two_pages_moves_nothing(
    desk: Desk, kim: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    ids = await say_many(desk, 6)
    first = await kim.queue()
    await kim.decides(first["posts"][0], "hide")
    await say(desk, a_post("an early word #HarbourTalks", an_author("Early"), posted_at=NOW - timedelta(hours=1)))
    assert await kim.ask(after=first["next"]) == ids[3:]


async def test_a_shown_post_whose_pictures_wait_waits(desk: Desk, kim: Moderator) -> None:
    (one,) = await say(desk, a_post(attachments=(PICTURE,)))
    await change(desk, [one], verdict=Verdict.APPROVE, media_verdict=Verdict.WAITING)
    answer = await kim.queue()
    assert [post["media_verdict"] for post in answer["posts"]] == ["waiting"]
    assert (answer["counts"]["waiting"], answer["counts"]["approve"]) == (1, 1)
    await kim.decides(answer["posts"][0], "approve", part="media")
    assert await kim.ask() == [] and await kim.ask(state="approve") == [one]


async def test_everything_one_can_narrow_by_finds_this_and_nothing_else(desk: Desk, kim: Moderator) -> None:
    emoji: Segment = {"t": "emoji", "text": ":ferry:", "src": "https://kueste.example/ferry.png"}
    plain = a_post("plain words #HarbourTalks", an_author("Plain"))
    plain = replace(plain, segments=(*plain.segments, emoji))
    german = a_post("Deutsche Worte #HarbourTalks", an_author("Jörg"), lang="de-AT")
    pictured = a_post("with a picture #HarbourTalks", an_author("Picta"), attachments=(PICTURE,))
    blue = a_post("from the blue #HarbourTalks", an_author("Blue", Network.BLUESKY))
    far = a_post(
        "from afar #HarbourTalks", replace(an_author("Far"), handle="far@Insel.example"), server="insel.example"
    )
    of = dict(zip(("plain", "german", "pictured", "far"), await say(desk, plain, german, pictured, far), strict=True))
    (of["blue"],) = await say(desk, blue, upstream="bluesky")
    await change(desk, [of["far"]], why="label")
    authors = {post["id"]: post["author"]["id"] for post in (await kim.queue())["posts"]}
    asked: list[tuple[dict[str, Any], set[str]]] = [
        ({"language": "de"}, {"german"}),
        ({"language": "DE-at"}, {"german"}),
        ({"media": "with"}, {"pictured"}),
        ({"media": "without"}, {"plain", "german", "far", "blue"}),
        ({"source": "bluesky"}, {"blue"}),
        ({"reason": "label"}, {"far"}),
        ({"domain": "insel.example"}, {"far"}),
        ({"domain": "@Insel.Example"}, {"far"}),
        ({"domain": "sky.example"}, {"blue"}),
        ({"domain": "example"}, set()),
        ({"author": authors[of["plain"]]}, {"plain"}),
        ({"q": "WORTE"}, {"german"}),
        ({"q": "jörg"}, {"german"}),
        ({"q": "JÖRG"}, {"german"}),
        ({"q": '"a picture"'}, {"pictured"}),
        ({"q": "from -afar"}, {"blue"}),
        ({"q": "100%"}, set()),
        ({"q": "insel", "reason": "label", "media": "without"}, {"far"}),
        ({"q": "insel", "reason": "review"}, set()),
        ({}, set(of)),
    ]
    for query, expected in asked:
        answer = await kim.queue(**query)
        assert {post["id"] for post in answer["posts"]} == {of[name] for name in expected}, query
        assert answer["total"] == len(expected), query


async def test_what_a_post_says_of_its_sources_is_what_the_queue_is_narrowed_by(desk: Desk, kim: Moderator) -> None:
    await say(desk, a_post("one #HarbourTalks", an_author("One")))
    await say(desk, a_post("two #HarbourTalks", an_author("Two", Network.BLUESKY)), upstream="bluesky")
    answer = await kim.queue()
    for choice in answer["facets"]["sources"]:
        theirs = [post["id"] for post in answer["posts"] if choice["key"] in post["sources"]]
        assert await kim.ask(source=choice["key"]) == theirs and len(theirs) == choice["n"] == 1


async def test_what_says_nearly_the_same_is_one_row_with_its_size(desk: Desk, kim: Moderator) -> None:
    ids = await say_many(desk, 8)
    await change(desk, ids[1:6], cluster_id=ids[1])
    await change(desk, [ids[1]], verdict=Verdict.HIDE)  # the oldest is decided; the others still wait
    folded = await kim.queue(fold=1)
    assert [post["id"] for post in folded["posts"]] == [ids[0], ids[2], ids[6], ids[7]]
    assert (folded["clusters"], folded["total"]) == ({str(ids[1]): {"size": 4}}, 4)
    assert folded["counts"]["waiting"] == 7
    opened = await kim.queue(fold=1, cluster=ids[1])
    assert [post["id"] for post in opened["posts"]] == ids[2:6]
    assert await kim.ask() == [ids[0], *ids[2:]]
    shown = await kim.queue(fold=1, state="hide")
    assert ([post["id"] for post in shown["posts"]], shown["clusters"]) == ([ids[1]], {str(ids[1]): {"size": 1}})


async def test_reported_posts_are_a_queue_until_somebody_has_seen_to_them(desk: Desk, kim: Moderator) -> None:
    ids = await say_many(desk, 3)
    await change(desk, ids, verdict=Verdict.APPROVE)
    await report(desk, ids[1])
    answer = await kim.queue(state="reported")
    assert [(post["id"], post["reports"]) for post in answer["posts"]] == [(ids[1], 1)]
    assert answer["counts"]["reported"] == 1 and answer["facets"]["reasons"][0]["n"] == 1
    assert (await kim.decides(answer["posts"][0], "approve")).json()["post"]["reports"] == 0
    assert (await kim.queue(state="reported"))["counts"]["reported"] == 0
    await kim.does("undo", post=ids[1])
    assert await kim.ask(state="reported") == [ids[1]]


async def report(desk: Desk, post_id: int) -> None:
    async with desk.running.database.transaction() as db:
        await reports.report(db, desk.event, post_id, "spam", "", f"browser {post_id}", NOW)


async def test_counts_and_choices_are_of_the_whole_queue_whatever_narrows_it(desk: Desk, kim: Moderator) -> None:
    ids = await say_many(desk, 5, lang="de")
    await change(desk, ids[:2], lang="en", verdict=Verdict.HOLD)
    answer = await kim.queue(q="word3")
    assert answer["total"] == 1
    assert answer["counts"] == {"waiting": 3, "hold": 2, "approve": 0, "hide": 0, "later": 0, "reported": 0}
    assert answer["facets"]["langs"] == [{"key": "de", "label": "de", "n": 3}]
    assert answer["facets"]["reasons"] == [{"key": "review", "label": "review", "n": 3}]


async def test_a_post_at_the_desk_says_what_it_takes_to_judge_it_and_nobody_else_hears_of_it(
    desk: Desk, kim: Moderator
) -> None:
    (one,) = await say(desk, a_post(author=replace(an_author("Inka"), handle="inka@Kueste.example")))
    await change(desk, [one], fired=[{"key": "word", "detail": "spam"}], trust="card", cluster_id=one)
    (post,) = (await kim.queue())["posts"]
    told = {
        key: post[key] for key in ("stand", "media_verdict", "fired", "trust", "cluster", "reports", "notes", "domain")
    }
    assert told == {
        "stand": 1, "media_verdict": "approve", "fired": [{"key": "word", "detail": "spam"}], "trust": "card",
        "cluster": one, "reports": 0, "notes": 0, "domain": "kueste.example",
    }  # fmt: skip
    assert post["received"] == "2027-06-11T09:00:00Z"
    await kim.decides(post, "approve")
    public = (await kim.web.get("/api/v1/events/harbour/posts")).json()["posts"][0]
    assert not public.keys() & told.keys()


async def test_the_page_holds_its_first_posts_as_its_address_asks(desk: Desk, kim: Moderator) -> None:
    ids = await say_many(desk, 3)
    await change(desk, ids[:1], verdict=Verdict.HOLD)
    for query, expected in (("", ids[1:]), ("?state=hold", ids[:1]), ("?q=word2", ids[2:])):
        page = await kim.web.get(f"/desk/harbour{query}")
        assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
        for post_id in ids:
            assert (f'"/harbour/posts/{post_id}"' in page.text) is (post_id in expected)


@pytest.mark.parametrize("way", ["queue.json", "posts/1.json", ""])
async def test_nobody_else_reads_the_queue(desk: Desk, way: str) -> None:
    await say_many(desk, 1)
    path = f"/desk/harbour/{way}".rstrip("/")
    async with desk.running.visitor() as stranger:
        assert (await stranger.get(path)).status_code == 401
    async with desk.running.visitor(await desk.running.sign_in(Role.REPORTER, desk.event)) as reporter:
        assert (await reporter.get(path)).status_code == 403
