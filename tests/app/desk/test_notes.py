"""What stands beside a post at the desk: its thread, notes, decisions, reports, its like, its author so far."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.control import reports
from app.domain.desk import notes
from app.models import Author, Verdict
from ingest.types import IncomingDeletion
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import Moderator, change, lines, moderating, say
from tests.conftest import NOW
from tests.factories import a_post, an_author


@pytest.fixture
async def kim(desk: Desk) -> AsyncIterator[Moderator]:
    async with moderating(desk.running, desk.event, "Kim") as (kim,):
        yield kim


async def test_a_note_is_at_the_post_with_who_and_when_and_nowhere_outside(desk: Desk, kim: Moderator) -> None:
    (one,) = await say(desk, a_post())
    left = (await kim.does("notes", post=one, words="  canary: look at\nthe crane\u202e "))["note"]
    assert (left["by"], left["words"], left["seconds"]) == ("Kim", "canary: look at\nthe crane", 0)
    desk.running.clock.forward(61)
    beside = await kim.look(one)
    assert beside["notes"] == [left | {"seconds": 61}] and beside["post"]["notes"] == 1
    await kim.decides(beside["post"], "approve")
    for path in ("/harbour", f"/harbour/posts/{one}", "/harbour/feed.json", "/api/v1/events/harbour/posts"):
        answer = await kim.web.get(path)
        assert answer.status_code == 200 and "canary" not in answer.text
    noted = [line for line in await lines(desk) if line.act == "note"]
    assert [(line.post_id, line.detail) for line in noted] == [(one, {"note": left["id"]})]


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "x" * 501, "x" * 20_001, "\ud800" * 501])
async def test_what_is_no_note_is_told_and_not_kept(desk: Desk, kim: Moderator, words: str) -> None:
    (one,) = await say(desk, a_post())
    answer = await kim.web.post(
        f"{kim.base}/notes", content=b'{"post": %d, "words": %s}' % (one, _json(words)),
        headers={"content-type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (400, 422) and answer.json()["error"].endswith(".")
    assert (await kim.look(one))["notes"] == []


def _json(words: str) -> bytes:
    return json.dumps(words).encode()


async def test_five_hundred_letters_are_a_note_and_a_hundred_notes_are_enough(
    desk: Desk, kim: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await say(desk, a_post())
    await kim.does("notes", post=one, words="ü" * 500)
    monkeypatch.setattr(notes, "MOST", 1)
    assert (await kim.post("notes", {"post": one, "words": "one more"})).status_code == 409


async def test_a_note_goes_to_no_post_that_is_gone_or_of_another_event(desk: Desk, kim: Moderator) -> None:
    post = a_post(key="one")
    (one,) = await say(desk, post)
    await say(desk, IncomingDeletion(post.address))
    for number in (one, 4_000):
        assert (await kim.post("notes", {"post": number, "words": "hello"})).status_code == 404
        assert (await kim.web.get(f"{kim.base}/posts/{number}.json")).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 40, "1.5", ""])
async def test_what_is_no_number_of_a_post_is_not_there(kim: Moderator, number: str) -> None:
    assert (await kim.web.get(f"{kim.base}/posts/{number}.json")).status_code == 404


async def test_the_thread_is_what_it_answers_and_all_that_answers_it_hidden_or_not(desk: Desk, kim: Moderator) -> None:
    said = [
        a_post(f"{n} #HarbourTalks", an_author(f"P{n}"), key=f"k{n}", posted_at=NOW - timedelta(minutes=9 - n))
        for n in range(4)
    ]
    ids = await say(desk, *said)
    for child, parent in ((1, 0), (2, 1), (3, 1)):
        await change(desk, [ids[child]], reply_to_id=ids[parent])
    await change(desk, ids[2:3], verdict=Verdict.HIDE)
    assert [post["id"] for post in (await kim.look(ids[1]))["thread"]] == [ids[0], ids[2], ids[3]]


async def test_who_decided_what_is_told_in_order(desk: Desk, kim: Moderator) -> None:
    (one,) = await say(desk, a_post())
    view = (await kim.look(one))["post"]
    await kim.decides(view, "hide")
    desk.running.clock.forward(5)
    await kim.does("undo", post=one)
    told = (await kim.look(one))["decisions"]
    assert [(d["by"], d["verdict"], d["part"], d["why"], d["undo"], d["seconds"]) for d in told] == [
        ("", "waiting", "post", "review", False, 5), ("Kim", "hide", "post", "person", False, 5),
        ("Kim", "waiting", "post", "undo", True, 0),
    ]  # fmt: skip


async def test_reports_are_told_in_the_readers_language_without_who_reported(desk: Desk, kim: Moderator) -> None:
    (one,) = await say(desk, a_post())
    await change(desk, [one], verdict=Verdict.APPROVE)
    async with desk.running.database.transaction() as db:
        await reports.report(db, desk.event, one, "private", "My address is in it", "browser", NOW)
    (told,) = (await kim.look(one))["reports"]
    assert told == {
        "key": "private", "reason": "It gives away something private", "words": "My address is in it",
        "at": "2027-06-11T09:00:00Z", "seconds": 0,
    }  # fmt: skip


async def test_the_author_so_far_is_counted_in_this_event_and_the_like_stand_beside(desk: Desk, kim: Moderator) -> None:
    ids = await say(desk, *(a_post(f"{n} #HarbourTalks", key=f"k{n}") for n in range(5)))
    for post_id, verdict in zip(ids, (Verdict.APPROVE, Verdict.APPROVE, Verdict.HIDE, Verdict.HOLD), strict=False):
        await change(desk, [post_id], verdict=verdict, cluster_id=ids[0])
    async with desk.running.database.transaction() as db:
        await db.execute(update(Author).values(since=NOW - timedelta(days=3)))
    beside = await kim.look(ids[1])
    assert beside["author"] == {"shown": 2, "hidden": 1, "held": 1, "waiting": 1, "since": "2027-06-08"}
    assert [post["id"] for post in beside["cluster"]] == [ids[0], ids[2], ids[3]]
    assert (await kim.look(ids[4]))["cluster"] == []
