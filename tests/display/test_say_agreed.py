"""What an organiser adds to the consent stands in the form, and nobody agrees to what they could not read."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.domain.posts import consent
from app.models import Event, Receipt
from tests.display.phone import proof, told
from tests.server import Running

SAY = "/harbour/say"


async def add(served: Running, event: Event, **words: str) -> None:
    async with served.database.transaction() as db:
        (await db.get_one(Event, event.id)).consent = dict(words)


async def test_the_addition_stands_under_the_tick_and_the_receipt_knows_it(served: Running, harbour: Event) -> None:
    await add(served, harbour, en="It is filmed <here>.", de="Es wird gefilmt.")
    async with served.visitor(headers={"accept-language": "de"}) as web:
        assert (
            "Es wird gefilmt." in (await web.get(SAY)).text
            and "Es wird gefilmt." in (await web.get("/harbour/about")).text
        )
    async with served.visitor() as web:
        page = (await web.get(SAY)).text
        assert "It is filmed &lt;here&gt;." in page
        nonce, agreed = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("nonce", "agreed"))  # type: ignore[index]
        typed = {"text": "Moin", "consent": "yes", "nonce": nonce, "proof": proof(nonce), "agreed": agreed}
        assert (await web.post(SAY, data=typed)).status_code == 303
    async with served.database.reading() as db:
        assert (await db.scalars(select(Receipt.consent))).all() == [agreed]
    assert agreed.startswith(f"{consent.VERSION}+")


async def test_who_had_the_form_open_while_it_changed_reads_it_again_and_loses_nothing(
    served: Running, harbour: Event
) -> None:
    async with served.visitor() as web:
        page = (await web.get(SAY)).text
        nonce, agreed = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("nonce", "agreed"))  # type: ignore[index]
        await add(served, harbour, en="It is filmed.")
        typed = {"text": "Moin, all of you", "consent": "yes", "nonce": nonce, "proof": proof(nonce), "agreed": agreed}
        answer = await web.post(SAY, data=typed)
        assert answer.status_code == 400 and "has changed meanwhile" in told(answer)
        assert "Moin, all of you" in answer.text and "It is filmed." in answer.text
        assert 'name="consent" value="yes" required aria-invalid' in answer.text  # not ticked for them
        again = re.search(r'name="agreed" value="([^"]+)"', answer.text)
        nonce = re.search(r'name="nonce" value="([^"]+)"', answer.text)[1]  # type: ignore[index]
        typed |= {"agreed": again[1] if again else "", "nonce": nonce, "proof": proof(nonce)}
        assert (await web.post(SAY, data=typed)).status_code == 303
