"""/{event}: the live page that is the archive, complete without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.domain.audience import Surface
from app.domain.schedule import agenda, programme
from app.domain.schedule.agenda import Named
from app.domain.strand import reading
from app.domain.strand.reading import Choices
from app.domain.strand.standing import all_stand
from app.domain.view import place
from app.fresh import answer, tag
from app.models import Event, EventState
from app.pages import locale_of
from app.state import State
from display import filters, sharing, talks
from display.asking import Here, base_address, event_words, public_event, words
from display.filters import Asked, address
from display.sieve import sieve

router = APIRouter()
PAGE = 50
SLACK = 5  # a post that a label hides is only seen to be hidden when it was read; more are rarely together
Posts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands on one page, oldest first."""

    posts: Posts
    marks: Posts
    older: bool  # whether there is more on either side
    newer: bool
    stands: bool  # whether search engines may keep it
    choices: Choices
    talks: list[Named]


@router.get("/{slug}", include_in_schema=False)
async def strand(request: Request, state: Here, slug: str) -> Response:
    now, asked = state.clock(), filters.asked(request.query_params)
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        rail = await talks.rail(db, event, now)
        etag = tag(request, f"{event.epoch}/{[(s['id'], s['when']) for s in rail]}", event.seq)
        if unchanged := answer(request, etag):
            return unchanged
        asked = await _placed(db, event, asked)
        stretch = await _stretch(db, event, asked, now)
        has_programme = bool(rail) or await programme.has_sessions(db, event.id)
    return _page(request, state, event, asked, stretch, etag, {"rail": rail, "has_programme": has_programme})


async def _placed(db: AsyncSession, event: Event, asked: Asked) -> Asked:
    """A day, an hour or a talk as a place on the strand. Raises NotFound."""
    if asked.talk is not None:
        talk = await programme.find_session(db, event.id, asked.talk)
        return filters.between(asked, talk.starts_at, talk.ends_at)
    return filters.at_hour(asked, event.zone)


async def _stretch(db: AsyncSession, event: Event, asked: Asked, now: datetime) -> Stretch:
    going_on = asked.after is not None
    posts = await reading.page(db, event, asked.filters, PAGE + SLACK, asked.before, asked.after)
    more = len(posts) > PAGE
    posts = posts[:PAGE] if going_on else posts[-PAGE:]
    back = await _beyond(db, event, asked, posts)
    marks = [] if asked.filters.any else await talks.marks(db, event, posts, asked.is_newest, now)
    return Stretch(
        posts, marks, back if going_on else more, more if going_on else back,
        await all_stand(db, event, posts, Surface.INDEX), await reading.choices(db, event),
        await agenda.names(db, event),
    )  # fmt: skip


async def _beyond(db: AsyncSession, event: Event, asked: Asked, posts: Posts) -> bool:
    """Whether there is anything on the side one came from."""
    if asked.is_newest or not posts:
        return False
    before = place(posts[0]["order"]) if asked.after else None
    after = None if asked.after else place(posts[-1]["order"])
    return bool(await reading.page(db, event, asked.filters, SLACK, before, after))


def _page(
    request: Request, state: State, event: Event, asked: Asked, stretch: Stretch, etag: str, programme: dict[str, Any]
) -> Response:
    locale, status = locale_of(request), _status(asked, stretch)
    gettext = state.pages.catalogues[locale].gettext
    kept = status == 200 and stretch.stands and not asked.filters.any and event.state is not EventState.REHEARSAL
    headers = {"etag": etag, "cache-control": "no-cache"} | ({} if kept else sharing.NO_INDEX)
    told, author = event_words(event), stretch.posts[0]["author"]["name"] if stretch.posts else ""
    sentence = gettext("What is said about {title}, in the order it was said.").format(title=event.title)
    return state.pages.page(
        "strand.html", locale, status, headers, posts=talks.tied_in(stretch.posts, stretch.marks, asked.newest_first),
        asked=asked, trouble=asked.trouble.told(gettext) if asked.trouble else "", noindex=not kept,
        live=_live(event, asked, stretch), **_beside(event, asked, stretch), **told, **words(request), **programme,
        sieve=sieve(event, asked, stretch.choices, stretch.talks, author, state.pages.strings(locale), locale),
        share=sharing.of_event(
            told["event"], base_address(request), address(event.slug, _place(request)), sentence, state.pages.static
        ),
    )  # fmt: skip


def _status(asked: Asked, stretch: Stretch) -> int:
    """A page before the first post is no page; nothing yet after the last one is."""
    if asked.trouble:
        return asked.trouble.status
    return 404 if asked.before and not stretch.posts else 200


def _place(request: Request) -> dict[str, str]:
    """What makes this page another than the strand's own, for its one address."""
    return {key: request.query_params.get(key, "") for key in ("before", "after")}


def _live(event: Event, asked: Asked, stretch: Stretch) -> dict[str, Any]:
    """Where the page stands in the log, what stretch it holds, and how far a script can tell what belongs there."""
    posts, chosen = stretch.posts, asked.filters
    return {
        "address": f"/{event.slug}/live",
        "epoch": event.epoch,
        "seq": event.seq,
        "floor": posts[0]["order"] if posts and stretch.older else "",
        "ceiling": posts[-1]["order"] if stretch.newer else None,
        "blind": bool(chosen.q or chosen.tag),
        "narrow": {
            "language": chosen.lang, "network": chosen.network, "pictures": chosen.pictures,
            "questions": chosen.questions, "session": chosen.session, "author": chosen.author,
        },
    }  # fmt: skip


def _beside(event: Event, asked: Asked, stretch: Stretch) -> dict[str, str | None]:
    """The addresses of the pages beside this one."""
    posts, kept = stretch.posts, asked.kept()
    return {
        "older": address(event.slug, kept, before=posts[0]["order"]) if stretch.older else None,
        "newer": address(event.slug, kept, after=posts[-1]["order"]) if stretch.newer else None,
        "start": address(event.slug, kept, after="start") if stretch.older else None,
        "end": address(event.slug, kept) if not asked.is_newest else None,
    }
