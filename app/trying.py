"""Trying one source of an event as it is configured, for the desk and the command line."""

from __future__ import annotations

from dataclasses import replace

from app.house import config_of
from app.models import Event, Source
from app.settings import Settings
from ingest.http import Guard
from ingest.text import tags
from ingest.trial import Trial, trial


async def try_source(source: Source, event: Event, settings: Settings) -> Trial:
    """With the event's tags, also where it collects nothing now: one tries before it begins."""
    config = config_of(source, event, settings)
    config = replace(config, tags=tuple(tags.normalise(t) for t in event.matching_tags))
    return await trial(config, Guard(contact=settings.public_url))
