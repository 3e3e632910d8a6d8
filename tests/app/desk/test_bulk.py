"""One verdict for many posts: by name, author, server, likeness, time or filter, in chunks; and its taking back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.desk import bulk as bulks
from app.models import Post, Verdict
from ingest.types import Network
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import PICTURE, Answer, Moderator, change, lines, moderating, say, say_many
from tests.app.test_intake import edited
from tests.conftest import NOW
from tests.factories import a_post, an_author


@pytest.fixture
async def people(desk: Desk) -> AsyncIterator[list[Moderator]]:
    async with moderating(desk.running, desk.event, "Kim", "Noor") as people:
        yield people


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks that a few posts fill."""
    monkeypatch.setattr(bulks, "CHUNK", 3)


async def verdicts(desk: Desk) -> dict[int, str]:
    async with desk.running.database.reading() as db:
        return {row.id: row.verdict.value for row in await db.execute(select(Post.id, Post.verdict).order_by(Post.id))}


async def with_verdict(desk: Desk, verdict: str) -> list[int]:
    return [post_id for post_id, its in (await verdicts(desk)).items() if its == verdict]


async def test_many_are_decided_in_chunks_and_each_says_what_is_still_to_come(
    desk: Desk, people: list[Moderator], small: None
) -> None:
    ids = await say_many(desk, 8)
    told = await people[0].bulk_to_the_end(verdict="hide", domain="kueste.example")
    assert [(one["decided"], one["left"], one["rest"]) for one in told] == [(3, 0, 5), (3, 0, 2), (2, 0, 0)]
    assert len({one["bulk"] for one in told}) == 1
    assert await with_verdict(desk, "hide") == ids
    noted = [line for line in await lines(desk) if line.act == "decide"]
    assert [line.post_id for line in noted] == ids
    assert {line.detail["bulk"] for line in noted} == {told[0]["bulk"]}


async def test_a_chunk_is_one_transaction_of_two_hundred_at_most(desk: Desk, people: list[Moderator]) -> None:
    await say_many(desk, 230)
    told = await people[0].bulk_to_the_end(verdict="hold", filter={"q": "word"})
    assert [(one["decided"], one["rest"]) for one in told] == [(200, 30), (30, 0)]


async def test_each_way_of_saying_which_means_these(desk: Desk, people: list[Moderator]) -> None:
    kim, _ = people
    far = replace(an_author("Far"), handle="far@insel.example")
    said = [
        a_post("from afar #HarbourTalks", far, posted_at=NOW - timedelta(minutes=30)),
        a_post("from afar again #HarbourTalks", far, posted_at=NOW - timedelta(minutes=20)),
        a_post("from near #HarbourTalks", an_author("Near"), posted_at=NOW - timedelta(minutes=10), lang="de"),
        a_post("from the blue #HarbourTalks", an_author("Blue", Network.BLUESKY), posted_at=NOW - timedelta(minutes=5)),
    ]
    ids = await say(desk, *said)
    await change(desk, ids[1:3], cluster_id=ids[1])
    views = {post["id"]: post for post in (await kim.queue())["posts"]}
    named = [{"post": i, "version": views[i]["version"]} for i in ids[1:3]]
    ways: list[tuple[dict[str, Any], list[int]]] = [
        ({"author": views[ids[0]]["author"]["id"]}, ids[:2]),
        ({"domain": "insel.example"}, ids[:2]),
        ({"domain": "sky.example"}, ids[3:]),
        ({"cluster": ids[1]}, ids[1:3]),
        ({"from": "2027-06-11T08:35:00Z", "to": "2027-06-11T10:51:00+02:00"}, ids[1:3]),
        ({"from": "2027-06-11T08:50:00"}, ids[2:]),
        ({"to": "2027-06-11T08:30:00Z"}, ids[:1]),
        ({"filter": {"language": "de"}}, ids[2:3]),
        ({"filter": {"q": "afar", "session": None}}, ids[:2]),
        ({"posts": named}, ids[1:3]),
    ]
    for way, expected in ways:
        told = await kim.does("bulk", verdict="hide", **way)
        assert (await with_verdict(desk, "hide"), told["decided"]) == (expected, len(expected)), way
        assert await kim.does("undo", bulk=told["bulk"]) == {"undone": len(expected), "rest": 0}
        assert set((await verdicts(desk)).values()) == {"waiting"}


async def test_only_what_is_in_the_queue_it_was_said_of(desk: Desk, people: list[Moderator]) -> None:
    ids = await say_many(desk, 4)
    await change(desk, ids[:2], verdict=Verdict.APPROVE)
    await people[0].bulk_to_the_end(verdict="hide", domain="kueste.example")
    assert await with_verdict(desk, "hide") == ids[2:]
    await people[0].bulk_to_the_end(verdict="hold", domain="kueste.example", state="approve")
    assert await with_verdict(desk, "hold") == ids[:2]


async def test_what_changed_or_was_decided_otherwise_meanwhile_is_left_and_counted(
    desk: Desk, people: list[Moderator], small: None
) -> None:
    kim, noor = people
    said = [a_post(f"word{n} #HarbourTalks", an_author(f"P{n}"), key=f"k{n}") for n in range(7)]
    ids = await say(desk, *said)
    views = (await kim.queue())["posts"]
    named = [{"post": post["id"], "version": post["version"]} for post in views]
    await say(desk, edited(said[0], "Other words #HarbourTalks"))
    await noor.decides(views[1], "approve")
    await noor.decides(views[2], "hide")  # the same: agreed
    told = await kim.bulk_to_the_end(verdict="hide", posts=[*named, {"post": 4_000, "version": "1"}])
    assert [(one["decided"], one["rest"]) for one in told] == [(3, 1), (1, 0)]
    assert told[-1]["left"] == 3
    found = await verdicts(desk)
    assert (found[ids[0]], found[ids[1]]) == ("waiting", "approve")
    assert [found[i] for i in ids[2:]] == ["hide"] * 5
    again = await kim.does("bulk", verdict="hide", posts=named, over=True)
    assert (again["decided"], again["left"]) == (1, 1)  # who means it decides over others, never over other words


async def test_of_everything_what_a_person_decided_otherwise_is_left_unless_they_mean_it(
    desk: Desk, people: list[Moderator], small: None
) -> None:
    kim, noor = people
    await say_many(desk, 5)
    views = (await kim.queue())["posts"]
    await noor.decides(views[0], "approve")
    told = await kim.bulk_to_the_end(verdict="hide", domain="kueste.example", state="any")
    assert [(one["decided"], one["left"], one["rest"]) for one in told] == [(3, 1, 1), (1, 1, 0)]
    told = await kim.bulk_to_the_end(verdict="hide", domain="kueste.example", state="any", over=True)
    assert (told[0]["decided"], told[0]["left"]) == (1, 0)


async def test_one_undo_takes_all_of_it_back_in_chunks_but_what_somebody_decided_since(
    desk: Desk, people: list[Moderator], small: None
) -> None:
    kim, noor = people
    ids = await say_many(desk, 8)
    told = await kim.bulk_to_the_end(verdict="approve", domain="kueste.example")
    view = (await kim.look(ids[4]))["post"]
    await noor.decides(view, "hide")
    bulk = told[0]["bulk"]
    back: list[Answer] = []
    while not back or back[-1]["rest"]:
        back.append(await noor.does("undo", bulk=bulk))
    assert [(one["undone"], one["rest"]) for one in back] == [(3, 4), (3, 1), (1, 0)]
    found = await verdicts(desk)
    assert found.pop(ids[4]) == "hide" and set(found.values()) == {"waiting"}
    assert await kim.does("undo", bulk=bulk) == {"undone": 0, "rest": 0}
    undone = [line for line in await lines(desk) if line.act == "undo"]
    assert len(undone) == 7 and {line.detail["bulk"] for line in undone} == {bulk}


async def test_an_act_on_many_can_be_taken_back_by_who_comes_back_to_the_desk(
    desk: Desk, people: list[Moderator]
) -> None:
    kim, noor = people
    await say_many(desk, 3)
    told = await kim.does("bulk", verdict="hide", domain="kueste.example")
    for one, there in ((kim, True), (noor, False)):
        assert (told["bulk"] in (await one.web.get("/desk/harbour")).text) is there
    await kim.does("undo", bulk=told["bulk"])
    assert told["bulk"] not in (await kim.web.get("/desk/harbour")).text


async def test_of_what_waits_only_with_its_pictures_the_pictures_are_judged(
    desk: Desk, people: list[Moderator]
) -> None:
    kim, _ = people
    shown, waits = await say(
        desk, *(a_post(f"{n} #HarbourTalks", an_author(n), attachments=(PICTURE,)) for n in ("one", "two"))
    )
    await change(desk, [shown], verdict=Verdict.APPROVE, media_verdict=Verdict.WAITING)
    told = await kim.does("bulk", verdict="hide", domain="kueste.example")
    assert told["decided"] == 2
    views = [(await kim.look(i))["post"] for i in (shown, waits)]
    assert [(view["verdict"], view["media_verdict"]) for view in views] == [("approve", "hide"), ("hide", "approve")]
    await kim.does("undo", bulk=told["bulk"])
    views = [(await kim.look(i))["post"] for i in (shown, waits)]
    assert [(view["verdict"], view["media_verdict"]) for view in views] == [
        ("approve", "waiting"),
        ("waiting", "approve"),
    ]


async def test_words_of_many_may_be_shown_and_their_pictures_kept_back_in_one_act(
    desk: Desk, people: list[Moderator]
) -> None:
    kim, _ = people
    ids = await say_many(desk, 2, attachments=(PICTURE,))
    told = await kim.does("bulk", verdict="approve", media="hold", domain="kueste.example")
    assert [post["media_verdict"] for post in (await kim.queue(state="approve"))["posts"]] == ["hold", "hold"]
    assert await kim.does("undo", bulk=told["bulk"]) == {"undone": 2, "rest": 0}
    assert await kim.ask() == ids


async def test_two_acts_on_the_same_posts_at_the_same_instant_decide_each_post_once(
    desk: Desk, people: list[Moderator], small: None
) -> None:
    ids = await say_many(desk, 10)
    kim, noor = await asyncio.gather(
        people[0].bulk_to_the_end(verdict="hide", domain="kueste.example"),
        people[1].bulk_to_the_end(verdict="approve", domain="kueste.example"),
    )
    decided = sum(one["decided"] for one in (*kim, *noor))
    assert decided == 10 == len([line for line in await lines(desk) if line.act == "decide"])
    assert {*await with_verdict(desk, "hide"), *await with_verdict(desk, "approve")} == set(ids)


async def test_an_act_of_somebody_else_is_not_gone_on_with(desk: Desk, people: list[Moderator]) -> None:
    kim, noor = people
    await say_many(desk, 1)
    told = await kim.does("bulk", verdict="hide", domain="kueste.example")
    refused = await noor.post("bulk", {"verdict": "hide", "domain": "kueste.example", "bulk": told["bulk"]})
    assert (refused.status_code, refused.json()["error"]) == (
        409, "That act is somebody else's. Begin one of your own."
    )  # fmt: skip


BAD: list[Answer] = [
    {}, {"author": 1, "domain": "x"}, {"posts": []}, {"posts": [{"post": 1}]}, {"posts": [{"post": 0, "version": ""}]},
    {"posts": [{"post": 1, "version": "1"}] * 501}, {"posts": "all"}, {"author": 0}, {"author": 2**31}, {"domain": ""},
    {"domain": "x" * 256}, {"cluster": -1}, {"from": "yesterday"}, {"from": "9999-12-31T23:59:59-14:00"}, {"to": "no"},
    {"from": 1e40}, {"filter": {"state": "x"}}, {"filter": {"q": "x" * 300}}, {"filter": []}, {"filter": {"q": {}}},
    {"domain": "x", "state": "nonsense"}, {"domain": "x", "state": "s" * 17}, {"domain": "x", "bulk": "not hex"},
    {"domain": "x", "bulk": "a" * 33}, {"domain": "x", "verdict": "waiting"}, {"domain": "x", "more": 1},
    {"domain": "x", "part": "media", "media": "hold"}, {"filter": {str(n): "x" for n in range(21)}},
]  # fmt: skip


async def test_what_names_no_posts_is_answered_with_a_sentence_and_changes_nothing(
    desk: Desk, people: list[Moderator]
) -> None:
    await say_many(desk, 2)
    for body in BAD:
        answer = await people[0].post("bulk", {"verdict": "hide"} | body)
        assert answer.status_code in (400, 422), (body, answer.text)
        assert answer.json()["error"].endswith("."), body
    assert set((await verdicts(desk)).values()) == {"waiting"}
