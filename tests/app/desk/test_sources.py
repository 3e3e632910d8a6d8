"""The source page: for organisers alone, complete without a script; every change is a form that says what it did."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.desk import source_words
from app.domain import leases
from app.domain.events import create_event
from app.models import Connection, Event, EventState, Source, Tally
from app.models.account import Role
from ingest.mastodon.listening import SOCKET
from ingest.mastodon.standing import LIVE
from ingest.types import OVER, Mode, Network
from tests.app.desk.conftest import Desk
from tests.conftest import NOW
from tests.ingest.mastodon.server import FakeMastodon, fake_mastodon

PAGE = "/desk/harbour/sources"


@pytest.fixture
async def mastodon() -> AsyncIterator[FakeMastodon]:
    async with fake_mastodon() as fake:
        yield fake


def words(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_it_is_for_organisers_alone(desk: Desk) -> None:
    async with desk.running.visitor() as nobody:
        assert (await nobody.get(PAGE)).status_code == 401
    for role in (Role.REPORTER, Role.MODERATOR):
        async with desk.running.visitor(await desk.running.sign_in(role, desk.event)) as visitor:
            assert (await visitor.get(PAGE)).status_code == 403
            for act in ("sources/mastodon", "sources/bluesky", "sources/contact", "sources/1/test", "sources/1/remove"):
                assert (await visitor.post(f"/desk/harbour/{act}")).status_code == 403
            assert (await visitor.post("/desk/harbour/sources/1/switch", data={"on": "true"})).status_code == 403
    async with desk.organiser() as organiser:
        answer = await organiser.get(PAGE)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert await desk.sources() == []


async def test_an_organiser_of_another_event_has_no_page_here(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        other = await create_event(db, "other", "Other", ["other"], NOW)
    async with desk.running.visitor(await desk.running.sign_in(Role.ORGANISER, other)) as visitor:
        assert (await visitor.get(PAGE)).status_code == 403
        source = await desk.add()
        assert (await visitor.post(f"/desk/other/sources/{source.id}/remove")).status_code == 404
    assert len(await desk.sources()) == 1


async def test_a_form_of_another_site_changes_nothing(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        forged = {"Origin": "https://elsewhere.example"}
        answer = await organiser.post("/desk/harbour/sources/bluesky", headers=forged)
        assert answer.status_code == 403
    assert await desk.sources() == []


async def test_every_source_says_how_it_is_doing_in_words(desk: Desk) -> None:
    source = await desk.add(
        ok=True, mode=Mode.STREAM, reason="Live: new posts arrive within a second.", reported_at=NOW, lag=0.41,
        succeeded_at=NOW - timedelta(seconds=8), budget=213, seen=1240, taken=214,
    )  # fmt: skip
    async with desk.running.database.transaction() as db:
        db.add(Tally(source_id=source.id, reason="a boost", count=61))
        db.add(Tally(source_id=source.id, reason="a reason <b>nobody</b> knows", count=2))
    async with desk.organiser() as organiser:
        told = words(await organiser.get(PAGE))
    assert "kueste. example Live. New posts arrive within a second." in told
    assert "Last success 8 seconds ago Behind by 0.4 s May still ask 213 times" in told
    assert "Taken 214 of 1,240 looked at" in told
    assert "61 a boost 2 a reason <b>nobody</b> knows" in told


async def test_what_readers_say_when_all_is_well_is_said_in_the_page_s_language(desk: Desk) -> None:
    for number, reason in enumerate((LIVE, SOCKET, "Reading Bluesky live from a.example.", "Something odd.")):
        url = f"https://kueste{number}.example"
        await desk.add(ok=True, mode=Mode.STREAM, reason=reason, reported_at=NOW, succeeded_at=NOW, url=url)
    async with desk.organiser() as organiser:
        answer = await organiser.get(PAGE, headers={"Accept-Language": "de"})
    told = words(answer)
    assert "Neue Beiträge kommen binnen einer Sekunde an." in told and "über einen WebSocket" in told
    assert "Bluesky wird live von a.example gelesen." in told
    assert '<span lang="en">Something odd.</span>' in answer.text and answer.text.count('lang="en">') == 1


async def test_it_says_the_same_in_german(desk: Desk) -> None:
    await desk.add(ok=True, mode=Mode.POLL, reported_at=NOW, succeeded_at=NOW - timedelta(seconds=8), seen=1240)
    async with desk.organiser() as organiser:
        told = words(await organiser.get(PAGE, headers={"Accept-Language": "de"}))
    assert "Nicht live." in told
    assert "Zuletzt gelungen vor 8 Sekunden" in told
    assert "0 von 1.240 gesehenen" in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The event is over. Its posts are looked after once a day, so that what authors take back leaves it."),
        ("de", "Die Veranstaltung ist vorbei. Nach ihren Beiträgen wird einmal am Tag gesehen,"),
    ],
)
async def test_after_the_event_it_says_that_its_posts_are_looked_after(desk: Desk, language: str, said: str) -> None:
    live = {"ok": True, "mode": Mode.STREAM, "reason": "Live: it serves another event too.", "reported_at": NOW}
    source = await desk.add(**live)
    async with desk.running.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED))
    async with desk.organiser() as organiser:
        asks = {"Accept-Language": language}
        told = words(await organiser.get(PAGE, headers=asks))
        assert said in told
        assert "serves another event" not in told
        await _changed(desk, source.id, ok=False, reason="kueste.example has trouble at the moment.")
        answer = await organiser.get(PAGE, headers=asks)
        assert "kueste.example has trouble at the moment." in words(answer)
        assert ('<span lang="en">kueste.example has' in answer.text) is (language == "de")
        await _changed(desk, source.id, enabled=False)
        assert said not in words(await organiser.get(PAGE, headers=asks))


async def _changed(desk: Desk, source_id: int, **fields: Any) -> None:
    async with desk.running.database.transaction() as db:
        await db.execute(update(Source).where(Source.id == source_id).values(**fields))


def test_the_page_and_the_readers_say_the_same_of_what_is_over() -> None:
    assert source_words.OVER == OVER


async def test_it_is_told_when_nobody_reads(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        assert "Nobody reads the networks" in words(await organiser.get(PAGE))
        async with desk.running.database.transaction() as db:
            await leases.acquire(db, leases.INGEST, "m:1:2:x", NOW)
        assert "Nobody reads the networks" not in words(await organiser.get(PAGE))


async def test_a_mastodon_server_is_added_by_its_name(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        answer = await organiser.post(
            "/desk/harbour/sources/mastodon", data={"server": " kueste.example/ ", "token": "very secret"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=added")
        page = await organiser.get(answer.headers["location"])
    assert "Added. We begin to read there within a few seconds." in words(page)
    assert "very secret" not in page.text
    (source,) = await desk.sources()
    assert (source.url, source.token_sealed is not None) == ("https://kueste.example", True)
    assert "very secret" not in (source.token_sealed or "")


async def test_bluesky_is_added_with_one_button(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        assert (await organiser.post("/desk/harbour/sources/bluesky")).status_code == 303
        again = await organiser.post("/desk/harbour/sources/bluesky")
    assert (again.status_code, "This event reads from there already." in words(again)) == (409, True)
    (source,) = await desk.sources()
    assert (source.kind, source.settings) == (Network.BLUESKY, {})


@pytest.mark.parametrize(
    "server", ["", "not an address", "ftp://kueste.example", 'https://"><script>', "javascript:alert(1)"]
)
async def test_a_bad_address_is_one_sentence_and_stays_in_the_field(desk: Desk, server: str) -> None:
    async with desk.organiser() as organiser:
        answer = await organiser.post("/desk/harbour/sources/mastodon", data={"server": server, "token": "very secret"})
    assert answer.status_code == 400
    assert len(re.findall(r'role="alert"', answer.text)) == 1
    kept = re.search(r'id="server"[^>]*? value="([^"]*)"', answer.text)
    assert unescape(kept[1] if kept else "") == server
    assert "very secret" not in answer.text
    assert await desk.sources() == []


async def test_a_source_is_switched_off_and_on_and_removed(desk: Desk) -> None:
    source = await desk.add()
    async with desk.organiser() as organiser:
        for on, word in (("false", "Switched off. What it brought stays."), ("true", "Switched on.")):
            answer = await organiser.post(f"{PAGE}/{source.id}/switch", data={"on": on})
            assert word in words(await organiser.get(answer.headers["location"]))
            assert (await desk.sources())[0].enabled is (on == "true")
        answer = await organiser.post(f"{PAGE}/{source.id}/remove")
        assert "Removed." in words(await organiser.get(answer.headers["location"]))
        assert await desk.sources() == []
        assert (await organiser.post(f"{PAGE}/{source.id}/remove")).status_code == 404


async def test_looking_changes_nothing(desk: Desk) -> None:
    source = await desk.add()
    async with desk.organiser() as organiser:
        for act in ("test", "switch", "remove"):
            assert (await organiser.get(f"{PAGE}/{source.id}/{act}")).status_code in (404, 405)
    assert len(await desk.sources()) == 1


async def test_testing_now_answers_beside_the_source(desk: Desk, mastodon: FakeMastodon) -> None:
    mastodon.say(1, "Ahoi", "harbourtalks")
    base = mastodon.server.base
    desk.running.app.state.strand.settings.allowed_private_hosts = base.removeprefix("http://")
    source = await desk.add(url=base, upstream=f"mastodon:{base}")
    async with desk.organiser() as organiser:
        answer = await organiser.post(f"{PAGE}/{source.id}/test")
        assert answer.status_code == 200
        assert "Tried just now: it works." in words(answer)
        assert "Posts on its newest page of #harbourtalks: 1. We look there every 15 seconds" in words(answer)
        mastodon.closed = True
        assert "Tried just now: look here." in words(await organiser.post(f"{PAGE}/{source.id}/test"))


async def test_testing_cannot_be_made_a_flood(desk: Desk) -> None:
    source = await desk.add(url="https://10.0.0.1")
    async with desk.organiser() as organiser:
        told = [(await organiser.post(f"{PAGE}/{source.id}/test")).status_code for _ in range(10)]
    assert (told[0], told[-1]) == (200, 429)


async def test_alarms_go_where_the_organiser_says(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        answer = await organiser.post(f"{PAGE}/contact", data={"contact": " kim@example.org "})
        page = await organiser.get(answer.headers["location"])
        assert "Alarms go to that address from now on." in words(page)
        assert 'value="kim@example.org"' in page.text
        assert "STRAND_SMTP_URL" in page.text
        for bad in ("kim", "kim@", "kim@a\nBcc: b@c", "a@b, c@d", "kim <kim@example.org>"):
            answer = await organiser.post(f"{PAGE}/contact", data={"contact": bad})
            assert (answer.status_code, "That is no address for mail." in words(answer)) == (400, True)
        answer = await organiser.post(f"{PAGE}/contact", data={"contact": ""})
        assert answer.headers["location"].endswith("done=no-contact")
    async with desk.running.database.reading() as db:
        assert (await db.get_one(Event, desk.event.id)).contact == ""


@pytest.mark.parametrize("query", ["done=nonsense", "error=<b>x</b>", "done=&error=", "done=__class__"])
async def test_an_address_cannot_put_words_on_the_page(desk: Desk, query: str) -> None:
    async with desk.organiser() as organiser:
        answer = await organiser.get(f"{PAGE}?{query}")
    assert (answer.status_code, answer.text.count('role="alert"'), 'data-good role="status"' in answer.text) == (
        200, 0, False,
    )  # fmt: skip


async def test_somebody_who_said_no_elsewhere_is_told_so_here(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        answer = await organiser.get(f"{PAGE}?done=not-connected")
    assert "Not connected: over there, somebody said no." in words(answer)


async def test_accounts_say_whether_they_still_work(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        ours: dict[str, Any] = {"event_id": desk.event.id, "connected_at": NOW - timedelta(hours=2)}
        db.add(Connection(network=Network.MASTODON, server="https://kueste.example", handle="h@kueste.example", **ours))
        db.add(
            Connection(
                network=Network.BLUESKY, server="https://bsky.social", handle="h.bsky.social", ok=False,
                reason="Its app password was taken back.", secret_sealed="sealed-and-secret", **ours,
            )
        )  # fmt: skip
    async with desk.organiser() as organiser:
        answer = await organiser.get(PAGE)
    assert "h@kueste.example Connected, checked 2 hours ago." in words(answer)
    assert "h.bsky.social Expired. Its app password was taken back." in words(answer)
    assert "sealed-and-secret" not in answer.text


async def test_organisers_find_the_page_and_others_are_not_led_to_it(desk: Desk) -> None:
    async with desk.organiser() as organiser:
        assert f'href="{PAGE}"' in (await organiser.get("/desk/harbour")).text
        assert f'href="{PAGE}"' in (await organiser.get("/desk/harbour/settings")).text
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert f'href="{PAGE}"' not in (await moderator.get("/desk/harbour")).text
        assert f'href="{PAGE}"' not in (await moderator.get("/desk")).text
