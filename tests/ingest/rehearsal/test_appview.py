"""The invented AppView."""

from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from PIL import Image

from ingest.rehearsal import Rehearsal
from ingest.types import Network

POSTS, PROFILES = "/xrpc/app.bsky.feed.getPosts", "/xrpc/app.bsky.actor.getProfiles"


async def test_posts_come_as_asked_and_missing_ones_are_left_out(played: Rehearsal, web: httpx.AsyncClient) -> None:
    uris = [post.uri for post in played.world.on(Network.BLUESKY)][:3]
    asked = [uris[2], "at://did:plc:x/app.bsky.feed.post/gone", uris[0]]
    answer = await web.get(played.appview.base + POSTS, params={"uris": asked})
    assert [view["uri"] for view in answer.json()["posts"]] == [uris[2], uris[0]]


async def test_every_version_told_is_the_one_on_the_wire(played: Rehearsal, web: httpx.AsyncClient) -> None:
    on_the_wire = {event.body["rkey"]: event.body.get("cid") for event in played.jetstream.log.events}
    posts = list(played.world.on(Network.BLUESKY))
    for start in range(0, len(posts), 25):
        uris = [post.uri for post in posts[start : start + 25]]
        views = (await web.get(played.appview.base + POSTS, params={"uris": uris})).json()["posts"]
        assert len(views) == len(uris)
        assert all(view["cid"] == on_the_wire[view["uri"].rpartition("/")[2]] for view in views)


@pytest.mark.parametrize(("path", "name"), [(POSTS, "uris"), (PROFILES, "actors")])
async def test_more_than_twenty_five_are_refused(
    opened: Rehearsal, web: httpx.AsyncClient, path: str, name: str
) -> None:
    answer = await web.get(opened.appview.base + path, params={name: [f"did:plc:{n}" for n in range(26)]})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequest")
    assert (await web.get(opened.appview.base + path)).status_code == 400


async def test_an_account_that_is_switched_off_is_left_out(opened: Rehearsal, web: httpx.AsyncClient) -> None:
    post = next(opened.world.on(Network.BLUESKY))
    opened.world.gone.add(post.account.handle)
    profiles = await web.get(opened.appview.base + PROFILES, params={"actors": post.account.did})
    posts = await web.get(opened.appview.base + POSTS, params={"uris": post.uri})
    assert (profiles.json(), posts.json()) == ({"profiles": []}, {"posts": []})


async def test_pictures_posters_and_faces_can_be_fetched(played: Rehearsal, web: httpx.AsyncClient) -> None:
    posts = [post for post in played.world.on(Network.BLUESKY) if post.media][:25]
    answer = await web.get(played.appview.base + POSTS, params={"uris": [post.uri for post in posts]})
    embeds = [view["embed"] for view in answer.json()["posts"]]
    image = next(embed for embed in embeds if "images" in embed)["images"][0]
    film = next(embed for embed in embeds if "thumbnail" in embed)
    face = answer.json()["posts"][0]["author"]["avatar"]
    for url in (image["thumb"], image["fullsize"], film["thumbnail"], face):
        got = await web.get(url)
        assert got.status_code == 200
        assert Image.open(BytesIO(got.content)).size > (100, 100)
    shape = image["aspectRatio"]
    full = Image.open(BytesIO((await web.get(image["fullsize"])).content))
    assert full.size == (shape["width"], shape["height"])


async def test_a_blob_can_be_fetched_by_its_cid_and_an_unknown_one_not(
    played: Rehearsal, web: httpx.AsyncClient
) -> None:
    record = next(
        event.body["record"]
        for event in played.jetstream.log.events
        if "images" in event.body.get("record", {}).get("embed", {})
    )
    cid = record["embed"]["images"][0]["image"]["ref"]["$link"]
    blob = "/xrpc/com.atproto.sync.getBlob"
    assert (await web.get(played.appview.base + blob, params={"cid": cid})).headers["content-type"] == "image/jpeg"
    assert (await web.get(played.appview.base + blob, params={"cid": "bafkreix"})).status_code == 404


@pytest.mark.parametrize(("fault", "status"), [("server_error", 502), ("too_many_requests", 429)])
async def test_a_fault_strikes_once(opened: Rehearsal, web: httpx.AsyncClient, fault: str, status: int) -> None:
    opened.appview.faults.arm(fault)
    asked = {"actors": next(opened.world.on(Network.BLUESKY)).account.did}
    answers = [(await web.get(opened.appview.base + PROFILES, params=asked)).status_code for _ in range(2)]
    assert answers == [status, 200]
    assert opened.appview.faults.fired == {fault: 1}
