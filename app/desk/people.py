"""/desk/{event}/people: who helps, who is invited, where they are signed in. /desk/people: the same for the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app.desk import devices
from app.desk.asking import Here, at_the_desk, base_address, signed_in, words
from app.desk.source_words import ago
from app.domain.team import invites, roles, sign_ins
from app.errors import BadInput, NotAllowed, StrandError
from app.ids import FormId
from app.models import Account, Event
from app.models.account import Role
from app.pages import locale_of
from app.security import Visitor, cookie_name, may_enter
from app.state import State

router = APIRouter(include_in_schema=False)

NO_STORE = {"cache-control": "no-store"}
Text = Annotated[str, Form(max_length=400)]
Act = Callable[[AsyncSession, Account, Event | None], Awaitable[Any]]


@router.get("/desk/people")
@router.get("/desk/{slug}/people")
async def page(request: Request, state: Here, slug: str = "") -> Response:
    account, event = await organiser_of(request, slug)
    return await _page(request, state, account, event)


@router.post("/desk/people/invite")
@router.post("/desk/{slug}/people/invite")
async def invite(request: Request, state: Here, slug: str = "", role: Text = "", note: Text = "") -> Response:
    """A link for one person. The page shows it this once: we keep only its fingerprint."""
    account, event = await organiser_of(request, slug)
    try:
        chosen = Role.ORGANISER if event is None else _role(role)
        async with state.database.transaction() as db:
            token = await invites.make(db, event, chosen, note, account, state.clock())
    except StrandError as error:
        typed = {"role": role, "note": note}
        return await _page(request, state, account, event, error=error, form="invite", typed=typed)
    link = f"{base_address(request)}/invite/{token}"
    return await _page(request, state, account, event, invited={"role": chosen.value, "link": link})


@router.post("/desk/people/withdraw")
@router.post("/desk/{slug}/people/withdraw")
async def withdraw(request: Request, state: Here, slug: str = "", mark: Text = "") -> Response:
    async def act(db: AsyncSession, account: Account, event: Event | None) -> None:
        await invites.withdraw(db, event, mark, account, state.clock())

    return await _acted(request, state, slug, act, "invited")


@router.post("/desk/{slug}/people/role")
async def change(request: Request, state: Here, slug: str, account: FormId, role: Text = "") -> Response:
    async def act(db: AsyncSession, by: Account, event: Event | None) -> None:
        assert event is not None
        await roles.change(db, event, account, _role(role), by, state.clock())

    return await _acted(request, state, slug, act, f"helper-{account}")


@router.post("/desk/people/remove")
@router.post("/desk/{slug}/people/remove")
async def remove(request: Request, state: Here, account: FormId, slug: str = "") -> Response:
    async def act(db: AsyncSession, by: Account, event: Event | None) -> None:
        await roles.remove(db, event, account, by, state.clock())

    return await _acted(request, state, slug, act, "here")


@router.post("/desk/people/revoke")
@router.post("/desk/{slug}/people/revoke")
async def revoke(request: Request, state: Here, slug: str = "", mark: Text = "") -> Response:
    """Of whoever is listed here and not above oneself: an event's organiser ends no sign-in of the house's."""

    async def act(db: AsyncSession, by: Account, event: Event | None) -> None:
        now = state.clock()
        house = await may_enter(db, Visitor(by), None, Role.ORGANISER)
        helpers = await roles.list_helpers(db, event, now)
        may = [one.account_id for one in helpers if house or not one.whole_house]
        await sign_ins.revoke(db, mark, may, event.id if event else None, by, now)

    return await _acted(request, state, slug, act, "sign-ins")


async def _acted(request: Request, state: State, slug: str, act: Act, where: str) -> Response:
    account, event = await organiser_of(request, slug)
    try:
        async with state.database.transaction() as db:
            await act(db, account, event)
    except StrandError as error:
        return await _page(request, state, account, event, error=error, form=where)
    return RedirectResponse(f"{_address(event)}#{where}", 303)


async def organiser_of(request: Request, slug: str) -> tuple[Account, Event | None]:
    """Of the event; without one of the house."""
    if slug:
        return await at_the_desk(request, slug, Role.ORGANISER)
    account = await signed_in(request)
    async with request.app.state.strand.database.reading() as db:
        if not await may_enter(db, Visitor(account), None, Role.ORGANISER):
            raise NotAllowed("This page is for those who run the house.")
    return account, None


def _role(word: str) -> Role:
    if word not in roles.GIVEN:
        raise BadInput("Choose what they may do here: organiser, moderator or reporter.", "role")
    return Role(word)


def _address(event: Event | None) -> str:
    return f"/desk/{event.slug}/people" if event else "/desk/people"


async def _page(
    request: Request, state: State, account: Account, event: Event | None, error: StrandError | None = None,
    form: str = "", typed: dict[str, str] | None = None, invited: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        helpers = await roles.list_helpers(db, event, now)
        house = await may_enter(db, Visitor(account), None, Role.ORGANISER)
        seen = [one.account_id for one in helpers if house or event is None or not one.whole_house]
        token = request.cookies.get(cookie_name(request), "")
        signed = await sign_ins.list_open(db, seen, now, token)
        waiting = await invites.list_open(db, event, now)
    values: dict[str, Any] = {
        "account": account, "address": _address(event), "helpers": helpers, "runs_house": house, "waiting": waiting,
        "sign_ins": signed, "device": lambda agent: devices.told(agent, gettext), "form": form, "invited": invited,
        "ago": lambda at: ago(at, now, locale), "left": lambda at: max(1, -(-(at - now).total_seconds() // 86_400)),
        "typed": {"role": "moderator", "note": ""} | (typed or {}), "error": error.told(gettext) if error else "",
    }  # fmt: skip
    around = words(request, event) | ({} if event else {"event": None})
    return state.pages.page("desk_people.html", locale, error.status if error else 200, NO_STORE, **values, **around)
