"""Questions in a served house, and a browser without a script that votes for them."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
from sqlalchemy import select

from app.domain import intake, moderation
from app.models import Account, Event, Post, Room, Session, Verdict
from ingest.types import Batch, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account
from tests.server import Running


async def ask_in_hall(
    served: Running, event: Event, text: str = "Who sweeps the harbour?", name: str = "Inka Peters",
    session: Session | None = None,
) -> Post:  # fmt: skip
    """Shown at once, by the event's rules."""
    incoming = a_post(text, an_author(name, Network.FORM), question=True, posted_at=served.clock())
    async with served.database.transaction() as db:
        await intake.receive(db, Batch(f"form:{event.slug}", (incoming,)), served.clock())
        post = (await db.scalars(select(Post).where(Post.uri == incoming.uri))).one()
        if session is not None:
            post.session_id, post.session_how = session.id, "said"
        return post


async def decide(served: Running, event: Event, post: Post, verdict: Verdict) -> None:
    async with served.database.transaction() as db:
        kim = (await db.scalars(select(Account).limit(1))).first() or await make_account(db, "Kim")
        await moderation.decide(db, event, post.id, post.version, verdict, kim, served.clock())


async def hall_talk(
    served: Running, event: Event, title: str = "What the eelgrass knows", starts: int = -30, ends: int = 30,
    room: str = "", speakers: list[str] | None = None,
) -> Session:  # fmt: skip
    """Minutes from now."""
    async with served.database.transaction() as db:
        place = Room(event_id=event.id, name=room) if room else None
        if place is not None:
            db.add(place)
            await db.flush()
        talk = Session(
            event_id=event.id, guid=title, title=title, room_id=place.id if place else None, speakers=speakers or [],
            starts_at=NOW + timedelta(minutes=starts), ends_at=NOW + timedelta(minutes=ends),
        )  # fmt: skip
        db.add(talk)
        await db.flush()
        return talk


async def voting(
    web: httpx.AsyncClient, page: str, post_id: int, on: str = "", accept: str = "text/html", to: int = 0
) -> httpx.Response:
    """Press the button of this question as it stands on the page; `to`: but of that one."""
    form = re.search(rf'<form class="voting" method="post" action="([^"]+/{post_id}/vote)"[\s\S]*?</form>', page)
    assert form is not None, "there is no button for it"
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    pressed = re.search(r'name="on" value="(\w+)"', form[0])
    fields["on"] = on or (pressed[1] if pressed else "")
    address = form[1].replace(f"/{post_id}/vote", f"/{to or post_id}/vote")
    return await web.post(address, data=fields, headers={"accept": accept})
