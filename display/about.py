"""/{event}/about: who runs this, what is collected, why and from where, for how long, and how to be left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.domain.posts import consent
from app.domain.sources.sources import place
from app.models import Event, Source
from app.pages import locale_of
from display.asking import Here, event_words, public_event, words
from display.languages import calendar, language_name
from ingest.types import Network

router = APIRouter(include_in_schema=False)


@router.get("/{slug}/about")
async def about(request: Request, state: Here, slug: str) -> Response:
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        sources = await _sources(db, event)
    language, own = own_words(event, locale)
    until = last_day(event, locale)
    values: dict[str, Any] = {
        "own": own.split("\n\n") if own else [], "own_lang": language,
        "own_language": language_name(language, locale) if language and language != locale else "",
        "organiser": event.organiser, "contact": event.contact, "imprint": event.imprint.splitlines(),
        "servers": [place(s).removeprefix("https://") for s in sources if s.kind is Network.MASTODON],
        "reads_bluesky": any(s.kind is Network.BLUESKY for s in sources),
        "has_form": any(s.kind is Network.FORM for s in sources),
        "collects": event.collects, "state": event.state.value, "policy": event.policy.value,
        "delay": event.delay_seconds, "until": until, "erased": day(event, event.erased_at, locale),
        "asked": gettext(consent.ASKED), "consent": consent.told(gettext, until),
        "added": consent.added(event, locale),
        "version": str(format_date(date.fromisoformat(consent.VERSION), "long", calendar(locale))),
    }  # fmt: skip
    return state.pages.page(
        "about.html", locale, 200, {"cache-control": "no-cache"}, noindex=False, **values, **event_words(event),
        **words(request),
    )  # fmt: skip


def own_words(event: Event, locale: str) -> tuple[str, str]:
    """(language, the organiser's own words): in the reader's language, else in the event's first there are."""
    given = {key: str(text).strip() for key, text in event.about.items() if str(text).strip()}
    wanted = [locale, *(one.partition("-")[0] for one in event.languages), *given]
    language = next((one for one in wanted if one in given), "")
    return language, given.get(language, "")


def last_day(event: Event, locale: str) -> str:
    """The last day on which everything is still there; empty where nobody set one."""
    return day(event, event.keep_until - timedelta(seconds=1), locale) if event.keep_until else ""


def day(event: Event, moment: datetime | None, locale: str) -> str:
    return str(format_date(moment.astimezone(event.zone), "long", calendar(locale))) if moment else ""


async def _sources(db: AsyncSession, event: Event) -> list[Source]:
    """What is switched on, and open: a rehearsal's own servers are nobody's."""
    wanted = select(Source).where(Source.event_id == event.id, Source.enabled).order_by(Source.kind, Source.id)
    return [source for source in await db.scalars(wanted) if "local" not in source.settings]
