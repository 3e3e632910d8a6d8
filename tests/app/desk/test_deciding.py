"""One post, several people: what each decides, what they are told of the others, and what is taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain import snapshot
from app.domain.audience import Audience
from app.models import Decision, Part, Post, Verdict
from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import PICTURE, Answer, Moderator, change, heard, lines, moderating, say, seen
from tests.app.test_intake import edited
from tests.factories import a_post

WORDS = a_post(key="one", attachments=(PICTURE,))


@pytest.fixture
async def people(desk: Desk) -> AsyncIterator[list[Moderator]]:
    async with moderating(desk.running, desk.event, "Kim", "Noor") as people:
        yield people


@pytest.fixture
async def view(desk: Desk, people: list[Moderator]) -> Answer:
    """A post with a picture, as both have read it."""
    await say(desk, WORDS)
    (post,) = (await people[0].queue())["posts"]
    return dict(post)


async def stands(desk: Desk) -> tuple[str, str, bool]:
    """Its verdict, its pictures', and whether a person's."""
    async with desk.running.database.reading() as db:
        post = (await db.scalars(select(Post))).one()
    return post.verdict.value, post.media_verdict.value, post.decided_by is not None


async def shown(desk: Desk, audience: Audience = Audience.PUBLIC) -> Answer | None:
    async with desk.running.database.reading() as db:
        return next(iter((await snapshot.take(db, desk.event.id, audience)).posts), None)


async def test_who_decides_otherwise_is_told_who_did_what_and_how_long_ago(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, noor = people
    await kim.decides(view, "hide")
    desk.running.clock.forward(3)
    refused = await noor.decides(view, "approve")
    assert refused.status_code == 409
    told = refused.json()
    assert told["error"] == "Kim hid this 3 s ago."
    assert told["conflict"] == {"by": "Kim", "verdict": "hide", "part": "post", "seconds": 3}
    assert (told["post"]["verdict"], told["post"]["by"]) == ("hide", "Kim")
    assert (await stands(desk))[0] == "hide"
    # keep: nothing to do. change: over.
    assert (await noor.decides(view, "approve", over=True)).json()["post"]["by"] == "Noor"
    assert await stands(desk) == ("approve", "approve", True)


async def test_in_german_they_are_told_in_german(desk: Desk, people: list[Moderator], view: Answer) -> None:
    kim, noor = people
    await kim.decides(view, "hold")
    desk.running.clock.forward(130)
    noor.web.headers["accept-language"] = "de"
    assert (await noor.decides(view, "hide")).json()["error"] == "Kim hat das vor 2 min zurückgestellt."


@pytest.mark.parametrize("verdict", ["approve", "hold", "hide", "later"])
async def test_who_decides_the_same_agrees(desk: Desk, people: list[Moderator], view: Answer, verdict: str) -> None:
    kim, noor = people
    for one in (kim, noor):
        answer = await one.decides(view, verdict)
        assert (answer.status_code, answer.json()["post"]["by"]) == (200, "Kim")
    assert len(await lines(desk)) == 1


async def test_whoever_has_seen_what_another_decided_may_decide_otherwise(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, noor = people
    view = (await kim.decides(view, "hide")).json()["post"]
    assert (await noor.decides(view, "approve")).status_code == 200


async def test_what_one_decided_at_another_desk_of_ones_own_is_no_conflict(
    people: list[Moderator], view: Answer
) -> None:
    kim, _ = people
    await kim.decides(view, "hide")
    assert (await kim.decides(view, "approve")).status_code == 200


async def test_what_a_rule_or_time_did_meanwhile_is_no_conflict(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    await change(desk, [view["id"]], verdict=Verdict.APPROVE, stand=2)
    assert (await people[0].decides(view, "hide")).status_code == 200


async def test_what_was_taken_back_meanwhile_is_no_conflict(people: list[Moderator], view: Answer) -> None:
    kim, noor = people
    await kim.decides(view, "hide")
    await kim.does("undo", post=view["id"])
    assert (await noor.decides(view, "approve")).status_code == 200


async def test_hiding_a_post_is_no_contradiction_to_holding_its_pictures_but_showing_it_is(
    people: list[Moderator], view: Answer
) -> None:
    kim, noor = people
    await kim.decides(view, "hold", part="media")
    refused = await noor.decides(view, "approve")
    assert (refused.status_code, refused.json()["error"]) == (409, "Kim held its pictures back 0 s ago.")
    assert (await noor.decides(view, "hide")).status_code == 200


@pytest.mark.parametrize("verdicts", [("approve", "hide"), ("approve", "approve"), ("hold", "later")])
async def test_of_two_acts_at_the_same_instant_both_agree_or_one_is_told(
    desk: Desk, people: list[Moderator], view: Answer, verdicts: tuple[str, str]
) -> None:
    answers = await asyncio.gather(*(one.decides(view, verdict) for one, verdict in zip(people, verdicts, strict=True)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == ([200, 200] if verdicts[0] == verdicts[1] else [200, 409])
    won = next(v for v, answer in zip(verdicts, answers, strict=True) if answer.status_code == 200)
    assert (await stands(desk))[0] == won
    assert len(await lines(desk)) == 1


async def test_an_edit_between_reading_and_deciding_gives_the_new_words_back(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    await say(desk, edited(WORDS, "Other words #HarbourTalks"))
    refused = await people[0].decides(view, "approve", over=True)
    assert refused.status_code == 409 and "conflict" not in refused.json()
    assert refused.json()["post"]["words"] == [{"t": "text", "text": "Other words #HarbourTalks"}]


async def test_words_may_be_shown_while_their_pictures_stay_in_the_house(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, _ = people
    before = await kim.decides(view, "approve", media="hold")
    assert await stands(desk) == ("approve", "hold", True)
    for audience in (Audience.PUBLIC, Audience.REVIEWED):
        told = await shown(desk, audience)
        assert told is not None and told["media"] == []
    assert len(before.json()["post"]["media"]) == 1
    await kim.decides(before.json()["post"], "approve", part="media")
    assert [len((await shown(desk) or {})["media"]), await stands(desk)] == [1, ("approve", "approve", True)]


async def test_approving_the_whole_approves_its_pictures_and_taking_that_back_gives_both_back(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    """Also where it was a rule that kept the pictures back, of which no decision is written."""
    kim, _ = people
    await change(desk, [view["id"]], media_verdict=Verdict.WAITING)
    for before in ("waiting", "hold"):
        if before == "hold":
            await kim.does("decide", post=view["id"], version=view["version"], verdict="hold", part="media")
        await kim.does("decide", post=view["id"], version=view["version"], verdict="approve")
        assert await stands(desk) == ("approve", "approve", True)
        await kim.does("undo", post=view["id"])
        assert await stands(desk) == ("waiting", before, False)


async def test_one_undo_takes_words_and_pictures_of_one_act_back(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, noor = people
    await kim.does("decide", **seen(view), verdict="approve", media="hide")
    await noor.does("undo", post=view["id"])
    assert await stands(desk) == ("waiting", "approve", False)
    await kim.does("undo", post=view["id"])  # the taking back is taken back
    assert await stands(desk) == ("approve", "hide", True)


async def test_taking_a_verdict_on_pictures_back_leaves_the_words_as_they_are(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, _ = people
    await kim.does("decide", **seen(view), verdict="approve")
    desk.running.clock.forward(1)
    await kim.does("decide", post=view["id"], version=view["version"], verdict="hide", part="media")
    await kim.does("undo", post=view["id"])
    assert await stands(desk) == ("approve", "approve", True)
    assert (await kim.look(view["id"]))["post"]["why"] == "person"


async def test_a_post_set_aside_for_later_is_in_its_own_queue_and_out_of_sight(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, _ = people
    await kim.decides(view, "later")
    assert await kim.ask(state="later") == [view["id"]] and await kim.ask() == []
    assert await shown(desk) is None


async def test_every_act_is_in_the_audit_log_and_what_was_not_done_is_not(
    desk: Desk, people: list[Moderator], view: Answer
) -> None:
    kim, noor = people
    await kim.decides(view, "approve", media="hold")
    await noor.decides(view, "hide")  # refused
    await noor.decides(view, "hide", over=True)
    await noor.does("undo", post=view["id"])
    told = [(line.act, line.post_id, line.verdict, line.why, line.detail) for line in await lines(desk)]
    assert told == [
        ("decide", view["id"], "approve", "person", {"media": "hold"}),
        ("decide", view["id"], "hide", "person", {"over": True}),
        ("undo", view["id"], "approve", "undo", {"was": "hide"}),
    ]
    async with desk.running.database.reading() as db:
        parts = (await db.scalars(select(Decision.part).order_by(Decision.id))).all()
    assert parts.count(Part.MEDIA) == 1


async def test_another_desk_is_told_within_a_second(desk: Desk, people: list[Moderator], view: Answer) -> None:
    token = await desk.running.sign_in(Role.MODERATOR, desk.event)
    async with desk.running.socket("harbour", token, audience="desk") as ws:
        await heard(ws, lambda message: message["type"] == "snapshot", 3)
        await people[0].decides(view, "hold", part="media")
        told = await heard(ws, lambda message: message["type"] == "put")
        assert (told["post"]["media_verdict"], told["post"]["stand"]) == ("hold", view["stand"] + 1)
        await people[1].does("notes", post=view["id"], words="Look at the crane")
        assert (await heard(ws, lambda message: message["type"] == "put"))["post"]["notes"] == 1


BAD: list[Any] = [
    [], "x", None, 1, {}, {"post": 0}, {"post": -1}, {"post": 2**31}, {"post": 10**30}, {"post": "1x"}, {"post": None},
    {"post": 1, "verdict": "nonsense"}, {"post": 1, "verdict": "waiting"}, {"post": 1}, {"post": 1, "verdict": []},
    {"post": 1, "verdict": "hide", "version": "v" * 129}, {"post": 1, "verdict": "hide", "version": None},
    {"post": 1, "verdict": "hide", "part": "all"}, {"post": 1, "verdict": "hide", "stand": -1},
    {"post": 1, "verdict": "hide", "stand": 10**12}, {"post": 1, "verdict": "hide", "over": "maybe"},
    {"post": 1, "verdict": "hide", "media": "x"}, {"post": 1, "verdict": "hide", "media": "hold", "part": "media"},
    {"post": 1, "verdict": "hide", "more": 1}, {"post": 10_000, "verdict": "hide", "version": "1"},
    {"post": 1, "verdict": "hide", "version": "\ud800"}, {"post": 1, "verdict": "hide", "version": "\0"},
]  # fmt: skip


async def test_no_field_at_its_limits_breaks_anything(desk: Desk, people: list[Moderator], view: Answer) -> None:
    kim, _ = people
    for way in ("decide", "undo", "bulk", "pulse", "notes"):
        for body in BAD:
            answer = await sent(kim, way, body)
            assert 400 <= answer.status_code < 500, (way, body, answer.text)
            assert answer.json()["error"].endswith("."), (way, body)
    assert await stands(desk) == ("waiting", "approve", False)


async def sent(kim: Moderator, way: str, body: Any) -> httpx.Response:
    """As it is: the client would refuse to write some of these."""
    return await kim.web.post(
        f"{kim.base}/{way}", content=json.dumps(body), headers={"content-type": "application/json"}
    )


async def test_only_who_moderates_here_decides(desk: Desk, view: Answer) -> None:
    body = seen(view) | {"verdict": "hide"}
    async with desk.running.visitor() as stranger:
        for way in ("decide", "undo", "bulk", "pulse", "notes"):
            assert (await stranger.post(f"/desk/harbour/{way}", json=body)).status_code in (401, 422)
    async with desk.running.visitor(await desk.running.sign_in(Role.REPORTER, desk.event)) as reporter:
        assert (await reporter.post("/desk/harbour/decide", json=body)).status_code == 403
    assert await stands(desk) == ("waiting", "approve", False)
