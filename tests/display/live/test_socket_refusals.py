"""Who does not get a socket: refused before the upgrade, with the right status and one plain sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import update
from websockets.exceptions import InvalidStatus

from app.models import Event, EventState, SignIn
from app.models.account import Role
from tests.display.live.world import World
from tests.factories import make_event
from tests.server import Running


async def refusal(running: Running, slug: str, **asked: Any) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as raised:
        async with running.socket(slug, **asked):
            pass
    response = raised.value.response
    assert response.headers["content-type"] == "application/json"
    told = json.loads(response.body)
    assert list(told) == ["error"]
    assert told["error"].endswith(".")
    assert running.hub._members == {}
    return response.status_code, told["error"]


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", "http://127.0.0.1", "http://127.0.0.1:1", "{base}.evil.example",
     "http://evil.example#{base}", "http://me@{host}", "file://{host}", "http://[", "chrome-extension://{host}", ""],
)  # fmt: skip
async def test_another_sites_page_gets_no_socket(running: Running, served: World, origin: str) -> None:
    origin = origin.format(base=running.base, host=running.base.partition("//")[2]) or " "
    assert (await refusal(running, served.event.slug, origin=origin))[0] == 403


async def test_no_origin_at_all_is_no_browser_and_may_not_bring_a_cookie(running: Running, served: World) -> None:
    async with running.socket(served.event.slug, origin=None) as ws:
        assert json.loads(await ws.recv())["messages"][0]["type"] == "snapshot"
    token = await running.sign_in(Role.ORGANISER)
    status, _ = await refusal_eventually(running, served.event.slug, token=token, origin=None, audience="desk")
    assert status == 403


async def refusal_eventually(running: Running, slug: str, **asked: Any) -> tuple[int, str]:
    running.hub._members.clear()  # the one before may still be on its way out
    return await refusal(running, slug, **asked)


async def test_the_desk_is_for_those_who_moderate_this_event(running: Running, served: World) -> None:
    async with running.database.transaction() as db:
        other = await make_event(db)
    slug = served.event.slug
    nobody = [None, "x" * 43, await running.sign_in(Role.REPORTER, served.event),
              await running.sign_in(Role.MODERATOR, other)]  # fmt: skip
    for token in nobody:
        assert (await refusal(running, slug, token=token, audience="desk"))[0] == 403
    for role, event in ((Role.MODERATOR, served.event), (Role.ORGANISER, None)):
        token = await running.sign_in(role, event)
        async with running.socket(slug, token, audience="desk") as ws:
            await ws.recv()


async def test_a_sign_in_that_ran_out_opens_no_desk(running: Running, served: World) -> None:
    token = await running.sign_in(Role.ORGANISER)
    async with running.database.transaction() as db:
        await db.execute(update(SignIn).values(expires_at=running.clock()))
    assert (await refusal(running, served.event.slug, token=token, audience="desk"))[0] == 403


async def test_an_event_that_is_not_there_and_a_draft_look_the_same(running: Running, served: World) -> None:
    unknown = await refusal(running, "nowhere")
    async with running.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.DRAFT))
    slug = served.event.slug
    assert unknown[0] == 404
    assert await refusal(running, slug) == unknown
    assert await refusal(running, slug, audience="desk") == unknown
    assert await refusal(running, slug, token=await running.sign_in(Role.REPORTER, await another(running))) == unknown
    async with running.socket(slug, await running.sign_in(Role.REPORTER, served.event)) as ws:
        await ws.recv()


async def another(running: Running) -> Event:
    async with running.database.transaction() as db:
        return await make_event(db)


@pytest.mark.parametrize(
    "asked",
    [
        *[{"epoch": "e", "seq": seq} for seq in ("-1", "1.5", "x", "%20", "1%202", "9" * 19, "%D9%A3", "1e3", "0x1")],
        {"seq": "1"}, {"epoch": "e"}, {"epoch": "e" * 33, "seq": "1"},
        {"audience": "everybody"}, {"audience": ""}, {"audience": "DESK"},
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(
    running: Running, served: World, asked: dict[str, str]
) -> None:
    assert (await refusal(running, served.event.slug, **asked))[0] == 400


@pytest.mark.parametrize("seq", [0, 5, 2**31, 2**59])
@pytest.mark.parametrize("epoch", ["f" * 16, "{own}", "{other}"])
async def test_a_cursor_of_another_log_or_of_the_future_is_answered_by_a_reset(
    running: Running, served: World, epoch: str, seq: int
) -> None:
    """And tells nothing of another event, whose epoch somebody may have guessed."""
    own, other = served.event, await another(running)
    epoch = epoch.format(own=own.epoch, other=other.epoch)
    if epoch == own.epoch and seq == 0:
        return  # that one is known
    async with running.socket(own.slug, epoch=epoch, seq=seq) as ws:
        frame = json.loads(await ws.recv())
    assert [m["type"] for m in frame["messages"]] == ["reset", "snapshot"]
    assert (frame["epoch"], frame["seq"]) == (own.epoch, 0)
