"""What every desk route asks first: who is this, may they, which event. Draws nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from app.domain import accounts
from app.domain.audience import Audience
from app.domain.events import find_event
from app.domain.view import event_view
from app.errors import NotAllowed, NotFound, SignInNeeded
from app.models import Account, Event
from app.models.account import Role
from app.pages import LANGUAGES, locale_of
from app.security import visitor_of
from app.state import State, state_of

Here = Annotated[State, Depends(state_of)]


async def signed_in(request: Request) -> Account:
    """Raises SignInNeeded: a page then leads to the sign-in, an action is refused."""
    visitor = await visitor_of(request)
    if visitor.account is None:
        raise SignInNeeded("Sign in to go on.")
    return visitor.account


async def at_the_desk(request: Request, slug: str, needed: Role = Role.MODERATOR) -> tuple[Account, Event]:
    """Who acts, and in which event. An event of others looks like none at all."""
    account = await signed_in(request)
    async with state_of(request).database.reading() as db:
        try:
            event = await find_event(db, slug)
        except NotFound:
            raise NotAllowed("You have no desk at this address.") from None
        role = await accounts.role_in(db, account, event)
        if role is None or not accounts.reaches(role, needed):
            raise NotAllowed("You have no desk at this address.")
    request.state.role = role.value
    return account, event


def base_address(request: Request) -> str:
    """The address people open this house at."""
    return state_of(request).settings.public_url or str(request.base_url).rstrip("/")


def words(request: Request, event: Event | None = None) -> dict[str, Any]:
    """What desk templates need besides their own."""
    values: dict[str, Any] = {"languages": LANGUAGES, "strings": state_of(request).pages.strings(locale_of(request))}
    values["role"] = getattr(request.state, "role", None)  # theirs in the event whose desk they were let in to
    return values | ({"event": event_view(event, Audience.DESK)} if event else {})
