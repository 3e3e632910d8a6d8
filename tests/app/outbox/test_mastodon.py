"""Acting on a Mastodon server: introducing ourselves, signing in, finding a post.

The server runs in the same loop as the caller: a call that blocked it would never be answered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.outbox import errors, mastodon, oauth
from ingest.http import Guard
from tests.app.outbox.fediverse import Fediverse, fediverse
from tests.ingest.servers import raw_server, silent

BACK = "https://wall.example/desk/harbour/connect/mastodon/done"
VERIFIER = "v" * 64


@pytest.fixture
async def far() -> AsyncIterator[Fediverse]:
    async with fediverse() as fake:
        yield fake


@pytest.fixture
def guard(far: Fediverse) -> Guard:
    return Guard(allow_private=[far.host], contact="https://wall.example/about")


async def signed_in(guard: Guard, far: Fediverse, verifier: str = VERIFIER) -> str:
    app = await mastodon.introduce(guard, far.base, BACK, "https://wall.example")
    doors = await oauth.doors(guard, far.base)
    way = oauth.way_in(doors, app, BACK, "a state", VERIFIER)
    asked = dict(parse_qsl(urlsplit(way).query))
    code = dict(parse_qsl(urlsplit(far.authorize(asked)).query))["code"]
    return await oauth.exchange(guard, far.base, doors, app, BACK, code, verifier)


async def test_an_account_is_signed_in_by_code_and_proof(guard: Guard, far: Fediverse) -> None:
    token = await signed_in(guard, far)
    assert token in far.tokens
    assert await mastodon.who(guard, far.base, token) == "wall@near.example"
    (app,) = far.apps.values()
    assert (app["client_name"], app["redirect_uris"]) == ("Strand", BACK)
    assert app["scopes"] == "read:accounts read:statuses read:search write:statuses"


async def test_a_code_without_its_proof_is_worth_nothing(guard: Guard, far: Fediverse) -> None:
    with pytest.raises(errors.CodeRefused):
        await signed_in(guard, far, verifier="w" * 64)
    assert far.tokens == set()


async def test_a_server_that_says_nothing_of_its_sign_in_is_signed_in_at_as_ever(guard: Guard, far: Fediverse) -> None:
    far.modern = False
    assert await signed_in(guard, far) in far.tokens
    (code,) = [asked for asked in far.asked if "token" in asked]
    doors = await oauth.doors(guard, far.base)
    assert (code, doors.pkce, doors.authorize) == ("POST /oauth/token", False, f"{far.base}/oauth/authorize")


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint"])
@pytest.mark.parametrize(
    "address", ["http://10.0.0.7/oauth", "javascript:alert(1)", "https://x.example:8443/o", "file:///etc/passwd", "//x"]
)
async def test_a_server_cannot_lead_us_where_we_would_not_go(
    guard: Guard, far: Fediverse, endpoint: str, address: str
) -> None:
    far.endpoints = {endpoint: address}
    with pytest.raises(errors.NotReached):
        await oauth.doors(guard, far.base)


@pytest.mark.parametrize("endpoint", [None, "https://x.example/ö", "https://x.example/a b", "x" * 3_000])
async def test_an_address_that_is_none_is_not_taken(guard: Guard, far: Fediverse, endpoint: object) -> None:
    far.endpoints = {"authorization_endpoint": endpoint}  # type: ignore[dict-item]
    assert (await oauth.doors(guard, far.base)).authorize == f"{far.base}/oauth/authorize"


async def test_no_file_of_ours_is_opened_for_a_token_or_a_name_that_is_one(
    guard: Guard, far: Fediverse, tmp_path: Path
) -> None:
    """The library takes a token that is a file's name for that file. The file may hold the house's own secret."""
    secret = tmp_path / "secret.key"
    secret.write_text("the-house-s-own-secret\nhttps://evil.example\nid\nsecret\n")
    with pytest.raises(errors.TokenRefused):
        await mastodon.who(guard, far.base, str(secret))
    far.client_id = str(secret)
    token = await signed_in(guard, far)
    app = mastodon.App(far.client_id, next(iter(far.apps.values()))["secret"])
    await mastodon.take_back(guard, far.base, app, token)
    assert str(secret) in far.bearers  # sent as it was typed
    assert "the-house-s-own-secret" not in far.bearers
    assert far.revoked == [token]


async def test_a_token_that_may_not_say_whose_it_is_is_good_all_the_same(guard: Guard, far: Fediverse) -> None:
    far.may_say_who = False
    far.tokens.add("token-of-somebody")
    assert await mastodon.who(guard, far.base, "token-of-somebody") == ""


async def test_a_post_is_found_by_its_address_and_read_as_our_readers_read(guard: Guard, far: Fediverse) -> None:
    far.tokens.add("t" * 20)
    address = far.say("7", quote_approval={"automatic": ["public"], "manual": []})
    post = await mastodon.find(guard, far.base, "t" * 20, address)
    assert (post.uri, post.address) == (address, ("mastodon", far.host, "7"))
    assert post.quote_policy == "automatic: public"
    (asked,) = far.searched
    assert (asked["q"], asked["type"], asked["resolve"].lower()) == (address, "statuses", "1")


async def test_an_address_at_which_there_is_nothing_is_said_so(guard: Guard, far: Fediverse) -> None:
    far.tokens.add("t" * 20)
    with pytest.raises(errors.Unfound, match="found no post"):
        await mastodon.find(guard, far.base, "t" * 20, "https://far.example/nothing")


async def test_a_boost_is_no_post_of_its_own(guard: Guard, far: Fediverse) -> None:
    far.tokens.add("t" * 20)
    address = far.say("7", reblog={"id": "1"})
    with pytest.raises(errors.Unfound):
        await mastodon.find(guard, far.base, "t" * 20, address)


async def test_a_token_without_the_right_is_said_so(guard: Guard, far: Fediverse) -> None:
    far.tokens.add("t" * 20)
    far.may_search = False
    with pytest.raises(errors.MayNot, match="asked for what is needed"):
        await mastodon.find(guard, far.base, "t" * 20, far.say())


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"broken": "<h1>Welcome</h1>"}, errors.NotMastodon),
        ({"broken": '{"a": 1}'}, errors.NotMastodon),
        ({"broken": ""}, errors.NotMastodon),
        ({"limited": True}, errors.AskedTooOften),
    ],
)
async def test_every_trouble_is_one_sentence(
    guard: Guard, far: Fediverse, trouble: dict[str, object], kind: type[errors.Trouble]
) -> None:
    for name, value in trouble.items():
        setattr(far, name, value)
    with pytest.raises(kind) as caught:
        await mastodon.find(guard, far.base, "t" * 20, "https://far.example/7")
    assert far.host in caught.value.sentence
    assert far.asked  # it was really asked


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "https://10.0.0.1", "http://social.example"])
async def test_what_we_would_not_open_is_not_opened(server: str) -> None:
    with pytest.raises(errors.NotReached):
        await mastodon.introduce(Guard(), server, BACK, "")


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon, "SECONDS", 0.1)
    async with raw_server(silent) as server:
        with pytest.raises(errors.NotReached):
            await mastodon.who(server.guard(), server.base, "t" * 20)
        assert server.asked


async def test_a_door_that_is_shut_when_the_code_comes_back_is_said_so(far: Fediverse) -> None:
    far.endpoints = {"token_endpoint": "http://127.0.0.1:9/oauth/token"}
    with pytest.raises(errors.NotReached):
        await signed_in(Guard(allow_private=["127.0.0.1"]), far)
    assert far.codes  # its owner had said yes
