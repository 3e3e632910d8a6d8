"""/{event}/where: "why is my post missing?", answered in one plain sentence."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.control import where as find_where
from app.errors import N_, TooFast
from app.limits import Rate
from app.pages import locale_of
from display.asking import Here, event_words, own_hosts, public_event, words

router = APIRouter(include_in_schema=False)
BY_ADDRESS = Rate(burst=120, every=1)  # a hall is one address
TOO_OFTEN = N_("Many people ask just now. Wait a moment and ask again.")


@router.get("/{slug}/where")
async def where(request: Request, state: Here, slug: str, q: str = "") -> Response:
    """Asking changes nothing, so the question stands in the address."""
    locale, status, told, post_id = locale_of(request), 200, "", None
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        try:
            if q.strip():
                host = request.client.host if request.client else ""
                state.limits.spend("where", host, BY_ADDRESS, TOO_OFTEN)
                answer = await find_where.find(db, event, q, own_hosts(request))
                told, post_id = gettext(find_where.SENTENCES[answer.key]).format(**answer.values), answer.post_id
        except TooFast as error:
            told, status = error.told(gettext), error.status
    return state.pages.page(
        "where.html", locale, status, {"cache-control": "no-store"}, asked=q[:1_000], told=told,
        found=f"/{slug}/posts/{post_id}" if post_id else None, **event_words(event), **words(request),
    )  # fmt: skip
