"""What the invented servers say has the shape of what real ones said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ingest.rehearsal import Rehearsal, wire
from ingest.rehearsal.accounts import Account
from ingest.rehearsal.status import status
from ingest.rehearsal.world import Post
from ingest.types import Network
from tests.ingest.rehearsal.conftest import FIXTURES
from tests.ingest.rehearsal.shapes import differences

ONLY_ON_THEIR_OWN_SERVER = {".account.noindex is missing", ".account.roles is missing", ".application is missing"}

STATUSES: list[tuple[str, Callable[[Post], object]]] = [
    ("plain", lambda post: post.mentions and not post.reply_to),
    ("media_cw", lambda post: post.media and post.media[0].kind != "video"),
    ("poll", lambda post: post.poll),
    ("quote_accepted", lambda post: post.quote),
    ("reply", lambda post: post.reply_to),
    ("edited", lambda post: post.edited_at),
]


def load(path: str) -> Any:
    return json.loads((FIXTURES / path).read_bytes())


def first(played: Rehearsal, network: Network, wanted: Callable[[Post], object]) -> Post:
    return next(post for post in played.world.on(network) if wanted(post))


def account(played: Rehearsal, handle: str) -> Account:
    return played.world.accounts[handle]


@pytest.mark.parametrize(("name", "wanted"), STATUSES, ids=[name for name, _ in STATUSES])
async def test_a_status_has_the_keys_and_kinds_of_mastodon(
    played: Rehearsal, name: str, wanted: Callable[[Post], object]
) -> None:
    real = load("mastodon/synthetic/mastodon46_statuses.json")["statuses"][name]
    ours = status(first(played, Network.MASTODON, wanted), played.mastodon)
    real["card"] = None
    if real["quote"]:
        real["quote"]["quoted_status"]["card"] = None
    found = {words.replace(".quote.quoted_status", "") for words in differences(real, ours)}
    assert found <= ONLY_ON_THEIR_OWN_SERVER


async def test_a_status_of_the_servers_own_account_tells_what_only_its_server_knows(played: Rehearsal) -> None:
    post = first(played, Network.MASTODON, lambda post: post.account.host == "kueste.example" and post.mentions)
    played.mastodon.host = "kueste.example"
    ours = status(post, played.mastodon)
    real = load("mastodon/synthetic/mastodon46_statuses.json")["statuses"]["plain"]
    assert differences(real | {"card": None}, ours) == []
    assert ours["account"]["acct"] == post.account.user


@pytest.mark.parametrize("kind", ["images", "video", "quote", "external", "reply"])
async def test_a_post_view_has_the_shape_of_the_appview(played: Rehearsal, web: httpx.AsyncClient, kind: str) -> None:
    wanted: dict[str, Callable[[Post], object]] = {
        "images": lambda post: post.media and post.media[0].kind != "video",
        "video": lambda post: post.media and post.media[0].kind == "video",
        "quote": lambda post: post.quote,
        "external": lambda post: post.kind == "link",
        "reply": lambda post: post.reply_to,
    }
    real = next(view for view in load("bluesky/appview.getPosts.all_variants.json")["posts"] if _kind(view) == kind)
    asked = {"uris": first(played, Network.BLUESKY, wanted[kind]).uri}
    ours = (await web.get(f"{played.appview.base}/xrpc/app.bsky.feed.getPosts", params=asked)).json()["posts"][0]
    optional = (".features[]", "thumb is missing", ".author.avatar is invented", ".record.facets is invented")
    assert [words for words in differences(real, ours) if not any(part in words for part in optional)] == []


def _kind(view: dict[str, Any]) -> str:
    if "reply" in view["record"]:
        return "reply"
    embed = str(view["record"].get("embed", {}).get("$type", "")).rpartition(".")[2]
    return "quote" if embed == "record" else embed


async def test_a_profile_has_the_shape_of_the_appview_and_carries_its_owners_wish(
    played: Rehearsal, web: httpx.AsyncClient
) -> None:
    real = next(p for p in load("bluesky/appview.getProfiles.json")["profiles"] if p["labels"])
    asked = {"actors": account(played, "milan-urbansound.sky.example").did}
    answer = await web.get(f"{played.appview.base}/xrpc/app.bsky.actor.getProfiles", params=asked)
    ours = answer.json()["profiles"][0]
    assert differences(real, ours) == [".avatar is invented"]
    assert [label["val"] for label in ours["labels"]] == ["!no-unauthenticated"]


async def test_a_bridge_copy_is_marked_as_bridges_mark_theirs(played: Rehearsal, web: httpx.AsyncClient) -> None:
    copy = played.world.posts["p123"]
    answer = await web.get(f"{played.appview.base}/xrpc/app.bsky.feed.getPosts", params={"uris": copy.uri})
    view = answer.json()["posts"][0]
    assert view["author"]["handle"] == "marta.kueste.example.ap.brid.gy"
    assert [label["val"] for label in view["author"]["labels"]] == ["bridged-from-bridgy-fed-activitypub"]
    assert view["record"]["bridgyOriginalUrl"] == played.world.posts["p122"].url == "https://kueste.example/@marta/p122"
    told = status(played.world.posts["p060"], played.mastodon)
    assert told["uri"] == f"https://bsky.brid.gy/convert/ap/{played.world.posts['p058'].uri}"
    assert told["account"]["acct"] == "tomasz-wrona.sky.example@bsky.brid.gy"


@pytest.mark.parametrize("operation", ["create", "delete", "update"])
@pytest.mark.parametrize(
    ("version", "name"), [(1, "jetstream_v1.REAL.all.jsonl"), (2, "jetstream_v2.REAL.posts.jsonl")]
)
async def test_a_commit_has_the_shape_of_the_wire(played: Rehearsal, version: int, name: str, operation: str) -> None:
    tell = wire.v1 if version == 1 else wire.v2
    real = _commits((FIXTURES / "bluesky" / name).read_text().splitlines(), operation)
    ours = _commits([tell(event) for event in played.jetstream.log.events], operation)
    assert real and ours
    assert differences(real[0], ours[0]) == []


def _commits(frames: list[str], operation: str) -> list[dict[str, Any]]:
    """Of posts; without the record, whose shape is the author's."""
    found = []
    for frame in map(json.loads, frames):
        commit = frame.get("commit") or frame.get("payload", {})
        if commit.get("operation") == operation and commit["collection"] == "app.bsky.feed.post":
            commit.pop("record", None)
            found.append(frame)
    return found


async def test_account_identity_and_sync_have_the_shape_of_the_wire(opened: Rehearsal) -> None:
    did, log = account(opened, "bo-kjaergaard.sky.example").did, opened.jetstream.log
    opened.jetstream.account(did, active=False, status="deactivated")
    opened.jetstream.identity(did, "bo.sky.example")
    opened.jetstream.sync(did)
    lines = (FIXTURES / "bluesky" / "jetstream_v1.REAL.all.jsonl").read_text().splitlines()
    real = {
        told["kind"]: told
        for told in map(json.loads, lines)
        if told["kind"] != "account" or "status" in told["account"]
    }
    ours = {event.kind: json.loads(wire.v1(event)) for event in log.events[-3:-1]}
    assert [differences(real[kind], ours[kind]) for kind in ("account", "identity")] == [[], []]
    resync = (FIXTURES / "bluesky" / "jetstream_v2.REAL.recreate_resync.jsonl").read_text().splitlines()
    real_sync = next(frame for frame in map(json.loads, resync) if frame["payload"]["$type"].endswith("#sync"))
    assert differences(real_sync, json.loads(wire.v2(log.events[-1]))) == []
