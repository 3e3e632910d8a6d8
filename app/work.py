"""What one process at a time does: reading the networks, jobs, rehearsals. Held together by the ingest lease."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

import structlog

from app.database import Database
from app.domain.leases import INGEST
from app.house import RealHouse
from app.jobs import loop
from app.jobs.alarms import Alarms
from app.jobs.checkpoints import Checkpoints
from app.jobs.claims import Claims
from app.jobs.crossposts import Crossposts
from app.jobs.deliveries import Deliveries
from app.jobs.housekeeping import Housekeeping
from app.jobs.leaving import Leaving
from app.jobs.lives import Lives
from app.jobs.moderator import ScriptedModerator
from app.jobs.pictures import Pictures
from app.jobs.raids import Raids
from app.jobs.rehearsals import Rehearsals
from app.jobs.removals import Removals
from app.jobs.replies import Replies
from app.jobs.retention import Retention
from app.jobs.schedules import Schedules
from app.lease import Holder, LeaseLost
from app.pages import LOCALES, Catalogue
from app.settings import Settings
from ingest.http import Guard
from ingest.runner import READERS, MakeReader, Runner
from ingest.types import Network

log = structlog.get_logger(__name__)


async def work(
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    readers: Mapping[Network, MakeReader] = READERS,
) -> None:
    """Wait for the lease, work while it is ours, wait again. For ever. `readers`: tests hand in hurried ones."""
    lease = Holder(database, INGEST, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(lease.run())
        while True:
            await lease.wait(ours=True)
            log.info("work.begins")
            await _while_ours(lease, _work(lease, database, settings, clock, readers))
            log.warning("work.lost")


async def _while_ours(lease: Holder, doing: Coroutine[Any, Any, None]) -> None:
    working = asyncio.create_task(doing)
    losing = asyncio.create_task(lease.wait(ours=False))
    try:
        done, _ = await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, losing):
            task.cancel()
        await asyncio.gather(working, losing, return_exceptions=True)
    if working in done and (error := working.exception()):
        if not _is_loss(error):
            raise error
        await lease.wait(ours=False)


async def _work(
    lease: Holder,
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    readers: Mapping[Network, MakeReader],
) -> None:
    house = RealHouse(database, settings, clock, lease)
    chores = Housekeeping(database, lease, clock)
    lives = Lives(database, lease, clock)
    retention = Retention(database, lease, clock)
    leaving = Leaving(database, settings.data_dir, clock)
    moderator = ScriptedModerator(database, lease, clock)
    pictures = Pictures(database, lease, settings, clock)
    schedules = Schedules(database, lease, settings, clock)
    crossposts = Crossposts(database, lease, settings, clock)
    raids = Raids(database, lease, clock)
    claims = Claims(database, lease, settings, clock)
    removals = Removals(database, lease, clock)
    alarms = Alarms(database, lease, settings, clock)
    checkpoints = Checkpoints(database, settings, clock)
    gettexts = {locale: Catalogue(locale).gettext for locale in LOCALES}
    deliveries = Deliveries(database, lease, settings, gettexts, clock)
    replies = Replies(database, lease, settings, clock)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(Runner(house, Guard(contact=settings.public_url), readers=readers).run())
            group.create_task(Rehearsals(database, lease, house, settings, clock).run())
            group.create_task(
                loop.run(
                    [
                        (0.5, moderator.work),
                        (1.0, chores.release_due),
                        (1.0, chores.take_down),
                        (1.0, pictures.fetch),
                        (1.0, raids.look),
                        (2.0, crossposts.link),
                        (3.0, claims.find),
                        (2.0, claims.look),
                        (2.0, lives.turn),
                        (5.0, removals.go_on),
                        (2.0, leaving.note),
                        (10.0, pictures.purge),
                        (10.0, deliveries.send_due),
                        (3.0, replies.send_due),
                        (20.0, alarms.look),
                        (15.0, schedules.read),
                        (60.0, checkpoints.seal),
                        (60.0, retention.erase),
                        (600.0, retention.empty),
                        (600.0, retention.forget),
                        (600.0, chores.wipe),
                    ]
                )
            )
    finally:
        await pictures.close()
        await crossposts.close()
        await leaving.close()


def _is_loss(error: BaseException) -> bool:
    """Whether all that went wrong is that somebody else works now."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is_loss(e) for e in error.exceptions)
    return isinstance(error, LeaseLost)
