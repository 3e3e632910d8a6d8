"""A hall is one address: 500 browsers behind it post and watch, and one that floods is stopped beside them."""

from __future__ import annotations

import asyncio
import contextlib
import re

import httpx
import orjson
import pytest
import websockets

from app.models import Event
from tests.display.conftest import visitor
from tests.display.phone import Phone, answer, proof, told
from tests.server import Running

BROWSERS = 500
POSTS = 200


@pytest.mark.timeout(300)
async def test_a_hall_of_500_browsers_behind_one_address_posts_200_times_in_ten_minutes_and_watches(
    served: Running, harbour: Event
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(served.socket("harbour")) for _ in range(BROWSERS)]
        watching = [asyncio.create_task(hear(socket, POSTS)) for socket in sockets]
        for row in range(0, POSTS, 10):
            taken = await asyncio.gather(*(one_more(served, row + n) for n in range(10)))
            assert [answer.status_code for answer in taken] == [303] * 10, [told(answer) for answer in taken]
            served.clock.forward(30)
        async with asyncio.timeout(60):
            heard = await asyncio.gather(*watching)
    assert heard == [POSTS] * BROWSERS


async def one_more(served: Running, n: int) -> httpx.Response:
    async with visitor(served) as web:
        return await Phone(web, "/harbour/say").say(f"Said in the hall, number {n}.", name=f"Seat {n}")


async def hear(socket: websockets.ClientConnection, many: int) -> int:
    """How many posts this browser has heard, once it has heard so many."""
    known: set[int] = set()
    while len(known) < many:
        for message in orjson.loads(await socket.recv())["messages"]:
            known |= {post["id"] for post in message.get("posts", [])}
            known |= {message["post"]["id"]} if message["type"] == "put" else set()
    return len(known)


async def test_a_flood_from_one_browser_is_refused_and_its_neighbours_in_the_hall_are_not(
    served: Running, phone: Phone
) -> None:
    """5,000 are shown to be refused in test_admission.py; here some of them come over the wire."""
    became = [(await phone.say(f"Buy, number {n}")).status_code for n in range(40)]
    assert became == [303, 303, 303] + [429] * 37
    async with visitor(served) as web:
        assert (await Phone(web, "/harbour/say").say("Next to the flood")).status_code == 303


async def test_a_flood_without_cookies_or_proofs_gets_a_question_and_no_post_and_a_person_just_answers_it(
    served: Running, harbour: Event
) -> None:
    async with visitor(served) as web:
        machine = Phone(web, "/harbour/say", keeps_cookies=False)
        became = [(await machine.say(f"Buy, number {n}", proven=False)) for n in range(30)]
    assert [page.status_code for page in became] == [303] * 20 + [200] * 10
    async with visitor(served) as web:
        person = Phone(web, "/harbour/say")
        page = await person.say("I have no script and no cookie", proven=False, name="Grete", cover="Old phone")
        assert page.status_code == 200 and 'name="answer"' in page.text and not told(page)
        wrong = await person.fill(page, answer="99")
        assert wrong.status_code == 400 and told(wrong) == "That is another number. Try this one."
        right = await person.fill(wrong, **answer(wrong.text))
        assert right.status_code == 303, told(right)
        receipt = await web.get(right.headers["location"])
    assert "I have no script and no cookie" in receipt.text and "Old phone" in receipt.text


async def test_a_sum_of_another_form_and_an_invented_proof_are_worth_nothing_in_a_crowded_hall(
    served: Running, harbour: Event
) -> None:
    async with visitor(served) as web:
        machine = Phone(web, "/harbour/say", keeps_cookies=False)
        for n in range(20):
            await machine.say(f"Buy, number {n}", proven=False)
        page = await machine.say("One answer", proven=False)
        stolen = answer(page.text)
        assert stolen
        for fields in (stolen, {"sum": "forged", "answer": "4"}, {"proof": "1"}, {"proof": "٣"}, {"proof": "9" * 4000}):
            again = await machine.say("For many posts", proven=False, **fields)
            assert again.status_code in (200, 400) and 'name="answer"' in again.text
        fresh = await machine.open()
        nonce = re.search(r'name="nonce" value="([^"]+)"', fresh.text)
        assert nonce is not None
        other = proof(nonce[1])
        assert (await machine.say("With the proof of another form", proven=False, proof=other)).status_code == 200
        assert (await machine.fill(fresh, text="With its own", consent="yes", proof=other)).status_code == 303
