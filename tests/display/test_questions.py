"""Asking and voting on a phone: by a form or a script, one vote a browser, and no number to who has not voted."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import func, select

from app.domain import snapshot
from app.domain.audience import Audience
from app.models import Entry, Event, EventState, Room, Screen, Verdict, Vote
from app.models.account import Role
from tests.display.asking import ask_in_hall, decide, hall_talk, voting
from tests.display.conftest import visitor
from tests.display.phone import Phone
from tests.server import Running

PAGE = "/harbour/questions"


async def names(web: httpx.AsyncClient, address: str = PAGE) -> list[str]:
    """Whose questions stand there, from the top down."""
    page = (await web.get(address)).text
    return re.findall(r'<article class="post".*?<bdi class="name"[^>]*>([^<]+)</bdi>', page)


async def answered(served: Running) -> dict[str, Any]:
    async with visitor(served) as web:
        found = await web.get(f"{PAGE}.json")
        assert found.status_code == 200 and found.headers["cache-control"] == "no-store"
        return dict(orjson.loads(found.content))


async def test_somebody_asks_from_the_page_and_the_question_stands_there(served: Running, harbour: Event) -> None:
    talk = await hall_talk(served, harbour)
    async with visitor(served) as web:
        page = await web.get(f"{PAGE}?session={talk.id}")
        address = unescape(re.search(r'class="button" href="([^"]+)"', page.text)[1])  # type: ignore[index]
        assert address == f"/harbour/say?question=1&session={talk.id}"
        form = (await web.get(address)).text
        assert re.search(r'name="question" value="yes" checked', form)
        assert re.search(rf'name="session" value="{talk.id}" checked', form)
        assert (await Phone(web, address).say("Does it grow back?", name="Olena")).status_code == 303
        assert await names(web) == await names(web, f"{PAGE}?session={talk.id}") == ["Olena"]


async def test_a_talk_of_another_day_can_be_asked_about_and_nothing_is_lost_by_a_mistake(
    served: Running, harbour: Event
) -> None:
    talk = await hall_talk(served, harbour, starts=3_000, ends=3_060)
    async with visitor(served) as web:
        phone = Phone(web, f"/harbour/say?question=1&session={talk.id}")
        wrong = await phone.say("", name="Olena")
        assert wrong.status_code == 400 and re.search(rf'name="session" value="{talk.id}" checked', wrong.text)
        assert (await phone.fill(wrong, text="Will there be boats?")).status_code == 303
        assert await names(web, f"{PAGE}?session={talk.id}") == ["Olena"]
        for strange in ("x", "0", "99999999999999", "-1"):
            assert (await web.get(f"/harbour/say?session={strange}")).status_code == 200
            assert (await web.get(f"{PAGE}?session={strange}")).status_code == 404


async def test_a_vote_without_a_script_leads_back_to_its_question_and_is_taken_back_the_same_way(
    served: Running, harbour: Event
) -> None:
    one = await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        page = (await web.get(PAGE)).text
        assert "Me too" in page and "only you" not in told_part(page)
        back = await voting(web, page, one.id)
        assert (back.status_code, back.headers["location"]) == (303, f"{PAGE}#q{one.id}")
        page = (await web.get(PAGE)).text
        assert "So far it is only you." in told_part(page) and 'aria-pressed="true"' in page
        await voting(web, page, one.id)
        page = (await web.get(PAGE)).text
        assert "only you" not in told_part(page) and 'aria-pressed="true"' not in page


async def test_whoever_has_not_voted_sees_the_same_page_as_before_all_votes_and_one_votes_once(
    served: Running, harbour: Event
) -> None:
    one = await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        page, told = await web.get(PAGE), await answered(served)
        for _ in range(7):
            assert await one_vote(served, one.id) == 303
        assert told_part((await web.get(PAGE)).text) == told_part(page.text) and await answered(served) == told
        for _ in range(3):
            said = await voting(web, page.text, one.id, accept="application/json")
            assert orjson.loads(said.content) == {"voted": True, "votes": 8}
        page = await web.get(PAGE)
        assert "8 want to hear it, and you are one of them" in told_part(page.text)
        assert orjson.loads((await web.get(f"{PAGE}.json")).content) == told | {"mine": {str(one.id): 8}}
        assert page.headers["cache-control"] == "private, no-cache"
        said = await voting(web, page.text, one.id, accept="application/json", on="no")
        assert orjson.loads(said.content) == {"voted": False, "votes": None}


def told_part(page: str) -> str:
    """What is in the list, without the word of each form."""
    return re.sub(r'name="nonce" value="[^"]+"', "", page[page.index('<ol id="questions">') : page.index("<template")])


@pytest.mark.timeout(300)
async def test_500_votes_behind_one_address_count_and_neither_the_strand_nor_the_socket_hears_of_them(
    served: Running, harbour: Event
) -> None:
    asked = [await ask_in_hall(served, harbour, f"Why {n}?", f"Asker{n} X") for n in range(4)]

    async def strand() -> tuple[Any, ...]:
        async with served.database.reading() as db:
            entries = (await db.execute(select(Entry.seq, Entry.subject_id).order_by(Entry.seq))).all()
            whole = [await snapshot.take(db, harbour.id, audience) for audience in Audience]
        async with visitor(served) as web:
            return entries, whole, (await web.get("/harbour")).headers["etag"], await names(web, "/harbour")

    async with served.socket("harbour", screen="hall") as wall, served.socket("harbour") as phone:
        for socket in (wall, phone):
            assert {one["type"] for one in await heard(socket)} >= {"snapshot"}
        before = await strand()
        for start in range(0, 500, 50):
            became = await asyncio.gather(*(one_vote(served, asked[n % 2].id) for n in range(start, start + 50)))
            assert set(became) == {303}
        await asyncio.gather(*(one_vote(served, asked[3].id) for _ in range(3)))
        assert await strand() == before, "no entry, no other order, and the page is as it was"
        await ask_in_hall(served, harbour, "And now?", "Last X")
        for socket in (wall, phone):
            while (said := await heard(socket))[0]["type"] == "heartbeat":
                pass
            assert [one["post"]["author"]["name"] for one in said] == ["Last X"], "the next they hear is what came next"
    async with served.database.reading() as db:
        of = select(Vote.post_id, func.count()).group_by(Vote.post_id)
        counts = {row[0]: row[1] for row in await db.execute(of)}
    assert counts == {asked[0].id: 250, asked[1].id: 250, asked[3].id: 3}
    assert [view["id"] for view in (await answered(served))["next"]][2] == asked[3].id, "they order the questions"


async def heard(socket: Any) -> list[dict[str, Any]]:
    return list(orjson.loads(await socket.recv())["messages"])


async def one_vote(served: Running, post_id: int) -> int:
    async with visitor(served) as web:
        return (await voting(web, (await web.get(PAGE)).text, post_id)).status_code


async def test_a_flood_from_one_browser_is_stopped_and_its_neighbours_are_not(served: Running, harbour: Event) -> None:
    one = await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        page = (await web.get(PAGE)).text
        became = [(await voting(web, page, one.id, on=on)).status_code for on in ("yes", "no") * 30]
        assert became == [303] * 40 + [429] * 20
        refused = await voting(web, page, one.id)
        assert "That were many votes at once." in unescape(refused.text) and int(refused.headers["retry-after"]) >= 1
        assert "Who sweeps the harbour?" in refused.text, "the page stands below the sentence"
    assert await one_vote(served, one.id) == 303


async def test_hidden_and_withdrawn_questions_leave_the_page_and_its_json_at_once(
    served: Running, harbour: Event
) -> None:
    one, two = await ask_in_hall(served, harbour, "One?"), await ask_in_hall(served, harbour, "Two?", "B B")
    await decide(served, harbour, one, Verdict.HIDE)
    assert [view["id"] for view in (await answered(served))["next"]] == [two.id]
    async with visitor(served) as web:
        assert await names(web) == ["B B"]
        page = (await web.get(PAGE)).text
        gone = await voting(web, page, two.id, to=one.id)
        assert gone.status_code == 404 and "not here any more" in gone.text


async def test_a_screen_gets_the_questions_of_its_room_and_of_its_own_audience(served: Running, harbour: Event) -> None:
    talk = await hall_talk(served, harbour, room="Hall", speakers=["Sari Lindqvist"])
    loft = await hall_talk(served, harbour, "Ferries", room="Loft")
    here = await ask_in_hall(served, harbour, "Here?", session=talk)
    there = await ask_in_hall(served, harbour, "There?", "B B", session=loft)
    async with served.database.transaction() as db:
        room = (await db.scalars(select(Room).where(Room.name == "Hall"))).one()
        db.add(Screen(event_id=harbour.id, name="Stage", audience="reviewed", room_id=room.id))
        db.add(Screen(event_id=harbour.id, name="Foyer", audience="public"))
    async with visitor(served) as web:

        async def seen(screen: str) -> dict[str, Any]:
            return dict(orjson.loads((await web.get(f"{PAGE}.json?screen={screen}")).content))

        stage, foyer, unknown = await seen("Stage"), await seen("Foyer"), await seen("Nobody")
        assert stage["session"]["title"] == "What the eelgrass knows" and stage["session"]["until"] == "11:30"
        assert stage["speakers"] == ["Sari Lindqvist"] and stage["next"] == stage["unheard"] == []
        assert foyer["session"] is None and {view["id"] for view in foyer["next"]} == {here.id, there.id}
        assert unknown["next"] == foyer["next"]
        assert (await seen("Nobody&audience=reviewed"))["next"] == [], (
            "a wall opened as reviewed, whose name is no more"
        )
        await decide(served, harbour, here, Verdict.APPROVE)
        stage = await seen("Stage")
        assert [view["id"] for view in stage["next"]] == [here.id] and stage["seq"] > foyer["seq"]


async def test_a_draft_shows_its_questions_to_its_own_people_and_screens_only(served: Running, harbour: Event) -> None:
    async with served.database.transaction() as db:
        (await db.get_one(Event, harbour.id)).state = EventState.DRAFT
    for role, page, told in ((None, 404, 404), (Role.SCREEN, 404, 200), (Role.REPORTER, 200, 200)):
        async with served.visitor(await served.sign_in(role, harbour) if role else None) as web:
            assert (await web.get(PAGE)).status_code == page
            assert (await web.get(f"{PAGE}.json")).status_code == told
            assert (await web.get(f"{PAGE}/qr.svg")).status_code == told


async def test_an_event_that_is_over_shows_what_was_asked_and_takes_no_votes(served: Running, harbour: Event) -> None:
    one = await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        page = (await web.get(PAGE)).text
        async with served.database.transaction() as db:
            (await db.get_one(Event, harbour.id)).state = EventState.ARCHIVED
        refused = await voting(web, page, one.id)
        assert refused.status_code == 409 and "This event is over" in refused.text
        page = (await web.get(PAGE)).text
        assert "Who sweeps the harbour?" in page and "Me too" not in told_part(page) and "say?question" not in page


async def test_a_vote_from_another_sites_page_is_refused(served: Running, harbour: Event) -> None:
    one = await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        sent = await web.post(f"{PAGE}/{one.id}/vote", data={"on": "yes"}, headers={"origin": "https://else.example"})
        assert sent.status_code == 403
        assert (await web.get(f"{PAGE}/{one.id}/vote")).status_code in (404, 405), "opening a link changes nothing"
    async with served.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Vote)) == 0


async def test_the_qr_leads_to_the_questions_of_its_talk_and_pages_lead_there_too(
    served: Running, harbour: Event
) -> None:
    talk = await hall_talk(served, harbour)
    async with visitor(served) as web:
        one, all_ = await web.get(f"{PAGE}/qr.svg?session={talk.id}"), await web.get(f"{PAGE}/qr.svg")
        assert one.headers["content-type"] == "image/svg+xml" and one.content != all_.content
        assert f'href="{PAGE}"' in (await web.get("/harbour")).text
        assert f'href="{PAGE}?session={talk.id}"' in (await web.get(f"/harbour/sessions/{talk.id}")).text
        assert f'href="{PAGE}?session={talk.id}"' in (await web.get(PAGE)).text, "the talk can be chosen"


async def test_in_german_too(served: Running, harbour: Event) -> None:
    await ask_in_hall(served, harbour)
    async with visitor(served) as web:
        page = (await web.get(f"{PAGE}?lang=de")).text
    assert "Ich auch" in page and "Eine Frage stellen" in page and "Noch nicht gehört" in page
