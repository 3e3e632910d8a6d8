"""Runs each job again and again. A job that fails is logged and tried at its next turn; none stops another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from app.lease import LeaseLost

log = structlog.get_logger(__name__)
Job = tuple[float, Callable[[], Awaitable[None]]]
"""Seconds between two turns, and what to do."""


async def run(jobs: Sequence[Job]) -> None:
    async with asyncio.TaskGroup() as group:
        for every, verb in jobs:
            group.create_task(_again(every, verb))


async def _again(every: float, verb: Callable[[], Awaitable[None]]) -> None:
    failing = False
    while True:
        try:
            await verb()
            failing = False
        except LeaseLost:
            raise
        except Exception as error:
            if not failing:  # one line when it begins to fail, not one a turn
                log.exception("job.failed", job=getattr(verb, "__qualname__", repr(verb)), error=str(error)[:200])
            failing = True
        await asyncio.sleep(every)
