"""A post pasted at the desk comes in by the one door, or is refused with the reason."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import func, select

from app.domain.sources import connections
from app.models import Post
from app.models.account import Role
from tests.app.test_connections import KEY, Desk, desk
from tests.conftest import NOW
from tests.ingest.mastodon.captures import account

__all__ = ["desk"]
SUBMIT = "/desk/harbour/submit"


async def with_an_account(desk: Desk) -> None:
    desk.far.tokens.add("good-token")
    async with desk.running.database.transaction() as db:
        await connections.connect(db, desk.event, desk.far.base, "wall@near.example", "good-token", KEY, NOW)


async def hand_in(desk: Desk, address: str, role: Role = Role.ORGANISER) -> httpx.Response:
    async with desk.somebody(role) as visitor:
        return await visitor.post(SUBMIT, data={"address": address})


async def count(desk: Desk) -> int:
    async with desk.running.database.reading() as db:
        return await db.scalar(select(func.count(Post.id))) or 0


async def test_a_post_our_server_did_not_know_is_pulled_in(desk: Desk) -> None:
    await with_an_account(desk)
    address = desk.far.say()
    answer = await hand_in(desk, f"  {address} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/harbour/sources?done=submitted")
    assert await count(desk) == 1
    (source,) = await desk.sources()
    assert (source.taken, source.seen) == (1, 1)
    assert (await hand_in(desk, address)).headers["location"].endswith("done=known")
    assert await count(desk) == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"visibility": "unlisted"}, "not public"),
    ({"visibility": "private"}, "not public"),
    ({"account": account(limited=True)}, "limited or suspended"),
    ({"account": account(suspended=True)}, "limited or suspended"),
    ({"account": account(note="<p>please no bots, #nobot</p>")}, "not to be collected"),
    ({"content": "<p>no tag</p>", "tags": []}, "hashtags"),
]


async def test_what_no_stream_would_bring_is_not_brought_by_hand(desk: Desk) -> None:
    await with_an_account(desk)
    for n, (fields, reason) in enumerate(REFUSED):
        answer = await hand_in(desk, desk.far.say(str(n), **fields))
        assert (answer.status_code, reason in answer.text) == (400, True), answer.text
    assert await count(desk) == 0


async def test_what_is_no_address_is_asked_for_nowhere(desk: Desk) -> None:
    await with_an_account(desk)
    for address in ("", "harbour", "javascript:alert(1)", "ftp://x.example/1", "at://did:plc:x/y/z"):
        assert (await hand_in(desk, address)).status_code == 400
    assert desk.far.searched == []


async def test_without_an_account_it_says_what_is_missing(desk: Desk) -> None:
    answer = await hand_in(desk, "https://far.example/users/ada/statuses/7")
    assert (answer.status_code, "Connect a Mastodon account first" in answer.text) == (400, True)


async def test_an_account_known_to_be_broken_is_asked_last(desk: Desk) -> None:
    await with_an_account(desk)
    async with desk.running.database.transaction() as db:
        await connections.connect(db, desk.event, "https://other.example", "", "other-token", KEY, NOW)
        (source,) = [s for s in await desk.sources() if s.url == desk.far.base]
        await connections.told(db, source.upstream, False, "The access token there no longer works.", NOW)
    async with desk.running.database.reading() as db:
        voice = await connections.voice(db, desk.event, KEY)
    assert voice is not None
    assert (voice.server, voice.token) == ("https://other.example", "other-token")


async def test_reporters_hand_nothing_in(desk: Desk) -> None:
    await with_an_account(desk)
    assert (await hand_in(desk, desk.far.say(), Role.REPORTER)).status_code == 403
