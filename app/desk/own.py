"""/desk/me: where one is signed in oneself, ending that, and one's own password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.desk import devices
from app.desk.asking import Here, signed_in, words
from app.desk.signing import BY_NAME, TOO_OFTEN, fits, hashed
from app.desk.source_words import ago
from app.domain.accounts import check_password
from app.domain.team import sign_ins
from app.errors import BadInput, NotAllowed, StrandError
from app.models import Account
from app.pages import locale_of
from app.security import cookie_name
from app.state import State

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]


@router.get("/desk/me")
async def page(request: Request, state: Here, done: str = "") -> Response:
    return await _page(request, state, await _person(request), done=done == "password")


@router.post("/desk/me/revoke")
async def revoke(request: Request, state: Here, mark: Text = "") -> Response:
    account = await _person(request)
    try:
        async with state.database.transaction() as db:
            await sign_ins.revoke(db, mark, [account.id], None, account, state.clock())
    except StrandError as error:
        return await _page(request, state, account, error, "sign-ins")
    return RedirectResponse("/desk/me#sign-ins", 303)


@router.post("/desk/me/password")
async def password(request: Request, state: Here, old: Text = "", new: Text = "") -> Response:
    """Whoever finds an open browser must not be able to keep it: the old password is asked for, and not too often."""
    account = await _person(request)
    state.limits.spend("sign-in-name", account.name.casefold()[:100], BY_NAME, TOO_OFTEN)
    try:
        check_password(new)
        if not await fits(account, old):
            raise BadInput("That is not the password you have now.", "old")
        made = await hashed(new)
        token = request.cookies.get(cookie_name(request), "")
        async with state.database.transaction() as db:
            await sign_ins.change_password(db, account, new, made, token, state.clock())
    except BadInput as error:
        return await _page(request, state, account, error, error.field)
    return RedirectResponse("/desk/me?done=password#password", 303)


async def _person(request: Request) -> Account:
    account = await signed_in(request)
    if account.password is None:
        raise NotAllowed("This browser is a screen: it has no password and no desk.")
    return account


async def _page(
    request: Request, state: State, account: Account, error: StrandError | None = None, form: str = "",
    done: bool = False,
) -> Response:  # fmt: skip
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        mine = await sign_ins.list_open(db, [account.id], now, request.cookies.get(cookie_name(request), ""))
    values: dict[str, Any] = {
        "account": account, "sign_ins": mine, "device": lambda agent: devices.told(agent, gettext), "form": form,
        "ago": lambda at: ago(at, now, locale), "error": error.told(gettext) if error else "", "done": done,
    }  # fmt: skip
    status = error.status if error else 200
    return state.pages.page(
        "desk_me.html", locale, status, {"cache-control": "no-store"}, event=None, **values, **words(request)
    )
