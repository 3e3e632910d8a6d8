"""found(): a new event from one short form, as a draft. All that is wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit
from app.domain.audit import Line
from app.domain.event import address, event_fields, one_tag
from app.domain.event.field import Field, moment, words
from app.domain.events import check_slug, create_event
from app.errors import BadInput, Conflict
from app.models import Account, Event, EventState, Policy

FIELDS: tuple[Field, ...] = (
    words("title", 200, needed=True), event_fields.ZONE, moment("starts_at"), moment("ends_at"),
    event_fields.LANGUAGES, event_fields.TAGS, event_fields.SPARE_TAG,
)  # fmt: skip
NAMES = ("slug", "policy", *(field.name for field in FIELDS))
Problems = dict[str, BadInput | Conflict]


async def found(
    db: AsyncSession, typed: Mapping[str, str], by: Account, now: datetime
) -> tuple[Event | None, Problems]:  # fmt: skip
    """(the event, nothing) or (None, what is wrong by field). Without an address it gets one from its title."""
    plan, problems = _read(typed, now)
    slug = typed.get("slug", "").strip().strip("/").lower()
    try:
        slug = check_slug(slug or await address.free(db, address.proposed(plan.title) or _of_tag(plan)))
    except BadInput as error:
        problems |= {} if "title" in problems and not typed.get("slug") else {"slug": error}
    if problems:
        return None, problems
    try:
        event = await create_event(
            db, slug, plan.title, plan.tags, now, EventState.DRAFT, plan.policy, time_zone=plan.time_zone,
            starts_at=plan.starts_at, ends_at=plan.ends_at, languages=plan.languages, spare_tag=plan.spare_tag,
        )  # fmt: skip
    except Conflict as error:
        return None, {"slug": error}
    await audit.note(db, event.id, by, Line("found", detail={"slug": event.slug}), now)
    return event, {}


def proposed_tag(title: str) -> str:
    """A hashtag from a title: its words without the blanks, or empty where none would work."""
    joined = "".join(word[:1].upper() + word[1:] for word in title.split())
    return joined if one_tag.works(joined) else one_tag.better(joined)


def _read(typed: Mapping[str, str], now: datetime) -> tuple[Event, Problems]:
    """What was typed, as an event that is nowhere yet."""
    plan = Event(title="", tags=[], languages=[], time_zone="UTC", spare_tag="")
    problems: Problems = {}
    for field in FIELDS:
        try:
            field.write(plan, typed.get(field.name, ""), now)
        except BadInput as error:
            problems[field.name] = error
    if plan.starts_at and plan.ends_at and plan.ends_at < plan.starts_at:
        problems["ends_at"] = BadInput("It ends before it begins.", "ends_at")
    try:
        plan.policy = Policy(typed.get("policy") or Policy.REVIEW)
    except ValueError:
        problems["policy"] = BadInput("Choose when a post is shown.", "policy")
    return plan, problems


def _of_tag(plan: Event) -> str:
    """A title in other letters than an address has: then the tag, or a plain word."""
    return address.proposed(plan.tags[0]) if plan.tags and address.proposed(plan.tags[0]) else "event"
