"""/{event}/posts/{id}/act: what a reader can do with a post, here and from their own account."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.posts.taken_back import is_taken_back
from app.domain.strand import elsewhere
from app.domain.strand.elsewhere import BLUESKY_APP, Elsewhere
from app.errors import BadInput, NotFound, Withdrawn
from app.ids import Id
from app.pages import locale_of
from display import sharing
from display.asking import Here, base_address, event_words, public_event, words
from display.server_name import server_name

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/posts/{post_id}/act")
async def act(request: Request, state: Here, slug: str, post_id: Id, server: str = "") -> Response:
    """The server's name stands in the address: asking changes nothing, and nothing is kept here."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        one = await snapshot.one(db, event, post_id, Audience.PUBLIC)
        if one is None:
            if await is_taken_back(db, event.id, post_id):
                raise Withdrawn("This post was taken back by its author.")
            raise NotFound("There is no such post here.")
        there = await elsewhere.find(db, post_id)
    locale, error, host = locale_of(request), "", ""
    try:
        host = server_name(server) if server.strip() else ""
    except BadInput as wrong:
        error = wrong.told(state.pages.catalogues[locale].gettext)
    permanent = base_address(request) + one["url"]
    return state.pages.page(
        "act.html", locale, 400 if error else 200, {"cache-control": "no-cache"} | sharing.NO_INDEX, one=one,
        there=there, typed=server[:300], host=host, error=error, permanent=permanent,
        at_server=_at_server(host, there, permanent) if host else "", way=_way(there, permanent),
        at_bluesky=_at_bluesky(there, permanent), **event_words(event), **words(request),
    )  # fmt: skip


def _way(there: Elsewhere, permanent: str) -> str:
    """What follows a server's name: to the post itself where Mastodon has it, else to new words about it."""
    if there.mastodon:
        return f"/authorize_interaction?uri={quote(there.mastodon, safe='')}"
    return f"/share?text={quote(permanent, safe='')}"


def _at_server(host: str, there: Elsewhere, permanent: str) -> str:
    return f"https://{host}{_way(there, permanent)}"


def _at_bluesky(there: Elsewhere, permanent: str) -> str:
    return there.bluesky or f"{BLUESKY_APP}/intent/compose?text={quote(permanent, safe='')}"
