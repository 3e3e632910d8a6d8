"""The invented Mastodon server over REST."""

from __future__ import annotations

import math
from typing import Any

import httpx
import pytest

from ingest.rehearsal import Ports, Rehearsal
from ingest.rehearsal.lines import Line
from ingest.types import Network
from tests.ingest.rehearsal.conftest import rehearsal

TIMELINE = "/api/v1/timelines/tag/HarbourTalks"


async def ask(web: httpx.AsyncClient, running: Rehearsal, path: str = TIMELINE, **query: Any) -> httpx.Response:
    return await web.get(running.mastodon.base + path, params=query)


async def whole(web: httpx.AsyncClient, running: Rehearsal) -> list[dict[str, Any]]:
    """Upwards from nothing by min_id, as catching up does."""
    found: list[dict[str, Any]] = []
    cursor = "0"
    while page := (await ask(web, running, min_id=cursor, limit=40)).json():
        found += reversed(page)
        cursor = page[0]["id"]
    return found


async def test_catching_up_by_min_id_gives_every_tagged_post_once(played: Rehearsal, web: httpx.AsyncClient) -> None:
    found = await whole(web, played)
    expected = {
        post.uri
        for post in played.world.on(Network.MASTODON)
        if "HarbourTalks" in post.tags or "harbourtalks" in post.tags
    }
    assert len(found) == len(expected)
    assert {told["uri"] for told in found} == expected


async def test_a_late_arrival_sorts_below_ids_already_seen(web: httpx.AsyncClient) -> None:
    newest_before: list[str] = []
    after: list[list[str]] = []

    async with rehearsal() as running:

        async def look(line: Line) -> None:
            if line.id == "p215":
                newest_before.append((await ask(web, running, limit=1)).json()[0]["id"])
            if line.id == "p216":
                above = (await ask(web, running, min_id=newest_before[0])).json()
                found = await whole(web, running)
                after.append([told["uri"] for told in above])
                after.append([told["uri"] for told in found])

        await running.play(look)
    late = "https://fjord.example/users/piet/statuses/p216"
    assert late not in after[0]
    assert late in after[1]


async def test_other_tags_are_asked_for_with_any(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    only = (await ask(web, opened, "/api/v1/timelines/tag/ht_s1", limit=40)).json()
    both = (await ask(web, opened, "/api/v1/timelines/tag/nothing", **{"any[]": "ht_s1"}, limit=40)).json()
    assert only and [told["id"] for told in only] == [told["id"] for told in both]


async def test_an_anonymous_answer_may_be_cached_and_one_with_a_token_may_not(
    opened: Rehearsal, web: httpx.AsyncClient
) -> None:
    answer = await ask(web, opened)
    assert answer.headers["Cache-Control"].startswith("public, max-age=15")
    assert answer.headers["X-RateLimit-Reset"].endswith("Z")
    signed = await web.get(opened.mastodon.base + TIMELINE, headers={"Authorization": "Bearer rehearsal"})
    assert signed.headers["Cache-Control"] == "private, no-store"


async def test_a_deleted_post_is_not_found(played: Rehearsal, web: httpx.AsyncClient) -> None:
    there = (await whole(web, played))[0]["id"]
    assert (await ask(web, played, f"/api/v1/statuses/{there}")).status_code == 200
    answer = await ask(web, played, "/api/v1/statuses/116000000000000101")
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


async def test_a_limited_author_is_not_in_the_timeline_but_can_be_looked_up(
    opened: Rehearsal, web: httpx.AsyncClient
) -> None:
    first = (await whole(web, opened))[0]
    opened.world.limited.add(first["account"]["acct"])
    assert first["uri"] not in {told["uri"] for told in await whole(web, opened)}
    assert (await ask(web, opened, f"/api/v1/statuses/{first['id']}")).json()["account"]["limited"] is True


async def test_a_closed_server_wants_a_signed_in_user_and_says_so_beforehand(
    opened: Rehearsal, web: httpx.AsyncClient
) -> None:
    opened.mastodon.closed = True
    answer = await ask(web, opened)
    assert (answer.status_code, answer.json()) == (422, {"error": "This method requires an authenticated user"})
    access = (await ask(web, opened, "/api/v2/instance")).json()["configuration"]["timelines_access"]
    assert access["hashtag_feeds"] == {"local": "authenticated", "remote": "authenticated"}
    headers = {"Authorization": "Bearer rehearsal"}
    assert (await web.get(opened.mastodon.base + TIMELINE, headers=headers)).status_code == 200


async def test_a_wrong_token_is_refused(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    answer = await web.get(opened.mastodon.base + TIMELINE, headers={"Authorization": "Bearer stale"})
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


async def test_both_instance_documents_name_the_stream(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    expected = opened.mastodon.base.replace("http://", "ws://")
    two = (await ask(web, opened, "/api/v2/instance")).json()
    one = (await ask(web, opened, "/api/v1/instance")).json()
    assert two["configuration"]["urls"]["streaming"] == one["urls"]["streaming_api"] == expected


@pytest.mark.parametrize(
    ("fault", "status"),
    [("server_error", 503), ("too_many_requests", 429), ("unauthorised", 422), ("garbage_json", 200)],
)
async def test_a_fault_strikes_once_and_is_counted(
    opened: Rehearsal, web: httpx.AsyncClient, fault: str, status: int
) -> None:
    opened.mastodon.faults.arm(fault)
    struck = await ask(web, opened)
    assert struck.status_code == status
    if fault == "garbage_json":
        with pytest.raises(ValueError):
            struck.json()
    if status == 429:
        assert struck.headers["X-RateLimit-Remaining"] == "0"
    assert len((await ask(web, opened)).json()) == 20
    assert opened.mastodon.faults.fired[fault] == 1


async def test_the_limit_is_real_where_a_test_makes_it_narrow(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    opened.mastodon.budget.limit = 2
    answers = [(await ask(web, opened)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]


async def test_a_second_server_hears_of_part_of_it_under_ids_of_its_own(web: httpx.AsyncClient) -> None:
    async with rehearsal(ports=Ports(second=0)) as running:
        await running.play()
        assert running.second is not None
        part = (await web.get(running.second.base + TIMELINE, params={"limit": 40})).json()
        all_of_it = {told["uri"]: told["id"] for told in await whole(web, running)}
        assert {told["account"]["uri"].split("/")[2] for told in part} == {"kueste.example", "warnow.example"}
        assert all(told["id"] != all_of_it[told["uri"]] for told in part)
        assert "harbourtalks" in {told["account"]["acct"] for told in part}
        assert [source["kind"] for source in running.sources()] == ["mastodon", "mastodon", "bluesky"]


async def test_pictures_are_files_of_the_size_they_are_said_to_have(played: Rehearsal, web: httpx.AsyncClient) -> None:
    from io import BytesIO

    from PIL import Image

    shown = next(told for told in await whole(web, played) if told["media_attachments"])["media_attachments"][0]
    answer = await web.get(shown["url"])
    size = Image.open(BytesIO(answer.content)).size
    assert size == (shown["meta"]["original"]["width"], shown["meta"]["original"]["height"])
    assert (await web.get(shown["url"])).content == answer.content
    assert math.isclose(shown["meta"]["original"]["aspect"], size[0] / size[1])
