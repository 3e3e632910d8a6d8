"""What the page of first voices says, in the reader's language: the same for the page and for its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_timedelta
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.thanks import thanks
from app.domain.event import first_voices, given
from app.domain.event.first_voices import FirstVoice
from app.domain.event.given import Given
from app.errors import N_
from app.models import Event
from app.pages import LOCALES, Pages
from ingest.text.segments import plain

Row = dict[str, Any]
WAYS = {
    "here": "",
    "waits": N_("On its way to Mastodon."),
    "sent": N_("On Mastodon too."),
    "failed": N_("It is tried again by itself."),
    "given up": N_("It was tried for long enough. It stands here all the same."),
}


@dataclass(frozen=True, slots=True)
class Told:
    posts: list[Row]
    answered: list[Row]
    state: str  # one sentence of how things are


async def read(db: AsyncSession, event: Event, now: datetime, pages: Pages, locale: str) -> Told:
    waiting = await first_voices.listed(db, event, now)
    answers = await given.lately(db, event, now)
    gettext = pages.catalogues[locale].gettext
    return Told(
        [_waiting(one, event, now, pages, locale) for one in waiting],
        [_answered(one, now, gettext, locale) for one in answers],
        gettext("Nobody waits for an answer.") if not waiting else _more(len(waiting), gettext),
    )


def suggestion(pages: Pages, event: Event, post: dict[str, Any]) -> tuple[str, str]:
    """Thanks for this post (the wire's), and their language: its own, else the event's first that we speak."""
    lang = next((one for one in (_base(post["lang"]), *map(_base, event.languages)) if one in LOCALES), LOCALES[0])
    return thanks(pages.catalogues[lang].gettext, post["author"]["name"], post["question"], post["id"]), lang


def language(event: Event, post: dict[str, Any]) -> str | None:
    """People answer in the language they were spoken to."""
    return post["lang"] or (event.languages[0] if event.languages else None)


def _waiting(one: FirstVoice, event: Event, now: datetime, pages: Pages, locale: str) -> Row:
    gettext, (sentence, lang) = pages.catalogues[locale].gettext, suggestion(pages, event, one.post)
    name = one.post["author"]["name"] or pages.strings(locale)["anonymous"]
    return {
        "post": one.post,
        "before": one.before,
        "heading": gettext("First words by {name}").format(name=name),
        "ago": gettext("Shown {ago}").format(ago=_ago(one.shown_at, now, locale)),
        "thanks": sentence,
        "lang": lang,
    }


def _answered(one: Given, now: datetime, gettext: Callable[[str], str], locale: str) -> Row:
    name = one.name or gettext("Anonymous")
    template = gettext("{by} answered {name}") if one.by else gettext("{name} was answered")
    trouble = gettext(one.trouble).format(host=one.host) if one.trouble and one.way in ("failed", "given up") else ""
    return {
        "post": one.to,
        "id": one.answer["id"],
        "heading": template.format(by=one.by, name=name),
        "ago": _ago(one.at, now, locale),
        "words": plain(one.answer["words"]),
        "lang": one.answer["lang"],
        "url": one.answer["url"],
        "way": " ".join(filter(None, (trouble, gettext(WAYS[one.way]) if WAYS[one.way] else ""))),
        "again": one.way in ("failed", "given up"),
    }


def _more(listed: int, gettext: Callable[[str], str]) -> str:
    return gettext("More wait behind these; the next come up by themselves.") if listed >= first_voices.MOST else ""


def _ago(moment: datetime, now: datetime, locale: str) -> str:
    return str(format_timedelta(moment - now, add_direction=True, locale=locale))


def _base(code: str | None) -> str:
    return (code or "").partition("-")[0].lower()
