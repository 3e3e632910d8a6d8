"""/{event} and /{event}/posts/{id}: the live page that is the archive, complete without JavaScript."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain import programme, snapshot
from app.domain.audience import Audience
from app.errors import NotFound, Withdrawn
from app.pages import locale_of
from display import talks
from display.asking import Here, event_words, place, public_event, words
from display.fresh import answer, tag

router = APIRouter()
PAGE = 50


@router.get("/{slug}", include_in_schema=False)
async def strand(
    request: Request, state: Here, slug: str, before: str = "", after: str = "", order: str = "oldest"
) -> Response:
    now = state.clock()
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        rail = await talks.rail(db, event, now)
        etag = tag(request, f"{event.epoch}/{[(s['id'], s['when']) for s in rail]}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        posts = await snapshot.page(
            db, event, Audience.PUBLIC, PAGE + 1, place(before) if before else None, place(after) if after else None
        )
        is_newest = not before and not after
        posts, more = _cut(posts, from_start=not after)
        marks = await talks.marks(db, event, posts, is_newest, now)
        has_programme = bool(rail) or await programme.has_sessions(db, event.id)
    values = _neighbours(slug, posts, more, is_newest, bool(after), "newest" if order == "newest" else "oldest")
    values["posts"] = talks.tied_in(posts, marks, values["newest_first"])
    live = {
        "address": f"/{slug}/live",
        "epoch": event.epoch,
        "seq": event.seq,
        "floor": posts[0]["order"] if more else "",
    }
    return state.pages.page(
        "strand.html", locale_of(request), 200, {"etag": etag, "cache-control": "no-cache"},
        live=live if is_newest else None, rail=rail, has_programme=has_programme, **values, **event_words(event),
        **words(request),
    )  # fmt: skip


@router.get("/{slug}/posts/{post_id}", include_in_schema=False)
async def post(request: Request, state: Here, slug: str, post_id: int) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        one = await snapshot.one(db, event, post_id, Audience.PUBLIC)
        if one is None:
            if await snapshot.is_gone(db, event, post_id):
                raise Withdrawn("This post was taken back by its author.")
            raise NotFound("There is no such post here.")
        answers = await snapshot.answers(db, event, post_id, Audience.PUBLIC)
    return state.pages.page(
        "post_page.html", locale_of(request), 200, {"cache-control": "no-cache"}, one=one, answers=answers,
        **event_words(event), **words(request),
    )  # fmt: skip


def _cut(posts: list[dict[str, Any]], from_start: bool) -> tuple[list[dict[str, Any]], bool]:
    """A page's worth of them, and whether there are more in that direction."""
    more = len(posts) > PAGE
    return (posts[-PAGE:] if from_start else posts[:PAGE]), more


def _neighbours(
    slug: str, posts: list[dict[str, Any]], more: bool, is_newest: bool, going_on: bool, order: str
) -> dict[str, Any]:
    """The order asked for, and the addresses of the pages beside this one."""
    keep = "&order=newest" if order == "newest" else ""
    has_older, has_newer = (bool(posts), more) if going_on else (more, not is_newest)
    return {
        "posts": posts[::-1] if order == "newest" else posts,
        "newest_first": order == "newest",
        "older": f"/{slug}?before={posts[0]['order']}{keep}" if has_older and posts else None,
        "newer": f"/{slug}?after={posts[-1]['order']}{keep}" if has_newer and posts else None,
    }
