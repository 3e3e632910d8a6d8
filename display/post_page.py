"""/{event}/posts/{id}: one post for ever, in its conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.audience import Surface
from app.domain.posts.taken_back import is_taken_back
from app.domain.strand import conversation
from app.domain.strand.conversation import Conversation
from app.domain.strand.standing import all_stand
from app.domain.view import order, place
from app.errors import NotFound, Withdrawn
from app.fresh import answer, tag
from app.ids import Id
from app.models import EventState
from app.pages import locale_of
from display import sharing
from display.asking import Here, base_address, event_words, public_event, words

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/posts/{post_id}")
async def post(request: Request, state: Here, slug: str, post_id: Id) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        etag = tag(request, event.epoch, event.seq)
        if unchanged := answer(request, etag):  # whoever has this tag saw the post at this number of the log
            return unchanged
        found = await conversation.read(db, event, post_id)
        if found is None:
            if await is_taken_back(db, event.id, post_id):
                raise Withdrawn("This post was taken back by its author.")
            raise NotFound("There is no such post here.")
        consents = await all_stand(db, event, [found.one | {"reply_to": None, "quote": None}], Surface.INDEX)
        kept = consents and await all_stand(db, event, list(_shown(found)), Surface.INDEX)
    kept = kept and event.state is not EventState.REHEARSAL
    locale, told = locale_of(request), event_words(event)
    sentence = state.pages.gettext(locale, "What is said about {title}, in the order it was said.")
    return state.pages.page(
        "post_page.html", locale, 200, {"etag": etag, "cache-control": "no-cache"} | ({} if kept else sharing.NO_INDEX),
        talk=found, one=found.one, named=consents, noindex=not kept, in_place=_in_place(found.one),
        share=sharing.of_post(
            found.one, told["event"], base_address(request), sentence.format(title=event.title), state.pages.static,
            consents,
        ), **told, **words(request),
    )  # fmt: skip


def _shown(found: Conversation) -> Iterator[dict[str, Any]]:
    """Every post that is drawn or named on the page."""
    yield from (neighbour for neighbour in (found.older, found.newer) if neighbour)
    yield from found.before
    yield found.one
    waiting = list(found.answers)
    while waiting:
        node = waiting.pop()
        yield node["post"]
        waiting.extend(node["answers"])


def _in_place(one: dict[str, Any]) -> str:
    """The stretch of the strand that begins with this post."""
    moment, post_id = place(one["order"])
    return f"{one['url'].partition('/posts/')[0]}?after={order(moment, post_id - 1)}#p{post_id}"
